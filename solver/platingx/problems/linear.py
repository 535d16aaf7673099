"""Global linear system: a PETSc matrix filled from element matrices, and its solver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dolfinx import fem, la
from petsc4py import PETSc

from platingx.arrays import Array, Mask
from platingx.errors import CaseError, InputError
from platingx.problems.block_matrix import BlockMatrix
from platingx.problems.contribution import Contribution
from platingx.problems.iterative import IterativeSolver
from platingx.problems.petsc_options import PREFIX, options_in_database
from platingx.problems.tangent import Tangent
from platingx.profiling import count, phase, timed

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

    def assemble(self) -> None:
        """Take over the present element tangents. Collective."""

    def solve(self, right: PETSc.Vec, solution: PETSc.Vec, tolerance: float) -> tuple[int, int]:
        """Solve to a relative residual; PETSc's reason and the number of iterations. Collective."""


#: Iterations in which the factors of an earlier tangent of the step have to do; they cost less than new factors do.
REUSE_ITERATIONS = 10
#: Relative residual to which they go at least: a line search that is monotone stalls on a rough direction.
REUSE_TOLERANCE = 1e-5


class FactorisedSolver:
    """Assembles the tangent and leaves it to a KSP of PETSc, usually a factorisation.

    The factors of the first tangent of a step precondition GMRES for the later ones, and are renewed where that takes
    more than ``REUSE_ITERATIONS``. They do not outlive their step, so that a resumed run repeats the numbers.

    Parameters
    ----------
    space, tangent, prescribed, diagonal
        As in :class:`LinearSystem`.
    options
        PETSc options, without prefix.

    Raises
    ------
    CaseError
        If PETSc refuses an option.
    """

    def __init__(
        self,
        space: fem.FunctionSpace,
        tangent: Tangent,
        prescribed: Mask,
        diagonal: float,
        options: Mapping[str, str],
    ) -> None:
        index_map, block = space.dofmap.index_map, space.dofmap.index_map_bs
        comm = space.mesh.comm
        self._tangent, self._options = tangent, dict(options)
        self.read: set[str] = set()
        self._blocks = BlockMatrix(comm, index_map, block, tangent.nodes, prescribed, diagonal)
        self._matrix: PETSc.Mat | None = None
        self._factors_serve = False
        self._reusing: PETSc.KSP | None = None
        self.ksp = PETSc.KSP().create(comm)
        self.ksp.setOptionsPrefix(PREFIX)
        with options_in_database(self._options, self.read):
            try:
                self.ksp.setFromOptions()
            except PETSc.Error as error:
                raise CaseError(_refused_options(self._options, error)) from error

    def assemble(self) -> None:
        """Take over the present element tangents. Collective."""
        self._tangent.add_to(self._blocks)
        self._blocks.finish()
        if self._matrix is not None:
            self._blocks.matrix.convert(PETSc.Mat.Type.AIJ, self._matrix)
            return
        self._matrix = self._blocks.matrix.convert(PETSc.Mat.Type.AIJ, PETSc.Mat())
        self.ksp.setOperators(self._matrix)
        with phase("solver set-up"), options_in_database(self._options, self.read):
            self.ksp.setUp()  # the factorisation reads its options when it is first set up

    def begin(self) -> None:
        """Ask for new factors."""
        self._factors_serve = False

    def solve(self, right: PETSc.Vec, solution: PETSc.Vec, tolerance: float) -> tuple[int, int]:
        """Solve; the tolerance of a KSP other than a factorisation is that of its own options."""
        spent = 0
        if self._factors_serve:
            reason, spent = self._solve_by_old_factors(right, solution, tolerance)
            if reason > 0:
                return reason, spent
        preconditioner = self.ksp.getPC()
        with phase("solver set-up"):
            preconditioner.setReusePreconditioner(False)
            preconditioner.setUp()
        self.ksp.solve(right, solution)
        self._factors_serve = self.ksp.getType() == PETSc.KSP.Type.PREONLY
        return int(self.ksp.getConvergedReason()), spent + int(self.ksp.getIterationNumber())

    def _solve_by_old_factors(self, right: PETSc.Vec, solution: PETSc.Vec, tolerance: float) -> tuple[int, int]:
        """Iterate with the factors of an earlier tangent of the step; PETSc's reason and the iterations."""
        if self._reusing is None:
            self._reusing = PETSc.KSP().create(self.ksp.comm)
            self._reusing.setType(PETSc.KSP.Type.GMRES)
            self._reusing.setPCSide(PETSc.PC.Side.RIGHT)
            self._reusing.setOperators(self._matrix)
            self._reusing.setPC(self.ksp.getPC())
        self.ksp.getPC().setReusePreconditioner(True)
        self._reusing.setTolerances(rtol=min(tolerance, REUSE_TOLERANCE), atol=0.0, max_it=REUSE_ITERATIONS)
        self._reusing.solve(right, solution)
        return int(self._reusing.getConvergedReason()), int(self._reusing.getIterationNumber())


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
        prescribed: Mask,
        diagonal: float,
        preset: str = "direct",
        options: Mapping[str, str] | None = None,
    ) -> None:
        tangent, index_map, block = Tangent(contributions), space.dofmap.index_map, space.dofmap.index_map_bs
        self.preset = preset = chosen_preset(preset, block, int(index_map.size_global * block))
        given = options or {}
        self._unchecked = dict(given)
        self.solver: LinearSolver
        if preset == ITERATIVE:
            self.solver = IterativeSolver(space, tangent, prescribed, diagonal, given)
        elif preset in FACTORISATIONS:
            chosen = {**FACTORISATIONS[preset], **given}
            self.solver = FactorisedSolver(space, tangent, prescribed, diagonal, chosen)
        else:
            known = ", ".join([AUTOMATIC, *FACTORISATIONS, ITERATIVE])
            raise CaseError(f"unknown solver preset '{preset}'; there are: {known}")
        size = ((index_map.size_local * block, None),)
        self._right = PETSc.Vec().createMPI(size[0], comm=space.mesh.comm)
        self._solution = self._right.duplicate()
        self._increment = la.vector(index_map, block)

    def begin(self) -> None:
        """Forget what was prepared for earlier tangents."""
        self.solver.begin()

    @timed("matrix assembly")
    def assemble(self) -> None:
        """Take over the present element tangents. Collective."""
        self.solver.assemble()

    @timed("linear solve")
    def solve(self, right: Array, tolerance: float) -> tuple[Array, SolveReport]:
        """Solve for a nodal increment.

        Parameters
        ----------
        right
            Right-hand side on owned nodes, shape (owned nodes, dimension).
        tolerance
            Residual norm over that of the right-hand side at which an iterative solver stops.

        Returns
        -------
        increment, report
            Increment on owned and ghost nodes, shape (local nodes, dimension), and the outcome.
        """
        self._right.array_w[:] = right.ravel()
        reason, iterations = self.solver.solve(self._right, self._solution, tolerance)
        self._refuse_unread_options()
        count("linear solves")
        count("Krylov iterations", iterations)
        array = self._increment.array
        array[: self._solution.local_size] = self._solution.array_r
        self._increment.scatter_forward()
        return array.reshape(-1, right.shape[1]).copy(), SolveReport(reason > 0, iterations, reason)

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


def _refused_options(options: Mapping[str, str], error: PETSc.Error) -> InputError:
    """Name the options, and what PETSc says about them without its stack."""
    reasons = [line.partition("] ")[2] for line in str(error).splitlines() if line.startswith("[0] ")]
    reason = next((text for text in reversed(reasons) if "() at " not in text), f"error code {error.ierr}")
    given = ", ".join(f"{name}: {value}" for name, value in options.items())
    return InputError(
        f"PETSc refuses the solver options: {reason[:160]}",
        key="solver.petsc_options",
        value=given,
        valid="options of PETSc and values that they may have",
        hint="look the option up in the manual pages of KSPSetFromOptions and PCSetFromOptions",
    )
