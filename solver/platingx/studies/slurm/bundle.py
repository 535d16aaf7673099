"""What a job of a study does on its node: it runs points one after the other, and saves them before its time limit.

submitit calls a `Bundle` when the job starts, and its `checkpoint` when Slurm says that the time limit is near; the job
then goes back into the queue with the bundle as it is, and goes on where it was.
"""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from submitit import JobEnvironment
from submitit.core.utils import DelayedSubmission

from platingx.studies.finished import outcome_of
from platingx.studies.messages import Answer, Setup, Task, decode
from platingx.studies.pool import Pool, worker_command
from platingx.studies.slurm.record import CANCELLED
from platingx.studies.watchers import PrintedLines

__all__ = ["Bundle"]


@dataclass
class Bundle:
    """Points of one job.

    Attributes
    ----------
    folder
        Of the submission.
    messages
        File with a line for what all points share, and one for each point.
    places
        Where the lines of the points of this job begin, in bytes.
    ranks
        MPI ranks of each point.
    container
        Command before that of the worker; empty for none.
    logs
        Folder of what workers print, in one folder for each job.
    patience
        How long a point may take to save, s.
    answers
        How the points that have ended did so.
    """

    folder: Path
    messages: Path
    places: tuple[int, ...]
    ranks: int
    container: str
    logs: Path
    patience: float
    answers: list[Answer] = field(default_factory=list)
    _pool: Pool | None = None

    def __call__(self) -> list[Answer]:
        """Run the points that have not ended; give the answers of all."""
        logs = self.logs / JobEnvironment().job_id
        pool = Pool(self._command(), self._setup(), 1, logs, PrintedLines())
        self._pool = pool
        for answer in pool.run(self._tasks()):
            self.answers.append(answer)
        return self.answers

    def checkpoint(self) -> DelayedSubmission | None:
        """Let the point that runs save; what is to be done when the job runs again, None if the study is cancelled."""
        if self._pool is not None:
            self._pool.stop(signal.SIGUSR1)
            if not self._pool.wait(self.patience):
                self._pool.stop(signal.SIGKILL)  # it goes on from its last checkpoint
        self._pool = None
        if (self.folder.parent / CANCELLED).exists():
            return None
        return DelayedSubmission(self)

    def _command(self) -> list[str]:
        if not self.container:
            return worker_command(self.ranks)
        python = ["python3", "-m", "platingx.studies.worker"]
        ranks = ["mpirun", "-n", str(self.ranks)] if self.ranks > 1 else []
        return [*shlex.split(self.container), *ranks, *python]

    def _setup(self) -> Setup:
        with self.messages.open("rb") as file:
            setup = decode(file.readline())
        if not isinstance(setup, Setup):
            raise RuntimeError(f"{self.messages} does not begin with what all points share")
        return setup

    def _tasks(self) -> Iterator[Task]:
        """Points without an answer and without a result."""
        answered = {answer.number for answer in self.answers}
        with self.messages.open("rb") as file:
            for place in self.places:
                file.seek(place)
                task = decode(file.readline())
                if not isinstance(task, Task):
                    raise RuntimeError(f"{self.messages} has no point at {place}")
                if task.number in answered:
                    continue
                if outcome_of(task.folder, task.fingerprint) == "completed":
                    self.answers.append(Answer(task.number, "completed"))
                    continue
                yield task
