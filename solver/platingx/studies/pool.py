"""Worker processes of a study on this machine: started once, given points, replaced when they die."""

from __future__ import annotations

import ctypes
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from platingx.errors import CaseError, InputError
from platingx.rank_variables import without_ranks
from platingx.studies.messages import Answer, Setup, Task, encode, read_answer

__all__ = ["Pool", "Quiet", "Watcher", "usable_cores", "worker_command"]

ATTEMPTS = 2
"""How often a point may take its process with it before it counts as failed."""
PATIENCE = 120.0
"""How long a worker that is told to stop may take for the step it is in, s."""
_TICK = 0.5


class Watcher(Protocol):
    """Who is told what happens."""

    def started(self, number: int) -> None:
        """A point is running."""

    def ended(self, answer: Answer) -> None:
        """A point has ended."""

    def tick(self) -> None:
        """Some time has passed."""


class Quiet:
    """Is told what happens, and keeps it to itself."""

    def started(self, number: int) -> None:
        """A point is running."""

    def ended(self, answer: Answer) -> None:
        """A point has ended."""

    def tick(self) -> None:
        """Some time has passed."""


def usable_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def worker_command(ranks: int) -> list[str]:
    """Command line of a worker on some ranks.

    Raises
    ------
    CaseError
        If there is no mpirun to start several ranks with.
    """
    python = [sys.executable, "-m", "platingx.studies.worker"]
    if ranks == 1:
        return python
    program = shutil.which("mpirun")
    if program is None:
        raise CaseError(InputError("there is no mpirun on the path", hint="leave --ranks out"))
    return [program, "-n", str(ranks), *python]


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    task: Task | None = None
    rest: bytes = b""


@dataclass
class Pool:
    """Runs tasks on several workers.

    Attributes
    ----------
    command
        Command line of a worker.
    setup
        What every worker is told first.
    jobs
        Number of workers.
    logs
        Folder of what they print.
    watcher
        Who is told.
    keep
        Whether workers wait for the tasks of the next `run` when there are no more; `close` ends them.
    """

    command: Sequence[str]
    setup: Setup
    jobs: int
    logs: Path
    watcher: Watcher
    keep: bool = False
    _workers: dict[int, _Worker] = field(default_factory=dict)
    _stopping: int = 0

    def run(self, tasks: Iterator[Task]) -> Iterator[Answer]:
        """Give the answers as they come.

        Parameters
        ----------
        tasks
            What is to run; taken as workers become free.

        Notes
        -----
        After `stop` no task is started any more, and those that run end after their step.
        """
        again: deque[Task] = deque()
        deaths: dict[int, int] = {}
        self.logs.mkdir(parents=True, exist_ok=True)
        done = False
        with selectors.DefaultSelector() as selector:
            for fd in self._workers:
                selector.register(fd, selectors.EVENT_READ)
            try:
                while True:
                    self._give(selector, again, tasks)
                    if all(worker.task is None for worker in self._workers.values()):
                        done = True
                        return
                    for key, _ in selector.select(_TICK):
                        yield from self._hear(key.fd, selector, again, deaths)
                    self.watcher.tick()
            finally:
                if not (done and self.keep):
                    self.close()

    def stop(self, number: int) -> None:
        """Let the points that run save and stop; may be called by a signal handler. A second time it kills."""
        for worker in list(self._workers.values()):
            with suppress(ProcessLookupError):
                os.kill(worker.process.pid, signal.SIGKILL if self._stopping else signal.SIGUSR1)
        self._stopping = number

    def wait(self, seconds: float) -> bool:
        """Wait until no worker runs any more; may be called by a signal handler after `stop`.

        Parameters
        ----------
        seconds
            How long at most.

        Returns
        -------
        bool
            Whether they have ended.
        """
        limit = time.monotonic() + seconds
        running = [worker.process for worker in self._workers.values()]
        while any(process.poll() is None for process in running) and time.monotonic() < limit:
            time.sleep(0.05)
        return all(process.poll() is not None for process in running)

    @property
    def stopped_by(self) -> int:
        """The signal that `stop` was called for, 0 if none."""
        return self._stopping

    def _give(self, selector: selectors.BaseSelector, again: deque[Task], tasks: Iterator[Task]) -> None:
        """Give tasks to workers that have none; start workers while there are tasks, end them when there are none."""
        idle = [fd for fd, worker in self._workers.items() if worker.task is None]
        while not self._stopping and (idle or len(self._workers) < self.jobs):
            task = again.popleft() if again else next(tasks, None)
            if task is None:
                break
            fd = idle.pop() if idle else self._start(selector)
            worker = self._workers[fd]
            worker.task = task
            self._send(worker, encode(task))
            self.watcher.started(task.number)
        for fd in () if self.keep and not self._stopping else idle:
            self._forget(fd, selector)

    def _start(self, selector: selectors.BaseSelector) -> int:
        with (self.logs / f"{len(self._workers) + 1}.log").open("ab") as log:
            process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(os.environ),
                start_new_session=True,  # Ctrl-C reaches the driver alone, which tells the workers
                preexec_fn=_end_with_parent(),
            )
        if process.stdout is None:
            raise RuntimeError("a worker without output")
        fd = process.stdout.fileno()
        os.set_blocking(fd, False)
        self._workers[fd] = _Worker(process)
        selector.register(fd, selectors.EVENT_READ)
        self._send(self._workers[fd], encode(self.setup))
        return fd

    @staticmethod
    def _send(worker: _Worker, line: bytes) -> None:
        if worker.process.stdin is not None:
            with suppress(BrokenPipeError):  # it has died; its output ends too, and tells so
                worker.process.stdin.write(line)
                worker.process.stdin.flush()

    def _hear(
        self, fd: int, selector: selectors.BaseSelector, again: deque[Task], deaths: dict[int, int]
    ) -> Iterator[Answer]:
        """Read what a worker says; at the end of its output its point is started again, or has failed."""
        worker = self._workers[fd]
        data = os.read(fd, 1 << 16)
        *lines, worker.rest = (worker.rest + data).split(b"\n")
        for answer in filter(None, map(read_answer, lines)):
            worker.task = None
            yield self._told(answer)
        if data:
            return
        task = worker.task
        code = self._forget(fd, selector)
        if task is None or self._stopping:
            return
        deaths[task.number] = deaths.get(task.number, 0) + 1
        if deaths[task.number] < ATTEMPTS:
            again.append(task)
            return
        reason = f"its process ended {ATTEMPTS} times with {_words_of(code)}; {self.logs} has what it printed"
        yield self._told(Answer(task.number, "failed", reason))

    def _told(self, answer: Answer) -> Answer:
        self.watcher.ended(answer)
        return answer

    def _forget(self, fd: int, selector: selectors.BaseSelector) -> int:
        worker = self._workers.pop(fd)
        selector.unregister(fd)
        return _finish(worker)

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers.values():
            if worker.task is not None:
                with suppress(ProcessLookupError):
                    worker.process.send_signal(signal.SIGUSR1)
        for worker in self._workers.values():
            _finish(worker)
        self._workers.clear()


def _finish(worker: _Worker) -> int:
    """Close the input of a worker, which ends it, and wait; give its exit code."""
    for stream in (worker.process.stdin, worker.process.stdout):
        if stream is not None:
            with suppress(BrokenPipeError):
                stream.close()
    limit = time.monotonic() + PATIENCE
    while worker.process.poll() is None and time.monotonic() < limit:
        time.sleep(0.01)
    if worker.process.returncode is None:
        worker.process.kill()
    return worker.process.wait()


def _words_of(code: int) -> str:
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """Environment of workers: one thread each, whatever their number, and free to use every core."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    binding = dict.fromkeys(("OMPI_MCA_hwloc_base_binding_policy", "PRTE_MCA_hwloc_default_binding_policy"), "none")
    return {**without_ranks(given), **threads, **binding}


def _end_with_parent() -> Callable[[], None] | None:
    """What a new process does so that it saves and stops when the driver dies, even of SIGKILL; None beside Linux."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(1, signal.SIGUSR1)
