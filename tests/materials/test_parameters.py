"""What would hurt most if lost: the numbers of a material file arrive in the law, at the right temperature and size."""

import math

import pytest

from platingx.constants import GAS_CONSTANT
from platingx.materials import layout
from platingx.verification.models.vectors import LITHIUM, vector


@pytest.mark.parametrize(
    ("temperature", "rate"),
    [(198.0, 7.3716e-6), (298.0, 1.38997e-2), (398.0, 0.592243)],  # B01
)
def test_reference_rate_of_the_2019_law(temperature: float, rate: float) -> None:
    assert vector(LITHIUM, temperature)[layout.REFERENCE_RATE] == pytest.approx(rate, rel=5e-5)


def test_2019_set() -> None:
    p = vector(LITHIUM)
    expected = {
        "SHEAR_MODULUS": 7.81e9 / 2.76,
        "BULK_MODULUS": 7.81e9 / 0.72,
        "RATE_SENSITIVITY": 0.15,
        "INITIAL_RESISTANCE": 0.95e6,
        "HARDENING_MODULUS": 10e6,
        "SATURATION_RESISTANCE": 2e6,
        "HARDENING_EXPONENT": 2.0,
        "SATURATION_EXPONENT": 0.05,
        "FLOW_LAW": layout.FLOW_POWER_LAW,
    }
    for name, value in expected.items():
        assert p[getattr(layout, name)] == pytest.approx(value), name


def test_2018_set_does_not_depend_on_temperature() -> None:
    cold, hot = (vector("lithium_narayan_anand_2018", t) for t in (250.0, 400.0))
    assert (cold == hot).all()
    assert cold[layout.REFERENCE_RATE] == pytest.approx(0.05)
    assert cold[layout.SATURATION_EXPONENT] == 0.0
    assert cold[layout.HARDENING_EXPONENT] == pytest.approx(1.8)


def test_size_effect_multiplies_strengths_only() -> None:
    """S0, S* and H0 times (d0/d)^0.68 (Xu et al. 2017), never below the bulk."""
    size = {"diameter": "100 nm", "reference_diameter": "10 um"}
    bulk = vector(LITHIUM)
    small = vector({"base": LITHIUM, "viscoplasticity": {"size_effect": size}})
    ratio = small / bulk.clip(1e-300)
    for place in (layout.INITIAL_RESISTANCE, layout.HARDENING_MODULUS, layout.SATURATION_RESISTANCE):
        assert ratio[place] == pytest.approx(100.0**0.68)
        small[place] = bulk[place]
    assert (small == bulk).all()
    large = vector({"base": LITHIUM, "viscoplasticity": {"size_effect": size | {"diameter": "1 mm"}}})
    assert (large == bulk).all()


def test_norton_with_temperature() -> None:
    law = {
        "law": "norton",
        "reference_rate": "1e-3 1/s",
        "reference_stress": "1 MPa",
        "stress_exponent": 5,
        "activation_energy": "50 kJ/mol",
        "reference_temperature": "300 K",
    }
    material = {"elasticity": {"young_modulus": "5 GPa", "poisson_ratio": 0.3}, "viscoplasticity": law}
    p = vector(material, 350.0)
    assert p[layout.REFERENCE_RATE] == pytest.approx(1e-3 * math.exp(-50e3 / GAS_CONSTANT * (1 / 350 - 1 / 300)))
    assert p[layout.RATE_SENSITIVITY] == pytest.approx(0.2)
    assert p[layout.HARDENING_MODULUS] == 0.0
    assert vector(material, 300.0)[layout.REFERENCE_RATE] == pytest.approx(1e-3)


def test_pressure_laws_arrive() -> None:
    for name, number in (
        ("hencky_kirchhoff", layout.PRESSURE_HENCKY_KIRCHHOFF),
        ("hencky_cauchy", layout.PRESSURE_HENCKY_CAUCHY),
    ):
        p = vector({"base": LITHIUM, "elasticity": {"pressure_law": name}})
        assert p[layout.PRESSURE_LAW] == number
    p = vector({"base": LITHIUM, "elasticity": {"pressure_law": "murnaghan", "bulk_modulus_derivative": 3.5}})
    assert p[layout.PRESSURE_LAW] == layout.PRESSURE_MURNAGHAN
    assert p[layout.BULK_DERIVATIVE] == 3.5


def test_an_elastic_material_does_not_flow() -> None:
    assert vector("llzo")[layout.FLOW_LAW] == layout.FLOW_NONE
