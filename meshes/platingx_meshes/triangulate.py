"""Second-order triangles inside given outlines, through Gmsh."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import gmsh
import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.gmsh_session import gmsh_model, set_option
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.simple_outline import check_simple

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Outline:
    """One side of a region: nodes (2 n + 1, 2), element ends and middles alternating, and its boundary name."""

    nodes: Array
    name: str


@dataclass
class _Edges:
    """Outline edges in Gmsh: by end points, the line, its middle node (file unit) and its boundary."""

    points: dict[tuple[int, int], int]
    lines: dict[tuple[int, int], tuple[int, int]]  # sorted point tags -> (line tag, first point)
    middles: dict[tuple[int, int], tuple[Array, str]]


def triangulate(
    regions: Mapping[str, Sequence[Outline]], size: Callable[[Array], Array], refinement: float, unit: float
) -> MeshData:
    """Mesh regions whose outlines are closed, with the sizes of a field.

    Gmsh makes straight-sided triangles between the given nodes; the middle nodes are added afterwards, those
    of the outlines where the outlines have them.

    Parameters
    ----------
    regions : name -> outlines in order around the region; shared outlines have equal nodes
    size : element size (m) at places of shape (..., 2)
    refinement : divides ``size``
    unit : length in m that is 1 inside Gmsh, whose tolerances suit numbers of order 1

    Raises
    ------
    MeshBuildError
        If an outline crosses itself, or Gmsh cannot mesh it.
    """

    def wanted(_dim: int, _tag: int, x: float, y: float, _z: float, _lc: float) -> float:
        return float(size(np.array([x, y]) * unit)) / (refinement * unit)

    for name, outlines in regions.items():
        check_simple([(outline.name, outline.nodes[::2]) for outline in outlines], name)
    edges = _Edges({}, {}, {})
    with gmsh_model("triangles"):
        surfaces = {name: _add_region(outlines, edges, unit) for name, outlines in regions.items()}
        gmsh.model.geo.synchronize()
        set_option("Mesh.Algorithm", 6)
        for option in ("MeshSizeExtendFromBoundary", "MeshSizeFromPoints", "MeshSizeFromCurvature"):
            set_option(f"Mesh.{option}", 0)
        gmsh.model.mesh.setSizeCallback(wanted)
        try:
            gmsh.model.mesh.generate(2)
        except Exception as error:  # Gmsh raises plain Exception
            raise MeshBuildError(f"Gmsh cannot mesh the geometry with triangles: {error}") from error
        finally:
            gmsh.model.mesh.removeSizeCallback()
        points, cells, node_of_point = _extract(surfaces)
    middles = {tuple(sorted((node_of_point[a], node_of_point[b]))): value for (a, b), value in edges.middles.items()}
    return _second_order(points, cells, middles, unit)


def _add_region(outlines: Sequence[Outline], edges: _Edges, unit: float) -> int:
    """Add the lines of a region that are not there yet, and its surface; return the surface's tag."""
    loop = []
    for outline in outlines:
        nodes = outline.nodes / unit
        ends = [_point(place, edges) for place in nodes[::2]]
        for first, second, middle in zip(ends[:-1], ends[1:], nodes[1::2], strict=True):
            key = (min(first, second), max(first, second))
            if key not in edges.lines:
                line = gmsh.model.geo.addLine(first, second)
                gmsh.model.geo.mesh.setTransfiniteCurve(line, 2)
                edges.lines[key] = (line, first)
                edges.middles[key] = (middle, outline.name)
            line, start = edges.lines[key]
            loop.append(line if start == first else -line)
    return int(gmsh.model.geo.addPlaneSurface([gmsh.model.geo.addCurveLoop(loop)]))


def _point(place: Array, edges: _Edges) -> int:
    """Tag of the point at a place; places that agree to 1e-9 are one point."""
    key = (round(place[0] * 1e9), round(place[1] * 1e9))
    for neighbour in ((key[0] + i, key[1] + j) for i in (0, -1, 1) for j in (0, -1, 1)):
        if neighbour in edges.points:
            return edges.points[neighbour]
    edges.points[key] = int(gmsh.model.geo.addPoint(place[0], place[1], 0.0))
    return edges.points[key]


def _extract(surfaces: Mapping[str, int]) -> tuple[Array, dict[str, IntArray], dict[int, int]]:
    """Nodes, counter-clockwise triangles of each region, and the node at each Gmsh point."""
    node_tags, coordinates, _ = gmsh.model.mesh.getNodes()
    points: Array = np.asarray(coordinates, dtype=np.float64).reshape(-1, 3)[:, :2]
    position = np.zeros(int(node_tags.max()) + 1, dtype=np.int64)
    position[node_tags.astype(np.int64)] = np.arange(len(node_tags))
    cells: dict[str, IntArray] = {}
    for name, surface in surfaces.items():
        own = position[np.asarray(gmsh.model.mesh.getElementsByType(2, surface)[1], dtype=np.int64)].reshape(-1, 3)
        a, b, c = (points[own[:, i]] for i in range(3))
        clockwise = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) < (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
        own[clockwise] = own[clockwise][:, [0, 2, 1]]
        cells[name] = own
    at_points: dict[int, int] = {
        int(tag): int(position[int(gmsh.model.mesh.getNodes(0, tag)[0][0])]) for _, tag in gmsh.model.getEntities(0)
    }
    return points, cells, at_points


def _second_order(
    points: Array, cells: Mapping[str, IntArray], outline: Mapping[tuple[int, ...], tuple[Array, str]], unit: float
) -> MeshData:
    """Add middle nodes, those of the outlines from ``outline`` (sorted end nodes -> place and boundary name)."""
    used = {name for _, name in outline.values()}
    region_tags = tags.assign_tags([name for name in tags.REGIONS if name in cells], tags.REGIONS)
    boundary_tags = tags.assign_tags([name for name in tags.BOUNDARIES if name in used], tags.BOUNDARIES)
    triangles = np.concatenate([cells[name] for name in region_tags])
    pairs = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    edges, number = np.unique(pairs, axis=0, return_inverse=True)
    middles = 0.5 * (points[edges[:, 0]] + points[edges[:, 1]])
    facets, markers = [], []
    for i, edge in enumerate(edges):
        place_and_name = outline.get((int(edge[0]), int(edge[1])))
        if place_and_name is not None:
            middles[i] = place_and_name[0]
            facets.append([edge[0], edge[1], len(points) + i])
            markers.append(boundary_tags[place_and_name[1]])
    nodes = np.concatenate([points, middles]) * unit
    return MeshData(
        points=np.column_stack([nodes, np.zeros(len(nodes))]),
        cell_type="triangle6",
        cells=np.column_stack([triangles, len(points) + number.reshape(-1, 3)]),
        cell_regions=np.concatenate([np.full(len(cells[name]), tag) for name, tag in region_tags.items()]),
        facets=np.array(facets, dtype=np.int64),
        facet_boundaries=np.array(markers, dtype=np.int64),
        region_names=region_tags,
        boundary_names=boundary_tags,
    )
