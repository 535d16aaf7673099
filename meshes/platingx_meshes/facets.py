"""Facets of cells: their nodes, the cells beside them, and a search by corner nodes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import CELL_TYPES

IntArray = NDArray[np.int64]

#: Node positions of each facet in its cell, corners first and turning outwards, all in Gmsh order.
FACET_NODES: dict[str, tuple[tuple[int, ...], ...]] = {
    "triangle": ((0, 1), (1, 2), (2, 0)),
    "triangle6": ((0, 1, 3), (1, 2, 4), (2, 0, 5)),
    "quad": ((0, 1), (1, 2), (2, 3), (3, 0)),
    "quad9": ((0, 1, 4), (1, 2, 5), (2, 3, 6), (3, 0, 7)),
    "tetra": ((0, 2, 1), (0, 1, 3), (0, 3, 2), (3, 1, 2)),
    "tetra10": ((0, 2, 1, 6, 5, 4), (0, 1, 3, 4, 9, 7), (0, 3, 2, 7, 8, 6), (3, 1, 2, 9, 5, 8)),
    "hexahedron": ((0, 3, 2, 1), (0, 1, 5, 4), (0, 4, 7, 3), (1, 2, 6, 5), (2, 3, 7, 6), (4, 5, 6, 7)),
    "hexahedron27": (
        (0, 3, 2, 1, 9, 13, 11, 8, 20),
        (0, 1, 5, 4, 8, 12, 16, 10, 21),
        (0, 4, 7, 3, 10, 17, 15, 9, 22),
        (1, 2, 6, 5, 11, 14, 18, 12, 23),
        (2, 3, 7, 6, 13, 15, 19, 14, 24),
        (4, 5, 6, 7, 16, 18, 19, 17, 25),
    ),
}


@dataclass(frozen=True)
class Facets:
    """All facets of a mesh, each once.

    Attributes
    ----------
    kind : type name
    nodes : as the first cell lists them, shape (facets, nodes per facet)
    cells : the cells on both sides, shape (facets, 2); the same cell twice on the outside
    local : which facet of these cells it is, shape (facets, 2)
    counts : number of cells that have it, shape (facets,)
    keys : sorted corner nodes, shape (facets, corners), rows in lexicographic order
    """

    kind: str
    nodes: IntArray
    cells: IntArray
    local: IntArray
    counts: IntArray
    keys: IntArray

    @property
    def corners(self) -> int:
        """Corners of a facet."""
        return int(self.keys.shape[1])

    @property
    def outer(self) -> NDArray[np.bool_]:
        """Which facets have a cell on one side only."""
        return np.asarray(self.counts == 1)

    def match(self, corner_rows: IntArray) -> IntArray:
        """Position of the facet with the corner nodes of each row, or -1 where there is none."""
        if len(corner_rows) == 0 or corner_rows.shape[1] != self.corners:
            return np.full(len(corner_rows), -1, dtype=np.int64)
        numbers = row_numbers(np.concatenate([self.keys, np.sort(corner_rows, axis=1)]))
        place = np.full(int(numbers.max()) + 1, -1, dtype=np.int64)
        place[numbers[: len(self.keys)]] = np.arange(len(self.keys))
        return np.asarray(place[numbers[len(self.keys) :]])

    def find(self, corner_rows: IntArray) -> IntArray:
        """Positions of the facets with the given corner nodes, ascending; rows that are no facet are left out."""
        found = self.match(corner_rows)
        return np.unique(found[found >= 0])


def all_facets(cells: IntArray, cell_type: str) -> Facets:
    """List the facets of all cells."""
    patterns = np.array(FACET_NODES[cell_type])
    kind = CELL_TYPES[cell_type].facet or ""
    corners = CELL_TYPES[kind].corners
    sorted_corners = np.sort(cells[:, patterns[:, :corners]].reshape(-1, corners), axis=1)
    _, first, numbers, counts = np.unique(
        row_numbers(sorted_corners), return_index=True, return_inverse=True, return_counts=True
    )
    last = np.empty(len(first), dtype=np.int64)
    last[numbers.reshape(-1)] = np.arange(len(sorted_corners))
    rows = np.stack([first, last], axis=1)
    beside, local = np.divmod(rows, len(patterns))
    nodes = cells[beside[:, :1], patterns[local[:, 0]]]
    return Facets(kind, nodes, beside, local, counts, sorted_corners[first])


def row_numbers(rows: IntArray) -> IntArray:
    """A number for each row, equal for equal rows and ascending with their lexicographic order."""
    numbers, size = rows[:, 0], int(rows.max(initial=0)) + 1
    for column in rows.T[1:]:
        _, numbers = np.unique(numbers * size + column, return_inverse=True)
        numbers = numbers.reshape(-1)
    return np.asarray(numbers, dtype=np.int64)
