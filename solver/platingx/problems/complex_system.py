"""Complex linear systems where PETSc is real: (A + jB)(x + jy) = b + jc as [[A, -B], [B, A]] [x, y] = [b, c]."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from petsc4py import PETSc

__all__ = ["ComplexArray", "solve_complex"]

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
