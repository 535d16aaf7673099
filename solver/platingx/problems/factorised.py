"""Factors of the assembled tangent, used again for the later tangents of a step where they serve."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Protocol

from mpi4py import MPI
from petsc4py import PETSc

from platingx.errors import CaseError, InputError
from platingx.problems.petsc_options import PREFIX, options_in_database
from platingx.profiling import phase

__all__ = ["REUSE_ITERATIONS", "REUSE_TOLERANCE", "FactorisedSolver", "MatrixSource"]

#: Iterations in which the factors of an earlier tangent of the step have to do; they cost less than new factors do.
REUSE_ITERATIONS = 10
#: Relative residual to which they go at least: a line search that is monotone stalls on a rough direction.
REUSE_TOLERANCE = 1e-5


class MatrixSource(Protocol):
    """What assembles a matrix."""

    def assemble(self) -> PETSc.Mat:
        """The same PETSc matrix at every call, with the present entries. Collective."""

    def release(self) -> None:
        """Give back what PETSc holds beside that matrix. Collective."""


class FactorisedSolver:
    """Assembles the tangent and leaves it to a KSP of PETSc, usually a factorisation.

    The factors of the first tangent of a step precondition GMRES for the later ones, and are renewed where that takes
    more than ``REUSE_ITERATIONS``. They do not outlive their step, so that a resumed run repeats the numbers.

    Parameters
    ----------
    source
        Gives the present matrix, always the same object.
    comm
        Communicator.
    options
        PETSc options, without prefix.

    Raises
    ------
    CaseError
        If PETSc refuses an option.
    """

    def __init__(
        self,
        source: MatrixSource,
        comm: MPI.Intracomm,
        options: Mapping[str, str],
    ) -> None:
        self._source, self._options = source, dict(options)
        self.read: set[str] = set()
        self._matrix: PETSc.Mat | None = None
        self._factors_serve = False
        self._lost = False
        self._reusing: PETSc.KSP | None = None
        self.ksp = PETSc.KSP().create(comm)
        self.ksp.setOptionsPrefix(PREFIX)
        with options_in_database(self._options, self.read):
            try:
                self.ksp.setFromOptions()
            except PETSc.Error as error:
                raise CaseError(_refused_options(self._options, error)) from error

    def assemble(self) -> None:
        """Take over the present tangent. Collective."""
        matrix = self._source.assemble()
        if self._matrix is not None:
            return
        self._matrix = matrix
        self.ksp.setOperators(self._matrix)
        with phase("solver set-up"), options_in_database(self._options, self.read):
            self.ksp.setUp()  # the factorisation reads its options when it is first set up

    def release(self) -> None:
        """Give back what PETSc holds. Collective."""
        for thing in (self._reusing, self.ksp, self._matrix):
            if thing is not None:
                thing.destroy()
        self._source.release()

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
        if not self._factorised():
            return int(PETSc.KSP.ConvergedReason.DIVERGED_PCSETUP_FAILED), spent
        self.ksp.solve(right, solution)
        self._factors_serve = self.ksp.getType() == PETSc.KSP.Type.PREONLY
        return int(self.ksp.getConvergedReason()), spent + int(self.ksp.getIterationNumber())

    def _factorised(self) -> bool:
        """Whether the present tangent has factors; those that failed are thrown away, or the next would fail too."""
        preconditioner = self.ksp.getPC()
        renewed = options_in_database(self._options, self.read) if self._lost else nullcontext()
        with phase("solver set-up"), renewed:
            preconditioner.setReusePreconditioner(False)
            preconditioner.setUp()
        self._lost = preconditioner.getFailedReason() != PETSc.PC.FailedReason.NOERROR
        if self._lost:
            self.ksp.reset()
            self.ksp.setOperators(self._matrix)
        return not self._lost

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
