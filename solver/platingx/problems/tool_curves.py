"""Sections of rigid tools that are curves: a parabola, and a spline through a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from platingx.arrays import Array
from platingx.problems.tool_shapes import Distances

__all__ = ["Parabola", "Profile"]

_SAMPLES = 32  # of each piece of a spline, from which its nearest point is searched
_SEARCHES = 60  # bisections and Newton steps; the last bit is reached in fewer


def _from_foot(across: Array, along: Array, foot: Array, height: Array, slope: Array, bend: Array) -> Distances:
    """Distances from the nearest points of a curve.

    Parameters
    ----------
    across, along
        The points.
    foot
        Where their nearest points lie across the axis.
    height, slope, bend
        Of the curve there: value and first two derivatives.
    """
    length = np.hypot(1.0, slope)
    normal = np.stack([slope, -np.ones_like(slope)], axis=1) / length[:, None]
    tangent = np.stack([np.ones_like(slope), slope], axis=1) / length[:, None]
    value = ((across - foot) * slope - (along - height)) / length
    curvature = bend / length**3
    share = curvature / (1.0 + curvature * value)
    return Distances(value, normal, share[:, None, None] * tangent[:, :, None] * tangent[:, None, :])


class Parabola:
    """The parabola along = across^2 / (2 R), whose nearest points are roots of a cubic.

    Parameters
    ----------
    radius
        R, radius of curvature at the tip, m.
    """

    def __init__(self, radius: float) -> None:
        self.radius = radius

    def distances(self, across: Array, along: Array) -> Distances:
        """Distances of points below the centre of curvature of the tip; see `Section`.

        The nearest point t of (s, y) has t^3 + 2 R^2 (1 - y/R) t = 2 R^2 s, with one real root while y < R.
        """
        radius = self.radius
        linear = 2.0 * radius**2 * np.maximum(1.0 - along / radius, 1e-6)  # deep inside there is no nearest point
        right = 2.0 * radius**2 * across
        root = np.sqrt(linear / 3.0)
        foot = 2.0 * root * np.sinh(np.arcsinh(1.5 * right / (linear * root)) / 3.0)
        return _from_foot(
            across, along, foot, foot**2 / (2.0 * radius), foot / radius, np.full_like(foot, 1.0 / radius)
        )


class Profile:
    """A cubic spline through a table, level at the axis, straight from the last point on.

    Parameters
    ----------
    across, along
        Points of the outline, m: from the axis outwards, from 0 upwards.
    """

    def __init__(self, across: Sequence[float], along: Sequence[float]) -> None:
        from scipy.interpolate import CubicSpline  # 0.03 s: only when there is such a tool

        self._spline = CubicSpline(across, along, bc_type=((1, 0.0), (2, 0.0)))
        self._end = float(across[-1])
        self._last = (float(along[-1]), float(self._spline(self._end, 1)))
        knots = np.asarray(across, dtype=float)
        parts = [np.linspace(a, b, _SAMPLES, endpoint=False) for a, b in pairwise(knots)]
        self._samples = np.append(np.concatenate(parts), knots[-1])
        self._heights = self._spline(self._samples)

    def distances(self, across: Array, along: Array) -> Distances:
        """Distances of points; see `Section`."""
        foot = self._on_spline(across, along)
        height, slope, bend = (np.asarray(self._spline(foot, order)) for order in range(3))
        last, rise = self._last
        straight = (across + rise * (along - last) + rise**2 * self._end) / (1.0 + rise**2)
        level = last + rise * (straight - self._end)
        nearer = np.hypot(straight - across, level - along) < np.hypot(foot - across, height - along)
        outside = (straight >= self._end) & (nearer | (foot >= self._end))
        return _from_foot(
            across,
            along,
            np.where(outside, straight, foot),
            np.where(outside, level, height),
            np.where(outside, rise, slope),
            np.where(outside, 0.0, bend),
        )

    def _on_spline(self, across: Array, along: Array) -> Array:
        """Nearest points between the axis and the end: the nearest sample, then Newton's method within its neighbours.

        The derivative of half the squared distance, (t - s) + (f - y) f', changes its sign there.
        """
        squares = (self._samples[None] - across[:, None]) ** 2 + (self._heights[None] - along[:, None]) ** 2
        nearest = squares.argmin(axis=1)
        low = self._samples[np.maximum(nearest - 1, 0)]
        high = self._samples[np.minimum(nearest + 1, len(self._samples) - 1)]
        foot = self._samples[nearest]
        for _ in range(_SEARCHES):
            height, slope, bend = (np.asarray(self._spline(foot, order)) for order in range(3))
            pull = (foot - across) + (height - along) * slope
            low, high = np.where(pull < 0.0, foot, low), np.where(pull > 0.0, foot, high)
            change = 1.0 + slope**2 + (height - along) * bend
            guess = foot - pull / np.where(change == 0.0, 1.0, change)
            inside = (guess >= low) & (guess <= high) & (change > 0.0)
            new = np.where(pull == 0.0, foot, np.where(inside, guess, 0.5 * (low + high)))
            if np.array_equal(new, foot):
                break
            foot = new
        return foot
