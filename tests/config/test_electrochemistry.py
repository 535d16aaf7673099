"""What would hurt most if lost: a circuit that is open or contradictory runs, or a step in words means another one."""

from pathlib import Path
from typing import Any

import pytest

from platingx.config.case import Case
from platingx.config.control_words import step_of_words
from platingx.config.loader import load_case
from platingx.config.resolved import dump_resolved, fingerprint_of_past
from platingx.errors import CaseError

GOOD = Path(__file__).parent / "good.yaml"
CELL = "electrolyte: {area_resistance: 1 ohm cm^2}, electrode: {charge_transfer_resistance: 5 ohm cm^2}"
HOLD = 'control: ["Hold at 0.2 V for 1 s"]'


def driven(folder: Path, block: str, current: str = "null", **more: str) -> Case:
    lines = [f"extends: {GOOD}", "published: []", f"growth: {{current_density: {current}}}"]
    lines += [f"electrochemistry: {{{block}}}", *(f"{key}: {value}" for key, value in more.items())]
    (folder / "case.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_case(folder / "case.yaml")


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("Rest for 1 h", {"rest": True, "until": {"time": "1 h"}}),
        ("Charge at 2 A/cm^2 for 30 ms", {"current_density": "2 A/cm^2", "until": {"time": "30 ms"}}),
        (
            "Charge at 2 A/cm^2 for 30 ms or until 0.2 V",
            {"current_density": "2 A/cm^2", "until": {"time": "30 ms", "voltage": "0.2 V"}},
        ),
        ("discharge at 1 mA until -50 mV", {"current": "-1 mA", "until": {"voltage": "-50 mV"}}),
        ("Strip at 1 mA/cm^2 until 2 C/m^2", {"current_density": "-1 mA/cm^2", "until": {"step_capacity": "2 C/m^2"}}),
        ("Hold at 0.2 V until 1 mA/cm^2", {"voltage": "0.2 V", "until": {"current_density": "1 mA/cm^2"}}),
        (
            "Hold at 3 V until 10 nA or until 4 GPa",
            {"voltage": "3 V", "until": {"current": "10 nA", "pressure": "4 GPa"}},
        ),
        ("Hold at 3 V", {"voltage": "3 V"}),
    ],
)
def test_words_of_battery_people(text: str, block: dict[str, Any]) -> None:
    assert step_of_words(text) == block


def test_a_step_has_the_sign_of_its_word_and_comes_back_in_full(tmp_path: Path) -> None:
    """The resolved case gives the same steps, whatever way they were written in."""
    steps = 'control: ["Discharge at 2 A/cm^2 for 1 ms", {voltage: {table: [[0 s, 0 V], [1 s, 0.1 V]]}}]'
    case = driven(tmp_path, f"{CELL}, {steps}")
    assert case.electrochemistry is not None
    first, second = case.electrochemistry.control
    assert first.program.values == (-2e4,)
    assert second.program.at(0.5) == pytest.approx(0.05)
    (tmp_path / "again.yaml").write_text(dump_resolved(case), encoding="utf-8")
    again = load_case(tmp_path / "again.yaml")
    assert again.model_dump()["electrochemistry"] == case.model_dump()["electrochemistry"]
    assert fingerprint_of_past(again) == fingerprint_of_past(case)


def test_files_are_relative_to_the_case(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("time [ms],voltage [mV]\n0,0\n2,200\n", encoding="utf-8")
    case = driven(tmp_path, f"{CELL}, control: [{{voltage: {{file: v.csv}}}}]")
    assert case.electrochemistry is not None
    assert case.electrochemistry.control[0].program.values == (0.0, 0.2)


WRONG = [
    (f"{CELL}, {HOLD}", "1 A/cm^2", "electrochemistry", "the current density is given, and a circuit beside it"),
    (
        f"{CELL}, control: [{{voltage: 1 V, current_density: 1 A/cm^2}}]",
        "null",
        "control.0",
        "cannot hold a voltage and",
    ),
    (f"electrolyte: {{}}, {HOLD}", "null", "electrolyte", "the circuit is open"),
    (HOLD, "null", "electrolyte", "the key electrolyte is missing"),
    (
        f"electrolyte: {{area_resistance: 0 ohm m^2}}, {HOLD}",
        "null",
        "control.0.voltage",
        "nothing in the circuit limits",
    ),
    (f"electrolyte: {{conductivity: 0 S/m, thickness: 1 um}}, {HOLD}", "null", "conductivity", "too small"),
    (f"electrolyte: {{conductivity: 1 S/m}}, {HOLD}", "null", "conductivity", "a conductivity and one length"),
    (f"electrolyte: {{area_resistance: 5 ohm}}, {HOLD}", "null", "area_resistance", "is a unit of resistance"),
    (f"electrolyte: {{resistance: 5 ohm}}, {HOLD}", "null", "electrolyte.resistance", "a section and has no area"),
    (f"{CELL}, control: [Charge at 1 nA]", "null", "control.0.current", "a section and has no area"),
    (f"{CELL}, control: []", "null", "control", "too short"),
    (f"{CELL}, control: [Hold at 1 V, Rest for 1 s]", "null", "control.0", "the step has no end"),
    (f"{CELL}, control: [Charge at C/10 for 1 h]", "null", "control.0", "no nominal capacity"),
    (f"{CELL}, control: [Charge at -1 A/cm^2]", "null", "control.0", "the sign of '-1 A/cm^2' is in the word"),
    (f"{CELL}, control: [Charge and rest]", "null", "control.0", "is no step of a control"),
    (f"{CELL}, control: [Rest for 1 V]", "null", "control.0.until.time", "is a unit of voltage"),
    (f"{CELL}, control: [{{rest: true, until: {{nonsense: 1}}}}]", "null", "until.nonsense", "no quantity that a run"),
    (f"{CELL}, control: [{{rest: true, until: {{max_pressure_xy: 1 Pa}}}}]", "null", "max_pressure_xy", "in this case"),
    (f"{CELL}, control: [{{voltage: 1 V, until: {{voltage: 2 V}}}}]", "null", "until.voltage", "is held by this step"),
    (f"{CELL}, control: [{{voltage: 1 A}}]", "null", "control.0.voltage", "is a unit of current"),
    ("electrolyte: {area_resistance: 1 ohm m^2}, electrode: {alpha: 1}", "null", "electrode.alpha", "too large"),
    (
        "electrolyte: {area_resistance: 1 ohm m^2}, electrode: {stress_term: all}",
        "null",
        "stress_term",
        "not possible here",
    ),
]


@pytest.mark.parametrize(("block", "current", "key", "says"), WRONG, ids=[says for *_, says in WRONG])
def test_what_cannot_be_is_told(tmp_path: Path, block: str, current: str, key: str, says: str) -> None:
    """With its place, and what would do."""
    with pytest.raises(CaseError) as caught:
        driven(tmp_path, block, current)
    found = [problem for problem in caught.value.problems if says in problem.message]
    assert found, str(caught.value)
    assert key in str(found[0].key)
    assert found[0].line
    assert found[0].valid or found[0].hint


def test_something_has_to_drive_the_growth(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(f"extends: {GOOD}\ngrowth: {{current_density: null}}\n", encoding="utf-8")
    with pytest.raises(CaseError, match="the key current_density is missing") as caught:
        load_case(tmp_path / "case.yaml")
    assert "electrochemistry" in str(caught.value)
