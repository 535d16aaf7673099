"""Quadratic functions of lines: of the two ends and the middle, at parameters from -1 to 1."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array

__all__ = ["line_functions", "line_slopes"]


def line_functions(t: Array) -> Array:
    """Quadratic functions of the two ends and the middle of a line at parameters, shape (..., 3)."""
    return np.stack([0.5 * t * (t - 1.0), 0.5 * t * (t + 1.0), 1.0 - t * t], axis=-1)


def line_slopes(t: Array) -> Array:
    """Their derivatives."""
    return np.stack([t - 0.5, t + 0.5, -2.0 * t], axis=-1)
