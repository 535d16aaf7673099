"""Run a study of parameters on this machine, and keep its table while it goes on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpi4py import MPI

from platingx.errors import CaseError, InputError, InterruptedRunError
from platingx.run.lock import FolderLock
from platingx.studies.finished import outcome_of
from platingx.studies.messages import Setup, Task
from platingx.studies.points import Plan, Point
from platingx.studies.pool import Pool, Watcher, usable_cores, worker_command
from platingx.studies.standing_table import StudyTable
from platingx.studies.table import Row

__all__ = ["Left", "Resources", "run_parameters", "still_to_run", "stoppable"]


@dataclass(frozen=True)
class Resources:
    """What a study may use.

    Attributes
    ----------
    jobs
        Points at a time; None for as many as the cores allow.
    ranks
        MPI ranks of each.
    """

    jobs: int | None = None
    ranks: int = 1

    def workers(self, cores: int) -> int:
        """Number of workers.

        Parameters
        ----------
        cores
            Cores that there are.

        Raises
        ------
        CaseError
            If the cores do not suffice.
        """
        jobs = self.jobs if self.jobs is not None else max(1, cores // self.ranks)
        if jobs * self.ranks > cores:
            raise CaseError(
                InputError(
                    f"{jobs} points at a time on {self.ranks} ranks each need {jobs * self.ranks} cores, and there are "
                    f"{cores}",
                    hint=f"--jobs {max(1, cores // self.ranks)} --ranks {min(self.ranks, cores)}",
                )
            )
        return jobs


@dataclass(frozen=True)
class Left:
    """Points of a study by what is left to do.

    Attributes
    ----------
    kept
        Points that need not run again, and how they ended.
    tasks
        First points of each run folder that is to be filled.
    """

    kept: tuple[tuple[Point, str], ...]
    tasks: tuple[Point, ...]


def still_to_run(plan: Plan, folder: Path, retry: bool = False) -> Left:
    """Find what a study lacks.

    Parameters
    ----------
    plan, folder
        The study and its folder.
    retry
        Whether points that have failed run again.
    """
    final = ("completed",) if retry else ("completed", "failed")
    outcomes: dict[str, str | None] = {}
    kept: list[tuple[Point, str]] = []
    tasks: dict[str, Point] = {}
    for point in (*plan.points, *plan.refined):
        if point.folder not in outcomes:
            outcomes[point.folder] = outcome_of(folder / "points" / point.folder, point.fingerprint)
        outcome = outcomes[point.folder]
        if outcome in final:
            kept.append((point, str(outcome)))
        else:
            tasks.setdefault(point.folder, point)
    return Left(tuple(kept), tuple(tasks.values()))


def run_parameters(
    plan: Plan,
    folder: Path,
    left: Left,
    resources: Resources,
    watcher: Watcher,
    command: Sequence[str] | None = None,
) -> list[Row]:
    """Run what a study lacks, and write its table.

    Parameters
    ----------
    plan
        The study.
    folder
        Its folder.
    left
        What of it is to run.
    resources
        Workers and ranks.
    watcher
        Is told what happens.
    command
        Command line of a worker; that of this package if None.

    Returns
    -------
    list of dict
        Rows of results.csv, in the order of the points.

    Raises
    ------
    InterruptedRunError
        If SIGINT or SIGTERM arrived; the table is written, and the study can go on.
    OutputError
        If the folder cannot be written or is in use.
    """
    jobs = resources.workers(usable_cores())
    table = StudyTable(plan, folder)
    for point in plan.points:
        table.put(point, "waiting")
    for point, outcome in left.kept:
        table.put(point, outcome)
    same: dict[str, list[Point]] = {}
    for point in (*plan.points, *plan.refined):
        same.setdefault(point.folder, []).append(point)
    first = {point.number: point for point in left.tasks}
    pool = Pool(
        command if command is not None else worker_command(resources.ranks),
        Setup((plan.base,), plan.file.path.parent, folder / "meshes"),
        min(jobs, max(1, len(left.tasks))),
        folder / "workers",
        watcher,
    )
    with FolderLock(folder, MPI.COMM_SELF):
        table.write(always=True)
        try:
            with stoppable(pool):
                for answer in pool.run(_tasks(left.tasks, folder)):
                    for point in same[first[answer.number].folder]:
                        table.put(point, answer.status, answer.reason if answer.status != "completed" else "")
                    table.write()
        finally:
            table.write(always=True)
    if pool.stopped_by:
        raise InterruptedRunError(_interrupted(table.rows, plan), pool.stopped_by)
    return [table.rows[number] for number in sorted(table.rows)]


def _tasks(points: Sequence[Point], folder: Path) -> Iterator[Task]:
    for point in points:
        yield Task(point.number, point.values, folder / "points" / point.folder, point.fingerprint)


def _interrupted(rows: dict[int, Row], plan: Plan) -> str:
    done = sum(row["status"] in ("completed", "failed") for row in rows.values())
    return (
        f"stopped with {done} of {len(rows)} points done; running ones are saved\n"
        f"    try:   platingx study {plan.file.path}, which goes on"
    )


@contextmanager
def stoppable(pool: Pool) -> Iterator[None]:
    """Let SIGINT and SIGTERM stop the workers; a second time kills them."""

    def stop(number: int, frame: Any) -> None:  # noqa: ARG001
        pool.stop(number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Callable[..., Any] | int | None] = {
        number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
