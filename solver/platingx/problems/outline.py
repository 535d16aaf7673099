"""What a face needs to know of the outline of the body that it slides on, and the feet of points on it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from platingx.arrays import Array, Int32Array, IntArray, Mask
from platingx.problems.contact_surface import ContactSurface

__all__ = ["Feet", "Outline"]


class Feet(NamedTuple):
    """Feet of points on an outline of pieces: lines in the plane, facets in space.

    Attributes
    ----------
    piece
        Number of the piece of each point, shape (points,); that of the nearest one where there is no foot.
    place
        Which of the candidates of the point this is.
    parameter
        Along a line, from -1 to 1, shape (points,); of a facet, shape (points, 2).
    functions
        Values of the functions of the piece at the foot, shape (points, nodes).
    gap
        m; infinite where there is no foot.
    normal, slope
        Unit normal, and derivative of the gap by the motion of the point, shape (points, dimension).
    turn
        Derivative of the normal by the motion of the point, shape (points, dimension, dimension), 1/m.
    lost
        Points without a foot whose nearest one lies beyond the candidates, but not beyond an end of the outline.
    """

    piece: IntArray
    place: IntArray
    parameter: Array
    functions: Array
    gap: Array
    normal: Array
    slope: Array
    turn: Array
    lost: Mask

    @property
    def found(self) -> Mask:
        """Points that have one."""
        return np.asarray(np.isfinite(self.gap))


class Outline(Protocol):
    """Pieces of an outline, all of them known on every rank that has a point to look for.

    Attributes
    ----------
    nodes
        Local nodes of each piece, shape (pieces, k).
    blocks
        Nodes that stand for a piece in the elements of a tangent, shape (pieces, nodes): those of the cell behind it,
        or its own.
    places
        Where its nodes stand in them, shape (pieces, k).
    """

    nodes: Int32Array
    blocks: Int32Array
    places: IntArray

    def blocks_of(self, surface: ContactSurface) -> tuple[Int32Array, IntArray]:
        """Blocks and places of the pieces of a face, as those of this outline are."""

    def present(self, displacement: Array) -> Array:
        """Places of the nodes of the pieces, shape (pieces, k, dimension), m."""

    def take_normals(self, displacement: Array) -> None:
        """Take over the normals of a shape; they are held until the next call."""

    def near(self, places: Array, surface: ContactSurface, points: Array) -> IntArray:
        """Pieces that those of a face may touch, padded with -1, shape (pieces of the face, most candidates).

        Parameters
        ----------
        places
            Of the nodes of the outline, m.
        surface
            The face.
        points
            Present places of its nodes, shape (pieces, k, dimension), m.
        """

    def feet(self, places: Array, points: Array, candidates: IntArray) -> Feet:
        """Feet of points on the nearest of their candidates.

        Parameters
        ----------
        places
            Of the nodes of the outline, m.
        points
            Shape (points, dimension), m.
        candidates
            Pieces of each point, padded with -1, shape (points, candidates).
        """

    def shares(self, places: Array, surface: ContactSurface, points: Array, active: IntArray, near: IntArray) -> Array:
        """Parts of the traction at a node of a face that go to the nodes of the outline.

        Parameters
        ----------
        places
            Of the nodes of the outline, m.
        surface
            The face.
        points
            Present places of its nodes, shape (pieces, k, dimension), m.
        active
            Pieces that are asked for.
        near
            Their candidates, shape (active pieces, candidates).

        Returns
        -------
        Array
            Shape (active pieces, k, candidates, k); sums over the last two are 1, or 0 where nothing lies over a node.
        """
