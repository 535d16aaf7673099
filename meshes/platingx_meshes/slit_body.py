"""A slit, the outline of the body it is in, and how large elements are around it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

Kind = Literal["surface", "symmetric", "buried"]


@dataclass(frozen=True)
class Slit:
    """A slit of straight pieces.

    Attributes
    ----------
    start, end : its ends, shape (2,), m; the end is a tip, the start too where it is buried
    kind : ``surface`` starts on the outline; ``symmetric`` lies on a straight line of the outline, from an end of that
        on; ``buried`` does not touch the outline
    bends : places between the ends at which it turns, in order, shape (n, 2), m; a symmetric one has none
    """

    start: Array
    end: Array
    kind: Kind
    bends: Array = field(default_factory=lambda: np.zeros((0, 2)))

    @cached_property
    def nodes(self) -> Array:
        """Ends of its pieces from the start on, shape (pieces + 1, 2), m."""
        return np.vstack([self.start, self.bends, self.end])

    @cached_property
    def pieces(self) -> Array:
        """Lengths of its pieces, m."""
        return np.linalg.norm(np.diff(self.nodes, axis=0), axis=1)

    @cached_property
    def length(self) -> float:
        """Along all pieces, m."""
        return float(self.pieces.sum())

    def at(self, distances: Array) -> Array:
        """Places at distances (m) from the start along the slit, shape (..., 2)."""
        along = np.concatenate([[0.0], np.cumsum(self.pieces)])
        nodes = self.nodes
        return np.stack([np.interp(distances, along, nodes[:, i]) for i in (0, 1)], axis=-1)

    def heading(self, tip: int) -> Array:
        """Unit vector of the piece at a tip, out of the slit; tip 0 is the end, 1 the start of a buried one."""
        nodes = self.nodes
        away = nodes[-1] - nodes[-2] if tip == 0 else nodes[0] - nodes[1]
        return np.asarray(away / np.linalg.norm(away))

    def piece(self, tip: int) -> float:
        """Length of the piece at a tip, m."""
        return float(self.pieces[-1 if tip == 0 else 0])

    def extended(self, place: Array, tip: int = 0) -> "Slit":
        """The slit with one more piece, from a tip to a place; a symmetric one gets longer."""
        if self.kind == "symmetric":
            return Slit(self.start, place, self.kind)
        if tip == 0:
            return Slit(self.start, place, self.kind, np.vstack([self.bends, self.end]))
        return Slit(place, self.end, self.kind, np.vstack([self.start, self.bends]))

    @property
    def direction(self) -> Array:
        """Unit vector from the start to the end."""
        return np.asarray((self.end - self.start) / self.length)

    @property
    def normal(self) -> Array:
        """Unit vector from the lower to the upper face: the direction turned by 90 degrees to the left."""
        along = self.direction
        return np.array([-along[1], along[0]])

    @property
    def tips(self) -> tuple[Array, ...]:
        """Places of its tips, that of the end first."""
        return (self.end, self.start) if self.kind == "buried" else (self.end,)


@dataclass(frozen=True)
class SlitSizes:
    """Sizes of the elements around a slit, relative to its length.

    Attributes
    ----------
    tip, mouth, face : at a tip, where the slit starts at a surface, and along it
    thin_tip, ligament : at a tip and along the slit, relative to the distance from the outline, where that is small
    growth : of the size with the distance
    turn : of the outline along the side of an element, radians
    refinement : divides all sizes
    """

    tip: float = 1.0 / 16.0
    mouth: float = 1.0 / 12.0
    face: float = 1.0 / 6.0
    thin_tip: float = 1.0 / 16.0
    ligament: float = 0.3
    growth: float = 0.3
    turn: float = 0.5
    refinement: float = 1.0


@dataclass(frozen=True)
class Line:
    """Part of an outline.

    Attributes
    ----------
    nodes : ends and middles of quadratic sides in turn, shape (2 n + 1, 2), m
    held : which displacement components are held there
    """

    nodes: Array
    held: tuple[bool, bool] = (False, False)
