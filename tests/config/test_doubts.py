"""What is valid and yet hardly meant is said aloud, and what is usual is not.

What would hurt most: a hot case that looks computed and is that of a cold one, or a layer of 100 m for 100 nm.
"""

from pathlib import Path

import pytest

from platingx.config import load_any_case, load_case
from platingx.config.calibration_file import CALIBRATION_ENDING
from platingx.config.doubts import doubts, given_quantities, mesh_doubts
from platingx.config.library import load_material, material_names
from platingx.config.study import STUDY_ENDING

GOOD = Path(__file__).parent / "good.yaml"
CASES = Path(__file__).parents[2] / "cases"
SHIPPED = [path for path in sorted(CASES.rglob("*.yaml")) if not path.name.endswith((STUDY_ENDING, CALIBRATION_ENDING))]
SOUND = [("constraints.electrolyte_side", "roller")]
NORTON = "{law: norton, reference_rate: 1 1/s, reference_stress: 1 MPa, stress_exponent: 6.6}"
AT_353 = NORTON.replace("}", ", reference_temperature: 353 K}")
ACTIVATED = NORTON.replace("}", ", activation_energy: 37 kJ/mol}")
RANGED = NORTON.replace("}", ", activation_energy: 37 kJ/mol, lowest_temperature: 200 K}")


def doubts_of(*values: tuple[str, str]) -> tuple[str, ...]:
    return doubts(load_case(GOOD, [*SOUND, *values]))


def test_a_usual_case_has_none() -> None:
    assert doubts_of() == ()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_cases_have_only_what_they_mean(path: Path) -> None:
    expected = {"hot_150C": ["398 K"], "confined_pit_3d": ["elements at the tip of the pit"]}.get(path.stem, [])
    found = doubts(load_any_case(path))
    assert len(found) == len(expected), found
    assert all(words in sentence for words, sentence in zip(expected, found, strict=True))


@pytest.mark.parametrize(
    ("law", "temperature", "count"),
    [
        ("{}", "80 degC", 0),
        (NORTON, "25 degC", 0),
        (NORTON, "44 degC", 0),
        (NORTON, "80 degC", 1),
        (NORTON, "-20 degC", 1),
        (AT_353, "80 degC", 0),
        (AT_353, "25 degC", 1),
        (ACTIVATED, "80 degC", 0),
        (RANGED, "199 K", 1),
        (RANGED, "201 K", 0),
        ("{law: none}", "80 degC", 0),
    ],
)
def test_flow_laws_at_other_temperatures(law: str, temperature: str, count: int) -> None:
    assert len(doubts_of(("materials.li.viscoplasticity", law), ("temperature", temperature))) == count


def test_a_law_of_the_library_without_temperature() -> None:
    assert doubts_of(("materials.li", "lithium_narayan_anand_2018"), ("temperature", "80 degC")) == (
        "materials.li.viscoplasticity: narayan_anand_2018 has no dependence on temperature here and holds at 298.15 K, "
        "but the case is at 353.15 K (anand_narayan_2019 has one)",
    )


@pytest.mark.parametrize(("temperature", "count"), [("77 K", 1), ("198 K", 0), ("398 K", 0), ("150 degC", 1)])
def test_the_range_of_a_law_of_the_library(temperature: str, count: int) -> None:
    found = doubts_of(("temperature", temperature))
    assert len(found) == count
    for sentence in found:
        assert "rests on tests from 198 K to 398 K (Anand and Narayan 2019" in sentence
        assert "; verified)" in sentence


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("geometry.interlayer.thickness", "2 mm", "0.002 m, more than the usual 1e-09 m to 0.001 m"),
        ("geometry.pit", "{depth: 10 pm, half_width: 40 nm}", "1e-11 m, less than"),
        ("materials.llzo.elasticity.poisson_ratio", "0.495", "0.495, more than the usual 0 to 0.49"),
        ("materials.llzo.elasticity.poisson_ratio", "-0.2", "less than"),
        ("materials.llzo.elasticity.young_modulus", "150 kPa", "150000 Pa, less than"),
        ("materials.llzo.elasticity.young_modulus", "150 TPa", "1.5e+14 Pa, more than"),
        ("materials.llzo.fracture.theoretical_strength", "16 Pa", "less than"),
        ("materials.li.viscoplasticity.initial_flow_resistance", "0.95 mPa", "0.00095 Pa, less than"),
        ("materials.li.molar_volume", "13 mm^3/mol", "1.3e-08 m^3/mol, less than"),
        ("materials.llzo.fracture.toughness", "0.95 kPa m^0.5", "950 Pa*m^0.5, less than"),
        ("temperature", "25 K", "25 K, less than"),
        ("time.milestones", "[0.1 ps]", "1e-13 s, less than"),
        ("time.end", "1.5 Ms", "in mega-s; ms is another unit"),
        ("time.maximum_step", "1 ns", "2.1e+07 steps at least"),
        ("growth.current_density", "0.2 kA/cm^2", "more than"),
        ("growth.current_density", "2 MA/m^2", "in mega-A; mA is another unit"),
        ("growth.current_density", "2 pA/cm^2", "less than"),
        ("growth.current_density", "{table: [[0 s, 0 A/cm^2], [30 ms, 0 A/cm^2], [2 s, 1 A/cm^2]]}", "nothing grows"),
        ("constraints.electrolyte_side", "free", "free beside constraints.metal_side: wall"),
        ("constraints.electrolyte_side", "clamped", "clamped beside constraints.metal_side: wall"),
    ],
)
def test_what_is_hardly_meant(key: str, value: str, words: str) -> None:
    values = [(key, value)]
    if key == "time.end":
        values.append(("growth.current_density", "1 uA/cm^2"))
    found = doubts_of(*values)
    assert any(words in sentence and sentence.startswith(key) for sentence in found), found


@pytest.mark.parametrize("side", ["free", "roller"])
def test_metal_that_is_not_held_by_a_wall_may_have_a_free_plate_beside_it(side: str) -> None:
    assert doubts_of(("constraints.metal_side", side), ("constraints.electrolyte_side", "free")) == ()


@pytest.mark.parametrize(
    ("metal", "ceramic", "count"),
    [
        ("roller", "fixed", 1),
        ("{x: 0 nm}", "{pressure: 1 MPa}", 1),
        ("roller", "roller", 0),
        ("{pressure: 1 MPa}", "fixed", 0),
    ],
)
def test_corners_between_sides_with_conditions_by_name(metal: str, ceramic: str, count: int) -> None:
    sides = "constraints", "{collector: rigid}"
    case = load_case(GOOD, [sides, ("boundary_conditions", f"{{metal_side: {metal}, electrolyte_side: {ceramic}}}")])
    found = [sentence for sentence in doubts(case) if "singular" in sentence]
    assert len(found) == count
    assert all(sentence.startswith("boundary_conditions.electrolyte_side: ") for sentence in found)


@pytest.mark.parametrize(("thickness", "count"), [(100e-9, 0), (1e-3, 0), (100.0, 1), (1e-13, 1), (None, 0)])
def test_meshes_of_an_absurd_size(tmp_path: Path, thickness: float | None, count: int) -> None:
    (tmp_path / "m.msh").write_text("")
    path = tmp_path / "case.yaml"
    path.write_text(f"extends: {GOOD}\ngeometry: {{builder: file, path: m.msh}}\n")
    found = mesh_doubts(load_case(path), thickness)
    assert len(found) == count
    assert all("geometry.length_unit" in sentence for sentence in found)


def test_every_value_of_the_library_is_usual() -> None:
    for name in material_names():
        values = dict(load_material(name).values())
        if any(value.value is None for value in values.values()):
            continue
        case = load_case(GOOD, [*SOUND, ("materials.llzo", name), ("growth.region", "li"), ("temperature", "299 K")])
        assert [sentence for sentence in doubts(case) if "usual" in sentence] == []


def test_quantities_are_found_with_their_types_wherever_they_stand() -> None:
    case = load_case(GOOD, [("geometry.mesh.refinement", "2"), ("time.milestones", "[1 ms, 2 ms]")])
    found = {key: mark for key, _, mark in given_quantities(case)}
    assert found["time.milestones.1"].usual is not None
    assert found["materials.li.viscoplasticity.activation_energy"].dimension == "molar_energy"
    assert found["geometry.interlayer.thickness"].usual == (1e-9, 1e-3)
    assert "time.initial_step" not in found


V = [
    ("geometry.pit.profile", "rounded_v"),
    ("geometry.pit.depth", "5 nm"),
    ("geometry.pit.half_width", "40 nm"),
    ("geometry.pit.tip_radius", "0.2 nm"),
]


def eruption_with(*values: tuple[str, str]) -> str:
    return " ".join(doubts(load_case(CASES / "eruption.yaml", list(values))))


def test_metal_in_needles_over_a_small_tip_is_doubted_and_triangles_are_not() -> None:
    assert "geometry.mesh.cell: the metal's elements over the tip of the pit are 1.2e+03 times" in eruption_with(*V)
    assert "geometry.mesh.cell" not in eruption_with(*V, ("geometry.mesh.cell", "triangle"))
    assert "geometry.mesh.cell" not in eruption_with()


def test_elements_as_large_as_the_tip_are_doubted() -> None:
    coarse = eruption_with(("geometry.mesh.tip_fraction", "0.5"), ("geometry.mesh.refinement", "0.5"))
    assert "geometry.mesh.tip_fraction: the elements at the tip of the pit are 1 of its radius of 5.78 nm" in coarse
    assert "tip_fraction" not in eruption_with(("geometry.mesh.refinement", "0.3"))


@pytest.mark.parametrize(
    ("law", "voltage", "term", "count"),
    [
        ("hencky_cauchy", "1.46 V", "consistent", 0),
        ("hencky_cauchy", "1.463 V", "consistent", 1),
        ("hencky_cauchy", "{table: [[0 s, 0 V], [1 s, 3 V]]}", "consistent", 1),
        ("hencky_cauchy", "3 V", "constant_volume", 0),
        ("hencky_kirchhoff", "3 V", "consistent", 0),
    ],
)
def test_a_voltage_that_no_pressure_stops(law: str, voltage: str, term: str, count: int) -> None:
    """1.4615 V for K 10.85 GPa and 13 cm3/mol: where U - pi of the law has its bound."""
    values = [
        ("growth.current_density", "null"),
        ("materials.li.elasticity", f"{{pressure_law: {law}}}"),
        ("electrochemistry.electrolyte", "{area_resistance: 1 ohm cm^2}"),
        ("electrochemistry.electrode.stress_term", term),
        ("electrochemistry.control", f"[{{voltage: {voltage}}}]"),
    ]
    found = [sentence for sentence in doubts_of(*values) if "nothing stops it" in sentence]
    assert len(found) == count
    assert all(sentence.startswith("electrochemistry.control.0.voltage: ") and "1.46" in sentence for sentence in found)
