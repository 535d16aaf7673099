"""Why a residual could not be evaluated, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mpi4py import MPI

__all__ = ["Failure", "FailureKind", "first_failure"]


class FailureKind(Enum):
    """What sort of thing went wrong; each has remedies of its own."""

    DISTORTION = "distortion"
    CONSTITUTIVE = "constitutive update"
    PRESSURE_LAW = "pressure law"
    MESH = "mesh"
    NOT_FINITE = "not finite"
    CONTACT = "contact"
    GROWTH = "growth"
    EXHAUSTED = "exhausted"
    FOLDED = "folded"
    OTHER = "other"


@dataclass(frozen=True)
class Failure:
    """Why a residual could not be evaluated, and where.

    Attributes
    ----------
    reason
        In words.
    region, place
        Name of the region or part, and reference coordinates, m.
    kind
        Sort of failure.
    cell
        Number of the cell: local from a part, and from `Problem.evaluate` that of the mesh file
        (``original_cell_index`` of dolfinx, from 0); None if no cell is to blame.
    state
        State of the point in one line, or empty.
    """

    reason: str
    region: str
    place: tuple[float, ...]
    kind: FailureKind = FailureKind.OTHER
    cell: int | None = None
    state: str = ""

    def __str__(self) -> str:
        where = ", ".join(f"{value:.4g}" for value in self.place)
        element = "" if self.cell is None else f" (element {self.cell + 1} of mesh.msh)"
        return f"{self.reason}, in {self.region} at ({where}) m{element}"


def first_failure(comm: MPI.Intracomm, failure: Failure | None) -> Failure | None:
    """The failure of the lowest rank that has one, on all ranks. Collective."""
    rank = comm.allreduce(comm.rank if failure is not None else comm.size, MPI.MIN)
    if rank == comm.size:
        return None
    shared: Failure = comm.bcast(failure, root=rank)
    return shared
