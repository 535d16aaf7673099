"""Agreement between MPI ranks: work of rank 0, its failures included, and reductions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from mpi4py import MPI

from platingx.errors import PlatingxError

Result = TypeVar("Result")
Array = npt.NDArray[np.float64]


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
