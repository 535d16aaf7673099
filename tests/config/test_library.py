"""Every value of the material library is readable, has a source and an honest status.

What would hurt most: a value nobody has checked that looks as if somebody had.
"""

import re
from pathlib import Path

import pytest

from platingx.config import Case, Material, load_case
from platingx.config.library import load_material, material_names, overlay
from platingx.units import DIMENSIONS, Quantity, UnitError, parse

GOOD = Path(__file__).parent / "good.yaml"
EXPECTED = {
    "copper",
    "lithium_anand_narayan_2019",
    "lithium_narayan_anand_2018",
    "lithium_norton",
    "llzo",
    "lpsc",
    "na2co3",
    "sodium",
    "tungsten",
}


def test_the_library_is_complete() -> None:
    assert set(material_names()) == EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_value_has_a_source(name: str) -> None:
    material = load_material(name)
    assert material.name == name
    for value in [*dict(material.values()).values(), *material.properties.values()]:
        assert value.source.strip()
        if re.search("not known|not found|no measurement", value.source) or "memory" in value.note:
            assert value.status == "unverified"


@pytest.mark.parametrize("name", sorted(EXPECTED - {"na2co3"}))
def test_every_material_is_valid_in_a_case(name: str) -> None:
    case = load_case(GOOD, [("materials.llzo", name), ("growth.region", "li")])
    material = case.materials["llzo"]
    known = {key for key, value in load_material(name).values() if value.value is not None}
    assert set(material.sources) >= known
    assert all(value.status != "user" for key, value in material.sources.items() if key in known)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_reference_values_are_quantities_or_ranges(name: str) -> None:
    for value in load_material(name).properties.values():
        text = re.sub(r"^[\d.]+-(?=[\d.])", "", str(value.value))
        assert any(_reads(text, dimension) for dimension in DIMENSIONS), text


def _reads(text: str, dimension: str) -> bool:
    try:
        parse(text, dimension)
    except UnitError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        # Anand and Narayan 2019 set as coded in ecmLab/continuum, one_element_creep
        ("lithium_anand_narayan_2019", "elasticity.young_modulus", 7.81e9),
        ("lithium_anand_narayan_2019", "elasticity.poisson_ratio", 0.38),
        ("lithium_anand_narayan_2019", "viscoplasticity.pre_exponential_rate", 4.25e4),
        ("lithium_anand_narayan_2019", "viscoplasticity.activation_energy", 37e3),
        ("lithium_anand_narayan_2019", "viscoplasticity.rate_sensitivity", 0.15),
        ("lithium_anand_narayan_2019", "viscoplasticity.initial_flow_resistance", 0.95e6),
        ("lithium_anand_narayan_2019", "viscoplasticity.hardening_modulus", 10e6),
        ("lithium_anand_narayan_2019", "viscoplasticity.saturation_resistance", 2e6),
        ("lithium_anand_narayan_2019", "viscoplasticity.hardening_exponent", 2.0),
        ("lithium_anand_narayan_2019", "viscoplasticity.saturation_exponent", 0.05),
        # Narayan and Anand 2018, Table 2
        ("lithium_narayan_anand_2018", "elasticity.young_modulus", 5e9),
        ("lithium_narayan_anand_2018", "viscoplasticity.reference_rate", 0.05),
        ("lithium_narayan_anand_2018", "viscoplasticity.rate_sensitivity", 0.18),
        ("lithium_narayan_anand_2018", "viscoplasticity.initial_flow_resistance", 2e6),
        ("lithium_narayan_anand_2018", "viscoplasticity.hardening_modulus", 40e6),
        ("lithium_narayan_anand_2018", "viscoplasticity.saturation_resistance", 8e6),
        ("lithium_narayan_anand_2018", "viscoplasticity.hardening_exponent", 1.8),
        # Gao et al. 2022
        ("llzo", "fracture.theoretical_strength", 16.1e9),
        ("llzo", "fracture.toughness", 0.95e6),
        ("llzo", "fracture.flaw_geometry_factor", 1.12),
        ("llzo", "elasticity.young_modulus", 150e9),
        ("llzo", "elasticity.poisson_ratio", 0.26),
        # Liu et al. 2020 SI; Masias et al. 2019
        ("sodium", "molar_volume", 23.70e-6),
        ("lithium_norton", "viscoplasticity.stress_exponent", 6.56),
    ],
)
def test_values_as_printed(name: str, key: str, value: float) -> None:
    found: object = Material.model_validate(name)
    for part in key.split("."):
        found = getattr(found, part)
    assert isinstance(found, Quantity)
    assert found == pytest.approx(value, rel=1e-12)


def test_norton_and_the_2019_law_agree_on_slow_creep() -> None:
    """At 3e-4 1/s the fit to creep data lies within the range of the 2019 law: 0.55 MPa at yield, 0.93 MPa steady."""
    law = Material.model_validate("lithium_norton").viscoplasticity
    stress = law.reference_stress * (3e-4 / law.reference_rate) ** (1 / law.stress_exponent)
    assert 0.55e6 < stress < 0.93e6


def test_poisson_ratio_of_llzo_is_unverified() -> None:
    assert dict(load_material("llzo").values())["elasticity.poisson_ratio"].status == "unverified"


def test_overlay_changes_neither_side() -> None:
    below, above = {"a": {"b": 1, "c": 2}, "law": "x"}, {"a": {"b": 3, "c": None}}
    assert overlay(below, above) == {"a": {"b": 3}, "law": "x"}
    assert below == {"a": {"b": 1, "c": 2}, "law": "x"}
    assert above == {"a": {"b": 3, "c": None}}
    assert overlay({"v": {"law": "x", "q": 1}}, {"v": {"law": "y"}}) == {"v": {"law": "y"}}


def test_the_case_model_is_the_public_one() -> None:
    assert isinstance(load_case(GOOD), Case)
