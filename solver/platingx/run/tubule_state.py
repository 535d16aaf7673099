"""What evolves in the run of a tubule, and its state on disk, from which a run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from platingx.config.tubule import TubuleCase
from platingx.run.extremes import Peak, take_extremes
from platingx.run.state_file import load_plain, save_plain
from platingx.stepping.tubule_model import Filling

__all__ = ["TubuleState", "load_state", "save_state"]

_PEAKS = (
    "root_pressure", "root_overpotential", "gas_pressure", "wall_pressure_difference", "wall_hoop_stress",
    "wall_bending_stress", "void_length", "front_position", "filled_fraction",
)  # fmt: skip
"""Quantities whose largest value a run is told by."""
_SMALLEST = ("root_pressure", "root_overpotential")
"""Those whose smallest value it is told by as well: while metal is stripped they are below zero."""


@dataclass
class TubuleState:
    """State of a run after a half of a cycle.

    Attributes
    ----------
    filling
        What is in the tubes.
    time
        s.
    rows
        Rows of the history.
    done
        Halves of cycles that are finished.
    peaks
        Extremes by ``max_NAME`` and ``min_NAME``.
    ends
        How often what has ended a half of a cycle, by ``plate`` and ``strip``.
    last
        Quantities of the last row.
    burst
        When the strength was first passed, s, and by what stress; None before.
    wall_seconds
        Wall time used so far.
    """

    filling: Filling
    time: float = 0.0
    rows: int = 0
    done: int = 0
    peaks: dict[str, Peak] = field(default_factory=dict)
    ends: dict[str, dict[str, int]] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    burst: Peak | None = None
    wall_seconds: float = 0.0

    def take(self, values: Mapping[str, float], time: float) -> None:
        """Take up the quantities of a row at a time (s)."""
        self.last, self.rows = dict(values), self.rows + 1
        take_extremes(self.peaks, values, time, _PEAKS, _SMALLEST)

    def finish(self, half: str, end: str, time: float, filling: Filling) -> None:
        """Take up the end of a half of a cycle."""
        self.filling, self.time, self.done = filling, time, self.done + 1
        counts = self.ends.setdefault(half, {})
        counts[end] = counts.get(end, 0) + 1


def save_state(case: TubuleCase, folder: Path, state: TubuleState) -> None:
    """Write the state; see :func:`platingx.run.state_file.save_plain`."""
    save_plain(case, folder, asdict(state))


def load_state(case: TubuleCase, folder: Path, manifest: Mapping[str, Any]) -> TubuleState | None:
    """Read the state; see :func:`platingx.run.state_file.load_plain`."""
    return load_plain(case, folder, manifest, _state_of)


def _state_of(data: dict[str, Any]) -> TubuleState:
    data["filling"] = Filling(**data["filling"])
    data["peaks"] = {name: Peak(**peak) for name, peak in data["peaks"].items()}
    data["burst"] = None if data["burst"] is None else Peak(**data["burst"])
    return TubuleState(**data)
