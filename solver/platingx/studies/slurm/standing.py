"""How each submitted point stands: from its run folder, from the answer of its job, and from the queue."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platingx.studies.finished import outcome_of
from platingx.studies.messages import Answer
from platingx.studies.slurm.queue import QueuedJob, jobs_of, states_of
from platingx.studies.slurm.record import FOLDER, Record, SubmittedPoint

__all__ = ["Standing", "standings"]

_TIMES = "timed-out too many times"
"""Words of submitit for a job that has used up its times in the queue."""


@dataclass(frozen=True)
class Standing:
    """How a point stands.

    Attributes
    ----------
    status
        ``completed``, ``failed``, ``running``, ``waiting`` or ``interrupted``.
    reason
        Why it is not completed; empty if its run folder says so.
    queued
        Whether a job that has it is in the queue.
    """

    status: str
    reason: str = ""
    queued: bool = False


def standings(record: Record, folder: Path) -> dict[str, Standing]:
    """Tell how the submitted points stand, by their run folder.

    Parameters
    ----------
    record
        What was submitted.
    folder
        Folder of the study.

    Raises
    ------
    PlatingxError
        If Slurm does not answer.
    """
    queue = jobs_of(folder)
    reader = _Answers(folder, queue)
    found: dict[str, Standing] = {}
    gone: dict[str, tuple[SubmittedPoint, str | None]] = {}
    for key, point in record.points.items():
        outcome = outcome_of(folder / "points" / point.folder, point.fingerprint)
        if outcome == "completed":
            found[key] = Standing("completed")
            continue
        job = queue.get(point.job)
        known = _in_the_queue(job, outcome) if job is not None else reader.standing(point, outcome)
        if known is None:
            gone[key] = point, outcome
        else:
            found[key] = known
    states = states_of(sorted({point.job.split("_")[0] for point, _ in gone.values()}))
    for key, (point, outcome) in gone.items():
        found[key] = _gone(record, point, outcome, states.get(point.job, ""), folder)
    return found


def _in_the_queue(job: QueuedJob, outcome: str | None) -> Standing:
    if job.runs and outcome == "running":
        return Standing("running", queued=True)
    if outcome == "failed":
        return Standing("failed", queued=True)
    saved = "saved, " if outcome in ("running", "interrupted") else ""
    why = f"{saved}job {job.name} {'runs' if job.runs else f'is in the queue ({job.reason})'}"
    return Standing("waiting", why, queued=True)


class _Answers:
    """Reads what jobs that have ended left behind, each once."""

    def __init__(self, folder: Path, queue: Mapping[str, QueuedJob]) -> None:
        self.folder, self.queue = folder, queue
        self.known: dict[str, tuple[str, Any] | None] = {}

    def standing(self, point: SubmittedPoint, outcome: str | None) -> Standing | None:
        """How a point stands by the answer of its job; None if that has left none."""
        if point.job not in self.known:
            self.known[point.job] = _result(self.folder, point)
        result = self.known[point.job]
        if result is None:
            return Standing("failed") if outcome == "failed" else None
        kind, content = result
        if kind == "success":
            answers = {answer.number: answer for answer in content if isinstance(answer, Answer)}
            answer = answers.get(point.number)
            if answer is not None:
                return Standing(answer.status, answer.reason)
        if outcome == "failed":
            return Standing("failed")
        if _TIMES in str(content):
            return Standing("interrupted", "reached the time limit as often as the profile allows; saved")
        if kind == "error" and "Job not requeued" not in str(content):
            last = str(content).strip().splitlines()[-1]
            return Standing("failed", f"job {point.job} ended with {last}; its log is in {_log(self.folder, point)}")
        return None


def _result(folder: Path, point: SubmittedPoint) -> tuple[str, Any] | None:
    """What submitit has kept of a job: ``success`` and its answers, or ``error`` and a traceback."""
    path = folder / FOLDER / str(point.submission) / f"{point.job}_0_result.pkl"
    try:
        with path.open("rb") as file:
            kind, content = pickle.load(file)
    except (OSError, EOFError, pickle.UnpicklingError):
        return None
    return str(kind), content


def _gone(record: Record, point: SubmittedPoint, outcome: str | None, state: str, folder: Path) -> Standing:
    """How a point stands whose job has left the queue without an answer."""
    begun = outcome in ("running", "interrupted")
    status, saved = ("interrupted", "; what it had saved is kept") if begun else ("waiting", "")
    if record.cancelled:
        return Standing(status, f"cancelled{saved}")
    how = f" ({state})" if state else ""
    return Standing("interrupted", f"job {point.job} has gone{how}{saved}; its log is in {_log(folder, point)}")


def _log(folder: Path, point: SubmittedPoint) -> Path:
    return folder / FOLDER / str(point.submission) / f"{point.job}_0_log.err"
