"""The tangent of several fields as one sparse matrix, tied components eliminated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from mpi4py import MPI
from petsc4py import PETSc

from platingx.arrays import Array, IntArray
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.problems.contribution import BlockTangent
from platingx.problems.tangent import DisplacementMatrix
from platingx.problems.unknown_layout import UnknownLayout

__all__ = ["GridMatrix"]


class GridMatrix:
    """Blocks of pairs of fields, put together in one AIJ matrix over the reduced vectors of a layout.

    Parameters
    ----------
    layout
        Fields and numbering.
    displacement
        Assembles the element matrices of the displacement; None to leave them out.
    parts
        Contributions with blocks; pairs with fields that are not of the layout are left out.
    """

    def __init__(
        self, layout: UnknownLayout, displacement: DisplacementMatrix | None, parts: Sequence[BlockTangent]
    ) -> None:
        self._layout, self._displacement, self._parts = layout, displacement, tuple(parts)
        self._names = {field.name for field in layout.fields}
        self._scales: Array = np.ones(layout.reduced_size)
        self._pattern: _Pattern | None = None
        self._full: PETSc.Mat | None = None
        self._reduced: PETSc.Mat | None = None

    def scale_rows(self, scales: Array) -> None:
        """Divide owned rows of the reduced matrix by these from the next assembly on."""
        self._scales = scales

    def assemble(self, more: tuple[IntArray, IntArray, Array] | None = None) -> PETSc.Mat:
        """The same matrix at every call, with the present entries. Collective.

        Parameters
        ----------
        more
            Further entries: owned rows of a full vector from 0, global columns, and values; always at the same places.
        """
        entries = [self._entries(pair, matrix) for pair, matrix in self._blocks()]
        if more is not None:
            entries.append(more)
        diagonal = np.arange(self._layout.size)  # the pattern has the diagonal of prescribed components
        entries.append((diagonal, diagonal + self._layout.start, np.zeros(self._layout.size)))
        rows, columns, values = (np.concatenate(arrays) for arrays in zip(*entries, strict=True))
        fits = self._pattern is not None and self._pattern.fits(rows, columns)
        if not self._layout.comm.allreduce(fits, MPI.LAND) or self._pattern is None:
            self._pattern, self._full = _Pattern(rows, columns, self._layout.size), None
        self._full = self._pattern.fill(self._full, values, self._layout)
        expansion = self._layout.expansion
        if expansion is None:
            if self._reduced is None:
                self._reduced = self._full.duplicate(copy=True)
            else:
                self._full.copy(self._reduced, structure=PETSc.Mat.Structure.SAME_NONZERO_PATTERN)
        elif self._reduced is None:
            self._reduced = self._full.ptap(expansion)
        else:
            self._full.ptap(expansion, result=self._reduced)
        self._constrain(self._reduced)
        return self._reduced

    def _blocks(self) -> list[tuple[tuple[str, str], PETSc.Mat]]:
        found: list[tuple[tuple[str, str], PETSc.Mat]] = []
        if self._displacement is not None:
            found.append(((DISPLACEMENT, DISPLACEMENT), self._displacement.assemble()))
        for part in self._parts:
            found += [(pair, block) for pair, block in part.blocks().items() if self._names.issuperset(pair)]
        return found

    def _entries(self, pair: tuple[str, str], matrix: PETSc.Mat) -> tuple[IntArray, IntArray, Array]:
        """Owned rows of the full vector from 0, global columns of it, and values of a block."""
        starts, columns, values = matrix.getValuesCSR()
        rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts)) + self._layout.place(pair[0]).start
        return rows, self._layout.global_numbers(pair[1], columns.astype(np.int64)), values

    def _constrain(self, matrix: PETSc.Mat) -> None:
        """Leave of prescribed rows and columns a diagonal entry of the size of others of the field."""
        layout = self._layout
        right, left = layout.vector(), layout.vector()
        right.array_w[:] = ~layout.prescribed
        left.array_w[:] = ~layout.prescribed / self._scales
        matrix.diagonalScale(left, right)
        diagonal = matrix.getDiagonal()
        sizes = np.abs(diagonal.array_r)
        added = diagonal.array_w
        for field in layout.fields:
            place = layout.reduced_place(field.name)
            largest = field.comm.allreduce(float(sizes[place].max(initial=0.0)), MPI.MAX)
            held = place[layout.prescribed[place]]
            added[held] = largest or 1.0
        matrix.setDiagonal(diagonal)
        matrix.assemble()
        for vector in (right, left, diagonal):
            vector.destroy()


class _Pattern:
    """Places of entries that come in an order of their own, some of them at one place."""

    def __init__(self, rows: IntArray, columns: IntArray, size: int) -> None:
        self._rows, self._columns = rows, columns
        self._order = np.lexsort((columns, rows))
        row, column = rows[self._order], columns[self._order]
        first = np.ones(len(row), dtype=bool)
        first[1:] = (np.diff(row) != 0) | (np.diff(column) != 0)
        self._firsts = np.flatnonzero(first)
        counts = np.bincount(row[first], minlength=size)
        self.starts = np.concatenate([[0], np.cumsum(counts)]).astype(PETSc.IntType)
        self.columns = column[first].astype(PETSc.IntType)

    def fits(self, rows: IntArray, columns: IntArray) -> bool:
        """Whether entries stand where they stood before, on this rank."""
        return np.array_equal(rows, self._rows) and np.array_equal(columns, self._columns)

    def fill(self, matrix: PETSc.Mat | None, values: Array, layout: UnknownLayout) -> PETSc.Mat:
        """A matrix with these values; a new one where there is none. Collective."""
        summed = np.add.reduceat(values[self._order], self._firsts) if len(values) else values
        if matrix is None:
            sizes = ((layout.size, None), (layout.size, None))
            matrix = PETSc.Mat().createAIJ(sizes, csr=(self.starts, self.columns, summed), comm=layout.comm)
        else:
            matrix.setValuesCSR(self.starts, self.columns, summed)
        matrix.assemble()
        return matrix
