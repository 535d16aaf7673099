"""What a run saves beside the state of its problem, when it saves, and taking all of it over again."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from mpi4py import MPI

from platingx import __version__
from platingx.config.case import Case
from platingx.config.resolved import fingerprint, fingerprint_of_past
from platingx.errors import InterruptedRunError
from platingx.physics.model import Model
from platingx.physics.part import Builder
from platingx.physics.python_terms import Term
from platingx.run.resume import CHECKPOINTS, names_of_terms
from platingx.run.settings import checkpoint_schedule
from platingx.run.signals import SignalWatch
from platingx.run.state import RunState
from platingx.stepping.checkpoint import Checkpoint, write_checkpoint


class CheckpointManager:
    """Saves a run when it is time to, and ends it when a signal asks for that.

    Parameters
    ----------
    case, folder
        The case and its run folder.
    model
        Its model.
    mesh_sha256
        Hash of the mesh file.
    state
        What evolves beside the problem.
    checkpoint
        What the run went on from, or None.
    sync
        Collective; brings the history to the disk, behind which no checkpoint may be.
    started
        Start of this process on the clock ``time.perf_counter``, s.
    terms
        Physics in Python beside the case.
    """

    def __init__(
        self,
        case: Case,
        folder: Path,
        model: Model,
        mesh_sha256: str,
        state: RunState,
        checkpoint: Checkpoint | None,
        sync: Callable[[], None],
        started: float,
        terms: Sequence[Term | Builder] = (),
    ) -> None:
        self._case, self._problems, self._state = case, model.stages.problems, state
        self._folder = folder / CHECKPOINTS
        self._keep = int(case.output.checkpoint.keep)
        self._sync = sync
        self._started = started
        self._schedule = checkpoint_schedule(case, state.progress.number, started)
        self._newest: Path | None = None if checkpoint is None else checkpoint.path
        self._facts = {
            "platingx": __version__,
            "case_sha256": fingerprint(case),
            "mesh_sha256": mesh_sha256,
            "terms": names_of_terms(terms),
            "ranks": model.problem.comm.size,
        }

    def after_step(self, watch: SignalWatch) -> None:
        """Save if it is time to; stop if a signal has come. Collective.

        Raises
        ------
        InterruptedRunError
            On all ranks, when any rank has noted a signal.
        OutputError
            If a checkpoint cannot be written.
        """
        comm = self._problems[0].comm
        due = self._schedule.due(self._state.progress.number, time.perf_counter())
        received = watch.agreed(comm)
        if comm.allreduce(due, MPI.LOR) or received:
            self.save()
        if received:
            raise InterruptedRunError(self._interrupted(received), received)

    def save(self) -> None:
        """Save the last converged state, unless that is done or there is none. Collective."""
        number = self._state.progress.number
        if number == 0 or (self._newest is not None and self._newest.name == f"step-{number:08d}"):
            return
        self._sync()
        wall = self._state.wall_seconds + time.perf_counter() - self._started
        facts = {**self._facts, **self._state.saved(), "wall_seconds": wall}
        facts["physics_sha256"] = fingerprint_of_past(self._case, self._state.time)
        facts = self._problems[0].comm.bcast(facts, root=0)
        self._newest = write_checkpoint(self._folder, self._problems, number, facts, self._keep)
        self._schedule.written(number, time.perf_counter())

    def _interrupted(self, received: int) -> str:
        folder = self._folder.parent
        name = signal.Signals(received).name
        start = f"stopped by signal {received} ({name}) at t {self._state.time:.6e} s"
        if self._newest is None:
            return f"{start}, before the first step; nothing to save"
        return f"{start}; saved as {self._newest.name}: go on with --resume {folder}"
