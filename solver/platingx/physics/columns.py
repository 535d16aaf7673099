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
from platingx.physics.discretisation import Discretisation
from platingx.problems.surface_load import area_vectors, facet_rule, loaded_facets
from platingx.profiling import timed

__all__ = ["build_columns", "closed_facets", "layer_transport", "refuse_columns"]

NORMAL_KINDS = ("blended", "interface_normal")
"""Directions made of the normals of the faces, which lie in the planes of symmetry."""


def layer_transport(case: Case, discretisation: Discretisation, region: SolidRegion) -> FibreTransport:
    """Transport along the fibres of the plated region. Collective."""
    return FibreTransport(
        discretisation.loaded.mesh,
        discretisation.cells(region.name, ghosts=True),
        region.cells,
        region.geometry.direction,
        discretisation.facets(case.growth.interface),
        closed_facets(case, discretisation),
        discretisation.tables,
        case.geometry.symmetry == "axisymmetric",
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
def build_columns(case: Case, discretisation: Discretisation, region: SolidRegion, area: float) -> GrowthColumns:
    """Columns of the plated region of a case. Collective.

    Parameters
    ----------
    case, discretisation, region
        Case, mesh and plated region, not deformed.
    area
        Area of the interface, m2 (m in plane strain), which the areas of the columns sum up to.

    Raises
    ------
    CaseError
        If no fibre starts at a part of the interface, so that its deposit has no place.
    MeshError
        If the feet of the fibres cannot be found on a very large mesh.
    """
    domain = discretisation.loaded.mesh
    facets = discretisation.facets(case.growth.interface)
    transport, hats = layer_transport(case, discretisation, region), hats_of_face(domain, region.cells, facets)
    try:
        along = _runs_along(transport)
        found = hats_at_feet(transport, hats, region.cells, discretisation.tables, along)
        face = _face_points(discretisation, region, transport, facets, along)
    except PETSc.Error as error:
        raise MeshError(
            f"growth.spread: columns: the feet of the fibres are not found on this mesh (PETSc error {error.ierr}); "
            "a coarser mesh, or growth.spread: even"
        ) from None
    nodes = int(region.geometry.nodes.max(initial=0)) + 1
    volumes = region.stress_and_volumes(np.zeros((nodes, domain.geometry.dim)))[1][..., 0]
    columns = GrowthColumns.build(
        domain.comm,
        hats,
        found,
        volumes,
        replace(face, areas=face.areas * area / domain.comm.allreduce(float(face.areas.sum()), MPI.SUM)),
    )
    _check(case, columns)
    return columns


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


def _check(case: Case, columns: GrowthColumns) -> None:
    """Refuse parts of the interface that no fibre starts at."""
    empty: Array = columns.hats.corners[columns.volumes <= 0.0]
    if len(empty):
        at = ", ".join(f"{x * 1e9:.4g}" for x in empty[0])
        message = (
            f"no metal stands on {len(empty)} of {len(columns.areas)} parts of the interface, the first at ({at}) nm"
        )
        hint = "growth.spread: even, or growth.direction: between_faces"
        raise case_error_at(case, Finding("growth.spread", message, "a direction of growth off the interface", hint))
