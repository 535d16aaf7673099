"""Submit, look at, collect and cancel a study on Slurm, in this order or any other."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from mpi4py import MPI

from platingx.config.slurm_profile import SlurmProfile
from platingx.config.study import load_study
from platingx.config.study_parameters import ParameterStudy
from platingx.errors import CaseError, InputError, PlatingxError
from platingx.run.lock import FolderLock
from platingx.studies.local_run import Left
from platingx.studies.points import Plan, expand
from platingx.studies.slurm.queue import cancel, jobs_of
from platingx.studies.slurm.record import CANCELLED, FOLDER, Record
from platingx.studies.slurm.standing import Standing, standings
from platingx.studies.slurm.submit import submit
from platingx.studies.standing_table import StudyTable
from platingx.studies.table import Row

__all__ = ["Submitted", "cancel_study", "collect", "refuse_queued", "submit_left"]

_TICK = 1.0
_TIME_TO_CANCEL = 60.0
"""How long Slurm may take to forget jobs that are cancelled, s."""


@dataclass(frozen=True)
class Submitted:
    """What has been given to Slurm.

    Attributes
    ----------
    numbers
        Of the arrays, or of the job.
    points
        How many points were submitted.
    queued
        How many were in the queue already.
    """

    numbers: tuple[str, ...]
    points: int
    queued: int


def submit_left(plan: Plan, folder: Path, left: Left, profile: SlurmProfile) -> Submitted:
    """Submit what a study lacks and is not in the queue.

    Parameters
    ----------
    plan, folder
        The study and its folder.
    left
        What of it is to run.
    profile
        What jobs ask for.

    Raises
    ------
    CaseError, PlatingxError
        If Slurm does not answer or does not take the jobs.
    OutputError
        If the folder cannot be written or is in use.
    """
    with FolderLock(folder, MPI.COMM_SELF):
        record = Record.find(folder) or Record("")
        record.study = str(plan.file.path.absolute())
        queue = jobs_of(folder)
        strangers = set(queue) - {point.job for point in record.points.values()}
        if strangers:  # of a submission that was killed before it could note them
            cancel(sorted(strangers))
        waiting = [point for point in left.tasks if _job_of(record, point.folder) not in queue]
        numbers = submit(plan, folder, waiting, profile, record) if waiting else []
    return Submitted(tuple(numbers), len(waiting), len(left.tasks) - len(waiting))


def _job_of(record: Record, point: str) -> str:
    found = record.points.get(point)
    return found.job if found is not None else ""


def collect(folder: Path) -> tuple[Plan, list[Row], dict[str, Standing]]:
    """Write the table of a submitted study from what there is.

    Parameters
    ----------
    folder
        Its folder.

    Returns
    -------
    plan, rows, standings
        The study, the rows of its table, and how the submitted points stand by their run folders.

    Raises
    ------
    CaseError
        If the study file is no longer valid.
    OutputError
        If nothing has been submitted, or the folder cannot be written or is in use.
    """
    record = Record.read(folder)
    file = load_study(record.study)
    if not isinstance(file.study, ParameterStudy):
        raise CaseError(InputError("this is no longer a study of parameters", file=file.path))
    plan = expand(file, file.study)
    found = standings(record, folder)
    table = StudyTable(plan, folder)
    with FolderLock(folder, MPI.COMM_SELF):
        for point in (*plan.points, *plan.refined):
            standing = found.get(point.folder, Standing("waiting", "not submitted"))
            table.put(point, standing.status, standing.reason)
        table.write(always=True)
    return plan, [table.rows[number] for number in sorted(table.rows)], found


def cancel_study(folder: Path, patience: float) -> int:
    """Take the jobs of a study out of the queue; points that run save their state first.

    Parameters
    ----------
    folder
        Its folder.
    patience
        How long they may take to save, s; what still runs then is ended.

    Returns
    -------
    int
        Number of jobs that were in the queue.

    Raises
    ------
    OutputError
        If nothing has been submitted.
    PlatingxError
        If Slurm does not answer.
    """
    record = Record.read(folder)
    (folder / FOLDER / CANCELLED).touch()
    queue = jobs_of(folder)
    arrays = sorted({name.split("_")[0] for name in queue})
    cancel(arrays, state="PENDING")
    cancel([name for name, job in queue.items() if job.runs], sign="USR1")
    limit = time.monotonic() + patience
    left = jobs_of(folder)
    while any(job.runs for job in left.values()) and time.monotonic() < limit:
        time.sleep(_TICK)
        left = jobs_of(folder)
    cancel(arrays)
    while any(not job.runs for job in jobs_of(folder).values()):
        if time.monotonic() > limit + _TIME_TO_CANCEL:
            raise PlatingxError(f"Slurm keeps jobs of {folder} in the queue: scancel {' '.join(arrays)}")
        time.sleep(_TICK)
    record.cancelled = True
    record.write(folder)
    return len(queue)


def refuse_queued(folder: Path) -> None:
    """Refuse to run a study here while jobs of it are in the queue; where there is no Slurm nothing is asked.

    Raises
    ------
    CaseError
        If there are such jobs.
    """
    if Record.find(folder) is None or shutil.which("squeue") is None:
        return
    try:
        queue = jobs_of(folder)
    except PlatingxError:
        return  # another machine, whose Slurm is not that of the study: the locks of the run folders remain
    if queue:
        hint = f"platingx study cancel {folder}, or add --on slurm"
        raise CaseError(InputError(f"{len(queue)} jobs of this study are in the queue of Slurm", hint=hint))
