"""Results at which a run ends before its time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platingx.columns import ColumnTable, column_of
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.loader import case_error_at
from platingx.nearest import nearest
from platingx.physics.model import Model
from platingx.physics.snapshot import take_snapshot
from platingx.post.scales import format_value
from platingx.stepping.events import Event, Events
from platingx.units import DIMENSIONS, Quantity

__all__ = ["until_events", "until_record", "until_sentence"]


def until_events(case: Case, model: Model) -> Events:
    """Events that end a run: those of ``time.until``, and those of quantities that bring a value. Collective.

    Parameters
    ----------
    case
        The case.
    model
        Its model.

    Raises
    ------
    CaseError
        If the model has no such quantity, or its forces are of another dimension (N, or N/m of a plane section).
    """
    comm = model.problem.comm

    def values(time: float) -> Mapping[str, float]:
        snapshot = take_snapshot(model, time)
        found = snapshot.numbers | {name: extreme.value for name, extreme in snapshot.extremes.items()}
        return comm.bcast(found, root=0)  # ranks that differ in the last bit would repeat different steps

    until: Mapping[str, Quantity] = case.time.until
    own = {quantity.name: quantity.until for quantity in model.quantities if quantity.until is not None}
    if not until and not own:
        return Events()
    _check(case, until, model.columns, values(0.0))
    return Events([Event(name, float(value)) for name, value in (dict(until) | own).items()], values)


def _check(case: Case, until: Mapping[str, Quantity], columns: ColumnTable, there: Mapping[str, float]) -> None:
    for name, value in until.items():
        key = f"time.until.{name}"
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


def until_record(events: Events, columns: ColumnTable) -> list[dict[str, Any]]:
    """What summary.json says of them."""
    return [
        {
            "quantity": event.quantity,
            columns.header("value", event.quantity): event.target,
            "reached_at_s": event.reached_at,
        }
        for event in events.events
    ]


def until_sentence(events: Events, columns: ColumnTable) -> str:
    """In words why a run ended, or that no value was reached; empty for a case without."""
    reached = events.reached
    if reached is not None:
        at = format_value(reached.reached_at, "s")
        return f"stopped at t = {at}, where {_words(reached, columns)} is reached"
    if not events.events:
        return ""
    return f"ended at its time without reaching {' or '.join(_words(event, columns) for event in events.events)}"


def _words(event: Event, columns: ColumnTable) -> str:
    return f"{event.quantity} = {format_value(event.target, columns.si_unit(event.quantity))}"
