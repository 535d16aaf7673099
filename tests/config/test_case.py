"""A case says in SI what its file says, whatever way it was put together.

What would hurt most: a value that is silently not the one in the file (default, parent, library, override).
"""

import pickle
import shutil
from pathlib import Path

import pint
import pytest

from platingx.config import Case, case_from_dict, load_any_case, load_case
from platingx.config.geometry import FileGeometry, SurfacePitGeometry
from platingx.config.resolved import dump_resolved, fingerprint
from platingx.config.sources import unverified_values
from platingx.config.study import STUDY_ENDING
from platingx.config.viscoplasticity import AnandNarayan2019, Norton, NoViscoplasticity
from platingx.constants import FARADAY, GAS_CONSTANT
from platingx.errors import CaseError
from platingx.units import quantity

HERE = Path(__file__).parent
CASES = HERE.parents[1] / "cases"
GOOD = HERE / "good.yaml"
SHIPPED = [path for path in sorted(CASES.glob("*.yaml")) if not path.name.endswith(STUDY_ENDING)]


@pytest.fixture
def good() -> Case:
    return load_case(GOOD)


def write(folder: Path, text: str, name: str = "case.yaml") -> Path:
    shutil.copy(GOOD, folder / "good.yaml")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_values_are_si(good: Case) -> None:
    assert isinstance(good.geometry, SurfacePitGeometry)
    assert good.geometry.pit.depth == 37e-9
    assert good.geometry.pit.depth.given == "37 nm"
    assert good.temperature == 298.15
    assert good.growth.current_density.at(1e-3) == 2e4
    assert good.growth.thickness == "mean"
    assert good.growth.mode.alpha == (1.0, 0.0, 0.0)
    assert good.growth.direction.kind == "between_faces"
    assert good.time.milestones == (1e-3, 1e-2)
    assert good.materials["li"].molar_volume == 13e-6
    assert good.output.fields_every == 5


def test_defaults_that_follow_from_other_values(good: Case) -> None:
    assert good.time.initial_step == pytest.approx(0.021 / 100)
    assert good.time.minimum_step == pytest.approx(0.021e-6)
    assert good.time.maximum_step == pytest.approx(0.0021)
    short = good.with_values({"time.maximum_step": "1 us"})
    assert short.time.initial_step == 1e-6
    long = good.with_values({"time.minimum_step": "1 ms"})
    assert long.time.initial_step == 1e-3


def test_a_case_cannot_be_changed(good: Case) -> None:
    with pytest.raises(ValueError, match="frozen"):
        good.temperature = 300.0


def test_a_case_survives_pickling(good: Case) -> None:
    copy = pickle.loads(pickle.dumps(good))
    assert fingerprint(copy) == fingerprint(good)
    assert copy.with_values({"temperature": "80 degC"}).temperature == pytest.approx(353.15)
    assert copy.materials["llzo"].sources == good.materials["llzo"].sources


def test_tip_radii(good: Case) -> None:
    pit = good.geometry.pit
    assert pit.radius_at_tip == pytest.approx(2 * 40e-9**2 / (9.8696044 * 37e-9))
    ellipse = good.with_values({"geometry.pit.profile": "semi_ellipse"}).geometry.pit
    assert ellipse.radius_at_tip == pytest.approx(40e-9**2 / 37e-9)
    v = good.with_values(
        {"geometry.pit": {"profile": "rounded_v", "depth": "37 nm", "half_width": "40 nm", "tip_radius": "5 nm"}}
    )
    assert v.geometry.pit.radius_at_tip == 5e-9


def test_elastic_constants(good: Case) -> None:
    elasticity = good.materials["li"].elasticity
    assert elasticity.shear_modulus == pytest.approx(2.830e9, rel=1e-3)
    assert elasticity.bulk_modulus == pytest.approx(10.847e9, rel=1e-4)


def test_constants() -> None:
    assert pytest.approx(96485.33212, rel=1e-9) == FARADAY
    assert pytest.approx(8.314462618, rel=1e-9) == GAS_CONSTANT


# --- overrides and changes in Python


def test_overrides_are_yaml_with_units() -> None:
    case = load_case(
        GOOD, [("growth.current_density", "3 A/cm^2"), ("time.milestones", "[2 ms]"), ("output.movie", "true")]
    )
    assert case.growth.current_density.values == (3e4,)
    assert case.time.milestones == (2e-3,)
    assert case.output.movie is True


def test_overrides_reach_into_a_named_material_and_lists() -> None:
    case = load_case(
        GOOD, [("materials.li.viscoplasticity.initial_flow_resistance", "1.1 MPa"), ("calibration.0.target", "5 GPa")]
    )
    assert case.materials["li"].viscoplasticity.initial_flow_resistance == 1.1e6
    assert case.materials["li"].viscoplasticity.rate_sensitivity == 0.15
    assert case.calibration[0].target == 5e9


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("time.end", "5", "--set time.end=5"),
        ("time.end.x", "5", "time.end is a value, not a block"),
        ("calibration.3.target", "5 GPa", "the list has 1 entries"),
        ("calibration.x", "5 GPa", "the list has 1 entries"),
        ("time..end", "5 ms", "not a key"),
        ("tme.end", "5 ms", "time?"),
        ("time.end", "{", "not valid YAML"),
        ("time.end", "!!python/name:os.system", "is not allowed"),
    ],
)
def test_bad_overrides(key: str, value: str, message: str) -> None:
    with pytest.raises(CaseError) as caught:
        load_case(GOOD, [(key, value)])
    assert message in str(caught.value)
    assert f"--set {key}" in str(caught.value)


def test_with_values(good: Case) -> None:
    registry = pint.UnitRegistry()
    changed = good.with_values(
        {
            "geometry.pit.depth": quantity(38.0, "length", "nm"),
            "geometry.pit.half_width": 41 * registry.nm,
            "temperature": "80 degC",
            "geometry.mesh.refinement": 2,
            "growth.current_density": {"table": [["0 s", "0 A/cm^2"], ["1 ms", "1 A/cm^2"]]},
        }
    )
    assert changed.geometry.pit.depth == pytest.approx(38e-9)
    assert changed.geometry.pit.half_width == pytest.approx(41e-9)
    assert changed.growth.current_density.at(0.5e-3) == pytest.approx(5e3)
    assert good.geometry.pit.depth == 37e-9
    with pytest.raises(CaseError, match="with_values temperature=80"):
        good.with_values({"temperature": 80})
    with pytest.raises(CaseError, match=r"(?s)2 problems.*temperature.*time\.ned"):
        good.with_values({"time.ned": "1 s", "temperature": "1 m"})


def test_case_from_dict(good: Case) -> None:
    data = {
        "name": "python",
        "geometry": {
            "builder": "surface_pit",
            "electrolyte": {"half_width": "800 nm", "depth": "1 um"},
            "pit": {"depth": quantity("37 nm", "length"), "half_width": "40 nm"},
            "interlayer": {"thickness": "100 nm"},
        },
        "materials": {"li": "lithium_norton", "llzo": "llzo"},
        "growth": {"current_density": "2 A/cm^2"},
        "time": {"end": "1 ms"},
    }
    case = case_from_dict(data)
    assert case.geometry.pit.depth == good.geometry.pit.depth
    with pytest.raises(CaseError, match="Python: temperature"):
        case_from_dict(data | {"temperature": 25})


# --- parents


def test_a_child_lays_its_values_over_its_parent(tmp_path: Path) -> None:
    case = load_case(
        write(
            tmp_path,
            "extends: good.yaml\nname: child\ngeometry: {collector: {shape: flat, radius: null}}\n"
            "materials: {li: {viscoplasticity: {rate_sensitivity: 0.2}}}\n",
        )
    )
    assert case.name == "child"
    assert case.geometry.collector.radius is None
    assert case.geometry.pit.depth == 37e-9
    assert case.materials["li"].viscoplasticity.rate_sensitivity == 0.2
    assert case.materials["li"].base == "lithium_anand_narayan_2019"


def test_a_current_program_of_a_child_replaces_that_of_its_parent(tmp_path: Path) -> None:
    write(tmp_path, "extends: good.yaml\ngrowth: {current_density: {table: [[0 s, 1 A/cm^2]]}}\n", "table.yaml")
    (tmp_path / "i.csv").write_text("time_s,current_density_A_per_m2\n0,5\n")
    case = load_case(write(tmp_path, "extends: table.yaml\ngrowth: {current_density: {file: i.csv}}\n"))
    assert case.growth.current_density.values == (5.0,)


def test_a_law_of_a_child_replaces_that_of_its_parent(tmp_path: Path) -> None:
    norton = "{law: norton, reference_rate: 0.01 1/s, reference_stress: 1 MPa, stress_exponent: 5}"
    case = load_case(write(tmp_path, f"extends: good.yaml\nmaterials: {{li: {{viscoplasticity: {norton}}}}}\n"))
    law = case.materials["li"].viscoplasticity
    assert isinstance(law, Norton)
    assert law.activation_energy == 0
    elastic = load_case(write(tmp_path, "extends: good.yaml\nmaterials: {li: {viscoplasticity: {law: none}}}\n"))
    assert isinstance(elastic.materials["li"].viscoplasticity, NoViscoplasticity)


def test_long_chains_of_parents(tmp_path: Path) -> None:
    write(tmp_path, "extends: good.yaml\n", "c0.yaml")
    for number in range(1, 30):
        write(tmp_path, f"extends: c{number - 1}.yaml\n", f"c{number}.yaml")
    assert load_case(tmp_path / "c10.yaml").name == "good"
    with pytest.raises(CaseError, match="too many cases extend each other"):
        load_case(tmp_path / "c29.yaml")


def test_petsc_flags_stay(tmp_path: Path) -> None:
    write(tmp_path, "extends: good.yaml\nsolver: {petsc_options: {ksp_view: null}}\n", "a.yaml")
    case = load_case(write(tmp_path, "extends: a.yaml\nsolver: {petsc_options: {ksp_monitor: null, ksp_rtol: 1e-8}}\n"))
    assert case.solver.petsc_options == {"ksp_view": None, "ksp_monitor": None, "ksp_rtol": 1e-8}


# --- files


def test_paths_are_relative_to_the_file_they_stand_in(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "m.msh").write_text("")
    geometry = "{builder: file, path: m.msh, length_unit: 1 um, regions: {li: LITHIUM}}"
    shutil.copy(GOOD, tmp_path / "sub" / "good.yaml")
    (tmp_path / "sub" / "a.yaml").write_text(f"extends: good.yaml\ngeometry: {geometry}\n")
    case = load_case(write(tmp_path, "extends: sub/a.yaml\n"))
    assert isinstance(case.geometry, FileGeometry)
    assert Path(case.geometry.path) == (tmp_path / "sub" / "m.msh").resolve()
    assert case.geometry.length_unit == 1e-6
    assert case.nominal_thickness is None


def test_regions_of_a_mesh_file_are_free(tmp_path: Path) -> None:
    (tmp_path / "m.msh").write_text("")
    text = "extends: good.yaml\ngeometry: {builder: file, path: m.msh}\nmaterials: {na2co3: null, shell: llzo}\n"
    assert set(load_case(write(tmp_path, text)).materials) == {"li", "llzo", "shell"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name: \xff\xfe caf\xe9\n", "which is not UTF-8"),
        (
            b"ok: 1\nname: caf\xe9\n",
            r"case.yaml:2: not a case file: it has the byte 0xE9 \(\S in Latin-1\), which is not UTF-8",
        ),
        (b"", "the case file is empty"),
        (b"# only a comment\n", "the case file is empty"),
        (b"x: " + b"a" * 6_000_000, "6000003 bytes"),
        (b"[" * 20_000, ":1: blocks or lists too deep"),
        (b"a:" + b" {a:" * 60 + b"}" * 60, "too many values, or blocks too deep"),
        (b"\x00\x01\x02", "UTF-16 text or no text at all"),
        (b"x: " + b"9" * 5000, "a whole number of 5000 digits"),
        (b"- " * 50_000, "blocks or lists too deep"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_files_that_are_no_cases(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(content)
    with pytest.raises(CaseError, match=message):
        load_case(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="this is a folder"):
        load_case(tmp_path)
    with pytest.raises(CaseError, match="platingx init"):
        load_case(tmp_path / "none.yaml")
    write(tmp_path, "x: 1", "eruption.yaml")
    with pytest.raises(CaseError, match=r"try:   .*eruption\.yaml"):
        load_case(tmp_path / "erupton.yaml")


def test_a_file_with_byte_order_mark(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    path.write_bytes(b"\xef\xbb\xbfextends: good.yaml\n")
    assert load_case(path).name == "good"


# --- resolved cases


@pytest.mark.parametrize("path", [GOOD, *SHIPPED], ids=lambda path: path.stem)
def test_a_resolved_case_gives_the_same_numbers(path: Path, tmp_path: Path) -> None:
    case = load_any_case(path)
    (tmp_path / "resolved.yaml").write_text(dump_resolved(case), encoding="utf-8")
    again = load_any_case(tmp_path / "resolved.yaml")
    assert fingerprint(again) == fingerprint(case)
    assert unverified_values(again) == unverified_values(case)
    if isinstance(case, Case):
        assert again.time.initial_step == case.time.initial_step


def test_a_resolved_case_says_how_values_were_given(good: Case) -> None:
    text = dump_resolved(good)
    assert "depth: 3.7e-08 m # given: 37 nm" in text
    assert "temperature: 298.15 K # given: 25 degC" in text
    assert "current_density: 20000.0 A/m^2 # given: 2 A/cm^2" in text
    assert "initial_step: 0.00021 s # given: end / 100" in text
    assert "library: 0.26; unverified" in text


def test_removed_library_values_stay_removed(tmp_path: Path) -> None:
    case = load_case(GOOD, [("materials.llzo.fracture", "null")])
    assert case.materials["llzo"].fracture is None
    (tmp_path / "resolved.yaml").write_text(dump_resolved(case), encoding="utf-8")
    assert load_case(tmp_path / "resolved.yaml").materials["llzo"].fracture is None


def test_fingerprints_tell_numbers_not_spellings(good: Case) -> None:
    assert fingerprint(good.with_values({"geometry.pit.depth": "0.037 um"})) == fingerprint(good)
    assert fingerprint(good.with_values({"geometry.pit.depth": "0.038 um"})) != fingerprint(good)


# --- sources


def test_overridden_values_are_the_users(good: Case) -> None:
    changed = good.with_values({"materials.llzo.elasticity.poisson_ratio": 0.25})
    assert changed.materials["llzo"].sources["elasticity.poisson_ratio"].status == "user"
    assert unverified_values(changed) == ()
    same = good.with_values({"materials.llzo.elasticity.poisson_ratio": 0.26})
    assert same.materials["llzo"].sources["elasticity.poisson_ratio"].status == "unverified"
    assert len(unverified_values(good)) == 1
    assert "llzo elasticity.poisson_ratio = 0.26" in unverified_values(good)[0]


def test_a_material_in_full_needs_no_library(good: Case) -> None:
    glass = {"elasticity": {"young_modulus": "70 GPa", "poisson_ratio": 0.22}}
    case = good.with_values({"materials.llzo": glass})
    assert case.materials["llzo"].base is None
    assert {value.status for value in case.materials["llzo"].sources.values()} == {"user"}


def test_size_effect(good: Case) -> None:
    changed = good.with_values(
        {"materials.li.viscoplasticity.size_effect": {"diameter": "1 um", "reference_diameter": "10 um"}}
    )
    law = changed.materials["li"].viscoplasticity
    assert isinstance(law, AnandNarayan2019)
    assert law.size_effect is not None
    assert law.size_effect.factor == pytest.approx(10**0.68)
    large = {"diameter": "1 mm", "reference_diameter": "10 um"}
    assert (
        good.with_values({"materials.li.viscoplasticity.size_effect": large})
        .materials["li"]
        .viscoplasticity.size_effect.factor
        == 1.0
    )
