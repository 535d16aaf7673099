"""Which nodes and sides on the outside of a mesh lie on or in cells that they do not belong to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from platingx_meshes.cell_boxes import CellBoxes
from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.facets import Facets
from platingx_meshes.reference_map import ReferenceMap, reference_map

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

TOUCH = 1e-6
"""Distance over the shortest edge there, below which two things touch.

Coordinates of equal places differ by rounding, some 1e-7 of an edge when a file gives 8 digits. The narrowest gap that
is meant, an open crack of 1 nm between elements of 100 um, is 1e-5 of an edge.
"""

#: Reference points on a side, away from its corners and, if of second order, its other nodes.
SAMPLES: dict[str, tuple[tuple[float, ...], ...]] = {
    "line": ((-0.9,), (-0.4,), (0.1,), (0.4,), (0.9,)),
    "triangle": ((1 / 3, 1 / 3), (2 / 3, 1 / 6), (1 / 6, 2 / 3), (1 / 6, 1 / 6)),
    "quad": tuple((a, b) for a in (-0.75, 0.1, 0.75) for b in (-0.75, 0.1, 0.75)),
}


@dataclass(frozen=True)
class Probes:
    """Points on the outside of a mesh.

    Attributes
    ----------
    places : shape (probes, dimension)
    nodes : position of the node, or -1 for a point within a side
    cells : a cell that the probe belongs to
    sizes : shortest edge there
    """

    places: Array
    nodes: IntArray
    cells: IntArray
    sizes: Array


@dataclass(frozen=True)
class Contacts:
    """Probes that touch cells they do not belong to.

    Attributes
    ----------
    probes : positions of the probes
    cells : the foreign cells
    inside : whether the probe is within the cell rather than on its surface
    """

    probes: IntArray
    cells: IntArray
    inside: NDArray[np.bool_]


def edge_lengths(points: Array, cells: IntArray, cell_type: str) -> Array:
    """Shortest distance of two neighbouring corners of each cell, shape (cells,)."""
    kind = CELL_TYPES[cell_type]
    corners = np.array(kind.reference_corners)
    apart = np.abs(corners[:, None, :] - corners[None, :, :])
    edges = np.ones((kind.corners, kind.corners), dtype=bool) if kind.is_simplex else (apart > 0).sum(axis=2) == 1
    shortest = np.full(len(cells), np.inf)
    for a, b in zip(*np.nonzero(np.triu(edges, 1)), strict=True):
        np.minimum(shortest, np.linalg.norm(points[cells[:, a]] - points[cells[:, b]], axis=1), out=shortest)
    return shortest


def outer_probes(points: Array, cells: IntArray, cell_type: str, facets: Facets) -> Probes:
    """Nodes of the outer sides, and points within these sides."""
    dimension = CELL_TYPES[cell_type].dimension
    outer = facets.outer
    sides, owners = facets.nodes[outer], facets.cells[outer, 0]
    lengths = edge_lengths(points, cells, cell_type)
    nodes, first = np.unique(sides, return_index=True)
    at_nodes = np.full(len(points), np.inf)
    np.minimum.at(at_nodes, sides.ravel(), np.repeat(lengths[owners], sides.shape[1]))
    samples = np.array(SAMPLES[CELL_TYPES[facets.kind].family])
    within = np.einsum("sn,fnd->fsd", reference_map(facets.kind).basis(samples), points[sides][:, :, :dimension])
    repeated = np.repeat(owners, len(samples))
    return Probes(
        np.concatenate([points[nodes, :dimension], within.reshape(-1, dimension)]),
        np.concatenate([nodes, np.full(len(repeated), -1, dtype=np.int64)]),
        np.concatenate([owners[first // sides.shape[1]], repeated]),
        np.concatenate([at_nodes[nodes], lengths[repeated]]),
    )


def nodes_at_one_place(probes: Probes) -> IntArray:
    """Pairs of different nodes among the probes that lie on one another, shape (pairs, 2), ascending."""
    nodes = np.flatnonzero(probes.nodes >= 0)
    places, sizes = probes.places[nodes], TOUCH * probes.sizes[nodes]
    pairs = cKDTree(places).query_pairs(float(sizes.max(initial=0.0)), output_type="ndarray")
    apart = np.linalg.norm(places[pairs[:, 0]] - places[pairs[:, 1]], axis=1)
    found = np.sort(probes.nodes[nodes[pairs[apart <= sizes[pairs].min(axis=1)]]], axis=1)
    return np.asarray(found[np.lexsort(found.T[::-1])])


def foreign_contacts(points: Array, cells: IntArray, cell_type: str, probes: Probes) -> Contacts:
    """Find the probes on or in cells that they do not belong to."""
    kind, lengths = reference_map(cell_type), edge_lengths(points, cells, cell_type)
    dimension = CELL_TYPES[cell_type].dimension
    boxes = CellBoxes.of(points[:, :dimension], cells, kind)
    found: list[tuple[IntArray, IntArray, NDArray[np.bool_]]] = []
    for chosen, beside in boxes.near(probes.places):
        foreign = np.where(
            probes.nodes[chosen] >= 0,
            (cells[beside] != probes.nodes[chosen][:, None]).all(axis=1),
            probes.cells[chosen] != beside,
        )
        chosen, beside = chosen[foreign], beside[foreign]
        held = boxes.hold(probes.places[chosen], beside)
        chosen, beside = chosen[held], beside[held]
        tolerance = TOUCH * np.minimum(probes.sizes[chosen], lengths[beside])
        inside = _touches(kind, points[cells[beside]][:, :, :dimension], probes.places[chosen], tolerance)
        touches = inside >= 0
        found.append((chosen[touches], beside[touches], inside[touches] > 0))
    if not found:
        nothing = np.zeros(0, dtype=np.int64)
        return Contacts(nothing, nothing, np.zeros(0, dtype=bool))
    return Contacts(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _touches(kind: ReferenceMap, nodes: Array, places: Array, tolerance: Array) -> IntArray:
    """For each place and cell: 1 within the cell, 0 on its surface, -1 away from it."""
    reference = kind.inverse(nodes, places)
    clamped = kind.clamped(reference)
    distance = np.linalg.norm(np.einsum("pn,pnd->pd", kind.basis(clamped), nodes) - places, axis=1)
    if kind.simplex:
        depth = np.minimum(reference.min(axis=1), 1.0 - reference.sum(axis=1))
    else:
        depth = 1.0 - np.abs(reference).max(axis=1)
    return np.where(distance <= tolerance, (depth > 1e-4).astype(np.int64), -1)
