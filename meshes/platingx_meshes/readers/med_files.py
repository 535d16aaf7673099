"""MED files of Salome and Code_Aster: cells and nodes in families, each of which belongs to any number of groups."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.raw_mesh import RawMesh, from_vtk_order

IntArray = NDArray[np.int64]

#: Types of MED -> type names. Nodes are in the order of VTK, but cells in space are left-handed.
CELLS = {
    "PO1": "vertex",
    "SE2": "line",
    "SE3": "line3",
    "TR3": "triangle",
    "TR6": "triangle6",
    "QU4": "quad",
    "QU8": "quad8",
    "QU9": "quad9",
    "TE4": "tetra",
    "T10": "tetra10",
    "HE8": "hexahedron",
    "H20": "hexahedron20",
}
_EXPORT = "export it from Salome once more, as one mesh of triangles, quadrilaterals, tetrahedra or hexahedra"


def read_med(path: Path) -> RawMesh:
    """Read a MED file.

    Raises
    ------
    MeshBuildError
        For files that are no MED, of several meshes, of curvilinear coordinates, or of unknown cells.
    """
    import h5py  # 0.1 s that a run without such a file need not pay

    try:
        with h5py.File(path, "r") as file:
            return _mesh(file, path)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        if isinstance(error, MeshBuildError):
            raise
        raise MeshBuildError(f"{path}: not a MED file: {' '.join(str(error).split())[:200]}", _EXPORT) from error


def _mesh(file: Any, path: Path) -> RawMesh:
    names = list(file["ENS_MAA"])
    if len(names) != 1:
        raise MeshBuildError(f"{path}: {len(names)} meshes in one file: {', '.join(names)}", _EXPORT)
    top = file["ENS_MAA"][names[0]]
    if int(top.attrs.get("REP", 0)) != 0:
        raise MeshBuildError(f"{path}: its coordinates are not Cartesian", _EXPORT)
    mesh = top
    if "NOE" not in mesh:
        if len(mesh) != 1:
            raise MeshBuildError(f"{path}: {len(mesh)} steps in time in one mesh", _EXPORT)
        mesh = mesh[next(iter(mesh))]
    nodes = mesh["NOE"]
    count, dimension = int(nodes["COO"].attrs["NBR"]), int(top.attrs["ESP"])
    points = np.zeros((count, 3))
    points[:, :dimension] = nodes["COO"][()].reshape(count, dimension, order="F")
    raw = RawMesh(points, [], node_labels=_numbers(nodes, count, 1))
    families = file.get(f"FAS/{names[0]}", {})
    for group, members in _by_group(_groups(families.get("NOEUD", {})), _families(nodes, count)):
        raw.node_sets[group] = np.union1d(raw.node_sets.get(group, members), members)
    _add_cells(raw, mesh["MAI"], _groups(families.get("ELEME", {})), path)
    return raw


def _add_cells(raw: RawMesh, types: Any, groups: dict[int, list[str]], path: Path) -> None:
    unknown = [name for name in types if name not in CELLS]
    if unknown:
        raise MeshBuildError(f"{path}: cells of type {', '.join(unknown)} are not supported", _EXPORT)
    own_families, first = [], 1
    for name, block in types.items():
        count = int(block["NOD"].attrs["NBR"])
        cells = block["NOD"][()].reshape(count, -1, order="F").astype(np.int64) - 1
        raw.blocks.append((CELLS[name], from_vtk_order(CELLS[name], cells), _numbers(block, count, first)))
        own_families.append(_families(block, count))
        first += count
    for i, family in enumerate(own_families):
        for group, members in _by_group(groups, family):
            sets = raw.members(group)
            sets[i] = np.union1d(sets[i], members)


def _families(block: Any, count: int) -> IntArray:
    """Family of each cell or node; 0, the family of no group, where the file says nothing."""
    return block["FAM"][()].astype(np.int64) if "FAM" in block else np.zeros(count, dtype=np.int64)


def _numbers(block: Any, count: int, first: int) -> IntArray:
    return block["NUM"][()].astype(np.int64) if "NUM" in block else np.arange(first, first + count)


def _groups(families: Any) -> dict[int, list[str]]:
    """Names of the groups of each family."""
    found: dict[int, list[str]] = {}
    for name in families:
        family = families[name]
        rows = family["GRO"]["NOM"][()] if "GRO" in family else []
        found[int(family.attrs["NUM"])] = [
            bytes(np.asarray(row, dtype=np.uint8)).split(b"\0")[0].decode("utf-8", "replace").strip() for row in rows
        ]
    return found


def _by_group(groups: dict[int, list[str]], family: IntArray) -> Iterator[tuple[str, IntArray]]:
    for number in np.unique(family):
        for group in groups.get(int(number), []):
            yield group, np.flatnonzero(family == number)
