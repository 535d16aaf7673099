"""Would hurt most: an error estimate that looks small while the meshes do not converge."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platingx.post.convergence import estimate_error, observed_order, step_error_percent


def power_law(sizes, limit=16.3, factor=-2.0, order=1.7):
    return [limit + factor * size**order for size in sizes]


@pytest.mark.parametrize("sizes", [(1.0, 2.0, 4.0), (4.0, 1.0, 2.0), (0.7, 1.0, 1.9), (1.0, 1.3, 3.1)])
@pytest.mark.parametrize("order", [0.8, 1.0, 2.0, 3.5])
def test_power_law_data_give_their_limit_and_order(sizes, order):
    values = power_law(sizes, order=order)
    found = estimate_error(sizes, values)
    assert found.method == "richardson"
    assert found.note == ""
    assert found.order == pytest.approx(order, rel=1e-9)
    assert found.extrapolated == pytest.approx(16.3, rel=1e-9)
    exact = [100 * abs(value - 16.3) / 16.3 for value in values]
    assert found.errors_percent == pytest.approx([1.25 * error for error in exact], rel=1e-7)


def test_worked_example_of_the_literature():
    # Celik et al. 2008, Table 1, first column: reattachment length on 18000, 8000 and 4500 cells, r = 1.5 and 1.333
    found = estimate_error([1.0, 1.5, 1.5 * 4 / 3], [6.063, 5.972, 5.863])
    assert found.order == pytest.approx(1.53, abs=0.01)
    assert found.extrapolated == pytest.approx(6.1685, abs=2e-4)
    assert found.errors_percent[0] == pytest.approx(2.14, abs=0.05)  # 1.25 * 1.7: the grid convergence index


def test_an_order_above_theory_is_limited_and_gives_the_larger_error():
    sizes = [1.0, 2.0, 4.0]
    values = power_law(sizes, order=5.0)
    trusted, limited = estimate_error(sizes, values), estimate_error(sizes, values, formal_order=2.0)
    assert limited.method == "limited order"
    assert "observed order 5.00 limited to 2" in limited.note
    assert limited.errors_percent[0] > trusted.errors_percent[0]
    half = 0.5 * (values[2] - values[0])
    best = values[0] + (values[0] - values[1]) / 3
    expected = [3 * 100 * max(abs(value - best), abs(half)) / best for value in values]
    assert limited.errors_percent == pytest.approx(expected)
    assert trusted.method == "richardson"


@pytest.mark.parametrize(("order", "trusted"), [(1.7, False), (1.9, True), (2.1, True), (2.4, False)])
def test_an_order_is_trusted_within_a_tenth_of_theory(order, trusted):
    sizes = [0.7, 1.0, 1.4]
    found = estimate_error(sizes, power_law(sizes, order=order), formal_order=2.0)
    assert found.method == ("richardson" if trusted else "limited order")


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.3, 1.0, 3.0, 1e3])
def test_the_estimate_covers_the_true_error_of_noisy_maxima(noise):
    """Second order with normal noise, from none to nothing else: in at least 85 % of 2000 draws on the middle mesh.

    With half the range and no safety factor, the error is found too small in half of them.
    """
    random = np.random.default_rng(7)
    sizes = [1 / 1.4, 1.0, 1 / 0.7]
    covered = 0
    for _ in range(2000):
        values = [1e5 + size**2 + noise * random.standard_normal() for size in sizes]
        found = estimate_error(sizes, values, formal_order=2.0)
        covered += found.errors_percent[1] / 100 * 1e5 >= (1 - 1e-4) * abs(values[1] - 1e5)
    assert covered >= 0.85 * 2000


def test_an_order_below_one_half_is_limited():
    sizes = [1.0, 2.0, 4.0]
    found = estimate_error(sizes, power_law(sizes, order=0.1))
    assert found.method == "limited order"
    assert found.order == pytest.approx(0.1, rel=1e-6)


@pytest.mark.parametrize(
    ("values", "reason", "finest_percent"),
    [
        ((10.0, 10.2, 9.9), "not monotone", 4.5),
        ((10.0, 11.0, 11.5), "do not shrink", 45.0),
        ((10.0, 11.0, 10.9), "do not shrink", 30.0),
        ((10.0, 10.0, 10.4), "same value", 6.0),
    ],
)
def test_values_that_do_not_converge_are_bounded_by_their_range(values, reason, finest_percent):
    found = estimate_error([1.0, 2.0, 4.0], values)
    assert found.method == "range"
    assert found.order is None
    assert reason in found.note
    assert found.extrapolated == 10.0
    assert found.errors_percent[0] == pytest.approx(finest_percent)


def test_equal_values_have_no_error():
    found = estimate_error([1.0, 2.0, 4.0], [3.0, 3.0, 3.0])
    assert (found.method, found.errors_percent, found.extrapolated) == ("exact", (0.0, 0.0, 0.0), 3.0)


@pytest.mark.parametrize(
    ("sizes", "values", "message"),
    [
        ([1.0, 2.0], [1.0, 2.0], "three meshes"),
        ([1.0, 2.0, 2.0], [1.0, 2.0, 3.0], "different positive sizes"),
        ([0.0, 1.0, 2.0], [1.0, 2.0, 3.0], "different positive sizes"),
        ([1.0, 2.0, 4.0], [1.0, math.nan, 3.0], "finite"),
    ],
)
def test_meshes_that_allow_no_estimate(sizes, values, message):
    with pytest.raises(ValueError, match=message):
        estimate_error(sizes, values)


@given(
    values=st.tuples(*[st.floats(-1e3, 1e3)] * 3),
    ratios=st.tuples(st.floats(1.1, 4.0), st.floats(1.1, 4.0)),
    scale=st.floats(1e-9, 1e9),
)
def test_the_estimate_is_finite_and_independent_of_units(values, ratios, scale):
    sizes = [1.0, ratios[0], ratios[0] * ratios[1]]
    found = estimate_error(sizes, values, formal_order=3.0)
    assert all(math.isfinite(error) and error >= 0 for error in found.errors_percent)
    assert math.isfinite(found.extrapolated)
    scaled = observed_order([scale * size for size in sizes], values)
    order = observed_order(sizes, values)
    assert (order is None) == (scaled is None) or found.method != "richardson"


@pytest.mark.parametrize("step", [0.02, -0.1])
def test_the_step_error_of_a_first_order_method_is_covered(step):
    """The value errs by 3 h: half the steps show half of that, and 1.25 of all of it is reported."""
    whole, half = 5.0 * (1 + 3 * step), 5.0 * (1 + 3 * step / 2)
    assert step_error_percent(whole, half) == pytest.approx(1.25 * 100 * abs(3 * step), rel=1e-9)


def test_equal_values_have_no_step_error():
    assert step_error_percent(3.0, 3.0) == 0.0
    assert step_error_percent(0.0, 0.0) == 0.0
