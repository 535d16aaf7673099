"""Lost most: a case of the last version that runs without one of its supports, or without a word about its old keys."""

from pathlib import Path

import pytest

from platingx.cli.main import execute
from platingx.config.base_case import former_names
from platingx.config.case import Case
from platingx.config.former_names import FORMER_KEYS
from platingx.config.loader import case_from_dict, load_case
from platingx.config.resolved import dump_resolved, fingerprint
from platingx.errors import CaseError
from platingx_meshes import tags

GOOD = Path(__file__).parent / "good.yaml"
NEW = "constraints: {collector: rigid, metal_side: wall, electrolyte_side: free, electrolyte_bottom: roller}"
OLD = "constraints: {collector: rigid, li_side: wall, llzo_side: free, llzo_bottom: roller}"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def old_case(folder: Path) -> Path:
    text = GOOD.read_text(encoding="utf-8")
    assert NEW in text
    return written(folder, "old.yaml", text.replace(NEW, OLD))


def test_old_keys_give_the_same_case_and_are_told_with_file_and_line(tmp_path):
    old, new = load_case(old_case(tmp_path)), load_case(GOOD)
    assert fingerprint(old) == fingerprint(new)
    assert "li_side" not in dump_resolved(old)
    line = GOOD.read_text(encoding="utf-8").splitlines().index(NEW) + 1
    told = former_names(old)
    assert [text.split(": ")[0] for text in told] == [f"{tmp_path / 'old.yaml'}:{line}"] * 3
    for key, name in FORMER_KEYS.items():
        if key[0] == "constraints":
            assert any(f"{'.'.join(key)} is now called {name}" in text for text in told), key
    assert former_names(new) == ()


def test_old_keys_in_a_parent_are_laid_under_new_ones_of_the_child(tmp_path):
    old_case(tmp_path)
    child = written(tmp_path, "child.yaml", "extends: old.yaml\nconstraints: {metal_side: free, llzo_side: clamped}\n")
    case = load_case(child)
    assert (case.constraints.metal_side, case.constraints.electrolyte_side) == ("free", "clamped")
    assert sum("old.yaml" in text for text in former_names(case)) == 3
    assert sum("child.yaml" in text for text in former_names(case)) == 1


def test_old_keys_on_the_command_line_and_in_python():
    case = load_case(GOOD, [("constraints.li_side", "free")])
    assert case.constraints.metal_side == "free"
    (told,) = former_names(case)
    assert told.startswith("--set constraints.li_side=free: constraints.li_side is now called metal_side")
    assert case.with_values({"constraints.llzo_side": "clamped"}).constraints.electrolyte_side == "clamped"


def test_dictionaries_may_have_old_keys_too():
    from platingx.config.merge import read_with_parents

    data = read_with_parents(GOOD, lambda _document: Case).data
    data["constraints"]["llzo_bottom"] = data["constraints"].pop("electrolyte_bottom")
    case = case_from_dict(data)
    assert case.constraints.electrolyte_bottom == "roller"
    assert "constraints.llzo_bottom is now called electrolyte_bottom" in former_names(case)[0]


def test_a_key_under_both_names_is_an_error_with_its_place(tmp_path):
    text = GOOD.read_text(encoding="utf-8").replace(NEW, "constraints: {metal_side: wall, li_side: free}")
    with pytest.raises(CaseError) as caught:
        load_case(written(tmp_path, "both.yaml", text))
    assert caught.value.first.key == "constraints.li_side"
    assert caught.value.first.line is not None
    assert "metal_side" in caught.value.first.message


def test_validate_says_them(tmp_path, capsys):
    assert execute(["validate", str(old_case(tmp_path))]) == 0
    assert "former name: " in capsys.readouterr().out


def test_mesh_files_have_the_same_former_names_as_cases():
    boundaries = {key[-1]: name for key, name in FORMER_KEYS.items() if key[0] == "geometry"}
    assert boundaries == dict(tags.FORMER_BOUNDARIES)
