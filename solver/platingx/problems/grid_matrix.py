"""The tangent of several fields as one sparse matrix, tied components eliminated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
        self._places: list[_Places] = []
        self._sums: _Sums | None = None

    def scale_rows(self, scales: Array) -> None:
        """Divide owned rows of the reduced matrix by these from the next assembly on."""
        self._scales = scales

    def release(self) -> None:
        """Give back what PETSc holds beside that matrix. Collective."""
        if self._displacement is not None:
            self._displacement.release()

    def assemble(self, more: tuple[IntArray, IntArray, Array] | None = None) -> PETSc.Mat:
        """The same matrix at every call, with the present entries. Collective.

        Parameters
        ----------
        more
            Further entries: owned rows of a full vector from 0, global columns, and values; always at the same places.
        """
        found = [*self._of_displacement(), *self._of_parts()]
        if more is not None:
            found.append((_Places(None, more[0], more[1]), more[2]))
        places = [place for place, _ in found]
        same = len(places) == len(self._places) and all(map(_Places.same_as, places, self._places))
        if not self._layout.comm.allreduce(same, MPI.LAND) or self._sums is None:
            self._places = places
            entries = [self._numbered(place) for place in places]
            diagonal = np.arange(self._layout.size)  # the pattern has the diagonal of prescribed components
            entries.append((diagonal, diagonal + self._layout.start))
            rows, columns = (np.concatenate(numbers) for numbers in zip(*entries, strict=True))
            self._sums = _Sums(rows, columns, self._layout)
        values = [value.ravel() for _, value in found]
        matrix = self._sums.fill(np.concatenate([*values, np.zeros(self._layout.size)]))
        self._constrain(matrix)
        return matrix

    def _of_displacement(self) -> list[tuple[_Places, Array]]:
        if self._displacement is None:
            return []
        starts, columns, values = self._displacement.blocks()
        pair = (DISPLACEMENT, DISPLACEMENT)
        return [(_Places(pair, starts, columns, values.shape[1]), values)]

    def _of_parts(self) -> list[tuple[_Places, Array]]:
        found: list[tuple[_Places, Array]] = []
        for part in self._parts:
            for pair, block in part.blocks().items():
                if self._names.issuperset(pair):
                    starts, columns, values = block.getValuesCSR()
                    found.append((_Places(pair, starts, columns), values))
        return found

    def _numbered(self, places: _Places) -> tuple[IntArray, IntArray]:
        """Owned rows of the full vector from 0, and global columns of it."""
        if places.pair is None:
            return places.starts, places.columns
        rows, columns = places.scalar()
        first, second = places.pair
        return rows + self._layout.place(first).start, self._layout.global_numbers(second, columns)

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


@dataclass(frozen=True)
class _Places:
    """Where the entries of a matrix between two fields stand, in compressed rows of square blocks.

    Attributes
    ----------
    pair
        The fields; None for entries by rows and columns of the full vector.
    starts, columns
        Row starts and global columns of the blocks.
    block
        Rows of a block.
    """

    pair: tuple[str, str] | None
    starts: IntArray
    columns: IntArray
    block: int = 1

    def same_as(self, other: _Places) -> bool:
        """Whether entries stand where those of the other do, on this rank."""
        if self.pair != other.pair or self.block != other.block:
            return False
        mine, theirs = (self.starts, self.columns), (other.starts, other.columns)
        return all(a is b or np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True))

    def scalar(self) -> tuple[IntArray, IntArray]:
        """Rows and columns of the entries of the blocks, each block row by row."""
        size = self.block
        rows = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        inside = np.arange(size)
        row = rows[:, None, None] * size + inside[:, None]
        column = self.columns.astype(np.int64)[:, None, None] * size + inside
        shape = (len(rows), size, size)
        return np.broadcast_to(row, shape).ravel(), np.broadcast_to(column, shape).ravel()


class _Sums:
    """P^T A P of entries of A that always stand at the same places, as sums of products found once. Collective.

    Parameters
    ----------
    rows
        Owned rows of A from 0, shape (entries,).
    columns
        Its global columns.
    layout
        Has the expansion P, if there are ties. Rows of other ranks are those of global unknowns, which rank 0 owns.
    """

    def __init__(self, rows: IntArray, columns: IntArray, layout: UnknownLayout) -> None:
        self._comm = layout.comm
        self._own: tuple[IntArray, Array] | None = None
        self._leaving: tuple[IntArray, Array] | None = None
        if layout.expansion is not None:
            products = _expanded(rows, columns, layout.expansion)
            rows, columns = self._send(products, layout)
        order = np.lexsort((columns, rows))
        row, column = rows[order], columns[order]
        first = np.ones(len(row), dtype=bool)
        first[1:] = (np.diff(row) != 0) | (np.diff(column) != 0)
        self._firsts, self._more = order[first], order[~first]
        self._place_of_more = (np.cumsum(first) - 1)[~first]
        counts = np.bincount(row[first], minlength=layout.reduced_size)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(PETSc.IntType)
        self._csr = starts, column[first].astype(PETSc.IntType)
        sizes = ((layout.reduced_size, None), (layout.reduced_size, None))
        zeros = np.zeros(len(self._firsts))
        self._matrix = PETSc.Mat().createAIJ(sizes, csr=(*self._csr, zeros), comm=layout.comm)

    def _send(self, products: _Products, layout: UnknownLayout) -> tuple[IntArray, IntArray]:
        """Rows from 0 and columns of the products of this rank; those that others send to rank 0 stand last."""
        rows = products.rows - layout.reduced_start
        mine = (rows >= 0) & (rows < layout.reduced_size)
        home, away = np.flatnonzero(mine), np.flatnonzero(~mine)
        self._own = products.source[home], products.factors[home]
        self._leaving = products.source[away], products.factors[away]
        gathered = self._comm.gather((products.rows[away], products.columns[away]), root=0) or []
        return (
            np.concatenate([rows[home], *(arrived[0] - layout.reduced_start for arrived in gathered)]),
            np.concatenate([products.columns[home], *(arrived[1] for arrived in gathered)]),
        )

    def fill(self, values: Array) -> PETSc.Mat:
        """The same matrix at every call, with these values of A. Collective."""
        if self._own is not None and self._leaving is not None:
            (source, factors), (foreign, foreign_factors) = self._own, self._leaving
            gathered = self._comm.gather(values[foreign] * foreign_factors, root=0) or []
            values = np.concatenate([values[source] * factors, *gathered])
        sums = values[self._firsts]
        np.add.at(sums, self._place_of_more, values[self._more])
        self._matrix.setValuesCSR(*self._csr, sums)
        self._matrix.assemble()
        return self._matrix


@dataclass(frozen=True)
class _Products:
    """Products of entries of A with one of P at their row and one at their column.

    Attributes
    ----------
    rows, columns
        Global rows and columns in the reduced matrix.
    source, factors
        Which entry of A, and the product of the two of P.
    """

    rows: IntArray
    columns: IntArray
    source: IntArray
    factors: Array


def _expanded(rows: IntArray, columns: IntArray, expansion: PETSc.Mat) -> _Products:
    """All products of entries of A, given by owned rows from 0 and global columns. Collective."""
    needed, place = np.unique(columns, return_inverse=True)
    every = PETSc.IS().createStride(expansion.getSize()[1], 0, 1, comm=PETSc.COMM_SELF)
    wanted = PETSc.IS().createGeneral(needed.astype(PETSc.IntType), comm=PETSc.COMM_SELF)
    (of_columns,) = expansion.createSubMatrices(wanted, every)
    left, right = expansion.getValuesCSR(), of_columns.getValuesCSR()
    of_row, of_column = np.diff(left[0])[rows].astype(np.int64), np.diff(right[0])[place].astype(np.int64)
    many = of_row * of_column
    source = np.repeat(np.arange(len(rows)), many)
    within = np.arange(len(source)) - np.repeat(np.cumsum(many) - many, many)
    a = left[0][rows[source]] + within // of_column[source]
    b = right[0][place[source]] + within % of_column[source]
    for thing in (every, wanted, of_columns):
        thing.destroy()
    return _Products(left[1][a].astype(np.int64), right[1][b].astype(np.int64), source, left[2][a] * right[2][b])
