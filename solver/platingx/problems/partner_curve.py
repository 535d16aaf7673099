"""The outline of a deformable body that another one slides on: quadratic lines with a continuous field of normals.

The normal at a corner of the lines is the mean of those of its two lines, and between its corners it is interpolated
as the line is. A point x has its foot y(t) where x - y is along the normal n(t), and the gap g = (x - y).n. With a
unit normal n, the tangent s = n turned to the left, k the turn of n per parameter, n' = k s, and the relative
displacement d of the point and its foot,

    dt = s.d / J,   J = s.y' + g k,       dg = (n - (n.y'/J) s).d,       dn = (k/J) s s.d

where the normals of the corners are held. With a normal that is continuous every point near the outline has one foot,
also at a corner between two lines, where normals of each line leave it none or two.
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array, Int32Array, IntArray, Mask
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.line_segments import partner_shares
from platingx.problems.outline import Feet
from platingx.problems.quadratic_lines import line_functions, line_slopes
from platingx.problems.surface_load import LoadedFacets, area_vectors

__all__ = ["PartnerCurve"]

_TURNS = 30
"""Iterations of Newton's method for a foot, at most; it takes 3 to 5."""
_SAME = 1e-9
"""Parameter by which a foot may lie beyond the end of its line, so that none falls between two."""
_BEYOND = 0.05
"""The same at an end of the outline."""
_MARGIN = 1.0
"""Distance that counts as near, beside half lengths, in lengths of the longer of two lines."""
_ON_AXIS = 1e-9
"""Radius over the height of the cell up to which a node is on an axis."""
_MIDDLE = 2
"""Number of the node in the middle of a piece."""


class PartnerCurve:
    """Lines of an outline, all of them known on every rank that has a point to look for.

    Parameters
    ----------
    facets
        Tabulated facets, with the nodes of the cells behind them.
    places
        Ends and middle of each facet by their places in the cell, shape (lines, 3).
    coordinates
        Of all local nodes at rest, shape (nodes, 2), m.
    mirrored
        Local nodes in a plane or on an axis of symmetry, x = 0, where the normal is upright.
    axisymmetric
        Whether the outline is swept around the axis.
    """

    def __init__(
        self, facets: LoadedFacets, places: IntArray, coordinates: Array, mirrored: Int32Array, axisymmetric: bool
    ) -> None:
        self.blocks, self.places = facets.nodes, places
        self._axisymmetric = axisymmetric
        self.nodes: Int32Array = facets.nodes[np.arange(len(places))[:, None], places]
        self._rest = coordinates[self.nodes]
        outward = area_vectors(facets.jacobian, facets.normal).sum(axis=1)
        along = self._rest[:, 1] - self._rest[:, 0]
        self._sense = np.sign(np.sum(_right_of(along) * outward, axis=1))[:, None, None]
        self._mirrored = np.isin(self.nodes[:, :2], mirrored)
        ends, self._numbers = np.unique(self.nodes[:, :2], return_inverse=True)
        self._numbers = self._numbers.reshape(-1, 2)
        self._count = len(ends)
        self._is_end = np.bincount(self._numbers.ravel(), minlength=self._count)[self._numbers] == 1
        self.normals: Array = np.zeros((len(places), 3, 2))

    @staticmethod
    def blocks_of(surface: ContactSurface) -> tuple[Int32Array, IntArray]:
        """Nodes of the cells behind the pieces of a face, and where those of the pieces stand in them."""
        return surface.facets.nodes, surface.places

    def present(self, displacement: Array) -> Array:
        """Places of the nodes of the lines, shape (lines, 3, 2), m."""
        return np.asarray(self._rest + displacement[self.nodes])

    def take_normals(self, displacement: Array) -> None:
        """Take over the normals of a shape; they are held until the next call."""
        places = self.present(displacement)
        slopes = line_slopes(np.array([-1.0, 1.0, 0.0]))
        normals = _unit(self._sense * _right_of(np.einsum("ka,fai->fki", slopes, places)))
        sums: Array = np.zeros((self._count, 2))
        np.add.at(sums, self._numbers, normals[:, :2])
        ends = sums[self._numbers]
        ends[..., 0] = np.where(self._mirrored, 0.0, ends[..., 0])
        normals[:, :2] = _unit(ends)
        self.normals = normals

    @staticmethod
    def near(places: Array, surface: ContactSurface, points: Array) -> IntArray:  # noqa: ARG004
        """Lines that pieces of a face may touch, padded with -1; see `Outline`."""
        if len(points) == 0 or len(places) == 0:
            return np.zeros((len(points), 0), dtype=np.int64)
        own, other = _lengths(points), _lengths(places)
        apart = np.linalg.norm(points[:, None, 2] - places[None, :, 2], axis=2)
        reach = 0.5 * (own[:, None] + other[None]) + _MARGIN * np.maximum(own[:, None], other[None])
        near = apart <= reach
        found = np.full((len(points), int(near.sum(axis=1).max(initial=0))), -1, dtype=np.int64)
        for row, lines in zip(found, near, strict=True):
            chosen = np.flatnonzero(lines)
            row[: len(chosen)] = chosen
        return found

    def feet(self, places: Array, points: Array, candidates: IntArray) -> Feet:
        """Feet of points on the nearest of their candidates.

        Parameters
        ----------
        places
            Of the nodes of the lines, shape (lines, 3, 2), m.
        points
            Shape (points, 2), m.
        candidates
            Lines of each point, padded with -1, shape (points, candidates).
        """
        count, width = candidates.shape
        if width == 0 or len(places) == 0:
            return _no_feet(count)
        lines = np.maximum(candidates, 0)
        y, n = places[lines], self.normals[lines]
        x = np.broadcast_to(points[:, None], (count, width, 2))
        t = _solve(x, y, n)
        foot, normal = _at(line_functions(t), y), _unit(_at(line_functions(t), n))
        gap = np.sum((x - foot) * normal, axis=-1)
        ends = self._is_end[lines]
        low = np.where(ends[..., 0], 1.0 + _BEYOND, 1.0 + _SAME)
        high = np.where(ends[..., 1], 1.0 + _BEYOND, 1.0 + _SAME)
        length = _lengths(places)[lines]
        good = (candidates >= 0) & np.isfinite(t) & (gap > -length)
        within = good & (t >= -low) & (t <= high)
        place = np.argmin(np.where(within, np.abs(gap), np.inf), axis=1)
        rows = np.arange(count)
        has = within[rows, place]
        beyond = np.where(good, np.maximum(-t - low, t - high), np.inf)
        nearest = np.argmin(beyond, axis=1)
        place = np.where(has, place, nearest)
        t, n, y, normal, gap = (array[rows, place] for array in (t, n, y, normal, gap))
        at_end = np.where(t[:, None] < 0.0, ends[rows, place], ends[rows, place][:, ::-1])[:, 0]
        lost = ~has & ~(np.isfinite(beyond[rows, nearest]) & at_end)
        return _derived(lines[rows, place], place, t, np.where(has, gap, np.inf), y, n, normal, lost)

    def shares(self, places: Array, surface: ContactSurface, points: Array, active: IntArray, near: IntArray) -> Array:
        """Parts of the traction at a node of a face that go to the nodes of the lines; see `Outline`."""
        shares = partner_shares(
            lambda x, candidates: self.feet(places, x, candidates),
            places,
            self.normals,
            surface.coordinates[active],
            points[active],
            near,
            self._axisymmetric,
        )
        bare = surface.areas[active] == 0.0  # on an axis no traction of its own: that of the middle of the piece
        on_axis = bare & (surface.coordinates[active][..., 0] <= _ON_AXIS * surface.heights[active])
        on_axis &= self._axisymmetric
        shares[:, _MIDDLE] += np.where(on_axis[..., None, None], shares, 0.0).sum(axis=1)
        shares[on_axis] = 0.0
        total = shares.sum(axis=(2, 3), keepdims=True)
        return np.asarray(shares / np.where(total != 0.0, total, 1.0))


def _derived(
    line: IntArray, place: IntArray, t: Array, gap: Array, y: Array, n: Array, normal: Array, lost: Mask
) -> Feet:
    t = np.where(np.isfinite(t), np.clip(t, -1.0 - _BEYOND, 1.0 + _BEYOND), 0.0)
    has = np.isfinite(gap)
    normal = np.where(has[:, None], normal, 0.0)
    along = -_right_of(normal)
    slopes = line_slopes(t)
    slope, turned = _at(slopes, y), _at(slopes, n)
    turning = np.sum(turned * along, axis=-1) / np.linalg.norm(_at(line_functions(t), n), axis=-1)
    jacobian = np.sum(along * slope, axis=-1) + np.where(has, gap, 0.0) * turning
    jacobian = np.where(jacobian != 0.0, jacobian, np.inf)
    share = np.sum(normal * slope, axis=-1) / jacobian
    turn = (turning / jacobian)[:, None, None] * along[:, :, None] * along[:, None, :]
    return Feet(line, place, t, line_functions(t), gap, normal, normal - share[:, None] * along, turn, lost)


def _solve(x: Array, y: Array, n: Array) -> Array:
    """Parameters of feet by Newton's method from the foot on the chord; NaN where there is none near."""
    chord = y[..., 1, :] - y[..., 0, :]
    middle = 0.5 * (y[..., 1, :] + y[..., 0, :])
    t = np.clip(2.0 * np.sum((x - middle) * chord, axis=-1) / np.sum(chord * chord, axis=-1), -2.0, 2.0)
    change = np.full_like(t, np.inf)
    for _ in range(_TURNS):
        functions, slopes = line_functions(t), line_slopes(t)
        apart, along = x - _at(functions, y), -_right_of(_at(functions, n))
        value = np.sum(along * apart, axis=-1)
        slope = -np.sum(_right_of(_at(slopes, n)) * apart, axis=-1) - np.sum(along * _at(slopes, y), axis=-1)
        change = np.clip(-value / np.where(slope != 0.0, slope, np.inf), -0.5, 0.5)
        t = np.clip(t + change, -3.0, 3.0)
        if (np.abs(change) <= 1e-14).all():
            break
    return np.where(np.abs(change) <= 1e-8, t, np.nan)


def _at(functions: Array, values: Array) -> Array:
    return np.asarray(np.einsum("...a,...ai->...i", functions, values))


def _right_of(vectors: Array) -> Array:
    """Vectors turned to the right by a quarter."""
    return np.stack([vectors[..., 1], -vectors[..., 0]], axis=-1)


def _unit(vectors: Array) -> Array:
    size = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(size > 0.0, size, 1.0))


def _lengths(places: Array) -> Array:
    """Lengths of lines, a little more than those of their chords, shape (lines,), m."""
    halves = places[:, 2] - places[:, 0], places[:, 1] - places[:, 2]
    return np.asarray(sum(np.linalg.norm(half, axis=1) for half in halves))


def _no_feet(count: int) -> Feet:
    none, nothing = np.zeros(count, dtype=np.int64), np.zeros((count, 2))
    return Feet(
        none,
        none,
        np.zeros(count),
        np.zeros((count, 3)),
        np.full(count, np.inf),
        nothing,
        nothing,
        np.zeros((count, 2, 2)),
        np.zeros(count, dtype=bool),
    )
