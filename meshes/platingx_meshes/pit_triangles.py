"""Unstructured second-order triangles for the pit, from the same division of its surface.

Gmsh meshes straight-sided triangles between the nodes given on all curves; the middle nodes are then added,
on the curves themselves where an edge lies on one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.checks import LARGEST_TRIANGULATION, check_cells
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.pit_sizes import Cover, SurfaceNodes, surface_nodes
from platingx_meshes.spacing import divide, with_midpoints
from platingx_meshes.surface_pit import PitPlate, SurfacePit
from platingx_meshes.triangulate import Outline, triangulate

Array = NDArray[np.float64]
Curve = Callable[[Array], Array]


@dataclass(frozen=True)
class SizeField:
    """Element size in the plane: that of the nearest surface nodes, growing with the distance from them.

    Attributes
    ----------
    points, sizes : surface nodes (n, 2) and their element sizes, m
    rate : growth of the size per distance
    largest : m
    layer : largest size above the flat surface, in the lithium, m
    """

    points: Array
    sizes: Array
    rate: float
    largest: float
    layer: float

    def __call__(self, place: Array) -> Array:
        """Sizes at places of shape (..., 2), m."""
        place = np.asarray(place)
        distance = np.linalg.norm(place[..., None, :] - self.points, axis=-1)
        size = (self.sizes + self.rate * distance).min(axis=-1)
        return np.asarray(np.minimum(size, np.where(place[..., 1] > 0.0, self.layer, self.largest)))


def triangulated_pit(geometry: SurfacePit) -> MeshData:
    """Mesh LLZO and lithium with triangles."""
    surface = surface_nodes(geometry.plate, Cover.of(geometry))
    sizes = _size_field(geometry.plate, surface, 1.4 * geometry.layer_size)
    _check_count(geometry.plate, sizes, geometry.interlayer.thickness)
    refinement = geometry.mesh.refinement
    covered = surface.points[: surface.covered + 1]
    interface = [Outline(covered, tags.INTERFACE)]
    collector = _collector(geometry, sizes)
    lithium = [
        *interface,
        Outline(_divided(geometry.side_curve, sizes, refinement), tags.METAL_SIDE),
        Outline(collector[::-1], tags.COLLECTOR),
        Outline(_straight(collector[0], covered[0], sizes, refinement), tags.SYMMETRY),
    ]
    if surface.covered < len(surface.points) - 1:
        interface.append(Outline(surface.points[surface.covered :], tags.ELECTROLYTE_TOP))
    llzo = [*interface, *_plate_outline(geometry.plate, sizes)]
    return triangulate({tags.LI: lithium, tags.LLZO: llzo}, sizes, refinement, geometry.pit.depth)


def triangulated_plate(plate: PitPlate) -> MeshData:
    """Mesh the LLZO alone with triangles."""
    surface = surface_nodes(plate, None)
    sizes = _size_field(plate, surface, plate.max_size)
    _check_count(plate, sizes, 0.0)
    top = [
        Outline(surface.points[: surface.rim + 1], tags.PIT),
        Outline(surface.points[surface.rim :], tags.ELECTROLYTE_TOP),
    ]
    llzo = [*top, *_plate_outline(plate, sizes)]
    return triangulate({tags.LLZO: llzo}, sizes, plate.mesh.refinement, plate.pit.depth)


def _size_field(plate: PitPlate, surface: SurfaceNodes, layer: float) -> SizeField:
    return SizeField(
        surface.points[::2], surface.sizes[::2], float(np.log(plate.mesh.growth_ratio)), plate.max_size, layer
    )


def _check_count(plate: PitPlate, sizes: SizeField, top: float) -> None:
    """Refuse a plate with a layer up to ``top`` (m) that would take too many triangles."""
    check_cells(20.0 * len(sizes.points), LARGEST_TRIANGULATION)
    x = np.linspace(0.0, plate.electrolyte.half_width, 30)
    y = np.linspace(-plate.electrolyte.depth, top, 30)
    places = np.stack(np.meshgrid(x, y), axis=-1)
    triangles = (plate.mesh.refinement / sizes(places)) ** 2 * (4.0 / np.sqrt(3.0))
    area = plate.electrolyte.half_width * (plate.electrolyte.depth + top)
    check_cells(float(triangles.mean()) * area, LARGEST_TRIANGULATION)


def _plate_outline(plate: PitPlate, sizes: SizeField) -> list[Outline]:
    """Sides of the LLZO from the end of its surface clockwise round to the pit tip."""
    half_width, depth = plate.electrolyte.half_width, plate.electrolyte.depth
    corners = np.array([[half_width, 0.0], [half_width, -depth], [0.0, -depth], [0.0, -plate.pit.depth]])
    names = (tags.ELECTROLYTE_SIDE, tags.ELECTROLYTE_BOTTOM, tags.SYMMETRY)
    return [
        Outline(_straight(start, end, sizes, plate.mesh.refinement), name)
        for start, end, name in zip(corners[:-1], corners[1:], names, strict=True)
    ]


def _collector(geometry: SurfacePit, sizes: SizeField) -> Array:
    """Nodes of the collector from the symmetry line outwards."""
    length = geometry.lithium_half_length

    def curve(t: Array) -> Array:
        x = length * np.asarray(t, dtype=float)
        return np.stack([x, geometry.collector_height(x)], axis=-1)

    return _divided(curve, sizes, geometry.mesh.refinement)


def _straight(start: Array, end: Array, sizes: SizeField, refinement: float) -> Array:
    return _divided(lambda t: start + np.asarray(t)[..., None] * (end - start), sizes, refinement)


def _divided(curve: Curve, sizes: SizeField, refinement: float) -> Array:
    """Nodes on a parametric curve (t from 0 to 1) so that elements have the size of the field."""
    t = np.linspace(0.0, 1.0, 2001, dtype=np.float64)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve(t), axis=0), axis=1))])
    wanted = sizes(curve(t))
    ends = divide(0.0, float(length[-1]), lambda s: np.interp(s, length, wanted), refinement)
    nodes = curve(np.interp(with_midpoints(ends), length, t))
    nodes[0], nodes[-1] = curve(np.array([0.0, 1.0]))
    return np.asarray(nodes)
