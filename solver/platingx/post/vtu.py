"""Fields of a run as VTU files, one for each step, and a PVD file that gives them their times."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

import meshio
import numpy as np

from platingx.errors import OutputError
from platingx.post.field_reader import FieldSeries
from platingx.post.vtk_mesh import VtkMesh

__all__ = ["write_vtu"]


def write_vtu(fields: FieldSeries, mesh: VtkMesh, folder: Path) -> list[Path]:
    """Write every step into a file of its own.

    Parameters
    ----------
    fields : FieldSeries
        Fields of a run.
    mesh : VtkMesh
        Its mesh.
    folder : Path
        Folder to write ``fields.pvd`` and ``fields_NNNN.vtu`` into; such files of an earlier export are replaced.

    Returns
    -------
    list of Path
        The PVD file first.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    names = [name for name in fields.names if name != "region"]
    regions = mesh.region_of_cells.astype(np.int32)
    blocks = [(mesh.cell_type, mesh.cells)]
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("fields_*.vtu"):
            old.unlink()
        for step in range(len(fields)):
            data = {name: values[mesh.source] for name, values in fields.at(step, names).items()}
            path = folder / f"fields_{step:04d}.vtu"
            grid = meshio.Mesh(mesh.points, blocks, point_data=data, cell_data={"region": [regions]})
            meshio.write(path, grid, file_format="vtu", binary=True)
            written.append(path)
        collection = folder / "fields.pvd"
        collection.write_text(_collection(fields, mesh, written), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{folder}: the fields cannot be written ({error.strerror or error})") from error
    return [collection, *written]


def _collection(fields: FieldSeries, mesh: VtkMesh, files: list[Path]) -> str:
    """Give the text of the PVD file: times and files, and which number means which region."""
    numbers = ", ".join(f"{number} = {name}" for name, number in mesh.regions.items()).replace("--", "- -")
    entries = "\n".join(
        f'    <DataSet timestep="{float(time)!r}" file={quoteattr(path.name)}/>'
        for time, path in zip(fields.times, files, strict=True)
    )
    return (
        f'<?xml version="1.0"?>\n<!-- time in s, coordinates in m; region: {numbers} -->\n'
        f'<VTKFile type="Collection" version="0.1">\n  <Collection>\n{entries}\n  </Collection>\n</VTKFile>\n'
    )
