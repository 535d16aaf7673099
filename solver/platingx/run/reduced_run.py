"""A run of a case without a mesh: the same folder, log, history, summary and figures as any other run."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from mpi4py import MPI

from platingx.columns import ColumnTable
from platingx.config.doubts import doubts
from platingx.config.reduced_case import ReducedCase
from platingx.config.remarks import remarks
from platingx.config.resolved import resolved_files
from platingx.config.sources import unverified_values
from platingx.errors import InterruptedRunError, OutputError, PlatingxError
from platingx.run import provenance
from platingx.run.closing import closing_lines
from platingx.run.figures import draw_figures
from platingx.run.folder import prepare_folder, reopen_folder
from platingx.run.history import HistoryWriter
from platingx.run.log import RunLog
from platingx.run.resume import check_run_folder, start_manifest
from platingx.run.signals import SignalWatch

__all__ = ["ReducedRun", "write_table"]

AnyReduced = TypeVar("AnyReduced", bound=ReducedCase)


class ReducedRun(Generic[AnyReduced]):
    """One execution, on one process; whatever happens, its files are closed and the outcome is on disk.

    A kind of cases derives from it: what it marches, and what it says.

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

    Attributes
    ----------
    rows
        Rows of the history so far.
    time
        How far it is, s.
    wall_seconds
        Wall time of what ran before, s.

    Raises
    ------
    OutputError
        If the folder holds a run already, or cannot be written.
    """

    def __init__(
        self, case: AnyReduced, folder: Path, force: bool, resume: bool, verbose: bool, quiet: bool, watch: SignalWatch
    ) -> None:
        self.case, self.folder, self.watch, self.verbose = case, folder, watch, verbose
        self.rows, self.time, self.wall_seconds = 0, 0.0, 0.0
        self.before = check_run_folder(folder) if resume else {}
        resumed = self.load() if resume else False
        self.clock = time.perf_counter()
        if resumed:
            reopen_folder(folder, resolved_files(case, False))
        else:
            prepare_folder(folder, resolved_files(case, False), force or resume)
        self.manifest = self._start_manifest(resumed)
        provenance.write_json(folder / "manifest.json", self.manifest)
        self.log = RunLog(folder / "run.log", self.progress_end(), 0, verbose, quiet, resumed)
        self.columns = ColumnTable()
        self.history = HistoryWriter(folder / "history.csv", self.columns, self.rows)

    # what a kind gives

    def load(self) -> bool:
        """Take up the state of the run in the folder; whether there is one."""
        raise NotImplementedError

    def progress_end(self) -> float:
        """Value of the progress at the end."""
        raise NotImplementedError

    def head(self) -> Iterable[str]:
        """Lines of the log before the march."""
        raise NotImplementedError

    def march(self) -> None:
        """Compute all rows."""
        raise NotImplementedError

    def write_tables(self) -> None:
        """Write tables beside the history."""

    def content(self) -> Mapping[str, Any]:
        """What summary.json says beside what all runs say."""
        raise NotImplementedError

    def ending(self) -> str:
        """How it ended, in a sentence without a full stop."""
        raise NotImplementedError

    def warnings(self) -> Sequence[str]:
        """Sentences about what makes the results doubtful."""
        return ()

    # what all do

    def execute(self) -> None:
        """Run; whatever happens, files are closed and the outcome is on disk."""
        try:
            self._head()
            self.log.start()
            self.march()
            self.history.close()
            self.write_tables()
        except PlatingxError as error:
            self._fail(error)
            raise
        except BaseException:
            self.history.close()
            self.log.close()
            raise
        self._finish()

    def row(self, values: Mapping[str, float]) -> None:
        """Write a row of the history, by names of quantities, and count it."""
        self.rows += 1
        self.history.write_values({"step": self.rows, **values})

    def used_seconds(self) -> float:
        """Wall time of the run so far, s."""
        return self.wall_seconds + time.perf_counter() - self.clock

    def stop_if_asked(self, where: str) -> None:
        """End the run if a signal has come; the state is saved.

        Raises
        ------
        InterruptedRunError
            It says how to go on.
        """
        if self.watch.received:
            number = self.watch.agreed(MPI.COMM_SELF)
            raise InterruptedRunError(
                f"stopped by signal {number} {where}; go on with: platingx run CASE --resume {self.folder}", number
            )

    def _start_manifest(self, resumed: bool) -> dict[str, Any]:
        """Manifest at the start, or that of the run so far with one more entry in its list ``resumed``."""
        fresh = start_manifest(self.case, 1, None)
        if not resumed:
            return fresh
        entry = {
            "at": fresh["started"],
            "from_step": self.rows,
            "from_time_s": self.time,
            "outcome_before": self.before.get("outcome", "unknown"),
            "results_source_sha256": fresh["results_source_sha256"],
            "platingx": fresh["platingx"],
        }
        ended = {"finished", "steps", "wall_seconds"}
        kept = {key: value for key, value in self.before.items() if key not in ended}
        return {**fresh, **kept, "outcome": "running", "resumed": [*self.before.get("resumed", []), entry]}

    def _head(self) -> None:
        case, say = self.case, self.log.say
        say(
            f"platingx {self.manifest['platingx']}: {case.name}" + (f": {case.description}" if case.description else "")
        )
        for line in (*remarks(case), *self.head()):
            say(line)

    def _conclude(self, outcome: str, message: str) -> dict[str, Any]:
        """Write summary.json, which is given back, and the end of the manifest."""
        found = {
            "outcome": outcome,
            "message": message,
            "case": self.case.name,
            "kind": self.case.kind,
            **self.content(),
            "warnings": list(self.warnings()),
            "doubtful_inputs": list(doubts(self.case)),
            "unverified_inputs": list(unverified_values(self.case)),
        }
        self.manifest |= {
            "outcome": outcome,
            "finished": provenance.now(),
            "wall_seconds": round(self.used_seconds(), 2),
            "steps": self.rows if outcome == "completed" else None,
        }
        provenance.write_json(self.folder / "summary.json", found)
        provenance.write_json(self.folder / "manifest.json", self.manifest)
        return found

    def _fail(self, error: PlatingxError) -> None:
        """Close the files and put the failure on disk."""
        self.history.close()
        outcome = "interrupted" if isinstance(error, InterruptedRunError) else "failed"
        self.log.say(f"{outcome}: {error}", terminal=False)
        try:
            self.log.conclude(closing_lines(self._conclude(outcome, str(error))))
        except OutputError:
            if not isinstance(error, OutputError):
                raise
        finally:
            self.log.close()

    def _finish(self) -> None:
        """Write what a completed run ends with, pictures included."""
        end, doubtful = self.ending(), "; ".join(self.warnings())
        found = self._conclude("completed", f"{end}, but {doubtful}" if doubtful else end)
        pictures = draw_figures(self.folder, False, self.log.say, MPI.COMM_SELF) if self.case.wants_figures else []
        self.log.conclude([f"completed: {end}", *closing_lines(found, pictures)])
        self.log.close()


def write_table(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
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
