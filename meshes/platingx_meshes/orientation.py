"""Turn cells of a user's mesh that are listed in the other sense; refuse degenerate, folded and overlapping ones."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.facets import FACET_NODES, Facets
from platingx_meshes.quality import jacobians

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

_FLAT = "has no volume"
_FOLDED = "is folded (its Jacobian changes sign)"
_REMEDY = {
    _FLAT: "remove it, or move its nodes apart",
    _FOLDED: "untangle it (Gmsh: Mesh.HighOrderOptimize = 2), or refine the mesh where its boundary is curved",
}

SMALLEST = 1e-10
"""Least scaled Jacobian of a cell that has a volume."""

AT_ONCE = 50_000
"""Cells whose Jacobians are sampled at once, which bounds the memory."""


def oriented(
    points: Array, cells: IntArray, cell_type: str, labels: IntArray, path: Path
) -> tuple[IntArray, NDArray[np.bool_]]:
    """Return cells with positive Jacobian determinants at all quadrature points, and which of them have been turned.

    Surfaces of opposite sense and left-handed cells are the habit of their programs, not faults.

    Raises
    ------
    MeshBuildError
        Naming the first cell whose Jacobian vanishes or changes sign.
    """
    turned = np.zeros(len(cells), dtype=bool)
    bad = np.zeros(len(cells), dtype=bool)
    for start in range(0, len(cells), AT_ONCE):
        chosen = slice(start, start + AT_ONCE)
        sampled = jacobians(points, cells[chosen], cell_type)
        scaled = sampled.scaled[:, : len(sampled.weights)]
        turned[chosen] = (scaled < -SMALLEST).all(axis=1)
        bad[chosen] = (scaled <= SMALLEST).any(axis=1) & ~turned[chosen]
    if bad.any():
        cell = int(np.argmax(bad))
        sampled = jacobians(points, cells[cell : cell + 1], cell_type)
        span = np.ptp(points[cells[cell]], axis=0).max() ** CELL_TYPES[cell_type].dimension
        fault = _FLAT if np.abs(sampled.determinant[:, : len(sampled.weights)]).max() <= 1e-10 * span else _FOLDED
        raise MeshBuildError(
            f"{path}: {_element(points, cells, cell_type, labels, cell)} {fault}; "
            f"{int(bad.sum())} of {len(cells)} elements are affected",
            _REMEDY[fault],
        )
    cells = cells.copy()
    cells[turned] = cells[turned][:, np.array(CELL_TYPES[cell_type].reversal)]
    return cells, turned


def check_sides_opposite(
    points: Array,
    cells: IntArray,
    cell_type: str,
    facets: Facets,
    turned: NDArray[np.bool_],
    labels: IntArray,
    path: Path,
) -> None:
    """Check that two cells with a common side lie on its two sides: a cell turned over lies over its neighbour.

    Cells of positive volume run through a common side in opposite directions.

    Raises
    ------
    MeshBuildError
        Naming the cells.
    """
    inner = np.flatnonzero(facets.counts == 2)
    patterns = np.array(FACET_NODES[cell_type])[:, : facets.corners]
    one, other = (cells[facets.cells[inner, side][:, None], patterns[facets.local[inner, side]]] for side in (0, 1))
    start = np.argmax(other == one[:, :1], axis=1)
    back = np.take_along_axis(other, (start[:, None] - np.arange(facets.corners)) % facets.corners, axis=1)
    over = inner[(back != one).any(axis=1)]
    if facets.corners == 2:  # two corners in a circle are the same in both directions
        over = inner[other[:, 0] == one[:, 0]]
    if len(over) == 0:
        return
    pairs = facets.cells[over]
    strange = turned[pairs] if turned.sum() * 2 <= len(cells) else ~turned[pairs]
    first = pairs[0] if strange[0, 0] or not strange[0, 1] else pairs[0, ::-1]
    affected = len(np.unique(pairs[strange])) or len(np.unique(pairs))
    raise MeshBuildError(
        f"{path}: {_element(points, cells, cell_type, labels, int(first[0]))} is turned over and lies on its "
        f"neighbour, element {int(labels[first[1]])}; {affected} of {len(cells)} elements are affected",
        "mesh once more: a node may have been moved across a side of its cell, or corners are listed crosswise",
    )


def _element(points: Array, cells: IntArray, cell_type: str, labels: IntArray, cell: int) -> str:
    place = ", ".join(f"{value:.6g}" for value in points[cells[cell]].mean(axis=0)[: CELL_TYPES[cell_type].dimension])
    return f"element {int(labels[cell])} at ({place}) in the file's unit"
