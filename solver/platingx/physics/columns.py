"""The columns that the deposit of a case is put into, from the interface along the direction of growth."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import basix
import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI
from petsc4py import PETSc

from platingx.arrays import Array, Int32Array
from platingx.compilation.forms import compiled_form
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.loader import case_error_at
from platingx.errors import MeshError
from platingx.fields.fibre_transport import FibreTransport
from platingx.fields.growth_columns import FacePoints, GrowthColumns, hats_at_feet
from platingx.fields.measure import one_sided_entities
from platingx.fields.solid_region import SolidRegion
from platingx.fields.surface_hats import hats_of_face
from platingx.physics.column_rows import ColumnRows
from platingx.physics.discretisation import Discretisation
from platingx.problems.surface_load import area_vectors, facet_rule, loaded_facets
from platingx.profiling import timed

__all__ = ["build_columns", "build_rows", "closed_facets", "columns_of", "layer_transport", "refuse_columns"]

NORMAL_KINDS = ("blended", "interface_normal")
"""Directions made of the normals of the faces, which lie in the planes of symmetry."""


def layer_transport(
    case: Case, discretisation: Discretisation, region: SolidRegion, face: str | None = None
) -> FibreTransport:
    """Transport along the fibres of the plated region, from the interface or another face. Collective."""
    return _transport(
        discretisation,
        region,
        discretisation.facets(face or case.growth.interface),
        closed_facets(case, discretisation),
        case.geometry.symmetry == "axisymmetric",
    )


def _transport(
    discretisation: Discretisation, region: SolidRegion, facets: Int32Array, closed: Int32Array, axisymmetric: bool
) -> FibreTransport:
    return FibreTransport(
        discretisation.loaded.mesh,
        discretisation.cells(region.name, ghosts=True),
        region.cells,
        region.geometry.direction,
        facets,
        closed,
        discretisation.tables,
        axisymmetric,
    )


def closed_facets(case: Case, discretisation: Discretisation) -> Int32Array:
    """Local facets that no fibre crosses, whatever the round-off of a direction that lies in them says."""
    kind, loaded = case.growth.direction.kind, discretisation.loaded
    nothing = np.zeros(0, dtype=np.int32)
    if kind in NORMAL_KINDS:
        return discretisation.facets("symmetry") if "symmetry" in loaded.boundary_names else nothing
    if kind != "between_faces":
        return nothing
    facets = loaded.mesh.topology.index_map(loaded.mesh.topology.dim - 1)
    everything = np.arange(facets.size_local + facets.num_ghosts, dtype=np.int32)
    faces = [discretisation.facets(name) for name in (case.growth.interface, "collector")]
    return np.setdiff1d(everything, np.concatenate(faces))


@timed("growth columns")
def build_columns(
    case: Case, discretisation: Discretisation, region: SolidRegion, area: float, face: str | None = None
) -> GrowthColumns:
    """Columns of the plated region of a case. Collective.

    Parameters
    ----------
    case, discretisation, region
        Case, mesh and plated region, not deformed.
    area
        Area of the face, m2 (m in plane strain), which the areas of the columns sum up to.
    face
        Boundary that they stand on; the interface if left out.

    Raises
    ------
    CaseError
        If no fibre starts at a part of the face, so that its deposit has no place.
    MeshError
        If the feet of the fibres cannot be found on a very large mesh.
    """
    name = face or case.growth.interface
    transport = layer_transport(case, discretisation, region, name)
    columns = columns_of(discretisation, region, transport, discretisation.facets(name), area)
    _check(case, columns, name)
    return columns


def build_rows(
    case: Case, discretisation: Discretisation, region: SolidRegion, columns: GrowthColumns, left: float
) -> ColumnRows | None:
    """Rows of the columns of a case that strips them one after the other; None of one that does not. Collective.

    A point belongs to the row by its distance from the interface over the length of the fibre through it.

    Raises
    ------
    CaseError
        If a row has no point of the mesh.
    """
    count = case.growth.rows
    if count == 1:
        return None
    transport = layer_transport(case, discretisation, region)
    along = _runs_along(transport)
    shape = transport.space.ufl_element().tabulate(0, discretisation.tables.points)[0]
    dofs = transport.space.dofmap.list[region.cells]
    below, above = (
        np.einsum("qa,ca->cq", shape, transport.solve(way, conserved=False, source=1.0).x.array[dofs])
        for way in (along, not along)
    )
    row = np.clip((count * below / (below + above)).astype(np.int64), 0, count - 1)
    rows = ColumnRows(columns, row, count, _point_volumes(discretisation, region), left)
    if not rows.volumes.min() > 0.0:
        message = f"a row of {count} has no point of the mesh in some column"
        raise case_error_at(case, Finding("growth.rows", message, "at most as many as the mesh has elements there"))
    return rows


def _point_volumes(discretisation: Discretisation, region: SolidRegion) -> Array:
    """Volumes of the quadrature points, not deformed, shape (cells, points)."""
    nodes = int(region.geometry.nodes.max(initial=0)) + 1
    dimension = discretisation.loaded.mesh.geometry.dim
    return np.asarray(region.stress_and_volumes(np.zeros((nodes, dimension)))[1][..., 0])


def columns_of(
    discretisation: Discretisation, region: SolidRegion, transport: FibreTransport, facets: Int32Array, area: float
) -> GrowthColumns:
    """Columns of a region, not deformed, along the fibres of a transport from facets with a total area. Collective.

    Raises
    ------
    MeshError
        If the feet of the fibres cannot be found on a very large mesh.
    """
    domain = discretisation.loaded.mesh
    hats = hats_of_face(domain, region.cells, facets)
    try:
        along = _runs_along(transport)
        found = hats_at_feet(transport, hats, region.cells, discretisation.tables, along)
        points = _face_points(discretisation, region, transport, facets, along)
    except PETSc.Error as error:
        raise MeshError(
            f"growth.spread: columns: the feet of the fibres are not found on this mesh (PETSc error {error.ierr}); "
            "a coarser mesh, or growth.spread: even"
        ) from None
    volumes = _point_volumes(discretisation, region)
    return GrowthColumns.build(
        domain.comm,
        hats,
        found,
        volumes,
        replace(points, areas=points.areas * area / domain.comm.allreduce(float(points.areas.sum()), MPI.SUM)),
    )


def _face_points(
    discretisation: Discretisation, region: SolidRegion, transport: FibreTransport, facets: Int32Array, along: bool
) -> FacePoints:
    """Areas of the points of the interface, and what a uniform supply in the layer sends through each. Collective."""
    domain = discretisation.loaded.mesh
    cell, dimension = domain.topology.cell_name(), domain.geometry.dim
    supply = transport.solve(along=not along, conserved=True, source=1.0)
    table = loaded_facets(domain, discretisation.space, region.cells, facets)
    pairs = one_sided_entities(domain, region.cells, facets).reshape(-1, 2)
    element, sides = transport.space.ufl_element(), len(basix.topology(basix.CellType[cell])[-2])
    shape = np.array([element.tabulate(0, facet_rule(cell, side)[0])[0] for side in range(sides)])[pairs[:, 1]]
    dofs = transport.space.dofmap.list[pairs[:, 0]]
    directions = transport.direction.x.array.reshape(-1, dimension)[dofs]
    areas = area_vectors(table.jacobian, table.normal)
    if transport.axisymmetric:
        areas = areas * 2.0 * np.pi * table.coordinates[..., :1]
    flux = np.einsum("fqa,fa->fq", shape, supply.x.array[dofs])
    through = np.einsum("fqa,fai,fqi->fq", shape, directions, areas) * (-1.0 if along else 1.0)
    return FacePoints(table.coordinates, np.linalg.norm(areas, axis=-1), flux * through)


def refuse_columns(case: Case, columns: GrowthColumns, finding: Finding) -> NoReturn:
    """Refuse a case whose shortest column strips or grows too much.

    Raises
    ------
    CaseError
        Always.
    """
    shortest = int(columns.heights.argmin())
    at = ", ".join(f"{x * 1e9:.4g}" for x in columns.hats.corners[shortest])
    words = f" in the shortest column, {columns.heights[shortest] * 1e9:.3g} nm, at ({at}) nm (growth.spread: columns)"
    raise case_error_at(case, replace(finding, message=finding.message + words))


def _runs_along(transport: FibreTransport) -> bool:
    """Whether the fibres run from the interface along their direction, and not against it. Collective."""
    through = ufl.dot(transport.direction, ufl.FacetNormal(transport.domain)) * transport.face
    local = fem.assemble_scalar(compiled_form(through, transport.domain.comm))
    return float(transport.domain.comm.allreduce(float(np.real(local)), MPI.SUM)) <= 0.0


def _check(case: Case, columns: GrowthColumns, face: str) -> None:
    """Refuse parts of a face that no fibre starts at."""
    empty: Array = columns.hats.corners[columns.volumes <= 0.0]
    if len(empty):
        at = ", ".join(f"{x * 1e9:.4g}" for x in empty[0])
        message = f"no metal stands on {len(empty)} of {len(columns.areas)} parts of the {face}, the first at ({at}) nm"
        hint = "growth.spread: even, or growth.direction: between_faces"
        raise case_error_at(case, Finding("growth.spread", message, "a direction of growth off the face", hint))
