"""Boxes around cells, along the coordinates and along each cell's own directions, to find cells near a place."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from platingx_meshes.reference_map import ReferenceMap

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

CANDIDATES_AT_ONCE = 400_000
"""Pairs of a place and a cell that are looked at together, which bounds the memory."""

MARGIN = 0.1
"""Of a box around the nodes of a cell, as a part of its width: a curved side may reach beyond its nodes."""


@dataclass(frozen=True)
class CellBoxes:
    """Boxes of all cells along the coordinates, from which those along their own directions follow.

    Attributes
    ----------
    points, cells : shapes (n, dimension) and (cells, nodes per cell)
    kind : map of the cells
    low, high : shape (cells, dimension)
    """

    points: Array
    cells: IntArray
    kind: ReferenceMap
    low: Array
    high: Array

    @classmethod
    def of(cls, points: Array, cells: IntArray, kind: ReferenceMap) -> "CellBoxes":
        """Boxes of cells with positive Jacobians."""
        low, high = points[cells[:, 0]], points[cells[:, 0]]
        for column in cells.T[1:]:
            low, high = np.minimum(low, points[column]), np.maximum(high, points[column])
        wider = MARGIN * (high - low).max(axis=1, keepdims=True)
        return cls(points, cells, kind, low - wider, high + wider)

    def near(self, places: Array) -> Iterator[tuple[IntArray, IntArray]]:
        """Positions of places and of cells whose boxes hold them, in portions; cells are sought by classes of size."""
        middles, radii = 0.5 * (self.low + self.high), 0.5 * np.linalg.norm(self.high - self.low, axis=1)
        tree = cKDTree(places)
        classes = np.floor(np.log2(radii)).astype(np.int64)
        for size in np.unique(classes):
            own = np.flatnonzero(classes == size)
            reach = 2.0 ** (float(size) + 1.0)
            own = own[tree.query(middles[own], distance_upper_bound=reach)[0] < np.inf]
            counts = tree.query_ball_point(middles[own], reach, return_length=True)
            portions = np.cumsum(counts) // CANDIDATES_AT_ONCE
            for portion in np.unique(portions):
                few = own[portions == portion]
                lists = tree.query_ball_point(middles[few], reach)
                chosen = np.concatenate([np.asarray(found, dtype=np.int64) for found in lists])
                cells = np.repeat(few, counts[portions == portion])
                inside = ((places[chosen] >= self.low[cells]) & (places[chosen] <= self.high[cells])).all(axis=1)
                yield chosen[inside], cells[inside]

    def hold(self, places: Array, cells: IntArray) -> NDArray[np.bool_]:
        """Whether each place lies in the box of its cell along the cell's own directions.

        These are the reference coordinates at the middle of the cell, and for simplices their sum.
        """
        if len(cells) == 0:
            return np.zeros(0, dtype=bool)
        used, which = np.unique(cells, return_inverse=True)
        nodes = self.points[self.cells[used]]
        middle = np.full((1, self.points.shape[1]), self.kind.middle)
        centres = np.einsum("n,cnd->cd", self.kind.basis(middle)[0], nodes)
        directions = np.linalg.inv(np.einsum("cnd,in->cdi", nodes, self.kind.gradients(middle)[0]))
        if self.kind.simplex:
            directions = np.concatenate([directions, directions.sum(axis=1, keepdims=True)], axis=1)
        own = np.einsum("cid,cnd->cni", directions, nodes - centres[:, None])
        low, high = own.min(axis=1), own.max(axis=1)
        wider = MARGIN * (high - low)
        place = np.einsum("pid,pd->pi", directions[which], places - centres[which])
        return np.asarray(((place >= (low - wider)[which]) & (place <= (high + wider)[which])).all(axis=1))
