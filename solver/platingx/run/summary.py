"""summary.json: the outcome of a run and its headline quantities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from platingx.config.case import BuiltGeometry, Case
from platingx.config.sources import unverified_values
from platingx.post.quantities import fracture_verdict
from platingx.run.balances import summary_block, violations
from platingx.run.history import unit_of
from platingx.run.snapshot import Extreme, Snapshot

if TYPE_CHECKING:
    from platingx.run.checkpointing import RunState


@dataclass
class Peaks:
    """Largest values over a run, with place and time, gathered step by step.

    Attributes
    ----------
    records
        ``{"value": SI, "place_m": [...], "time_s": ...}`` by quantity.
    """

    records: dict[str, dict[str, Any]] = field(default_factory=dict)

    def update(self, snapshot: Snapshot) -> None:
        """Take a step into account."""
        for name, extreme in snapshot.extremes.items():
            if name not in self.records or extreme.value > self.records[name]["value"]:
                self.records[name] = {
                    "value": extreme.value,
                    "place_m": list(extreme.place),
                    "time_s": snapshot.time,
                }


@dataclass
class StrengthCrossing:
    """First time at which the ceramic's largest principal stress reaches its theoretical strength.

    Attributes
    ----------
    strength
        Pa, or None where the material has none.
    time, current_density
        At the crossing (linear between steps), s and A/m2, or None before.
    place
        Of the largest stress after the step that crosses, m; empty before.
    """

    strength: float | None
    time: float | None = None
    current_density: float | None = None
    place: tuple[float, ...] = ()
    _before: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def update(self, largest: Extreme, time: float, current: float) -> None:
        """Take a step into account: largest principal stress, time in s, current in A/m2."""
        if self.strength is None or self.time is not None:
            return
        stress = largest.value
        if stress >= self.strength:
            old_time, old_stress, old_current = self._before
            if old_time == 0.0:  # nothing is known of the current before the first step
                old_current = current
            weight = (self.strength - old_stress) / (stress - old_stress)
            self.time = old_time + weight * (time - old_time)
            self.current_density = old_current + weight * (current - old_current)
            self.place = largest.place
        self._before = (time, stress, current)

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return {
            "time_s": self.time,
            "current_density_A_per_m2": self.current_density,
            "place_m": list(self.place),
            "before": list(self._before),
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self.time, self.current_density = saved["time_s"], saved["current_density_A_per_m2"]
        self.place = tuple(saved["place_m"])
        time, stress, current = saved["before"]
        self._before = (time, stress, current)


def quantities(
    snapshot: Snapshot, peaks: Peaks, crossing: StrengthCrossing, force_unit: str
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


def content(case: Case, snapshot: Snapshot | None, state: RunState, force_unit: str) -> dict[str, Any]:
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
    """
    result: dict[str, Any] = {"quantities": {}}
    if snapshot is not None:
        result["quantities"] = quantities(snapshot, state.peaks, state.crossing, force_unit)
        result["verdict"] = verdict(case, state.peaks, state.crossing)
        result["balances"] = summary_block(case, state.balances)
    result["warnings"] = warnings(case, state)
    result["calibrated"] = [{"quantity": entry.quantity, "parameter": entry.parameter} for entry in case.calibration]
    result["unverified_inputs"] = list(unverified_values(case))
    return result


def warnings(case: Case, state: RunState) -> list[str]:
    """Sentences about what makes the results of a run doubtful: violated balances, and metal under suction."""
    return [*violations(case, state.balances), *state.suction.sentences()]


def theoretical_strength(case: Case, ceramic: str = "llzo") -> float | None:
    """Theoretical strength of the ceramic of a case, Pa, or None where nobody gives it."""
    material = case.materials.get(ceramic)
    fracture = material.fracture if material is not None else None
    strength = fracture.theoretical_strength if fracture is not None else None
    return None if strength is None else float(strength)


def completed(case: Case, state: RunState, steps: int) -> str:
    """Message of a run that came to its end: its steps, and what makes its results doubtful."""
    doubts = "; ".join(warnings(case, state))
    return f"{steps} steps, but {doubts}" if doubts else f"{steps} steps"


def _rest(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "value"}


def verdict(case: Case, peaks: Peaks, crossing: StrengthCrossing, ceramic: str = "llzo") -> dict[str, Any] | None:
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
