"""The outline of a plane region: closed loops of lines, each with what is beyond it and what it is held by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.physics.region_surfaces import NOTHING, SurfaceTable
from platingx_meshes.slit_body import Line

__all__ = ["OutlineLine", "SurfacePoint", "is_inside", "mirrored", "outline_of", "surface_point"]


@dataclass(frozen=True)
class OutlineLine:
    """Part of the outline of a region, with the region on its left.

    Attributes
    ----------
    nodes
        Ends and middles of sides in turn, shape (2 n + 1, 2), m.
    held
        Displacement components that are prescribed or tied.
    beyond
        Region on the other side; empty for none.
    """

    nodes: Array
    held: tuple[bool, bool]
    beyond: str

    @property
    def line(self) -> Line:
        """What a mesh of the region alone needs of it."""
        return Line(self.nodes, (False, False) if self.beyond else self.held)

    @property
    def is_mirror(self) -> bool:
        """Whether it is straight along x or y and held along its normal only: as a plane of symmetry is."""
        if self.beyond or sum(self.held) != 1:
            return False
        across = self.nodes[:, self.held.index(True)]
        return bool(np.ptp(across) <= 1e-9 * float(np.ptp(self.nodes, axis=0).max()))


@dataclass(frozen=True)
class SurfacePoint:
    """A point of an outline.

    Attributes
    ----------
    place
        m.
    tangent, inward
        Unit vectors: along the outline towards larger x (or y, where that is upright), and into the region.
    line
        The line it is on.
    at_end
        A line of symmetry that begins or ends there, or None.
    """

    place: Array
    tangent: Array
    inward: Array
    line: OutlineLine
    at_end: OutlineLine | None


def outline_of(table: SurfaceTable, region: str) -> list[list[OutlineLine]]:
    """Loops of the outline of a plane region, the outer one first.

    Parameters
    ----------
    table
        Surfaces of all regions.
    region
        Name of the region.
    """
    number = table.regions.index(region)
    own = np.flatnonzero(table.inside == number)
    sides = table.nodes[own].copy()
    turned = table.reversed[own]  # else the normal of the pieces, at their right, points out of the region
    sides[turned] = sides[turned][:, [1, 0, 2]]
    after = {int(start): row for row, start in enumerate(sides[:, 0])}
    left, loops = set(range(len(own))), []
    while left:
        row = min(left)
        chain = []
        while row in left:
            left.remove(row)
            chain.append(row)
            row = after.get(int(sides[row, 1]), -1)
        loops.append(list(_lines(table, own[chain], sides[chain])))
    return sorted(loops, key=_area, reverse=True)


def _lines(table: SurfaceTable, own: IntArray, sides: IntArray) -> Iterator[OutlineLine]:
    """Lines of one loop, each as long as what is beyond and what holds it stay the same."""
    kinds = [(int(table.outside[side]), tuple(bool(h) for h in table.held[side])) for side in own]
    changes = [i for i in range(len(kinds)) if kinds[i] != kinds[i - 1]] or [0]
    for first, last in zip(changes, [*changes[1:], changes[0] + len(kinds)], strict=True):
        rows = [i % len(kinds) for i in range(first, last)]
        nodes = np.empty((2 * len(rows) + 1, 2))
        nodes[:-1:2], nodes[1::2] = table.reference[sides[rows, 0]], table.reference[sides[rows, 2]]
        nodes[-1] = table.reference[sides[rows[-1], 1]]
        outside, held = kinds[rows[0]]
        yield OutlineLine(nodes, (held[0], held[1]), "" if outside == NOTHING else table.regions[outside])


def _polygon(loop: Sequence[OutlineLine]) -> Array:
    """Corners of a loop, its last point left out."""
    return np.concatenate([line.nodes[:-1] for line in loop])


def _area(loop: Sequence[OutlineLine]) -> float:
    x, y = _polygon(loop).T
    return 0.5 * float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())


def is_inside(loops: Sequence[Sequence[OutlineLine]], places: Array) -> Array:
    """Whether places, shape (n, 2), are in a region."""
    inside = np.zeros(len(places), dtype=bool)
    for loop in loops:
        start = _polygon(loop)
        end = np.roll(start, -1, axis=0)
        x, y = places[:, :1], places[:, 1:]
        crosses = (start[:, 1] > y) != (end[:, 1] > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = start[:, 0] + (y - start[:, 1]) / (end[:, 1] - start[:, 1]) * (end[:, 0] - start[:, 0])
        inside ^= (crosses & (x < at)).sum(axis=1) % 2 == 1
    return inside


def surface_point(loops: Sequence[Sequence[OutlineLine]], place: Array) -> SurfacePoint:
    """Nearest point of an outline, with its directions; where two lines meet, that of the one with a region beyond.

    At the end of a line of symmetry the tangent is across that line.

    Parameters
    ----------
    loops
        Of the region.
    place
        Near the outline, shape (2,), m.
    """
    best: tuple[float, Array, Array, OutlineLine] | None = None
    lines = [line for loop in loops for line in loop if not line.is_mirror]
    for line in sorted(lines, key=lambda line: not line.beyond):
        start, step = line.nodes[:-1], np.diff(line.nodes, axis=0)
        share = np.clip(((place - start) * step).sum(axis=1) / (step**2).sum(axis=1), 0.0, 1.0)
        feet = start + share[:, None] * step
        distance = np.linalg.norm(feet - place, axis=1)
        nearest = int(distance.argmin())
        close = 1e-9 * float(np.ptp(line.nodes, axis=0).max())
        if best is None or distance[nearest] < best[0] - close:
            best = float(distance[nearest]), feet[nearest], step[nearest] / np.linalg.norm(step[nearest]), line
    if best is None:
        raise ValueError("an outline of planes of symmetry alone has no surface")
    _, foot, along, line = best
    inward = np.array([-along[1], along[0]])
    at_end = _mirror_at(loops, foot)
    if at_end is not None:
        away = at_end.nodes[-1] - at_end.nodes[0]
        away = away / np.linalg.norm(away)
        inward = away * np.sign(away @ inward)
        along = np.array([inward[1], -inward[0]])
    forward = along[0] if abs(along[0]) > 1e-9 else along[1]
    return SurfacePoint(foot, along * np.sign(forward), inward, line, at_end)


def _mirror_at(loops: Sequence[Sequence[OutlineLine]], place: Array) -> OutlineLine | None:
    """The line of symmetry that has one of its ends at a place."""
    for line in (line for loop in loops for line in loop if line.is_mirror):
        size = float(np.linalg.norm(line.nodes[-1] - line.nodes[0]))
        if min(float(np.linalg.norm(line.nodes[end] - place)) for end in (0, -1)) <= 1e-9 * size:
            return line
    return None


def mirrored(loops: Sequence[Sequence[OutlineLine]], mirror: OutlineLine) -> list[list[OutlineLine]]:
    """The whole body that a line of symmetry stands for.

    Parameters
    ----------
    loops
        Of the half.
    mirror
        Its line of symmetry; all lines on the same straight line go with it.
    """
    axis = mirror.held.index(True)
    at = float(mirror.nodes[0, axis])
    size = float(np.ptp(_polygon(loops[0]), axis=0).max())

    def reflected(line: OutlineLine) -> OutlineLine:
        nodes = line.nodes[::-1].copy()
        nodes[:, axis] = 2.0 * at - nodes[:, axis]
        return OutlineLine(nodes, line.held, line.beyond)

    def on_axis(line: OutlineLine) -> bool:
        return line.is_mirror and line.held.index(True) == axis and abs(line.nodes[0, axis] - at) < 1e-9 * size

    kept = [line for loop in loops for line in loop if not on_axis(line)]
    return _joined([*kept, *map(reflected, kept)], 1e-9 * size)


def _joined(lines: list[OutlineLine], close: float) -> list[list[OutlineLine]]:
    """Loops of lines that begin where others end."""
    left, loops = list(lines), []
    while left:
        loop = [left.pop(0)]
        while True:
            end = loop[-1].nodes[-1]
            index = next((i for i, line in enumerate(left) if np.linalg.norm(line.nodes[0] - end) < close), None)
            if index is None:
                break
            loop.append(left.pop(index))
        loops.append(loop)
    return sorted(loops, key=_area, reverse=True)
