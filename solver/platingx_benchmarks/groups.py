"""Work on some of the ranks while the others leave their cores alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from mpi4py import MPI

__all__ = ["on_first", "powers_of_two"]

Result = TypeVar("Result")


def on_first(comm: MPI.Intracomm, number: int, work: Callable[[MPI.Intracomm], Result]) -> Result:
    """Run something on the first ranks and give the result of rank 0 to all. Collective.

    Parameters
    ----------
    comm
        All ranks.
    number
        How many of them work.
    work
        Called with the communicator of these; errors must be those of all of them.

    Raises
    ------
    Exception
        That of rank 0, on all ranks.
    """
    result: Result | None = None
    error: Exception | None = None
    taking_part = comm.rank < number
    group = comm.Split(0 if taking_part else 1, comm.rank)
    try:
        if taking_part:
            try:
                result = work(group)
            except Exception as caught:
                error = caught
        done = comm.Ibarrier()
        while not done.Test():
            time.sleep(0.005)
    finally:
        group.Free()
    result, error = comm.bcast((result, error), root=0)
    if error is not None:
        raise error
    return result


def powers_of_two(largest: int) -> list[int]:
    """1, 2, 4 ... up to a number, which is the last one."""
    numbers = [1]
    while 2 * numbers[-1] <= largest:
        numbers.append(2 * numbers[-1])
    return numbers if numbers[-1] == largest else [*numbers, largest]
