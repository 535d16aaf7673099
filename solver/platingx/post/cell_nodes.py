"""Where the nodes of second-order cells lie among their corners, found by place.

Writers and versions of VTK number middle nodes of solid cells differently; a place has no such convention.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from platingx.arrays import IntArray
from platingx.errors import OutputError
from platingx.post.field_reader import FieldSeries

__all__ = ["CORNERS", "nodes_between"]

CORNERS = {"triangle6": 3, "quad9": 4, "tetra10": 4, "hexahedron27": 8}
"""Number of corners of each cell type. They are the first nodes of a cell."""


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
