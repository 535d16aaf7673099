"""What would hurt most if lost: the scalar return map finds the right rate and slope at every rate a cell can meet.

A plating step crosses 15 decades of rate between the free side of a whisker and a squeezed corner; a return map that is
wrong or stalls in one of them stops or falsifies the run.
"""

import numpy as np
import pytest
from scipy.optimize import brentq

from platingx.materials import layout
from platingx.materials.return_map import flow_resistance, return_map
from platingx.verification.models.vectors import LITHIUM, vector

NORTON = {
    "elasticity": {"young_modulus": "7.81 GPa", "poisson_ratio": 0.38},
    "viscoplasticity": {
        "law": "norton",
        "reference_rate": "1e-3 1/s",
        "reference_stress": "1 MPa",
        "stress_exponent": 6.67,
    },
}
LAWS = {"2019": LITHIUM, "2018": "lithium_narayan_anand_2018", "norton": NORTON}
RATES = np.logspace(-12, 6, 37)
STRAINS = (1e-9, 1e-5, 1e-3, 0.1)


def saturation(p: np.ndarray, rate: float) -> float:
    return p[layout.SATURATION_RESISTANCE] * (rate / p[layout.REFERENCE_RATE]) ** p[layout.SATURATION_EXPONENT]


def resistance_by_bisection(p: np.ndarray, rate: float, old: float, dt: float) -> float:
    """Backward Euler for S, solved without derivatives."""
    if p[layout.HARDENING_MODULUS] == 0.0:
        return old
    limit = saturation(p, rate)

    def residual(value: float) -> float:
        gap = 1.0 - value / limit
        drive = np.sign(gap) * abs(gap) ** p[layout.HARDENING_EXPONENT]
        return value - old - dt * rate * p[layout.HARDENING_MODULUS] * drive

    return brentq(residual, min(old, limit), max(old, limit), xtol=1e-300, rtol=8.9e-16)


def stress_at(p: np.ndarray, rate: float, old: float, dt: float) -> float:
    return resistance_by_bisection(p, rate, old, dt) * (rate / p[layout.REFERENCE_RATE]) ** p[layout.RATE_SENSITIVITY]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("old", [0.3e6, 0.95e6, 6e6], ids=lambda s: f"S={s:g}")
def test_recovers_rate_and_slope_over_18_decades(law: str, old: float) -> None:
    """Choose a rate, compute the trial stress it belongs to, and ask for the rate: both hardening and softening."""
    p = vector(LAWS[law])
    for rate in RATES:
        for strain in STRAINS:
            dt = strain / rate

            def both(x: float, dt: float = dt) -> tuple[float, float]:
                stress = stress_at(p, x, old, dt)
                return stress, stress + 3.0 * p[layout.SHEAR_MODULUS] * dt * x

            stress, trial = both(rate)
            got, slope, got_rate, resistance, converged = return_map(p, trial, old, dt)
            where = f"rate {rate:g}, strain {strain:g}"
            assert converged, where
            # the last digits of the trial stress decide where one of its two parts is negligible
            part = min(stress, trial - stress) / trial
            assert got_rate == pytest.approx(
                rate, rel=1e-11 + 4e-15 / part * (1.0 + 1.0 / p[layout.RATE_SENSITIVITY])
            ), where
            assert got == pytest.approx(stress, rel=1e-10), where
            assert resistance == pytest.approx(resistance_by_bisection(p, got_rate, old, dt), rel=1e-10), where
            step = 1e-4
            (high, high_trial), (low, low_trial) = both(rate * (1 + step)), both(rate * (1 - step))
            assert slope == pytest.approx((high - low) / (high_trial - low_trial), rel=1e-6), where


@pytest.mark.parametrize("law", ["2019", "2018"])
def test_resistance_moves_to_saturation_from_both_sides(law: str) -> None:
    p = vector(LAWS[law])
    for rate in RATES[::4]:
        limit = saturation(p, rate)
        for old in (0.2 * limit, 0.999 * limit, 1.001 * limit, 5.0 * limit):
            new = flow_resistance(p, rate, old, 0.05 / rate)[0]
            assert min(old, limit) <= new <= max(old, limit)
            far = flow_resistance(p, rate, old, 1e9 / rate)[0]
            assert abs(far - limit) <= abs(new - limit)


def test_linear_viscous_closed_form() -> None:
    """m = 1 without hardening: s = trial / (1 + 3 G dt r0 / S)."""
    p = vector(NORTON, RATE_SENSITIVITY=1.0)
    for dt in np.logspace(-15, 12, 28):
        factor = 3.0 * p[layout.SHEAR_MODULUS] * dt * p[layout.REFERENCE_RATE] / 1e6
        stress, slope, rate, _, converged = return_map(p, 5e6, 1e6, dt)
        assert converged
        assert stress == pytest.approx(5e6 / (1.0 + factor), rel=1e-12, abs=0.0)
        assert slope == pytest.approx(1.0 / (1.0 + factor), rel=1e-12, abs=0.0)
        assert rate == pytest.approx(p[layout.REFERENCE_RATE] * stress / 1e6, rel=1e-12, abs=0.0)


@pytest.mark.parametrize("trial", [0.0, 1e-300, 1e-30, 1.0, 1e6, 1e9, 1e12])
@pytest.mark.parametrize("dt", [0.0, 1e-300, 1e-12, 1.0, 1e12])
@pytest.mark.parametrize("law", LAWS)
def test_always_ends_with_a_stress_between_zero_and_the_trial(law: str, trial: float, dt: float) -> None:
    p = vector(LAWS[law])
    stress, slope, rate, resistance, converged = return_map(p, trial, 0.95e6, dt)
    assert converged
    assert 0.0 <= stress <= trial * (1.0 + 1e-12)
    assert 0.0 <= slope <= 1.0 + 1e-12
    assert rate >= 0.0
    assert resistance > 0.0
    if dt == 0.0:
        assert (stress, slope, rate) == (trial, 1.0, 0.0)


def test_a_nan_is_not_called_converged_with_finite_numbers() -> None:
    result = return_map(vector(), np.nan, 0.95e6, 1.0)
    assert not (result[4] and np.isfinite(result[0]))
