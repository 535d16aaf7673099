"""Surfaces of a three-dimensional run for views in space: deformed, curved, cut if wanted, with a field on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from platingx.arrays import Array
from platingx.errors import OutputError
from platingx.post.cameras import Camera
from platingx.post.field_reader import FieldSeries
from platingx.post.field_views import FieldView, Limits, limits_of_triangles
from platingx.post.offscreen import needed
from platingx.post.scales import format_place, format_value
from platingx.post.vtk_mesh import VTK_TYPES, VtkMesh, vtk_mesh

__all__ = ["Cut", "SpaceScene", "space_scene"]

_PARTS = 3
"""Times that quadratic faces are split, so that they look as curved as they are."""
_EDGE_ANGLE = 25.0
_EDGE_ON = 1e-6


@dataclass(frozen=True)
class Cut:
    """A plane across one axis, before deformation. What lies between it and the eye is taken away.

    Attributes
    ----------
    axis : int
    place : float
        m.
    """

    axis: int
    place: float

    @property
    def text(self) -> str:
        """The plane in words, such as ``y = 20.0 nm``."""
        return f"{'xyz'[self.axis]} = {format_value(self.place, 'm')}"

    def behind(self, grid: Any, camera: Camera) -> Any:
        """Part of a grid on the other side of the plane than the eye. OutputError when the plane is seen edge-on."""
        side = float(camera.frame[2][self.axis])
        if abs(side) < _EDGE_ON:
            raise OutputError(f"the cut {self.text} is seen edge-on by the camera {camera.name}; take another camera")
        normal, origin = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
        normal[self.axis], origin[self.axis] = float(np.sign(side)), self.place
        return grid.clip(normal=normal, origin=origin, invert=True)


@dataclass(frozen=True, eq=False)
class SpaceScene:
    """What a view in space shows.

    Attributes
    ----------
    surface : pyvista.PolyData
        Of the region of the view, deformed, with the field of the view as point data.
    others : pyvista.PolyData or None
        Surfaces of the other regions, which are grey.
    edges : pyvista.PolyData
        Sharp edges of both.
    limits : Limits
        Of the colours.
    largest : ndarray, shape (3,)
        Deformed place of the largest value on the surface, m.
    """

    surface: Any
    others: Any
    edges: Any
    limits: Limits
    largest: Array

    def projected(self, camera: Camera) -> tuple[Array, Array]:
        """Smallest and largest coordinates of all that is shown, to the right and upwards, m; shape (2,) each."""
        parts = [part.points for part in (self.surface, self.others) if part is not None]
        seen = np.concatenate(parts) @ camera.frame[:2].T
        return seen.min(axis=0), seen.max(axis=0)


def space_scene(
    fields: FieldSeries, view: FieldView, step: int, camera: Camera, cut: Cut | None = None, factor: float = 1.0
) -> SpaceScene:
    """Make the surfaces of a view in space.

    Parameters
    ----------
    fields : FieldSeries
        Of a three-dimensional model.
    view : FieldView
        What is coloured; the other regions are shown where there is a cut, in grey.
    step : int
    camera : Camera
    cut : Cut, optional
    factor : float
        Of the displacement.

    Raises
    ------
    OutputError
        When pyvista is missing, the fields cannot be read, or nothing of the region is left behind the cut.
    """
    names = [view.field, *(["displacement"] if "displacement" in fields.names else [])]
    values = fields.at(step, names)
    mesh = _mesh(fields)
    wanted = mesh.regions[view.region]
    own = _surface(_grid(mesh, values, mesh.region_of_cells == wanted), camera, cut, factor)
    if own is None or not own.n_cells:
        raise OutputError(f"{fields.path}: nothing of {view.region} is left{_nothing_left(fields, view.region, cut)}")
    rest = mesh.region_of_cells != wanted
    others = _surface(_grid(mesh, values, rest), camera, cut, factor) if cut is not None and rest.any() else None
    parts = [part for part in (own, others) if part is not None]
    edges = [
        part.extract_feature_edges(_EDGE_ANGLE, boundary_edges=True, manifold_edges=False, non_manifold_edges=True)
        for part in parts
    ]
    numbers = np.asarray(own.point_data[view.field], dtype=float)
    largest = np.asarray(own.points[int(np.argmax(numbers))], dtype=float)
    merged = edges[0] if len(edges) == 1 else edges[0].merge(edges[1])
    return SpaceScene(own, others, merged, _limits(own, numbers, view), largest)


@lru_cache(maxsize=1)
def _mesh(fields: FieldSeries) -> VtkMesh:
    """The mesh for VTK, made once for all views of a run: all steps are read for it."""
    return vtk_mesh(fields)


def _grid(mesh: VtkMesh, values: dict[str, Array], cells: Array) -> Any:
    """Some cells as a grid of pyvista, with the fields at their points."""
    chosen = mesh.cells[cells]
    nodes, renumbered = np.unique(chosen, return_inverse=True)
    connections = renumbered.reshape(chosen.shape)
    leading = np.full((len(chosen), 1), chosen.shape[1])
    kinds = np.full(len(chosen), VTK_TYPES[mesh.cell_type], dtype=np.uint8)
    grid = needed().UnstructuredGrid(np.hstack([leading, connections]).ravel(), kinds, mesh.points[nodes])
    for name, numbers in values.items():
        grid.point_data[name] = numbers[mesh.source[nodes]]
    return grid


def _surface(grid: Any, camera: Camera, cut: Cut | None, factor: float) -> Any:
    """Outer surface of what a cut leaves of a grid, deformed, in triangles; None where it leaves nothing."""
    if cut is not None:
        grid = cut.behind(grid, camera)
    if not grid.n_cells:
        return None
    surface = grid.extract_surface(nonlinear_subdivision=_PARTS).triangulate()
    if "displacement" in surface.point_data:
        surface.points = surface.points + factor * surface.point_data["displacement"]
    return surface


def _nothing_left(fields: FieldSeries, region: str, cut: Cut | None) -> str:
    """Say where a region lies along the axis of a cut that leaves nothing of it."""
    if cut is None:
        return ""
    places = fields.points[fields.cells[fields.region_mask(region)]][..., cut.axis]
    ends = format_place((float(places.min()), float(places.max())))
    return f" behind the cut {cut.text}; along {'xyz'[cut.axis]} it lies in {ends}"


def _limits(surface: Any, values: Array, view: FieldView) -> Limits:
    triangles = surface.faces.reshape(-1, 4)[:, 1:]
    corners = np.asarray(surface.points, dtype=float)[triangles]
    areas = 0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    return limits_of_triangles(values[triangles].mean(axis=1), areas, [values], view.mark_maximum)
