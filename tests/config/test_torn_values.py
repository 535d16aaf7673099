"""Commas, misspelt names of files, and nulls that remove nothing end in a line that says what to write.

What would hurt most: 37 for 37.5 nm, or a misspelt key that a null hides.
"""

import shutil
from pathlib import Path

import pytest

from platingx.config import load_case
from platingx.errors import CaseError

GOOD = Path(__file__).parent / "good.yaml"
POINT = "try:   write a decimal point, not a comma"


def refused(folder: Path, text: str) -> str:
    shutil.copy(GOOD, folder / "good.yaml")
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        load_case(folder / "case.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("block", "key"),
    [
        ("geometry: {pit: {depth: 37,5 nm, half_width: 40 nm}}", "geometry.pit.5 nm: unknown key '5 nm'"),
        ("geometry:\n  pit:\n    depth: 37,5 nm", "geometry.pit.depth: '37,5 nm' has a comma in its number"),
        ("temperature: 25,5 degC", "temperature: '25,5 degC' has a comma in its number"),
        ("materials:\n  li:\n    elasticity:\n      poisson_ratio: 0,36", "has a comma in its number"),
        ("growth: {current_density: {table: [[0 s, 1,5 A/cm^2]]}}", "row 1 of the table is not a pair"),
        ("growth: {current_density: {table: [[0,0 s, 1 A/cm^2]]}}", "row 1 of the table is not a pair"),
    ],
)
def test_decimal_commas(tmp_path: Path, block: str, key: str) -> None:
    message = refused(tmp_path, f"extends: good.yaml\n{block}\n")
    assert key in message
    assert POINT in message


@pytest.mark.parametrize("name", ["god.yaml", "good.yml", "Good.yaml", "good"])
def test_a_misspelt_parent_is_told_the_nearest_file(tmp_path: Path, name: str) -> None:
    message = refused(tmp_path, f"name: child\nextends: {name}\n")
    assert "case.yaml:2:10: extends: there is no case file" in message
    assert f"got:   {name}" in message
    assert "try:   good.yaml" in message


def test_a_misspelt_parent_in_another_folder(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    shutil.copy(GOOD, tmp_path / "sub" / "other.yaml")
    assert "try:   sub/other.yaml" in refused(tmp_path, "extends: sub/othr.yaml\n")


def test_a_null_removes_what_is_there_and_is_told_where_nothing_can_be(tmp_path: Path) -> None:
    message = refused(tmp_path, "extends: good.yaml\ncalibraton: null\ngeometry: {pit: {dept: ~}}\n")
    assert "case.yaml:2:1: calibraton: unknown key 'calibraton'" in message
    assert "try:   calibration?" in message
    assert "geometry.pit.dept: unknown key 'dept'" in message
    shutil.copy(GOOD, tmp_path / "good.yaml")
    (tmp_path / "child.yaml").write_text(
        "extends: good.yaml\npublished: null\ntime: {milestones: null, initial_step: ~}\n"
    )
    case = load_case(tmp_path / "child.yaml")
    assert (case.published, case.time.milestones) == ((), ())
