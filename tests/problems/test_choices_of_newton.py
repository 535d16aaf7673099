"""What would hurt most if lost: what makes a step cheap and its end trustworthy, and shows in no result by itself.

The problem of most tests is scripted: it knows its residual by the place it is at, and keeps a diary.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from growing_box import model_on
from mpi4py import MPI

from platingx.fields.condensation_kernel import condense
from platingx.fields.constraints import Prescribed
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import solid_model
from platingx.problems.correction import Correction
from platingx.problems.largest_residual import LargestResidual
from platingx.problems.newton import REUSES_FACTORS_BELOW, NewtonOptions, Outcome, solve
from platingx.problems.norms import FieldNorm, Norms
from platingx.verification.models.vectors import elastic
from platingx_meshes.simple import Box, build_box

ALONE = MPI.COMM_SELF


@dataclass
class Scripted:
    """One unknown whose residual is a function of it; corrections go to the places of a list."""

    force: Callable[[float], float]
    targets: list[float]
    place: float = 0.0
    reused: list[tuple[float, bool]] = field(default_factory=list)
    visited: list[float] = field(default_factory=list)

    def evaluate(self) -> Norms:
        self.visited.append(self.place)
        return Norms({"u": FieldNorm(abs(self.force(self.place)), 1.0)})

    def correction(self, tolerance: float, reuse: bool = False) -> Correction:
        self.reused.append((abs(self.force(self.place)), reuse))
        goal = self.targets.pop(0)
        return Correction({"u": np.array([[goal - self.place]])}, {"u": np.array([[self.place]])})

    def apply(self, correction: Correction, fraction: float) -> None:
        self.place = float((correction.base["u"] + fraction * correction.increments["u"])[0, 0])

    def largest_residual(self) -> LargestResidual:
        return LargestResidual(1.0, (), ())


def test_old_factors_serve_near_the_solution_only() -> None:
    """A rough direction far from it costs more iterations than new factors do."""
    problem = Scripted(lambda u: 10.0**-u, [1.0, 3.0, 5.0, 9.0])
    assert solve(problem, NewtonOptions(1e-8)).converged
    assert problem.reused == [(r, r <= REUSES_FACTORS_BELOW) for r, _ in problem.reused]
    assert [reuse for _, reuse in problem.reused] == [False, False, False, True]
    assert REUSES_FACTORS_BELOW == 1e-4


def test_a_correction_that_makes_the_force_grow_is_halved() -> None:
    """Also where it only grows to its double."""
    problem = Scripted(lambda u: 1.0 if u < 0.4 else 0.5 if u < 0.6 else 2.0 if u < 1.5 else 0.0, [1.0, 2.0])
    assert solve(problem, NewtonOptions(1e-8)).converged
    assert problem.visited == [0.0, 1.0, 0.5, 2.0]


def test_a_line_search_without_success_ends_the_step() -> None:
    problem = Scripted(lambda u: 1.0 + u, [1.0])
    result = solve(problem, NewtonOptions(1e-8))
    assert result.outcome is Outcome.LINE_SEARCH_FAILED
    assert len(problem.visited) == 2 + NewtonOptions().maximum_halvings


def test_several_fields_are_in_balance_each() -> None:
    """A small unit of one does not hide it behind the other."""
    large, small = FieldNorm(1e-12, 1.0), FieldNorm(1e-12, 1e-9)
    assert Norms({"a": large}).relative == 1e-12
    assert Norms({"a": large, "b": small}).relative == pytest.approx(1e-3)
    assert Norms({"a": large, "b": small}).largest == pytest.approx(1e-3)
    assert Norms().relative == np.inf


def test_prescribed_values_are_pending_until_round_off() -> None:
    """Not until they are good enough for a residual: the next evaluation would see them jump."""
    unknowns = GlobalUnknowns("q", 2, ALONE)
    unknowns.values[:, 0] = (1.0, -2.0)
    for lacking, pending in ((1e-4, True), (1e-12, True), (1e-16, False), (0.0, False), (np.nan, True)):
        unknowns.constrain([Prescribed("p", np.array([0], np.int32), 0, lambda t, d=lacking: 1.0 + d, "q")])
        assert unknowns.pending(unknowns.dirichlet_increment(0.0)) is pending, lacking


def test_the_first_guess_goes_on_with_the_last_increment() -> None:
    model = model_on(ALONE)
    model.march([0.1, 0.2])
    displacement = model.problem.fields["displacement"]
    expected = displacement.converged + 0.5 * (displacement.converged - displacement.before)
    assert np.abs(displacement.converged - displacement.before).max() > 0.0
    model.problem.begin(0.25, 0.05, 0.5)
    np.testing.assert_allclose(model.problem.displacement, expected, rtol=1e-14)
    model.problem.begin(0.25, 0.05, 0.0)
    np.testing.assert_array_equal(model.problem.displacement, displacement.converged)


def test_reactions_after_a_failed_step_are_those_of_the_last_good_one() -> None:
    """The collector force of the summary is read then."""
    model = model_on(ALONE)
    model.march([0.1, 0.2])
    before = model.problem.reaction("top")
    assert before[1] != 0.0
    model.options = NewtonOptions(1e-9, 1)
    assert not model.try_step(1.0).converged
    assert abs(model.problem.reaction("top")[1] - before[1]) > 1e-3 * abs(before[1])
    model.problem.rollback()
    np.testing.assert_array_equal(model.problem.reaction("top"), before)


def test_the_scale_of_forces_does_not_cancel_between_elements() -> None:
    """In a stretched block the forces of the elements at an inner node sum to nothing, their sizes do not."""
    parts = discretise(build_box(Box(1.0, 1.0, 4, 4)), ALONE)
    supports = [fix(parts, "left", 0), fix(parts, "bottom", 1), fix(parts, "top", 1, lambda time: 0.01 * time)]
    model = solid_model(parts, {"li": elastic(1e9, 0.3)}, supports)
    model.advance(1.0)
    places, forces = parts.coordinates(), model.problem.forces
    corners = np.isclose(4.0 * places, np.round(4.0 * places), atol=1e-6)
    inner = np.all((places > 0.1) & (places < 0.9) & corners, axis=1)
    assert inner.sum() == 9
    sizes = forces.force_scale[inner].max(axis=1)
    assert np.abs(forces.internal[inner]).max() < 1e-9 * sizes.max()
    assert sizes.min() > 0.5 * sizes.max()
    assert np.all(forces.force_scale >= 0.0)


def test_the_condensation_exchanges_rows_where_it_must() -> None:
    """A matrix without a first pivot, as cells of some shape have one in passing; and a singular one is told."""
    volume = np.array([[0.0, 2.0, 1.0], [3.0, 0.0, 0.5], [1.0, 1.0, 0.0]])
    rng = np.random.default_rng(4)
    coupling, residual, force = rng.normal(size=(3, 5)), rng.normal(size=3), rng.normal(size=5)
    condensed, B, r = force.copy(), np.empty((3, 5)), np.empty(3)
    assert condense(condensed, coupling, volume, residual, np.empty((3, 9)), B, r)
    np.testing.assert_allclose(B, np.linalg.solve(volume, coupling), rtol=1e-13)
    np.testing.assert_allclose(r, np.linalg.solve(volume, residual), rtol=1e-13)
    np.testing.assert_allclose(condensed, force - coupling.T @ np.linalg.solve(volume, residual), rtol=1e-12)
    volume[2] = volume[0]
    assert not condense(condensed, coupling, np.zeros((3, 3)), residual, np.empty((3, 9)), B, r)
