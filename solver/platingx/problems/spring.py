"""A linear spring, or several that act together, on global unknowns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from petsc4py import PETSc

from platingx.arrays import Array, Mask
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.problems.contribution import Arrays, Iterate, Residuals

__all__ = ["OutsideSpring", "Spring"]


class Spring:
    """Holds global unknowns q, such as the motion of a rigid body, by the forces K q - f(t).

    Parameters
    ----------
    name
        For messages.
    unknowns
        The unknowns.
    stiffness
        K, shape (unknowns, unknowns), or a number for one unknown, N/m (N/m2 in plane strain).
    load
        f as a function of the time (s), N (N/m in plane strain); none if left out.
    """

    def __init__(
        self,
        name: str,
        unknowns: GlobalUnknowns,
        stiffness: Array | float,
        load: Callable[[float], Array | float] | None = None,
    ) -> None:
        self.name, self.fields = name, (unknowns.name,)
        self._field, self._load = unknowns.name, load
        self._stiffness = np.atleast_2d(np.asarray(stiffness, dtype=np.float64))
        self._owned = unknowns.owned  # all of them on rank 0, none elsewhere
        size = (self._owned, None)
        self._matrix = PETSc.Mat().createAIJ((size, size), nnz=unknowns.nodes, comm=unknowns.comm)
        rows = np.arange(self._owned, dtype=PETSc.IntType)
        if self._owned:
            self._matrix.setValues(rows, rows, self._stiffness)
        self._matrix.assemble()

    @property
    def holds(self) -> Mask:
        """Which unknowns have a stiffness of their own, shape (unknowns,)."""
        return np.asarray(np.diag(self._stiffness) > 0.0)

    def load_at(self, time: float) -> Array:
        """The load at a time (s), shape (unknowns,), N (N/m in plane strain)."""
        shape = self._stiffness.shape[:1]
        return np.zeros(shape) if self._load is None else np.broadcast_to(self._load(time), shape).astype(np.float64)

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:
        """Add the forces, on the rank that owns the unknowns."""
        if not self._owned:
            return
        pull = self._stiffness @ iterate.values[self._field][:, 0]
        push = self.load_at(iterate.time)
        forces = residuals[self._field]
        forces.internal[:, 0] += pull - push
        forces.condensed[:, 0] += pull - push
        forces.force_scale[:, 0] += np.abs(pull) + np.abs(push)

    def stored_energy(self, iterate: Iterate) -> float:
        """Energy q K q / 2 of the springs, J (J/m in plane strain), on the rank that owns the unknowns."""
        if not self._owned:
            return 0.0
        values = iterate.values[self._field][:, 0]
        return float(0.5 * values @ self._stiffness @ values)

    def add_applied_force(self, iterate: Iterate, results: Arrays) -> None:
        """Add the load, on the rank that owns the unknowns."""
        if self._owned and self._load is not None:
            results[self._field][:, 0] += self._load(iterate.time)

    def blocks(self) -> Mapping[tuple[str, str], PETSc.Mat]:
        """The stiffness."""
        return {(self._field, self._field): self._matrix}

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the stiffness times increments, on the rank that owns the unknowns."""
        if self._owned:
            results[self._field][:, 0] += self._stiffness @ increments[self._field][:, 0]


class OutsideSpring:
    """A spring with its load whose energy and work no balance of the body counts, as they act from outside on a tool.

    What such a tool does to the body is work of the contact, which is outside work already.

    Parameters
    ----------
    spring
        The spring.
    """

    def __init__(self, spring: Spring) -> None:
        self.name, self.fields, self._spring = spring.name, spring.fields, spring

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:
        """Add the forces, on the rank that owns the unknowns."""
        self._spring.evaluate(iterate, residuals)

    def blocks(self) -> Mapping[tuple[str, str], PETSc.Mat]:
        """The stiffness."""
        return self._spring.blocks()

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the stiffness times increments, on the rank that owns the unknowns."""
        self._spring.multiply(increments, results)
