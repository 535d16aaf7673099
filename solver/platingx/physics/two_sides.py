"""Surfaces inside of a body whose two sides touch each other: the interface, and what a cohesion holds together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from mpi4py import MPI

from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.cohesion import Cohesion as GivenCohesion
from platingx.config.contact import Contact
from platingx.config.loader import case_error_at
from platingx.physics.discretisation import Discretisation
from platingx.physics.interface_pairs import other_side
from platingx.problems.cohesive_contact import CohesiveContact
from platingx.problems.cohesive_law import Cohesion
from platingx.problems.contact_law import FRICTIONLESS, Adhesion, Friction
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.nodal_contact import ContactLaws, ContactTuning
from platingx.problems.pair_contact import PairContact
from platingx.units import describe_si

__all__ = ["laws_of", "two_sides"]

LEAST_RATIO = 2.0
"""Stiffness of a cohesive surface over that at which some mode is released at its onset, at least."""
ROUGH = 30.0
"""Shear stress over pressure up to which two rough sides stick. Without a bound a pair would drop all of its shear in
the instant at which it opens; where it is sheared at little pressure, as at the edge of a pit, neither state would then
be in balance."""


def two_sides(case: Case, boundary: str, discretisation: Discretisation, surface: ContactSurface) -> PairContact:
    """The two sides of a surface. Collective.

    Raises
    ------
    CaseError
        If its contact is too soft for its cohesion.
    MeshError
        If the mesh has no such surface.
    """
    contact = case.contact[boundary]
    others = (region for region in case.materials if region != case.growth.region)
    partner = " and ".join(others) if boundary == case.growth.interface else "its other side"
    other = other_side(discretisation, boundary, surface)
    if contact.cohesion is None:
        return PairContact(boundary, partner, surface, other, _bounded(laws_of(case, contact)))
    law = _cohesion(contact.cohesion)
    made = CohesiveContact(boundary, partner, surface, other, law, laws_of(case, contact))
    comm: MPI.Intracomm = discretisation.loaded.mesh.comm
    softest = comm.allreduce(float(made.penalty.min(initial=np.inf)), MPI.MIN)
    if softest < LEAST_RATIO * law.smallest_stiffness():
        share = LEAST_RATIO * law.smallest_stiffness() / softest
        message = (
            f"the surface gives way elastically by as much as it opens in all: its stiffness is {softest:.3g} Pa/m at "
            f"least, and {share:.3g} times as much is needed"
        )
        hint = f"cells there of at most {describe_si(float(made.heights.max(initial=0.0)) / share, 'length')}"
        valid = f"solver.contact.stiffness of {share * float(case.solver.contact.stiffness):.3g}, or finer cells"
        raise case_error_at(case, Finding(f"contact.{boundary}.cohesion", message, valid, hint))
    return made


def laws_of(case: Case, contact: Contact) -> ContactLaws:
    """Friction, adhesion and regularisation of a contact."""
    tuning = ContactTuning(float(case.solver.contact.stiffness), float(case.solver.contact.shear))
    return ContactLaws(_friction(contact), _adhesion(contact), tuning)


def _bounded(laws: ContactLaws) -> ContactLaws:
    """Laws of two sides whose shear falls with their pressure."""
    friction = laws.friction
    return replace(laws, friction=replace(friction, coefficient=min(friction.coefficient, ROUGH)))


def _friction(contact: Contact) -> Friction:
    friction = contact.friction
    if friction.law is not None:
        return FRICTIONLESS if friction.law == "frictionless" else Friction(float("inf"))
    coefficient = 1.0 if friction.coefficient is None else float(friction.coefficient)
    return Friction(coefficient, float("inf") if friction.limit is None else float(friction.limit))


def _adhesion(contact: Contact) -> Adhesion | None:
    adhesion = contact.adhesion
    return None if adhesion is None else Adhesion(float(adhesion.traction), float(adhesion.opening), adhesion.rewets)


def _cohesion(given: GivenCohesion) -> Cohesion:
    shear_strength = given.strength if given.shear_strength is None else given.shear_strength
    shear_energy = given.fracture_energy if given.shear_fracture_energy is None else given.shear_fracture_energy
    return Cohesion(
        float(given.strength),
        float(shear_strength),
        float(given.fracture_energy),
        float(shear_energy),
        given.criterion,
        1.0 if given.exponent is None else float(given.exponent),
        float(given.relaxation_time),
    )
