"""Signals that ask a run to stop: noted at once, obeyed after the step, on all ranks."""

from __future__ import annotations

import errno
import os
import signal
import termios
import threading
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from mpi4py import MPI

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGHUP)
"""SIGUSR1 is what Slurm sends before a time limit (``--signal=USR1@300``), and what mpirun passes on to its ranks.
SIGHUP comes when the terminal closes."""


class SignalWatch:
    """Notes the first signal while it is entered. A second SIGINT acts as it would without this.

    Attributes
    ----------
    received
        Number of the first signal, 0 before.
    watching
        Whether signals can be noted: only in the main thread of a process.
    """

    def __init__(self) -> None:
        self.received = 0
        self.watching = threading.current_thread() is threading.main_thread()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if self.watching:
            self._before = {number: signal.signal(number, self._note) for number in STOPPING if not _left_alone(number)}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.received = self.received or number
        if number == signal.SIGINT:
            signal.signal(number, self._before[number])
        if number == signal.SIGHUP:
            _forget_closed_terminal()

    def agreed(self, comm: MPI.Intracomm) -> int:
        """Largest signal that any rank has noted, 0 if none has; the launcher's SIGUSR1 is what it got. Collective."""
        received = int(comm.allreduce(self.received, MPI.MAX))
        if received:
            received = comm.bcast(_passed_on(received) if comm.rank == 0 else received)
        return received


def _passed_on(received: int) -> int:
    """The signal that ``./platingx -n`` has got, if it is what stands behind the SIGUSR1 that it sends to the ranks.

    The file in which it says so is removed: the launcher then knows that the run has taken note.
    """
    place = os.environ.get("PLATINGX_ASKED")
    if not place or received != signal.SIGUSR1:
        return received
    try:
        name = Path(place).read_text(encoding="ascii").strip()
        Path(place).unlink()
        return int(signal.Signals[f"SIG{name}"])
    except (OSError, ValueError, KeyError):  # the launcher is on another machine, or has ended
        return received


def _left_alone(number: signal.Signals) -> bool:
    """Whether the signal is SIGHUP and ignored, as by nohup, or handled by a library."""
    return number == signal.SIGHUP and signal.getsignal(number) in (signal.SIG_IGN, None)


def _forget_closed_terminal() -> None:
    """Let output to a terminal that has been closed vanish, so that it is no error."""
    for descriptor in (1, 2):
        try:
            termios.tcgetattr(descriptor)
        except termios.error as error:
            if error.args[0] == errno.EIO:
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
