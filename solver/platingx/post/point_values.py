"""Fields at any places of the reference configuration, by the shape functions of the cell that holds each place.

Where cells of several regions meet there is one value for each region, so that a jump is kept; cells of one region are
averaged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.errors import OutputError
from platingx.post.cell_nodes import CORNERS, MIDDLES, vtk_order
from platingx.post.field_reader import FieldSeries
from platingx.post.scales import format_place

__all__ = ["Samples", "dimension_of", "sample", "shape_functions", "with_crossings"]

_CORNER_PLACES = {
    "triangle6": ((0, 0), (1, 0), (0, 1)),
    "quad9": ((0, 0), (1, 0), (1, 1), (0, 1)),
    "tetra10": ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "hexahedron27": (
        (0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1),
    ),
}  # fmt: skip
"""Corners of the unit cells, in the order of VTK."""
_ITERATIONS = 30
_INSIDE = 1e-6
"""Distance from a unit cell up to which a place counts as in it."""
_BISECTIONS = 40
_OUTSIDE = -1
"""Number of the region of a place outside of the mesh."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Where some places lie in a mesh.

    Attributes
    ----------
    place : ndarray of int, shape (samples,)
        Number of the place of each sample, ascending. Places outside of the mesh have none, those on an interface
        several.
    region : ndarray of int, shape (samples,)
        Number of its region.
    """

    place: IntArray
    region: IntArray
    _points: IntArray
    _weights: Array
    _sample: IntArray

    def of(self, values: Array) -> Array:
        """Values of a field of shape (points,) or (points, components) at the samples."""
        found = np.einsum("hn,hn...->h...", self._weights, values[self._points])
        sums = np.zeros((len(self.place), *found.shape[1:]))
        np.add.at(sums, self._sample, found)
        counts = np.bincount(self._sample, minlength=len(self.place)).astype(float)
        return np.asarray(sums / counts.reshape(-1, *[1] * (sums.ndim - 1)))


def dimension_of(fields: FieldSeries) -> int:
    """Number of coordinates of the cells: 2 or 3."""
    return len(_CORNER_PLACES[fields.cell_type][0])


def sample(fields: FieldSeries, places: Array) -> Samples:
    """Find the cells that hold some places.

    Parameters
    ----------
    fields : FieldSeries
        Fields of a run.
    places : ndarray, shape (places, 2 or 3)
        In the reference configuration, m.

    Raises
    ------
    OutputError
        When no place lies in the mesh, or the number of coordinates is not that of the model.
    """
    dimension = dimension_of(fields)
    if places.shape[1] != dimension:
        raise OutputError(f"{fields.path}: places in this model have {dimension} coordinates, not {places.shape[1]}")
    found = _find(fields, places)
    if not found.place.size:
        low, high = (edge(fields.points, axis=0)[:dimension] for edge in (np.min, np.max))
        raise OutputError(
            f"{fields.path}: nothing of the model is at {format_place(places[0].tolist())}; it reaches from "
            f"{format_place(low.tolist())} to {format_place(high.tolist())}, before deformation"
        )
    return found


def _find(fields: FieldSeries, places: Array) -> Samples:
    """Cells that hold some places, which may be none."""
    cells = fields.cells[:, vtk_order(fields)]
    nodes = fields.points[cells][..., : places.shape[1]]
    place, cell = _candidates(nodes, places)
    reference, found = _inverse(fields.cell_type, nodes[cell], places[place])
    place, cell, reference = place[found], cell[found], reference[found]
    regions = np.rint(fields.at(0, ["region"])["region"][cells[:, 0]]).astype(np.int64)[cell]
    samples, number = np.unique(np.stack([place, regions], axis=1), axis=0, return_inverse=True)
    weights = shape_functions(fields.cell_type, reference)[0]
    return Samples(samples[:, 0], samples[:, 1], cells[cell], weights, number.ravel())


def with_crossings(fields: FieldSeries, places: Array) -> Array:
    """Add to places on a line those on both sides of each interface that lies between two of them.

    Values at an interface are often the largest; without them a line would show what lies half a distance away.

    Parameters
    ----------
    fields : FieldSeries
        Fields of a run.
    places : ndarray, shape (places, 2 or 3)
        In the reference configuration, m.

    Returns
    -------
    ndarray, shape (more places, 2 or 3)
        In the order of the line. The two places at an interface are next to each other, to round-off.
    """
    found = sample(fields, places)
    first, last = _regions_at(found, len(places))
    ends = np.flatnonzero((first[1:] != last[:-1]) & (last[:-1] != _OUTSIDE) & (first[1:] != _OUTSIDE))
    if not ends.size:
        return places
    before, behind, region = places[ends].copy(), places[ends + 1].copy(), last[ends]
    for _ in range(_BISECTIONS):
        middle = 0.5 * (before + behind)
        inside = _find(fields, middle)
        still = np.zeros(len(ends), dtype=bool)
        still[inside.place[inside.region == region[inside.place]]] = True
        before[still], behind[~still] = middle[still], middle[~still]
    at = np.repeat(ends + 1, 2)
    return np.insert(places, at, np.stack([before, behind], axis=1).reshape(-1, places.shape[1]), axis=0)


def _regions_at(found: Samples, count: int) -> tuple[IntArray, IntArray]:
    """Lowest and highest number of the regions at each place."""
    low, high = np.full(count, _OUTSIDE), np.full(count, _OUTSIDE)
    low[found.place[::-1]], high[found.place] = found.region[::-1], found.region
    return low, high


def _candidates(nodes: Array, places: Array) -> tuple[IntArray, IntArray]:
    """Pairs of places and cells whose box, with a margin for curved sides, holds them."""
    low, high = nodes.min(axis=1), nodes.max(axis=1)
    margin = 0.1 * (high - low).max(axis=1, keepdims=True)
    low, high = low - margin, high + margin
    cells = [np.flatnonzero(((place >= low) & (place <= high)).all(axis=1)) for place in places]
    numbers = np.repeat(np.arange(len(places)), [len(found) for found in cells])
    return numbers, np.concatenate(cells)


def _inverse(cell_type: str, nodes: Array, places: Array) -> tuple[Array, IntArray]:
    """Reference coordinates of places in cells by Newton's method, and the numbers of those that lie in their cell."""
    corners = np.array(_CORNER_PLACES[cell_type], dtype=float)
    reference = np.tile(corners.mean(axis=0), (len(places), 1))
    sizes = np.linalg.norm(np.ptp(nodes, axis=1), axis=1)
    for _ in range(_ITERATIONS):
        weights, slopes = shape_functions(cell_type, reference)
        miss = places - np.einsum("hn,hnd->hd", weights, nodes)
        jacobian = np.einsum("hnr,hnd->hdr", slopes, nodes)
        regular = np.abs(np.linalg.det(jacobian / sizes[:, None, None])) > 1e-12
        step = np.zeros_like(reference)
        step[regular] = np.linalg.solve(jacobian[regular], miss[regular][..., None])[..., 0]
        reference = np.clip(reference + step, -1.0, 2.0)
    weights, _ = shape_functions(cell_type, reference)
    miss = np.linalg.norm(places - np.einsum("hn,hnd->hd", weights, nodes), axis=1) / sizes
    outside = np.maximum(-reference, 0.0).max(axis=1, initial=0.0)
    beyond = reference.sum(axis=1) - 1.0 if cell_type in ("triangle6", "tetra10") else reference.max(axis=1) - 1.0
    return reference, np.flatnonzero((miss < 1e-9) & (np.maximum(outside, beyond) <= _INSIDE))


def shape_functions(cell_type: str, reference: Array) -> tuple[Array, Array]:
    """Quadratic Lagrange functions of a cell with its nodes in the order of VTK.

    Parameters
    ----------
    cell_type : str
        ``triangle6``, ``quad9``, ``tetra10`` or ``hexahedron27``.
    reference : ndarray, shape (places, dimension)
        Places in the unit cell.

    Returns
    -------
    values : ndarray, shape (places, nodes)
    slopes : ndarray, shape (places, nodes, dimension)
    """
    if cell_type in ("triangle6", "tetra10"):
        return _of_simplex(cell_type, reference)
    corners = np.array(_CORNER_PLACES[cell_type], dtype=float)
    nodes = np.concatenate([corners, [corners[list(group)].mean(axis=0) for group in MIDDLES[cell_type]]])
    t = reference
    lines = np.stack([(1 - t) * (1 - 2 * t), 4 * t * (1 - t), t * (2 * t - 1)], axis=-1)
    slopes_of_lines = np.stack([4 * t - 3, 4 - 8 * t, 4 * t - 1], axis=-1)
    which = np.rint(2 * nodes).astype(int)
    axes = range(reference.shape[1])
    along = [lines[:, axis, which[:, axis]] for axis in axes]
    steep = [slopes_of_lines[:, axis, which[:, axis]] for axis in axes]
    values = np.prod(along, axis=0)
    slopes = [np.prod([steep[d] if d == axis else along[d] for d in axes], axis=0) for axis in axes]
    return np.asarray(values), np.stack(slopes, axis=-1)


def _of_simplex(cell_type: str, reference: Array) -> tuple[Array, Array]:
    count = CORNERS[cell_type]
    share = np.column_stack([1 - reference.sum(axis=1), reference])
    slope = np.concatenate([-np.ones((1, count - 1)), np.eye(count - 1)])
    first, second = np.array(MIDDLES[cell_type]).T
    values = np.column_stack([share * (2 * share - 1), 4 * share[:, first] * share[:, second]])
    of_corners = (4 * share - 1)[..., None] * slope
    of_middles = 4 * (share[:, first, None] * slope[second] + share[:, second, None] * slope[first])
    return values, np.concatenate([of_corners, of_middles], axis=1)
