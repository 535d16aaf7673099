"""Run a case of ``kind: strip_cell``."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from platingx.config.strip_cell import StripCellCase
from platingx.constants import FARADAY
from platingx.physics.strip_cell import limits, parts, quantities, start_height, strip_cell_model
from platingx.post.scales import format_value
from platingx.run.extremes import records
from platingx.run.reduced_run import ReducedRun, write_table
from platingx.run.state_file import load_plain, save_plain
from platingx.run.strip_cell_inputs import input_lines, input_records
from platingx.run.strip_cell_state import CellProfile, StripCellState, profile_rows
from platingx.stepping.strip_cell_insert import HEIGHT, POTENTIAL, SECTION
from platingx.stepping.strip_cell_march import CellInstant, march_part, state_at_rest

__all__ = ["StripCellRun"]

_WORDS = {
    "duration": "the program was run to its end",
    "contact": "contact was lost",
    "overpotential": "the limit of the overpotential was reached",
}
_AT_END = (
    "contact_share",
    "max_gap",
    "mean_gap",
    "overpotential",
    "voltage",
    "capacity",
    "foil_descent",
    "insert_share",
)


class StripCellRun(ReducedRun[StripCellCase]):
    """The cell of a case, step by step."""

    def __init__(self, case: StripCellCase, *arguments: Any) -> None:
        self.model, self.parts, self.limits = strip_cell_model(case), parts(case), limits(case)
        self.state = StripCellState(state_at_rest(self.model, start_height(case, self.model)))
        self.start_height = float(np.mean(self.state.cell.height))
        super().__init__(case, *arguments)
        self.saved = self.clock

    def load(self) -> bool:
        """State of the run in the folder."""
        found = load_plain(self.case, self.folder, self.before, StripCellState.of)
        if found is not None:
            self.state, self.rows, self.time, self.wall_seconds = found, found.rows, found.time, found.wall_seconds
        return found is not None

    def save(self) -> None:
        """Save the state, its history before it."""
        self.history.sync()
        self.state.wall_seconds, self.saved = self.used_seconds(), time.perf_counter()
        save_plain(self.case, self.folder, self.state.plain())

    def progress_end(self) -> float:
        """Time of the whole program, s."""
        return sum(part.duration for part in self.parts)

    def head(self) -> Iterator[str]:
        """What the result rests on, the intervals, and where it goes on."""
        yield from input_lines(self.case)
        n = self.model.intervals
        yield f"half a period in {n} intervals of {format_value(self.model.spacing, 'm')}; {len(self.parts)} parts"
        if self.state.rows:
            yield f"going on after step {self.state.rows} at t {self.state.time:.6e} s"

    def march(self) -> None:
        """All of the program that is left."""
        state = self.state
        if not state.profiles:
            state.profiles.append(CellProfile.of(0.0, state.cell))
        while not state.end and state.part < len(self.parts):
            part, start = self.parts[state.part], state.instant
            for instant in march_part(self.model, part, self.limits, start, state.cell):
                self.take(instant)
                if self.watch.received or time.perf_counter() - self.saved > _SAVE_EVERY:
                    self.save()
                self.stop_if_asked(f"after step {state.rows}")

    def take(self, instant: CellInstant) -> None:
        """Take up the end of a step: history, profile, log."""
        state, part, number = self.state, self.parts[self.state.part], self.state.part + 1
        found = quantities(self.model, instant.state, part.current)
        inert = found["insert_current_density"]
        state.stripped -= (part.current - inert) * instant.dt * self.model.molar_volume / FARADAY
        state.descent += instant.state.descent * instant.dt
        state.charge += part.current * instant.dt
        above = float(np.mean(instant.state.height)) - self.start_height
        missing = above - state.stripped + state.descent
        state.moved += abs(part.current) * instant.dt * self.model.molar_volume / FARADAY
        values = {
            "current_density": part.current,
            "capacity": state.charge,
            **found,
            "foil_descent": state.descent,
            "insert_volume_error": self._insert_error(instant),
            "volume_error": abs(missing) / max(state.moved, self.model.gaps.closes_within),
        }
        due = self._profile_is_due(instant)
        state.take(instant, values, number == len(self.parts))
        work = {"newton_iterations": instant.corrections, "rejected_attempts": instant.rejected}
        self.row({"time": state.time, "dt": instant.dt, "part": number, **work, **values})
        if due:
            state.profiles.append(CellProfile.of(state.time, instant.state))
        share = f"contact share {found['contact_share']:.4f}"
        self.log.say(
            f"step {state.rows:4d}  t {state.time:.6e} s  dt {instant.dt:.3e} s  newton {instant.corrections:2d}  "
            f"{share}  overpotential {format_value(found['overpotential'], 'V')}",
            terminal=due or self.verbose,
        )
        self.log.progress(state.time, share)

    def _insert_error(self, instant: CellInstant) -> float:
        """Volume of the insert that is neither under the metal nor oxidised, over that of the start."""
        insert, cell = self.model.insert, instant.state
        if insert is None:
            return 0.0
        volume = float(self.model.under(cell.insert)[0].sum()) * self.model.spacing
        charge = self.state.oxidised + insert.oxidation(float(cell.insert[POTENTIAL])) * instant.dt * self._half_width()
        self.state.oxidised = charge
        start = float(insert.at_rest[SECTION])
        return abs(volume - start - charge * insert.molar_volume / FARADAY) / start

    def _half_width(self) -> float:
        """Half width of the insert before the step, m."""
        section, height = self.state.cell.insert[SECTION], self.state.cell.insert[HEIGHT]
        return float(1.5 * section / height)

    def _profile_is_due(self, instant: CellInstant) -> bool:
        """Whether a step passes one of the times at which profiles are written."""
        part, wanted = self.parts[self.state.part], self.case.output.profiles
        before, after = ((instant.time - d) / part.duration * wanted for d in (instant.dt, 0.0))
        return bool(instant.end) or int(after) > int(before)

    def write_tables(self) -> None:
        """Write the profiles of the interface."""
        write_table(self.folder / "profiles.csv", profile_rows(self.model, self.state.profiles))

    def content(self) -> Mapping[str, Any]:
        """Extremes, what has ended it, and what it rests on."""
        state = self.state
        return {
            "quantities": records(state.peaks, state.last, _AT_END, state.time, self.columns),
            "ended_by": state.end or None,
            "model_inputs": input_records(self.case),
        }

    def ending(self) -> str:
        """How it ended."""
        return _WORDS[self.state.end] if self.state.end else "nothing was done"

    def warnings(self) -> Sequence[str]:
        """What makes the results doubtful."""
        state, found = self.state, []
        rises = [np.max(np.abs(np.diff(profile.state.height))) for profile in state.profiles]
        slope = float(max(rises, default=0.0)) / self.model.spacing
        across = slope * self.model.spacing
        if across > _RESOLVED * self.model.gaps.adhesion_range:
            found.append(
                f"the gap changes by {format_value(across, 'm')} from one place to the next, half of the range of the "
                "adhesion or more: the edge of the contact sticks to the intervals; take more resolution.intervals"
            )
        if slope > _STEEP:
            found.append(
                f"the face of the metal becomes as steep as {slope:.2f}, but the model is one of small slopes: there "
                f"it takes its curvature to be {(1.0 + slope * slope) ** 1.5:.2g} times as large as it is"
            )
        return found


_SAVE_EVERY = 1.0
"""Seconds of wall time between two savings of the state."""
_RESOLVED = 0.5
"""Change of the gap over an interval, in ranges of the adhesion, up to which the edge of a contact moves evenly.

At 0.65 the contact share of the shipped case is 1 % too large, at 1.3 it is 20 %.
"""
_STEEP = 0.5
"""Slope of the face beyond which a run says that it is not small."""
