"""Rigid surfaces that metal can meet and the mesh does not show: planes of rollers, a collector past the metal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array, Mask
from platingx.config.case import Case
from platingx.config.geometry import SurfacePitGeometry
from platingx.config.geometry_3d import SurfacePit3DGeometry
from platingx.config.geometry_specimen import SpecimenGeometry
from platingx.physics.region_surfaces import NOTHING, SurfaceTable, normals_of
from platingx.physics.rigid_bodies import BondedBody

__all__ = ["RigidWall", "rigid_walls"]

FLAT = 1e-6
"""Deviation from a plane, relative to the size of the mesh, that counts as none."""


@dataclass(frozen=True)
class RigidWall:
    """A rigid surface.

    Attributes
    ----------
    name
        Words for messages.
    depth
        How far points lie behind it, from coordinates of shape (points, dimension), m; negative in front of it.
    """

    name: str
    depth: Callable[[Array], Array]


def rigid_walls(case: Case, table: SurfaceTable, metal: str, bodies: Mapping[str, BondedBody]) -> list[RigidWall]:
    """List the rigid surfaces of a model. Rank 0 only.

    Planes in which rollers run at the outside of the mesh (they are planes of symmetry or walls), and what is fixed
    of the metal's outside, or goes with a rigid body: the collector of a built geometry as wide as the plate, a plane
    one as wide as the mesh.

    Parameters
    ----------
    case, table
        The case, and the surfaces of its mesh.
    metal
        Name of the region that grows.
    bodies
        Rigid bodies that move, by their boundaries, in the order of their numbers.
    """
    walls = _planes(table, table.regions.index(metal))
    fixed = table.outer & table.held.all(axis=1) & (table.inside == table.regions.index(metal))
    for number in np.unique(table.body[fixed]):
        depth = _fixed_surface(case, table, fixed & (table.body == number))
        if depth is None:
            continue
        boundary = "collector" if number == NOTHING else list(bodies)[number]
        fixed_to = "the base" if isinstance(case.geometry, SpecimenGeometry) else "the collector"
        name = fixed_to if boundary == "collector" else f"the body at {boundary}"
        walls.append(RigidWall(name, depth if number == NOTHING else _carried(depth, bodies[boundary])))
    return walls


def _fixed_surface(case: Case, table: SurfaceTable, fixed: Mask) -> Callable[[Array], Array] | None:
    """Depth behind the surface that some fixed sides of the metal are a part of, at rest; None if not known."""
    if isinstance(case.geometry, SurfacePitGeometry | SurfacePit3DGeometry):
        return _built_collector(case.geometry)
    return _fixed_plane(table, fixed)


def _carried(depth: Callable[[Array], Array], body: BondedBody) -> Callable[[Array], Array]:
    """The same of a surface that goes with a body."""
    return lambda points: depth(points - body.moved(points))


def _planes(table: SurfaceTable, metal: int) -> list[RigidWall]:
    """Planes across an axis, at the end of the mesh, in which rollers run; no free side of the metal begins there."""
    walls = []
    free = table.nodes[table.outer & ~table.held.any(axis=1) & (table.inside == metal)]
    low, high = table.reference.min(axis=0), table.reference.max(axis=0)
    tolerance = FLAT * float((high - low).max())
    for axis in range(table.reference.shape[1]):
        sides = table.nodes[table.outer & table.held[:, axis] & (table.body == NOTHING)]
        coordinates = table.reference[sides][..., axis]
        for place, sense in ((low[axis], -1.0), (high[axis], 1.0)):
            end = 0.0 if abs(place) <= tolerance else float(place)
            if (np.abs(table.reference[free][..., axis] - end) <= tolerance).all(axis=1).any():
                continue
            if (np.abs(coordinates - end) <= tolerance).all(axis=1).any():
                walls.append(RigidWall(f"the plane {'xyz'[axis]} = {end * 1e9:.6g} nm", _behind(axis, end, sense)))
    return walls


def _behind(axis: int, end: float, sense: float) -> Callable[[Array], Array]:
    return lambda points: sense * (points[:, axis] - end)


def _built_collector(geometry: SurfacePitGeometry | SurfacePit3DGeometry) -> Callable[[Array], Array]:
    """Depth behind the collector of a built geometry, which reaches over the whole plate."""
    gap, radius = float(geometry.interlayer.thickness), geometry.collector.radius
    widths = [float(geometry.electrolyte.half_width)]
    if isinstance(geometry, SurfacePit3DGeometry):
        length = geometry.electrolyte.half_length
        widths.append(widths[0] if length is None else float(length))
    spherical = geometry.collector.shape == "sphere" or geometry.symmetry == "axisymmetric"

    def depth(points: Array) -> Array:
        flat = points[:, :-1]
        over = (np.abs(flat) <= np.array(widths)).all(axis=1)
        if radius is None:
            behind = points[:, -1] - gap
        else:
            distance = np.linalg.norm(flat, axis=1) if spherical else np.abs(flat[:, 0])
            behind = float(radius) - np.hypot(distance, points[:, -1] - gap - float(radius))
        return np.where(over, behind, -np.inf)

    return depth


def _fixed_plane(table: SurfaceTable, fixed: Mask) -> Callable[[Array], Array] | None:
    """What is fixed of the metal in a mesh from a file, if that is a plane."""
    corners = table.reference[table.pieces(fixed)]
    normals = normals_of(corners)
    normal = normals.sum(axis=0)
    if not normal.any():
        return None
    normal /= np.linalg.norm(normal)
    points = corners.reshape(-1, corners.shape[-1])
    heights = (points - points[0]) @ normal
    if np.ptp(heights) > FLAT * float(np.ptp(table.reference, axis=0).max()):
        return None
    return lambda places: np.asarray((places - points[0]) @ normal)


def deepest(walls: Sequence[RigidWall], points: Array) -> list[tuple[str, float, int]]:
    """Name, depth (m) and number of the point that lies deepest behind each wall."""
    found = []
    for wall in walls:
        depth = wall.depth(points)
        number = int(depth.argmax())
        found.append((wall.name, float(depth[number]), number))
    return found
