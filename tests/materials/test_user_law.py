"""What would hurt most if lost: a law in a user's file gives what the same law of the package gives.

Whoever writes a law cannot check the return map, the tangent and the batches of the kernels; the package must.
"""

from pathlib import Path

import numpy as np
import pytest

from platingx.config.materials import Material
from platingx.errors import CaseError
from platingx.materials import layout
from platingx.materials.parameters import parameter_vector
from platingx.materials.return_map import return_map
from platingx.materials.user_law import user_return_map
from platingx.physics.solid_model import Growth
from platingx.problems.newton import NewtonOptions, solve
from platingx.verification.models.one_element import slab
from platingx.verification.models.vectors import LITHIUM, vector

ANAND = '''
"""The law of Anand and Narayan (2019)."""
from math import copysign, exp

PARAMETERS = {
    "A": "rate", "Q": "molar_energy", "m": "dimensionless", "H0": "pressure", "saturated": "pressure",
    "a": "dimensionless", "n": "dimensionless",
}


def rate(stress, resistance, temperature, A, Q, m):
    return A * exp(-Q / (8.31446261815324 * temperature)) * (stress / resistance) ** (1.0 / m)


def hardening(rate, resistance, temperature, H0, saturated, a, n, A, Q):
    reference = A * exp(-Q / (8.31446261815324 * temperature))
    gap = 1.0 - resistance / (saturated * (rate / reference) ** n)
    return H0 * abs(gap) ** a * copysign(1.0, gap)
'''
VALUES = {
    "A": "4.25e4 1/s", "Q": "37 kJ/mol", "m": 0.15, "H0": "10 MPa", "saturated": "2 MPa", "a": 2.0, "n": 0.05,
}  # fmt: skip
ELASTICITY = {"young_modulus": "7.81 GPa", "poisson_ratio": 0.38}
NORTON = """
PARAMETERS = {"r0": "rate", "s0": "pressure", "n": "dimensionless"}


def rate(stress, resistance, temperature, r0, s0, n):
    return r0 * (stress / s0) ** n
"""
PERZYNA = """
PARAMETERS = {"fluidity": "rate"}


def rate(stress, resistance, temperature, fluidity):
    return fluidity * max(stress / resistance - 1.0, 0.0)
"""


def material(law: str, values: dict[str, object], resistance: str = "0.95 MPa") -> Material:
    block = {"law": "user", "source": law, "initial_flow_resistance": resistance, "parameters": values}
    return Material.model_validate({"elasticity": ELASTICITY, "viscoplasticity": block})


def user_vector(law: str, values: dict[str, object], resistance: str = "0.95 MPa") -> np.ndarray:
    return parameter_vector(material(law, values, resistance), 298.0)


@pytest.mark.parametrize("old", [0.3e6, 0.95e6, 6e6], ids=lambda s: f"S={s:g}")
def test_equals_the_law_of_the_package_over_18_decades(old: float) -> None:
    """Stress, slope, rate and resistance, where the resistance rises and where it falls."""
    own, known = user_vector(ANAND, VALUES), vector(LITHIUM)
    for trial in np.geomspace(1e3, 5e9, 15):
        for dt in np.geomspace(1e-9, 1e5, 15):
            expected = return_map(known, trial, old, dt)
            found = user_return_map(own, trial, old, dt)
            assert found[4] == expected[4] is True
            np.testing.assert_allclose(found[0], expected[0], rtol=1e-11)
            np.testing.assert_allclose(found[1], expected[1], rtol=2e-6, atol=1e-12)
            np.testing.assert_allclose(found[2], expected[2], rtol=1e-9, atol=1e-299)
            np.testing.assert_allclose(found[3], expected[3], rtol=1e-11)


def test_law_without_hardening_solves_its_equation() -> None:
    own = user_vector(NORTON, {"r0": "1e-3 1/s", "s0": "1 MPa", "n": 6.67})
    stiffness = 3.0 * own[layout.SHEAR_MODULUS]
    for trial in np.geomspace(1e2, 1e10, 9):
        for dt in np.geomspace(1e-9, 1e9, 10):
            stress, _, rate, resistance, converged = user_return_map(own, trial, 0.95e6, dt)
            assert converged
            assert resistance == 0.95e6
            np.testing.assert_allclose(stress + stiffness * dt * rate, trial, rtol=1e-13)
            np.testing.assert_allclose(rate, 1e-3 * (stress / 1e6) ** 6.67, rtol=1e-10)


@pytest.mark.parametrize("dt", [1e-9, 1.0, 1e9])
def test_law_with_a_threshold(dt: float) -> None:
    """Perzyna's overstress: elastic below the yield stress, s = (trial + c Y)/(1 + c) with c = 3 G dt f/Y above."""
    own = user_vector(PERZYNA, {"fluidity": "2 1/s"}, "10 MPa")
    c = 3.0 * own[layout.SHEAR_MODULUS] * dt * 2.0 / 10e6
    assert user_return_map(own, 9.99e6, 10e6, dt)[:4] == (9.99e6, 1.0, 0.0, 10e6)
    for trial in (10.01e6, 15e6, 1e9):
        stress, slope, rate, _, converged = user_return_map(own, trial, 10e6, dt)
        assert converged
        np.testing.assert_allclose(stress, (trial + c * 10e6) / (1.0 + c), rtol=1e-12)
        np.testing.assert_allclose(slope, 1.0 / (1.0 + c), rtol=1e-5)
        np.testing.assert_allclose(rate, 2.0 * (trial / 10e6 - 1.0) / (1.0 + c), rtol=1e-11)


def test_newtons_method_is_as_fast_as_with_the_law_of_the_package() -> None:
    """Residuals of a grown element that flows: the tangent through the batches is that of the law."""
    histories = []
    for parameters in (user_vector(ANAND, VALUES), vector(LITHIUM)):
        model = slab(parameters, Growth(lambda time: 1.0 + 0.1 * time), "free")
        model.problem.begin(1.0, 1.0, 0.0)
        result = solve(model.problem, NewtonOptions())
        assert result.converged
        histories.append(result.residuals)
    assert abs(len(histories[0]) - len(histories[1])) <= 1
    np.testing.assert_allclose(histories[0][:3], histories[1][:3], rtol=1e-4)


def problem(source: str, values: dict[str, object], resistance: str = "1 MPa") -> str:
    with pytest.raises(CaseError) as caught:
        user_vector(source, values, resistance)
    return str(caught.value)


GIVEN = {"r0": "1 1/s"}
HEAD = 'PARAMETERS = {"r0": "rate"}\n'
START = HEAD + "def rate(stress, resistance, temperature, r0):\n    "


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (START + "return r0 / 0.0 if stress > 1e6 else -r0", "the rate is -1 1/s at a stress of 1000 Pa"),
        (START + "return r0 * (1e6 / stress)", "the rate falls with the stress"),
        (START + "return r0 * undefined_name", "Numba cannot compile the function rate"),
        (START + "return (stress - 1e9) ** 0.5 * r0", "the rate is nan 1/s"),
        ("import no_such_module\n" + START + "return r0", "it cannot be run: ModuleNotFoundError"),
        (
            START + "return r0\ndef hardening(rate, resistance, temperature):\n    return (rate - 10.0) ** 0.5",
            "the hardening is nan Pa",
        ),
    ],
)
def test_law_that_cannot_be_used_is_refused(source: str, words: str) -> None:
    assert words in problem(source, GIVEN)


def test_line_of_a_law_that_cannot_be_run() -> None:
    assert "source:3" in problem("\n\nraise ValueError('no')\n" + START + "return r0", GIVEN)


def test_file_is_found_beside_the_case(tmp_path: Path) -> None:
    """And its text goes into the resolved case, so that a change of the file is a change of the case."""
    from platingx.config.loader import load_case
    from platingx.config.resolved import dump_resolved, fingerprint

    example = Path(__file__).parents[2] / "examples" / "own_flow_law"
    case = load_case(example / "case.yaml")
    (tmp_path / "case.yaml").write_text(dump_resolved(case), encoding="utf-8")
    again = load_case(tmp_path / "case.yaml")
    assert fingerprint(again) == fingerprint(case)
    law = (example / "sinh_law.py").read_text(encoding="utf-8")
    (tmp_path / "sinh_law.py").write_text(law.replace("50.0", "49.0"), encoding="utf-8")
    other = load_case(example / "case.yaml", [("materials.li.viscoplasticity.file", str(tmp_path / "sinh_law.py"))])
    assert fingerprint(other) != fingerprint(case)
