"""Fields of a run as one VTKHDF file: all steps, the mesh once.

Format: VTKHDF 2.0 of Kitware, "UnstructuredGrid" with the group ``Steps``. It is read by ParaView 5.12, VTK 9.3 and
newer, and by any program with HDF5.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from platingx.arrays import Array
from platingx.errors import OutputError
from platingx.post.field_names import unit_of_field
from platingx.post.field_reader import FieldSeries
from platingx.post.vtk_mesh import VTK_TYPES, VtkMesh

__all__ = ["write_vtkhdf"]

_VERSION = (2, 0)
_LARGEST_CHUNK = 1 << 16


def write_vtkhdf(fields: FieldSeries, mesh: VtkMesh, path: Path, title: str) -> Path:
    """Write all steps of a run into one file, which replaces an older one only when it is whole.

    Parameters
    ----------
    fields : FieldSeries
        Fields of a run.
    mesh : VtkMesh
        Its mesh.
    path : Path
        File to write.
    title : str
        Name of the case, kept as an attribute.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with h5py.File(partial, "w") as file:
            root = file.create_group("VTKHDF")
            root.attrs["Version"] = np.array(_VERSION, dtype=np.int64)
            root.attrs.create("Type", np.bytes_("UnstructuredGrid"))
            root.attrs["case"] = title
            _write_mesh(root, mesh)
            _write_steps(root, fields, mesh)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OutputError(f"{path}: the fields cannot be written ({error.strerror or error})") from error
    return path


def _write_mesh(root: Any, mesh: VtkMesh) -> None:
    cells, nodes = mesh.cells.shape
    for name, number in (("Points", len(mesh.points)), ("Cells", cells), ("ConnectivityIds", cells * nodes)):
        root.create_dataset(f"NumberOf{name}", data=np.array([number], dtype=np.int64))
    points = _compressed(root, "Points", mesh.points)
    points.attrs["unit"] = "m"
    _compressed(root, "Connectivity", mesh.cells.ravel())
    _compressed(root, "Offsets", nodes * np.arange(cells + 1, dtype=np.int64))
    _compressed(root, "Types", np.full(cells, VTK_TYPES[mesh.cell_type], dtype=np.uint8))
    _compressed(root, "CellData/region", mesh.region_of_cells.astype(np.int32))
    for name, number in mesh.regions.items():
        root.attrs[f"region {name}"] = number


def _compressed(root: Any, name: str, values: Any) -> Any:
    return root.create_dataset(
        name, data=values, chunks=_chunks(values.shape, values.shape[0]), compression="gzip", shuffle=True
    )


def _chunks(shape: tuple[int, ...], rows: int) -> tuple[int, ...]:
    return (max(1, min(rows, _LARGEST_CHUNK)), *shape[1:])


def _write_steps(root: Any, fields: FieldSeries, mesh: VtkMesh) -> None:
    """Append the fields of each step; the mesh of all is the first and only one."""
    count, points = len(fields), len(mesh.points)
    steps = root.create_group("Steps")
    steps.attrs["NSteps"] = count
    steps.create_dataset("Values", data=fields.times).attrs["unit"] = "s"
    zero = np.zeros(count, dtype=np.int64)
    for name in ("PartOffsets", "PointOffsets"):
        steps.create_dataset(name, data=zero)
    steps.create_dataset("NumberOfParts", data=zero + 1)
    for name in ("CellOffsets", "ConnectivityIdOffsets"):
        steps.create_dataset(name, data=zero[:, None])
    steps.create_dataset("CellDataOffsets/region", data=zero)
    for step in range(count):
        for name, values in fields.at(step, [name for name in fields.names if name != "region"]).items():
            _append(root, name, values[mesh.source], step, count)
    for name in root["PointData"]:
        steps.create_dataset(f"PointDataOffsets/{name}", data=points * np.arange(count, dtype=np.int64))


def _append(root: Any, name: str, values: Array, step: int, count: int) -> None:
    """Put the values of a step behind those of the steps before."""
    place = f"PointData/{name}"
    if step == 0:
        shape = (count * len(values), *values.shape[1:])
        chunks = _chunks(shape, len(values))
        data = root.create_dataset(place, shape, np.float64, chunks=chunks, compression="gzip", shuffle=True)
        data.attrs["unit"] = unit_of_field(name)
    root[place][step * len(values) : (step + 1) * len(values)] = values
