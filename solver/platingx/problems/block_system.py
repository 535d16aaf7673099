"""The linear system of all fields of a problem, and the choice of what solves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from petsc4py import PETSc

from platingx.arrays import Array
from platingx.errors import CaseError, InputError
from platingx.fields.nodal_field import DISPLACEMENT, Field, NodalField
from platingx.problems.bordered import BorderedSolver, is_bordered
from platingx.problems.contribution import BlockTangent, Contribution, Pairing
from platingx.problems.factorised import FactorisedSolver
from platingx.problems.grid_iterative import GridIterative
from platingx.problems.grid_matrix import GridMatrix
from platingx.problems.iterative import IterativeSolver
from platingx.problems.tangent import DisplacementMatrix, Tangent
from platingx.problems.ties import Ties
from platingx.problems.unknown_layout import UnknownLayout
from platingx.profiling import count, timed

#: PETSc options of the presets that factorise the matrix (without prefix).
FACTORISATIONS: dict[str, dict[str, str]] = {
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

#: Room that MUMPS takes beyond its estimate, per cent, where bodies slide on each other: rows of the partner lack
#: columns of theirs, pivots are put off, and the usual 20 have been seen to be too few on three ranks.
WORKSPACE: dict[str, dict[str, str]] = {
    "direct": {"mat_mumps_icntl_14": "100"},
    "repeatable": {"redundant_mat_mumps_icntl_14": "100"},
}


ITERATIVE, AUTOMATIC = "iterative", "automatic"

#: Unknowns from which ``automatic`` iterates, by dimension: factors grow much faster in 3D than in 2D.
ITERATES_FROM = {2: 1_000_000, 3: 50_000}


def chosen_preset(preset: str, dimension: int, unknowns: int) -> str:
    """The preset that ``automatic`` stands for; any other is its own choice."""
    if preset != AUTOMATIC:
        return preset
    return ITERATIVE if unknowns >= ITERATES_FROM[dimension] else "direct"


@dataclass(frozen=True)
class SolveReport:
    """Outcome of one linear solve."""

    converged: bool
    iterations: int
    reason: int


class LinearSolver(Protocol):
    """What solves the system of a preset."""

    read: set[str]
    """Names of the options that PETSc has read so far."""

    def begin(self) -> None:
        """Forget what was prepared for earlier tangents."""

    def release(self) -> None:
        """Give back what PETSc holds. Collective."""

    def assemble(self) -> None:
        """Take over the present element tangents. Collective."""

    def solve(self, right: PETSc.Vec, solution: PETSc.Vec, tolerance: float) -> tuple[int, int]:
        """Solve to a relative residual; PETSc's reason and the number of iterations. Collective."""


class BlockSystem:
    """Sparse tangent over the free components of all fields, and what solves it.

    With the displacement alone it is a matrix of node blocks from element matrices. Where there are further fields,
    blocks between fields or ties, a factorisation gets all of them in one matrix, and the iterative solver iterates on
    all fields around the one of the displacement. A scalar field with single numbers beside it is iterated on by its
    Schur complement if the options name a Krylov method. Rows and columns of prescribed components stay in the pattern
    with a diagonal entry only.

    Parameters
    ----------
    fields
        The fields, with their constraints.
    contributions
        Parts of the tangent.
    ties
        Ties among the fields.
    diagonal
        Diagonal entry of the rows of prescribed displacements, of the order of the stiffness.
    preset
        ``automatic``, ``iterative`` or a name in ``FACTORISATIONS``.
    options
        Further PETSc options, without prefix; they override the preset.

    Raises
    ------
    CaseError
        If the preset or an option value is not known.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        contributions: Sequence[Contribution],
        ties: Ties,
        diagonal: float,
        preset: str = "direct",
        options: Mapping[str, str] | None = None,
    ) -> None:
        self._fields, self._contributions = tuple(fields), tuple(contributions)
        self.layout = UnknownLayout(fields, ties)
        self.preset = preset = self._preset(preset)
        self._ties, self._diagonal, self._given = ties, diagonal, dict(options or {})
        self._unchecked = dict(self._given)
        self._pairing = tuple(part for part in contributions if isinstance(part, Pairing))
        self._versions = self._pattern_versions()
        self._grid: GridMatrix | GridIterative | None = None
        self.solver: LinearSolver = self._make_solver()
        self._rows = np.ones(self.layout.reduced_size)
        self._right, self._solution = self.layout.vector(), self.layout.vector()

    def _make_solver(self) -> LinearSolver:
        """What solves the system with the present elements."""
        contributions, ties, diagonal, given = self._contributions, self._ties, self._diagonal, self._given
        tangent, displacement, preset = Tangent(contributions), self._displacement, self.preset
        blocks = [part for part in contributions if isinstance(part, BlockTangent)]
        alone = len(self._fields) == 1 and displacement is not None and not ties and not blocks
        if preset == ITERATIVE and displacement is not None:
            inner = IterativeSolver(displacement, tangent, displacement.held, diagonal, given)
            if alone:
                return inner
            self._grid = GridIterative(self.layout, ties, inner, blocks, self.multiply)
            return self._grid
        steps = given.get("ksp_type", "preonly") != "preonly"
        if displacement is None and not ties and steps and is_bordered(self._fields):
            return BorderedSolver(self.layout, blocks, given)
        name = "direct" if preset == ITERATIVE else preset
        chosen = {**FACTORISATIONS[name], **(WORKSPACE[name] if self._pairing else {}), **given}
        own: DisplacementMatrix | None = None
        if displacement is not None:
            own = DisplacementMatrix(displacement, tangent, displacement.constraints.prescribed, diagonal)
        if alone and own is not None:
            return FactorisedSolver(own, self._fields[0].comm, chosen)
        self._grid = GridMatrix(self.layout, own, blocks)
        return FactorisedSolver(self._grid, self._fields[0].comm, chosen)

    def _pattern_versions(self) -> tuple[int, ...]:
        return tuple(part.pattern_version for part in self._pairing)

    @property
    def _displacement(self) -> NodalField | None:
        """The displacement, if there is one."""
        found = (field for field in self._fields if field.name == DISPLACEMENT and isinstance(field, NodalField))
        return next(found, None)

    def _preset(self, preset: str) -> str:
        """The preset that is meant; of fields without a displacement, ``automatic`` is ``direct``."""
        if preset not in {AUTOMATIC, ITERATIVE, *FACTORISATIONS}:
            known = ", ".join([AUTOMATIC, *FACTORISATIONS, ITERATIVE])
            raise CaseError(f"unknown solver preset '{preset}'; there are: {known}")
        displacement = self._displacement
        if displacement is None:
            return "direct" if preset == AUTOMATIC else preset
        return chosen_preset(preset, displacement.dimension, displacement.unknowns)

    def begin(self) -> None:
        """Forget what was prepared for earlier tangents."""
        self.solver.begin()

    @timed("matrix assembly")
    def assemble(self, scales: Mapping[str, float] | None = None) -> None:
        """Take over the present tangents. Collective.

        Parameters
        ----------
        scales
            Force of each field that its residual is measured by, where there are several fields.
        """
        if self._versions != self._pattern_versions():
            self._versions = self._pattern_versions()
            self.solver.release()
            self.solver = self._make_solver()
            count("matrix patterns found anew")
        if self._grid is not None and scales is not None:
            rows = np.ones(self.layout.reduced_size)
            for field in self._fields:
                rows[self.layout.reduced_place(field.name)] = scales[field.name]
            self._rows = rows
            self._grid.scale_rows(rows)
        self.solver.assemble()

    def multiply(self, increments: dict[str, Array]) -> dict[str, Array]:
        """The tangent times increments of local nodes, on owned nodes, constraints left aside. Collective."""
        results = {field.name: np.zeros_like(field.values) for field in self._fields}
        for part in self._contributions:
            part.multiply(increments, results)
        return {field.name: field.added_up(results[field.name]) for field in self._fields}

    @timed("linear solve")
    def solve(self, rights: Mapping[str, Array], tolerance: float) -> tuple[dict[str, Array], SolveReport]:
        """Solve for increments.

        Parameters
        ----------
        rights
            Right-hand sides on owned nodes by field, shapes (owned nodes, dimension).
        tolerance
            Residual norm over that of the right-hand side at which an iterative solver stops.

        Returns
        -------
        increments, report
            Increments on owned and ghost nodes by field, shapes (local nodes, dimension), and the outcome.
        """
        self.layout.reduce(rights, self._right)
        if self._grid is not None:
            self._right.array_w[:] /= self._rows
        reason, iterations = self.solver.solve(self._right, self._solution, tolerance)
        self._refuse_unread_options()
        count("linear solves")
        count("Krylov iterations", iterations)
        return self.layout.expand(self._solution), SolveReport(reason > 0, iterations, reason)

    def _refuse_unread_options(self) -> None:
        """See after the first solution, when the solver is set up, that no option was in vain. Collective."""
        given, self._unchecked = self._unchecked, {}
        if not given:
            return
        comm = self._right.comm.tompi4py()
        read = set[str]().union(*comm.allgather(self.solver.read))  # a coarse problem may be on some ranks only
        unread = {name: value for name, value in given.items() if name not in read}
        if unread:
            raise CaseError(_unread_options(unread, self.preset))


def _unread_options(options: Mapping[str, str], preset: str) -> InputError:
    return InputError(
        f"nothing in the solver reads {', '.join(options)}: the name is misspelt, or belongs to another solver",
        key="solver.petsc_options",
        value=", ".join(f"{name}: {value}" for name, value in options.items()),
        valid=f"options of PETSc that the preset {preset} or the options beside them bring into play",
        hint="look them up in the manual pages of KSPSetFromOptions and PCSetFromOptions, choose the solver that they "
        "are meant for by solver.preset, or leave them out",
    )
