"""What would hurt most if lost: steps land exactly on milestones and the end, and a run neither stalls nor leaps.

The controller is a pure object: no equations here.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpi4py import MPI
from properties import on_compiled_code

from platingx.stepping.controller import StepController, StepLimits
from platingx.stepping.step_limits import FoundIncrement, GrowthIncrement, StepLimit, Verdict


def limits(**changes: object) -> StepLimits:
    given_limits = {"end": 1.0, "initial": 0.01, "minimum": 1e-6, "maximum": 0.1}
    return StepLimits(**(given_limits | changes))


def run(
    controller: StepController, iterations: int = 3, growing: Sequence[StepLimit] = ()
) -> list[tuple[float, float]]:
    """All steps (dt, end) when each converges."""
    steps = []
    while not controller.finished:
        dt, end = controller.propose(growing)
        controller.accept(end, dt, iterations, ())
        steps.append((dt, end))
        assert len(steps) < 100_000
    return steps


MARKS = st.lists(st.floats(1e-3, 0.999), max_size=5).map(tuple)


@on_compiled_code
@given(MARKS, st.lists(st.tuples(st.integers(1, 15), st.floats(0.0, 0.5), st.booleans()), min_size=1, max_size=30))
def test_any_history_lands_exactly_on_all_milestones(
    marks: tuple[float, ...], history: list[tuple[int, float, bool]]
) -> None:
    """Whatever Newton's effort, plastic increments and failures: every mark and the end are hit exactly, in order."""
    controller = StepController(limits(milestones=marks, minimum=5e-3))
    ends = [0.0]
    for k in range(10_000):
        if controller.finished:
            break
        iterations, plastic, fails = history[k % len(history)]
        dt, end = controller.propose(())
        assert 0.0 < dt <= 0.1 * (1 + 1e-12)
        assert end > ends[-1]
        assert dt == pytest.approx(end - ends[-1], rel=1e-9)
        if fails and controller.reject(dt):
            continue
        controller.accept(end, dt, iterations, [Verdict(plastic, 0.1)])
        ends.append(end)
    assert controller.finished
    assert set(marks) <= set(ends)
    assert ends[-1] == 1.0


def test_easy_steps_grow_up_to_the_maximum() -> None:
    steps = [dt for dt, _ in run(StepController(limits(end=10.0)))]
    assert steps[0] == 0.01
    ratios = [b / a for a, b in pairwise(steps[:-1])]
    assert max(ratios) <= 1.5 + 1e-12
    assert max(steps) == pytest.approx(0.1)


def test_hard_steps_shrink_and_target_effort_keeps_the_step() -> None:
    for iterations, check in ((14, lambda r: 0.5 <= r < 1.0), (5, lambda r: r == pytest.approx(1.0))):
        controller = StepController(limits())
        dt, end = controller.propose(())
        controller.accept(end, dt, iterations, ())
        assert check(controller.proposed / dt)


def test_a_failed_step_is_cut_until_the_smallest_fails_too() -> None:
    controller = StepController(limits(minimum=1e-3))
    sizes = []
    while True:
        dt, _ = controller.propose(())
        sizes.append(dt)
        if not controller.reject(dt):
            break
    assert sizes == pytest.approx([0.01, 0.004, 0.0016, 0.001])
    assert controller.time == 0.0


def test_regrows_after_a_cut() -> None:
    controller = StepController(limits(end=100.0, initial=0.1))
    dt, _ = controller.propose(())
    assert controller.reject(dt)
    dt, end = controller.propose(())
    assert dt == pytest.approx(0.04)
    controller.accept(end, dt, 3, ())
    for _ in range(10):
        dt, end = controller.propose(())
        controller.accept(end, dt, 3, ())
    assert dt == pytest.approx(0.1)


def test_a_milestone_does_not_shorten_the_steps_after_it() -> None:
    controller = StepController(limits(end=100.0, initial=0.1, milestones=(0.1001,)))
    first, second, third = (run_one(controller) for _ in range(3))
    assert first + second == pytest.approx(0.1001)
    assert first == second, "two even steps instead of a sliver"
    assert third == pytest.approx(0.1)


def run_one(controller: StepController) -> float:
    dt, end = controller.propose(())
    controller.accept(end, dt, 5, ())
    return dt


def test_growth_limit() -> None:
    """ln(Jg) of Jg = 1 + 10 t: no step beyond 0.05 of it, however easy."""

    def growth(start: float, end: float) -> float:
        return math.log((1 + 10 * end) / (1 + 10 * start))

    controller = StepController(limits(initial=0.1))
    time = 0.0
    for dt, end in run(controller, 2, [GrowthIncrement(growth, 0.05, 1e-6)]):
        assert growth(time, end) <= 0.05 * (1 + 1e-9)
        assert dt <= 0.1
        time = end
    assert time == 1.0


def test_growth_limit_while_stripping_and_at_the_end_of_the_metal() -> None:
    """Jg = 1 - 2 t is gone at 0.5: steps shrink to the smallest there instead of going on for ever."""

    def growth(start: float, end: float) -> float:
        before, after = 1 - 2 * start, 1 - 2 * end
        return abs(math.log(after / before)) if before > 0 and after > 0 else math.inf

    controller = StepController(limits(initial=0.1, minimum=1e-4))
    time = 0.0
    for _ in range(10_000):
        dt, end = controller.propose([GrowthIncrement(growth, 0.05, 1e-4)])
        if end >= 0.5:
            break
        assert abs(growth(time, end)) <= 0.05 * (1 + 1e-9) or dt <= 1e-4 * (1 + 1e-9)
        controller.accept(end, dt, 3, ())
        time = end
    assert dt <= 1e-4 * (1 + 1e-9)
    assert time == pytest.approx(0.5, abs=2e-4)


def plastic(flow: float) -> list[Verdict]:
    return [FoundIncrement(MPI.COMM_SELF, lambda: flow, 0.1).judge(0.0, 0.01)]


def test_plastic_limit() -> None:
    controller = StepController(limits())
    assert not controller.must_repeat(0.01, plastic(0.29))
    assert controller.must_repeat(0.01, plastic(0.31))
    assert not controller.must_repeat(1e-6, plastic(5.0)), "the smallest step is taken as it is"
    controller.accept(0.01, 0.01, 2, plastic(0.2))
    assert controller.proposed == pytest.approx(0.005), "the next step aims at the wished increment"


def test_the_strictest_of_several_limits_counts() -> None:
    controller = StepController(limits(initial=0.1))
    slow, fast = (GrowthIncrement(lambda a, b, rate=rate: rate * (b - a), 0.05, 1e-6) for rate in (1.0, 10.0))
    assert controller.propose([slow, fast])[0] == controller.propose([fast, slow])[0] <= 0.005
    controller = StepController(limits())
    controller.accept(0.01, 0.01, 5, [Verdict(0.1, 0.1), Verdict(0.2, 0.1)])
    assert controller.proposed == pytest.approx(0.005)


def test_a_given_size_is_tried_next_and_leaves_the_proposed_step() -> None:
    controller = StepController(limits())
    dt, _ = controller.propose(())
    past = [Verdict(repeat_with=0.004), Verdict(repeat_with=0.00271), Verdict(0.2, 0.1, 0.3)]
    assert controller.must_repeat(dt, past)
    assert controller.reject(dt, past)
    assert controller.next_size == 0.00271
    assert controller.propose(()) == (0.00271, 0.00271)
    controller.accept(0.00271, 0.00271, 5, [Verdict(stops=True)])
    assert controller.proposed == 0.01
    assert controller.finished


def test_a_step_that_is_too_large_is_cut_before_what_it_ran_past_counts() -> None:
    controller = StepController(limits())
    dt, _ = controller.propose(())
    assert controller.reject(dt, [Verdict(repeat_with=0.009), Verdict(1.0, 0.1, 0.3)])
    assert controller.next_size == pytest.approx(0.004)


def test_the_motion_is_not_smooth_after_a_corner() -> None:
    controller = StepController(limits(initial=0.1, milestones=(0.1, 0.2), corners=frozenset({0.1})))
    seen = []
    while not controller.finished:
        dt, end = controller.propose(())
        seen.append((controller.time, controller.smooth))
        controller.accept(end, dt, 5, ())
    assert [time for time, smooth in seen if not smooth] == [0.1]


def test_steps_start_over_after_a_corner() -> None:
    controller = StepController(limits(initial=0.01, milestones=(0.5, 0.7), corners=frozenset({0.5})))
    sizes = {}
    while not controller.finished:
        dt, end = controller.propose(())
        sizes[controller.time] = dt
        controller.accept(end, dt, 1, ())
    before = max(time for time in sizes if time < 0.5)
    assert sizes[before] > 0.03
    assert sizes[0.5] == pytest.approx(0.01)
    assert sizes[0.7] > 0.03


def test_limits_are_respected_from_the_first_step() -> None:
    controller = StepController(limits(initial=5.0))
    assert controller.propose(())[0] <= 0.1
    controller.accept(0.1, 0.1, 15, plastic(10.0))
    for _ in range(50):
        dt, end = controller.propose(())
        controller.accept(end, dt, 15, plastic(10.0))
        if controller.finished:
            break
        assert controller.proposed >= 1e-6
