"""Agreement between MPI ranks: work of rank 0, its failures included, and reductions."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.errors import PlatingxError

PATIENCE = 10.0
"""How long a rank with an error waits for the others before it ends them, s."""

_TAG = 31_415  # of messages that say: this rank has an error too

Result = TypeVar("Result")


def on_rank_0(comm: MPI.Intracomm, work: Callable[[], Result]) -> Result:
    """Run something on rank 0 and give its result, or its platingx error, to all ranks. Collective.

    Parameters
    ----------
    comm
        Communicator.
    work
        Function without arguments; its result must be picklable.

    Raises
    ------
    PlatingxError
        The error of rank 0, on all ranks.
    """
    result: Result | None = None
    error: PlatingxError | None = None
    if comm.rank == 0:
        try:
            result = work()
        except PlatingxError as caught:
            error = caught
    result, error = comm.bcast((result, error), root=0)
    if error is not None:
        raise error
    return result


def raised_everywhere(comm: MPI.Intracomm, patience: float = PATIENCE) -> bool:
    """Whether all ranks come here within some seconds; for errors that may be those of one rank alone.

    Messages between pairs of ranks are used, which do not get mixed up with the collective calls that a rank without
    the error waits in.

    Parameters
    ----------
    comm
        Communicator.
    patience
        How long to wait for the others, s.
    """
    others = [rank for rank in range(comm.size) if rank != comm.rank]
    boxes = [bytearray(1) for _ in others]
    requests = [comm.Irecv((box, MPI.BYTE), rank, _TAG) for box, rank in zip(boxes, others, strict=True)]
    requests += [comm.Isend((b"x", MPI.BYTE), rank, _TAG) for rank in others]
    return _within(lambda: MPI.Request.Testall(requests), patience)


def first_problem(comm: MPI.Intracomm, problem: str | None, patience: float = PATIENCE) -> str | None:
    """The problem of the lowest rank that has one, on all ranks. Collective.

    A rank with a problem waits for the others for some seconds only: they may hang in the work that failed here. One
    without waits as long as it takes.

    Parameters
    ----------
    comm
        Communicator.
    problem
        What went wrong on this rank, or None.
    patience
        How long to wait for the others, s.

    Raises
    ------
    TimeoutError
        On a rank with a problem, if not all others come.
    """
    here = np.array([comm.size if problem is None else comm.rank])
    lowest = np.empty_like(here)
    request = comm.Iallreduce(here, lowest, MPI.MIN)
    if problem is None:
        request.Wait()
    elif not _within(request.Test, patience):
        raise TimeoutError(problem)
    if lowest[0] == comm.size:
        return None
    shared: str | None = comm.bcast(problem, root=int(lowest[0]))
    return shared


def _within(done: Callable[[], bool], patience: float) -> bool:
    """Whether something is done within some seconds."""
    limit = time.monotonic() + patience
    while not done():
        if time.monotonic() > limit:
            return False
        time.sleep(0.002)
    return True


def global_maximum(comm: MPI.Intracomm, values: Array, places: Array) -> tuple[float, tuple[float, ...]]:
    """Largest value over all ranks, and where it is. Collective.

    Parameters
    ----------
    comm
        Communicator.
    values
        Local values, shape (n,); may be empty.
    places
        Their coordinates, shape (n, dimension), m.

    Returns
    -------
    value, place
        Minus infinity and an empty place if there are no values at all.
    """
    index = int(np.argmax(values)) if values.size else -1
    local = float(values[index]) if values.size else -np.inf
    value, owner = comm.allreduce((local, comm.rank), MPI.MAXLOC)
    place = tuple(float(x) for x in places[index]) if values.size and comm.rank == owner else ()
    return float(value), comm.bcast(place, root=owner)
