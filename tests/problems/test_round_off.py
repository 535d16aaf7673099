"""What would hurt most if lost: a step ends where round-off keeps the residual up, and nowhere else.

Without it the run stops in metal that has been sheared by a hundred; with too much of it a wrong state is accepted.
The problem is one linear spring whose force is known to a given precision only.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest

from platingx.problems.correction import Correction
from platingx.problems.newton import LARGEST_ROUND_OFF, NewtonOptions, Outcome, solve
from platingx.problems.norms import FieldNorm, Norms

FORCE = 1.0


@dataclass
class Spring:
    """Force 1 at displacement 1, unit stiffness; ``noise`` falsifies every force, ``slowness`` shortens corrections.

    ``leverage`` is the change of the force with the displacement: noise in the force moves a stiff spring little.
    """

    noise: float = 0.0
    slowness: float = 0.0
    leverage: float = 1e6
    internal: float = 0.0
    evaluations: int = 0
    displacement: np.ndarray = field(default_factory=lambda: np.array([[0.9]]))

    def _force(self) -> float:
        false = self.noise * (-1.0) ** self.evaluations
        return self.leverage * (self.displacement[0, 0] - 1.0) + false

    def evaluate(self) -> Norms:
        self.evaluations += 1
        self.current = self._force()
        return Norms({"displacement": FieldNorm(abs(self.current), FORCE, self.internal)})

    def correction(self, tolerance: float, reuse: bool = False) -> Correction:
        step = np.array([[-self.current / self.leverage * (1.0 - self.slowness)]])
        base = self.displacement.copy()
        return Correction({"u": step}, {"u": base}, relative_size=abs(float(step[0, 0] / base[0, 0])))

    def apply(self, correction: Correction, fraction: float) -> None:
        self.displacement[...] = correction.base["u"] + fraction * correction.increments["u"]

    def largest_residual(self) -> None:
        return None


def outcome(spring: Spring, iterations: int = 60):
    return solve(spring, NewtonOptions(1e-8, iterations))


def test_without_noise_the_tolerance_is_reached():
    result = outcome(Spring())
    assert result.converged
    assert not result.at_round_off
    assert result.residuals[-1] <= 1e-8


def test_noise_above_the_tolerance_ends_the_step():
    spring = Spring(noise=1e-7)
    result = outcome(spring)
    assert result.converged
    assert result.at_round_off
    assert 1e-8 < result.residuals[-1] <= LARGEST_ROUND_OFF
    assert spring.displacement[0, 0] == pytest.approx(1.0, abs=1e-11)
    assert spring.evaluations < 8, "no halvings are spent on noise"


def test_noise_that_is_no_round_off_is_refused():
    result = outcome(Spring(noise=1e-4))
    assert result.outcome in (Outcome.LINE_SEARCH_FAILED, Outcome.TOO_MANY_ITERATIONS)
    assert not result.at_round_off


def test_noise_that_moves_the_body_is_no_round_off():
    """The residual alone is as small, but the displacement is not settled: a soft spring answers to it."""
    assert not outcome(Spring(noise=1e-7, leverage=1.0)).at_round_off


def test_slow_convergence_is_not_taken_for_round_off():
    """A residual that still falls by more than half is followed down to the tolerance."""
    result = outcome(Spring(slowness=0.4, leverage=1e6))
    assert result.converged
    assert not result.at_round_off
    assert result.residuals[-1] <= 1e-8


def test_internal_unknowns_out_of_balance_are_no_round_off():
    assert not outcome(Spring(noise=1e-7, internal=1e-5)).converged
