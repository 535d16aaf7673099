"""Residuals at values of the parameters, from runs that are kept: what has run once never runs again."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from platingx.arrays import Array
from platingx.config.resolved import fingerprint_of_results
from platingx.config.study_axes import Setting
from platingx.errors import CaseError, InterruptedRunError, OutputError
from platingx.post.results import RunResults
from platingx.studies.calibration.problem import Problem
from platingx.studies.finished import outcome_of
from platingx.studies.messages import Task
from platingx.studies.pool import Pool
from platingx.studies.table import Row, header_of, quantities_of, write_table

__all__ = ["Evaluation", "Evaluator", "short"]


@dataclass(frozen=True)
class Evaluation:
    """What came out at values of the parameters.

    Attributes
    ----------
    stage
        Whether it is of the coarse search or of the cases as they are.
    shares : ndarray, shape (n,)
        Values as shares of their ranges.
    computed : ndarray, shape (m,)
        Results beside the targets, SI; NaN where a run has none.
    residuals : ndarray, shape (m,)
        Computed minus target, over the standard uncertainty of the target.
    reason
        Why there are NaN; empty if there are none.
    """

    stage: str
    shares: Array
    computed: Array
    residuals: Array
    reason: str

    @property
    def chi_squared(self) -> float:
        """Sum of the squares of the residuals; NaN where a run has failed."""
        return float(self.residuals @ self.residuals)


@dataclass(frozen=True)
class _Run:
    """A case at values of the parameters: its folder and fingerprint, or why there is none."""

    case: str
    folder: str = ""
    task: Task | None = None
    reason: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What its results are known by: two cases may be one run."""
        return self.folder, self.case


@dataclass
class Evaluator:
    """Runs what is not there yet, in parallel, and keeps the table.

    Attributes
    ----------
    problem, folder, pool
        The calibration, its folder, and the workers.
    announce
        Receives a line before runs start, and one for each evaluation.
    """

    problem: Problem
    folder: Path
    pool: Pool
    announce: Callable[[str], None]
    rows: list[Row] = field(default_factory=list)
    runs: int = 0
    _known: dict[tuple[str, str], tuple[dict[str, float], float, str]] = field(default_factory=dict)
    _tasks: int = 0

    def at(self, stage: str, purpose: str, points: Sequence[Array]) -> list[Evaluation]:
        """Evaluate residuals at several values of the parameters at once.

        Parameters
        ----------
        stage
            `COARSE` or `FULL`.
        purpose
            What they are for: a word of the table.
        points
            Shares of the ranges, each of shape (n,).

        Raises
        ------
        InterruptedRunError
            If SIGINT or SIGTERM arrived; the calibration can go on.
        """
        runs = [[self._run(stage, name, point) for name in self.problem.calibration.cases] for point in points]
        self._fill([run for some in runs for run in some])
        found = [self._gather(stage, point, some) for point, some in zip(points, runs, strict=True)]
        for evaluation, some in zip(found, runs, strict=True):
            self._note(purpose, evaluation, some)
        write_table(self.rows, self.folder)
        return found

    def _run(self, stage: str, name: str, point: Array) -> _Run:
        try:
            case, values = self.problem.case_at(stage, name, point)
        except CaseError as error:
            return _Run(name, reason=f"{name}: {error.problems[0].message}")
        fingerprint = fingerprint_of_results(case)
        folder = fingerprint[:16]
        names = [(some, other) for some in self.problem.stages for other in self.problem.calibration.cases]
        self._tasks += 1
        path = self.folder / "points" / folder
        return _Run(name, folder, Task(self._tasks, values, path, fingerprint, names.index((stage, name))))

    def _fill(self, runs: Sequence[_Run]) -> None:
        """Run what has not ended yet, each run once."""
        wanted = {run.folder: run.task for run in runs if run.task is not None and run.key not in self._known}
        lacking = [
            task for task in wanted.values() if outcome_of(task.folder, task.fingerprint) not in ("completed", "failed")
        ]
        self.runs += len(lacking)
        died: dict[str, str] = {}
        if lacking:
            self.announce(f"    {len(lacking)} run{'s' if len(lacking) > 1 else ''} to do")
            folders = {task.number: task.folder.name for task in lacking}
            for answer in self.pool.run(iter(lacking)):
                if answer.status != "completed":
                    died[folders[answer.number]] = answer.reason
        if self.pool.stopped_by:
            raise InterruptedRunError(
                f"stopped after {len(self.rows)} evaluations; running ones are saved\n"
                f"    try:   platingx calibrate {self.problem.file.path}, which goes on",
                self.pool.stopped_by,
            )
        for run in runs:
            if run.task is not None and run.key not in self._known:
                self._known[run.key] = self._read(run, died.get(run.folder, ""))

    def _read(self, run: _Run, died: str) -> tuple[dict[str, float], float, str]:
        """Results of a run by name of their residual, its wall time, and why it has none."""
        results = RunResults(self.folder / "points" / run.folder)
        wanted = {
            residual.name: residual.wanted
            for residual in self.problem.residuals
            if self.problem.calibration.targets[residual.target].case == run.case
        }
        try:
            seconds = float(results.manifest.get("wall_seconds", math.nan))
            if results.manifest.get("outcome") != "completed":
                return {}, seconds, f"{run.case}: {died or results.summary.get('message', 'failed')}"
            numbers = quantities_of(wanted, results)
        except OutputError as error:
            return {}, math.nan, f"{run.case}: {died or error}"
        found = dict(zip(wanted, map(float, numbers.values()), strict=True))
        empty = [name for name, number in found.items() if not math.isfinite(number)]
        return found, seconds, f"{run.case}: the run has no value for {empty[0]}" if empty else ""

    def _gather(self, stage: str, point: Array, runs: Sequence[_Run]) -> Evaluation:
        numbers: dict[str, float] = {}
        reasons = [run.reason for run in runs if run.reason]
        for run in runs:
            if run.task is not None:
                found, _, reason = self._known[run.key]
                numbers |= found
                reasons += [reason] if reason else []
        residuals = self.problem.residuals
        computed = np.array([numbers.get(residual.name, math.nan) for residual in residuals])
        values = np.array([float(residual.value) for residual in residuals])
        sigmas = np.array([residual.sigma for residual in residuals])
        return Evaluation(stage, np.array(point), computed, (computed - values) / sigmas, "; ".join(reasons))

    def _note(self, purpose: str, evaluation: Evaluation, runs: Sequence[_Run]) -> None:
        """Add the row of an evaluation, and say how near it comes."""
        settings = self.problem.settings(evaluation.shares)
        row: Row = {"evaluation": len(self.rows) + 1, "stage": evaluation.stage, "purpose": purpose}
        for name, found in settings.items():
            row[header_of(name, found.dimension)] = found.number
        for residual, computed in zip(self.problem.residuals, evaluation.computed, strict=True):
            row[header_of(residual.name, residual.value.dimension)] = float(computed)
        row["chi_squared"] = evaluation.chi_squared
        row["folder"] = " ".join(f"points/{run.folder}" for run in runs if run.folder)
        row["status"], row["reason"] = "failed" if evaluation.reason else "completed", evaluation.reason
        seconds = [self._known[run.key][1] for run in runs if run.task is not None]
        row["wall_time_s"] = float(np.nansum(seconds)) if seconds else math.nan
        self.rows.append(row)
        values = ", ".join(f"{name} = {short(found)}" for name, found in settings.items())
        outcome = f"failed: {evaluation.reason}" if evaluation.reason else f"chi^2 = {evaluation.chi_squared:.4g}"
        self.announce(f"[{len(self.rows)}, {evaluation.stage}, {purpose}] {values}: {outcome}")


def short(found: Setting) -> str:
    """Value of a parameter for people: six digits, in the unit of the file."""
    number, _, unit = found.text.partition(" ")
    return f"{float(number):.6g} {unit}".strip()
