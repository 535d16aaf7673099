"""Groups from numbers by cell: which array of a file names them, and one set for each of its values."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import dimension_of
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.raw_mesh import RawMesh

IntArray = NDArray[np.int64]
Values = NDArray[np.generic]

KNOWN = ("gmsh:physical", "region", "boundary", "cell_tags", "medit:ref", "material")
"""Names of arrays that hold groups and nothing else."""

NO_GROUPS = frozenset({"gmsh:geometrical", "vtkGhostType", "vtkOriginalCellIds", "GlobalElementId", "GlobalCellIds"})
"""Names of whole numbers that are no groups."""


def add_value_sets(
    raw: RawMesh,
    arrays: Mapping[str, list[Values]],
    wanted: str | None,
    path: Path,
    names: Mapping[tuple[int, int], str] | None = None,
) -> None:
    """Add one set for each value of the array of groups.

    Parameters
    ----------
    raw : mesh, changed
    arrays : by name, one for each block
    wanted : name of the array, if the case says so
    path : for messages
    names : of (value, dimension); other groups are called by their number

    Raises
    ------
    MeshBuildError
        If the array that is wanted is not there or holds no groups, or if several could be meant.
    """
    key = _chosen(arrays, wanted, path)
    if key is None:
        return
    for i, (kind, _, _) in enumerate(raw.blocks):
        own = {value: name for (value, dimension), name in (names or {}).items() if dimension == dimension_of(kind)}
        add_values(raw, i, np.asarray(arrays[key][i]).ravel().astype(np.int64), own)


def add_values(raw: RawMesh, block: int, values: IntArray, names: Mapping[int, str]) -> None:
    """Add one set for each value of a block, called by its name or the value."""
    for value in np.unique(values):
        raw.members(names.get(int(value), str(int(value))))[block] = np.flatnonzero(values == value)


def _chosen(arrays: Mapping[str, list[Values]], wanted: str | None, path: Path) -> str | None:
    whole = {name: kind for name, parts in arrays.items() if (kind := _whole(parts)) and name not in NO_GROUPS}
    if wanted is not None:
        if wanted in arrays and _whole(arrays[wanted]):
            return wanted
        why = "holds other than whole numbers" if wanted in arrays else "is not there"
        raise MeshBuildError(
            f"{path}: the cell array {wanted!r} {why}; arrays of whole numbers by cell: {', '.join(whole) or 'none'}",
            "name one of them in geometry.cell_array",
        )
    for kind in ("integer", "floating"):
        found = [name for name, own in whole.items() if own == kind]
        known = [name for name in found if name in KNOWN]
        if len(known or found) > 1:
            raise MeshBuildError(
                f"{path}: several arrays by cell could name the groups: {', '.join(known or found)}",
                f"say which one: geometry.cell_array: {(known or found)[0]}",
            )
        if found:
            return (known or found)[0]
    if arrays:
        raise MeshBuildError(
            f"{path}: none of the arrays by cell ({', '.join(arrays)}) holds groups: they are not whole numbers",
            "write one whole number for each cell and side, the same for all of a group",
        )
    return None


def _whole(parts: list[Values]) -> str:
    """``integer`` or ``floating`` for whole numbers, one for each cell; empty for anything else."""
    arrays = [np.asarray(part) for part in parts]
    if any(part.size != len(part) for part in arrays):
        return ""
    if all(np.issubdtype(part.dtype, np.integer) for part in arrays):
        return "integer"
    if not all(np.issubdtype(part.dtype, np.number) and np.isrealobj(part) for part in arrays):
        return ""
    flat = np.concatenate([part.ravel().astype(np.float64) for part in arrays]) if arrays else np.zeros(0)
    return (
        "floating"
        if np.isfinite(flat).all() and (np.abs(flat) < 2**53).all() and (flat == np.round(flat)).all()
        else ""
    )
