"""Does a mesh from elsewhere fit the case that names it? Asked in serial, before anything is distributed or solved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.geometry_specimen import SpecimenGeometry
from platingx.config.growth_direction import FROM_FACES
from platingx.config.loader import case_error_at
from platingx.errors import MeshError
from platingx.nearest import nearest
from platingx.physics.boundary_conditions import DisplacementBC, displacement_conditions
from platingx.run.rigid_body_modes import check_constrained
from platingx.run.tools_inside import check_tools_outside
from platingx_meshes import MeshData
from platingx_meshes.across import faces_across
from platingx_meshes.facets import Facets, all_facets

__all__ = ["check_mesh_fits"]


WIDEST = 1.0
"""Width in m beyond which a mesh is in another unit than the case says: no plating cell is that wide."""

FLAT = 1e-6
"""Deviation of a plane boundary from its plane, as a fraction of the width of the mesh."""


def check_mesh_fits(case: Case, data: MeshData, origin: str) -> None:
    """Check the mesh of a case.

    Parameters
    ----------
    case
        Validated case.
    data
        Mesh with the regions and boundaries that the case names.
    origin
        Name of the file, for messages.

    Raises
    ------
    MeshError
        If its size, axis, regions or boundaries cannot be meant.
    CaseError
        If the case asks for what the mesh cannot have, has a tool inside of it, or leaves a part of it free to move.
    """
    mesh = _Mesh(case, data, origin)
    _check_dimension(case, data)
    _check_materials(mesh)
    _check_width(mesh)
    _check_axis(mesh)
    _check_interface(mesh)
    _check_regions_beside(mesh)
    _check_named(mesh)
    supports = displacement_conditions(case, data.dimension, data.boundary_names)
    for support in supports:
        if support.along_normal:
            _check_plane(mesh, support)
    check_tools_outside(case, data)
    check_constrained(case, data, supports)


@dataclass(frozen=True)
class _Mesh:
    """A mesh with its facets and what messages need."""

    case: Case
    data: MeshData
    origin: str

    @cached_property
    def facets(self) -> Facets:
        return all_facets(self.data.cells, self.data.cell_type)

    def cells_beside(self, boundary: str) -> IntArray:
        """Cells on both sides of each facet of a boundary, shape (facets, 2); the same twice on the outside."""
        corners = self.facets.corners
        return self.facets.cells[self.facets.find(self.data.boundary_facets(boundary)[:, :corners])]

    def region_tag(self, name: str) -> int:
        return self.data.region_names[name]

    def element(self, cell: int) -> str:
        """Number of a cell in the file, and where it is."""
        number = cell + 1 if self.data.cell_labels is None else int(self.data.cell_labels[cell])
        return f"element {number} at {self.place(self.data.points[self.data.cells[cell]].mean(axis=0))}"

    def place(self, point: Array) -> str:
        return f"({', '.join(f'{value:.6g}' for value in point[: self.data.dimension])}) m"

    def refuse(self, message: str, hint: str) -> MeshError:
        return MeshError(f"{self.origin}: {message}\n    try:   {hint}")


def _check_dimension(case: Case, data: MeshData) -> None:
    if data.dimension == 3 and case.geometry.symmetry == "axisymmetric":
        message = (
            f"an axisymmetric case needs a plane mesh, but this one has three-dimensional cells ({data.cell_type})"
        )
        raise case_error_at(case, Finding("geometry.symmetry", message, "a mesh of the half section, or plane_strain"))
    for finding in (*case.check_direction(data.dimension), *case.check_components(data.dimension)):
        raise case_error_at(case, finding)


def _check_materials(mesh: _Mesh) -> None:
    """Every cell belongs to a region that has a material."""
    tags = [tag for name, tag in mesh.data.region_names.items() if name in mesh.case.materials]
    bare = np.flatnonzero(~np.isin(mesh.data.cell_regions, tags))
    if len(bare):
        names = {tag: name for name, tag in mesh.data.region_names.items()}
        name = names[int(mesh.data.cell_regions[bare[0]])]
        raise mesh.refuse(
            f"{len(bare)} cells (the first is {mesh.element(int(bare[0]))}) belong to the region '{name}', "
            "which has no material",
            f"write materials.{name}, or leave these cells out of the mesh",
        )


def _check_width(mesh: _Mesh) -> None:
    width = float(np.ptp(mesh.data.points, axis=0).max())
    if width > WIDEST:
        raise mesh.refuse(
            f"the mesh is {width:.4g} m wide; at most {WIDEST:g} m are possible",
            "geometry.length_unit is the length of one unit of the file, such as 1 um",
        )


def _check_axis(mesh: _Mesh) -> None:
    if mesh.case.geometry.symmetry != "axisymmetric":
        return
    data = mesh.data
    tolerance = FLAT * float(np.ptp(data.points, axis=0).max())
    radius = data.points[:, 0]
    if radius.min() < -tolerance:
        cell = int(np.argmax((data.cells == int(radius.argmin())).any(axis=1)))
        raise mesh.refuse(
            f"{int((radius < -tolerance).sum())} nodes have a negative radius, the smallest x = {radius.min():.6g} m "
            f"in {mesh.element(cell)}",
            "in an axisymmetric case x is the radius: mesh one half, with the axis at x = 0",
        )
    facets = mesh.facets
    on_axis = facets.outer & (np.abs(radius[facets.nodes]) <= tolerance).all(axis=1)
    named = data.boundary_facets("symmetry") if "symmetry" in data.boundary_names else np.zeros((0, 3), dtype=np.int64)
    left_out = np.setdiff1d(np.flatnonzero(on_axis), facets.find(named[:, : facets.corners]))
    if len(left_out):
        raise mesh.refuse(
            f"{len(left_out)} sides of cells on the axis are not in the boundary 'symmetry', the first of "
            f"{mesh.element(int(facets.cells[left_out[0], 0]))}",
            "name all edges at x = 0 'symmetry'; nothing else keeps the axis in its place",
        )


def _check_interface(mesh: _Mesh) -> None:
    """Ions arrive where the growing region meets another one, or its outside if it is alone or a specimen."""
    case, data = mesh.case, mesh.data
    name, region = case.growth.interface, case.growth.region
    cells = mesh.cells_beside(name)
    metal = data.cell_regions[cells] == mesh.region_tag(region)
    outer = cells[:, 0] == cells[:, 1]
    alone = len(case.materials) == 1 or isinstance(case.geometry, SpecimenGeometry)
    good = metal.any(axis=1) & outer if alone else metal.sum(axis=1) == 1
    if good.all():
        return
    first = int(np.flatnonzero(~good)[0])
    tags = {tag: own for own, tag in data.region_names.items()}
    sides = sorted({tags[int(data.cell_regions[cell])] for cell in cells[first]})
    where = f"on the outside of '{sides[0]}'" if outer[first] else f"within '{sides[0]}'"
    where = where if len(sides) == 1 else f"between '{sides[0]}' and '{sides[1]}'"
    wanted = f"on the outside of '{region}'" if alone else f"between '{region}' and another region"
    raise mesh.refuse(
        f"the boundary '{name}' has to lie {wanted}, but {int((~good).sum())} of its {len(good)} sides do not; "
        f"the first lies {where}, beside {mesh.element(int(cells[first, 0]))}",
        "put only the sides there into this group, and join the cells on both sides (merge nodes at one place)",
    )


def _check_regions_beside(mesh: _Mesh) -> None:
    """The boundaries of the metal lie on the metal, and those of the electrolyte on what is no metal."""
    data = mesh.data
    for name, regions_there in _homes(mesh.case).items():
        if name not in data.boundary_names or not regions_there:
            continue
        home = "' or '".join(regions_there)
        cells = mesh.cells_beside(name)
        tags = [mesh.region_tag(region) for region in regions_there]
        away = np.flatnonzero(~np.isin(data.cell_regions[cells], tags).any(axis=1))
        if len(away):
            raise mesh.refuse(
                f"the boundary '{name}' has to lie on the region '{home}', but {len(away)} of its {len(cells)} sides "
                f"do not, such as that of {mesh.element(int(cells[away[0], 0]))}",
                "the names of two groups may be swapped; geometry.regions and geometry.boundaries can rename them",
            )
        regions = data.cell_regions[cells]
        inner = np.flatnonzero((cells[:, 0] != cells[:, 1]) & (regions[:, 0] == regions[:, 1]))
        if len(inner):
            raise mesh.refuse(
                f"the boundary '{name}' has to lie on the outside of '{home}', but {len(inner)} of its {len(cells)} "
                f"sides are inside it, such as that of {mesh.element(int(cells[inner[0], 0]))}",
                "put only outer sides into this group",
            )


def _check_named(mesh: _Mesh) -> None:
    """Boundaries with a condition or a contact by their name exist, and those that are pushed lie on the outside."""
    data = mesh.data
    named = {f"boundary_conditions.{name}": name for name in mesh.case.boundary_conditions}
    touching = {f"contact.{name}": name for name in mesh.case.contact}
    for key, name in {**named, **touching}.items():
        if name not in data.boundary_names:
            near = nearest(name, data.boundary_names)
            hint = f"{near}?" if near else ""
            finding = Finding(key, f"the mesh has no boundary {name}", ", ".join(data.boundary_names) or "none", hint)
            raise case_error_at(mesh.case, finding)
        cells = mesh.cells_beside(name)
        inner = np.flatnonzero(cells[:, 0] != cells[:, 1])
        if key in touching and name in mesh.case.two_sided:
            if len(inner) < len(cells) and name != mesh.case.growth.interface:
                message = (
                    f"{len(cells) - len(inner)} of the {len(cells)} sides of the boundary {name} lie on the outside"
                )
                hint = "what has a cohesion holds two sides together; outside, use adhesion"
                raise case_error_at(mesh.case, Finding(key, message, "a boundary inside of the body", hint))
            continue
        pushed = key in touching
        if not pushed:
            condition = mesh.case.boundary_conditions[name]
            pushed = condition.is_load or condition.body is not None
        if pushed and len(inner):
            message = (
                f"{len(inner)} of the {len(cells)} sides of the boundary {name} lie inside the body, such as that of "
                f"{mesh.element(int(cells[inner[0], 0]))}: nothing from outside can press or be bonded there"
            )
            raise case_error_at(mesh.case, Finding(key, message, "a boundary on the outside"))


def _homes(case: Case) -> dict[str, tuple[str, ...]]:
    """Regions that the boundaries with a role in their name can lie on."""
    metal = (case.growth.region,)
    others = tuple(name for name, material in case.materials.items() if material.role != "metal")
    face_of_metal = case.growth.direction.kind in FROM_FACES
    return {
        "collector": metal if face_of_metal else (*metal, *case.regions("collector"), *case.regions("other")),
        "metal_side": case.regions("metal"),
        "electrolyte_bottom": others,
        "electrolyte_side": others,
        "electrolyte_top": others,
    }


def _check_plane(mesh: _Mesh, support: DisplacementBC) -> None:
    """A support along the normal of a boundary is one along an axis only where the boundary is straight across it."""
    if support.by_face:
        _check_faces(mesh, support)
        return
    component = support.components[0]
    nodes = _nodes(mesh.data, [support.boundary])
    places = mesh.data.points[nodes, component]
    centre = float(np.median(places))
    far = int(np.abs(places - centre).argmax())
    axis = "xyz"[component]
    if abs(places[far] - centre) > FLAT * float(np.ptp(mesh.data.points, axis=0).max()):
        raise mesh.refuse(
            f"the boundary '{support.boundary}' is held along {axis} and has to be straight across it, but runs from "
            f"{axis} = {places.min():.6g} to {places.max():.6g} m; the farthest point is "
            f"{mesh.place(mesh.data.points[nodes[far]])}",
            f"{support.key}: free" if support.key else "put only the straight symmetry line (plane) into this group",
        )


def _check_faces(mesh: _Mesh, support: DisplacementBC) -> None:
    """In three dimensions each face of such a boundary lies across one of the components."""
    facets = mesh.data.boundary_facets(support.boundary)
    oblique = ~faces_across(mesh.data.points[facets])[:, list(support.components)].any(axis=1)
    if oblique.any():
        centre = mesh.data.points[facets[oblique][0]].mean(axis=0)
        raise mesh.refuse(
            f"the boundary '{support.boundary}' is held along its normal and has to consist of planes across "
            f"{' or '.join('xyz'[component] for component in support.components)}; "
            f"{int(oblique.sum())} of its {len(facets)} faces do not, such as that at {mesh.place(centre)}",
            _instead_of_roller(support) if support.key else "put only the plane faces of symmetry into this group",
        )


def _instead_of_roller(support: DisplacementBC) -> str:
    """What can be said of a boundary that is no plane."""
    if support.key.startswith("constraints."):
        return f"{support.key}: free"
    return f"{support.key}: fixed, or components such as {{y: 0}}"


def _nodes(data: MeshData, boundaries: Sequence[str]) -> IntArray:
    return np.unique(np.concatenate([data.boundary_facets(name).ravel() for name in boundaries]))
