"""A run in which one rank meets a fault after its second step: ``failing_rank.py FAULT RANK ARGUMENTS...``.

Prints ``FAULT`` and the time of the clock when it happens, then is the command ``platingx`` with the arguments.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from mpi4py import MPI

from platingx.cli.main import execute
from platingx.errors import MeshError, OutputError
from platingx.post import field_writer
from platingx.problems.solid import Solid
from platingx.run import execution
from platingx.run.history import HistoryWriter
from platingx.stepping import checkpoint

AFTER = 2
steps = 0


def at_fault(action: Callable[[], Any], original: Callable[..., Any], also: bool = False) -> Callable[..., Any]:
    """A function that does what it does, until the fault; with ``also`` even after that."""

    def wrapped(*arguments: Any, **more: Any) -> Any:
        if steps < AFTER:
            return original(*arguments, **more)
        print(f"FAULT {time.time()}", flush=True)
        result = action()
        return original(*arguments, **more) if also else result

    return wrapped


def limit_files() -> None:
    """Let no file grow beyond the size that the fields have after two steps, as a quota would."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


def throw(error: BaseException) -> Callable[[], Any]:
    def action() -> Any:
        raise error

    return action


def spoil(fault: str) -> None:
    """Put the fault into this rank."""
    if fault == "evaluate":
        Solid.evaluate = at_fault(throw(ZeroDivisionError("no such thing")), Solid.evaluate)
    elif fault == "checkpoint":
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        checkpoint.write_synced = at_fault(throw(full), checkpoint.write_synced)
    elif fault == "mesh":
        execution.take_snapshot = at_fault(throw(MeshError("a cell is missing")), execution.take_snapshot)
    elif fault == "output":
        execution.take_snapshot = at_fault(throw(OutputError("cannot write a file")), execution.take_snapshot)
    elif fault == "fields":
        original = field_writer.VTXWriter.write
        field_writer.VTXWriter.write = at_fault(throw(RuntimeError("No space left on device")), original)
    elif fault == "limit":
        write = field_writer.VTXWriter.write
        field_writer.VTXWriter.write = at_fault(limit_files, write, also=True)
    elif fault == "history":
        original = HistoryWriter.write
        HistoryWriter.write = at_fault(throw(TypeError("not a number")), original)
    elif fault == "killed":
        execution.take_snapshot = at_fault(lambda: os.kill(os.getpid(), signal.SIGKILL), execution.take_snapshot)
    else:
        raise SystemExit(f"no such fault: {fault}")


def count_steps() -> None:
    """Count the snapshots, one after each step."""
    original = execution.RunLog.step

    def step(*arguments: Any) -> None:
        global steps
        steps += 1
        original(*arguments)

    execution.RunLog.step = step


if __name__ == "__main__":
    count_steps()
    if int(sys.argv[2]) == MPI.COMM_WORLD.rank:
        spoil(sys.argv[1])
    sys.exit(execute(sys.argv[3:]))
