"""Sparse matrices between fields from small dense ones, all at once."""

from __future__ import annotations

import numpy as np
from petsc4py import PETSc

from platingx.arrays import Array, Int32Array
from platingx.fields.nodal_field import Field

__all__ = ["empty_matrix", "fill"]


def empty_matrix(row: Field, column: Field) -> PETSc.Mat:
    """An empty matrix between the owned components of two fields, whose pattern its first entries make."""
    matrix = PETSc.Mat().create(row.comm)
    matrix.setSizes(((row.owned * row.dimension, None), (column.owned * column.dimension, None)))
    matrix.setType("aij")
    matrix.setUp()
    matrix.setOption(PETSc.Mat.Option.NEW_NONZERO_ALLOCATION_ERR, False)
    return matrix


def fill(matrix: PETSc.Mat, rows: Int32Array, columns: Int32Array, values: Array) -> None:
    """Set a matrix to the sum of small ones. Collective.

    Parameters
    ----------
    rows, columns
        Global numbers, shapes (count, rows) and (count, columns); those below zero are left out.
    values
        Shape (count, rows, columns).
    """
    matrix.zeroEntries()
    if len(values):
        numbers = (np.ascontiguousarray(given, dtype=PETSc.IntType) for given in (rows, columns))
        matrix.setValuesRCV(*numbers, np.ascontiguousarray(values), addv=PETSc.InsertMode.ADD_VALUES)
    matrix.assemble()
