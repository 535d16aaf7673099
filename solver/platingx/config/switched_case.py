"""A case as it is in force once events have switched drives and the current."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from platingx.config.boundary_conditions import BoundaryCondition
from platingx.config.case import Case
from platingx.config.courses import Course
from platingx.config.current import CurrentProgram
from platingx.config.drives import Drive, DriveOfTurn, RigidDrive
from platingx.config.events import later_drives
from platingx.config.rigid_body import RigidBody

__all__ = ["Happened", "case_in_force"]


@dataclass(frozen=True)
class Happened:
    """An event that has switched something.

    Attributes
    ----------
    event
        Its number in the case.
    time
        When, s.
    places
        Displacements (m) and turns (rad) of the switched components then, by ``tools.NAME.y`` and the like.
    """

    event: int
    time: float
    places: Mapping[str, float]


def case_in_force(case: Case, happened: Sequence[Happened]) -> Case:
    """Give the case with what events have switched, and with all that events can move as unknowns.

    A component that events drive is an unknown from the beginning, so that models before and after an event have the
    same; one that does not move has a motion of zero. A spring has a base in all of them if it has one in any.

    Parameters
    ----------
    case : Case
        As given.
    happened : sequence of Happened
        In the order of time.
    """
    if not case.events:
        return case
    bodies: dict[str, RigidBody] = {}
    for key in case.switched:
        kind, _, name = key.partition(".")
        body: RigidBody = case.tools[name] if kind == "tools" else case.bodies[name]
        bodies[key] = body.model_copy(update=_drives(case, key, body, happened))
    tools = {name: bodies.get(f"tools.{name}", tool) for name, tool in case.tools.items()}
    conditions = {name: _with_body(given, bodies.get(f"bodies.{name}")) for name, given in _conditions(case)}
    constraints, growth = case.constraints, case.growth
    if case.constraints.collector.is_body and "bodies.collector" in bodies:
        constraints = constraints.model_copy(update={"collector": bodies["bodies.collector"]})
    program = growth.current_density
    for each in happened:
        given = case.events[each.event].do.current_density
        if given is not None and program is not None:
            program = _goes_on(program, given, each.time)
    growth = growth.model_copy(update={"current_density": program})
    changed = {"tools": tools, "constraints": constraints, "boundary_conditions": conditions, "growth": growth}
    return case.model_copy(update=changed)


def _conditions(case: Case) -> list[tuple[str, BoundaryCondition]]:
    return list(case.boundary_conditions.items())


def _with_body(condition: BoundaryCondition, body: RigidBody | None) -> BoundaryCondition:
    if body is None or condition.body is None:
        return condition
    return condition.model_copy(update={"body": body})


def _drives(case: Case, key: str, body: RigidBody, happened: Sequence[Happened]) -> dict[str, Any]:
    """Drives of a body by component, the newest of each."""
    later = later_drives(case.events, key)
    named: dict[str, list[RigidDrive]] = {name: [drive] for name, drive in body.drives.items()}
    for path, drive in later.items():
        named.setdefault(path.rpartition(".")[2], []).append(drive)
    found: dict[str, Any] = {}
    for name, drives in named.items():
        present: RigidDrive = body.drives.get(name) or _held(name, 0.0)
        for each in happened:
            switched = case.events[each.event].do.switched.get(key)
            given = None if switched is None else switched.drives.get(name)
            if given is not None:
                present = _from_there(name, given, each.time, each.places[f"{key}.{name}"])
        based = any(isinstance(drive, Drive) and drive.spring is not None for drive in drives)
        if based and isinstance(present, Drive) and present.base is None:
            present = present.model_copy(update={"base": Course("length")})
        found[name] = present
    return found


def _held(component: str, place: float) -> RigidDrive:
    """A drive that keeps a component where it is."""
    turns = component.startswith("turn")
    course = Course("angle" if turns else "length", values=(place,))
    kind = DriveOfTurn if turns else Drive
    return kind.model_construct(motion=course, _fields_set={"motion"})


def _from_there(component: str, drive: RigidDrive, time: float, place: float) -> RigidDrive:
    """A drive whose times and displacements count from an event; a spring is relaxed there."""
    if drive.is_fixed:
        return _held(component, place)
    moved: dict[str, Any] = {}
    for name, given in drive.given.items():
        if isinstance(given, Course):
            moved[name] = _shifted(given, time, place if name in ("motion", "base") else 0.0)
    if isinstance(drive, Drive) and drive.spring is not None and drive.base is None:
        moved["base"] = Course("length", values=(place,))
    return drive.model_copy(update=moved)


def _shifted(course: Course, time: float, place: float) -> Course:
    offset = place - course.rate * time
    times, values = (time + at for at in course.times), (offset + value for value in course.values)
    return Course(course.dimension, tuple(times), tuple(values), course.rate)


def _goes_on(before: CurrentProgram, after: CurrentProgram, time: float) -> CurrentProgram:
    """The current of a program up to a time, and from there on that of another one."""
    past = before.until(time)
    times = (*past.times, *(time + at for at in after.times))
    return CurrentProgram(times=times, values=(*past.values, *after.values), given=before.given or "table")
