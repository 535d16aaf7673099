"""Factors that serve several tangents: what hurts most is a solution that belongs to the old tangent."""

from __future__ import annotations

import numpy as np
import pytest

from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Growth, solid_model
from platingx.problems import factorised
from platingx.problems.block_system import SolveReport
from platingx.problems.factorised import FactorisedSolver
from platingx.problems.problem import Problem
from platingx.verification.models.vectors import LITHIUM, vector
from platingx_meshes.simple import Box, build_box

TOLERANCE = 1e-9


STEP = 0.2  # s


@pytest.fixture
def problem() -> Problem:
    """Metal that is squeezed out to a free side, with the tangent of the first guess of a step."""
    parts = discretise(build_box(Box(1.0, 1.0, 4, 4)))
    supports = [fix(parts, "left", 0), *(fix(parts, side, i) for side in ("bottom", "top") for i in (0, 1))]
    growth = {"li": Growth(lambda time: 1.0 + 0.05 * time)}
    model = solid_model(parts, {"li": vector(LITHIUM, 298.0)}, supports, growth=growth)
    model.march([0.1, 0.3])
    model.problem.begin(0.3 + STEP, STEP, 0.0)
    model.problem.evaluate()
    return model.problem


def _free_force(problem: Problem) -> np.ndarray:
    field = problem.fields["displacement"]
    return np.where(field.held, 0.0, -field.forces.condensed)[: field.owned]


def _residual(problem: Problem, increment: np.ndarray, force: np.ndarray) -> float:
    """Residual of the present tangent over the force, element by element and without any sparse matrix."""
    product = {"displacement": np.zeros_like(increment)}
    for part in problem.contributions:
        part.multiply({"displacement": increment}, product)
    field = problem.fields["displacement"]
    rest = np.where(field.held, 0.0, product["displacement"])[: field.owned] - force
    return float(np.linalg.norm(rest) / np.linalg.norm(force))


def _solve(problem: Problem, force: np.ndarray, tolerance: float) -> tuple[np.ndarray, SolveReport]:
    increments, report = problem.linear.solve({"displacement": force}, tolerance)
    return increments["displacement"], report


def _take(problem: Problem, increment: np.ndarray) -> None:
    """Go along a Newton correction, so that the tangent is another one."""
    for part in problem.contributions:
        part.prepare_correction({"displacement": increment})
        part.apply_correction(1.0)
    problem.displacement[...] += increment
    assert problem.evaluate().failure is None


def test_old_factors_solve_with_the_new_tangent(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factorised, "REUSE_ITERATIONS", 60)  # the first correction of a step changes the tangent a lot
    system = problem.linear
    system.begin()
    system.assemble()
    first, report = _solve(problem, _free_force(problem), TOLERANCE)
    assert report.iterations == 1  # a factorisation
    _take(problem, first)
    force = _free_force(problem)
    assert _residual(problem, first, force) > 1e-3  # the tangent and its right-hand side are others
    system.assemble()
    second, report = _solve(problem, force, TOLERANCE)
    assert 1 < report.iterations <= factorised.REUSE_ITERATIONS
    assert _residual(problem, second, force) < 1.01 * TOLERANCE  # the norm that GMRES updates agrees with the true one


def test_factors_are_renewed_where_they_do_not_serve(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factorised, "REUSE_ITERATIONS", 1)
    system = problem.linear
    system.begin()
    system.assemble()
    first, _ = _solve(problem, _free_force(problem), TOLERANCE)
    _take(problem, first)
    force = _free_force(problem)
    system.assemble()
    second, report = _solve(problem, force, TOLERANCE)
    assert report.converged
    assert report.iterations == 2  # one in vain, one with new factors
    assert _residual(problem, second, force) < 1e-11


def test_a_step_begins_with_factors_of_its_own(problem: Problem) -> None:
    """Else a resumed run, which has none of the last step, would take another path."""
    system = problem.linear
    system.assemble()
    force = _free_force(problem)
    _solve(problem, force, TOLERANCE)
    problem.begin(0.3 + STEP, STEP, 0.0)
    problem.evaluate()
    assert isinstance(system.solver, FactorisedSolver)
    system.assemble()
    increment, report = _solve(problem, force, 1e-3)
    assert report.iterations == 1
    assert _residual(problem, increment, force) < 1e-11
