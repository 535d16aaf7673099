"""Facets of cells: their nodes, the cells beside them, and a search by corner nodes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import CELL_TYPES

IntArray = NDArray[np.int64]

#: Node positions of each facet in its cell, corners first, all in Gmsh order.
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
    nodes : shape (facets, nodes per facet)
    cells : the cells on both sides, shape (facets, 2); the same cell twice on the outside
    keys : sorted corner nodes, shape (facets, corners), rows in lexicographic order
    """

    kind: str
    nodes: IntArray
    cells: IntArray
    keys: IntArray

    @property
    def corners(self) -> int:
        """Corners of a facet."""
        return int(self.keys.shape[1])

    @property
    def outer(self) -> NDArray[np.bool_]:
        """Which facets have a cell on one side only."""
        return np.asarray(self.cells[:, 0] == self.cells[:, 1])

    def find(self, corner_rows: IntArray) -> IntArray:
        """Positions of the facets with the given corner nodes; rows that are no facet are left out."""
        wanted = np.sort(corner_rows, axis=1)
        both, inverse = np.unique(np.concatenate([self.keys, wanted]), axis=0, return_inverse=True)
        place = np.full(len(both), -1, dtype=np.int64)
        inverse = inverse.reshape(-1)
        place[inverse[: len(self.keys)]] = np.arange(len(self.keys))
        found = place[inverse[len(self.keys) :]]
        return np.unique(found[found >= 0])


def all_facets(cells: IntArray, cell_type: str) -> Facets:
    """List the facets of all cells."""
    patterns = np.array(FACET_NODES[cell_type])
    kind = CELL_TYPES[cell_type].facet or ""
    corners = CELL_TYPES[kind].corners
    rows = cells[:, patterns].reshape(-1, patterns.shape[1])
    owners = np.repeat(np.arange(len(cells)), len(patterns))
    keys, first, inverse = np.unique(np.sort(rows[:, :corners], axis=1), axis=0, return_index=True, return_inverse=True)
    last = np.empty(len(keys), dtype=np.int64)
    last[inverse.reshape(-1)] = np.arange(len(rows))
    return Facets(kind, rows[first], np.stack([owners[first], owners[last]], axis=1), keys)
