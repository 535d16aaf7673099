"""summary.json: the outcome of a run and its headline quantities."""

from __future__ import annotations

from typing import Any

from platingx.config.case import BuiltGeometry, Case
from platingx.config.current_points import StepPoints
from platingx.config.doubts import doubts, mesh_doubts
from platingx.config.sources import unverified_values
from platingx.physics.snapshot import Snapshot
from platingx.post.quantities import fracture_verdict
from platingx.run.balances import summary_block, violations
from platingx.run.history import unit_of
from platingx.run.maxima import Maxima, StrengthExceeded
from platingx.run.state import RunState


def quantities(
    snapshot: Snapshot, peaks: Maxima, crossing: StrengthExceeded, force_unit: str
) -> dict[str, dict[str, Any]]:
    """Headline quantities with units in their keys.

    Parameters
    ----------
    snapshot
        Last converged state.
    peaks, crossing
        Gathered over the run.
    force_unit
        ``N`` or ``N_per_m``.
    """
    result: dict[str, dict[str, Any]] = {}
    for name, record in peaks.records.items():
        unit = unit_of(name, force_unit)
        result[name] = {f"value_{unit}": record["value"], **_rest(record)}
    for name, value in snapshot.numbers.items():
        unit = unit_of(name, force_unit)
        result[name] = {f"value_{unit}" if unit else "value": value, "time_s": snapshot.time}
    if crossing.time is not None:
        result["time_at_fracture"] = {"value_s": crossing.time}
        result["current_density_at_fracture"] = {"value_A_per_m2": crossing.current_density}
    return result


def content(
    case: Case, snapshot: Snapshot | None, state: RunState, force_unit: str, points: StepPoints | None = None
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
    force_unit
        ``N`` or ``N_per_m``.
    points
        Points of the current at which steps end, or None before they are known.
    """
    result: dict[str, Any] = {"quantities": {}}
    if snapshot is not None:
        result["quantities"] = quantities(snapshot, state.peaks, state.crossing, force_unit)
        result["verdict"] = verdict(case, state.peaks, state.crossing)
        result["balances"] = summary_block(case, state.balances)
    result["warnings"] = warnings(case, state)
    result["monitors"] = state.monitors.saved()
    result["calibrated"] = [{"quantity": entry.quantity, "parameter": entry.parameter} for entry in case.calibration]
    if points is not None and points.merged:
        result["current_points"] = {
            "given": points.given,
            "merged": points.merged,
            "largest_unresolved_charge_C_per_m2": points.largest_deviation,
        }
    result["doubtful_inputs"] = [*doubts(case), *mesh_doubts(case, state.layer_thickness, points)]
    result["unverified_inputs"] = list(unverified_values(case))
    return result


def warnings(case: Case, state: RunState) -> list[str]:
    """Sentences about what makes the results of a run doubtful: violated balances, and what monitors have seen."""
    return [*violations(case, state.balances), *state.monitors.sentences()]


def theoretical_strength(case: Case, ceramic: str = "llzo") -> float | None:
    """Theoretical strength of the ceramic of a case, Pa, or None where nobody gives it."""
    material = case.materials.get(ceramic)
    fracture = material.fracture if material is not None else None
    strength = fracture.theoretical_strength if fracture is not None else None
    return None if strength is None else float(strength)


def completed(case: Case, state: RunState, steps: int) -> str:
    """Message of a run that came to its end: its steps, and what makes its results doubtful."""
    found = "; ".join(warnings(case, state))
    return f"{steps} steps, but {found}" if found else f"{steps} steps"


def _rest(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "value"}


def verdict(case: Case, peaks: Maxima, crossing: StrengthExceeded, ceramic: str = "llzo") -> dict[str, Any] | None:
    """What the largest principal stress means for the ceramic, or None if nothing can be said.

    Parameters
    ----------
    case
        The case.
    peaks, crossing
        Gathered over the run.
    ceramic
        Region name.
    """
    record = peaks.records.get(f"max_principal_stress_{ceramic}")
    material = case.materials.get(ceramic)
    fracture = material.fracture if material is not None else None
    if record is None or fracture is None or fracture.theoretical_strength is None:
        return None
    depth = case.geometry.pit.depth if isinstance(case.geometry, BuiltGeometry) else None
    given = {"fracture_toughness": fracture.toughness, "geometry_factor": fracture.flaw_geometry_factor}
    known = {name: float(value) for name, value in given.items() if value is not None}
    judged = fracture_verdict(
        record["value"],
        record["place_m"],
        record["time_s"],
        None if depth is None else float(depth),
        float(fracture.theoretical_strength),
        reached_at=None if crossing.time is None else (crossing.place, crossing.time),
        **known,
    )
    return {
        "cracks": judged.cracks,
        "cracks_from_flaw": judged.cracks_from_flaw,
        "theoretical_strength_Pa": judged.theoretical_strength,
        "griffith_strength_Pa": judged.griffith_strength,
        "sentence": judged.sentence,
    }
