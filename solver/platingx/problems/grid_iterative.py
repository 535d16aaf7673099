"""Iterative solution of several fields: Krylov's method on all of them, with the displacement's own solver within.

The operator is never assembled: contributions multiply. One application of the preconditioner solves for the
displacement to ``INNER_TOLERANCE`` by p-multigrid, takes its forces off the residual of the other fields, and solves
for these by the factors of their own blocks (block Gauss-Seidel). A few global unknowns cost as many iterations more,
since the preconditioned operator then differs from the identity by a matrix of that rank (Ipsen, SIAM J. Sci. Comput.
23 (2001) 1050).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from petsc4py import PETSc

from platingx.arrays import Array, IntArray
from platingx.fields.nodal_field import DISPLACEMENT, Field
from platingx.problems.contribution import BlockTangent
from platingx.problems.grid_matrix import GridMatrix
from platingx.problems.iterative import IterativeSolver
from platingx.problems.petsc_options import PREFIX
from platingx.problems.ties import Ties
from platingx.problems.unknown_layout import UnknownLayout
from platingx.profiling import phase

__all__ = ["GridIterative"]

#: Relative residual to which the displacement is solved for within an iteration on all fields.
INNER_TOLERANCE = 1e-3
LARGEST_ITERATIONS = 60

Multiply = Callable[[dict[str, Array]], dict[str, Array]]


class GridIterative:
    """Solves for the displacement and other fields.

    Parameters
    ----------
    layout
        All fields.
    ties
        Ties among them.
    inner
        Solver of the displacement with all held components left out.
    parts
        Contributions with blocks.
    multiply
        The tangent times increments of local nodes, on owned nodes. Collective.
    """

    def __init__(
        self,
        layout: UnknownLayout,
        ties: Ties,
        inner: IterativeSolver,
        parts: Sequence[BlockTangent],
        multiply: Multiply,
    ) -> None:
        self._layout, self._inner, self._multiply = layout, inner, multiply
        self._ties = ties
        self._displacement = next(field for field in layout.fields if field.name == DISPLACEMENT)
        self._others = [field for field in layout.fields if field.name != DISPLACEMENT]
        self.read: set[str] = inner.read
        self._scales: Array = np.ones(layout.reduced_size)
        self._own = layout.reduced_place(DISPLACEMENT)
        self._held = self._displacement.held[: self._displacement.owned].ravel()
        self._free_of_ties = np.flatnonzero(~self._displacement.constraints.tied[: self._displacement.owned].ravel())
        self._rest = np.setdiff1d(np.arange(layout.reduced_size), self._own)
        self._work, self._forces = layout.vector(), layout.vector()
        self._inner_right = PETSc.Vec().createMPI((len(self._held), None), comm=layout.comm)
        self._inner_solution = self._inner_right.duplicate()
        self._rest_matrix = _RestMatrix(self._others, parts) if self._others else None
        self._rest_solver: PETSc.KSP | None = None
        self._rest_vectors: tuple[PETSc.Vec, PETSc.Vec] | None = None

    def scale_rows(self, scales: Array) -> None:
        """Divide owned rows by these from now on."""
        self._scales = scales

    def begin(self) -> None:
        """Forget what was prepared for earlier tangents."""
        self._inner.begin()

    def release(self) -> None:
        """Give back what PETSc holds. Collective."""
        self._inner.release()
        for thing in (self._rest_solver, *(self._rest_vectors or ()), self._inner_right, self._inner_solution):
            if thing is not None:
                thing.destroy()

    def assemble(self) -> None:
        """Take over the present tangents. Collective."""
        self._inner.assemble()
        if self._rest_matrix is None:
            return
        matrix = self._rest_matrix.assemble(self._stiffness_of_ties())
        if self._rest_solver is None:
            self._rest_solver = PETSc.KSP().create(self._layout.comm)
            self._rest_solver.setType(PETSc.KSP.Type.PREONLY)
            self._rest_solver.getPC().setType(PETSc.PC.Type.LU)
            self._rest_solver.getPC().setFactorSolverType(PETSc.Mat.SolverType.MUMPS)
            self._rest_solver.setOptionsPrefix(f"{PREFIX}others_")
            self._rest_vectors = matrix.createVecs()
        self._rest_solver.setOperators(matrix)
        with phase("solver set-up"):
            self._rest_solver.setUp()

    def _stiffness_of_ties(self) -> dict[str, Array]:
        """T^T K T by master, shape (unknowns, unknowns), on all ranks. Collective."""
        result: dict[str, Array] = {}
        for master in dict.fromkeys(tie.master for tie in self._ties.ties):
            field = next(f for f in self._others if f.name == master)
            columns = []
            for unknown in range(field.nodes):
                increments: dict[str, Array] = {f.name: np.zeros_like(f.values) for f in self._layout.fields}
                increments[master][unknown] = 1.0
                forces = self._multiply(self._ties.follow(increments))[DISPLACEMENT]
                columns.append(self._ties.resultant(forces, master))
            result[master] = np.column_stack(columns)
        return result

    def solve(self, right: PETSc.Vec, solution: PETSc.Vec, tolerance: float) -> tuple[int, int]:
        """Solve to a relative residual; PETSc's reason and the number of iterations on all fields. Collective."""
        size = self._layout.reduced_size
        solver = PETSc.KSP().create(self._layout.comm)
        matrix = PETSc.Mat().createPython(((size, None), (size, None)), self, self._layout.comm)
        matrix.setUp()
        solver.setOperators(matrix)
        solver.setType(PETSc.KSP.Type.FGMRES)
        solver.setGMRESRestart(LARGEST_ITERATIONS)
        solver.getPC().setType(PETSc.PC.Type.PYTHON)
        solver.getPC().setPythonContext(self)
        solver.setTolerances(rtol=tolerance, atol=0.0, max_it=LARGEST_ITERATIONS)
        solver.solve(right, solution)
        result = int(solver.getConvergedReason()), int(solver.getIterationNumber())
        for thing in (solver, matrix):
            thing.destroy()
        return result

    def mult(self, _matrix: PETSc.Mat, given: PETSc.Vec, result: PETSc.Vec) -> None:
        """Apply the tangent (called by PETSc)."""
        layout = self._layout
        self._work.array_w[:] = np.where(layout.prescribed, 0.0, given.array_r)
        layout.reduce(self._multiply(layout.expand(self._work)), result)
        values = result.array_w
        values /= self._scales
        values[layout.prescribed] = given.array_r[layout.prescribed]

    def apply(self, _preconditioner: PETSc.PC, given: PETSc.Vec, result: PETSc.Vec) -> None:
        """Solve for the displacement, then for the other fields (called by PETSc)."""
        layout = self._layout
        into = result.array_w
        into[:] = 0.0
        self._inner_right.array_w[:] = 0.0
        self._inner_right.array_w[self._free_of_ties] = given.array_r[self._own] * self._scales[self._own]
        self._inner_right.array_w[self._held] = 0.0
        self._inner.solve(self._inner_right, self._inner_solution, INNER_TOLERANCE)
        into[self._own] = self._inner_solution.array_r[self._free_of_ties]
        held = layout.prescribed[self._own]
        into[self._own[held]] = given.array_r[self._own[held]]
        if self._rest_solver is None or self._rest_vectors is None:
            return
        self._work.array_w[:] = np.where(layout.prescribed, 0.0, into)
        layout.reduce(self._multiply(layout.expand(self._work)), self._forces)
        right, left = self._rest_vectors
        left.array_w[:] = given.array_r[self._rest] * self._scales[self._rest] - self._forces.array_r[self._rest]
        fixed = layout.prescribed[self._rest]
        left.array_w[fixed] = 0.0
        self._rest_solver.solve(left, right)
        into[self._rest] = np.where(fixed, given.array_r[self._rest], right.array_r)


class _RestMatrix:
    """The blocks between fields other than the displacement, with what ties bring to global unknowns."""

    def __init__(self, fields: Sequence[Field], parts: Sequence[BlockTangent]) -> None:
        self._layout = UnknownLayout(fields, Ties({}))
        self._grid = GridMatrix(self._layout, None, parts)

    def assemble(self, stiffness: dict[str, Array]) -> PETSc.Mat:
        """The matrix, the same at every call. Collective."""
        entries: list[tuple[IntArray, IntArray, Array]] = []
        for master, matrix in stiffness.items():
            place, count = self._layout.place(master), len(matrix)
            rows = np.arange(place.start, place.stop)  # of rank 0, which owns all
            numbers = self._layout.global_numbers(master, np.arange(count))
            entries.append((np.repeat(rows, count), np.tile(numbers, len(rows)), matrix[: len(rows)].ravel()))
        if not entries:
            return self._grid.assemble()
        rows, columns, values = (np.concatenate(arrays) for arrays in zip(*entries, strict=True))
        return self._grid.assemble((rows, columns, values))
