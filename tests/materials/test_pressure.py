"""What would hurt most if lost: pressure and its derivatives belong together, and state the right stress measure.

GPa of pressure come from this law alone once the lithium is confined.
"""

import numpy as np
import pytest

from platingx.materials import layout
from platingx.materials.pressure import mean_kirchhoff_stress, volumetric_energy
from platingx.verification.models.vectors import vector

LAWS = [layout.PRESSURE_HENCKY_KIRCHHOFF, layout.PRESSURE_HENCKY_CAUCHY, layout.PRESSURE_MURNAGHAN]
BULK = 10.847222e9


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("theta", [-0.8, -0.3, -1e-3, 0.0, 1e-3, 0.2])
@pytest.mark.parametrize("derivative", [1.0, 2.0, 3.5, 5.0])
def test_derivatives(law: int, theta: float, derivative: float) -> None:
    step = 1e-5
    _, slope, curvature = mean_kirchhoff_stress(law, BULK, derivative, theta)
    low, high = (mean_kirchhoff_stress(law, BULK, derivative, theta + s) for s in (-step, step))
    assert slope == pytest.approx((high[0] - low[0]) / (2 * step), rel=1e-7)
    assert curvature == pytest.approx((high[1] - low[1]) / (2 * step), rel=1e-6, abs=1e-6 * BULK)


@pytest.mark.parametrize("law", LAWS)
def test_stress_free_with_bulk_modulus_k(law: int) -> None:
    stress, slope, _ = mean_kirchhoff_stress(law, BULK, 3.5, 0.0)
    assert stress == 0.0
    assert slope == pytest.approx(BULK)


@pytest.mark.parametrize(
    ("ratio", "mandel", "cauchy"),
    # B03 (a): K ln Jg and K Jg ln Jg in MPa; K from E 7.81 GPa, nu 0.38
    [(1.001, 10.842, 10.853), (1.01, 107.93, 109.01), (1.05, 529.2, 555.7), (1.2, 1978.0, 2373.0)],
)
def test_confined_growth_numbers(ratio: float, mandel: float, cauchy: float) -> None:
    """Je = 1/Jg. hencky_kirchhoff has the Mandel pressure K ln Jg; its Cauchy pressure is Jg times that."""
    bulk = vector()[layout.BULK_MODULUS]
    pressure = -mean_kirchhoff_stress(layout.PRESSURE_HENCKY_KIRCHHOFF, bulk, 1.0, -np.log(ratio))[0]
    assert pressure / 1e6 == pytest.approx(mandel, rel=1e-3)
    assert pressure * ratio / 1e6 == pytest.approx(cauchy, rel=1e-3)
    direct = -mean_kirchhoff_stress(layout.PRESSURE_HENCKY_CAUCHY, bulk, 1.0, -np.log(ratio))[0]
    assert direct * ratio == pytest.approx(bulk * np.log(ratio))


def test_murnaghan_stiffens_by_its_derivative() -> None:
    """dK/dp = K' at every compression, with K = -J dp/dJ."""
    derivative, step = 3.5, 1e-4

    def pressure(theta: float) -> float:
        return -mean_kirchhoff_stress(layout.PRESSURE_MURNAGHAN, BULK, derivative, theta)[0] * np.exp(-theta)

    for theta in (-0.4, -0.1, 0.0, 0.1):
        bulk = [-(pressure(t + step) - pressure(t - step)) / (2 * step) for t in (theta - 2 * step, theta + 2 * step)]
        slope = (bulk[1] - bulk[0]) / (pressure(theta + 2 * step) - pressure(theta - 2 * step))
        assert slope == pytest.approx(derivative, rel=1e-4)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("theta", [-0.8, -0.3, -1e-3, 1e-3, 0.2])
@pytest.mark.parametrize("derivative", [1.0, 1.0 + 1e-9, 2.0, 3.5, 5.0])
def test_stress_is_the_derivative_of_the_energy(law: int, theta: float, derivative: float) -> None:
    """Central differences: their error and the round-off of U over the step stay below 1e-7 of the stress."""
    step = 1e-4 * abs(theta)
    low, high = (volumetric_energy(law, BULK, derivative, theta + s) for s in (-step, step))
    stress = mean_kirchhoff_stress(law, BULK, derivative, theta)[0]
    assert (high - low) / (2 * step) == pytest.approx(stress, rel=1e-7)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("theta", [-1e-6, 1e-9, 0.0])
def test_energy_of_a_small_strain_does_not_cancel(law: int, theta: float) -> None:
    """K theta^2 / 2 up to theta^3; round-off of 1e-16/theta at most."""
    energy = volumetric_energy(law, BULK, 3.5, theta)
    assert energy == pytest.approx(0.5 * BULK * theta**2, rel=1e-5, abs=0.0)
