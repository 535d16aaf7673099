"""B01. What would hurt most if lost: the flow stress of lithium at each rate and temperature, through the element.

Constant true strain rate, uniaxial, free side: u = L0 (exp(r t) - 1). Expected values: the rate equations with
elasticity, integrated by an implicit Runge-Kutta method (benchmark B01), and closed forms of the 2018 law.
"""

import numpy as np
import pytest

from platingx.verification.models.one_element import SIZE, strain_steps, uniaxial, uniform
from platingx.verification.models.vectors import LITHIUM, vector

STRAINS = (0.02, 0.1, 0.2, 0.5, 1.0)
TOLERANCE = 0.005

# true stress in MPa at the strains above, by temperature (K) and rate (1/s)
TABLE = {
    (198, 4e-5): (1.3014, 1.5488, 1.7631, 2.1159, 2.3645),
    (198, 3e-4): (1.7765, 2.1656, 2.5055, 3.0709, 3.4739),
    (198, 3e-3): (2.5336, 3.1711, 3.7356, 4.6903, 5.3829),
    (198, 2e-2): (3.3924, 4.3353, 5.1812, 6.6358, 7.7101),
    (298, 4e-5): (0.4054, 0.4392, 0.4689, 0.5189, 0.5550),
    (298, 3e-4): (0.5536, 0.6150, 0.6682, 0.7561, 0.8183),
    (298, 3e-3): (0.7904, 0.9039, 1.0018, 1.1620, 1.2743),
    (298, 2e-2): (1.0600, 1.2412, 1.3976, 1.6540, 1.8338),
    (398, 4e-5): (0.2274, 0.2357, 0.2436, 0.2579, 0.2694),
    (398, 3e-4): (0.3101, 0.3289, 0.3458, 0.3751, 0.3970),
    (398, 3e-3): (0.4424, 0.4826, 0.5179, 0.5767, 0.6189),
    (398, 2e-2): (0.5933, 0.6628, 0.7230, 0.8221, 0.8919),
}


def pull(
    p: np.ndarray, rate: float, marks: tuple[float, ...], largest: float, sign: float = 1.0, first: float = 2e-5
) -> list[float]:
    """True stress (MPa) at true strains, pulled (or pushed) at a constant true rate."""
    model = uniaxial(p, lambda time: SIZE * np.expm1(sign * rate * time))
    stress = {}
    for strain in strain_steps(marks, first, largest):
        model.advance(strain / rate)
        stress[strain] = float(uniform(model.stress())[1]) / 1e6
    assert np.abs(uniform(model.stress())[[0, 2, 3]]).max() <= 1e-6 * abs(uniform(model.stress())[1])
    return [stress[mark] for mark in marks]


@pytest.mark.parametrize(("temperature", "rate"), TABLE)
def test_2019_law_against_the_table(temperature: float, rate: float) -> None:
    got = pull(vector(LITHIUM, float(temperature)), rate, STRAINS, 0.004)
    np.testing.assert_allclose(got, TABLE[temperature, rate], rtol=TOLERANCE)


def test_compression_is_the_mirror_of_tension() -> None:
    got = pull(vector(LITHIUM, 298.0), 2e-2, (0.02, 0.1, 0.5), 0.004, sign=-1.0)
    np.testing.assert_allclose(got, -np.array([1.0600, 1.2412, 1.6540]), rtol=TOLERANCE)


def closed_form_2018(rate: float, plastic: np.ndarray) -> np.ndarray:
    """Stress S (r/e0)^m in MPa, S = S* {1 - [(1-S0/S*)^(1-a) + (a-1) H0 e/S*]^(1/(1-a))}, e the plastic strain."""
    bracket = (1 - 2 / 8) ** (1 - 1.8) + (1.8 - 1) * 40 * plastic / 8
    return 8 * (1 - bracket ** (1 / (1 - 1.8))) * (rate / 0.05) ** 0.18


@pytest.mark.parametrize(
    ("rate", "stress"),
    # MPa at plastic strain 0, 0.2 and 1.0
    [(0.1, (2.266, 5.388, 7.925)), (0.3, (2.761, 6.566, 9.658)), (1.0, (3.429, 8.155, 11.995))],
)
def test_2018_law_against_closed_form(rate: float, stress: tuple[float, ...]) -> None:
    """The plastic strain is the total one without the elastic s/E."""
    np.testing.assert_allclose(closed_form_2018(rate, np.array([0.0, 0.2, 1.0])), stress, rtol=3e-4)
    marks = (0.002, 0.2, 1.0)
    got = np.array(pull(vector("lithium_narayan_anand_2018"), rate, marks, 0.002))
    np.testing.assert_allclose(got, closed_form_2018(rate, np.array(marks) - got * 1e6 / 5e9), rtol=TOLERANCE)


def test_first_order_in_time_while_hardening() -> None:
    """Observed order over halved steps, at strain 0.2 where hardening is fast: 198 K, 2e-2 1/s."""
    p = vector(LITHIUM, 198.0)
    stress = [pull(p, 2e-2, (0.2,), step, first=step)[0] for step in (0.01, 0.005, 0.0025, 0.00125)]
    changes = np.abs(np.diff(stress))
    np.testing.assert_allclose(np.log2(changes[:-1] / changes[1:]), 1.0, atol=0.05)
    extrapolated = 2 * stress[-1] - stress[-2]
    assert extrapolated == pytest.approx(TABLE[198, 2e-2][2], rel=2e-4)
