"""Vectors given at scattered points, at other places."""

from __future__ import annotations

import numpy as np
from scipy.spatial import ConvexHull, QhullError, cKDTree

from platingx.arrays import Array, Mask

__all__ = ["NEAR", "interpolate_vectors"]

NEAR = 0.01
"""How far outside of the points a place may lie, over the largest width of the points: chords of curved faces."""


def interpolate_vectors(points: Array, vectors: Array, places: Array) -> tuple[Array, Mask]:
    """Interpolate linearly between points (Delaunay), and take the nearest point just outside of them.

    Parameters
    ----------
    points, vectors
        Shapes (points, dimension), m.
    places
        Shape (places, dimension), m.

    Returns
    -------
    values, covered
        Vectors at the places, and whether the points reach there; other values are zero.

    Raises
    ------
    ValueError
        If all points lie on a line or in a plane.
    """
    from scipy.interpolate import LinearNDInterpolator  # 0.03 s: only when a case asks for it

    middle, width = points.mean(axis=0), float(np.ptp(points, axis=0).max())
    scaled, wanted = (points - middle) / width, (places - middle) / width
    try:
        values = LinearNDInterpolator(scaled, vectors)(wanted)
    except QhullError:
        raise ValueError("all points lie on a line or in a plane") from None
    covered = np.isfinite(values).all(axis=-1)
    outside = np.flatnonzero(~covered)
    if len(outside):
        covered[outside] = _is_just_outside(scaled, wanted[outside])
        values[outside] = vectors[cKDTree(scaled).query(wanted[outside])[1]]
        values[~covered] = 0.0
    return np.asarray(values), covered


def _is_just_outside(scaled: Array, places: Array) -> Mask:
    """Whether places lie within ``NEAR`` of the convex hull of points."""
    planes = ConvexHull(scaled).equations
    return np.asarray((places @ planes[:, :-1].T + planes[:, -1]).max(axis=1, initial=-1.0) < NEAR)
