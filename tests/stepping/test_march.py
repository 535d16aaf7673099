"""What would hurt most if lost: a failed step leaves no trace, and a run that cannot go on stops at a good state."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from mpi4py import MPI

from platingx.errors import ConvergenceError
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Growth, solid_model
from platingx.problems.correction import Correction
from platingx.problems.failure import Failure
from platingx.problems.largest_residual import LargestResidual
from platingx.problems.newton import NewtonOptions
from platingx.problems.norms import FieldNorm, Norms
from platingx.stepping.controller import StepController, StepLimits
from platingx.stepping.march import NoEquilibriumError, Step, march
from platingx.stepping.staggered import Stage, Stages
from platingx.stepping.step_limits import FoundIncrement
from platingx.verification.models.one_element import SIZE
from platingx.verification.models.vectors import LITHIUM, vector
from platingx_meshes.simple import Box, build_box


@dataclass
class Fake:
    """One unknown that must equal the time; fails where ``fails(time, dt)``, and keeps a diary."""

    fails: Callable[[float, float], bool]
    comm: MPI.Intracomm = field(default_factory=lambda: MPI.COMM_SELF)
    displacement: np.ndarray = field(default_factory=lambda: np.zeros((1, 1)))
    diary: list[tuple[str, float]] = field(default_factory=list)
    target: float = 0.0
    dt: float = 0.0
    committed: float = 0.0

    def begin(self, time: float, dt: float, ratio: float) -> None:
        self.target, self.dt = time, dt
        self.displacement[...] = self.committed
        self.diary.append(("begin", ratio))

    def evaluate(self) -> Norms:
        if self.fails(self.target, self.dt):
            return Norms(failure=Failure("too much", "li", (0.0, 0.0)))
        return Norms({"u": FieldNorm(abs(float(self.displacement[0, 0]) - self.target), 1.0)})

    def correction(self, tolerance: float, reuse: bool = False) -> Correction:
        return Correction({"u": np.array([[self.target]]) - self.displacement}, {"u": self.displacement.copy()})

    def apply(self, correction: Correction, fraction: float) -> None:
        self.displacement[...] = correction.base["u"] + fraction * correction.increments["u"]

    def largest_residual(self) -> LargestResidual:
        return LargestResidual(abs(float(self.displacement[0, 0]) - self.target), (0.0, 0.0), ("li",))

    def commit(self) -> None:
        self.committed = float(self.displacement[0, 0])
        self.diary.append(("commit", self.committed))

    def rollback(self) -> None:
        self.displacement[...] = self.committed
        self.diary.append(("rollback", self.committed))


@dataclass
class Outcome:
    problem: Fake
    steps: list[Step]
    announced: list[str]


def go(
    fails: Callable[[float, float], bool],
    plastic: Callable[[Fake], float] = lambda problem: 0.0,
    wished: float = 0.1,
    **limits: object,
) -> Outcome:
    problem = Fake(fails)
    outcome = Outcome(problem, [], [])
    settings = StepLimits(**({"end": 1.0, "initial": 0.1, "minimum": 1e-3, "maximum": 0.2} | limits))
    march(
        Stages([Stage("one", problem, NewtonOptions())]),
        StepController(settings),
        [FoundIncrement(problem.comm, lambda: plastic(problem), wished)],
        [outcome.steps.append],
        outcome.announced.append,
    )
    return outcome


def test_a_smooth_run() -> None:
    outcome = go(lambda time, dt: False, milestones=(0.35,))
    assert outcome.problem.committed == 1.0
    assert 0.35 in [step.time for step in outcome.steps]
    assert [step.number for step in outcome.steps] == list(range(1, len(outcome.steps) + 1))
    assert not outcome.announced
    assert sum(step.dt for step in outcome.steps) == pytest.approx(1.0)


def test_extrapolates_by_the_ratio_of_steps() -> None:
    outcome = go(lambda time, dt: False)
    ratios = [value for what, value in outcome.problem.diary if what == "begin"]
    assert ratios[0] == 0.0
    expected = [b.dt / a.dt for a, b in pairwise(outcome.steps)]
    np.testing.assert_allclose(ratios[1:], expected)


def test_nothing_is_extrapolated_over_a_corner() -> None:
    outcome = go(lambda time, dt: False, milestones=(0.3, 0.5), corners=frozenset({0.5}))
    ratios = [value for what, value in outcome.problem.diary if what == "begin"]
    starts = [step.time - step.dt for step, ratio in zip(outcome.steps, ratios, strict=True) if ratio == 0.0]
    assert starts == pytest.approx([0.0, 0.5])


def test_cuts_rolls_back_and_goes_on() -> None:
    """Near t = 0.5 only small steps work: they are cut there, and grow again behind it."""
    outcome = go(lambda time, dt: 0.3 < time < 0.7 and dt > 0.02)
    assert outcome.problem.committed == 1.0
    assert any("cut to" in line for line in outcome.announced)
    narrow = [step for step in outcome.steps if 0.3 < step.time < 0.7]
    assert max(step.dt for step in narrow) <= 0.02
    assert outcome.steps[-1].dt > 0.02
    assert sum(step.rejected for step in outcome.steps) > 0
    diary = [entry for entry in outcome.problem.diary if entry[0] != "begin"]
    for before, after in pairwise(diary):
        if after[0] == "rollback":
            assert after[1] == before[1], "back at the last committed state"


def test_a_failed_extrapolation_is_tried_again_without() -> None:
    outcome = go(lambda time, dt: time > 0.15 and dt > 0.05)
    diary = outcome.problem.diary
    for k, (what, value) in enumerate(diary[:-2]):
        if what == "begin" and value > 0.0 and diary[k + 1][0] == "rollback":
            assert diary[k + 2] == ("begin", 0.0)
            break
    else:
        pytest.fail("no second attempt without extrapolation")
    assert any("without extrapolation" in line for line in outcome.announced)


def test_gives_up_at_the_smallest_step_with_an_explanation() -> None:
    problem: list[Fake] = []

    def fails(time: float, dt: float) -> bool:
        return time > 0.5

    def remember(fake: Fake) -> float:
        problem[:] = [fake]
        return 0.0

    with pytest.raises(NoEquilibriumError) as caught:
        go(fails, remember)
    text = str(caught.value)
    assert caught.value.exit_code == 4
    assert "0.001" in text
    assert "too much, in li" in text
    assert caught.value.time == problem[0].committed
    assert [attempt.extrapolated for attempt in caught.value.attempts[-2:]] == [True, False]
    assert min(attempt.dt for attempt in caught.value.attempts) == caught.value.attempts[-1].dt
    assert 0.49 < problem[0].committed <= 0.5
    assert problem[0].displacement[0, 0] == problem[0].committed


def test_too_much_flow_repeats_the_step() -> None:
    """The plastic increment is that of the step: 10 dt; only steps up to 3 times the wish of 0.2 are kept."""
    outcome = go(lambda time, dt: False, lambda fake: 10.0 * (fake.target - fake.committed), wished=0.2)
    assert max(step.changes["plastic_increment"] for step in outcome.steps) <= 0.6 + 1e-9
    assert any("plastic increment" in line for line in outcome.announced)


def test_a_real_solid_is_at_its_last_good_state_after_giving_up() -> None:
    """Lithium that a growing load cannot hold: the state is that of the last committed step, bit for bit."""
    parts = discretise(build_box(Box(SIZE, SIZE, 2, 2)), MPI.COMM_SELF)
    supports = [fix(parts, "left", 0), *(fix(parts, side, i) for side in ("bottom", "top") for i in (0, 1))]
    growth = Growth(lambda time: 1.0 + 0.05 * time if time <= 0.5 else float("nan"))
    model = solid_model(parts, {"li": vector(LITHIUM, 298.0)}, supports, growth={"li": growth})
    states: list[list[np.ndarray]] = []

    def remember(step: Step) -> None:
        region = model.region()
        states.append([a.copy() for a in (model.problem.displacement, region.theta, region.growth, *region.old)])

    controller = StepController(StepLimits(end=1.0, initial=0.05, minimum=0.01, maximum=0.2))
    stages = Stages([Stage("solid", model.problem, NewtonOptions())])
    with pytest.raises(ConvergenceError):
        march(stages, controller, [], [remember], lambda line: None)
    region = model.region()
    now = [model.problem.displacement, region.theta, region.growth, *region.new]
    for a, b in zip(states[-1], now, strict=True):
        np.testing.assert_array_equal(a, b)
    assert controller.time <= 0.5
