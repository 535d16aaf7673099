"""Results at which a run ends before its time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from platingx.columns import ColumnTable, column_of
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.loader import case_error_at
from platingx.config.switched_case import Happened
from platingx.nearest import nearest
from platingx.physics.model import Model
from platingx.physics.snapshot import take_snapshot
from platingx.post.scales import format_value
from platingx.run.case_events import waiting, words_of
from platingx.stepping.events import Event, Events
from platingx.units import DIMENSIONS, Quantity

__all__ = ["until_events", "until_record", "until_sentence"]


def until_events(case: Case, model: Model, happened: Sequence[Happened] = ()) -> Events:
    """Events that end a march: of ``time.until``, of quantities that bring a value, and of the case. Collective.

    Parameters
    ----------
    case
        The case.
    model
        Its model.
    happened
        Events of the case that have switched something.

    Raises
    ------
    CaseError
        If the model has no such quantity, or its forces are of another dimension (N, or N/m of a plane section).
    """
    comm = model.problem.comm
    own_events = list(waiting(case, model, happened))

    def values(time: float) -> Mapping[str, float]:
        snapshot = take_snapshot(model, time)
        found = snapshot.numbers | {name: extreme.value for name, extreme in snapshot.extremes.items()}
        found |= {event.quantity: meter(found) for _, event, meter in own_events}
        return comm.bcast(found, root=0)  # ranks that differ in the last bit would repeat different steps

    until: Mapping[str, Quantity] = case.time.until
    own = {quantity.name: quantity.until for quantity in model.quantities if quantity.until is not None}
    if not until and not own and not own_events:
        return Events()
    named = {f"time.until.{name}": (name, value) for name, value in until.items()}
    for number, _, _ in own_events:
        when = case.events[number].when
        if isinstance(when.value, Quantity) and column_of(when.name) is not None:
            named[f"events.{number}.when.{when.name}"] = (when.name, when.value)
    snapshot = take_snapshot(model, 0.0)
    _check(case, named, model.columns, {*snapshot.numbers, *snapshot.extremes})
    ends = [Event(name, float(value)) for name, value in (dict(until) | own).items()]
    return Events([*ends, *(event for _, event, _ in own_events)], values)


def _check(case: Case, named: Mapping[str, tuple[str, Quantity]], columns: ColumnTable, there: Collection[str]) -> None:
    for key, (name, value) in named.items():
        if name not in there:
            near = nearest(name, there)
            finding = Finding(key, f"this model has no {name}", ", ".join(there), f"{near}?" if near else "")
            raise case_error_at(case, finding)
        column = column_of(name)
        if column is None or not column.per_depth:
            continue
        wanted = column.dimension_in(columns.whole_body)
        if value.dimension != wanted:
            raise case_error_at(case, Finding(key, f"{name} of this model is in {DIMENSIONS[wanted].si_unit}"))


def until_record(case: Case, events: Events, columns: ColumnTable) -> list[dict[str, Any]]:
    """What summary.json says of those that are not of the case's own block."""
    return [
        {
            "quantity": event.quantity,
            columns.header("value", event.quantity): event.target,
            "reached_at_s": event.reached_at,
        }
        for event in events.events
        if words_of(case, event.quantity) is None
    ]


def until_sentence(case: Case, events: Events, columns: ColumnTable) -> str:
    """In words why a run ended, or that no value was reached; empty for a case without."""
    reached = events.reached
    if reached is not None:
        at = format_value(reached.reached_at, "s")
        return f"stopped at t = {at}, where {_words(case, reached, columns)} is reached"
    if not events.events:
        return ""
    words = " or ".join(_words(case, event, columns) for event in events.events)
    return f"ended at its time without reaching {words}"


def _words(case: Case, event: Event, columns: ColumnTable) -> str:
    return (
        words_of(case, event.quantity)
        or f"{event.quantity} = {format_value(event.target, columns.si_unit(event.quantity))}"
    )
