"""A linear spring on global unknowns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from petsc4py import PETSc

from platingx.fields.nodal_field import GlobalUnknowns
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.failure import Failure

__all__ = ["GlobalSpring"]


class GlobalSpring:
    """Adds k q to the residual of each of some global unknowns q.

    Parameters
    ----------
    name
        Name for messages.
    unknowns
        What it acts on.
    stiffness
        k of each unknown, the force that belongs to it over its value.
    """

    def __init__(self, name: str, unknowns: GlobalUnknowns, stiffness: tuple[float, ...]) -> None:
        self.name, self._unknowns = name, unknowns
        self.fields = (unknowns.name,)
        self._stiffness = np.array(stiffness)[: unknowns.nodes, None]
        owned = unknowns.owned * unknowns.dimension
        matrix = PETSc.Mat().createAIJ(((owned, None), (owned, None)), nnz=1, comm=unknowns.comm)
        matrix.setUp()
        for row in range(owned):
            matrix.setValue(row, row, stiffness[row])
        matrix.assemble()
        self._matrix = matrix

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> Failure | None:
        """Add the forces, on the rank that owns the unknowns."""
        owned = slice(0, self._unknowns.owned)
        force = (self._stiffness * iterate.values[self._unknowns.name])[owned]
        forces = residuals[self._unknowns.name]
        forces.internal[owned] += force
        forces.condensed[owned] += force
        forces.force_scale[owned] += np.abs(force)
        return None

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the stiffness times an increment."""
        owned, name = slice(0, self._unknowns.owned), self._unknowns.name
        results[name][owned] += (self._stiffness * increments[name])[owned]

    def blocks(self) -> Mapping[tuple[str, str], PETSc.Mat]:
        """The stiffness."""
        name = self._unknowns.name
        return {(name, name): self._matrix}
