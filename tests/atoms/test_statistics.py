"""What would hurt most if lost: runs that have not ordered count as such, and no size is claimed without bounds."""

import math

import numpy as np
import pytest

from platingx.atoms.incubation import censored, exponential_rate, incubation_time, weibull
from platingx.atoms.threshold import fit_threshold


def test_order_counts_from_where_it_stays() -> None:
    times = np.arange(6.0)
    assert incubation_time(times, np.array([0.9, 0.1, 0.6, 0.4, 0.7, 0.8])) == 4.0
    assert incubation_time(times, np.array([0.9, 0.1, 0.6, 0.4, 0.7, 0.5])) is None
    assert incubation_time(times, np.full(6, 0.9)) == 0.0


def test_rate_of_censored_runs() -> None:
    """Interval of the maximum-likelihood rate against the table of chi square: 3 events in a time of 10."""
    times, happened = censored([1.0, None, 2.0, 3.0, None], [9.0, 2.0, 9.0, 9.0, 2.0])
    rate = exponential_rate(times, happened)
    assert (rate.value, rate.events, rate.runs) == (0.3, 3, 5)
    assert rate.low == pytest.approx(1.237344 / 20.0, rel=1e-5)  # chi2(0.025; 6)
    assert rate.high == pytest.approx(17.534546 / 20.0, rel=1e-5)  # chi2(0.975; 8)
    none = exponential_rate(np.array([4.0, 6.0]), np.array([False, False]))
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(-math.log(0.025) / 10.0)


def test_intervals_hold_what_they_promise() -> None:
    """Of 2000 experiments of 12 runs that end at 1.5 mean times, at least 95 % hold the true rate."""
    draw, inside = np.random.default_rng(3), 0
    for _ in range(2000):
        times = draw.exponential(1.0, 12)
        rate = exponential_rate(np.minimum(times, 1.5), times < 1.5)
        inside += rate.low <= 1.0 <= rate.high
    assert inside >= 0.94 * 2000


def test_weibull_of_censored_runs() -> None:
    times = 2.0 * np.random.default_rng(5).weibull(3.0, 4000)
    found = weibull(np.minimum(times, 2.2), times < 2.2)
    assert found is not None
    assert found.shape == pytest.approx(3.0, rel=0.05)
    assert found.scale == pytest.approx(2.0, rel=0.02)
    assert weibull(np.array([1.0, 2.0]), np.array([True, False])) is None


def test_threshold_of_a_logistic_curve() -> None:
    draw = np.random.default_rng(2)
    sizes = np.repeat(np.arange(400.0, 1001.0, 50.0), 40)
    found = fit_threshold(sizes, draw.random(len(sizes)) < 1.0 / (1.0 + np.exp(-(sizes - 700.0) / 60.0)))
    assert found.low < 700.0 < found.high
    assert found.high - found.low < 60.0
    assert found.width == pytest.approx(60.0, rel=0.25)


def test_thresholds_that_runs_do_not_bound() -> None:
    sizes = np.array([500.0, 600.0, 700.0, 800.0])
    sharp = fit_threshold(sizes, sizes > 650.0)
    assert sharp.atoms == pytest.approx(650.0, abs=5.0)
    assert sharp.width == 0.0
    assert sharp.low < 600.0
    assert sharp.high > 700.0
    never, always = fit_threshold(sizes, sizes > 900.0), fit_threshold(sizes, sizes > 0.0)
    assert math.isnan(never.atoms)
    assert (never.low, never.high) == (800.0, math.inf)
    assert (always.low, always.high) == (0.0, 500.0)
    one = fit_threshold(np.full(4, 500.0), np.array([True, False, True, True]))
    assert math.isnan(one.atoms)
    assert (one.low, one.high) == (0.0, math.inf)
