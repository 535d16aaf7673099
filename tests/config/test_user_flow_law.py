"""What would hurt most if lost: a mistake in a user's flow law is told with file, key and line before a run."""

import re
from pathlib import Path

import pytest

from platingx.config.loader import load_case
from platingx.errors import CaseError

GOOD = Path(__file__).parent / "good.yaml"
LAW = """PARAMETERS = {"r0": "rate", "n": "dimensionless"}


def rate(stress, resistance, temperature, r0, n):
    return r0 * (stress / resistance) ** n
"""
BLOCK = "{law: user, file: law.py, initial_flow_resistance: 1 MPa, parameters: {r0: 1 1/s, n: 5}}"


def message(folder: Path, law: str = LAW, block: str = BLOCK) -> str:
    (folder / "law.py").write_text(law, encoding="utf-8")
    case = folder / "case.yaml"
    case.write_text(f"extends: {GOOD}\nmaterials:\n  li:\n    viscoplasticity: {block}\n", encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        load_case(case)
    text = str(caught.value)
    assert re.search(rf"{re.escape(str(case))}:4:\d+: materials\.li\.viscoplasticity", text), text
    return text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("def rate", "def speed", "there is no function rate at its top"),
        ("stress, resistance, temperature, r0, n", "stress, r0, n", "its arguments are stress, r0, n"),
        (", r0, n)", ", r0, nn)", "nn is not in PARAMETERS"),
        (", r0, n)", ", r0, n=1)", "line 4: the function rate cannot be used"),
        ('"rate"', '"speeds"', "the parameter r0 has the dimension 'speeds', which is not known"),
        ('{"r0"', '{f"r{0}"', "PARAMETERS has to be written out"),
        ("return r0", "return r0 r0", "line 5: this is no Python"),
    ],
)
def test_mistakes_in_the_file(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert words in message(tmp_path, LAW.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("law.py", "lore.py", "there is no file"),
        ("law.py", ".", "this is a folder"),
        ("file: law.py, ", "", "the flow law has no file"),
        ("n: 5", "q: 5", "the law has no parameter q"),
        ("n: 5", "q: 5", "the law needs its parameter n"),
        ("r0: 1 1/s", "r0: 1 MPa", "materials.li.viscoplasticity.parameters.r0"),
        ("r0: 1 1/s", "r0: 1", "a number without a unit"),
        ("initial_flow_resistance: 1 MPa, ", "", "the key initial_flow_resistance is missing"),
    ],
)
def test_mistakes_in_the_block(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert words in message(tmp_path, block=BLOCK.replace(old, new, 1))


def test_values_may_be_set(tmp_path: Path) -> None:
    (tmp_path / "law.py").write_text(LAW, encoding="utf-8")
    case = tmp_path / "case.yaml"
    case.write_text(f"extends: {GOOD}\nmaterials: {{li: {{viscoplasticity: {BLOCK}}}}}\n", encoding="utf-8")
    loaded = load_case(case, [("materials.li.viscoplasticity.parameters.n", "7")])
    assert loaded.materials["li"].viscoplasticity.parameters == {"r0": 1.0, "n": 7.0}
    changed = loaded.with_values({"materials.li.viscoplasticity.parameters.r0": "2 1/ms"})
    assert changed.materials["li"].viscoplasticity.parameters["r0"] == 2000.0
