"""Bodies that faces slide on: their outlines as a mesh has them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.contact import Contact
from platingx.config.loader import case_error_at
from platingx.fields.measure import one_sided_entities
from platingx.fields.tables import scalar_displacement_element
from platingx.nearest import nearest
from platingx.physics.discretisation import Discretisation
from platingx.problems.partner_curve import PartnerCurve
from platingx.problems.surface_load import loaded_facets
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.parted import OTHER_SIDE, known_behind
from platingx_meshes.tags import SYMMETRY

__all__ = ["partner_boundaries", "partner_curve", "with_known_partners"]


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
        if data.dimension == 3:
            message = (
                "bodies slide on each other in plane strain and axisymmetry only, and this mesh has three dimensions"
            )
            raise case_error_at(case, Finding(key, message, "a tool, or an interface that parts"))
        data = known_behind(data, names)
        metal = data.region_names[case.growth.region]
        if (data.cell_regions[data.known_cells] == metal).any():
            message = f"the boundary {contact.on} lies on the metal itself or inside of the body"
            hint = "metal that folds onto itself is not seen"
            raise case_error_at(case, Finding(key, message, "an outer boundary of another region", hint))
    return data


def partner_curve(discretisation: Discretisation, boundaries: Sequence[str]) -> PartnerCurve:
    """The outline that boundaries make up; this rank knows the cells behind all of it. Collective.

    Parameters
    ----------
    discretisation
        Mesh and space.
    boundaries
        Names of boundaries that join each other.

    Raises
    ------
    MeshError
        If the mesh has no such boundary.
    """
    domain, space = discretisation.loaded.mesh, discretisation.space
    known = domain.topology.index_map(domain.topology.dim)
    cells = np.arange(known.size_local + known.num_ghosts, dtype=np.int32)
    facets = np.concatenate([discretisation.facets(name) for name in boundaries])
    table = loaded_facets(domain, space, cells, facets)
    entities = one_sided_entities(domain, cells, facets).reshape(-1, 2)
    closure = scalar_displacement_element(domain.topology.cell_name()).entity_closure_dofs[-2]
    places = np.array(closure, dtype=np.int64)[entities[:, 1]]
    upright = SYMMETRY in discretisation.loaded.boundary_names
    mirrored = discretisation.nodes(SYMMETRY) if upright else np.zeros(0, dtype=np.int32)
    return PartnerCurve(table, places, discretisation.coordinates(), mirrored)
