"""Writes the nodal fields of snapshots to fields.bp."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from platingx.post.field_writer import FieldWriter
from platingx.profiling import timed
from platingx.run.model import Model
from platingx.run.snapshot import Snapshot
from platingx_meshes.tags import FIRST_FREE_TAG, REGIONS

Array = npt.NDArray[np.float64]

SCALARS = {
    "pressure": "pressure",
    "principal_stress_1": "principal_stress",
    "von_mises_stress": "von_mises_stress",
    "plastic_strain": "plastic_strain",
    "growth_stretch": "growth_stretch",
}


class FieldOutput:
    """Collects the fields of all regions in the cell order of the mesh and writes them.

    Parameters
    ----------
    path
        The VTX file.
    model
        Model whose snapshots are written.
    after
        Time in s of the state that a resumed run goes on from: earlier steps are kept; None to start a new file.
    """

    def __init__(self, path: Path, model: Model, after: float | None = None) -> None:
        self._model = model
        dimension = model.loaded.mesh.geometry.dim
        components = {**dict.fromkeys(SCALARS, 1), "displacement": dimension, "region": 1}
        self._writer = FieldWriter(path, model.loaded.mesh, components, resume=after is not None, after=after)
        self._dimension = dimension

    @timed("fields")
    def write(self, snapshot: Snapshot) -> None:
        """Write one snapshot. Collective."""
        writer = self._writer
        shape = (writer.local_cells, writer.nodes_per_cell)
        fields: dict[str, Array] = {name: np.zeros(shape) for name in (*SCALARS, "region")}
        fields["displacement"] = np.zeros((*shape, self._dimension))
        order = sorted(snapshot.regions, key=lambda name: REGIONS.get(name, FIRST_FREE_TAG))
        for number, name in enumerate(order):
            values = snapshot.regions[name]
            cells = self._model.solids[name].region.cells
            for field, attribute in SCALARS.items():
                fields[field][cells] = getattr(values, attribute)
            fields["displacement"][cells] = values.displacement
            fields["region"][cells] = number
        writer.write(snapshot.time, fields)

    @property
    def path(self) -> Path:
        """The file, or the part of it, that is being written."""
        return self._writer.path

    @timed("fields")
    def close(self) -> None:
        """Close the file. Collective."""
        self._writer.close()
