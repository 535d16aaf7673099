"""Largest values over a run, and when the ceramic reaches its strength."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from platingx.physics.snapshot import Extreme, Snapshot


@dataclass
class Maxima:
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
class StrengthExceeded:
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
