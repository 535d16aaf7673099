"""Newton's method with a line search, on whatever evaluates, corrects and applies; returns a result object."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

import numpy as np
from petsc4py import PETSc

from platingx.problems.failure import Failure
from platingx.problems.largest_residual import LargestResidual
from platingx.problems.norms import Norms
from platingx.problems.petsc_options import PREFIX
from platingx.profiling import count, phase

#: Bounds of the relative residual asked from an iterative linear solver.
TIGHTEST_FORCING, LOOSEST_FORCING = 1e-10, 1e-3

#: A correction below this share of the largest displacement moves nothing any more: 1e5 times the round-off of that.
LEAST_MOTION = 1e-11
#: Largest relative residual that may be round-off (docs/theory.md, solution of a step).
LARGEST_ROUND_OFF = 1e-6

#: Relative residual up to which a correction may be found with an older tangent's factors: full steps are taken there.
REUSES_FACTORS_BELOW = 1e-4

#: Fractions of a correction of which the best is taken where full ones go round in a circle of states of contact.
CYCLE_FRACTIONS = (0.75, 0.5, 0.25, 0.1)


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
    NOT_SETTLED = "what the stages of the step give to one another did not settle"
    NOT_GIVEN = "what a stage of the step gives to the others cannot be used"


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
    stage
        Name of the stage that failed, where there are several.
    """

    outcome: Outcome
    iterations: int
    residuals: tuple[float, ...] = field(default=())
    failure: Failure | None = None
    largest: LargestResidual | None = None
    linear: str = ""
    at_round_off: bool = False
    stage: str = ""

    @property
    def converged(self) -> bool:
        """Whether equilibrium was found."""
        return self.outcome is Outcome.CONVERGED

    def describe(self) -> str:
        """One sentence for logs and error messages."""
        history = ", ".join(f"{value:.1e}" for value in self.residuals) or "none"
        text = f"{self.outcome.value} after {self.iterations} iterations (residuals {history})"
        details = (self.linear, self.failure, None if self.largest is None else f"largest residual {self.largest}")
        if self.stage:
            text = f"{self.stage}: {text}"
        return "; ".join([text, *(str(detail) for detail in details if detail)])


class CorrectionLike(Protocol):
    """What Newton's method asks of a correction; see :class:`platingx.problems.correction.Correction`."""

    @property
    def trouble(self) -> str:
        """What was wrong with the linear solve, or empty."""

    @property
    def relative_size(self) -> float:
        """Largest increment over the largest value."""


class Solvable(Protocol):
    """What Newton's method asks of a problem; see :class:`platingx.problems.problem.Problem`."""

    def evaluate(self) -> Norms:
        """Residuals and tangents of the present iterate."""

    def correction(self, tolerance: float, reuse: bool = False) -> Any:
        """Full correction of the present iterate, a `CorrectionLike`."""

    def apply(self, correction: Any, fraction: float) -> None:
        """Go along a fraction of a correction from where it was found."""

    def largest_residual(self) -> LargestResidual:
        """Where the present iterate is farthest from a solution."""

    def unsettled(self) -> Failure | None:
        """What has not come to rest among states that it switches between; asked only if something switches."""


def solve(problem: Solvable, options: NewtonOptions) -> NewtonResult:
    """Find the solution at the end of a step that was begun.

    Parameters
    ----------
    problem
        Problem after ``begin``.
    options
        Settings.

    Returns
    -------
    NewtonResult
        The same on all ranks.
    """
    norms = problem.evaluate()
    if norms.failure is not None:
        return NewtonResult(Outcome.STARTED_BADLY, 0, (), norms.failure)
    history = [norms.relative]
    states, switched = {norms.state}, False
    for iteration in range(options.maximum_iterations):
        if _converged(norms, options) and not (norms.conserving and iteration == 0):
            return NewtonResult(Outcome.CONVERGED, iteration, tuple(history))
        count("Newton iterations")
        near = history[-1] <= REUSES_FACTORS_BELOW and not switched
        correction = problem.correction(_forcing(history, options), near)
        if correction.trouble:
            outcome, place = Outcome.LINEAR_SOLVER_FAILED, problem.largest_residual()
            return NewtonResult(outcome, iteration, tuple(history), largest=place, linear=correction.trouble)
        stagnated = not norms.pending and _stagnated(norms, correction)
        searching = options.line_search == "backtracking" and not norms.pending and not stagnated
        limit = options.growth_limit * norms.size(norms) if searching else np.inf
        before, norms = norms, _search(problem, correction, norms, limit, options)
        switched = _switched(norms, before)
        if switched and norms.state in states:
            norms = _best_fraction(problem, correction, before)
            switched = norms.failure is None
        states.add(norms.state)
        history.append(norms.relative)
        if stagnated and _is_round_off(before, norms) and not _small(norms, options):
            count("solves that ended at round-off")
            return NewtonResult(Outcome.CONVERGED, iteration + 1, tuple(history), at_round_off=True)
        if not switched and not _acceptable(norms, before, limit, options):
            largest = problem.largest_residual() if norms.failure is None else None
            outcome = Outcome.LINE_SEARCH_FAILED
            return NewtonResult(outcome, iteration + 1, tuple(history), norms.failure, largest)
    if _converged(norms, options):
        return NewtonResult(Outcome.CONVERGED, options.maximum_iterations, tuple(history))
    place, outcome = problem.largest_residual(), Outcome.TOO_MANY_ITERATIONS
    unsettled = problem.unsettled() if switched else None
    return NewtonResult(outcome, options.maximum_iterations, tuple(history), unsettled, place)


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


def _converged(norms: Norms, options: NewtonOptions) -> bool:
    """Whether every field is in balance and has its prescribed values."""
    return _small(norms, options) and not norms.pending


def _small(norms: Norms, options: NewtonOptions) -> bool:
    """Whether forces and internal (condensed) unknowns of every field are in balance."""
    return norms.largest <= options.relative_tolerance


def _stagnated(norms: Norms, correction: CorrectionLike) -> bool:
    """Whether a correction is too small to matter, at a residual that may be round-off."""
    return norms.largest <= LARGEST_ROUND_OFF and correction.relative_size <= LEAST_MOTION


def _is_round_off(before: Norms, after: Norms) -> bool:
    """Whether a correction too small to matter has left the residual what it was: noise below the largest allowed."""
    return after.size(before) > 0.5 * before.size(before) and after.largest <= LARGEST_ROUND_OFF


def _acceptable(norms: Norms, before: Norms, limit: float, options: NewtonOptions) -> bool:
    """Whether an iterate may be kept: its forces have not grown, or are round-off."""
    size = norms.size(before)
    if norms.failure is not None or not np.isfinite(size):
        return False
    return size <= limit or norms.relative <= options.relative_tolerance


def _switched(norms: Norms, before: Norms) -> bool:
    """Whether an iterate has other states of contact than the one before: its residual then says little."""
    return norms.state != before.state and norms.failure is None and bool(np.isfinite(norms.size(before)))


def _search(
    problem: Solvable, correction: CorrectionLike, before: Norms, limit: float, options: NewtonOptions
) -> Norms:
    """Apply the largest fraction 1, 1/2, 1/4 ... of a correction that is acceptable, or changes states of contact.

    A residual may have to grow on its way to other states, so that a search for a smaller one stops at the border of
    the present ones.
    """
    fraction = 1.0
    norms = Norms()
    for _ in range(options.maximum_halvings + 1):
        problem.apply(correction, fraction)
        with phase("line search", absorbing=True) if fraction < 1.0 else nullcontext():
            norms = problem.evaluate()
        if _acceptable(norms, before, limit, options) or _switched(norms, before):
            break
        fraction *= 0.5
    return norms


def _best_fraction(problem: Solvable, correction: CorrectionLike, before: Norms) -> Norms:
    """Apply the fraction with the smallest residual of a correction that leads back to states met before."""
    sizes = []
    with phase("line search", absorbing=True):
        for fraction in CYCLE_FRACTIONS:
            problem.apply(correction, fraction)
            norms = problem.evaluate()
            sizes.append(norms.size(before) if norms.failure is None else np.inf)
        best = CYCLE_FRACTIONS[int(np.argmin(sizes))]
        if best != CYCLE_FRACTIONS[-1]:
            problem.apply(correction, best)
            norms = problem.evaluate()
    return norms
