"""What a case says of its results is not inherited by a case with other results, and is by one with the same.

What would hurt most: a published number of another current beside a computed one, or a prediction called calibrated.
"""

from pathlib import Path

import pytest

from platingx.cli.main import execute
from platingx.config import Case, load_any_case, load_case
from platingx.config.base_case import dropped
from platingx.config.claims import without_claims
from platingx.config.document import read_value
from platingx.config.study import STUDY_ENDING

GOOD = Path(__file__).parent / "good.yaml"
CASES = Path(__file__).parents[2] / "cases"
SHIPPED = [path for path in sorted(CASES.glob("*.yaml")) if not path.name.endswith(STUDY_ENDING)]
OF_NO_PIT = ("afm_rod", "afm_sphere", "afm_tension", "pellet_impedance", "bicrystal", "linked_cracks")
"""Cases whose geometry is not that of the calibrated pit."""
PHYSICS = [
    ("growth.current_density", "3 A/cm^2"),
    ("temperature", "26 degC"),
    ("time.end", "22 ms"),
    ("geometry.pit.depth", "38 nm"),
    ("geometry.symmetry", "axisymmetric"),
    ("materials.li", "lithium_norton"),
    ("materials.llzo.elasticity.poisson_ratio", "0.27"),
    ("materials.llzo.fracture", "null"),
    ("constraints.electrolyte_side", "roller"),
    ("growth.direction", "{vector: [0, 1]}"),
]
NO_PHYSICS = [
    ("name", "other"),
    ("geometry.mesh.refinement", "0.7"),
    ("geometry.mesh.cell", "triangle"),
    ("solver.preset", "repeatable"),
    ("output.figures", "false"),
    ("time.milestones", "[3 ms]"),
    ("time.maximum_step", "1 ms"),
    ("geometry.pit.depth", "0.037 um"),
    ("growth.current_density", "20 kA/m^2"),
    ("materials.li.elasticity.poisson_ratio", "0.38"),
    ("calibration.0.note", "a remark"),
]


@pytest.fixture
def parent(tmp_path: Path) -> Path:
    path = tmp_path / "parent.yaml"
    path.write_text(GOOD.read_text(encoding="utf-8").replace("name: good", "name: good\ndescription: of the parent"))
    return path


def nested(key: str, value: str) -> str:
    *blocks, name = key.split(".")
    return "".join(f"{block}: {{" for block in blocks) + f"{name}: {value}" + "}" * len(blocks)


def child(parent: Path, text: str) -> Case:
    path = parent.parent / "child.yaml"
    path.write_text(f"extends: parent.yaml\n{text}\n", encoding="utf-8")
    return load_case(path)


def said(case: Case) -> tuple[int, int, str]:
    return len(case.calibration), len(case.published), case.description


@pytest.mark.parametrize(("key", "value"), PHYSICS)
def test_other_physics_inherits_nothing(parent: Path, key: str, value: str) -> None:
    written = nested(key, value)
    for case in (child(parent, written), load_case(parent, [(key, value)]), changed(parent, key, value)):
        assert said(case) == (0, 0, "")
        (sentence,) = dropped(case)
        assert sentence.startswith("description, calibration, published of parent.yaml, because this case differs in ")
        assert key.partition(".")[0] in sentence.partition("differs in")[2]


def changed(parent: Path, key: str, value: str) -> Case:
    return load_case(parent).with_values({key: read_value(value, "here")})


@pytest.mark.parametrize(("key", "value"), NO_PHYSICS)
def test_the_same_physics_inherits_all(parent: Path, key: str, value: str) -> None:
    cases = [load_case(parent, [(key, value)]), changed(parent, key, value)]
    if not key.startswith("calibration"):
        cases.append(child(parent, nested(key, value)))
    for case in cases:
        assert said(case) == (1, 1, "of the parent")
        assert dropped(case) == ()


def test_what_is_restated_stays(parent: Path) -> None:
    own = 'published: [{quantity: max_pressure_li, value: 7 GPa, source: "here"}]\ndescription: of the child\n'
    case = child(parent, f"temperature: 30 degC\n{own}")
    assert said(case) == (0, 1, "of the child")
    assert float(case.published[0].value) == 7e9
    assert dropped(case) == ("calibration of parent.yaml, because this case differs in temperature",)
    case = load_case(parent, [("temperature", "30 degC"), ("calibration.0.target", "5 GPa"), ("description", "mine")])
    assert said(case) == (1, 0, "mine")
    case = load_case(parent).with_values({"temperature": "30 degC", "published": [], "description": "mine"})
    assert said(case) == (0, 0, "mine")


def test_a_block_that_becomes_another_kind_is_named_once(parent: Path) -> None:
    """A number that becomes a table is one change, not that of the number and that of its table."""
    case = child(parent, "growth: {current_density: {table: [[0 s, 0 A/cm^2], [1 ms, 2 A/cm^2]]}}")
    (sentence,) = dropped(case)
    assert sentence.endswith("because this case differs in growth.current_density")


def test_a_grandchild_inherits_what_its_parent_says(parent: Path) -> None:
    child(parent, "temperature: 30 degC\ndescription: warm")
    path = parent.parent / "grandchild.yaml"
    path.write_text("extends: child.yaml\nsolver: {preset: iterative}\n")
    case = load_case(path)
    assert said(case) == (0, 0, "warm")
    assert len(dropped(case)) == 1


def test_a_parent_that_is_no_case_yet_lends_its_words_to_one_that_completes_it(tmp_path: Path) -> None:
    text = GOOD.read_text(encoding="utf-8")
    (tmp_path / "parent.yaml").write_text(text.replace("  current_density: 2 A/cm^2\n", ""))
    assert len(child(tmp_path / "parent.yaml", "growth: {current_density: 1 A/cm^2}").published) == 1
    assert len(child(tmp_path / "parent.yaml", "growth: {current_density: 1 A/cm^2, mode: areal}").published) == 0


def test_nothing_is_claimed_where_a_user_adds_physics(parent: Path) -> None:
    case = load_case(parent)
    bare = without_claims(case, "physics in Python was added")
    assert said(bare) == (0, 0, "")
    assert dropped(bare) == ("description, calibration, published of parent.yaml, because physics in Python was added",)
    assert without_claims(bare, "of anything else") is bare
    assert said(case) == (1, 1, "of the parent")


def test_a_null_of_a_child_keeps_a_value_of_the_library_away(parent: Path) -> None:
    assert child(parent, "materials: {llzo: {fracture: null}}").materials["llzo"].fracture is None
    fracture = child(parent, "materials: {llzo: {fracture: {toughness: null}}}").materials["llzo"].fracture
    assert fracture is not None
    assert (fracture.toughness, fracture.theoretical_strength) == (None, 16.1e9)


def test_many_differences_are_counted(parent: Path) -> None:
    (sentence,) = dropped(
        child(parent, "geometry: {pit: {profile: semi_ellipse, depth: 30 nm, half_width: 31 nm}}\ntemperature: 30 degC")
    )
    assert sentence.endswith("geometry.pit.profile, geometry.pit.depth, geometry.pit.half_width and 1 more")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_cases_say_themselves_what_holds(path: Path) -> None:
    case = load_any_case(path)
    assert dropped(case) == ()
    assert case.description
    if not isinstance(case, Case) or path.stem in OF_NO_PIT:  # nothing of it was fitted to Gao et al. 2022
        return
    fitted = {(entry.parameter, entry.case or case.name) for entry in case.calibration}
    assert fitted & {("geometry.pit.depth", "eruption"), ("geometry.pit.depth", case.name)}
    if path.stem in ("eruption", "eruption_3A", "eruption_4A", "eruption_3d"):
        law = {"materials.li.elasticity.pressure_law", "materials.li.elasticity.bulk_modulus_derivative", "time.end"}
        assert law <= {parameter for parameter, name in fitted if name == "eruption"}
    published = ("eruption", "eruption_3A", "eruption_4A", "closed_wall", "low_rate", "whisker", "whisker_3V")
    assert bool(case.published) == (path.stem in published)


def test_it_is_said_by_validate(parent: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["validate", str(parent), "--set", "temperature=30 degC"]) == 0
    out = capsys.readouterr().out
    assert (
        "    dropped: description, calibration, published of parent.yaml, because this case differs in temperature"
        in out
    )
