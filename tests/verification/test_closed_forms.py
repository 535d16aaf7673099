"""What would hurt most if lost: the closed forms that the book compares with are themselves right.

The numbers were computed once with numpy and scipy, apart from this package.
"""

import numpy as np
import pytest

from platingx.physics.solid_model import FIBRE, Growth
from platingx.problems.newton import solve
from platingx.verification.models.one_element import slab, uniform
from platingx.verification.problems.b01_strain_rate import closed_form_2018, convergence
from platingx.verification.problems.b02_relaxation import TIMES, at_decades, exact, relax
from platingx.verification.problems.b03_confined_growth import closed_form, grow_and_wait, mean_pressure, with_law
from platingx.verification.problems.b03_free_growth import flow_stress
from platingx.verification.problems.b07_squeeze_film import TABLE, lubrication
from platingx.verification.problems.b09_cylinder import creep_stress, lame_stress
from platingx.verification.problems.contact_pull_off import maugis
from platingx.verification.problems.contact_punch import ratio


@pytest.mark.parametrize(
    ("rate", "stress"),
    # MPa at plastic strain 0, 0.2 and 1.0
    [(0.1, (2.266, 5.388, 7.925)), (0.3, (2.761, 6.566, 9.658)), (1.0, (3.429, 8.155, 11.995))],
)
def test_stress_of_the_law_of_2018(rate: float, stress: tuple[float, ...]) -> None:
    np.testing.assert_allclose(closed_form_2018(rate, np.array([0.0, 0.2, 1.0])), stress, rtol=3e-4)


def test_pressure_of_lubrication() -> None:
    """The line that the page on squeezed films draws, at its centre, in all films of the table."""
    centres = [[float(lubrication(film, around)) / 1e6 for around in (False, True)] for film in TABLE]
    np.testing.assert_allclose(centres, list(TABLE.values()), rtol=5e-4)


def test_first_order_in_time_while_hardening() -> None:
    """Every halving of the step halves the change of the stress, not only the last one."""
    order, _ = convergence((0.01, 0.005, 0.0025, 0.00125))
    np.testing.assert_allclose(order.orders, 1.0, atol=0.05)


def test_relaxation() -> None:
    np.testing.assert_allclose(exact(TIMES), [1.0835, 0.72531, 0.48336, 0.32198, 0.21446, 0.14285], rtol=3e-5)


def test_relaxation_is_of_first_order_at_every_time_and_step() -> None:
    runs = [at_decades(count, relax(count)[1]) for count in (16, 32, 64)]
    errors = np.array([run / exact(TIMES) - 1.0 for run in runs])
    np.testing.assert_allclose(np.log2(errors[:-1] / errors[1:]), 1.0, atol=0.06)


@pytest.mark.parametrize(
    ("ratio", "logarithmic", "cauchy"),
    # K ln Jg and K Jg ln Jg in MPa
    [(1.001, 10.842, 10.853), (1.01, 107.93, 109.01), (1.05, 529.2, 555.7), (1.2, 1978.0, 2373.0)],
)
def test_pressure_of_a_closed_space(ratio: float, logarithmic: float, cauchy: float) -> None:
    assert closed_form("hencky_cauchy", np.array(ratio)) / 1e6 == pytest.approx(logarithmic, rel=5e-4)
    assert closed_form("hencky_kirchhoff", np.array(ratio)) / 1e6 == pytest.approx(cauchy, rel=5e-4)
    bulk = 7.81e9 / (3 * (1 - 2 * 0.38))
    assert closed_form("murnaghan", np.array(ratio)) == pytest.approx(bulk / 3.5 * (ratio**3.5 - 1), rel=1e-12)


@pytest.mark.parametrize(("rate", "stress"), [(1e-3, 1.0895), (1.0, 4.3372), (1e3, 17.267)])
def test_flow_stress_at_two_thirds_of_the_growth_rate(rate: float, stress: float) -> None:
    assert flow_stress(2 / 3 * rate) / 1e6 == pytest.approx(stress, rel=1e-4)


def test_thick_cylinder() -> None:
    assert creep_stress(1.5)[0] == pytest.approx(-3.89966, rel=1e-5)
    assert creep_stress(1.0)[1] == pytest.approx(5.9789, rel=1e-4)
    np.testing.assert_allclose(lame_stress(1.0), (-10.0, 16.667), rtol=5e-5)
    np.testing.assert_allclose(lame_stress(2.0), (0.0, 6.667), rtol=1e-4)


@pytest.mark.parametrize("parameter", [0.1, 0.5, 1.0, 2.0, 4.0])
def test_pull_off_of_maugis(parameter: float) -> None:
    """Beside a fit to it, good to 1.5 % (Carpick, Ogletree and Salmeron 1999, J. Colloid Interface Sci. 211, 395)."""
    power = 4.04 * parameter**1.4
    assert maugis(parameter) == pytest.approx(1.75 - 0.25 * (power - 1.0) / (power + 1.0), rel=0.015)


def test_a_punch_that_sticks() -> None:
    """Its force over that without friction: ln 3 at nu = 0, and 1 at nu = 1/2."""
    assert ratio(0.0) == pytest.approx(1.0986123, rel=1e-7)
    assert ratio(0.499999) == pytest.approx(1.0, rel=1e-5)


def test_a_bad_first_guess_does_not_end_at_a_wrong_pressure() -> None:
    """The volume strain is thrown far beyond the range of hencky_cauchy: the step fails or finds the right pressure."""
    model = slab(with_law("hencky_cauchy"), Growth(lambda time: 1.2 ** min(time, 1.0)), "held")
    model.march(np.linspace(0.0, 1.0, 9)[1:])
    right = mean_pressure(uniform(model.stress()))
    model.problem.begin(10.0, 9.0, 72.0)
    result = solve(model.problem, model.options)
    if result.converged:
        assert mean_pressure(uniform(model.stress())) == pytest.approx(right, rel=1e-3)
    else:
        assert result.failure is not None


def test_a_deviator_that_has_not_relaxed_is_seen() -> None:
    """Without the waiting time the pressure rows of B03 would fail: they are about the relaxed state."""
    model = slab(with_law("murnaghan"), Growth(lambda time: 1.2**time, FIBRE), "held")
    model.march(np.linspace(0.0, 1.0, 9)[1:])
    stress = uniform(model.stress())
    assert np.abs(stress[:3] + mean_pressure(stress)).max() > 1e5
    waited = uniform(grow_and_wait(with_law("murnaghan"), FIBRE, 1.2, "held").stress())
    assert np.abs(waited[:3] + mean_pressure(waited)).max() < 1e4
