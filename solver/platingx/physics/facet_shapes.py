"""The displacement nodes on the sides of a cell, and the straight pieces (segments, triangles) that join them."""

from __future__ import annotations

from dataclasses import dataclass

import basix
import numpy as np

from platingx.arrays import Array, IntArray
from platingx.fields.tables import node_points

__all__ = ["FacetShape", "facet_shape"]

_EDGES = {2: ((0, 1),), 3: ((0, 1), (1, 2), (2, 0)), 4: ((0, 1), (0, 2), (1, 3), (2, 3))}
_PIECES = {
    2: ((0, 2), (2, 1)),
    3: ((0, 3, 6), (3, 1, 6), (1, 4, 6), (4, 2, 6), (2, 5, 6), (5, 0, 6)),
    4: ((0, 4, 8), (0, 8, 5), (4, 1, 6), (4, 6, 8), (5, 8, 7), (5, 7, 2), (8, 6, 3), (8, 3, 7)),
}


@dataclass(frozen=True)
class FacetShape:
    """Sides of one shape of cell.

    Attributes
    ----------
    nodes
        Displacement nodes of each side, shape (sides, nodes): corners, middles of edges, and of faces the centre.
    corners
        Number of corners of a side: 2, 3 or 4.
    pieces
        Segments or triangles between these nodes, all of one sense, shape (pieces, dimension).
    ends
        Where sides meet, by the places of nodes in a side: its two ends in the plane, shape (2, 1); in space its
        edges, two corners and the middle of each, shape (edges, 3).
    """

    nodes: IntArray
    corners: int
    pieces: IntArray
    ends: IntArray

    @property
    def middle(self) -> int:
        """Place of the node inside of a side."""
        return int(self.nodes.shape[1]) - 1


def facet_shape(cell: str) -> FacetShape:
    """Tabulate the sides of a shape of cell.

    Parameters
    ----------
    cell
        ``quadrilateral``, ``triangle``, ``hexahedron`` or ``tetrahedron``.
    """
    cell_type = basix.CellType[cell]
    vertices, places = basix.geometry(cell_type), node_points(cell)
    sides = basix.topology(cell_type)[vertices.shape[1] - 1]
    corners = len(sides[0])
    edges = _EDGES[corners]
    nodes = np.array([_nodes_of(vertices[side], edges, places) for side in sides])
    ends = [(0,), (1,)] if corners == 2 else [(a, b, corners + k) for k, (a, b) in enumerate(edges)]
    return FacetShape(nodes, corners, np.array(_PIECES[corners]), np.array(ends))


def _nodes_of(corners: Array, edges: tuple[tuple[int, int], ...], places: Array) -> list[int]:
    """Nodes at the corners of a side, in the middle of its edges, and in that of a face."""
    wanted = [*corners, *(0.5 * (corners[a] + corners[b]) for a, b in edges)]
    if len(corners) > 2:
        wanted.append(corners.mean(axis=0))
    distances = [np.nan_to_num(np.linalg.norm(places - place, axis=1), nan=np.inf) for place in wanted]
    return [int(distance.argmin()) for distance in distances]
