"""A process that runs points of a study one after the other, so that it starts and compiles once.

``python -m platingx.studies.worker``, also as the ranks of one ``mpirun``: rank 0 reads tasks from standard input and
writes answers to standard output. It ends when its input does.
"""

from __future__ import annotations

import os
import sys
import time
import traceback

from mpi4py import MPI

from platingx.errors import InterruptedRunError, OutputError, PlatingxError, SingleRankError
from platingx.run.mesh_store import MeshStore
from platingx.run.runner import run_case
from platingx.studies.finished import outcome_of
from platingx.studies.messages import Answer, Setup, Task, decode, write_answer
from platingx.studies.points import write_case

__all__ = ["main"]


def main() -> None:
    """Run tasks until there are no more."""
    comm = MPI.COMM_WORLD
    answers = os.dup(1)
    os.dup2(2, 1)  # what anybody prints goes to the log of the worker
    setup: Setup | None = None
    while True:
        line = sys.stdin.buffer.readline() if comm.rank == 0 else b""
        message = comm.bcast(decode(line) if line else None)
        if message is None:
            return
        if isinstance(message, Setup):
            setup = message
            continue
        if setup is None:
            raise RuntimeError("a task came before what all share")
        answer = _answer(setup, message, comm)
        if comm.rank == 0:
            os.write(answers, write_answer(answer))
        if answer.status == "interrupted":
            return


def _answer(setup: Setup, task: Task, comm: MPI.Intracomm) -> Answer:
    start = time.perf_counter()
    status, reason = "completed", ""
    try:
        _run(setup, task, comm)
    except SingleRankError:
        traceback.print_exc()
        comm.Abort(1)
    except InterruptedRunError:
        status, reason = "interrupted", "stopped and saved"
    except PlatingxError as error:
        status, reason = "failed", str(error)
    except Exception as error:
        if comm.size > 1:  # the others may wait for this rank
            traceback.print_exc()
            comm.Abort(1)
        status, reason = "failed", f"{type(error).__name__}: {error}"
        traceback.print_exc()
    return Answer(task.number, status, reason, time.perf_counter() - start)


def _run(setup: Setup, task: Task, comm: MPI.Intracomm) -> None:
    """Run a point, from its last checkpoint where it has been broken off."""
    case = write_case(setup.bases[task.base], task.values, setup.paths)
    store = MeshStore(setup.meshes)
    before = comm.bcast(outcome_of(task.folder, task.fingerprint) if comm.rank == 0 else None)
    if before in ("running", "interrupted"):
        try:
            run_case(case, task.folder, resume=True, quiet=True, meshes=store, comm=comm)
            return
        except OutputError as error:  # its files are damaged: it starts again
            print(f"{task.folder}: {error}", file=sys.stderr)
    run_case(case, task.folder, force=True, quiet=True, meshes=store, comm=comm)


if __name__ == "__main__":
    main()
