"""What would hurt most if lost: points side by side flow like each of them alone, at every rate a cell can meet.

The return map of one point, with its bracket, is the reference (test_return_map.py).
"""

import numpy as np
import pytest

from platingx.materials import layout
from platingx.materials.flow import flow, new_flow_arrays
from platingx.materials.lanes import LANES, all_exponentials, all_logarithms
from platingx.materials.return_map import return_map
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


def flowed(p: np.ndarray, trial: np.ndarray, old: np.ndarray, dt: float) -> tuple[np.ndarray, ...]:
    """Stress, slope, rate and resistance of a batch."""
    space, resistance = new_flow_arrays(), old.copy()
    rate, ratio, slope = (np.empty(LANES) for _ in range(3))
    space.trial[:] = trial
    flow(p, dt, resistance, rate, ratio, slope, space)
    return ratio * trial, slope, rate, resistance


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("dt", 10.0 ** np.arange(-15, 13, 3))
def test_like_the_return_map_of_each_point(law: str, dt: float) -> None:
    """Trial stresses over 12 decades, hardening and softening.

    Both end within 4e-15 of x = ln(rate) or of the residual; x reaches 700, so that rates agree to 3e-12. The slope is
    taken where the resistance was within 1e-8 of its end: relative to the gap to saturation, 1e-2 at least where it
    matters, that is 1e-6 by the exponent of the gap.
    """
    p = vector(LAWS[law])
    for start in (0.1e6, 0.95e6, 20e6):
        trial, old = np.logspace(-2, 10, LANES), np.full(LANES, start)
        expected = np.array([return_map(p, float(t), start, dt)[:4] for t in trial]).T
        for got, wanted, tolerance in zip(
            flowed(p, trial, old, dt), expected, (1e-11, 1e-5, 1e-11, 1e-11), strict=True
        ):
            np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=1e-300)


def test_neighbours_do_not_matter() -> None:
    """Bit for bit: a point with others that take longer, and among equals."""
    p = vector(LITHIUM)
    trial, old = np.logspace(3, 9, LANES), np.linspace(0.2e6, 9e6, LANES)
    together = flowed(p, trial, old, 0.1)
    for lane in (0, 7, LANES - 1):
        alone = flowed(p, np.full(LANES, trial[lane]), np.full(LANES, old[lane]), 0.1)
        assert [values[lane] for values in together] == [values[0] for values in alone]


def test_nothing_flows_without_stress_or_time() -> None:
    p, old = vector(LITHIUM), np.full(LANES, 0.95e6)
    for trial, dt in ((0.0, 1.0), (1e6, 0.0)):
        stress, slope, rate, resistance = flowed(p, np.full(LANES, trial), old, dt)
        assert (stress == trial).all()
        assert (slope == 1.0).all()
        assert (rate == 0.0).all()
        assert (resistance == old).all()


def test_a_nan_stays_with_its_point() -> None:
    p, old = vector(LITHIUM), np.full(LANES, 0.95e6)
    trial = np.full(LANES, 2e6)
    trial[3] = np.nan
    stress, _, rate, _ = flowed(p, trial, old, 0.1)
    bad = ~np.isfinite(stress + rate)
    assert bad[3]
    assert bad.sum() == 1


def test_what_the_steps_do_not_solve_is_solved_in_a_bracket() -> None:
    """An exponent of hardening below one has an infinite slope at saturation."""
    p = vector(LITHIUM)
    p[layout.HARDENING_EXPONENT] = 0.3
    p[layout.HARDENING_MODULUS] = 1e9
    trial, old = np.logspace(5, 8, LANES), np.full(LANES, 0.1e6)
    for dt in (1e-3, 1.0, 1e3):
        stress, _, rate, resistance = flowed(p, trial, old, dt)
        expected = np.array([return_map(p, float(t), 0.1e6, dt)[:4] for t in trial]).T
        np.testing.assert_allclose(stress, expected[0], rtol=1e-9)
        np.testing.assert_allclose(rate, expected[2], rtol=1e-9)
        np.testing.assert_allclose(resistance, expected[3], rtol=1e-9)


def test_exponentials_and_logarithms_to_round_off() -> None:
    """Two units in the last place, as of the C library, over all sizes that a step can have."""
    space = [np.empty(LANES) for _ in range(2)]
    result = np.empty(LANES)
    rng = np.random.default_rng(4)
    for span in (1e-8, 0.3, 5.0, 690.0):
        values = rng.uniform(-span, span, LANES)
        all_exponentials(values, *space, result)
        np.testing.assert_allclose(result, np.exp(values), rtol=5e-16)
    for span in (1e-8, 0.3, 5.0, 690.0):
        values = np.exp(rng.uniform(-span, span, LANES))
        all_logarithms(values, *space, result)
        np.testing.assert_allclose(result, np.log(values), rtol=5e-16, atol=1e-300)
