"""Factors that serve several tangents: what hurts most is a solution that belongs to the old tangent."""

from __future__ import annotations

import numpy as np
import pytest

from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Growth, solid_model
from platingx.problems import linear
from platingx.problems.equilibrium import Equilibrium
from platingx.problems.linear import FactorisedSolver
from platingx.verification.models.vectors import LITHIUM, vector
from platingx_meshes.simple import Box, build_box

TOLERANCE = 1e-9


STEP = 0.2  # s


@pytest.fixture
def problem() -> Equilibrium:
    """Metal that is squeezed out to a free side, with the tangent of the first guess of a step."""
    parts = discretise(build_box(Box(1.0, 1.0, 4, 4)))
    supports = [fix(parts, "left", 0), *(fix(parts, side, i) for side in ("bottom", "top") for i in (0, 1))]
    growth = {"li": Growth(lambda time: 1.0 + 0.05 * time)}
    model = solid_model(parts, {"li": vector(LITHIUM, 298.0)}, supports, growth=growth)
    model.march([0.1, 0.3])
    model.problem.begin(0.3 + STEP, 0.0)
    model.problem.evaluate(STEP)
    return model.problem


def _free_force(problem: Equilibrium) -> np.ndarray:
    owned = slice(0, problem.owned)
    return np.where(problem.constraints.mask[owned], 0.0, -problem.forces.condensed[owned])


def _residual(problem: Equilibrium, increment: np.ndarray, force: np.ndarray) -> float:
    """Residual of the present tangent over the force, element by element and without any sparse matrix."""
    product = np.zeros_like(increment)
    for part in problem.contributions:
        part.multiply(increment, product)
    rest = np.where(problem.constraints.mask, 0.0, product)[: problem.owned] - force
    return float(np.linalg.norm(rest) / np.linalg.norm(force))


def _take(problem: Equilibrium, increment: np.ndarray, dt: float) -> None:
    """Go along a Newton correction, so that the tangent is another one."""
    for part in problem.contributions:
        part.prepare_correction(increment)
        part.apply_correction(1.0)
    problem.displacement += increment
    assert problem.evaluate(dt).failure is None


def test_old_factors_solve_with_the_new_tangent(problem: Equilibrium, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "REUSE_ITERATIONS", 60)  # the first correction of a step changes the tangent a lot
    system = problem.linear
    system.begin()
    system.assemble()
    first, report = system.solve(_free_force(problem), TOLERANCE)
    assert report.iterations == 1  # a factorisation
    _take(problem, first, STEP)
    force = _free_force(problem)
    assert _residual(problem, first, force) > 1e-3  # the tangent and its right-hand side are others
    system.assemble()
    second, report = system.solve(force, TOLERANCE)
    assert 1 < report.iterations <= linear.REUSE_ITERATIONS
    assert _residual(problem, second, force) < 1.01 * TOLERANCE  # the norm that GMRES updates agrees with the true one


def test_factors_are_renewed_where_they_do_not_serve(problem: Equilibrium, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "REUSE_ITERATIONS", 1)
    system = problem.linear
    system.begin()
    system.assemble()
    first, _ = system.solve(_free_force(problem), TOLERANCE)
    _take(problem, first, STEP)
    force = _free_force(problem)
    system.assemble()
    second, report = system.solve(force, TOLERANCE)
    assert report.converged
    assert report.iterations == 2  # one in vain, one with new factors
    assert _residual(problem, second, force) < 1e-11


def test_a_step_begins_with_factors_of_its_own(problem: Equilibrium) -> None:
    """Else a resumed run, which has none of the last step, would take another path."""
    system = problem.linear
    system.assemble()
    force = _free_force(problem)
    system.solve(force, TOLERANCE)
    problem.begin(0.3 + STEP, 0.0)
    problem.evaluate(STEP)
    assert isinstance(system.solver, FactorisedSolver)
    system.assemble()
    increment, report = system.solve(force, 1e-3)
    assert report.iterations == 1
    assert _residual(problem, increment, force) < 1e-11
