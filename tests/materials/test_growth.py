"""What would hurt most if lost: the growth tensor holds exactly the deposited volume, in the directions asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import on_compiled_code

from platingx.constants import FARADAY
from platingx.materials.faraday import LayerGrowth
from platingx.materials.growth import growth_stress, inverse_growth

MODES = {"fibre": (1, 0, 0), "areal": (0, 0.5, 0.5), "isotropic": (1 / 3,) * 3, "custom": (0.5, 0.2, 0.3)}
MOLAR_VOLUME = 13e-6  # m3/mol


def growth_tensor(ratio: float, shares: tuple[float, ...], direction: np.ndarray) -> np.ndarray:
    inverse = np.empty((3, 3))
    inverse_growth(ratio, np.array(shares, dtype=float), direction, inverse)
    return np.linalg.inv(inverse)


@pytest.mark.parametrize("mode", MODES)
@on_compiled_code
@given(ratio=st.floats(0.05, 20.0), angle=st.floats(0.0, 2 * np.pi))
def test_volume_and_stretches(mode: str, ratio: float, angle: float) -> None:
    fibre = np.array([np.cos(angle), np.sin(angle), 0.0])
    across = np.array([-np.sin(angle), np.cos(angle), 0.0])
    tensor = growth_tensor(ratio, MODES[mode], fibre)
    assert np.linalg.det(tensor) == pytest.approx(ratio, rel=1e-12)
    np.testing.assert_allclose(tensor, tensor.T, atol=1e-12 * ratio)
    for share, axis in zip(MODES[mode], (fibre, across, np.array([0.0, 0.0, 1.0])), strict=True):
        np.testing.assert_allclose(tensor @ axis, ratio**share * axis, atol=1e-12 * max(ratio, 1.0))


@pytest.mark.parametrize("mode", ["fibre", "areal", "isotropic"])
def test_any_direction_in_space(mode: str) -> None:
    fibre = np.array([1.0, -2.0, 0.5]) / np.linalg.norm([1.0, -2.0, 0.5])
    tensor = growth_tensor(1.6, MODES[mode], fibre)
    assert np.linalg.det(tensor) == pytest.approx(1.6)
    np.testing.assert_allclose(tensor @ fibre, 1.6 ** MODES[mode][0] * fibre, atol=1e-14)


@pytest.mark.parametrize(
    ("current", "speed"),
    # B04: current density in A/m2, growth speed in nm/s
    [(5.0, 0.67368), (40.0, 5.38942), (170.0, 22.905), (1.44e4, 1940.19), (2e4, 2694.71)],
)
def test_faraday_speed(current: float, speed: float) -> None:
    growth = LayerGrowth(lambda time: current * time, MOLAR_VOLUME, 100e-9)
    assert growth.deposited_thickness(1.0) * 1e9 == pytest.approx(speed, rel=3e-5)
    assert growth.volume_ratio(1e-3) == pytest.approx(1.0 + speed * 1e-12 / 100e-9, rel=1e-5)


def test_faraday_conversions() -> None:
    """B04: 1940 nm/s is 1.44 A/cm2; 1 mAh/cm2 is 4.8505 um; 14 um are 2.886 mAh/cm2."""
    assert pytest.approx(1.43986, rel=1e-5) == 1940e-9 * FARADAY / MOLAR_VOLUME / 1e4
    growth = LayerGrowth(lambda time: 10.0 * time, MOLAR_VOLUME, 1.0)
    assert growth.deposited_thickness(3600.0) == pytest.approx(4.8505e-6, rel=1e-5)
    assert 14e-6 / growth.deposited_thickness(3600.0) == pytest.approx(2.886, rel=2e-4)


def test_variation_is_the_change_of_the_logarithm_and_infinite_when_all_is_stripped() -> None:
    growth = LayerGrowth(lambda time: -2e4 * time, MOLAR_VOLUME, 100e-9)
    half = 50e-9 / 2694.71e-9
    assert growth.variation(0.0, half) == pytest.approx(np.log(2.0), rel=1e-4)
    assert growth.variation(0.0, 3 * half) == np.inf


def test_variation_counts_there_and_back() -> None:
    """A charge that goes up and down three times: each way counts, though the charge of the ends is the same."""
    height = 1.0 / MOLAR_VOLUME * FARADAY * 100e-9  # doubles the layer

    def charge(time: float) -> float:
        return height * abs((time + 1.0) % 2.0 - 1.0)

    growth = LayerGrowth(charge, MOLAR_VOLUME, 100e-9, (1.0, 2.0, 3.0, 4.0, 5.0))
    way = np.log(2.0)
    assert growth.variation(0.0, 6.0) == pytest.approx(6 * way)
    assert growth.variation(0.0, 1.0) == pytest.approx(way), "a step that ends where it turns"
    assert growth.variation(1.0, 3.0) == pytest.approx(2 * way)
    assert growth.variation(0.5, 1.5) == pytest.approx(2 * np.log(2.0 / 1.5))
    assert growth.variation(0.25, 0.75) == pytest.approx(np.log(1.75 / 1.25))


def test_turnover_adds_up_what_was_plated_and_stripped() -> None:
    growth = LayerGrowth(lambda time: time * (2.0 - time), MOLAR_VOLUME, 100e-9, (1.0,))
    unit = growth.deposited_thickness(1.0)
    assert [growth.turnover(time) / unit for time in (0.0, 0.5, 1.0, 2.0, 3.0)] == pytest.approx([0, 0.75, 1, 2, 5])
    assert growth.turnover(0.5) == growth.deposited_thickness(0.5), "to the last bit where nothing has turned"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("seed", range(3))
def test_stress_on_growth_is_the_change_of_energy(mode: str, seed: int) -> None:
    """At a fixed F, d psi(F Fg^-1)/d(ln Jg) = -tau : (f A f^-1), by central differences of Hencky's energy."""
    rng = np.random.default_rng(seed)
    shear, bulk, ratio = 2.0, 3.0, 1.4
    total = np.eye(3) + 0.3 * rng.normal(size=(3, 3))
    angle = rng.uniform(0.0, 2 * np.pi)
    fibre = np.array([np.cos(angle), np.sin(angle), 0.0])

    def elastic(ratio: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        f = total @ np.linalg.inv(growth_tensor(ratio, MODES[mode], fibre))
        values, axes = np.linalg.eigh(f @ f.T)
        return f, 0.5 * np.log(values), axes

    def energy(ratio: float) -> float:
        strain = elastic(ratio)[1]
        return shear * np.sum((strain - strain.mean()) ** 2) + 0.5 * bulk * strain.sum() ** 2

    f, strain, axes = elastic(ratio)
    principal = 2 * shear * (strain - strain.mean()) + bulk * strain.sum()
    found = growth_stress(principal, axes, f, np.linalg.inv(f), np.array(MODES[mode], dtype=float), fibre)
    step = 1e-5
    numeric = (energy(ratio * np.exp(step)) - energy(ratio * np.exp(-step))) / (2 * step)
    assert found == pytest.approx(-numeric, rel=1e-7, abs=1e-8)
