"""What a part of the model (a solid region, later a contact or a spring) gives to a problem."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol, runtime_checkable

from platingx.arrays import Array, Int32Array


@dataclass
class Forces:
    """Nodal force vectors with ghosts, shape (local nodes, dimension), N (N/m in plane strain).

    Attributes
    ----------
    internal
        Residual of equilibrium.
    condensed
        Residual after elimination of the cell unknowns; the right-hand side of Newton's method.
    force_scale
        Sum of absolute element forces, the force_scale of the residual.
    """

    internal: Array
    condensed: Array
    force_scale: Array

    def clear(self) -> None:
        """Set all to zero."""
        for array in (self.internal, self.condensed, self.force_scale):
            array[...] = 0.0


class FailureKind(Enum):
    """What sort of thing went wrong; each has remedies of its own."""

    DISTORTION = "distortion"
    CONSTITUTIVE = "constitutive update"
    PRESSURE_LAW = "pressure law"
    MESH = "mesh"
    NOT_FINITE = "not finite"
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
        Number of the cell: local from a part, and from `Equilibrium.evaluate` that of the mesh file
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


@dataclass(frozen=True)
class CellState:
    """What a part keeps from one step to the next, by cells, so that it can be stored and restored on other ranks.

    Attributes
    ----------
    name
        Name of the part, unique in a problem.
    cells
        Local numbers of owned cells, shape (cells,).
    arrays
        Copies of the evolving arrays of the last converged state, each with a first axis of cells.
    """

    name: str
    cells: Int32Array
    arrays: dict[str, Array]


class Dilation(NamedTuple):
    """What element tangents owe to their eliminated volume strain: K = A + gain^T stiffness gain.

    Attributes
    ----------
    gain
        Change of the modes of the volume strain with the displacement, shape (elements, modes, unknowns), 1/m.
    stiffness
        Symmetric and positive, shape (elements, modes, modes), J (J/m in plane strain).
    """

    gain: Array
    stiffness: Array


@runtime_checkable
class Dilatant(Protocol):
    """A part that eliminates a volume strain in its elements."""

    def dilation(self) -> Dilation:
        """What its element matrices owe to the volume strain; always the same arrays."""


class Contribution(Protocol):
    """A part of the residual with its tangent and its own internal (condensed) unknowns."""

    def element_nodes(self) -> Int32Array:
        """Local node numbers of each element, shape (elements, nodes)."""

    def element_matrices(self) -> Array:
        """Condensed tangents, shape (elements, nodes * dimension, nodes * dimension)."""

    def evaluate(self, displacement: Array, dt: float, forces: Forces) -> Failure | None:
        """Add forces and refresh tangents for the present iterate; a failure leaves it undefined."""

    def prescribe(self, time: float) -> None:
        """Set the loads of this part (e.g. growth) to those of a time."""

    def multiply(self, increment: Array, result: Array) -> None:
        """Add the condensed tangent times a nodal increment."""

    def prepare_correction(self, increment: Array) -> None:
        """Fix the change of internal (condensed) unknowns that belongs to a full correction."""

    def apply_correction(self, fraction: float) -> None:
        """Apply a fraction of the prepared change."""

    def begin(self, ratio: float) -> None:
        """Start a step from the last converged state, extrapolated by a ratio of steps."""

    def commit(self) -> None:
        """Accept the state at the end of the step."""

    def rollback(self) -> None:
        """Return to the last converged state."""

    def saved_state(self) -> CellState | None:
        """The last converged state, or None for a part that keeps none."""

    def restore_state(self, arrays: dict[str, Array]) -> None:
        """Take over a converged state: the arrays of `saved_state`, in the same order of cells."""


@runtime_checkable
class AppliedLoad(Protocol):
    """A contribution whose forces act on the body from outside, as the balances of force and energy must know."""

    def add_applied_force(self, displacement: Array, result: Array) -> None:
        """Add the forces of the present load on the body, shape (local nodes, dimension), N (N/m in plane strain)."""
