"""What would hurt most: a study that varies another key than it says, or finds a wrong axis only after hours."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from platingx.config.schema import study_schema, study_schema_text
from platingx.config.study import STUDY_ENDING, load_study
from platingx.config.study_axes import Axis
from platingx.errors import CaseError

CASES = Path(__file__).parents[2] / "cases"
GOOD = """
name: good
base: eruption.yaml
axes:
  i: {key: growth.current_density, values: [1 A/cm^2, 2 A/cm^2]}
  d: {key: geometry.pit.depth, linspace: {start: 40 nm, stop: 60 nm, num: 3}}
derived: {time.end: 565 C/m^2 / i}
quantities: {p: max_pressure_li}
"""


def test_the_committed_schema_is_current_and_takes_the_shipped_studies() -> None:
    committed = (CASES / "study.schema.json").read_text(encoding="utf-8")
    assert committed == study_schema_text(), "make it again: platingx schema --study --out cases/study.schema.json"
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(json.loads(committed))
    for path in CASES.rglob(f"*{STUDY_ENDING}"):
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        jsonschema.validate(data, study_schema(), cls=jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"name": "x", "base": "a.yaml"}, study_schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("axis", "texts"),
    [
        ({"linspace": {"start": "0.5 A/cm^2", "stop": "5 A/cm^2", "num": 4}}, ["0.5 A/cm^2", "2 A/cm^2", "3.5 A/cm^2"]),
        ({"logspace": {"start": "1 mA/cm^2", "stop": "1 A/cm^2", "num": 4}}, ["1 mA/cm^2", "100 A/m^2"]),
        ({"logspace": {"start": 1, "stop": 100, "num": 3}}, ["1.0", "10.0", "100.0"]),
        ({"linspace": {"start": "25 degC", "stop": "75 degC", "num": 3}}, ["25 degC", "50 degC", "75 degC"]),
        ({"values": ["roller", "free"]}, ["roller", "free"]),
    ],
)
def test_values_of_an_axis_stand_in_the_unit_of_the_file(axis: dict[str, object], texts: list[str]) -> None:
    found = [value.text for value in Axis(key="a", **axis).settings()]
    assert found[: len(texts)] == texts


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("[1 A/cm^2, 2 A/cm^2]", "[1 A/cm^2, 2 GPa]", "5:", "values of different dimensions"),
        ("stop: 60 nm", "stop: 60 GPa", "6:", "the ends are of length and pressure"),
        ("stop: 60 nm", "stop: far", "6:", "'far' is no quantity"),
        ("num: 3", "num: 0", "6:", "too small"),
        ("linspace", "linspaces", "6:", "unknown key 'linspaces'"),
        ("565 C/m^2 / i", "565 C/m^2 / j", "7:", "names j"),
        ("565 C/m^2 / i", "565 C/m^2 + i", "7:", "are put together"),
        ("565 C/m^2 / i", "i^3", "7:", "which no key of a case is of"),
        ("time.end:", "geometry.pit.depth:", "7:", "is given by axes.d.key already"),
        ("p: max_pressure_li", "p: max_presure_li", "8:", "there is no quantity max_presure_li"),
        ("p: max_pressure_li", "p: {of: time, take: maximum, at: 1 s}", "8:", "two instants"),
        ("p: max_pressure_li", "d: max_pressure_li", "8:", "is an axis already"),
        ("p: max_pressure_li", "2p: max_pressure_li", "8:", "no name for formulas"),
        ("axes:", "design: zip\naxes:", "4:", "zip needs axes of one length"),
        ("axes:", "design: {method: sobol, num: 12}\naxes:", "4:", "8 or 16"),
        ("axes:", "design: {method: sobol, num: 8}\naxes:", "6:", "sobol chooses between bounds"),
        ("axes:", "design: points\naxes:", "4:", "the design lists no points"),
        ("axes:", "meshes: [0.5, 0.5, 1]\naxes:", "4:", "the three meshes must differ"),
        ("axes:", "meshes: [0.5, 0.7, 1.4]\naxes:", "4:", "not among the three"),
        ("num: 3", "num: 60000", "2:", "a grid of 2 x 60000 points"),
        ("axes:", "design: gird\naxes:", "4:", "grid?"),
        ("name: good", "name: good\nkind: sweep", "3:", "no such kind of study"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, place: str, message: str, tmp_path: Path) -> None:
    assert old in GOOD
    path = tmp_path / "wrong.study.yaml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        load_study(path)
    assert message in str(caught.value)
    assert any(f"wrong.study.yaml:{place}" in str(problem) for problem in caught.value.problems), str(caught.value)


def test_an_axis_that_changes_nothing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "wrong.study.yaml"
    path.write_text(GOOD.replace("key: geometry.pit.depth, ", ""), encoding="utf-8")
    with pytest.raises(CaseError, match="the axis changes nothing"):
        load_study(path)
