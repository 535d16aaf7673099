"""A scalar field with a few numbers beside it, such as a potential and its circuit, by Schur's complement of the field.

    [ K  B ] [x]   [r]
    [ C  D ] [y] = [s],   (D - C K^-1 B) y = s - C K^-1 r,   x = K^-1 r - K^-1 B y.

K is symmetric and positive definite; a Krylov method with algebraic multigrid solves for r and for each column of B
that is not a multiple of one before. The multigrid is that of the first tangent of a step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from petsc4py import PETSc

from platingx.arrays import Array
from platingx.fields.nodal_field import Field, NodalField
from platingx.problems.contribution import BlockTangent
from platingx.problems.petsc_options import PREFIX, options_in_database
from platingx.problems.unknown_layout import UnknownLayout
from platingx.profiling import phase

__all__ = ["BorderedSolver", "is_bordered"]

_TOLERANCE = 1e-10
"""Relative residual to which the field is solved: each of Newton's corrections gains as much."""
_MULTIPLE = 1e-14
"""Size of what a column differs from a multiple of another one by, over its own, below which it is one."""


def is_bordered(fields: Sequence[Field]) -> bool:
    """Whether the fields are a scalar one with single numbers beside it."""
    nodal = [field for field in fields if isinstance(field, NodalField)]
    numbers = [field for field in fields if not isinstance(field, NodalField)]
    return len(nodal) == 1 and nodal[0].dimension == 1 and all(_is_number(field) for field in numbers)


def _is_number(field: Field) -> bool:
    return field.dimension == 1 and field.comm.allreduce(field.owned) == 1


class BorderedSolver:
    """See the module.

    Parameters
    ----------
    layout
        Fields and numbering, without ties.
    parts
        Contributions with blocks.
    options
        PETSc options of the solver of the field, without prefix.

    Attributes
    ----------
    read
        Names of the options that PETSc has read.
    """

    def __init__(self, layout: UnknownLayout, parts: Sequence[BlockTangent], options: Mapping[str, str]) -> None:
        self._layout, self._parts, self._options = layout, tuple(parts), dict(options)
        self._field = next(field for field in layout.fields if isinstance(field, NodalField))
        self._numbers = [field.name for field in layout.fields if field is not self._field]
        self._place = layout.reduced_place(self._field.name)
        self._held = (np.flatnonzero(layout.prescribed[self._place]) + self._field_start()).astype(PETSc.IntType)
        self.read: set[str] = set()
        self._matrix: PETSc.Mat | None = None
        self._columns: list[PETSc.Vec] = []
        self._rows: list[list[PETSc.Mat]] = []
        self._corner = np.zeros((len(self._numbers), len(self._numbers)))
        self._fresh = True
        self._ksp = PETSc.KSP().create(layout.comm)
        self._ksp.setOptionsPrefix(PREFIX)
        with options_in_database(self._options, self.read):
            self._ksp.setFromOptions()

    def _field_start(self) -> int:
        counts = self._layout.comm.allgather(len(self._place))
        return int(sum(counts[: self._layout.comm.rank]))

    def release(self) -> None:
        """Give back what PETSc holds. Collective."""
        for thing in (self._ksp, self._matrix, *self._columns):
            if thing is not None:
                thing.destroy()

    def begin(self) -> None:
        """Ask for new multigrid."""
        self._fresh = True

    def assemble(self) -> None:
        """Take over the present tangent. Collective."""
        own, blocks = self._field.name, [part.blocks() for part in self._parts]
        self._take_matrix([found[own, own] for found in blocks if (own, own) in found])
        self._columns = [self._column([b[own, name] for b in blocks if (own, name) in b]) for name in self._numbers]
        self._rows = [[b[name, own] for b in blocks if (name, own) in b] for name in self._numbers]
        for row, first in enumerate(self._numbers):
            for column, second in enumerate(self._numbers):
                found = [_entry(b[first, second]) for b in blocks if (first, second) in b]
                self._corner[row, column] = self._layout.comm.allreduce(sum(found))

    def _take_matrix(self, found: Sequence[PETSc.Mat]) -> None:
        """K: the sum of the blocks of the field, with ones for what is prescribed."""
        widest = max(range(len(found)), key=lambda index: found[index].getInfo()["nz_used"])
        if self._matrix is None:
            self._matrix = found[widest].duplicate(copy=True)
        else:
            found[widest].copy(self._matrix, structure=PETSc.Mat.Structure.SAME_NONZERO_PATTERN)
        for index, other in enumerate(found):
            if index != widest:
                self._matrix.axpy(1.0, other, structure=PETSc.Mat.Structure.SUBSET_NONZERO_PATTERN)
        diagonal = float(self._matrix.getDiagonal().max()[1])
        self._matrix.zeroRowsColumns(self._held, diag=diagonal)
        self._matrix.setOption(PETSc.Mat.Option.SPD, True)

    def _column(self, found: Sequence[PETSc.Mat]) -> PETSc.Vec:
        assert self._matrix is not None
        total = self._matrix.createVecLeft()
        for block in found:
            one, part = block.createVecs()
            one.set(1.0)
            block.mult(one, part)
            total.array_w[:] += part.array_r
        total.array_w[self._layout.prescribed[self._place]] = 0.0
        return total

    def solve(self, right: PETSc.Vec, solution: PETSc.Vec, tolerance: float) -> tuple[int, int]:
        """Solve; PETSc's reason and the iterations of all solutions. Collective."""
        del tolerance
        assert self._matrix is not None
        self._ksp.setOperators(self._matrix)
        self._ksp.getPC().setReusePreconditioner(not self._fresh)
        self._ksp.setTolerances(rtol=_TOLERANCE, atol=0.0)
        with phase("solver set-up"), options_in_database(self._options, self.read):
            self._ksp.setUp()
        self._fresh = False
        given = self._matrix.createVecRight()
        given.array_w[:] = right.array_r[self._place]
        solved, spent = self._solved([given, *self._columns])
        reason = int(self._ksp.getConvergedReason())
        count = len(self._numbers)
        products = np.array([[self._product(row, x) for x in solved] for row in range(count)]).reshape(count, count + 1)
        rest = np.array([self._number(right, name) for name in self._numbers]) - products[:, 0]
        numbers = np.linalg.solve(self._corner - products[:, 1:], rest)
        out = solution.array_w
        out[self._place] = solved[0].array_r
        for value, column in zip(numbers, solved[1:], strict=True):
            out[self._place] -= value * column.array_r
        for value, name in zip(numbers, self._numbers, strict=True):
            out[self._layout.reduced_place(name)] = value
        return reason, spent

    def _solved(self, rights: Sequence[PETSc.Vec]) -> tuple[list[PETSc.Vec], int]:
        """K^-1 of each, multiples of an earlier one and zeros without an iteration."""
        found: list[PETSc.Vec] = []
        spent = 0
        for index, right in enumerate(rights):
            result, size = right.duplicate(), right.norm()
            known = next((n for n in range(1, index) if _is_multiple(right, rights[n])), None) if index else None
            if size == 0.0:
                result.set(0.0)
            elif known is not None:
                found[known].copy(result)
                result.scale(right.dot(rights[known]) / rights[known].norm() ** 2)
            else:
                self._ksp.solve(right, result)
                spent += int(self._ksp.getIterationNumber())
                if self._ksp.getConvergedReason() < 0:
                    return [result, *(right.duplicate() for _ in rights[1:])], spent
            found.append(result)
        return found, spent

    def _product(self, row: int, x: PETSc.Vec) -> float:
        """Row of C times a vector of the field. Collective."""
        total = 0.0
        for block in self._rows[row]:
            image = block.createVecLeft()
            block.mult(x, image)
            total += float(image.sum())
        return total

    def _number(self, vector: PETSc.Vec, name: str) -> float:
        place: Array = vector.array_r[self._layout.reduced_place(name)]
        return float(self._layout.comm.allreduce(float(place.sum())))


def _entry(block: PETSc.Mat) -> float:
    """The only entry of a block of two numbers, on the rank that owns it; 0 on others."""
    return float(block.getValuesCSR()[2].sum())


def _is_multiple(one: PETSc.Vec, other: PETSc.Vec) -> bool:
    size = other.norm()
    if size == 0.0:
        return False
    rest = one.copy()
    rest.axpy(-one.dot(other) / size**2, other)
    return bool(rest.norm() <= _MULTIPLE * one.norm())
