"""Curves made of straight lines and arcs, and nodes along them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Arc", "Line", "Piece", "length_of", "sampled"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """A straight line between two points, m."""

    start: tuple[float, float]
    end: tuple[float, float]

    @property
    def length(self) -> float:
        """Its length, m."""
        return float(np.hypot(self.end[0] - self.start[0], self.end[1] - self.start[1]))

    def at(self, share: Array) -> Array:
        """Points at shares of its length, shape (n, 2)."""
        ends = np.array([self.start, self.end])
        return np.asarray(ends[0] + share[:, None] * (ends[1] - ends[0]))


@dataclass(frozen=True)
class Arc:
    """A part of a circle, from one angle to another (rad, from the x axis)."""

    centre: tuple[float, float]
    radius: float
    start: float
    end: float

    @property
    def length(self) -> float:
        """Its length, m."""
        return self.radius * abs(self.end - self.start)

    def at(self, share: Array) -> Array:
        """Points at shares of its length, shape (n, 2)."""
        angle = self.start + share * (self.end - self.start)
        x, y = self.radius * np.cos(angle), self.radius * np.sin(angle)
        x[np.abs(x) < 1e-12 * self.radius] = 0.0
        return np.column_stack([self.centre[0] + x, self.centre[1] + y])


Piece = Line | Arc


def length_of(pieces: Sequence[Piece]) -> float:
    """Length of a curve, m."""
    return sum(piece.length for piece in pieces)


def sampled(pieces: Sequence[Piece], elements: int) -> Array:
    """Nodes of second-order elements along a curve, shape (2 elements + 1, 2).

    Each piece has elements of equal length, in number by its share of the whole, and one at least.
    """
    counts = _shares([piece.length for piece in pieces], elements)
    rows = [
        piece.at(np.linspace(0.0, 1.0, 2 * count + 1, dtype=np.float64))
        for piece, count in zip(pieces, counts, strict=True)
    ]
    return np.concatenate([rows[0], *(row[1:] for row in rows[1:])])


def _shares(lengths: Sequence[float], total: int) -> list[int]:
    """Divide a whole number by lengths, one at least for each; the longest takes what is left."""
    whole = sum(lengths)
    found = [max(1, round(total * length / whole)) for length in lengths]
    longest = int(np.argmax(lengths))
    found[longest] = total - (sum(found) - found[longest])
    return found
