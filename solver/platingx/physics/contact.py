"""Contact of the faces of a case with its rigid tools and with other bodies, and of the two sides of its interface."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

import numpy as np
from mpi4py import MPI

from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.contact import Contact
from platingx.config.loader import case_error_at
from platingx.physics.contact_faces import contact_face
from platingx.physics.contact_quantities import (
    contact_quantities,
    contact_reach,
    opening_quantities,
    prescribed_motions,
    tool_motions,
)
from platingx.physics.contact_tools import INSIDE, Tools
from platingx.physics.discretisation import Discretisation
from platingx.physics.electrochemistry import CIRCUIT
from platingx.physics.gap_conduction import conduction_over_gaps
from platingx.physics.part import Part
from platingx.physics.partners import partner_boundaries, partner_outline
from platingx.physics.quantities import Quantity
from platingx.physics.regions import Solids
from platingx.physics.spreading import spreading_quantities
from platingx.physics.two_sides import laws_of, two_sides
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.contribution import Contribution
from platingx.problems.nodal_contact import NodalContact
from platingx.problems.rigid_contact import RigidContact
from platingx.problems.rigid_motion import Pose
from platingx.problems.sliding_contact import SlidingContact
from platingx.problems.spring import OutsideSpring
from platingx.problems.tool_reaction import ToolReaction
from platingx.stepping.staggered import Exchange
from platingx.units import describe_si
from platingx_meshes.tags import COLLECTOR

__all__ = ["build_contact"]


def build_contact(case: Case, discretisation: Discretisation, parts: Mapping[str, Part]) -> Part | None:
    """Every contact of a case. Collective.

    Raises
    ------
    MeshError
        If the mesh lacks a boundary.
    CaseError
        If a tool does not fit the mesh, is inside of the body, or adheres over less than the interface gives way.
    """
    if not case.contact:
        return None
    solids = parts["solids"]
    if not isinstance(solids, Solids):
        raise TypeError("the part 'solids' is not what its builder gives")
    vectors = {name: solid.region.parameters for name, solid in solids.by_region.items()}
    axisymmetric = case.geometry.symmetry == "axisymmetric" and discretisation.loaded.mesh.geometry.dim == 2
    comm: MPI.Intracomm = discretisation.loaded.mesh.comm
    dimension: int = discretisation.loaded.mesh.geometry.dim
    tools = Tools(case, discretisation)
    found: list[Contribution] = []
    quantities: list[Quantity] = []
    gives: list[Exchange] = []
    for boundary, contact in case.contact.items():
        surface = contact_face(discretisation, boundary, vectors, axisymmetric)
        if contact.on is not None:
            slides = _sliding(case, boundary, contact, discretisation, surface)
            _check_adhesion(case, slides, comm)
            found.append(slides)
            quantities += (*contact_quantities(slides, dimension), contact_reach(slides))
            continue
        if boundary in case.two_sided:
            pairs = two_sides(case, boundary, discretisation, surface)
            _check_adhesion(case, pairs, comm)
            found.append(pairs)
            quantities += (*contact_quantities(pairs, dimension), *opening_quantities(pairs))
            circuit = parts.get(CIRCUIT) if boundary == case.growth.interface else None
            passes = conduction_over_gaps(case, pairs, circuit, comm)
            if passes is not None:
                gives.append(passes)
                quantities.append(passes.quantity())
            continue
        tool = tools.of(boundary, contact, surface)
        made = RigidContact(boundary, surface, tool, laws_of(case, contact))
        _check_inside(case, contact, made, comm)
        _check_adhesion(case, made, comm)
        found.append(made)
        if tool.driven is not None:
            found.append(ToolReaction(made, tool.driven, discretisation.space.dofmap.index_map))
        quantities += contact_quantities(made, dimension)
        spreads = boundary == COLLECTOR and contact.tool in tools.driven and dimension == 2
        if spreads and "y" in tools.driven[str(contact.tool)].components:
            quantities += spreading_quantities(boundary, discretisation, tools.driven[str(contact.tool)])
    driven = tools.driven
    moved = [prescribed_motions(name, case.tools[name]) for name in tools.made if name not in driven]
    return Part(
        name="contact",
        fields=tuple(each.unknowns for each in driven.values()),
        gives=tuple(gives),
        contributions=(*found, *(OutsideSpring(spring) for each in driven.values() for spring in each.contributions)),
        constraints=tuple(constraint for each in driven.values() for constraint in each.constraints),
        quantities=(*quantities, *chain(*moved), *chain(*(tool_motions(*each) for each in driven.items()))),
    )


def _sliding(
    case: Case, boundary: str, contact: Contact, discretisation: Discretisation, surface: ContactSurface
) -> SlidingContact:
    """A face on another body."""
    axisymmetric = case.geometry.symmetry == "axisymmetric"
    outline = partner_outline(discretisation, partner_boundaries(case, contact), axisymmetric)
    return SlidingContact(boundary, str(contact.on), surface, outline, laws_of(case, contact))


def _deepest(made: RigidContact, comm: MPI.Intracomm) -> tuple[float, tuple[float, ...]]:
    """Largest depth of a node at rest over the height of its cell, and its place. Collective."""
    places, tool = made.coordinates, made.tool
    still = Pose(np.zeros(places.shape[1]), np.zeros(3), tool.place)
    gap = tool.distances(places, np.zeros_like(places), still).value
    depth = -gap / made.heights
    here = (float(depth.max(initial=-np.inf)), places[depth.argmax()].tolist() if len(depth) else [])
    largest, place = max(comm.allgather(here))
    return largest, tuple(place)


def _check_inside(case: Case, contact: Contact, made: RigidContact, comm: MPI.Intracomm) -> None:
    depth, place = _deepest(made, comm)
    if depth <= INSIDE:
        return
    key = f"contact.{made.name}" if contact.tool is None else f"tools.{contact.tool}.at"
    where = ", ".join(f"{x:.4g}" for x in place)
    message = (
        f"{made.tool.name} starts inside of the body: at ({where}) m a node of the boundary {made.name} lies "
        f"{depth:.3g} heights of its cell behind its surface"
    )
    raise case_error_at(case, Finding(key, message, "a place that just touches, or beyond", "leave at out to touch"))


def _check_adhesion(case: Case, made: NodalContact, comm: MPI.Intracomm) -> None:
    """The traction has to reach its largest value well before the opening at which it is gone."""
    if made.adhesion is None:
        return
    softest = comm.allreduce(float(made.penalty.min(initial=np.inf)), MPI.MIN)
    least = 2.0 * made.adhesion.traction / softest
    if made.adhesion.opening < least:
        message = "the interface gives way by as much before the traction is at its largest"
        key = f"contact.{made.name}.adhesion.opening"
        raise case_error_at(case, Finding(key, message, f"at least {describe_si(least, 'length')}", "or a finer mesh"))
