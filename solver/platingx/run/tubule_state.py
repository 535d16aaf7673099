"""What evolves in the run of a tubule, and its state on disk, from which a run goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from platingx.config.resolved import fingerprint_of_past
from platingx.config.tubule import TubuleCase
from platingx.errors import OutputError
from platingx.run.provenance import write_json
from platingx.run.resume import CHECKPOINTS, changes_of, in_words, physics_of
from platingx.stepping.tubule_model import Filling

__all__ = ["Peak", "TubuleState", "load_state", "save_state"]

_FILE = "tubule.json"
_PEAKS = (
    "root_pressure", "root_overpotential", "gas_pressure", "wall_pressure_difference", "wall_hoop_stress",
    "wall_bending_stress", "void_length", "front_position", "filled_fraction",
)  # fmt: skip
"""Quantities whose largest value a run is told by."""
_SMALLEST = ("root_pressure", "root_overpotential")
"""Those whose smallest value it is told by as well: while metal is stripped they are below zero."""


@dataclass(frozen=True)
class Peak:
    """The largest or smallest value of a quantity so far, and when it was first reached, s."""

    value: float
    time: float


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
        for name in _PEAKS:
            known = self.peaks.get(f"max_{name}")
            if known is None or values[name] > known.value:
                self.peaks[f"max_{name}"] = Peak(values[name], time)
        for name in _SMALLEST:
            known = self.peaks.get(f"min_{name}")
            if known is None or values[name] < known.value:
                self.peaks[f"min_{name}"] = Peak(values[name], time)

    def finish(self, half: str, end: str, time: float, filling: Filling) -> None:
        """Take up the end of a half of a cycle."""
        self.filling, self.time, self.done = filling, time, self.done + 1
        counts = self.ends.setdefault(half, {})
        counts[end] = counts.get(end, 0) + 1


def save_state(case: TubuleCase, folder: Path, state: TubuleState) -> None:
    """Write the state so that it is either the old one or the whole new one.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    target = folder / CHECKPOINTS
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write to {target}: {error.strerror or error}") from error
    write_json(target / _FILE, {"physics_sha256": fingerprint_of_past(case), **asdict(state)})


def load_state(case: TubuleCase, folder: Path, manifest: Mapping[str, Any]) -> TubuleState | None:
    """Read the state of a run of the same physics; None where it has none yet.

    Raises
    ------
    OutputError
        If the folder holds a run of another case, or its state is damaged.
    """
    if manifest and manifest.get("physics_sha256") != fingerprint_of_past(case):
        changes = physics_of(changes_of(case, folder))
        raise OutputError(
            f"{folder} holds a run of another case: {in_words(changes)}. Resume with the case and --set options of "
            "that run (output may differ), or start a new run with another --out"
        )
    path = folder / CHECKPOINTS / _FILE
    if not path.is_file():
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        data.pop("physics_sha256")
        data["filling"] = Filling(**data["filling"])
        data["peaks"] = {name: Peak(**peak) for name, peak in data["peaks"].items()}
        data["burst"] = None if data["burst"] is None else Peak(**data["burst"])
        return TubuleState(**data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(f"{path}: damaged ({error}); start the run again with --force") from error
