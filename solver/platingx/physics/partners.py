"""Bodies that faces slide on: their outlines as a mesh has them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from platingx.arrays import Array, Int32Array
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.contact import Contact
from platingx.config.loader import case_error_at
from platingx.fields.measure import one_sided_entities
from platingx.fields.tables import scalar_displacement_element
from platingx.nearest import nearest
from platingx.physics.discretisation import Discretisation
from platingx.problems.outline import Outline
from platingx.problems.partner_curve import PartnerCurve
from platingx.problems.partner_surface import PartnerSurface
from platingx.problems.surface_load import LoadedFacets, area_vectors, loaded_facets
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.parted import OTHER_SIDE, known_behind
from platingx_meshes.tags import SYMMETRY

__all__ = ["partner_boundaries", "partner_outline", "with_known_partners"]

_IN_PLANE = 1e-6
"""Relative size up to which a direction lies in all planes of symmetry at a node."""


def partner_boundaries(case: Case, contact: Contact) -> list[str]:
    """Boundaries that a face slides on: the one that is named, and the other side of an interface that parts."""
    if contact.on is None:
        return []
    interface = case.growth.interface
    return [contact.on, *([interface + OTHER_SIDE] if interface in case.contact else [])]


def with_known_partners(case: Case, data: MeshData) -> MeshData:
    """Let all ranks know the cells behind the surfaces that others slide on. Serial.

    Raises
    ------
    CaseError
        If a surface is not there, lies inside of the body, or is one of the metal itself.
    """
    for boundary, contact in case.contact.items():
        names = partner_boundaries(case, contact)
        if not names:
            continue
        key, there = f"contact.{boundary}.on", data.boundary_names
        if contact.on not in there:
            near = nearest(str(contact.on), there)
            hint = f"{near}?" if near else ""
            finding = Finding(key, f"the mesh has no boundary {contact.on}", ", ".join(there) or "none", hint)
            raise case_error_at(case, finding)
        data = known_behind(data, names)
        metal = data.region_names[case.growth.region]
        if (data.cell_regions[data.known_cells] == metal).any():
            message = f"the boundary {contact.on} lies on the metal itself or inside of the body"
            hint = "metal that folds onto itself is not seen"
            raise case_error_at(case, Finding(key, message, "an outer boundary of another region", hint))
    return data


def partner_outline(discretisation: Discretisation, boundaries: Sequence[str], axisymmetric: bool) -> Outline:
    """The outline that boundaries make up; this rank knows the cells behind all of it. Collective.

    Parameters
    ----------
    discretisation
        Mesh and space.
    boundaries
        Names of boundaries that join each other.
    axisymmetric
        Whether the outline is swept around the axis.

    Raises
    ------
    MeshError
        If the mesh has no such boundary.
    """
    domain = discretisation.loaded.mesh
    facets = np.concatenate([discretisation.facets(name) for name in boundaries])
    table, entities = _known(discretisation, facets)
    closure = scalar_displacement_element(domain.topology.cell_name()).entity_closure_dofs[-2]
    places = np.array(closure, dtype=np.int64)[entities[:, 1]]
    upright = SYMMETRY in discretisation.loaded.boundary_names
    coordinates = discretisation.coordinates()
    if domain.geometry.dim == 2:
        mirrored = discretisation.nodes(SYMMETRY) if upright else np.zeros(0, dtype=np.int32)
        return PartnerCurve(table, places, coordinates, mirrored, axisymmetric)
    ways = np.broadcast_to(np.eye(3), (len(coordinates), 3, 3))
    if upright:
        ways = _ways(discretisation, len(coordinates))
    return PartnerSurface(table, places, coordinates, ways)


def _known(discretisation: Discretisation, facets: Int32Array) -> tuple[LoadedFacets, Int32Array]:
    """Facets of cells that this rank knows, with cell and number in it."""
    domain = discretisation.loaded.mesh
    known = domain.topology.index_map(domain.topology.dim)
    cells = np.arange(known.size_local + known.num_ghosts, dtype=np.int32)
    table = loaded_facets(domain, discretisation.space, cells, facets)
    return table, one_sided_entities(domain, cells, facets).reshape(-1, 2)


def _ways(discretisation: Discretisation, count: int) -> Array:
    """Projections onto the directions within all planes of symmetry at each local node, shape (nodes, 3, 3)."""
    domain = discretisation.loaded.mesh
    table, entities = _known(discretisation, discretisation.facets(SYMMETRY))
    closure = scalar_displacement_element(domain.topology.cell_name()).entity_closure_dofs[-2]
    places = np.array(closure, dtype=np.int64)[entities[:, 1]]
    nodes = table.nodes[np.arange(len(places))[:, None], places]
    outward = area_vectors(table.jacobian, table.normal).sum(axis=1)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    across: Array = np.zeros((count, 3, 3))
    np.add.at(across, nodes, np.einsum("fi,fj->fij", outward, outward)[:, None])
    sizes, directions = np.linalg.eigh(across)
    free = directions * (sizes <= _IN_PLANE * np.maximum(sizes[:, -1:], 1.0))[:, None, :]
    return np.asarray(np.einsum("nik,njk->nij", free, free))
