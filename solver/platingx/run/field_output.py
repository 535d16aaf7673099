"""Writes the chosen nodal fields of snapshots to fields.bp."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from platingx.arrays import Array, Int32Array, IntArray
from platingx.config.case import Case
from platingx.parallel import on_rank_0
from platingx.physics.model import Model
from platingx.physics.snapshot import Snapshot
from platingx.post.field_writer import FieldWriter
from platingx.profiling import timed
from platingx.run.field_compression import compress
from platingx_meshes.tags import FIRST_FREE_TAG, REGIONS

ATTRIBUTES = {"principal_stress_1": "principal_stress"}
"""Attribute of `RegionFields` that holds a field, where its name is another."""
TENSOR = np.array([0, 3, 4, 3, 1, 5, 4, 5, 2])
"""Place of each of the nine components of a written tensor among (xx, yy, zz, xy, xz, yz)."""


def region_order(case: Case) -> tuple[str, ...]:
    """Names of the regions by their number in the field ``region``; the manifest of a run has them too."""
    return tuple(sorted(case.materials, key=lambda name: REGIONS.get(name, FIRST_FREE_TAG)))


def _rows_in(written: Int32Array, cells: Int32Array) -> tuple[IntArray, IntArray]:
    """Which of some cells are written, and where."""
    rows = np.flatnonzero(np.isin(cells, written))
    return rows, np.searchsorted(written, cells[rows])


class FieldOutput:
    """Collects the chosen fields of the chosen regions in the cell order of the mesh and writes them.

    Parameters
    ----------
    path
        The VTX file.
    model
        Model whose snapshots are written; its case chooses.
    after
        Time in s of the state that a resumed run goes on from: earlier steps are kept; None to start a new file.
    """

    def __init__(self, path: Path, model: Model, after: float | None = None) -> None:
        self._model = model
        choice, mesh = model.case.output.fields, model.loaded.mesh
        components = {"displacement": mesh.geometry.dim, "cauchy_stress": TENSOR.size}
        self._components: dict[str, int] = {name: components.get(name, 1) for name in choice.names}
        self._components["region"] = 1
        self._own = {written.name: written for part in model.parts.values() for written in part.written_fields}
        self._components |= {name: written.components for name, written in self._own.items()}
        self._numbers = {
            name: number
            for number, name in enumerate(region_order(model.case))
            if choice.regions is None or name in choice.regions
        }
        cells = {name: model.solids[name].region.cells for name in self._numbers}
        written = np.sort(np.concatenate(list(cells.values())))
        self._rows = {name: np.searchsorted(written, cells[name]) for name in cells}
        self._own_rows = {name: _rows_in(written, own.cells) for name, own in self._own.items()}
        self._writer = FieldWriter(
            path,
            mesh,
            self._components,
            resume=after is not None,
            after=after,
            cells=None if choice.regions is None else written,
            single_precision=choice.precision == "single",
            mesh_once=choice.mesh == "once",
        )

    @timed("fields")
    def write(self, snapshot: Snapshot) -> None:
        """Write one snapshot. Collective."""
        writer = self._writer
        shape = (writer.local_cells, writer.nodes_per_cell)
        fields: dict[str, Array] = {
            name: np.zeros(shape if count == 1 else (*shape, count)) for name, count in self._components.items()
        }
        for region, number in self._numbers.items():
            rows = self._rows[region]
            for name, values in fields.items():
                if name in self._own:
                    continue
                if name == "region":
                    values[rows] = number
                    continue
                found = getattr(snapshot.regions[region], ATTRIBUTES.get(name, name))
                values[rows] = found[..., TENSOR] if name == "cauchy_stress" else found
        for name, own in self._own.items():
            rows, places = self._own_rows[name]
            fields[name][places] = own.values()[rows].reshape(len(rows), *fields[name].shape[1:])
        writer.write(snapshot.time, fields)

    @property
    def path(self) -> Path:
        """The file, or the part of it, that is being written."""
        return self._writer.path

    @timed("fields")
    def close(self, say: Callable[[str], None] | None = None) -> None:
        """Close the file, and of a completed run compress it where its case asks for that. Collective.

        Parameters
        ----------
        say
            Told of the compression; None for a run that has not come to its end.
        """
        self._writer.close()
        if say is not None:
            model = self._model
            on_rank_0(model.problem.comm, lambda: compress(model.case, self.path, say))
