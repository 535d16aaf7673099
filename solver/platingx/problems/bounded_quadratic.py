"""The least value of a quadratic function between bounds, by a reduced-space Newton method of PETSc."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from petsc4py import PETSc
from scipy.sparse import csr_array

from platingx.arrays import Array
from platingx.profiling import count

__all__ = ["Bounded", "least_between"]

PREFIX = "platingx_damage_"
LARGEST_ITERATIONS = 200
TOLERANCE = 1e-10
"""Of the residual of what is free, over the right-hand side."""


@dataclass(frozen=True)
class Bounded:
    """A minimiser.

    Attributes
    ----------
    values
        Shape (unknowns,).
    iterations
        Of Newton's method.
    reason
        PETSc's reason to stop; negative if it has not converged.
    """

    values: Array
    iterations: int
    reason: int


def least_between(matrix: csr_array, right: Array, lower: Array, upper: Array, guess: Array) -> Bounded:
    """Minimise x.A x/2 - b.x with lower <= x <= upper on this rank alone.

    The reduced-space method (vinewtonrsls) sets the active components to their bounds and solves for the others, until
    none changes sides; without a line search, which has nothing to do for a quadratic function.

    Parameters
    ----------
    matrix, right
        Positive definite A, and b.
    lower, upper
        Bounds, shape (unknowns,).
    guess
        Where to begin.
    """
    scale = max(float(np.abs(matrix.diagonal()).max()), np.finfo(float).tiny)
    rows = matrix.tocsr()
    rows.sort_indices()
    structure = (rows.indptr.astype(PETSc.IntType), rows.indices.astype(PETSc.IntType), rows.data / scale)
    petsc = PETSc.Mat().createAIJ(rows.shape, csr=structure, comm=PETSc.COMM_SELF)
    b = right / scale
    solution, residual, low, high = (petsc.createVecRight() for _ in range(4))
    solution.array_w[:], low.array_w[:], high.array_w[:] = np.clip(guess, lower, upper), lower, upper

    def function(_snes: PETSc.SNES, x: PETSc.Vec, result: PETSc.Vec) -> None:
        petsc.mult(x, result)
        result.array_w[:] -= b

    snes = PETSc.SNES().create(PETSc.COMM_SELF)
    snes.setOptionsPrefix(PREFIX)
    snes.setFunction(function, residual)
    snes.setJacobian(lambda _snes, _x, _j, _p: None, petsc, petsc)
    snes.setVariableBounds(low, high)
    snes.setType("vinewtonrsls")
    size = max(float(np.linalg.norm(b)), np.finfo(float).tiny)
    snes.setTolerances(rtol=0.0, atol=TOLERANCE * size, stol=0.0, max_it=LARGEST_ITERATIONS)
    _configure(snes)
    snes.solve(None, solution)
    count("damage solves")
    count("damage iterations", snes.getIterationNumber())
    found = Bounded(solution.array_r.copy(), int(snes.getIterationNumber()), int(snes.getConvergedReason()))
    for thing in (snes, petsc, solution, residual, low, high):
        thing.destroy()
    return found


def _configure(snes: PETSc.SNES) -> None:
    """Factors of MUMPS, which give every digit again, and no line search: petsc4py has no getter for that."""
    database = PETSc.Options(PREFIX)
    database["snes_linesearch_type"] = "basic"
    factors = snes.getKSP()
    factors.setType("preonly")
    factors.getPC().setType("lu")
    factors.getPC().setFactorSolverType("mumps")
    snes.setFromOptions()
    database.delValue("snes_linesearch_type")
