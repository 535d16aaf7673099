"""Integrals over facets in space of their functions times those of the facets that lie over them; compiled.

The corners and middles of edges of a facet of the other surface are taken along its normals to the parameters of the
facet below, where they make up a polygon. Polygons of neighbours have these corners in common, so that they neither
overlap nor leave gaps, and each is cut off at the edges of the facet below and integrated by triangles. On flat facets
with straight edges, of which that below is a parallelogram or a triangle, the integrals of the functions of the other
facet are exact. (Segments of surfaces of mortar methods: Puso and Laursen, Comput. Methods Appl. Mech. Eng. 193, 2004,
601; they cut in a plane between the facets.)
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array, IntArray, Mask
from platingx.fields.facet_functions import (
    QUADRILATERAL,
    facet_functions,
    foot_on_facet,
    inside_edges,
    point_at,
    start_on_facet,
)
from platingx.materials.compiled import njit_strict

__all__ = ["facet_shares", "facets_over"]

_CORNERS = 48
"""Corners of a polygon that is cut off, at most."""
_NOTHING = 1e-12
"""Part of a reference facet that counts as none."""


@njit_strict
def _rule() -> Array:
    """Seven points of a triangle, exact to degree 5 (Radon 1948): barycentric coordinates 1 and 2, and weight."""
    root = np.sqrt(15.0)
    near, far = (6.0 - root) / 21.0, (6.0 + root) / 21.0
    light, heavy = (155.0 - root) / 1200.0, (155.0 + root) / 1200.0
    points = np.empty((7, 3))
    points[0] = 1.0 / 3.0, 1.0 / 3.0, 9.0 / 40.0
    for k, place, weight in ((1, near, light), (4, far, heavy)):
        points[k] = place, place, weight
        points[k + 1] = 1.0 - 2.0 * place, place, weight
        points[k + 2] = place, 1.0 - 2.0 * place, weight
    return points


@njit_strict
def _cut(polygon: Array, count: int, nodes: int, margin: float, work: Array) -> int:
    """Cut a polygon off at the edges of the reference facet of 9 or 7 nodes, moved out by a margin.

    Sutherland and Hodgman's way. Returns the number of corners that are left in ``polygon``.
    """
    for side in range(4 if nodes == QUADRILATERAL else 3):
        kept = 0
        for k in range(count):
            here, there = polygon[k], polygon[(k + 1) % count]
            first = inside_edges(nodes, here[0], here[1], side) + margin
            second = inside_edges(nodes, there[0], there[1], side) + margin
            if first >= 0.0:
                work[kept] = here
                kept += 1
            if (first >= 0.0) != (second >= 0.0):
                share = first / (first - second)
                work[kept] = here + share * (there - here)
                kept += 1
        for k in range(kept):
            polygon[k] = work[k]
        count = kept
        if count == 0:
            break
    return count


@njit_strict
def _area(polygon: Array, count: int) -> float:
    total = 0.0
    for k in range(count):
        here, there = polygon[k], polygon[(k + 1) % count]
        total += 0.5 * (here[0] * there[1] - here[1] * there[0])
    return total


@njit_strict
def _seen(below: Array, y: Array, n: Array, table: Array, polygon: Array) -> int:
    """Corners and middles of edges of a facet, in turn, in the parameters of the one below; 0 if there is no way.

    A corner is taken the same way for all facets that have it: far out, where curved facets go astray, as if the one
    below were flat.
    """
    of_quadrilateral, of_triangle = (0, 4, 1, 6, 3, 7, 2, 5), (0, 5, 1, 3, 2, 4, 0, 0)
    count = 8 if len(y) == QUADRILATERAL else 6
    direction = np.zeros_like(below)
    for k in range(count):
        node = of_quadrilateral[k] if len(y) == QUADRILATERAL else of_triangle[k]
        for a in range(len(below)):
            direction[a] = n[node]
        s, t, g = foot_on_facet(y[node], below, direction, table)
        if not np.isfinite(g):
            s, t = start_on_facet(y[node], below, n[node])
        if not np.isfinite(s + t):
            return 0
        polygon[k, 0], polygon[k, 1] = s, t
    return count


@njit_strict
def facets_over(below: Array, y: Array, n: Array, senses: Array, pairs: IntArray, margin: float, over: Mask) -> None:
    """Which pairs of facets face each other and lie over each other, or nearly so.

    Parameters
    ----------
    below
        Nodes of the facets below, shape (facets, nodes, 3), m.
    y, n
        Nodes of the others, m, and normals at them.
    senses
        -1 or 1 for each pair: the sign of the polygon of the second in the parameters of the first if they do.
    pairs
        Numbers of the two facets, shape (pairs, 2).
    margin
        Parameter by which the facet below counts as larger.
    over
        Written to, shape (pairs,).
    """
    count = below.shape[1]
    table, polygon, work = np.zeros((3, count)), np.zeros((_CORNERS, 2)), np.zeros((_CORNERS, 2))
    for p in range(len(pairs)):
        f, c = pairs[p]
        corners = _seen(below[f], y[c], n[c], table, polygon)
        corners = _cut(polygon, corners, count, margin, work)
        over[p] = _area(polygon, corners) * senses[p] > _NOTHING


@njit_strict
def facet_shares(
    rest: Array, below: Array, y: Array, n: Array, senses: Array, candidates: IntArray, shares: Array
) -> None:
    """Add integrals of the functions of facets times those of the facets over them, over the former's area at rest.

    Parameters
    ----------
    rest, below
        Nodes of the facets at rest and now, shape (facets, nodes, 3), m.
    y, n
        Nodes of the others, m, and normals at them.
    senses
        As in :func:`facets_over`, shape (facets, candidates).
    candidates
        Facets over each facet, padded with -1, shape (facets, candidates).
    shares
        Added to, shape (facets, nodes, candidates, nodes), m2.
    """
    count, rule = below.shape[1], _rule()
    table, other = np.zeros((3, count)), np.zeros((3, count))
    polygon, work = np.zeros((_CORNERS, 2)), np.zeros((_CORNERS, 2))
    x, first, second = np.zeros(3), np.zeros(3), np.zeros(3)
    for f in range(len(below)):
        for k in range(candidates.shape[1]):
            c = candidates[f, k]
            if c < 0:
                continue
            corners = _seen(below[f], y[c], n[c], table, polygon)
            corners = _cut(polygon, corners, count, 0.0, work)
            if _area(polygon, corners) * senses[f, k] <= _NOTHING:
                continue
            for corner in range(1, corners - 1):
                a, b = polygon[corner] - polygon[0], polygon[corner + 1] - polygon[0]
                area = 0.5 * senses[f, k] * (a[0] * b[1] - a[1] * b[0])
                for q in range(len(rule)):
                    place = polygon[0] + rule[q, 0] * a + rule[q, 1] * b
                    facet_functions(count, place[0], place[1], table)
                    point_at(table, 0, below[f], x)
                    point_at(table, 1, rest[f], first)
                    point_at(table, 2, rest[f], second)
                    weight = area * rule[q, 2] * _cross_size(first, second)
                    _put_on(x, y[c], n[c], other)
                    for i in range(count):
                        for j in range(count):
                            shares[f, i, k, j] += weight * table[0, i] * other[0, j]


@njit_strict
def _cross_size(a: Array, b: Array) -> float:
    return np.sqrt(
        (a[1] * b[2] - a[2] * b[1]) ** 2 + (a[2] * b[0] - a[0] * b[2]) ** 2 + (a[0] * b[1] - a[1] * b[0]) ** 2
    )


@njit_strict
def _put_on(x: Array, y: Array, n: Array, table: Array) -> None:
    """Functions of a facet at the foot of a point that lies over it; at its edge if that is a little beyond."""
    count = len(y)
    s, t, g = foot_on_facet(x, y, n, table)
    if not np.isfinite(g):
        s, t = 1.0 / 3.0, 1.0 / 3.0
    s, t = max(0.0, min(1.0, s)), max(0.0, min(1.0, t))
    if count != QUADRILATERAL and s + t > 1.0:
        s, t = s / (s + t), t / (s + t)
    facet_functions(count, s, t, table)
