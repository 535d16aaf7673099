"""What would hurt most if lost: currents at high bias are wrong by orders of magnitude, or overflow."""

import numpy as np
import pytest

from platingx.materials.kinetics import charge_transfer_resistance, overpotential, rate, thermal_voltage

THERMAL = thermal_voltage(298.15)
DECADES = np.concatenate([-(10.0 ** np.arange(-7.0, 9.0)), 10.0 ** np.arange(-7.0, 9.0)])


def test_the_thermal_voltage_is_that_of_the_tables() -> None:
    assert pytest.approx(25.693e-3, rel=2e-5) == THERMAL


@pytest.mark.parametrize("alpha", [0.05, 0.3, 0.5, 0.7, 0.95])
def test_the_overpotential_gives_the_current_back_over_fifteen_decades(alpha: float) -> None:
    """exp(a x) - exp(-(1 - a) x), written so that small exponents keep their digits."""
    eta, _ = overpotential(DECADES, 1.0, alpha, THERMAL)
    x = eta / THERMAL
    assert np.exp((alpha - 1.0) * x) * np.expm1(x) == pytest.approx(DECADES, rel=1e-12, abs=0.0)
    found = [rate(float(value), 1.0, alpha, THERMAL) for value in eta]
    assert found == pytest.approx(DECADES, rel=1e-12, abs=0.0)


@pytest.mark.parametrize("alpha", [0.3, 0.5, 0.7])
def test_the_slope_is_the_derivative(alpha: float) -> None:
    """By central differences, whose error is that of the third derivative."""
    h = 1e-5 * np.abs(DECADES)
    _, slope = overpotential(DECADES, 3.0, alpha, THERMAL)
    above, below = (overpotential(DECADES + s * h, 3.0, alpha, THERMAL)[0] for s in (1.0, -1.0))
    assert slope == pytest.approx((above - below) / (2.0 * h), rel=1e-4, abs=0.0)


@pytest.mark.parametrize(("alpha", "slope"), [(0.3, 197.198), (0.5, 118.319), (0.7, 84.513)])
def test_tafel_slopes(alpha: float, slope: float) -> None:
    """ln(10) RT/(alpha F) for a decade of the current, far from equilibrium; mV at 25 degC, as tables print it."""
    first, second = (float(overpotential(i, 1.0, alpha, THERMAL)[0]) for i in (1e8, 1e9))
    assert second - first == pytest.approx(np.log(10.0) * THERMAL / alpha, rel=1e-10)
    assert 1e3 * (second - first) == pytest.approx(slope, abs=5e-4)
    stripping = [float(overpotential(-i, 1.0, 1.0 - alpha, THERMAL)[0]) for i in (1e8, 1e9)]
    assert 1e3 * (stripping[0] - stripping[1]) == pytest.approx(slope, abs=5e-4)


@pytest.mark.parametrize("alpha", [0.3, 0.5, 0.7])
def test_small_currents_meet_a_resistance(alpha: float) -> None:
    """RT/(F i0); the next term is of the order of the current over i0."""
    eta, slope = overpotential(1e-8 * 51.4, 51.4, alpha, THERMAL)
    assert float(eta) == pytest.approx(1e-8 * 51.4 * charge_transfer_resistance(51.4, 298.15), rel=1e-7, abs=0.0)
    assert float(slope) == pytest.approx(5e-4, rel=1e-3), "51.4 A/m2 are 5 ohm cm2"


def test_nothing_overflows() -> None:
    assert rate(100.0, 1.0, 0.5, THERMAL) == np.inf
    assert rate(-100.0, 1.0, 0.5, THERMAL) == -np.inf
    assert np.isfinite(overpotential(np.array([1e290, -1e290, 0.0]), 1e-9, 0.3, THERMAL)).all()
