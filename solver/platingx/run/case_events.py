"""Events of a case in a run: what they wait for in numbers, and what has come of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from mpi4py import MPI

from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.events import STALLED, RunEvent
from platingx.config.loader import case_error_at
from platingx.config.switched_case import Happened
from platingx.constants import FARADAY
from platingx.physics.contact_tools import TOOL
from platingx.physics.model import Model
from platingx.physics.snapshot import Snapshot
from platingx.post.scales import format_value
from platingx.problems.nodal_contact import NodalContact
from platingx.problems.rigid_contact import RigidContact
from platingx.run.state import RunState
from platingx.run.verdict import strength_watches
from platingx.stepping.events import Event, Events

__all__ = ["event_record", "name_of", "note_switches", "waiting", "words_of"]

Values = Mapping[str, float]
Meter = Callable[[Values], float]
"""From the quantities of a snapshot to the number that an event waits for."""

_STALL_TRIES = 25
"""Steps that are tried for a stall: the slope of a motion has fewer digits than the motion."""


def name_of(number: int) -> str:
    """Name of the quantity of an event."""
    return f"events.{number}"


def waiting(case: Case, model: Model, happened: Sequence[Happened]) -> Iterator[tuple[int, Event, Meter]]:
    """Events that still wait, by their number, with what gives their quantity.

    Parameters
    ----------
    case
        The case.
    model
        Its model.
    happened
        Events that have switched something.

    Raises
    ------
    CaseError
        If the model lacks what one waits for.
    """
    done = {each.event for each in happened}
    named = {event.name: number for number, event in enumerate(case.events) if event.name}
    for number, event in enumerate(case.events):
        if number in done or (event.after is not None and named[event.after] not in done):
            continue
        target, direction, tries = _target(event)
        found = Event(name_of(number), target, direction=direction, **({"largest_tries": tries} if tries else {}))
        yield number, found, _meter(case, model, number, event)


def _target(event: RunEvent) -> tuple[float, int, int | None]:
    """Value, direction and largest number of tries of an event."""
    name = event.when.name
    if name in ("first_touch", "all_open"):
        return 0.0, -1 if name == "first_touch" else 1, None
    if name == STALLED:
        return float(event.when.value), -1, _STALL_TRIES
    return float(event.when.value), 0, None


def _meter(case: Case, model: Model, number: int, event: RunEvent) -> Meter:
    condition = event.when
    if condition.name in ("first_touch", "all_open"):
        return _clearance(model, condition.of)
    if condition.name == STALLED:
        return _slope(case, model, f"events.{number}.when.{STALLED}.tool", condition.of)
    if condition.name == "strength":
        strengths = {region: watch.strength for region, watch in strength_watches(case).items() if watch.strength}
        if not strengths:
            message = "no ceramic of this case has a theoretical strength"
            raise case_error_at(case, Finding(f"events.{number}.when.strength", message, "another condition"))
        return lambda values: max(values[f"max_principal_stress_{name}"] / s for name, s in strengths.items())
    if condition.name == "pressure_of_bias":
        metal = case.growth.region
        volume = float(case.materials[metal].molar_volume or np.nan)
        return lambda values: values[f"mean_pressure_{metal}"] * volume / FARADAY
    return lambda values: values[condition.name]


def _contacts(model: Model) -> list[NodalContact]:
    return [part for part in model.problem.contributions if isinstance(part, NodalContact)]


def _clearance(model: Model, boundary: str) -> Meter:
    """A number that falls through zero at the first touch of a face, and rises through it when all of it is open.

    It is the smallest gap over the height of its cell or, of nodes that are pressed on, minus their pressure over the
    modulus against compression behind them.
    """
    contact = next(part for part in _contacts(model) if part.name == boundary)
    comm = model.problem.comm

    def value(_values: Values) -> float:
        state, bears = contact.state, contact.areas != 0.0
        modulus = contact.penalty * contact.heights / contact.tuning.stiffness
        pressed = state.branch % 4 == 1
        found = np.where(pressed, -np.maximum(state.pressure, 0.0) / modulus, state.gap / contact.heights)
        return float(comm.allreduce(float(found[bears].min(initial=np.inf)), MPI.MIN))

    return value


def _slope(case: Case, model: Model, key: str, tool: str) -> Meter:
    """Way of a tool out of the body in the thickness deposited, at the end of a step.

    By second-order differences of the last three states; not a number before there is a step with a deposit.
    """
    contact = next(
        (part for part in _contacts(model) if isinstance(part, RigidContact) and part.tool.name == f"the tool {tool}"),
        None,
    )
    driven = None if contact is None else contact.tool.driven
    if contact is None or driven is None:
        message = f"no force decides how the tool {tool} moves"
        raise case_error_at(case, Finding(key, message, "a tool with a spring or a force"))
    problem, along = model.problem, contact.tool.frame[-1] @ driven.transfer
    field = problem.fields[f"{TOOL}{tool}"]

    def slope(times: tuple[float, float], ways: tuple[Any, Any]) -> tuple[float, float]:
        """Slope between two states, and the deposit between them."""
        new, old = (model.growth.deposited_thickness(time) for time in times)
        way = float(along @ (ways[0] - ways[1])[:, 0])
        return (way / (new - old) if new != old else np.nan), new - old

    def value(_values: Values) -> float:
        start, before = problem.converged_time, problem.converged_time - problem.converged_dt
        last = slope((start, before), (field.converged, field.before))
        if problem.time == start:
            return last[0]
        now = slope((problem.time, start), (field.values, field.converged))
        if not np.isfinite(last[0]):
            return now[0]
        return now[0] + (now[0] - last[0]) * now[1] / (now[1] + last[1])

    return value


def happened_at(case: Case, events: Events, numbers: Mapping[str, float], time: float) -> list[Happened]:
    """Events that have been reached at the end of a march and switch something.

    Parameters
    ----------
    case
        The case.
    events
        All events of the run.
    numbers
        Quantities of the last state, among them the motions of bodies and tools.
    time
        Its time, s.
    """
    reached = {event.quantity for event in events.all_reached}
    places = {}
    for key in sorted(case.switched):
        name = key.partition(".")[2]
        for component in ("x", "y", "z", "turn_x", "turn_y", "turn_z"):
            column = f"{component}_{name}" if component.startswith("turn") else f"displacement_{component}_{name}"
            if column in numbers:
                places[f"{key}.{component}"] = float(numbers[column])
    return [
        Happened(number, time, places)
        for number, event in enumerate(case.events)
        if name_of(number) in reached and event.do.end is None
    ]


def words_of(case: Case, quantity: str) -> str | None:
    """An event in words, by the name of its quantity; None of what is no event of the case."""
    names = {name_of(number): event for number, event in enumerate(case.events)}
    return str(names[quantity].when) if quantity in names else None


def event_sentence(case: Case, happened: Happened) -> str:
    """In words what an event has done."""
    event = case.events[happened.event]
    return f"event: {event.when} is reached at t = {format_value(happened.time, 's')}: {event.do}"


def note_switches(case: Case, state: RunState, last: Snapshot) -> list[str]:
    """Note the events that have ended a march and switch something; gives what they do. Collective.

    Parameters
    ----------
    case, state
        Case and state of the run.
    last
        Where the march has ended.
    """
    new = happened_at(case, state.until, last.numbers, last.time)
    if state.until.stops_for_good([f"events.{each.event}" for each in new]):
        return []
    state.happened += new
    return [event_sentence(case, each) for each in new]


def event_record(case: Case, events: Events, happened: Sequence[Happened]) -> list[dict[str, Any]]:
    """What summary.json says of the events of a case."""
    times = {name_of(each.event): each.time for each in happened}
    times |= {event.quantity: event.reached_at for event in events.all_reached if event.reached_at is not None}
    return [
        {"when": str(event.when), "do": str(event.do), "reached_at_s": times.get(name_of(number))}
        for number, event in enumerate(case.events)
    ]
