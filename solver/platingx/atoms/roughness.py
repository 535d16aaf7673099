"""Roughness of a front: of the highest atoms of a deposit, or of points along a growing surface of a body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.atoms.box import Box

__all__ = ["Roughness", "front_roughness", "roughness", "surface_heights"]


@dataclass(frozen=True)
class Roughness:
    """Roughness of a front, in its unit of length (ISO 4287 names in brackets).

    Attributes
    ----------
    mean
        Mean height.
    average
        Mean distance from the mean height (R_a).
    total
        Highest less lowest point (R_max, the Rt of a single profile).
    rms
        Root mean square of the distance from the mean height (sigma, Rq).
    """

    mean: float
    average: float
    total: float
    rms: float


def roughness(heights: Array, weights: Array | None = None) -> Roughness:
    """Roughness of heights.

    Parameters
    ----------
    heights
        Heights (points,); those that are not numbers are left out.
    weights
        Share of the front that each stands for; the same for all if left out.
    """
    known = np.isfinite(heights)
    if not known.any():
        return Roughness(*(float("nan"),) * 4)
    values, shares = heights[known], np.ones(known.sum()) if weights is None else weights[known]
    mean = float(np.average(values, weights=shares))
    away = values - mean
    return Roughness(
        mean,
        float(np.average(np.abs(away), weights=shares)),
        float(np.ptp(values)),
        float(np.sqrt(np.average(away**2, weights=shares))),
    )


def front_roughness(x: Array, heights: Array) -> Roughness:
    """Roughness of a front given by points along it, each weighed by the way along x that it stands for.

    Parameters
    ----------
    x, heights
        Points (points,), in any order along x.
    """
    order = np.argsort(x, kind="stable")
    x, heights = x[order], heights[order]
    if len(x) < 2:
        return roughness(heights)
    gaps = np.diff(x)
    weights = 0.5 * (np.concatenate([gaps, [0.0]]) + np.concatenate([[0.0], gaps]))
    return roughness(heights, weights)


def surface_heights(positions: Array, box: Box, width: float, *, across: bool = False) -> Array:
    """Height z of the topmost atom in each bin.

    Parameters
    ----------
    positions
        Atoms (atoms, 3), z up.
    box
        Their box.
    width
        Width of a bin, such as a lattice constant; bins are made to divide the box.
    across
        Bins along x and y, not along x alone.

    Returns
    -------
    array (bins,)
        Not a number in a bin without atoms.
    """
    inside, lengths = box.wrapped(positions), box.lengths
    axes = (0, 1) if across else (0,)
    bins = [max(1, round(lengths[axis] / width)) for axis in axes]
    index = np.zeros(len(inside), np.int64)
    for axis, count in zip(axes, bins, strict=True):
        place = np.floor((inside[:, axis] - box.low[axis]) / lengths[axis] * count).astype(np.int64)
        index = index * count + np.clip(place, 0, count - 1)
    heights: Array = np.full(int(np.prod(bins)), -np.inf)
    np.maximum.at(heights, index, inside[:, 2])
    return np.where(np.isfinite(heights), heights, np.nan)
