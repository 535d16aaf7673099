"""Which points of a current over time have to end steps, and what is lost where points are merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from platingx.arrays import Array, IntArray

__all__ = ["EXACT_POINTS", "CurrentPiece", "StepPoints", "step_points"]

EXACT_POINTS = 200
"""So many corners of a table all end steps; beyond, corners whose charge does not matter are merged."""

_ROUND_OFF = 1e-9
"""Departure from the line before a point at the end of the step after it (or the other way round, whichever step is
longer), over the largest current, below which the point is no corner."""


@dataclass(frozen=True)
class CurrentPiece:
    """The current between two points that end steps, as a straight line.

    Attributes
    ----------
    start, end
        s.
    first, last
        Current density after the start and before the end, A/m^2.
    """

    start: float
    end: float
    first: float
    last: float

    @property
    def slope(self) -> float:
        """Change of the current density with time, A/m^2/s."""
        return (self.last - self.first) / (self.end - self.start)


@dataclass(frozen=True)
class StepPoints:
    """Instants at which steps end because of the current.

    Attributes
    ----------
    pieces
        The current between them, in the order of time; the last one ends with the run.
    given
        Corners of the table within the run.
    largest_deviation
        Largest charge per area by which the pieces depart from the table at any time, C/m^2; 0 where nothing is merged.
    """

    pieces: tuple[CurrentPiece, ...]
    given: int
    largest_deviation: float

    @property
    def times(self) -> tuple[float, ...]:
        """Instants within the run, s."""
        return tuple(piece.start for piece in self.pieces[1:])

    def corners(self, share: float) -> frozenset[float]:
        """Instants (s) at which the current changes by more than a share of its larger value there."""
        joints = pairwise(self.pieces)
        return frozenset(
            after.start
            for before, after in joints
            if abs(after.first - before.last) > share * max(abs(after.first), abs(before.last))
        )

    @property
    def merged(self) -> int:
        """Corners of the table that no step ends at."""
        return self.given - len(self.times)


def step_points(times: Sequence[float], values: Sequence[float], end: float, tolerance: float) -> StepPoints:
    """Choose the points of a piecewise linear current at which steps end.

    1. Corners are the points where the line turns or jumps. Up to `EXACT_POINTS` of them all end steps.
    2. Where there are more, pieces are made as long as can be, from the start on: the charge over time of a piece is a
       parabola through its two ends (so its current a line), whose curvature is a least-squares fit. A piece is good
       where the exact charge departs from the parabola by no more than the tolerance, at the points and between them.

    Parameters
    ----------
    times, values
        Points of the current, s and A/m^2, times not decreasing from 0; constant after the last.
    end
        End of the run, s.
    tolerance
        Largest charge per area by which a piece may depart from the exact one, C/m^2.
    """
    table = _Table(np.asarray(times, dtype=float), np.asarray(values, dtype=float), end)
    corners = table.corners()
    if len(corners) <= EXACT_POINTS:
        knots = np.concatenate([[0], corners, [len(table.times) - 1]])
        pieces = tuple(table.exact_piece(a, b) for a, b in pairwise(knots))
        return StepPoints(tuple(p for p in pieces if p.end > p.start), len(corners), 0.0)
    merged: list[CurrentPiece] = []
    largest, first = 0.0, 0
    while first < len(table.times) - 1:
        last = table.farthest(first, tolerance)
        piece, deviation = table.fitted_piece(first, last)
        if piece.end > piece.start:
            merged.append(piece)
            largest = max(largest, deviation)
        first = last
    return StepPoints(tuple(merged), len(corners), largest)


class _Table:
    """Points up to the end of the run, with the exact charge at each of them."""

    def __init__(self, times: Array, values: Array, end: float) -> None:
        first = int(np.searchsorted(times, 0.0, side="right")) - 1  # of two rows at the start the second one counts
        times, values = times[first:], values[first:]
        new = np.concatenate([[True], (np.diff(times) > 0.0) | (np.diff(values) != 0.0)])
        times, values = times[new], values[new]
        inside = int(np.searchsorted(times, end, side="left"))
        final = values[inside - 1]  # constant beyond the last point
        if inside < len(times):  # on the line to the first point at or after the end
            weight = (end - times[inside - 1]) / (times[inside] - times[inside - 1])
            final += weight * (values[inside] - values[inside - 1])
        self.times = np.append(times[:inside], end)
        self.values = np.append(values[:inside], final)
        steps = np.diff(self.times)
        self.charges = np.concatenate([[0.0], np.cumsum(steps * (self.values[1:] + self.values[:-1]) / 2)])
        self.bends = steps * np.diff(self.values)  # second derivative of the charge times the square of the step

    def corners(self) -> IntArray:
        """Inner points where the line turns or jumps; of the two of a jump the second."""
        t, v = self.times, self.values
        steps = np.diff(t)
        slopes = np.divide(np.diff(v), steps, out=np.zeros_like(steps), where=steps > 0.0)
        # Over the longer step: beside a short one a large turn hardly leaves the line between the neighbours.
        departure = np.abs(np.diff(slopes)) * np.maximum(steps[1:], steps[:-1])
        found = np.flatnonzero(departure > _ROUND_OFF * np.abs(v).max()) + 1
        last_of_instant = t[found] < t[found + 1]  # the last point ends the run, so that one always follows
        jumps = np.flatnonzero((t[1:] == t[:-1]) & (v[1:] != v[:-1])) + 1
        return np.union1d(found[last_of_instant], jumps[t[jumps] < t[-1]]).astype(np.int64)

    def exact_piece(self, first: int, last: int) -> CurrentPiece:
        """The line between two corners, up to the first point of an instant with several."""
        before = last
        while before > first + 1 and self.times[before - 1] == self.times[last]:
            before -= 1
        ends = (self.times[first], self.times[last], self.values[first], self.values[before])
        return CurrentPiece(*(float(number) for number in ends))

    def _curvature(self, first: int, last: int) -> tuple[float, float]:
        """Coefficient c of the parabola chord + c (t - a)(b - t), and the largest deviation of the exact charge."""
        t, q = self.times[first : last + 1], self.charges[first : last + 1]
        length = t[-1] - t[0]
        if length <= 0.0:
            return 0.0, 0.0
        deviation = q - (q[0] + (q[-1] - q[0]) * (t - t[0]) / length)
        bow = (t - t[0]) * (t[-1] - t)
        total = float(bow @ bow)
        c = float(bow @ deviation) / total if total > 0.0 else 0.0
        between = np.abs(self.bends[first:last] + 2.0 * c * np.diff(t) ** 2) / 8.0
        left = np.abs(deviation - c * bow)
        return c, float((np.maximum(left[1:], left[:-1]) + between).max())

    def fitted_piece(self, first: int, last: int) -> tuple[CurrentPiece, float]:
        """The line that stands for one or several of the table, and the largest deviation of its charge."""
        if last == first + 1:
            return self.exact_piece(first, last), 0.0
        c, deviation = self._curvature(first, last)
        start, end = float(self.times[first]), float(self.times[last])
        mean = float(self.charges[last] - self.charges[first]) / (end - start) if end > start else 0.0
        return CurrentPiece(start, end, mean + c * (end - start), mean - c * (end - start)), deviation

    def farthest(self, first: int, tolerance: float) -> int:
        """Last point of the longest piece from a point that is within the tolerance, found by doubling and halving."""
        good, reach, final = first + 1, 2, len(self.times) - 1
        while good < final and self._curvature(first, min(first + reach, final))[1] <= tolerance:
            good, reach = min(first + reach, final), 2 * reach
        bad = min(first + reach, final + 1)
        while bad - good > 1:
            middle = (good + bad) // 2
            if self._curvature(first, middle)[1] <= tolerance:
                good = middle
            else:
                bad = middle
        return good
