"""B02. What would hurt most if lost: stress relaxes along the power law over five decades of time, to first order.

s(t) = [s0^(1-N) + (N-1) E r0 S^-N t]^(1/(1-N)), N = 1/m, resistance frozen: s0 2 MPa, S 1 MPa, 298 K.
"""

import numpy as np

from platingx.materials import layout
from platingx.verification.models.one_element import SIZE, uniaxial, uniform
from platingx.verification.models.vectors import LITHIUM, vector

TIMES = np.array([1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0])
STRESS = np.array([1.0835, 0.72531, 0.48336, 0.32198, 0.21446, 0.14285])  # MPa
START, YOUNG = 2e6, 7.81e9


def relax(per_decade: int, start: float = 1e-7) -> np.ndarray:
    """Stress in MPa at TIMES with a number of steps to each decade of time."""
    p = vector(LITHIUM, 298.0, HARDENING_MODULUS=0.0, INITIAL_RESISTANCE=1e6)
    model = uniaxial(p, lambda time: SIZE * np.expm1(START / YOUNG))
    model.advance(1e-15)
    assert abs(uniform(model.stress())[1] / START - 1.0) < 2e-4
    result = []
    decades = round(np.log10(TIMES[-1] / start))
    for k, time in enumerate(start * 10.0 ** (np.arange(per_decade * decades + 1) / per_decade)):
        model.advance(float(time))
        if k % per_decade == 0 and time > 0.5 * TIMES[0]:
            result.append(uniform(model.stress())[1] / 1e6)
    return np.array(result)


def test_against_closed_form_and_first_order_in_time() -> None:
    n = 1.0 / 0.15
    rate = vector(LITHIUM, 298.0)[layout.REFERENCE_RATE]
    exact = (START ** (1 - n) + (n - 1) * YOUNG * rate * 1e6**-n * TIMES) ** (1 / (1 - n)) / 1e6
    np.testing.assert_allclose(exact, STRESS, rtol=3e-5)
    runs = [relax(count) for count in (16, 32, 64)]
    errors = np.array([run / exact - 1.0 for run in runs])
    assert np.abs(errors[-1]).max() <= 0.005
    np.testing.assert_allclose(np.log2(errors[:-1] / errors[1:]), 1.0, atol=0.06)
    np.testing.assert_allclose(2 * runs[2] - runs[1], exact, rtol=3e-4)
