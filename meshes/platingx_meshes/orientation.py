"""Refuse inverted and degenerate cells of a user's mesh; turn over a plane mesh that is listed clockwise."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.quality import jacobians

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

_FLAT = "has no volume"
_REVERSED = "is listed in the wrong sense (negative Jacobian)"
_FOLDED = "is folded (its Jacobian changes sign)"
_REMEDY = {
    _FLAT: "remove it, or move its nodes apart",
    _REVERSED: "list the nodes of all elements in the same sense",
    _FOLDED: "untangle it (Gmsh: Mesh.HighOrderOptimize = 2), or refine the mesh where its boundary is curved",
}


def oriented(points: Array, cells: IntArray, cell_type: str, labels: IntArray, path: Path) -> IntArray:
    """Return cells with positive Jacobian determinants at all quadrature points.

    Raises
    ------
    MeshBuildError
        Naming the first cell whose Jacobian vanishes, changes sign, or is opposite to that of the mesh.
    """
    sampled = jacobians(points, cells, cell_type)
    count = len(sampled.weights)
    determinant = sampled.determinant[:, :count]
    if CELL_TYPES[cell_type].dimension == 2 and (determinant < 0.0).all():
        return cells[:, np.array(CELL_TYPES[cell_type].reversal)]
    bad = np.flatnonzero((sampled.scaled[:, :count] <= 1e-10).any(axis=1))
    if len(bad) == 0:
        return cells
    values = determinant[bad[0]]
    span = np.ptp(points[cells[bad[0]]], axis=0).max() ** CELL_TYPES[cell_type].dimension
    if np.abs(values).max() <= 1e-10 * span:
        fault = _FLAT
    elif (values < 0.0).all():
        fault = _REVERSED
    else:
        fault = _FOLDED
    place = ", ".join(f"{value:.6g}" for value in points[cells[bad[0]]].mean(axis=0)[: CELL_TYPES[cell_type].dimension])
    raise MeshBuildError(
        f"{path}: element {int(labels[bad[0]])} at ({place}) in the file's unit {fault}; "
        f"{len(bad)} of {len(cells)} elements are affected",
        _REMEDY[fault],
    )
