"""The exact surfaces of a geometry with round pits, and how nodes are put onto them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from platingx_meshes import tags
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.profiles import PitProfile
from platingx_meshes.surface_pit_3d import Place, SurfacePit3D

Array = NDArray[np.float64]
Projection = Callable[[Array], Array]

#: How near a node of Gmsh must be to a surface to belong to it, over the pit's depth.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class ExactSurface:
    """A surface of the geometry.

    Attributes
    ----------
    name : boundary
    project : puts points that are near the surface onto it
    rim : puts points that are near the edge of the surface onto this edge; None when the edge needs no care
    """

    name: str
    project: Projection
    rim: Projection | None = None

    def between(self, middles: Array, ends: Array) -> Array:
        """Middle nodes of edges in the surface.

        Parameters
        ----------
        middles : middles of the straight edges, m, shape (edges, 3)
        ends : end nodes of the edges on the surface, m, shape (edges, 2, 3)
        """
        result = self.project(middles)
        if self.rim is not None:
            flat = ends.reshape(-1, 3)
            close = np.linalg.norm(self.rim(flat) - flat, axis=1) < 1e-9 * np.abs(flat).max()
            along = close.reshape(-1, 2).all(axis=1)
            result[along] = self.rim(middles[along])
        return result


def outer_planes(geometry: SurfacePit3D, points: Array) -> Array:
    """Points with their coordinates exactly in the planes of the plate where they are near them."""
    result = points.copy()
    near = TOLERANCE * geometry.pit.depth
    x, y = geometry.electrolyte.reach
    for axis, planes in enumerate(((0.0, -x, x), (0.0, -y, y), (0.0, -geometry.electrolyte.depth))):
        for plane in planes:
            at = np.abs(result[:, axis] - plane) < 1e-3 * near
            result[at, axis] = plane
    return result


def surface_of(geometry: SurfacePit3D, nodes: Array, beside: tuple[str, ...]) -> ExactSurface:
    """Find the surface that all given nodes lie on.

    Parameters
    ----------
    geometry : all parameters
    nodes : m, shape (n, 3)
    beside : regions on its two sides, or the region inside it

    Raises
    ------
    MeshBuildError
        When they lie on none of them.
    """
    near = TOLERANCE * geometry.pit.depth

    def on(distance: Array) -> bool:
        return bool((np.abs(distance) < near).all())

    x, y, z = nodes.T
    reach_x, reach_y = geometry.electrolyte.reach
    if len(beside) == 2:
        return ExactSurface(tags.INTERFACE, _unchanged) if on(z) else _nearest_pit(geometry, nodes)
    symmetric = {"quarter": (x, y), "half": (x,), "full": ()}[geometry.extent]
    if any(on(distance) for distance in symmetric):
        return ExactSurface(tags.SYMMETRY, _unchanged)
    side = any(on(np.abs(value) - limit) for value, limit in ((x, reach_x), (y, reach_y)))
    if beside == (tags.LLZO,):
        name = tags.ELECTROLYTE_SIDE if side else (tags.ELECTROLYTE_TOP if on(z) else tags.ELECTROLYTE_BOTTOM)
        return ExactSurface(name, _unchanged)
    if side:
        return ExactSurface(tags.METAL_SIDE, _unchanged)
    if on(z - geometry.collector_height(x, y)):
        return ExactSurface(tags.COLLECTOR, lambda points: _on_collector(geometry, points))
    return ExactSurface(
        tags.METAL_SIDE,
        lambda points: _on_island_side(geometry, points),
        lambda points: _on_island_edge(geometry, points),
    )


def _unchanged(points: Array) -> Array:
    return points


def _on_collector(geometry: SurfacePit3D, points: Array) -> Array:
    height = geometry.collector_height(points[:, 0], points[:, 1])
    return np.column_stack([points[:, :2], height])


def _on_island_side(geometry: SurfacePit3D, points: Array) -> Array:
    """Move points outwards or inwards to the side of a round island, those at its ends onto its edges."""
    radius = np.hypot(points[:, 0], points[:, 1])[:, None]
    top = _on_island_edge(geometry, points)[:, 2]
    height = points[:, 2]
    near = TOLERANCE * geometry.pit.depth
    height = np.where(np.abs(height - top) < near, top, np.where(np.abs(height) < near, 0.0, height))
    reach = geometry.section.side_curve(height / top)[:, 0]
    return np.column_stack([points[:, :2] / radius * reach[:, None], height])


def _on_island_edge(geometry: SurfacePit3D, points: Array) -> Array:
    """Move points to the curve where the side of a round island meets the collector."""
    ends = geometry.lithium_reach * points[:, :2] / np.hypot(points[:, 0], points[:, 1])[:, None]
    return np.column_stack([ends, geometry.collector_height(ends[:, 0], ends[:, 1])])


def _nearest_pit(geometry: SurfacePit3D, nodes: Array) -> ExactSurface:
    centre = nodes[:, :2].mean(axis=0)
    place = min(geometry.places, key=lambda place: float(np.hypot(*(centre - place))))
    if np.hypot(nodes[:, 0] - place[0], nodes[:, 1] - place[1]).max() > 1.001 * geometry.pit.half_width:
        raise MeshBuildError("a surface of the mesh belongs to no pit")
    return pit_surface(geometry.pit, place)


def pit_surface(pit: PitProfile, place: Place) -> ExactSurface:
    """Surface of a round pit; points are moved to the nearest point of the profile in their vertical plane."""
    t = np.linspace(0.0, 1.0, 4001, dtype=np.float64)
    curve = pit.curve(t)

    def project(points: Array) -> Array:
        radius = np.hypot(points[:, 0] - place[0], points[:, 1] - place[1])
        parameter = _nearest_parameter(np.column_stack([radius, points[:, 2]]), t, curve)
        return _placed(points, radius, pit.curve(parameter), place)

    def rim(points: Array) -> Array:
        radius = np.hypot(points[:, 0] - place[0], points[:, 1] - place[1])
        edge = np.broadcast_to([pit.half_width, 0.0], (len(points), 2))
        return _placed(points, radius, edge, place)

    return ExactSurface(tags.INTERFACE, project, rim)


def _placed(points: Array, radius: Array, section: Array, place: Place) -> Array:
    """Points in their vertical planes through an axis, at given radii and heights."""
    stretch = np.where(radius > 0.0, section[:, 0] / np.where(radius > 0.0, radius, 1.0), 0.0)
    return np.column_stack(
        [
            place[0] + stretch * (points[:, 0] - place[0]),
            place[1] + stretch * (points[:, 1] - place[1]),
            section[:, 1],
        ]
    )


def _nearest_parameter(points: Array, t: Array, curve: Array) -> Array:
    """Parameter of the point of a finely divided curve that is nearest to each point."""
    vertex = np.clip(cKDTree(curve).query(points)[1], 1, len(t) - 2)
    best, least = t[vertex], np.full(len(points), np.inf)
    for first in (vertex - 1, vertex):
        start, chord = curve[first], curve[first + 1] - curve[first]
        share = np.clip(((points - start) * chord).sum(axis=1) / (chord**2).sum(axis=1), 0.0, 1.0)
        distance = np.linalg.norm(points - start - share[:, None] * chord, axis=1)
        nearer = distance < least
        best = np.where(nearer, t[first] + share * (t[first + 1] - t[first]), best)
        least = np.minimum(least, distance)
    return np.asarray(best)
