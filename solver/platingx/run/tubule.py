"""Run a case of ``kind: tubule``: the same folder, log, history, summary and figures as any other run."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mpi4py import MPI

from platingx.columns import ColumnTable
from platingx.config.remarks import remarks
from platingx.config.resolved import resolved_files
from platingx.config.tubule import TubuleCase
from platingx.errors import InterruptedRunError, OutputError, PlatingxError
from platingx.physics.tubule import half_cycles, quantities, start_filling, tubule_model
from platingx.physics.tubule_design import capacity_rows, creep_rows, design_sums, wall_rows
from platingx.post.scales import format_value
from platingx.run import provenance, tubule_summary
from platingx.run.closing import closing_lines
from platingx.run.figures import draw_figures
from platingx.run.folder import prepare_folder, reopen_folder
from platingx.run.history import HistoryWriter
from platingx.run.log import RunLog
from platingx.run.resume import check_run_folder, start_manifest
from platingx.run.signals import SignalWatch
from platingx.run.tubule_state import Peak, TubuleState, load_state, save_state
from platingx.stepping.tubule_cycles import HalfCycle, Instant, march_half_cycle

__all__ = ["run_tubule"]

_SHOWN = 3
"""Cycles at the start that have lines on the terminal; the log has all."""
_SAVE_EVERY = 1.0
"""Seconds of wall time between two savings of the state."""


def run_tubule(
    case: TubuleCase, folder: Path, force: bool, resume: bool, verbose: bool, quiet: bool, watch: SignalWatch
) -> None:
    """Run it, on one process.

    Parameters
    ----------
    case, folder
        The case and its run folder.
    force, resume
        Replace the results of a folder that already holds a run, or go on with them.
    verbose, quiet
        Lines instead of a bar on a terminal; nothing on the terminal.
    watch
        Signals.

    Raises
    ------
    OutputError
        If the folder holds a run already, or cannot be written.
    InterruptedRunError
        If a signal arrived; the state is saved.
    """
    _TubuleRun(case, folder, force, resume, verbose, quiet, watch).execute()


class _TubuleRun:
    """One execution; whatever happens, its files are closed and the outcome is on disk."""

    def __init__(
        self,
        case: TubuleCase,
        folder: Path,
        force: bool,
        resume: bool,
        verbose: bool,
        quiet: bool,
        watch: SignalWatch,
    ) -> None:
        self.case, self.folder, self.watch, self.verbose = case, folder, watch, verbose
        self.model, self.halves = tubule_model(case), half_cycles(case)
        self.before = check_run_folder(folder) if resume else {}
        found = load_state(case, folder, self.before) if resume else None
        self.state = found if found is not None else TubuleState(start_filling(case))
        self.clock = time.perf_counter()
        self.saved = self.clock
        if found is None:
            prepare_folder(folder, resolved_files(case, False), force or resume)
        else:
            reopen_folder(folder, resolved_files(case, False))
        self.manifest = self.start_manifest(found is not None)
        provenance.write_json(folder / "manifest.json", self.manifest)
        self.log = RunLog(folder / "run.log", float(case.drive.cycles), 0, verbose, quiet, found is not None)
        self.columns = ColumnTable()
        self.history = HistoryWriter(folder / "history.csv", self.columns, self.state.rows)

    def start_manifest(self, resumed: bool) -> dict[str, Any]:
        """Manifest at the start, or that of the run so far with one more entry in its list ``resumed``."""
        fresh = start_manifest(self.case, 1, None)
        if not resumed:
            return fresh
        entry = {
            "at": fresh["started"],
            "from_step": self.state.rows,
            "from_time_s": self.state.time,
            "outcome_before": self.before.get("outcome", "unknown"),
            "results_source_sha256": fresh["results_source_sha256"],
            "platingx": fresh["platingx"],
        }
        ended = {"finished", "steps", "wall_seconds"}
        kept = {key: value for key, value in self.before.items() if key not in ended}
        return {**fresh, **kept, "outcome": "running", "resumed": [*self.before.get("resumed", []), entry]}

    def execute(self) -> None:
        """Run; whatever happens, files are closed and the outcome is on disk."""
        try:
            self.head()
            self.log.start()
            self.march()
            self.history.close()
            self.write_tables()
        except PlatingxError as error:
            self.fail(error)
            raise
        except BaseException:
            self.history.close()
            self.log.close()
            raise
        self.finish()

    def head(self) -> None:
        """First lines of the log."""
        case, say = self.case, self.log.say
        say(
            f"platingx {self.manifest['platingx']}: {case.name}" + (f": {case.description}" if case.description else "")
        )
        for line in remarks(case):
            say(line)
        flows = self.model.conductances
        along = ((name, getattr(flows, name)) for name in ("interface", "wall", "surface"))
        words = ", ".join(f"{name} {value:.4g}" for name, value in along)
        say(f"paths: {', '.join(case.paths) or 'none'}; flux coefficients in m5/(N s): {words}")
        say(f"porosity {self.model.shape.porosity:.4f}; {case.drive.cycles} cycles")
        if self.state.rows:
            say(f"going on after {self.state.done} halves of cycles at t {self.state.time:.6e} s")

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
            head = {"step": state.rows, "time": now, "dt": instant.time - before}
            self.history.write_values({**head, "cycle": cycle, "direction": half.sign, **values})
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
        if self.watch.received:
            self.save()
            number = self.watch.agreed(MPI.COMM_SELF)
            raise InterruptedRunError(
                f"stopped by signal {number} after {state.done} halves of cycles; go on with: platingx run CASE "
                f"--resume {self.folder}",
                number,
            )
        if time.perf_counter() - self.saved > _SAVE_EVERY:
            self.save()

    def save(self) -> None:
        """Save the state, its history before it."""
        self.history.sync()
        self.state.wall_seconds += time.perf_counter() - self.clock
        self.clock = self.saved = time.perf_counter()
        save_state(self.case, self.folder, self.state)

    def write_tables(self) -> None:
        """Write design sums, and, where figures are wanted, what maps are drawn of."""
        sums = [
            asdict(entry) | dict(zip(("fill_bulk", "fill_as_printed", "fill_amended"), entry.fills(), strict=True))
            for entry in design_sums(self.case)
        ]
        _write_table(self.folder / "design_sums.csv", [{_HEADERS.get(k, k): v for k, v in row.items()} for row in sums])
        if self.case.output.figures:
            _write_table(self.folder / "wall_conductivity.csv", wall_rows(self.case))
            _write_table(self.folder / "creep_map.csv", creep_rows(self.case))
            _write_table(self.folder / "capacity_map.csv", capacity_rows(self.case))

    def conclude(self, outcome: str, message: str) -> dict[str, Any]:
        """Write summary.json, which is given back, and the end of the manifest."""
        found = {"outcome": outcome, "message": message, "case": self.case.name}
        found |= tubule_summary.content(self.case, self.model, self.state, self.columns)
        self.manifest |= {
            "outcome": outcome,
            "finished": provenance.now(),
            "wall_seconds": round(self.state.wall_seconds + time.perf_counter() - self.clock, 2),
            "steps": self.state.rows if outcome == "completed" else None,
        }
        provenance.write_json(self.folder / "summary.json", found)
        provenance.write_json(self.folder / "manifest.json", self.manifest)
        return found

    def fail(self, error: PlatingxError) -> None:
        """Close the files and put the failure on disk."""
        self.history.close()
        outcome = "interrupted" if isinstance(error, InterruptedRunError) else "failed"
        self.log.say(f"{outcome}: {error}", terminal=False)
        try:
            self.log.conclude(closing_lines(self.conclude(outcome, str(error))))
        except OutputError:
            if not isinstance(error, OutputError):
                raise
        finally:
            self.log.close()

    def finish(self) -> None:
        """Write what a completed run ends with, pictures included."""
        end = tubule_summary.ending(self.state)
        doubts = "; ".join(tubule_summary.warnings(self.case, self.model, self.state))
        found = self.conclude("completed", f"{end}, but {doubts}" if doubts else end)
        pictures = draw_figures(self.folder, False, self.log.say, MPI.COMM_SELF) if self.case.output.figures else []
        self.log.conclude([f"completed: {end}", *closing_lines(found, pictures)])
        self.log.close()


_HEADERS = {
    "name": "host",
    "concentration": "concentration_per_m3",
    "diffusivity": "diffusivity_m2_per_s",
    "bulk": "bulk_S_per_m",
    "as_printed": "as_printed_S_per_m",
    "amended": "amended_S_per_m",
    "required": "required_S_per_m",
}


def _write_table(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a table; no file where there are no rows.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    rows = list(rows)
    if not rows:
        return
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
