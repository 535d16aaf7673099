"""What a part of the model (a solid region, a load, a spring, a form of a user) gives to a problem.

Every contribution adds to the residuals of the fields that it names. Its tangent it gives in one of two ways: as
matrices of elements on the displacement (`ElementTangent`), which the fast assembly and p-multigrid take, or as sparse
blocks between any fields (`BlockTangent`). What else it can do it says by the protocols that it has: a state
(:class:`~platingx.fields.saved_state.Stateful`), internal unknowns (`Condensing`), and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

from petsc4py import PETSc

from platingx.arrays import Array, Int32Array
from platingx.fields.nodal_field import Field, Forces
from platingx.problems.failure import Failure

__all__ = [
    "AppliedLoad",
    "Arrays",
    "BlockTangent",
    "Condensing",
    "Conserving",
    "Contribution",
    "ElementTangent",
    "Interfacial",
    "Iterate",
    "Pairing",
    "Residuals",
    "Storing",
    "Switching",
    "VolumetricCondensation",
    "VolumetricallyCondensed",
    "Working",
]

Arrays = Mapping[str, Array]
"""Nodal arrays by field, shapes (local nodes, dimension)."""

Residuals = Mapping[str, Forces]
"""Residuals by field."""


@dataclass(frozen=True)
class Iterate:
    """Where a residual is evaluated.

    Attributes
    ----------
    time, dt
        End of the step and its size, s; between two steps those of the last one.
    values, start
        Values of the fields there, and at the start of the step.
    """

    time: float
    dt: float
    values: Arrays
    start: Arrays


class Contribution(Protocol):
    """A part of the residual."""

    @property
    def name(self) -> str:
        """Name for messages."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields whose residuals it adds to or whose values it reads."""

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> Failure | None:
        """Add to the residuals of local nodes, and refresh the tangent; a failure leaves both undefined.

        Not collective: a rank stops at its first failure, and does not ask the contributions behind it.
        """

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the tangent, internal unknowns eliminated, times increments of all fields to results on local nodes."""


@runtime_checkable
class ElementTangent(Protocol):
    """A contribution to the residual of the displacement alone, with a tangent by elements."""

    def element_nodes(self) -> Int32Array:
        """Local node numbers of each element, shape (elements, nodes)."""

    def element_matrices(self) -> Array:
        """Condensed tangents, shape (elements, nodes * dimension, nodes * dimension); always the same array."""


@runtime_checkable
class BlockTangent(Protocol):
    """A contribution with a tangent by pairs of fields."""

    def blocks(self) -> Mapping[tuple[str, str], PETSc.Mat]:
        """Derivative of the residual of the first field by the second at the last iterate, constraints left aside.

        Rows and columns are the owned components of the fields, node by node. The pairs are always the same.
        Collective.
        """


@runtime_checkable
class Condensing(Protocol):
    """A contribution with internal (condensed) unknowns."""

    def prepare_correction(self, increments: Arrays) -> None:
        """Fix the change of internal unknowns that belongs to a full correction."""

    def apply_correction(self, fraction: float) -> None:
        """Apply a fraction of the prepared change."""


class VolumetricCondensation(NamedTuple):
    """What element tangents owe to their eliminated volume strain: K = A + B^T stiffness B.

    Attributes
    ----------
    B
        Change of the modes of the volume strain with the displacement, shape (elements, modes, unknowns), 1/m.
    stiffness
        Symmetric and positive, shape (elements, modes, modes), J (J/m in plane strain).
    """

    B: Array
    stiffness: Array


@runtime_checkable
class VolumetricallyCondensed(Protocol):
    """An element tangent in which a volume strain is eliminated."""

    def volumetric_condensation(self) -> VolumetricCondensation:
        """What the element matrices owe to the volume strain; always the same arrays."""


@runtime_checkable
class Switching(Protocol):
    """A contribution whose force is smooth only within states between which it switches, such as contact.

    Its stiffness is a penalty, no property of the body, and is left out of the forces that residuals are measured by.
    """

    def state_key(self) -> bytes:
        """The states of the last evaluation on this rank; equal if and only if they are."""

    def correct_guess(self, time: float, dt: float, fields: Mapping[str, Field]) -> None:
        """Make the first guess of a step of ``dt`` that ends at ``time`` (s) agree with the last states. Collective."""

    def unsettled(self) -> Failure | None:
        """What to say if Newton's method stops while states change; None if none did in the last evaluation."""


@runtime_checkable
class Pairing(Protocol):
    """An element tangent whose elements change from step to step, such as contact of bodies that slide far."""

    @property
    def pattern_version(self) -> int:
        """A number that rises whenever the elements change on some rank, on all ranks alike; within a step never."""

    @property
    def block_nodes(self) -> int:
        """Number of nodes of the cells or facets that make up an element, one after the other."""


@runtime_checkable
class AppliedLoad(Protocol):
    """A contribution whose forces act on the body from outside, as the balances of force and energy must know."""

    def add_applied_force(self, iterate: Iterate, results: Arrays) -> None:
        """Add the forces on the body, or on what it is tied to, to results by field, N (N/m in plane strain)."""


@runtime_checkable
class Interfacial(Protocol):
    """A contribution that takes work of the body at an interface between its parts."""

    def interface_energies(self) -> tuple[float, float]:
        """Heat of friction, and all other work that has gone into it so far, on this rank, J (J/m in plane strain)."""


@runtime_checkable
class Conserving(Protocol):
    """A contribution whose linear equations keep something, to round-off after one full correction."""

    @property
    def conserved(self) -> str:
        """What is kept, in words."""


@runtime_checkable
class Storing(Protocol):
    """A contribution that stores energy beside that of the solids, such as springs."""

    def stored_energy(self, iterate: Iterate) -> float:
        """Energy stored on this rank at an iterate, J (J/m in plane strain)."""


@runtime_checkable
class Working(Protocol):
    """A contribution that puts energy in or takes it out beside solids, supports and loads, such as diffusion."""

    def energies_of_step(self) -> tuple[float, float, float]:
        """Work from outside, work of growth, and heat of the last committed step on this rank, J (J/m)."""
