"""The outline in space of a deformable body that another one slides on: quadratic facets with a continuous normal.

The normal at a node is the mean of those of its facets, and within a facet it is interpolated as the facet is. A point
x has its foot y(s, t) where x - y is along the normal there; what moves with it is derived in `fields.facet_feet`.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from platingx.arrays import Array, Int32Array, IntArray
from platingx.fields.facet_feet import feet_on_facets
from platingx.fields.facet_functions import facet_functions
from platingx.fields.facet_tiles import facet_shares, facets_over
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.outline import Feet
from platingx.problems.surface_load import LoadedFacets, area_vectors

__all__ = ["PartnerSurface"]

_MARGIN = 0.25
"""Parameter by which a facet counts as larger when it is asked what lies over it."""
_POOR = 0.05
"""Part of the area of a node below which the functions of the others are weighed over the whole piece instead."""
_PLACES = {
    9: ((0, 0), (1, 0), (0, 1), (1, 1), (0.5, 0), (0, 0.5), (1, 0.5), (0.5, 1), (0.5, 0.5)),
    7: ((0, 0), (1, 0), (0, 1), (0.5, 0.5), (0, 0.5), (0.5, 0), (1 / 3, 1 / 3)),
}
"""Parameters of the nodes of a facet."""
_EDGES = {9: slice(4, 8), 7: slice(3, 6)}
"""Nodes in the middle of the edges, in the order of the edges."""


class PartnerSurface:
    """Facets of an outline, all of them known on every rank that has a point to look for.

    Parameters
    ----------
    facets
        Tabulated facets, with the nodes of the cells behind them.
    places
        Nodes of each facet by their places in the cell, shape (facets, k).
    coordinates
        Of all local nodes at rest, shape (nodes, 3), m.
    ways
        Directions that the normal at a local node may have, as projections; that of a node in a plane of symmetry
        stays in it. Shape (nodes, 3, 3).
    """

    def __init__(self, facets: LoadedFacets, places: IntArray, coordinates: Array, ways: Array) -> None:
        self.nodes: Int32Array = np.ascontiguousarray(facets.nodes[np.arange(len(places))[:, None], places])
        self.blocks, self.places = self.nodes, _in_turn(self.nodes)
        self._rest = coordinates[self.nodes]
        self._sense = _senses(self._rest, facets)
        count = places.shape[1]
        self._slopes = _slopes_at_nodes(count)
        different, numbers = np.unique(self.nodes, return_inverse=True)
        self._numbers, self._count = numbers.reshape(self.nodes.shape), len(different)
        self._ways = ways[different]
        middles = self._numbers[:, _EDGES[count]]
        self._ends = np.bincount(middles.ravel(), minlength=self._count)[middles] == 1
        self.normals: Array = np.zeros(self._rest.shape)

    @staticmethod
    def blocks_of(surface: ContactSurface) -> tuple[Int32Array, IntArray]:
        """Nodes of the pieces of a face, and their numbers in turn."""
        return surface.nodes, _in_turn(surface.nodes)

    def present(self, displacement: Array) -> Array:
        """Places of the nodes of the facets, shape (facets, k, 3), m."""
        return np.asarray(self._rest + displacement[self.nodes])

    def take_normals(self, displacement: Array) -> None:
        """Take over the normals of a shape; they are held until the next call."""
        places = self.present(displacement)
        first, second = (np.einsum("na,fai->fni", slope, places) for slope in self._slopes)
        normals = _unit(self._sense[:, None, None] * np.cross(first, second))
        sums: Array = np.zeros((self._count, 3))
        np.add.at(sums, self._numbers, normals)
        self.normals = _unit(np.einsum("nij,nj->ni", self._ways, sums))[self._numbers]

    def near(self, places: Array, surface: ContactSurface, points: Array) -> IntArray:
        """Facets that pieces of a face may touch, padded with -1: those that face them and lie over them."""
        if len(points) == 0 or len(places) == 0:
            return np.zeros((len(points), 0), dtype=np.int64)
        own, other = _spheres(points), _spheres(places)
        tree = cKDTree(other[0])
        reach = 2.0 * own[1] + other[1].max()
        found = tree.query_ball_point(own[0], reach)
        counts = np.array([len(each) for each in found])
        pairs = np.column_stack([np.repeat(np.arange(len(points)), counts), np.concatenate([*found, []])])
        pairs = pairs.astype(np.int64)
        apart = np.linalg.norm(own[0][pairs[:, 0]] - other[0][pairs[:, 1]], axis=1)
        pairs = pairs[apart <= 2.0 * own[1][pairs[:, 0]] + other[1][pairs[:, 1]]]
        over = np.zeros(len(pairs), dtype=bool)
        wanted = -_senses(surface.coordinates, surface.facets)[pairs[:, 0]] * self._sense[pairs[:, 1]]
        facets_over(np.ascontiguousarray(points), places, self.normals, wanted, pairs, _MARGIN, over)
        return _rows(pairs[over], len(points))

    def feet(self, places: Array, points: Array, candidates: IntArray) -> Feet:
        """Feet of points on the nearest of their candidates; see `Outline`."""
        count, nodes = len(points), self.nodes.shape[1]
        place, parameter = np.zeros(count, dtype=np.int64), np.zeros((count, 2))
        gap, lost = np.full(count, np.inf), np.zeros(count, dtype=bool)
        functions, derived = np.zeros((count, nodes)), np.zeros((count, 5, 3))
        if candidates.shape[1] and len(places):
            sizes = 2.0 * _spheres(places)[1]
            feet_on_facets(
                np.ascontiguousarray(points),
                places,
                self.normals,
                self._ends,
                sizes,
                candidates,
                place,
                parameter,
                gap,
                lost,
                functions,
                derived,
            )
            piece = np.maximum(candidates[np.arange(count), place], 0)
        else:
            piece = np.zeros(count, dtype=np.int64)
        return Feet(piece, place, parameter, functions, gap, derived[:, 0], derived[:, 1], derived[:, 2:], lost)

    def shares(self, places: Array, surface: ContactSurface, points: Array, active: IntArray, near: IntArray) -> Array:
        """Parts of the traction at a node of a face that go to the nodes of the facets; see `Outline`."""
        count, nodes = len(active), self.nodes.shape[1]
        shares: Array = np.zeros((count, nodes, near.shape[1], nodes))
        if near.shape[1] == 0 or count == 0:
            return shares
        wanted = -_senses(surface.coordinates, surface.facets)[active, None] * self._sense[np.maximum(near, 0)]
        rest, present = surface.coordinates[active], points[active]
        facet_shares(rest, present, places, self.normals, wanted, near, shares)
        total = shares.sum(axis=(2, 3), keepdims=True)
        poor = total < _POOR * surface.areas[active][..., None, None]
        shares = np.where(poor, shares.sum(axis=1, keepdims=True), shares)
        total = shares.sum(axis=(2, 3), keepdims=True)
        return np.asarray(shares / np.where(total > 0.0, total, 1.0))


def _in_turn(nodes: Int32Array) -> IntArray:
    return np.broadcast_to(np.arange(nodes.shape[1]), nodes.shape)


def _slopes_at_nodes(count: int) -> Array:
    """Derivatives of the functions of a facet at its nodes by both parameters, shape (2, nodes, nodes)."""
    table, slopes = np.zeros((3, count)), np.zeros((2, count, count))
    for node, (s, t) in enumerate(_PLACES[count]):
        facet_functions(count, float(s), float(t), table)
        slopes[:, node] = table[1:]
    return slopes


def _senses(coordinates: Array, facets: LoadedFacets) -> Array:
    """1 where the numbering of a facet at rest turns counterclockwise as seen from outside, else -1."""
    outward = area_vectors(facets.jacobian, facets.normal).sum(axis=1)
    first, second = coordinates[:, 1] - coordinates[:, 0], coordinates[:, 2] - coordinates[:, 0]
    return np.asarray(np.sign(np.sum(np.cross(first, second) * outward, axis=1)))


def _spheres(places: Array) -> tuple[Array, Array]:
    """Middles of facets and distances of their nodes from there, m."""
    middle = places.mean(axis=1)
    return middle, np.linalg.norm(places - middle[:, None], axis=2).max(axis=1)


def _rows(pairs: IntArray, count: int) -> IntArray:
    """Second numbers of pairs by the first ones, sorted and padded with -1."""
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    counts = np.bincount(pairs[:, 0], minlength=count)
    found = np.full((count, int(counts.max(initial=0))), -1, dtype=np.int64)
    found[np.arange(found.shape[1]) < counts[:, None]] = pairs[:, 1]
    return found


def _unit(vectors: Array) -> Array:
    size = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(size > 0.0, size, 1.0))
