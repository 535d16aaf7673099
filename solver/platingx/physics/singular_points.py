"""Points of a model at which stresses have no bound: they grow as the mesh is refined.

What makes an elastic wedge singular depends on its angle and on what is held at its two sides (Williams, J. Appl. Mech.
19, 1952, 526; for two bonded wedges Bogy, J. Appl. Mech. 38, 1971, 377). A side on rollers is a mirror: with it the
wedge is one of twice the angle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.physics.region_surfaces import NOTHING, SurfaceTable, normals_of

__all__ = ["SingularPoint", "short_of_tips", "singular_points"]

TOLERANCE = 15.0
"""Degrees by which an angle of a mesh may miss that of the smooth body."""
FREE_AND_FIXED = 60.0
"""Angle in degrees from which a wedge with a free and a fixed side is singular (61 for nu = 0.3 in plane strain)."""


@dataclass(frozen=True)
class SingularPoint:
    """A point, in space one of an edge, at which stresses have no bound.

    Attributes
    ----------
    place
        Reference coordinates, m.
    radius
        Distance within which stresses are those of the singular point, m.
    words
        What is there, such as ``a bonded corner``.
    """

    place: tuple[float, ...]
    radius: float
    words: str


@dataclass(frozen=True)
class _Wedge:
    """One region at the end of two of its sides: its angle in degrees, and what is at the sides."""

    angle: float
    sides: tuple[str, str]


def singular_points(table: SurfaceTable, smallest_radius: float) -> list[SingularPoint]:
    """Find the singular points of a model. Rank 0 only.

    1. For each region and each point (in space: edge) where two of its sides meet, the angle of the region from the
       directions of the quadratic sides there, and what is at them: nothing, a fixed boundary, rollers, another region.
    2. A point is singular by what its one region, or the regions that meet there, say (`_reason`).

    Parameters
    ----------
    table
        Surfaces of the regions.
    smallest_radius
        Distance in m within which stresses are those of a singular point on any mesh; on a coarse one it is two cells.
    """
    ends, sides, into, normal = _ends(table)
    kinds = [_kind(table, side) for side in range(len(table.nodes))]
    unique = np.sort(ends[:, : table.reference.shape[1] - 1], axis=1)
    order = np.lexsort([table.inside[sides], *unique.T[::-1]])
    group = np.column_stack([unique, table.inside[sides]])[order]
    pairs = np.flatnonzero((group[1:] == group[:-1]).all(axis=1))
    wedges: dict[tuple[int, ...], list[_Wedge]] = {}
    sizes: dict[tuple[int, ...], float] = {}
    for first, second in zip(order[pairs], order[pairs + 1], strict=True):
        key = tuple(int(node) for node in ends[first])
        if len(key) > 1 and key[0] > key[1]:
            key = key[1], key[0], key[2]
        normal_there = normal[first] / np.linalg.norm(normal[first])
        lengths = np.linalg.norm(into[[first, second]], axis=1)
        angle = _angle(into[first] / lengths[0], into[second] / lengths[1], normal_there)
        wedge = _Wedge(angle, (kinds[sides[first]], kinds[sides[second]]))
        wedges.setdefault(key, []).append(wedge)
        sizes[key] = max(sizes.get(key, 0.0), float(lengths.max()))
    found = []
    for key, those in wedges.items():
        words = _reason(those)
        if words:
            radius = max(2.0 * sizes[key], smallest_radius)
            found += [SingularPoint(place, radius, words) for place in _places(table, key, radius)]
    return found


def short_of_tips(
    points: Sequence[SingularPoint], tips: Sequence[Sequence[float]], smallest_radius: float
) -> list[SingularPoint]:
    """Singular points that reach no farther than half way to the tip of a pit, where cells are small.

    Parameters
    ----------
    points
        Singular points; two large cells of a coarse mesh may reach from them to a pit, which is many cells away.
    tips
        Reference coordinates of tips that are no singular points, m.
    smallest_radius
        As in :func:`singular_points`.
    """
    bounded = []
    for point in points:
        ways = [float(np.linalg.norm(np.subtract(tip, point.place))) for tip in tips]
        farthest = max(0.5 * min(ways), smallest_radius) if ways else np.inf
        bounded.append(replace(point, radius=min(point.radius, farthest)))
    return bounded


def _reason(wedges: Sequence[_Wedge]) -> str:
    """Why a point is singular, or an empty text."""
    if len(wedges) == 1:
        return _reason_alone(wedges[0])
    outer = [next((side for side in wedge.sides if side != "bonded"), "bonded") for wedge in wedges]
    if all(side == "bonded" for side in outer):
        if len(wedges) > 2:
            return "a line of several regions"
        return "a corner of the interface" if abs(wedges[0].angle - 180.0) > TOLERANCE else ""
    upright = all(abs(wedge.angle - 90.0) <= TOLERANCE for wedge in wedges)
    if len(wedges) == 2 and outer[0] == outer[1] and outer[0].startswith("rollers") and upright:
        return ""
    if "free" in outer:
        return "a bonded corner, where the interface ends at a free side"
    return "a bonded corner, where the interface ends at a support"


def _reason_alone(wedge: _Wedge) -> str:
    """The same where there is one region only."""
    first, second = sorted(side.split()[0] for side in wedge.sides)
    if wedge.sides[0] == wedge.sides[1]:
        if abs(wedge.angle - 180.0) <= TOLERANCE:
            return ""
        return "a re-entrant corner" if wedge.angle > 180.0 + TOLERANCE else ""
    if (first, second) == ("fixed", "free"):
        return "the end of a fixed boundary" if wedge.angle >= FREE_AND_FIXED else ""
    return "the end of a support" if wedge.angle > 90.0 + TOLERANCE else ""


def _kind(table: SurfaceTable, side: int) -> str:
    """What is at a side of a region: ``free``, ``fixed``, ``bonded`` or ``rollers`` along components."""
    held = table.held[side]
    if table.outside[side] != NOTHING:
        return "bonded"
    if not held.any():
        return "free"
    return "fixed" if held.all() else f"rollers {np.flatnonzero(held)}"


def _ends(table: SurfaceTable) -> tuple[IntArray, IntArray, Array, Array]:
    """All ends of all sides.

    Returns
    -------
    ends, sides, into, normal
        Nodes of each end (one; in space the ends and the middle of an edge), its side, the direction into the side
        there, as long as the side is in that direction, and the outward normal there, of any length.
    """
    shape, places = table.shape, table.reference
    mean = normals_of(places[table.pieces(np.ones(len(table.nodes), dtype=bool))])
    mean = mean.reshape(len(table.nodes), len(shape.pieces), -1).sum(axis=1)
    ends, into, normal = [], [], []
    for number, end in enumerate(shape.ends):
        nodes = table.nodes[:, end]
        direction, length = _direction(places[table.nodes], shape.corners, number)
        if shape.corners == 2:
            across = np.stack([direction[:, 1], -direction[:, 0]], axis=1)
        else:
            along = _unit(places[nodes[:, 1]] - places[nodes[:, 0]])
            direction = direction - np.einsum("si,si->s", direction, along)[:, None] * along
            across = np.cross(along, direction)
        ends.append(nodes)
        into.append(_unit(direction) * length[:, None])
        normal.append(across * np.sign(np.einsum("si,si->s", across, mean))[:, None])
    sides = np.tile(np.arange(len(table.nodes)), len(shape.ends))
    return np.concatenate(ends), sides, np.concatenate(into), np.concatenate(normal)


def _direction(nodes: Array, corners: int, end: int) -> tuple[Array, Array]:
    """Direction from an end into quadratic sides, and their length that way, from nodes (sides, nodes, dimension)."""
    if corners == 2:
        here, middle, there = nodes[:, end], nodes[:, 2], nodes[:, 1 - end]
    elif corners == 4:
        here, middle, there = nodes[:, 4 + end], nodes[:, 8], nodes[:, 7 - end]
    else:
        here, middle, there = nodes[:, 3 + end], nodes[:, 6], nodes[:, (end + 2) % 3]
    length = np.linalg.norm(there - here, axis=1)
    if corners == 3:  # the centre is a third of the way
        return np.asarray(4.5 * middle - 4.0 * here - 0.5 * there), length
    return np.asarray(4.0 * middle - 3.0 * here - there), length


def _angle(first: Array, second: Array, normal: Array) -> float:
    """Angle of the region between two sides, in degrees, from the directions into them and the normal of the first."""
    between = float(np.degrees(np.arccos(np.clip(first @ second, -1.0, 1.0))))
    return between if second @ normal <= 0.0 else 360.0 - between


def _places(table: SurfaceTable, key: tuple[int, ...], radius: float) -> list[tuple[float, ...]]:
    """Coordinates of a point, or of points of a quadratic edge that are not farther apart than a radius."""
    nodes = table.reference[list(key)]
    if len(nodes) == 1:
        return [tuple(float(x) for x in nodes[0])]
    start, end, middle = nodes
    count = 2 * int(np.ceil(float(np.linalg.norm(end - start)) / radius)) + 1
    rows = []
    for t in np.linspace(0.0, 1.0, count):
        weights = (1 - t) * (1 - 2 * t), t * (2 * t - 1), 4 * t * (1 - t)
        rows.append(tuple(float(x) for x in weights[0] * start + weights[1] * end + weights[2] * middle))
    return rows


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(float).tiny))
