"""Which points of a current over time end steps.

What would hurt most if lost: a pulse between two steps that nobody sees, and a table of measured points that makes a
run of a minute one of a day.
"""

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platingx.config.current import CurrentProgram
from platingx.config.current_points import EXACT_POINTS, StepPoints, step_points


def charge_of(points: StepPoints, times: np.ndarray) -> np.ndarray:
    """Charge that the pieces have passed at some times."""
    charge = np.zeros_like(times)
    for piece in points.pieces:
        span = np.clip(times, piece.start, piece.end) - piece.start
        charge += span * piece.first + 0.5 * piece.slope * span**2
    return charge


def exact_charge(times: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    program = CurrentProgram(times=tuple(times), values=tuple(values))
    return np.array([program.charge(instant) for instant in at])


def test_a_constant_current_has_no_points() -> None:
    for times, values in (((0.0,), (3.0,)), ((0.0, 1.0, 2.5), (3.0, 3.0, 3.0))):
        points = step_points(times, values, 2.0, 0.0)
        assert points.times == ()
        assert [(p.start, p.end, p.first, p.last) for p in points.pieces] == [(0.0, 2.0, 3.0, 3.0)]


def test_corners_and_jumps_are_points_and_what_lies_on_a_line_is_none() -> None:
    times = (0.0, 1.0, 2.0, 3.0, 3.0, 4.0, 9.0)
    values = (0.0, 1.0, 2.0, 3.0, -1.0, -1.0, 5.0)
    points = step_points(times, values, 6.0, 1e9)
    assert points.times == (3.0, 4.0)
    assert points.merged == 0
    assert [(p.first, p.last) for p in points.pieces] == [(0.0, 3.0), (-1.0, -1.0), (-1.0, pytest.approx(1.4))]
    assert points.corners(0.5) == {3.0}


@pytest.mark.parametrize("end", [0.5, 1.0, 1.5])
def test_points_beyond_the_end_do_not_count(end: float) -> None:
    points = step_points((0.0, 1.0, 1.0, 2.0), (0.0, 2.0, 7.0, 7.0), end, 0.0)
    assert points.pieces[-1].end == end
    assert points.pieces[0].last == pytest.approx(min(2.0 * end, 2.0))
    assert points.times == ((1.0,) if end > 1.0 else ())


def noisy(count: int, noise: float, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    times = np.linspace(0.0, 1.0, count)
    return times, 1.0 + noise * np.random.default_rng(seed).standard_normal(count)


def test_a_long_noisy_table_makes_few_steps_and_is_quick() -> None:
    """1e5 points, 5 % of noise: the charge stays within 1e-5 of the whole, in a hundredth of the points."""
    times, values = noisy(100_000, 0.05)
    started = time.process_time()
    points = step_points(times, values, 1.0, 1e-5)
    assert time.process_time() - started < 5.0
    assert len(points.times) < 1000
    assert points.merged == points.given - len(points.times) > 98_000
    assert 0.0 < points.largest_deviation <= 1e-5
    some = np.sort(np.random.default_rng(0).uniform(0.0, 1.0, 500))
    assert np.abs(charge_of(points, some) - exact_charge(times, values, some)).max() <= points.largest_deviation


def test_a_pulse_among_thousands_of_points_is_kept() -> None:
    """Its charge cancels within 2e-4 of the run; the steps before, between and after it end where it changes."""
    times, values = noisy(20_000, 0.001)
    values[10_000:10_002] += 40.0
    values[10_002:10_004] -= 40.0
    points = step_points(times, values, 1.0, 1e-4)
    inside = [t for t in points.times if times[9_998] <= t <= times[10_005]]
    assert len(inside) >= 3
    assert len(points.times) < 40


def test_a_sampled_wave_takes_a_number_of_points_that_follows_from_its_shape() -> None:
    """Lines in the current err by i'' h^3/12 in the charge: no more points are kept of a sine sampled finer."""
    kept = []
    for count in (2_000, 20_000):
        times = np.linspace(0.0, 1.0, count)
        kept.append(len(step_points(times, np.sin(20 * np.pi * times), 1.0, 1e-5).times))
    assert kept[1] <= 1.1 * kept[0] < 0.2 * 2_000


def test_a_turn_beside_a_short_step_is_a_corner() -> None:
    times, values = [0.0, 1.0, 2.0, 2.000001, 3.000001], [1.0, 0.0, 0.0, 0.0, 6e-5]
    points = step_points(times, values, 3.000001, 1e-5)
    assert points.times == (1.0, 2.000001)
    assert points.pieces[-1].slope == pytest.approx(6e-5)


@given(
    st.lists(st.tuples(st.just(0.0) | st.floats(1e-6, 1.0), st.floats(-5.0, 5.0)), min_size=1, max_size=12),
    st.integers(0, 400),
    st.floats(1e-6, 0.1),
)
def test_no_piece_departs_by_more_than_is_said(shape: list[tuple[float, float]], more: int, tolerance: float) -> None:
    """Any table, jumps and thousands of points included: pieces join, end with the run, and keep the charge."""
    gaps, levels = np.array([gap for gap, _ in shape]), np.array([level for _, level in shape])
    if ((gaps[:-1] == 0.0) & (gaps[1:] == 0.0)).any():  # three points at one time are refused
        gaps = gaps + 0.1
    times = np.concatenate([[0.0], np.cumsum(gaps)])
    values = np.concatenate([[1.0], levels])
    fine = np.linspace(times[-1] + 0.1, times[-1] + 1.0, more)
    times, values = np.concatenate([times, fine]), np.concatenate([values, np.sin(97.0 * fine)])
    end = float(times[-1]) * 0.95 + 0.01
    points = step_points(times, values, end, tolerance)
    assert points.pieces[0].start == 0.0
    assert points.pieces[-1].end == end
    assert all(a.end == b.start for a, b in pairwise(points.pieces))
    assert points.largest_deviation <= tolerance
    at = np.linspace(0.0, end, 301)
    error = np.abs(charge_of(points, at) - exact_charge(times, values, at)).max()
    assert error <= points.largest_deviation + 1e-9 * (1.0 + np.abs(values).max() * end)
    if points.given <= EXACT_POINTS:
        assert points.merged == 0
