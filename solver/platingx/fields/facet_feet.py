"""Feet of points on a surface of quadratic facets with a continuous field of normals; compiled."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array, IntArray, Mask
from platingx.fields.facet_functions import facet_functions, foot_on_facet, inside_edges, point_at
from platingx.materials.compiled import njit_strict

__all__ = ["feet_on_facets"]

_SAME = 1e-9
"""Parameter by which a foot may lie beyond an edge, so that none falls between two facets."""
_BEYOND = 0.025
"""The same at an edge where the surface ends."""


@njit_strict
def feet_on_facets(
    points: Array,
    places: Array,
    normals: Array,
    free: Mask,
    sizes: Array,
    candidates: IntArray,
    place: IntArray,
    parameters: Array,
    gaps: Array,
    lost: Mask,
    functions: Array,
    derived: Array,
) -> None:
    """Find the feet of points on the nearest of their candidates, and how they move.

    Parameters
    ----------
    points
        Shape (points, 3), m.
    places, normals
        Nodes of the facets, m, and normals at them, shape (facets, nodes, 3).
    free
        Edges where the surface ends, shape (facets, edges).
    sizes
        Sizes of the facets, shape (facets,), m: a point deeper than that is on another side of the body.
    candidates
        Facets of each point, padded with -1, shape (points, candidates).
    place, parameters, gaps, lost
        Written to: which candidate it is, parameters, shape (points, 2), gap (infinite where there is no foot), and
        points without one whose nearest one lies beyond the candidates, but not beyond an end of the surface.
    functions
        Written to: functions of the facet at the foot, shape (points, nodes).
    derived
        Written to: normal, derivative of the gap by the motion of the point, and that of the normal, row by row,
        shape (points, 5, 3).
    """
    count = places.shape[1]
    table = np.zeros((3, count))
    for p in range(len(points)):
        least, beyond, found, nearest, at_end = np.inf, np.inf, -1, -1, False
        foot, near = np.zeros(3), np.zeros(3)
        for c in range(candidates.shape[1]):
            facet = candidates[p, c]
            if facet < 0:
                continue
            s, t, g = foot_on_facet(points[p], places[facet], normals[facet], table)
            if not np.isfinite(g):
                continue
            facet_functions(count, s, t, table)
            point_at(table, 0, normals[facet], derived[p, 0])
            gap = g * np.sqrt(np.sum(derived[p, 0] ** 2))
            if gap <= -sizes[facet]:
                continue
            outside, ends = _outside(count, s, t, free[facet])
            if outside <= 0.0 and abs(gap) < least:
                least, found = abs(gap), c
                foot[0], foot[1], foot[2] = s, t, gap
            if outside < beyond:
                beyond, nearest, at_end = outside, c, ends
                near[0], near[1], near[2] = s, t, gap
        gaps[p], lost[p], place[p] = np.inf, False, max(0, nearest)
        functions[p], derived[p] = 0.0, 0.0
        if found < 0:
            lost[p] = not (nearest >= 0 and at_end)
            continue
        place[p], gaps[p] = found, foot[2]
        parameters[p, 0], parameters[p, 1] = foot[0], foot[1]
        facet = candidates[p, found]
        facet_functions(count, foot[0], foot[1], table)
        functions[p] = table[0]
        _derive(table, places[facet], normals[facet], foot[2], derived[p])


@njit_strict
def _outside(count: int, s: float, t: float, free: Mask) -> tuple[float, bool]:
    """How far a foot lies outside of a facet beyond what it may, and whether the surface ends at that edge."""
    largest, ends = -np.inf, False
    for edge in range(len(free)):
        short = -inside_edges(count, s, t, edge) - (_BEYOND if free[edge] else _SAME)
        if short > largest:
            largest, ends = short, free[edge]
    return largest, ends


@njit_strict
def _derive(table: Array, y: Array, n: Array, gap: float, derived: Array) -> None:
    """Normal m, and derivatives of gap and normal by the motion d of the point relative to its foot.

    x = y(s, t) + G m(s, t) gives d = (y_s + G m_s) ds + (y_t + G m_t) dt + m dG, where nodes and normals are held.
    """
    frame, turns, raw = np.zeros((3, 3)), np.zeros((2, 3)), np.zeros(3)
    point_at(table, 0, n, raw)
    size = np.sqrt(np.sum(raw**2))
    for i in range(3):
        frame[2, i] = raw[i] / size
    for k in range(2):
        point_at(table, 1 + k, y, frame[k])
        point_at(table, 1 + k, n, turns[k])
        along = np.sum(turns[k] * frame[2])
        for i in range(3):
            turns[k, i] = (turns[k, i] - along * frame[2, i]) / size
            frame[k, i] += gap * turns[k, i]
    a, b, c = frame[0], frame[1], frame[2]
    across = np.zeros((3, 3))  # rows of the inverse of the columns a, b, c, times their determinant
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        across[0, i] = b[j] * c[k] - b[k] * c[j]
        across[1, i] = c[j] * a[k] - c[k] * a[j]
        across[2, i] = a[j] * b[k] - a[k] * b[j]
    determinant = np.sum(a * across[0])
    for i in range(3):
        derived[0, i] = c[i]
        derived[1, i] = across[2, i] / determinant
        for j in range(3):
            turn = turns[0, i] * across[0, j] + turns[1, i] * across[1, j]
            derived[2 + i, j] = turn / determinant
