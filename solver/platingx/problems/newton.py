"""Newton's method with a line search, returning a result object."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from mpi4py import MPI
from petsc4py import PETSc

from platingx.arrays import Array
from platingx.problems.contribution import Failure
from platingx.problems.equilibrium import Equilibrium, Residual
from platingx.problems.largest_residual import LargestResidual
from platingx.problems.petsc_options import PREFIX
from platingx.profiling import count, phase

#: Bounds of the relative residual asked from an iterative linear solver.
TIGHTEST_FORCING, LOOSEST_FORCING = 1e-10, 1e-3

#: A correction below this share of the largest displacement moves nothing any more: 1e5 times the round-off of that.
LEAST_MOTION = 1e-11
#: Largest relative residual that may be round-off (docs/theory.md, solution of a step).
LARGEST_ROUND_OFF = 1e-6

#: Relative residual up to which a correction may be found with an older tangent's factors: full steps are taken there.
NEAR = 1e-4


@dataclass(frozen=True)
class NewtonOptions:
    """Settings of Newton's method.

    Attributes
    ----------
    relative_tolerance
        Converged when the residual is below this times the norm of absolute element forces.
    maximum_iterations
        Corrections after which a step is given up.
    line_search
        ``backtracking`` halves a correction that makes the out-of-balance force grow beyond
        ``growth_limit``; ``basic`` halves only where the residual cannot be evaluated.
    growth_limit
        Largest accepted ratio of out-of-balance forces of successive iterates.
    maximum_halvings
        Halvings of one correction before the step is given up.
    """

    relative_tolerance: float = 1e-8
    maximum_iterations: int = 12
    line_search: str = "backtracking"
    growth_limit: float = 1.0
    maximum_halvings: int = 6

    def with_petsc_options(self) -> NewtonOptions:
        """Overrides from PETSc's database: ``-platingx_snes_rtol``, ``_max_it``, ``_linesearch_type``."""
        database = PETSc.Options(PREFIX)
        search = {"bt": "backtracking", "basic": "basic"}
        name = database.getString("snes_linesearch_type", "")
        return NewtonOptions(
            database.getReal("snes_rtol", self.relative_tolerance),
            database.getInt("snes_max_it", self.maximum_iterations),
            search.get(name, self.line_search),
            self.growth_limit,
            self.maximum_halvings,
        )


class Outcome(Enum):
    """Why Newton's method stopped."""

    CONVERGED = "converged"
    STARTED_BADLY = "the first guess of the step could not be evaluated"
    TOO_MANY_ITERATIONS = "the iteration limit was reached"
    LINE_SEARCH_FAILED = "no fraction of the correction reduced the residual"
    LINEAR_SOLVER_FAILED = "the linear solver failed"


@dataclass(frozen=True)
class NewtonResult:
    """Outcome of one solve.

    Attributes
    ----------
    outcome
        Why it stopped.
    iterations
        Number of corrections.
    residuals
        Relative residual of each iterate, the first guess included.
    failure
        Last evaluation that failed, or None.
    largest
        Where the last iterate is farthest from equilibrium, or None if it converged or could not be evaluated.
    linear
        What was wrong with the linear solve, or empty.
    at_round_off
        Whether it converged to what round-off leaves of the residual, above the tolerance.
    """

    outcome: Outcome
    iterations: int
    residuals: tuple[float, ...] = field(default=())
    failure: Failure | None = None
    largest: LargestResidual | None = None
    linear: str = ""
    at_round_off: bool = False

    @property
    def converged(self) -> bool:
        """Whether equilibrium was found."""
        return self.outcome is Outcome.CONVERGED

    def describe(self) -> str:
        """One sentence for logs and error messages."""
        history = ", ".join(f"{value:.1e}" for value in self.residuals) or "none"
        text = f"{self.outcome.value} after {self.iterations} iterations (residuals {history})"
        details = (self.linear, self.failure, None if self.largest is None else f"largest residual {self.largest}")
        return "; ".join([text, *(str(detail) for detail in details if detail)])


def solve(problem: Equilibrium, time: float, dt: float, options: NewtonOptions) -> NewtonResult:
    """Find equilibrium at the end of a step that was begun.

    Parameters
    ----------
    problem
        Problem after ``begin``.
    time
        End of the step, s.
    dt
        Step, s.
    options
        Settings.

    Returns
    -------
    NewtonResult
        The same on all ranks.
    """
    residual = problem.evaluate(dt)
    if residual.failure is not None:
        return NewtonResult(Outcome.STARTED_BADLY, 0, (), residual.failure)
    history = [residual.relative]
    jump, pending = _pending_increment(problem, time)
    for iteration in range(options.maximum_iterations):
        if _small(residual, options) and not pending:
            return NewtonResult(Outcome.CONVERGED, iteration, tuple(history))
        count("Newton iterations")
        near = history[-1] <= NEAR
        direction, trouble = problem.newton_direction(jump, _forcing(history, options), near)
        if trouble:
            outcome, place = Outcome.LINEAR_SOLVER_FAILED, problem.largest_residual()
            return NewtonResult(outcome, iteration, tuple(history), largest=place, linear=trouble)
        settled = not pending and _settled(problem, residual, direction)
        searching = options.line_search == "backtracking" and not pending and not settled
        limit = options.growth_limit * residual.norm if searching else np.inf
        before, residual = residual, _search(problem, dt, direction, limit, options)
        history.append(residual.relative)
        if settled and _is_round_off(before, residual) and not _small(residual, options):
            count("solves that ended at round-off")
            return NewtonResult(Outcome.CONVERGED, iteration + 1, tuple(history), at_round_off=True)
        if not _acceptable(residual, limit, options):
            largest = problem.largest_residual() if residual.failure is None else None
            outcome = Outcome.LINE_SEARCH_FAILED
            return NewtonResult(outcome, iteration + 1, tuple(history), residual.failure, largest)
        jump, pending = _pending_increment(problem, time)
    if _small(residual, options) and not pending:
        return NewtonResult(Outcome.CONVERGED, options.maximum_iterations, tuple(history))
    place, outcome = problem.largest_residual(), Outcome.TOO_MANY_ITERATIONS
    return NewtonResult(outcome, options.maximum_iterations, tuple(history), largest=place)


def _forcing(history: list[float], options: NewtonOptions) -> float:
    """Relative residual to which an iterative solver need take the next correction.

    Choice 2 of Eisenstat and Walker, SIAM J. Sci. Comput. 17 (1996) 16: the linear error stays below what is left of
    the nonlinear one, and never below a tenth of what convergence asks for.
    """
    last = history[-1]
    if not 0.0 < last < np.inf:
        return LOOSEST_FORCING
    before = history[-2] if len(history) > 1 else 0.0
    quadratic = 0.9 * (last / before) ** 2 if before > 0.0 else LOOSEST_FORCING
    needed = 0.1 * options.relative_tolerance / last
    return float(min(max(quadratic, needed, TIGHTEST_FORCING), LOOSEST_FORCING))


def _small(residual: Residual, options: NewtonOptions) -> bool:
    """Whether forces and internal (condensed) unknowns are in balance."""
    return max(residual.relative, residual.internal_relative) <= options.relative_tolerance


def _settled(problem: Equilibrium, residual: Residual, direction: Array) -> bool:
    """Whether a correction is too small to matter, at a residual that may be round-off. Collective."""
    if not max(residual.relative, residual.internal_relative) <= LARGEST_ROUND_OFF:
        return False
    sizes = np.array([np.abs(array).max(initial=0.0) for array in (direction, problem.displacement)])
    problem.comm.Allreduce(MPI.IN_PLACE, sizes, MPI.MAX)
    return bool(sizes[0] <= LEAST_MOTION * sizes[1])


def _is_round_off(before: Residual, after: Residual) -> bool:
    """Whether a correction too small to matter has left the residual what it was: noise below the largest allowed."""
    return after.norm > 0.5 * before.norm and max(after.relative, after.internal_relative) <= LARGEST_ROUND_OFF


def _acceptable(residual: Residual, limit: float, options: NewtonOptions) -> bool:
    """Whether an iterate may be kept: its force has not grown, or is round-off.

    Forces are compared, not their ratios to the force_scale: in a body that is about to become free of
    stress both shrink together and the ratio says nothing.
    """
    if residual.failure is not None or not np.isfinite(residual.norm):
        return False
    return residual.norm <= limit or residual.relative <= options.relative_tolerance


def _pending_increment(problem: Equilibrium, time: float) -> tuple[Array, bool]:
    """Prescribed displacement still missing, and whether that is more than round-off."""
    jump = problem.dirichlet_increment(time)
    sizes = np.array([np.abs(jump).max(initial=0.0), np.abs(problem.displacement).max(initial=0.0)])
    sizes = np.nan_to_num(sizes, nan=np.inf)  # ranks would not agree on the maximum of a NaN
    problem.comm.Allreduce(MPI.IN_PLACE, sizes, MPI.MAX)
    return jump, bool(sizes[0] > 1e-14 * sizes[1])


def _search(problem: Equilibrium, dt: float, direction: Array, limit: float, options: NewtonOptions) -> Residual:
    """Apply the largest fraction 1, 1/2, 1/4 ... of a correction that is acceptable."""
    base = problem.displacement.copy()
    for part in problem.contributions:
        part.prepare_correction(direction)
    fraction = 1.0
    residual = Residual(float("inf"), 1.0)
    for _ in range(options.maximum_halvings + 1):
        problem.displacement[...] = base + fraction * direction
        for part in problem.contributions:
            part.apply_correction(fraction)
        with phase("line search", absorbing=True) if fraction < 1.0 else nullcontext():
            residual = problem.evaluate(dt)
        if _acceptable(residual, limit, options):
            break
        fraction *= 0.5
    return residual
