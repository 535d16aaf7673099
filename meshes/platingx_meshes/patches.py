"""Structured patches of second-order quadrilaterals, and their union into one mesh."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from platingx_meshes import tags
from platingx_meshes.mesh_data import MeshData

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Lattice offsets (i, j) of the nodes of one element, in Gmsh order.
QUAD9 = ((0, 0), (2, 0), (2, 2), (0, 2), (1, 0), (2, 1), (1, 2), (0, 1), (1, 1))
TRIANGLE6_PAIR = (
    ((0, 0), (2, 0), (2, 2), (1, 0), (2, 1), (1, 1)),
    ((0, 0), (2, 2), (0, 2), (1, 1), (1, 2), (0, 1)),
)


@dataclass(frozen=True)
class Patch:
    """A lattice of nodes, shape (2 m + 1, 2 n + 1, 2), for m x n second-order quadrilaterals of one region.

    ``sides`` names the boundaries of its edges: left (i = 0), right (i = 2 m), bottom (j = 0), top (j = 2 n).
    """

    points: Array
    region: str
    sides: Mapping[str, str] = field(default_factory=dict)


def side(lattice: IntArray, name: str) -> IntArray:
    """Nodes along one side of a lattice array, with i or j ascending."""
    sides = {"left": lattice[0], "right": lattice[-1], "bottom": lattice[:, 0], "top": lattice[:, -1]}
    return np.asarray(sides[name])


def join(patches: Sequence[Patch], cell: str = "quadrilateral") -> MeshData:
    """Unite patches into one mesh; nodes at the same place become one.

    Parameters
    ----------
    patches : patches with counter-clockwise orientation
    cell : ``quadrilateral`` (9 nodes) or ``triangle`` (each quadrilateral cut in two, 6 nodes)
    """
    lattices, points = _number(patches)
    patterns = (QUAD9,) if cell == "quadrilateral" else TRIANGLE6_PAIR
    cells, regions, facets, markers = [], [], [], []
    region_names = [name for name in tags.REGIONS if any(patch.region == name for patch in patches)]
    used = [name for patch in patches for name in patch.sides.values()]
    region_tags = tags.assign_tags(region_names, tags.REGIONS)
    boundary_tags = tags.assign_tags([n for n in tags.BOUNDARIES if n in used], tags.BOUNDARIES)
    for patch, lattice in zip(patches, lattices, strict=True):
        own = _cells(lattice, patterns)
        cells.append(own)
        regions.append(np.full(len(own), region_tags[patch.region], dtype=np.int64))
        for edge, name in patch.sides.items():
            line = side(lattice, edge)
            facets.append(np.stack([line[:-1:2], line[2::2], line[1::2]], axis=1))
            markers.append(np.full(len(line) // 2, boundary_tags[name], dtype=np.int64))
    return MeshData(
        points=np.column_stack([points, np.zeros(len(points))]),
        cell_type="quad9" if cell == "quadrilateral" else "triangle6",
        cells=np.concatenate(cells),
        cell_regions=np.concatenate(regions),
        facets=np.concatenate(facets),
        facet_boundaries=np.concatenate(markers),
        region_names=region_tags,
        boundary_names=boundary_tags,
    )


def _cells(lattice: IntArray, patterns: Sequence[Sequence[tuple[int, int]]]) -> IntArray:
    m, n = lattice.shape[0] - 2, lattice.shape[1] - 2
    per_pattern = [
        np.stack([lattice[i : m + i : 2, j : n + j : 2].ravel() for i, j in pattern], axis=1) for pattern in patterns
    ]
    return np.stack(per_pattern, axis=1).reshape(-1, len(patterns[0]))


def _number(patches: Sequence[Patch]) -> tuple[list[IntArray], Array]:
    """Give all lattice nodes a number, the same for nodes at the same place."""
    counts = [patch.points.shape[0] * patch.points.shape[1] for patch in patches]
    points = np.concatenate([patch.points.reshape(-1, 2) for patch in patches])
    shortest = min(
        float(np.linalg.norm(np.diff(p.points, axis=axis), axis=-1).min()) for p in patches for axis in (0, 1)
    )
    pairs = cKDTree(points).query_pairs(1e-4 * shortest, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(points), len(points)))
    _, label = connected_components(graph, directed=False)
    _, first, number = np.unique(label, return_index=True, return_inverse=True)
    ends = np.cumsum(counts)
    lattices = [
        number[end - count : end].reshape(patch.points.shape[:2]).astype(np.int64)
        for patch, count, end in zip(patches, counts, ends, strict=True)
    ]
    return lattices, points[first]


def transfinite(bottom: Array, top: Array, left: Array, right: Array) -> Array:
    """Fill a four-sided patch between node rows by transfinite interpolation.

    Parameters
    ----------
    bottom, top : shape (m, 2), from left to right
    left, right : shape (n, 2), from bottom to top; all four share their corner points

    Returns
    -------
    lattice, shape (m, n, 2)
    """
    u = 0.5 * (fractions(bottom) + fractions(top))[:, None, None]
    v = 0.5 * (fractions(left) + fractions(right))[None, :, None]
    along = (1 - v) * bottom[:, None] + v * top[:, None]
    across = (1 - u) * left[None] + u * right[None]
    corners = (1 - u) * (1 - v) * bottom[0] + u * (1 - v) * bottom[-1] + (1 - u) * v * top[0] + u * v * top[-1]
    lattice = np.asarray(along + across - corners)
    lattice[:, 0], lattice[:, -1], lattice[0], lattice[-1] = bottom, top, left, right
    return lattice


def fractions(line: Array) -> Array:
    """Arc length at each node of a row as a fraction of the whole."""
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    return np.asarray(length / length[-1])
