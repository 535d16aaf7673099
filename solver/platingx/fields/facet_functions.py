"""Quadratic functions of facets in space, and feet on facets along a continuous field of normals; compiled.

Nodes and parameters are those of the reference facet: a quadrilateral [0, 1]^2 with 9 nodes, or a triangle with 7, the
last in the middle. A triangle has its cubic bubble too, as the face of an enriched tetrahedron does.
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array
from platingx.materials.compiled import njit_strict

__all__ = ["QUADRILATERAL", "facet_functions", "foot_on_facet", "inside_edges", "point_at", "start_on_facet"]

QUADRILATERAL = 9
"""Nodes of a quadrilateral; a triangle has 7."""
_TURNS = 30
"""Iterations of Newton's method, at most; it takes 3 to 5."""
_SETTLED, _CLOSE = 1e-14, 1e-8
"""Change of a parameter at which it stops, and up to which it counts as converged."""
_LONGEST = 0.5
"""Change of a parameter in an iteration, at most."""
_FARTHEST = 2.0
"""How far outside of the facet parameters may get."""


@njit_strict
def facet_functions(count: int, s: float, t: float, table: Array) -> None:
    """Fill a table, shape (3, nodes), with the functions at a point, and their derivatives by s and by t.

    Parameters
    ----------
    count
        9 or 7 nodes.
    s, t
        Parameters.
    table
        Written to.
    """
    if count == QUADRILATERAL:
        across = ((1.0 - s) * (1.0 - 2.0 * s), s * (2.0 * s - 1.0), 4.0 * s * (1.0 - s))
        along = ((1.0 - t) * (1.0 - 2.0 * t), t * (2.0 * t - 1.0), 4.0 * t * (1.0 - t))
        across_slope = (4.0 * s - 3.0, 4.0 * s - 1.0, 4.0 - 8.0 * s)
        along_slope = (4.0 * t - 3.0, 4.0 * t - 1.0, 4.0 - 8.0 * t)
        first = (0, 1, 0, 1, 2, 0, 1, 2, 2)
        second = (0, 0, 1, 1, 0, 2, 2, 1, 2)
        for a in range(9):
            i, j = first[a], second[a]
            table[0, a] = across[i] * along[j]
            table[1, a] = across_slope[i] * along[j]
            table[2, a] = across[i] * along_slope[j]
        return
    r = 1.0 - s - t
    bubble, by_s, by_t = r * s * t, (r - s) * t, (r - t) * s
    share = (3.0, 3.0, 3.0, -12.0, -12.0, -12.0, 27.0)
    table[0, 0], table[1, 0], table[2, 0] = r * (2.0 * r - 1.0), 1.0 - 4.0 * r, 1.0 - 4.0 * r
    table[0, 1], table[1, 1], table[2, 1] = s * (2.0 * s - 1.0), 4.0 * s - 1.0, 0.0
    table[0, 2], table[1, 2], table[2, 2] = t * (2.0 * t - 1.0), 0.0, 4.0 * t - 1.0
    table[0, 3], table[1, 3], table[2, 3] = 4.0 * s * t, 4.0 * t, 4.0 * s
    table[0, 4], table[1, 4], table[2, 4] = 4.0 * r * t, -4.0 * t, 4.0 * (r - t)
    table[0, 5], table[1, 5], table[2, 5] = 4.0 * r * s, 4.0 * (r - s), -4.0 * s
    table[0, 6], table[1, 6], table[2, 6] = 0.0, 0.0, 0.0
    for a in range(7):
        table[0, a] += share[a] * bubble
        table[1, a] += share[a] * by_s
        table[2, a] += share[a] * by_t


@njit_strict
def inside_edges(count: int, s: float, t: float, edge: int) -> float:
    """How far a point lies on the inner side of an edge of the reference facet, edges in the order of their nodes."""
    if count == QUADRILATERAL:
        return (t, s, 1.0 - s, 1.0 - t)[edge]
    return (1.0 - s - t, s, t)[edge]


@njit_strict
def point_at(table: Array, row: int, values: Array, result: Array) -> None:
    """Sum of nodal vectors, shape (nodes, 3), by a row of a table of functions."""
    for i in range(3):
        total = 0.0
        for a in range(values.shape[0]):
            total += table[row, a] * values[a, i]
        result[i] = total


@njit_strict
def _solved(a: Array, b: Array, c: Array, r: Array) -> tuple[float, float, float]:
    """Solution x of x0 a + x1 b + x2 c = r; not a number where there is none."""
    bc0, bc1, bc2 = b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]
    determinant = a[0] * bc0 + a[1] * bc1 + a[2] * bc2
    if determinant == 0.0:
        return np.nan, np.nan, np.nan
    rb0, rb1, rb2 = r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]
    br0, br1, br2 = b[1] * r[2] - b[2] * r[1], b[2] * r[0] - b[0] * r[2], b[0] * r[1] - b[1] * r[0]
    return (
        (r[0] * bc0 + r[1] * bc1 + r[2] * bc2) / determinant,
        (a[0] * rb0 + a[1] * rb1 + a[2] * rb2) / determinant,
        (a[0] * br0 + a[1] * br1 + a[2] * br2) / determinant,
    )


@njit_strict
def start_on_facet(x: Array, y: Array, direction: Array) -> tuple[float, float]:
    """Parameters at which a point lies over the flat facet of the same corners, along a direction."""
    quadrilateral = y.shape[0] == QUADRILATERAL
    edges, apart = np.zeros((2, 3)), np.zeros(3)
    for i in range(3):
        edges[0, i], edges[1, i] = y[1, i] - y[0, i], y[2, i] - y[0, i]
        apart[i] = x[i] - y[0, i]
        if quadrilateral:
            edges[0, i] = 0.5 * (edges[0, i] + y[3, i] - y[2, i])
            edges[1, i] = 0.5 * (edges[1, i] + y[3, i] - y[1, i])
            apart[i] = x[i] - 0.25 * (y[0, i] + y[1, i] + y[2, i] + y[3, i]) + 0.5 * (edges[0, i] + edges[1, i])
    s, t, _ = _solved(edges[0], edges[1], direction, apart)
    return s, t


@njit_strict
def foot_on_facet(x: Array, y: Array, n: Array, table: Array) -> tuple[float, float, float]:
    """Foot of a point: x = y(s, t) + g n(s, t), by Newton's method.

    Parameters
    ----------
    x
        The point, m.
    y, n
        Nodes of the facet, m, and normals at them, shape (nodes, 3). Where all normals are the same, the point is
        moved along that direction.
    table
        Room for the functions, shape (3, nodes).

    Returns
    -------
    s, t, g
        Parameters, and distance in the lengths of n there; not a number where no foot is near.
    """
    count = y.shape[0]
    slopes, turns, rest = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros(3)
    s, t = start_on_facet(x, y, _sum(n))
    if not np.isfinite(s + t):
        return np.nan, np.nan, np.nan
    s, t, g, change = _near(s), _near(t), np.nan, np.inf
    for _ in range(_TURNS):
        facet_functions(count, s, t, table)
        for row in range(3):
            point_at(table, row, y, slopes[row])
            point_at(table, row, n, turns[row])
        if np.isnan(g):
            g = np.sum((x - slopes[0]) * turns[0]) / np.sum(turns[0] ** 2)
        rest[:] = x - slopes[0] - g * turns[0]
        slopes += g * turns
        ds, dt, dg = _solved(slopes[1], slopes[2], turns[0], rest)
        if not np.isfinite(ds + dt + dg):
            return np.nan, np.nan, np.nan
        change = max(abs(ds), abs(dt))
        short = min(1.0, _LONGEST / max(change, _SETTLED))
        s, t, g = _near(s + short * ds), _near(t + short * dt), g + short * dg
        if change <= _SETTLED:
            break
    if change > _CLOSE:
        return np.nan, np.nan, np.nan
    return s, t, g


@njit_strict
def _near(parameter: float) -> float:
    """Not too far outside."""
    return max(-_FARTHEST, min(1.0 + _FARTHEST, parameter))


@njit_strict
def _sum(vectors: Array) -> Array:
    total = np.zeros(3)
    for vector in vectors:
        total += vector
    return total
