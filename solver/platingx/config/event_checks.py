"""Checks of the events of a case against the rest of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from platingx.config.base import Finding
from platingx.config.drives import DriveOfTurn
from platingx.config.events import OF_A_FACE, OTHERS, STALLED, Condition, EventAction, RunEvent
from platingx.config.rigid_body import RigidBody, rigid_components
from platingx.config.tools import Tool
from platingx.config.until import check_region
from platingx.nearest import nearest

__all__ = ["check_events", "findings_of_events"]


@dataclass(frozen=True)
class _Around:
    """What events have to agree with."""

    tools: Mapping[str, Tool]
    bodies: Mapping[str, RigidBody]
    faces: Collection[str]
    given_current: bool
    metals: Sequence[str]
    others: Sequence[str]


def check_events(
    events: Sequence[RunEvent],
    tools: Mapping[str, Tool],
    bodies: Mapping[str, RigidBody],
    faces: Collection[str],
    given_current: bool,
    metals: Sequence[str],
    others: Sequence[str],
) -> Iterator[Finding]:
    """Check events against the rest of a case; their drives are checked with what they drive.

    Parameters
    ----------
    events : sequence
        The events.
    tools, bodies : mapping
        What can be driven, by the names of tools and of boundaries.
    faces : collection of str
        Boundaries with a contact.
    given_current : bool
        Whether the case gives its current.
    metals, others : sequence of str
        As in :func:`~platingx.config.until.check_until`.
    """
    around = _Around(tools, bodies, faces, given_current, metals, others)
    before: dict[str, RunEvent] = {}
    for number, event in enumerate(events):
        key = f"events.{number}"
        if event.name in before:
            yield Finding(f"{key}.name", f"there is an event {event.name} already", "another name")
        if event.after is not None and event.after not in before:
            named = ", ".join(before) or "none with a name"
            yield Finding(f"{key}.after", f"no event {event.after} stands before this one", named)
        elif event.after is not None and before[event.after].do.end is not None:
            yield Finding(f"{key}.after", f"the run stops at {event.after}", "an event that switches something")
        yield from _check_condition(f"{key}.when", event.when, around)
        yield from _check_action(f"{key}.do", event.do, around)
        if event.name:
            before[event.name] = event


def _check_condition(key: str, condition: Condition, around: _Around) -> Iterator[Finding]:
    if condition.name in OF_A_FACE:
        yield from _known(f"{key}.{condition.name}", "contact", condition.of, around.faces)
    elif condition.name == STALLED:
        yield from _known(f"{key}.{STALLED}.tool", "tool", condition.of, around.tools)
    elif condition.name not in OTHERS:
        yield from check_region(f"{key}.{condition.name}", condition.name, around.metals, around.others)


def _check_action(key: str, action: EventAction, around: _Around) -> Iterator[Finding]:
    if action.current_density is not None and not around.given_current:
        message = "the current of this case is a result, of its electrochemistry"
        yield Finding(f"{key}.current_density", message, "steps of electrochemistry.control with their ends")
    for name in action.tools:
        yield from _known(f"{key}.tools.{name}", "tool", name, around.tools)
    for name in action.bodies:
        hint = "a body at rest has a motion of 0: constraints.collector: {y: {motion: 0}}"
        yield from _known(f"{key}.bodies.{name}", "body that can move bonded to", name, around.bodies, hint)
    for kind, switched in (("tools", action.tools), ("bodies", action.bodies)):
        for name, drives in switched.items():
            for component, drive in drives.drives.items():
                if isinstance(drive, DriveOfTurn) and drive.spring is not None:
                    message = "a spring against turning has no base that could be where the body stands then"
                    place = f"{key}.{kind}.{name}.{component}.spring"
                    yield Finding(place, message, "fixed, free, motion or moment", "a spring from the beginning")


def _known(key: str, what: str, name: str, there: Collection[str], hint: str = "") -> Iterator[Finding]:
    if name not in there:
        near = nearest(name, there)
        yield Finding(key, f"there is no {what} {name}", ", ".join(there) or "none yet", f"{near}?" if near else hint)


def findings_of_events(
    events: Sequence[RunEvent], key: str, body: RigidBody, dimension: int, symmetry: str
) -> Iterator[Finding]:
    """Check the drives that events give to a body as those of the body, where these keys stand.

    Parameters
    ----------
    events : sequence
        The events.
    key : str
        ``tools.NAME`` or ``bodies.BOUNDARY``.
    body : RigidBody
        The body.
    dimension, symmetry
        As in :meth:`~platingx.config.rigid_body.RigidBody.findings`.
    """
    for number, event in enumerate(events):
        drives = event.do.switched.get(key)
        if drives is None:
            continue
        given: dict[str, Any] = {name: drives.drives.get(name) for name in rigid_components(3)}
        for name, drive in given.items():
            if drive is not None and drive.is_fixed:  # of which a body says nothing
                given[name] = type(drive).model_validate("free")
        for finding in body.model_copy(update=given).findings(dimension, symmetry, depth_serves=True):
            yield replace(finding, key=f"events.{number}.do.{key}.{finding.key}")
