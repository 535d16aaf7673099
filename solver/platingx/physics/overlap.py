"""Where a deformed body overlaps itself: how often its closed outer surface goes around a point, and how deep that is.

The winding number of a closed surface with outward normals is 1 inside of a body, 0 outside, and 2 where the body lies
twice, since one part of it has passed through another (Jacobson, Kavan and Sorkine-Hornung, ACM Trans. Graph. 32, 2013,
article 33). Along a ray it is the number of times the ray leaves the body less the times it enters it.
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.physics.region_surfaces import normals_of

__all__ = ["depth_below", "node_normals", "winding_numbers"]

_GENERIC = np.linalg.qr(np.array([[1.0, 0.37, -0.21], [0.29, 1.0, 0.43], [-0.17, 0.31, 1.0]]))[0]
"""A turn after which no ray of a structured mesh meets an edge."""


def node_normals(places: Array, pieces: IntArray) -> Array:
    """Mean outward normals at the nodes of a surface, of length 1 (0 where there is no piece).

    Parameters
    ----------
    places
        Coordinates of the nodes, shape (nodes, dimension), m.
    pieces
        Nodes of segments or triangles with their normals outwards, shape (pieces, dimension).
    """
    normals = normals_of(places[pieces])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), np.finfo(float).tiny)
    nodes = pieces.T.ravel()
    result = np.stack(
        [np.bincount(nodes, np.tile(part, pieces.shape[1]), minlength=len(places)) for part in normals.T], axis=1
    )
    return np.asarray(result / np.maximum(np.linalg.norm(result, axis=1, keepdims=True), np.finfo(float).tiny))


def winding_numbers(points: Array, corners: Array) -> IntArray:
    """How often a closed surface goes around points.

    1. Rays go along the last coordinate. A piece may be met by the rays whose feet lie in the box of its projection.
    2. In the plane a segment is met if its ends lie on both sides of the ray; in space a triangle if the three areas of
       its projection with the foot of the ray have one sign.
    3. A piece above the point counts 1 if its normal points along the ray, else -1.

    Parameters
    ----------
    points
        Shape (points, dimension), m; not on the surface.
    corners
        Corners of segments or triangles with their normals outwards, shape (pieces, dimension, dimension), m.
    """
    dimension = points.shape[1]
    if dimension == 3:
        points, corners = points @ _GENERIC.T, corners @ _GENERIC.T
    result = np.zeros(len(points), dtype=np.int64)
    low, high = corners.min(axis=1), corners.max(axis=1)
    which, piece = _candidates(points, low, high)
    start, foot = corners[piece], points[which]
    if dimension == 2:
        (x, y), (width, rise) = start[:, 0].T, (start[:, 1] - start[:, 0]).T
        height = y + rise * (foot[:, 0] - x) / np.where(width == 0.0, 1.0, width)
        sign = np.where((width != 0.0) & (height > foot[:, 1]), -np.sign(width), 0.0)
    else:
        areas = _areas(start[..., :2] - foot[:, None, :2])
        whole = areas.sum(axis=1)
        met = (areas * np.sign(whole)[:, None] >= 0.0).all(axis=1) & (whole != 0.0)
        height = np.einsum("pk,pk->p", areas, start[..., 2]) / np.where(whole == 0.0, 1.0, whole)
        sign = np.where(met & (height > foot[:, 2]), np.sign(whole), 0.0)
    np.add.at(result, which, sign.astype(np.int64))
    return result


def _areas(corners: Array) -> Array:
    """Twice the signed areas of triangles of the origin and two of three corners, opposite each, shape (n, 3)."""
    a, b, c = np.moveaxis(corners, 1, 0)
    return np.stack([_cross(b, c), _cross(c, a), _cross(a, b)], axis=1)


def _cross(a: Array, b: Array) -> Array:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])


def _candidates(points: Array, low: Array, high: Array) -> tuple[IntArray, IntArray]:
    """Pairs of points and pieces of which the ray may meet the piece; ends count on one side only."""
    order = np.argsort(points[:, 0], kind="stable")
    sorted_x = points[order, 0]
    first, last = np.searchsorted(sorted_x, low[:, 0], "left"), np.searchsorted(sorted_x, high[:, 0], "left")
    counts = last - first
    piece = np.repeat(np.arange(len(low)), counts)
    which = order[np.arange(len(piece)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)]
    kept = points[which, -1] < high[piece, -1]
    for axis in range(1, points.shape[1] - 1):
        kept &= (points[which, axis] >= low[piece, axis]) & (points[which, axis] <= high[piece, axis])
    return which[kept], piece[kept]


def depth_below(point: Array, corners: Array, facing: Array | None = None) -> float:
    """Distance of a point to the nearest piece of a surface that it lies behind, m; infinite if there is none.

    Parameters
    ----------
    point
        Shape (dimension,), m.
    corners
        Corners of the pieces, shape (pieces, dimension, dimension), m.
    facing
        Outward normal at a point of the same surface: only pieces that face it count, not its neighbours. None for the
        point of another body.
    """
    outwards = normals_of(corners)
    behind = np.einsum("si,si->s", point - corners[:, 0], outwards) <= 0.0
    if facing is not None:
        behind &= outwards @ facing < 0.0
    if not behind.any():
        return float("inf")
    return float(np.linalg.norm(_nearest(point, corners[behind]) - point, axis=1).min())


def _nearest(point: Array, corners: Array) -> Array:
    """Nearest points of segments, or of triangles by their edges and inside, to a point."""
    if corners.shape[2] == 2:
        return _nearest_on_segments(point, corners[:, 0], corners[:, 1])
    normals = normals_of(corners)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), np.finfo(float).tiny)
    foot = point - np.einsum("si,si->s", point - corners[:, 0], normals)[:, None] * normals
    sides = [np.cross(corners[:, (k + 1) % 3] - corners[:, k], foot - corners[:, k]) for k in range(3)]
    inside = np.all([np.einsum("si,si->s", side, normals) >= 0.0 for side in sides], axis=0)
    on_edges = np.stack([_nearest_on_segments(point, corners[:, k], corners[:, (k + 1) % 3]) for k in range(3)])
    edge = np.linalg.norm(on_edges - point, axis=2).argmin(axis=0)
    return np.where(inside[:, None], foot, on_edges[edge, np.arange(len(corners))])


def _nearest_on_segments(point: Array, start: Array, end: Array) -> Array:
    along = end - start
    share = np.einsum("si,si->s", point - start, along) / np.maximum(
        np.einsum("si,si->s", along, along), np.finfo(float).tiny
    )
    return np.asarray(start + np.clip(share, 0.0, 1.0)[:, None] * along)
