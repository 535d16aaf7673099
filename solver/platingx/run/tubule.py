"""Run a case of ``kind: tubule``."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from platingx.config.tubule import TubuleCase
from platingx.physics.tubule import half_cycles, quantities, start_filling, tubule_model
from platingx.physics.tubule_design import capacity_rows, creep_rows, design_sums, wall_rows
from platingx.post.scales import format_value
from platingx.run import tubule_summary
from platingx.run.extremes import Peak
from platingx.run.reduced_run import ReducedRun, write_table
from platingx.run.tubule_state import TubuleState, load_state, save_state
from platingx.stepping.tubule_cycles import HalfCycle, Instant, march_half_cycle

__all__ = ["TubuleRun"]

_SHOWN = 3
"""Cycles at the start that have lines on the terminal; the log has all."""
_SAVE_EVERY = 1.0
"""Seconds of wall time between two savings of the state."""


class TubuleRun(ReducedRun[TubuleCase]):
    """Half cycle by half cycle, each row by row."""

    def __init__(self, case: TubuleCase, *arguments: Any) -> None:
        self.state = TubuleState(start_filling(case))
        self.model, self.halves = tubule_model(case), half_cycles(case)
        super().__init__(case, *arguments)
        self.saved = self.clock

    def load(self) -> bool:
        """State of the run in the folder."""
        found = load_state(self.case, self.folder, self.before)
        if found is not None:
            self.state, self.rows, self.time, self.wall_seconds = found, found.rows, found.time, found.wall_seconds
        return found is not None

    def progress_end(self) -> float:
        """Number of cycles."""
        return float(self.case.drive.cycles)

    def head(self) -> Iterator[str]:
        """Paths, porosity, and where it goes on."""
        flows = self.model.conductances
        along = ((name, getattr(flows, name)) for name in ("interface", "wall", "surface"))
        words = ", ".join(f"{name} {value:.4g}" for name, value in along)
        yield f"paths: {', '.join(self.case.paths) or 'none'}; flux coefficients in m5/(N s): {words}"
        yield f"porosity {self.model.shape.porosity:.4f}; {self.case.drive.cycles} cycles"
        if self.state.rows:
            yield f"going on after {self.state.done} halves of cycles at t {self.state.time:.6e} s"

    def march(self) -> None:
        """All cycles that are left."""
        each = len(self.halves)
        for number in range(self.state.done, each * self.case.drive.cycles):
            cycle, half = number // each + 1, self.halves[number % each]
            last = self.half_cycle(cycle, half)
            self.after(cycle, half, last)
            if last.end == "strength":
                return

    def half_cycle(self, cycle: int, half: HalfCycle) -> Instant:
        """Half of a cycle, row by row; gives its last instant."""
        state, before = self.state, 0.0
        instant = None
        for instant in march_half_cycle(self.model, half, state.filling, self.case.output.rows):
            values = quantities(self.model, instant)
            now = state.time + instant.time
            state.take(values, now)
            self.look_at_strength(values, now)
            self.row({"time": now, "dt": instant.time - before, "cycle": cycle, "direction": half.sign, **values})
            before = instant.time
        assert instant is not None
        return instant

    def look_at_strength(self, values: Mapping[str, float], now: float) -> None:
        """Note when the strength of the wall is first reached."""
        strength = self.case.wall.strength
        stress = max(values["wall_hoop_stress"], values["wall_bending_stress"])
        if strength is not None and self.state.burst is None and stress >= strength * (1.0 - 1e-9):
            self.state.burst = Peak(stress, now)

    def after(self, cycle: int, half: HalfCycle, last: Instant) -> None:
        """Take up the end of half of a cycle: log, state, and signals."""
        state = self.state
        state.finish("plate" if half.plating else "strip", last.end, state.time + last.time, last.filling)
        pressure = format_value(state.last["root_pressure"], "Pa")
        text = (
            f"cycle {cycle:4d}  {'plated  ' if half.plating else 'stripped'}  t {state.time:.6e} s  "
            f"filled {state.last['filled_fraction']:.4f}  p at root {pressure}  ended by {last.end}"
        )
        shown = self.verbose or cycle <= _SHOWN or cycle == self.case.drive.cycles or last.end == "strength"
        self.log.say(text, terminal=shown)
        self.log.progress(float(cycle), f"p {pressure}")
        if self.watch.received or time.perf_counter() - self.saved > _SAVE_EVERY:
            self.save()
        self.stop_if_asked(f"after {state.done} halves of cycles")

    def save(self) -> None:
        """Save the state, its history before it."""
        self.history.sync()
        self.state.wall_seconds = self.used_seconds()
        self.saved = time.perf_counter()
        save_state(self.case, self.folder, self.state)

    def write_tables(self) -> None:
        """Write design sums, and, where figures are wanted, what maps are drawn of."""
        sums = [
            asdict(entry) | dict(zip(("fill_bulk", "fill_as_printed", "fill_amended"), entry.fills(), strict=True))
            for entry in design_sums(self.case)
        ]
        write_table(self.folder / "design_sums.csv", [{_HEADERS.get(k, k): v for k, v in row.items()} for row in sums])
        if self.case.output.figures:
            write_table(self.folder / "wall_conductivity.csv", wall_rows(self.case))
            write_table(self.folder / "creep_map.csv", creep_rows(self.case))
            write_table(self.folder / "capacity_map.csv", capacity_rows(self.case))

    def content(self) -> Mapping[str, Any]:
        """Extremes, ends of the half cycles, and design sums."""
        return tubule_summary.content(self.case, self.model, self.state, self.columns)

    def ending(self) -> str:
        """How the halves of the cycles ended."""
        return tubule_summary.ending(self.state)

    def warnings(self) -> Sequence[str]:
        """What makes the results doubtful."""
        return tubule_summary.warnings(self.case, self.model, self.state)


_HEADERS = {
    "name": "host",
    "concentration": "concentration_per_m3",
    "diffusivity": "diffusivity_m2_per_s",
    "bulk": "bulk_S_per_m",
    "as_printed": "as_printed_S_per_m",
    "amended": "amended_S_per_m",
    "required": "required_S_per_m",
}
