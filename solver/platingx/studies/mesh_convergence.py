"""Run the cases of a study on three meshes each, and once with half the steps, and compare them.

Runs that have ended are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from mpi4py import MPI

from platingx.config.base import value_at
from platingx.config.case import Case
from platingx.config.document import Document, Place
from platingx.config.kinds import case_model
from platingx.config.loader import load_case
from platingx.config.merge import read_with_parents
from platingx.config.resolved import fingerprint_of_results
from platingx.config.study import load_comparison
from platingx.config.study_meshes import REFINEMENT
from platingx.errors import CaseError, ConvergenceError, InterruptedRunError, OutputError
from platingx.paths import absolute_path
from platingx.post.comparison import discretisation_errors, rows_of_run, step_size_errors
from platingx.post.results import RunResults
from platingx.post.table import ComparisonRow
from platingx.run.lock import FolderLock
from platingx.studies.finished import outcome_of
from platingx.studies.local_run import Resources, stoppable
from platingx.studies.messages import Setup, Task
from platingx.studies.points import Value, write_case
from platingx.studies.pool import Pool, Watcher, usable_cores, worker_command
from platingx.units import format_si

__all__ = ["Comparison", "compare_meshes", "plan_comparison", "with_half_steps"]

_QUIET = {"output.figures": False, "output.fields_every": "milestones"}
"""Output of the runs that only serve an error."""
_PLACE = Place("comparison of meshes")


@dataclass(frozen=True)
class _Run:
    """One run: number, that of its case, words for it, values over the case, folder, digest of what numbers need."""

    number: int
    case: int
    label: str
    values: tuple[Value, ...]
    folder: Path
    fingerprint: str

    @property
    def outcome(self) -> str | None:
        """How it has ended, None if it has not run."""
        return outcome_of(self.folder, self.fingerprint)


@dataclass(frozen=True)
class Comparison:
    """Runs of a study that compares meshes.

    Attributes
    ----------
    path, folder
        Study file, and folder of the runs.
    cases, bases
        The cases, and their files as data.
    meshes
        For each case its runs by the factor on the refinement.
    """

    path: Path
    folder: Path
    cases: tuple[Case, ...]
    bases: tuple[Document, ...]
    meshes: tuple[Mapping[float, _Run], ...]

    @property
    def labels(self) -> dict[int, str]:
        """Words for each run by its number, those with half the steps included."""
        found = {run.number: run.label for runs in self.meshes for run in runs.values()}
        total = len(found)
        return found | {
            total + number: f"{_coarsest(runs).label}, half the steps"
            for number, runs in enumerate(self.meshes, start=1)
        }

    def half_steps(self, case: int) -> _Run | None:
        """The coarsest run of a case with its steps split in two; None where that has not come to its end."""
        coarsest = _coarsest(self.meshes[case])
        if coarsest.outcome != "completed":
            return None
        ends = [float(time) for time in RunResults(coarsest.folder).history["time_s"]]
        values = (*coarsest.values, *_placed(_half_steps(self.cases[case], ends)))
        fingerprint = fingerprint_of_results(write_case(self.bases[case], values, self.path.parent))
        number = sum(map(len, self.meshes)) + case + 1
        folder = coarsest.folder.with_name(f"{coarsest.folder.name}-half-steps")
        return _Run(number, case, self.labels[number], values, folder, fingerprint)

    def left(self, retry: bool) -> list[tuple[str, Case, float, float]]:
        """What has not run yet: words, case, and the factors on the refinement of its mesh and on its steps."""
        found = []
        for index, (case, runs) in enumerate(zip(self.cases, self.meshes, strict=True)):
            lacking = self.lacking(list(runs.values()), retry)
            found += [(run.label, case, factor, 1.0) for factor, run in runs.items() if run in lacking]
            halved = self.half_steps(index)
            if halved is None or self.lacking([halved], retry):
                found.append((self.labels[sum(map(len, self.meshes)) + index + 1], case, min(runs), 2.0))
        return found

    def lacking(self, runs: Sequence[_Run], retry: bool) -> list[_Run]:
        """Those of some runs that have not ended; with `retry` also those that have failed."""
        final = ("completed",) if retry else ("completed", "failed")
        return [run for run in runs if run.outcome not in final]

    def on_meshes(self) -> list[_Run]:
        """All runs on meshes, the coarsest ones first, since those with half the steps follow from them."""
        runs = [run for meshes in self.meshes for run in meshes.values()]
        return sorted(runs, key=lambda run: run != _coarsest(self.meshes[run.case]))


def _coarsest(meshes: Mapping[float, _Run]) -> _Run:
    return meshes[min(meshes)]


def plan_comparison(path: str | Path, out: str | Path | None) -> Comparison:
    """Make all runs of a study that compares meshes, and check their cases.

    Parameters
    ----------
    path
        Study file.
    out
        Folder of the runs; ``runs/<name of the study>`` if left out.

    Raises
    ------
    CaseError
        If the study or one of its cases is not valid.
    """
    study, files = load_comparison(path)
    folder = absolute_path(out if out is not None else Path("runs") / study.name)
    bases: list[Document] = []
    meshes: list[dict[float, _Run]] = []
    cases: list[Case] = []
    for file in files:
        case = load_case(file)
        bases.append(read_with_parents(file, case_model))
        cases.append(case)
        number = sum(map(len, meshes))
        meshes.append({})
        for factor, values, fingerprint in _on_meshes(file, case, bases[-1], study.refinements):
            number += 1
            label, place = f"{case.name}, mesh x {factor:g}", folder / case.name / f"mesh-{factor:g}"
            meshes[-1][factor] = _Run(number, len(meshes) - 1, label, values, place, fingerprint)
    names = [case.name for case in cases]
    if len(set(names)) < len(names):
        raise CaseError(f"{path}: two cases of the study have the same name: {', '.join(sorted(names))}")
    return Comparison(absolute_path(path), folder, tuple(cases), tuple(bases), tuple(meshes))


def _on_meshes(
    file: Path, case: Case, base: Document, factors: Sequence[float]
) -> Iterator[tuple[float, tuple[Value, ...], str]]:
    """Factors, values over the case, and fingerprints; the mesh of the case itself keeps its figures."""
    refinement = value_at(case, REFINEMENT)
    if refinement is None:
        raise CaseError(f"{file}: a study refines the mesh of surface_pit geometries; this case reads a mesh file")
    for factor in sorted({1.0, *map(float, factors)}):
        values = _placed({REFINEMENT: float(refinement) * factor, **_QUIET} if factor != 1.0 else {})
        yield factor, values, fingerprint_of_results(write_case(base, values, file.parent))


def _placed(values: Mapping[str, Any]) -> tuple[Value, ...]:
    return tuple((key, value, _PLACE) for key, value in values.items())


def compare_meshes(
    comparison: Comparison, resources: Resources, watcher: Watcher, retry: bool = False
) -> list[ComparisonRow]:
    """Run what a study still lacks, several runs at a time, and gather the rows of its table.

    Parameters
    ----------
    comparison
        The study.
    resources
        Workers and ranks.
    watcher
        Is told what happens.
    retry
        Whether runs that have failed run again.

    Returns
    -------
    list of ComparisonRow
        The table. A case that failed is a row that says why.

    Raises
    ------
    InterruptedRunError
        If SIGINT or SIGTERM arrived; the study can go on.
    ConvergenceError
        If a run took its process along.
    OutputError
        If the folder cannot be written or is in use.
    """
    folder = comparison.folder
    pool = Pool(
        worker_command(resources.ranks),
        Setup(comparison.bases, comparison.path.parent, folder / "meshes"),
        resources.workers(usable_cores()),
        folder / "workers",
        watcher,
        keep=True,
    )
    with FolderLock(folder, MPI.COMM_SELF), stoppable(pool):
        try:
            reasons = _run(pool, comparison.lacking(comparison.on_meshes(), retry))
            found = [comparison.half_steps(case) for case in range(len(comparison.meshes))]
            reasons |= _run(pool, comparison.lacking([run for run in found if run is not None], retry))
        finally:
            pool.close()
    if pool.stopped_by:
        hint = f"platingx study {comparison.path}, which goes on"
        raise InterruptedRunError(f"stopped; running cases are saved\n    try:   {hint}", pool.stopped_by)
    _refuse_lost(comparison, reasons)
    rows: list[ComparisonRow] = []
    for runs, half in zip(comparison.meshes, found, strict=True):
        results = {factor: RunResults(run.folder) for factor, run in runs.items()}
        halved = RunResults(half.folder) if half is not None and half.outcome == "completed" else None
        rows.extend(_rows(results, halved))
    return rows


def _refuse_lost(comparison: Comparison, reasons: Mapping[int, str]) -> None:
    """Refuse to make a table when a process has died with its run, which then has no files that say why.

    Raises
    ------
    ConvergenceError
        With the reasons.
    """
    lost = [run for run in comparison.on_meshes() if run.outcome not in ("completed", "failed")]
    if lost:
        raise ConvergenceError("\n".join(f"{run.label}: {reasons.get(run.number, 'it has not run')}" for run in lost))


def _run(pool: Pool, runs: Sequence[_Run]) -> dict[int, str]:
    """Run some, and give the reasons of those that failed by their numbers."""
    tasks = (Task(run.number, run.values, run.folder, run.fingerprint, run.case) for run in runs)
    return {answer.number: answer.reason for answer in pool.run(tasks) if answer.status == "failed"} if runs else {}


def with_half_steps(case: Case, ends: Sequence[float]) -> Case:
    """The case with each step of a run of it split in two, without figures.

    The steps that were taken are split, not the bounds halved: where Newton's effort chooses the steps, other bounds
    leave them as they are, and the error would seem small.

    Parameters
    ----------
    case
        The case.
    ends
        Ends of the steps of the run, s.
    """
    return case.with_values(_half_steps(case, ends))


def _half_steps(case: Case, ends: Sequence[float]) -> dict[str, Any]:
    """Values over a case that split each step of a run of it in two."""
    last = float(case.time.end)
    halves = [0.5 * (before + after) for before, after in pairwise([0.0, *ends])]
    instants = sorted({*halves, *(end for end in ends if end < last), *case.time.milestones})
    return {"time.milestones": [format_si(instant, "time") for instant in instants], **_QUIET}


def _rows(runs: dict[float, RunResults], half: RunResults | None) -> list[ComparisonRow]:
    """Rows of one case on its own mesh: its errors come from all three, and from half the steps on the coarsest."""
    errors: dict[str, float] = {}
    steps: dict[str, float] = {}
    ordered = [run for _, run in sorted(runs.items())]
    position = sorted(runs).index(1.0)
    for quantity in ordered[position].regions.headlines:
        try:
            found = discretisation_errors(ordered, [quantity], formal_order=2.0)
        except OutputError:
            continue  # the row of the failed run says why
        errors[quantity] = found[quantity].errors_percent[position]
        if half is not None:
            with suppress(OutputError):  # a run that has failed with half the steps only leaves the column empty
                steps |= step_size_errors(ordered[0], half, [quantity])
    return rows_of_run(runs[1.0], errors, step_errors=steps)
