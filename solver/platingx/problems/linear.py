"""Global linear system: a PETSc matrix filled from element matrices, and its solver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from dolfinx import fem, la
from petsc4py import PETSc

from platingx import compat
from platingx.errors import CaseError, CaseProblem
from platingx.fields.scatter_kernel import add_element_matrices, block_positions
from platingx.problems.contribution import Contribution

Array = npt.NDArray[np.float64]

PREFIX = "platingx_"

#: PETSc options of the named presets (without prefix).
PRESETS: dict[str, dict[str, str]] = {
    "direct": {
        "ksp_type": "preonly",
        "pc_type": "lu",
        "pc_factor_mat_solver_type": "mumps",
    },
    # MUMPS on several ranks adds contributions as they arrive. Here every rank factorises the whole matrix for itself.
    "repeatable": {
        "ksp_type": "preonly",
        "pc_type": "redundant",
        "redundant_ksp_type": "preonly",
        "redundant_pc_type": "lu",
        "redundant_pc_factor_mat_solver_type": "mumps",
    },
}


@dataclass(frozen=True)
class SolveReport:
    """Outcome of one linear solve."""

    converged: bool
    iterations: int
    reason: int


class LinearSystem:
    """Sparse tangent over the free displacement components.

    Rows and columns of prescribed components stay in the pattern with a diagonal entry only, so the
    pattern never changes and no symbolic work is repeated.

    Parameters
    ----------
    space
        Displacement space.
    contributions
        Parts that supply element matrices.
    prescribed
        Mask of prescribed components, shape (local nodes, dimension).
    diagonal
        Diagonal entry of prescribed rows, of the order of the stiffness.
    preset
        Name in ``PRESETS``.
    options
        Further PETSc options, without prefix; they override the preset.

    Raises
    ------
    CaseError
        If the preset or an option value is not known.
    """

    def __init__(
        self,
        space: fem.FunctionSpace,
        contributions: Sequence[Contribution],
        prescribed: npt.NDArray[np.bool_],
        diagonal: float,
        preset: str = "direct",
        options: Mapping[str, str] | None = None,
    ) -> None:
        self._space = space
        self._contributions = tuple(contributions)
        self._prescribed = prescribed
        self._comm = space.mesh.comm
        self._build_pattern()
        self._fix_diagonal(diagonal)
        index_map, block = space.dofmap.index_map, space.dofmap.index_map_bs
        owned = index_map.size_local * block
        rows = self._entries.indptr[: owned + 1].astype(PETSc.IntType)
        self._owned_entries = int(rows[-1])
        columns = self._global_columns(self._entries.indices[: self._owned_entries], block)
        self._rows_and_columns = (rows, columns)
        self.matrix = PETSc.Mat().create(self._comm)
        self.matrix.setSizes(((owned, None), (owned, None)))
        self.matrix.setBlockSize(block)
        self.matrix.setType(PETSc.Mat.Type.AIJ)
        self.matrix.setPreallocationCSR((rows, columns))
        self._right = self.matrix.createVecLeft()
        self._solution = self.matrix.createVecRight()
        self._increment = la.vector(index_map, block)
        self._solver = self._build_solver(preset, options or {})

    def _build_pattern(self) -> None:
        index_map, block = self._space.dofmap.index_map, self._space.dofmap.index_map_bs
        pattern = compat.sparsity_pattern(self._comm, index_map, block)
        for part in self._contributions:
            for element in part.element_nodes():
                pattern.insert(element, element)
        pattern.insert_diagonal(np.arange(index_map.size_local, dtype=np.int32))
        pattern.finalize()
        self._entries = la.matrix_csr(pattern, block_mode=la.BlockMode.expanded)
        scalar_rows = self._entries.indptr
        self._starts = np.ascontiguousarray(scalar_rows[::block] // (block * block), dtype=np.int64)
        widths = np.diff(self._starts)
        first = np.repeat(scalar_rows[:-1:block] - self._starts[:-1] * block, widths)
        self._columns = self._entries.indices[first + np.arange(self._starts[-1]) * block] // block
        self._positions = [
            block_positions(part.element_nodes(), self._starts, self._columns) for part in self._contributions
        ]

    def _fix_diagonal(self, value: float) -> None:
        block = self._space.dofmap.index_map_bs
        owned = self._space.dofmap.index_map.size_local * block
        fixed = np.flatnonzero(self._prescribed.ravel()[:owned])
        place = []
        for row in fixed:
            start, end = self._entries.indptr[row], self._entries.indptr[row + 1]
            place.append(start + np.searchsorted(self._entries.indices[start:end], row))
        self._diagonal_places = np.array(place, dtype=np.int64)
        self._diagonal = value

    def _global_columns(self, local: npt.NDArray[np.int32], block: int) -> npt.NDArray[np.int32]:
        """Global numbers of scalar columns; the column layout may count nodes or scalars."""
        column_map = self._entries.index_map(1)
        nodes = self._space.dofmap.index_map
        if column_map.size_local == nodes.size_local * block:
            return column_map.local_to_global(local).astype(PETSc.IntType)
        numbers = column_map.local_to_global((local // block).astype(np.int32))
        return (numbers * block + local % block).astype(PETSc.IntType)

    def _build_solver(self, preset: str, options: Mapping[str, str]) -> PETSc.KSP:
        if preset not in PRESETS:
            raise CaseError(f"unknown solver preset '{preset}'; there are: {', '.join(PRESETS)}")
        self._options = {**PRESETS[preset], **options}
        self._options_read = False
        solver = PETSc.KSP().create(self._comm)
        solver.setOptionsPrefix(PREFIX)
        solver.setOperators(self.matrix)
        with self._options_in_database():
            try:
                solver.setFromOptions()
            except PETSc.Error as error:
                raise CaseError(_refused_options(self._options, error)) from error
        return solver

    @contextmanager
    def _options_in_database(self) -> Iterator[None]:
        """Keep the options in PETSc's database only while they are read: the next model has its own.

        Options of the command line are in the database already and go before those of the case.
        """
        database = PETSc.Options(PREFIX)
        mine = {key: value for key, value in self._options.items() if not database.hasName(key)}
        for key, value in mine.items():
            database[key] = value
        try:
            yield
        finally:
            for key in mine:
                database.delValue(key)

    def assemble(self) -> None:
        """Fill the matrix from the present element matrices."""
        entries = self._entries
        entries.data[:] = 0.0
        for part, positions in zip(self._contributions, self._positions, strict=True):
            add_element_matrices(
                part.element_matrices(),
                part.element_nodes(),
                positions,
                self._starts,
                self._prescribed,
                entries.data,
            )
        entries.scatter_reverse()
        entries.data[self._diagonal_places] = self._diagonal
        self.matrix.setValuesCSR(*self._rows_and_columns, entries.data[: self._owned_entries])
        self.matrix.assemble()

    def solve(self, right: Array) -> tuple[Array, SolveReport]:
        """Solve for a nodal increment.

        Parameters
        ----------
        right
            Right-hand side on owned nodes, shape (owned nodes, dimension).

        Returns
        -------
        increment, report
            Increment on owned and ghost nodes, shape (local nodes, dimension), and the outcome.
        """
        self._right.array_w[:] = right.ravel()
        if not self._options_read:  # the factorisation reads its options when it is first set up
            with self._options_in_database():
                self._solver.setUp()
            self._options_read = True
        self._solver.solve(self._right, self._solution)
        reason = self._solver.getConvergedReason()
        array = self._increment.array
        array[: self._solution.local_size] = self._solution.array_r
        self._increment.scatter_forward()
        report = SolveReport(reason > 0, self._solver.getIterationNumber(), int(reason))
        return array.reshape(-1, right.shape[1]).copy(), report


def _refused_options(options: Mapping[str, str], error: PETSc.Error) -> CaseProblem:
    """Name the options, and what PETSc says about them without its stack."""
    reasons = [line.partition("] ")[2] for line in str(error).splitlines() if line.startswith("[0] ")]
    reason = next((text for text in reversed(reasons) if "() at " not in text), f"error code {error.ierr}")
    given = ", ".join(f"{name}: {value}" for name, value in options.items())
    return CaseProblem(
        f"PETSc refuses the solver options: {reason[:160]}",
        key="solver.petsc_options",
        value=given,
        valid="options of PETSc and values that they may have",
        hint="look the option up in the manual pages of KSPSetFromOptions and PCSetFromOptions",
    )
