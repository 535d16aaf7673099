"""Give the points of a study to Slurm: arrays of jobs, made and started by submitit."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platingx.config.slurm_profile import SlurmProfile
from platingx.errors import CaseError, InputError, PlatingxError
from platingx.studies.messages import Setup, Task, encode
from platingx.studies.points import Plan, Point
from platingx.studies.slurm.queue import comment_of, largest_array
from platingx.studies.slurm.record import CANCELLED, FOLDER, Record, SubmittedPoint

__all__ = ["needs_submitit", "submit"]

_SIGNAL = "USR1"
"""What Slurm sends before the time limit: the signal that lets a run save, and that mpirun passes on to its ranks."""
_SHARE_TO_SAVE = 0.75
"""Share of the time before the limit that a point may take to save; the rest is for the way back into the queue."""


def needs_submitit() -> None:
    """Refuse to go on without submitit.

    Raises
    ------
    CaseError
        If it is not installed.
    """
    try:
        import submitit  # noqa: F401
    except ImportError:
        raise CaseError(
            InputError("studies on Slurm need the Python package submitit", hint="pip install 'platingx[slurm]'")
        ) from None


@dataclass(frozen=True)
class _Part:
    """Points of one job: the first of each run folder, and where its message begins."""

    points: tuple[Point, ...]
    places: tuple[int, ...]


def submit(plan: Plan, folder: Path, points: Sequence[Point], profile: SlurmProfile, record: Record) -> list[str]:
    """Submit points.

    Parameters
    ----------
    plan, folder
        The study and its folder.
    points
        What is to run: the first point of each run folder, none of which is in the queue.
    profile
        What jobs ask for.
    record
        Is told which job has which point, after each array.

    Returns
    -------
    list of str
        Numbers of the arrays, or of the job if there is only one.

    Raises
    ------
    CaseError
        If Slurm refuses what the profile asks for.
    PlatingxError
        If it refuses more jobs after it has taken some; the record has those.
    """
    from platingx.studies.slurm.bundle import Bundle

    record.submissions += 1
    record.cancelled = False
    home = folder / FOLDER / str(record.submissions)
    home.mkdir(parents=True, exist_ok=True)
    (folder / FOLDER / CANCELLED).unlink(missing_ok=True)
    record.write(folder)
    messages = home / "points"
    parts = list(_parts(plan, folder, points, profile.points_per_job, messages))
    limit = largest_array()
    arrays = [parts[first : first + limit] for first in range(0, len(parts), limit)]
    executor = _executor(home, plan, folder, profile, len(arrays))
    patience = _SHARE_TO_SAVE * profile.save_before
    numbers: list[str] = []
    for array in arrays:
        bundles = [
            Bundle(home, messages, part.places, profile.ranks, profile.container or "", home / "workers", patience)
            for part in array
        ]
        jobs = _start(executor, bundles, bool(numbers), len(parts))
        for job, part in zip(jobs, array, strict=True):
            for point in part.points:
                record.points[point.folder] = SubmittedPoint(
                    point.number, point.label, point.folder, point.fingerprint, job, record.submissions
                )
        record.write(folder)
        numbers.append(jobs[0].split("_")[0])
    return numbers


def _parts(plan: Plan, folder: Path, points: Sequence[Point], each: int, messages: Path) -> Iterator[_Part]:
    """Write the messages of all points, and cut them into jobs."""
    setup = Setup((plan.base,), plan.file.path.absolute().parent, folder / "meshes")
    places: list[int] = []
    with messages.open("wb") as file:
        file.write(encode(setup))
        for point in points:
            places.append(file.tell())
            task = Task(point.number, point.values, folder / "points" / point.folder, point.fingerprint)
            file.write(encode(task))
        file.flush()
        os.fsync(file.fileno())
    for first in range(0, len(points), each):
        yield _Part(tuple(points[first : first + each]), tuple(places[first : first + each]))


def _executor(home: Path, plan: Plan, folder: Path, profile: SlurmProfile, arrays: int) -> Any:
    """Executor of submitit for a profile."""
    import submitit

    executor = submitit.SlurmExecutor(home, max_num_timeout=profile.times_requeued, python=profile.python)
    chosen = {"account": profile.account, "partition": profile.partition, "mem": profile.memory}
    options = {name.replace("-", "_"): value for name, value in profile.options.items()}
    executor.update_parameters(
        job_name=f"{plan.study.name.replace(' ', '_')}",
        time=profile.minutes,
        nodes=1,
        ntasks_per_node=1,
        cpus_per_task=profile.ranks,
        signal_delay_s=round(profile.save_before),
        array_parallelism=max(1, profile.jobs_at_a_time // arrays),
        comment=comment_of(folder),
        setup=[
            *(f"module load {name}" for name in profile.modules),
            *profile.setup,
            f"export SUBMITIT_PREEMPT_SIGNAL={_SIGNAL}",
        ],
        srun_args=[f"--cpus-per-task={profile.ranks}"],
        additional_parameters={"signal": f"{_SIGNAL}@{round(profile.save_before)}", "requeue": True, **options},
        **{name: value for name, value in chosen.items() if value is not None},
    )
    return executor


def _start(executor: Any, bundles: Sequence[Any], more: bool, total: int) -> list[str]:
    """Submit one array; give the names of its jobs.

    Raises
    ------
    CaseError, PlatingxError
        As `submit`.
    """
    from submitit.core.utils import FailedJobError, FailedSubmissionError

    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), executor.batch():
            jobs = [executor.submit(bundle) for bundle in bundles]
        return [job.job_id for job in jobs]
    except (FailedJobError, FailedSubmissionError) as error:
        words = " ".join(str(error).replace("sbatch: error:", "").split()) or said.getvalue().strip()
        if more:
            raise PlatingxError(
                f"Slurm takes no more than some of the {total} jobs: {words}\n"
                "    try:   the same command again when these are done, or a larger points_per_job in the profile"
            ) from None
        hint = "what the profile asks for; a larger points_per_job if these are too many jobs"
        raise CaseError(InputError(f"Slurm refuses the {total} jobs: {words}", hint=hint)) from None
