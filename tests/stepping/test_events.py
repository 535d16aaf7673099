"""What would hurt most if lost: a march that stops where a quantity reaches a value misses it or never stops."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platingx.stepping.controller import StepController, StepLimits
from platingx.stepping.events import TOLERANCE, Event, Events
from platingx.stepping.step_limits import Verdict


def march(
    quantity: Callable[[float], float],
    target: float,
    fails: Callable[[float, float], bool] = lambda start, dt: False,
    **changes: object,
) -> tuple[Event, StepController, int]:
    """A march whose state is the time; gives the event, the controller and how many steps were tried."""
    given_limits = {"end": 10.0, "initial": 0.3, "minimum": 1e-9, "maximum": 1.0}
    controller = StepController(StepLimits(**(given_limits | changes)))
    event = Event("q", target)
    events = Events([event], lambda time: {"q": quantity(time)})
    events.start(0.0)
    tries = 0
    while not controller.finished:
        dt, end = controller.propose([events])
        tries += 1
        assert tries < 500
        verdicts: list[Verdict] = [] if fails(controller.time, dt) else [events.judge(controller.time, dt)]
        if not verdicts or controller.must_repeat(dt, verdicts):
            assert controller.reject(dt, verdicts)
            continue
        controller.accept(end, dt, 5, verdicts)
        events.commit()
    return event, controller, tries


@pytest.mark.parametrize(
    ("quantity", "target", "exact"),
    [
        (lambda t: t**3, 20.0, 20.0 ** (1 / 3)),
        (lambda t: 5e9 * (1 - math.exp(-t)), 4.9e9, -math.log(1 - 4.9 / 5)),
        (lambda t: 3.0 - t, 1.0, 2.0),
        (lambda t: t - 4.0, 0.0, 4.0),
        (lambda t: -(t**2), -2.0, math.sqrt(2.0)),
        (math.sin, 0.9, math.asin(0.9)),
    ],
)
def test_the_value_is_hit(quantity: Callable[[float], float], target: float, exact: float) -> None:
    """To 1e-6 of it, rising or falling, from either side, and with a handful of repeated steps."""
    event, controller, tries = march(quantity, target)
    assert controller.time == event.reached_at == pytest.approx(exact, rel=1e-4)
    assert quantity(controller.time) == pytest.approx(target, rel=1e-6, abs=4e-6)
    assert tries < 25


@given(st.floats(0.05, 9.9), st.floats(0.1, 8.0), st.sampled_from([0.1, 0.3, 1.0]))
def test_any_power_is_hit(at: float, power: float, first: float) -> None:
    event, controller, _ = march(lambda t: t**power, at**power, initial=first)
    assert event.reached_at is not None
    assert abs(controller.time**power - at**power) <= TOLERANCE * at**power


def test_a_value_that_is_never_reached_lets_the_march_come_to_its_end() -> None:
    event, controller, _ = march(math.sin, 2.0)
    assert event.reached_at is None
    assert controller.time == 10.0


def test_a_leap_over_the_value_is_hit_behind_it() -> None:
    event, controller, tries = march(lambda t: 0.0 if t < math.pi else 1.0, 0.4)
    assert event.reached_at == controller.time == pytest.approx(math.pi, rel=1e-12)
    assert controller.time >= math.pi
    assert tries < 100


@pytest.mark.parametrize("rise", [0.0, 1e-9, 1.0, 1e9, 1e15])
def test_a_quantity_that_leaps_where_a_step_starts_still_takes_time(rise: float) -> None:
    """Contact takes back its penetration in the next step, however short: a force may leap over the value there."""
    steps: list[tuple[float, float]] = []

    def note(start: float, dt: float) -> bool:
        steps.append((start, dt))
        return False

    def force(time: float) -> float:
        start, _ = steps[-1] if steps else (0.0, 0.0)
        return 0.999 if start < 2.0 else 1.001 + rise * (time - start)

    event, controller, tries = march(force, 1.0, note)
    start, _ = steps[-1]
    assert 2.0 <= start < controller.time == event.reached_at < start + 1e-10
    assert all(start + dt > start for start, dt in steps)
    assert tries < 80


def test_a_value_at_the_start_has_to_be_left_and_met_again() -> None:
    event, controller, _ = march(math.sin, 0.0)
    assert event.reached_at == controller.time == pytest.approx(math.pi, rel=1e-5)


@pytest.mark.parametrize("failing", range(5, 14))
def test_steps_that_fail_on_the_way_do_not_hide_the_event(failing: int) -> None:
    """Also one within the search: the cut step is taken, and the search begins anew behind it."""
    count = 0

    def fails(start: float, dt: float) -> bool:
        nonlocal count
        count += 1
        return count in (failing, failing + 1)

    event, controller, _ = march(lambda t: t**2, 6.25, fails)
    assert event.reached_at == controller.time == pytest.approx(2.5, rel=1e-6)


def test_the_first_of_several_ends_the_march() -> None:
    """Both lie within one step: the later one is run past first and must not count."""
    controller = StepController(StepLimits(end=10.0, initial=4.0, minimum=1e-9, maximum=4.0))
    late, early = Event("q", 3.5), Event("p", 7.0)
    events = Events([late, early], lambda time: {"q": time, "p": 5.0 * time})
    events.start(0.0)
    while not controller.finished:
        dt, end = controller.propose([events])
        verdicts = [events.judge(controller.time, dt)]
        if controller.must_repeat(dt, verdicts):
            assert controller.reject(dt, verdicts)
            continue
        controller.accept(end, dt, 5, verdicts)
        events.commit()
    assert controller.time == pytest.approx(1.4, rel=1e-6)
    assert events.reached is early
    assert late.reached_at is None


def test_what_is_saved_goes_on_the_same() -> None:
    event = Event("q", 2.0)
    assert event.judge(1.25, 0.1, 1.0) == Verdict()
    event.commit(0.1)
    events = Events([Event("q", 2.0), Event("q", 3.0)], lambda time: {"q": 7.0})
    events.start(0.1)
    events.restore([event.saved()])
    assert [other.before for other in events.events] == [1.25, 7.0]
    assert events.reached is None
