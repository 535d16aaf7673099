"""Complex linear systems where PETSc is real: (A + jB)(x + jy) = b + jc as [[A, -B], [B, A]] [x, y] = [b, c].

Where A and B are symmetric and not negative, the iterations are preconditioned by [[A, -B], [B, A + 2B]], whose
eigenvalues with the matrix lie between 1/2 and 1 (Axelsson, Neytcheva and Ahmad, Numer. Algorithms 66 (2014) 811). It
takes two solutions with A + B, which algebraic multigrid gives.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from petsc4py import PETSc

__all__ = ["ComplexArray", "iterate_complex", "solve_complex"]

ComplexArray = npt.NDArray[np.complex128]


def solve_complex(real: PETSc.Mat, imaginary: PETSc.Mat, right: ComplexArray) -> ComplexArray:
    """Solve by factors of MUMPS. Collective.

    Parameters
    ----------
    real, imaginary
        Parts of the matrix, of the same layout.
    right
        Right-hand side on owned rows.

    Returns
    -------
    ComplexArray
        Solution on owned rows.

    Raises
    ------
    PETSc.Error
        If the factors cannot be made.
    """
    turned = imaginary.copy()
    turned.scale(-1.0)
    nest = PETSc.Mat().createNest([[real, turned], [imaginary, real]], comm=real.comm)
    matrix = nest.convert("aij", PETSc.Mat())
    solver = PETSc.KSP().create(real.comm)
    solver.setOperators(matrix)
    solver.setType("preonly")
    solver.getPC().setType("lu")
    solver.getPC().setFactorSolverType("mumps")
    solver.setErrorIfNotConverged(True)
    given, found = matrix.createVecs()
    given.array_w[:] = np.concatenate([right.real, right.imag])
    solver.solve(given, found)
    first, second = np.split(found.array_r.copy(), 2)
    for made in (solver, matrix, nest, turned, given, found):
        made.destroy()
    return np.asarray(first + 1j * second)


TOLERANCE, INNER = 1e-11, 1e-2
"""Relative residual of the whole, and of the two solutions that precondition it."""


def iterate_complex(real: PETSc.Mat, imaginary: PETSc.Mat, right: ComplexArray) -> tuple[ComplexArray, int]:
    """Solve by iterations, with both parts symmetric and not negative. Collective.

    Parameters
    ----------
    real, imaginary
        Parts of the matrix, of the same layout.
    right
        Right-hand side on owned rows.

    Returns
    -------
    ComplexArray, int
        Solution on owned rows, and the iterations.

    Raises
    ------
    PETSc.Error
        If they do not converge.
    """
    total = real.copy()
    total.axpy(1.0, imaginary, structure=PETSc.Mat.Structure.UNKNOWN_NONZERO_PATTERN)
    inner = PETSc.KSP().create(real.comm)
    inner.setOperators(total)
    inner.setType("cg")
    inner.getPC().setType("gamg")
    inner.setTolerances(rtol=INNER, max_it=100)
    turned = imaginary.copy()
    turned.scale(-1.0)
    nest = PETSc.Mat().createNest([[real, turned], [imaginary, real]], comm=real.comm)
    outer = PETSc.KSP().create(real.comm)
    outer.setOperators(nest)
    outer.setType("fgmres")
    outer.setTolerances(rtol=TOLERANCE, max_it=200)
    outer.setErrorIfNotConverged(True)
    outer.getPC().setType("python")
    outer.getPC().setPythonContext(_TwoSolutions(inner, imaginary))
    given, found = nest.createVecs()
    given.array_w[:] = np.concatenate([right.real, right.imag])
    outer.solve(given, found)
    first, second = np.split(found.array_r.copy(), 2)
    iterations = int(outer.getIterationNumber())
    for made in (outer, inner, nest, turned, total, given, found):
        made.destroy()
    return np.asarray(first + 1j * second), iterations


class _TwoSolutions:
    """Inverse of [[A, -B], [B, A + 2B]]: (A + B) h = f + g, (A + B) y = g - B h, x = h - y."""

    def __init__(self, inner: PETSc.KSP, imaginary: PETSc.Mat) -> None:
        self._inner, self._imaginary = inner, imaginary
        self._sum, self._image = imaginary.createVecs()
        self._both, self._second = imaginary.createVecs()

    def apply(self, _pc: PETSc.PC, given: PETSc.Vec, found: PETSc.Vec) -> None:
        """Precondition a vector. Collective."""
        f, g = np.split(given.array_r, 2)
        self._sum.array_w[:] = f + g
        self._inner.solve(self._sum, self._both)
        self._imaginary.mult(self._both, self._image)
        self._sum.array_w[:] = g - self._image.array_r
        self._inner.solve(self._sum, self._second)
        found.array_w[:] = np.concatenate([self._both.array_r - self._second.array_r, self._second.array_r])
