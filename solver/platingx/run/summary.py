"""summary.json: the outcome of a run and its headline quantities."""

from __future__ import annotations

from typing import Any

from platingx.columns import ColumnTable
from platingx.config.case import Case
from platingx.config.current_points import StepPoints
from platingx.config.doubts import doubts, mesh_doubts
from platingx.config.sources import unverified_values
from platingx.physics.snapshot import Snapshot
from platingx.run.balances import summary_block, violations
from platingx.run.case_events import event_record
from platingx.run.maxima import Maxima
from platingx.run.singular_marks import singular_marks, singular_sentence
from platingx.run.state import RunState
from platingx.run.until import until_record, until_sentence
from platingx.run.verdict import verdicts
from platingx.run.verdict_margin import with_margin


def quantities(snapshot: Snapshot, state: RunState, columns: ColumnTable) -> dict[str, dict[str, Any]]:
    """Headline quantities with units in their keys.

    Parameters
    ----------
    snapshot
        Last converged state.
    state
        Gathered over the run.
    columns
        Names of the quantities in files.
    """
    result: dict[str, dict[str, Any]] = {}
    for name, record in state.peaks.records.items():
        marks = singular_marks(name, record, state.judged, columns)
        result[name] = {columns.header("value", name): record["value"], **_rest(record), **marks}
    for name, value in snapshot.numbers.items():
        result[name] = {columns.header("value", name): value, "time_s": snapshot.time}
    crossed = {region: watch for region, watch in state.strength_watches.items() if watch.time is not None}
    if crossed:
        region, first = min(crossed.items(), key=lambda pair: pair[1].time or 0.0)
        at_fracture = {"time_at_fracture": first.time, "current_density_at_fracture": first.current_density}
        for name, found in at_fracture.items():
            result[name] = {columns.header("value", name): found, "region": region}
    return result


def content(
    case: Case, snapshot: Snapshot | None, state: RunState, columns: ColumnTable, points: StepPoints | None = None
) -> dict[str, Any]:
    """What summary.json says beside outcome and message: quantities, verdict, and what they rest on.

    Parameters
    ----------
    case
        The case.
    snapshot
        Last converged state, or None before the first step.
    state
        Gathered over the run.
    columns
        Names of the quantities in files.
    points
        Points of the current at which steps end, or None before they are known.
    """
    result: dict[str, Any] = {"quantities": {}}
    if snapshot is not None:
        result["quantities"] = quantities(snapshot, state, columns)
        found = _verdicts(case, state)
        result["verdict"] = found[0] if found else None
        result["other_verdicts"] = found[1:]
        result["balances"] = summary_block(case, state.balances)
    if state.coble is not None and (diffusion := state.coble.record()) is not None:
        result["diffusion"] = diffusion
    crystallinity = case.materials[case.growth.region].crystallinity
    if crystallinity is not None:
        result["crystallinity"] = crystallinity.record()
    result["warnings"] = warnings(case, state)
    result["monitors"] = state.monitors.saved()
    result["calibrated"] = [
        {"quantity": entry.quantity, "parameter": entry.parameter, "case": entry.case or case.name}
        for entry in case.calibration
    ]
    if points is not None and points.merged:
        result["current_points"] = {
            "given": points.given,
            "merged": points.merged,
            "largest_unresolved_charge_C_per_m2": points.largest_deviation,
        }
    if state.control is not None:
        result["control"] = state.control.records
    if ends := until_record(case, state.until, columns):
        result["until"] = ends
    if case.events:
        result["events"] = event_record(case, state.until, state.happened)
    result["doubtful_inputs"] = [*doubts(case), *mesh_doubts(case, state.layer_thickness, points)]
    result["unverified_inputs"] = list(unverified_values(case))
    return result


def _verdicts(case: Case, state: RunState) -> list[dict[str, Any]]:
    """Verdicts by the largest stresses away from singular points, with what is uncertain about them."""
    records = state.peaks.records if state.judged is None else state.judged.records
    found = []
    for verdict in verdicts(case, Maxima(records), state.strength_watches):
        name = f"max_principal_stress_{verdict['region']}"
        judged = with_margin(case, verdict, records[name])
        judged["sentence"] += singular_sentence(state.peaks.records[name], state.judged)
        found.append(judged)
    return found


def warnings(case: Case, state: RunState) -> list[str]:
    """Sentences about what makes the results of a run doubtful: violated balances, and what monitors have seen."""
    return [*violations(case, state.balances), *state.monitors.sentences()]


def ended(case: Case, state: RunState, steps: int, columns: ColumnTable) -> str:
    """How a run came to its end: its steps, and whether a result has ended it."""
    control = "" if state.control is None else state.control.sentence
    return ", ".join(text for text in (f"{steps} steps", control, until_sentence(case, state.until, columns)) if text)


def completed(case: Case, state: RunState, steps: int, columns: ColumnTable) -> str:
    """Message of a run that came to its end, with what makes its results doubtful."""
    found = "; ".join(warnings(case, state))
    end = ended(case, state, steps, columns)
    return f"{end}, but {found}" if found else end


def _rest(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "value"}
