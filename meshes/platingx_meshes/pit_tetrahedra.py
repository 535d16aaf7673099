"""Second-order tetrahedra for round pits anywhere in the plate.

1. Gmsh meshes the solids with straight-sided tetrahedra, finest at tips and rims.
2. Surface nodes are put onto the exact surfaces, from which OpenCASCADE's splines deviate slightly.
3. Middle nodes are added; those of edges in a curved surface are put onto it.
"""

import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.exact_surfaces import outer_planes, surface_of
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.pit_solids import StraightMesh, straight_tetrahedra
from platingx_meshes.surface_pit_3d import SurfacePit3D

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Corners of the edges of a tetrahedron and of a triangle, in Gmsh's order of their middle nodes.
_CELL_EDGES = ((0, 1), (1, 2), (2, 0), (3, 0), (2, 3), (1, 3))
_FACET_EDGES = ((0, 1), (1, 2), (2, 0))


#: Factors on the number of elements along a line, tried in turn: where one leaves a bad tetrahedron, the next need not.
_ATTEMPTS = (1.0, 1.04, 1.08, 1.12, 1.16, 1.2)


def pit_tetrahedra(geometry: SurfacePit3D, good: float) -> MeshData:
    """Mesh a geometry with tetrahedra; the best of some attempts, or the first whose quality is above ``good``."""
    best: MeshData | None = None
    for finer in _ATTEMPTS:
        mesh = _curved(geometry, straight_tetrahedra(geometry, finer))
        if best is None or mesh.quality > best.quality:
            best = mesh
        if best.quality > good:
            break
    assert best is not None
    return best


def _curved(geometry: SurfacePit3D, straight: StraightMesh) -> MeshData:
    """Put a straight-sided mesh onto the exact surfaces and add its middle nodes."""
    points = outer_planes(geometry, straight.points)
    named = [
        (surface_of(geometry, points[triangles].reshape(-1, 3), beside), triangles)
        for triangles, beside in zip(straight.surfaces, straight.neighbours, strict=True)
    ]
    for exact, triangles in named:
        nodes = np.unique(triangles)
        points[nodes] = exact.project(points[nodes])
    region_tags = tags.assign_tags([tags.LI, tags.LLZO], tags.REGIONS)
    corners = np.concatenate([straight.cells[name] for name in region_tags])
    corners = _right_handed(points, corners)
    edges, of_cells = _edges(corners, _CELL_EDGES)
    middles = points[edges].mean(axis=1)
    facets, markers = [], []
    for exact, triangles in named:
        of_facets = _find(edges, triangles)
        curved = np.unique(of_facets)
        middles[curved] = exact.between(middles[curved], points[edges[curved]])
        facets.append(np.column_stack([triangles, len(points) + of_facets]))
        markers.append(np.full(len(triangles), tags.BOUNDARIES[exact.name]))
    used = {exact.name for exact, _ in named}
    return MeshData(
        points=np.concatenate([points, middles]),
        cell_type="tetra10",
        cells=np.column_stack([corners, len(points) + of_cells]),
        cell_regions=_regions(straight, region_tags),
        facets=np.concatenate(facets),
        facet_boundaries=np.concatenate(markers),
        region_names=region_tags,
        boundary_names={name: tag for name, tag in tags.BOUNDARIES.items() if name in used},
    )


def _regions(straight: StraightMesh, region_tags: dict[str, int]) -> IntArray:
    return np.concatenate([np.full(len(straight.cells[name]), tag) for name, tag in region_tags.items()])


def _right_handed(points: Array, cells: IntArray) -> IntArray:
    sides = points[cells[:, 1:]] - points[cells[:, :1]]
    turned = np.linalg.det(sides) < 0.0
    result = cells.copy()
    result[turned] = cells[turned][:, [0, 2, 1, 3]]
    return result


def _edges(cells: IntArray, pattern: tuple[tuple[int, int], ...]) -> tuple[IntArray, IntArray]:
    """All edges once (sorted corners), and the edges of each cell."""
    pairs = np.sort(cells[:, pattern].reshape(-1, 2), axis=1)
    edges, number = np.unique(pairs, axis=0, return_inverse=True)
    return edges, number.reshape(len(cells), -1)


def _find(edges: IntArray, triangles: IntArray) -> IntArray:
    """Positions among the edges of those of triangles."""
    largest = int(edges.max()) + 1
    keys = edges[:, 0] * largest + edges[:, 1]
    pairs = np.sort(triangles[:, _FACET_EDGES], axis=2)
    return np.searchsorted(keys, pairs[..., 0] * largest + pairs[..., 1])
