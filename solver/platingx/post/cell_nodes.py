"""Where the nodes of second-order cells lie among their corners, found by place.

Writers and versions of VTK number middle nodes of solid cells differently; a place has no such convention.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from platingx.arrays import IntArray
from platingx.errors import OutputError
from platingx.post.field_reader import FieldSeries

__all__ = ["CORNERS", "MIDDLES", "nodes_between", "vtk_order"]

CORNERS = {"triangle6": 3, "quad9": 4, "tetra10": 4, "hexahedron27": 8}
"""Number of corners of each cell type. They are the first nodes of a cell."""

_BOTTOM_AND_TOP = ((0, 1), (1, 2), (2, 3), (0, 3), (4, 5), (5, 6), (6, 7), (4, 7))
_UPRIGHT = ((0, 4), (1, 5), (2, 6), (3, 7))
_SIDES = ((0, 3, 4, 7), (1, 2, 5, 6), (0, 1, 4, 5), (2, 3, 6, 7), (0, 1, 2, 3), (4, 5, 6, 7))
MIDDLES: dict[str, tuple[tuple[int, ...], ...]] = {
    "triangle6": ((0, 1), (1, 2), (0, 2)),
    "quad9": ((0, 1), (1, 2), (2, 3), (0, 3), (0, 1, 2, 3)),
    "tetra10": ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)),
    "hexahedron27": (*_BOTTOM_AND_TOP, *_UPRIGHT, *_SIDES, tuple(range(8))),
}
"""Corners around each further node, in the order of VTK: edges, faces, interior."""


def nodes_between(fields: FieldSeries, groups: Sequence[tuple[int, ...]]) -> IntArray:
    """Find the middle node of each group of corners, over all cells.

    Parameters
    ----------
    fields : FieldSeries
        Second-order cells, curved or not.
    groups : sequence of tuple of int
        Corners that an edge, a face or a cell has in common.

    Returns
    -------
    ndarray of int, shape (groups,)
        Its position in a cell.

    Raises
    ------
    OutputError
        When two groups have the same node: the cells are too distorted to tell them apart.
    """
    places = fields.points[fields.cells]
    sizes = np.linalg.norm(np.ptp(places, axis=1), axis=1)[:, None]
    first = CORNERS[fields.cell_type]

    def nearest(group: tuple[int, ...]) -> int:
        middle = places[:, list(group)].mean(axis=1, keepdims=True)
        distance = (np.linalg.norm(places[:, first:] - middle, axis=2) / sizes).mean(axis=0)
        return first + int(distance.argmin())

    found = [nearest(group) for group in groups]
    if len(set(found)) < len(found):
        raise OutputError(f"{fields.path}: the nodes of the cells {fields.cell_type} cannot be told apart")
    return np.array(found, dtype=np.int64)


def vtk_order(fields: FieldSeries) -> IntArray:
    """Order of the nodes of the cells that is VTK's of quadratic cells, shape (nodes per cell,)."""
    corners = np.arange(CORNERS[fields.cell_type])
    return np.concatenate([corners, nodes_between(fields, MIDDLES[fields.cell_type])])
