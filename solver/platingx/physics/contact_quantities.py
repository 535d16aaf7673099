"""What is reported of every contact after each step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Mask
from platingx.config.boundary_conditions import AXES
from platingx.config.courses import Course
from platingx.config.tools import Tool
from platingx.physics.drives import DrivenUnknowns, is_turn
from platingx.physics.quantities import ConvergedState, Quantity, reported
from platingx.problems.cohesive_contact import CohesiveContact
from platingx.problems.nodal_contact import NodalContact
from platingx.problems.pair_contact import PairContact
from platingx.problems.sliding_contact import SlidingContact

__all__ = ["contact_quantities", "contact_reach", "opening_quantities", "prescribed_motions", "tool_motions"]


def contact_quantities(contact: NodalContact, dimension: int) -> tuple[Quantity, ...]:
    """Quantities of a contact, of the part that is modelled."""

    def largest(values: Callable[[NodalContact], Array]) -> Callable[[ConvergedState], float]:
        def value(state: ConvergedState) -> float:
            found = values(contact)[contact.areas != 0.0]
            return max(0.0, float(state.problem.comm.allreduce(float(found.max(initial=0.0)), MPI.MAX)))

        return value

    def total(values: Callable[[NodalContact], Array]) -> Callable[[ConvergedState], float]:
        def value(state: ConvergedState) -> float:
            return float(state.problem.comm.allreduce(float(np.sum(contact.areas * values(contact))), MPI.SUM))

        return value

    def share(state: ConvergedState) -> float:
        own = np.array([np.sum(contact.areas[_closed(contact)]), np.sum(contact.areas)])
        state.problem.comm.Allreduce(MPI.IN_PLACE, own)
        return float(own[0] / own[1])

    values: dict[str, Callable[[ConvergedState], float]] = {
        **{f"contact_force_{AXES[axis]}": partial(_force, contact, axis) for axis in range(dimension)},
        "contact_area": total(lambda made: _closed(made) * made.state.stretch),
        "closed_share": share,
        "max_contact_pressure": largest(lambda made: made.state.pressure / made.state.stretch),
        "max_suction": largest(lambda made: -made.state.pressure / made.state.stretch),
        "max_slip": largest(lambda made: made.state.slip),
        "friction_work": total(lambda made: made.state.friction_work),
        "interface_work": total(lambda made: made.state.interface_work),
        "max_penetration": largest(lambda made: -made.state.gap / made.heights),
    }
    return tuple(reported(name, value, contact.name) for name, value in values.items())


def _closed(contact: NodalContact) -> Mask:
    return np.asarray(contact.state.branch % 4 == 1)


def _force(contact: NodalContact, axis: int, state: ConvergedState) -> float:
    return float(contact.total_force(state.problem.comm)[axis])


def opening_quantities(contact: PairContact) -> tuple[Quantity, ...]:
    """Largest gap between two sides inside of the body, and how far their cohesion is lost."""

    def largest(values: Callable[[], Array]) -> Callable[[ConvergedState], float]:
        def value(state: ConvergedState) -> float:
            found = values()[contact.areas != 0.0]
            return max(0.0, float(state.problem.comm.allreduce(float(found.max(initial=0.0)), MPI.MAX)))

        return value

    opening = reported("max_opening", largest(lambda: contact.state.gap), contact.name)
    if not isinstance(contact, CohesiveContact):
        return (opening,)

    def broken_area() -> float:
        return float(np.sum(contact.areas[contact.cohesive_state.damage >= 1.0]))

    def energy() -> float:
        return float(np.sum(contact.areas * contact.cohesive_state.released))

    def total(own: Callable[[], float]) -> Callable[[ConvergedState], float]:
        return lambda state: float(state.problem.comm.allreduce(own(), MPI.SUM))

    return (
        opening,
        reported("max_damage", largest(lambda: contact.cohesive_state.damage), contact.name),
        reported("broken_area", total(broken_area), contact.name),
        reported("fracture_energy", total(energy), contact.name),
    )


def contact_reach(contact: SlidingContact) -> Quantity:
    """How far out a face touches the body that it slides on."""

    def value(state: ConvergedState) -> float:
        return float(state.problem.comm.allreduce(contact.reach(state.problem.displacement), MPI.MAX))

    return reported("contact_reach", value, contact.name)


def prescribed_motions(name: str, tool: Tool) -> tuple[Quantity, ...]:
    """Displacements and turns of a tool that the case moves."""

    def value(course: Course, state: ConvergedState) -> float:
        return course.at(state.time)

    return tuple(
        reported(_motion(component), partial(value, drive.courses[0]), name) for component, drive in tool.drives.items()
    )


def _motion(component: str) -> str:
    """Name of a component of a motion in the history."""
    return component if is_turn(component) else f"displacement_{component}"


def tool_motions(name: str, driven: DrivenUnknowns) -> tuple[Quantity, ...]:
    """Displacements and turns of a tool that forces move, and deflections of springs with a moving base."""

    def value(component: str, _state: ConvergedState) -> float:
        return driven.displacement(component)

    def deflection(component: str, _state: ConvergedState) -> float:
        return driven.deflection(component)

    found = driven.components
    moved = [reported(_motion(component), partial(value, component), name) for component in found]
    bent = [reported(f"deflection_{component}", partial(deflection, component), name) for component in driven.based]
    return (*moved, *bent)
