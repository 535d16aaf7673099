"""A case means the same to readers of YAML 1.1 and 1.2, however it was saved; what does not is refused with a remedy.

What would hurt most: 017 layers that are 15, or a case called yes that is called true.
"""

import math
from pathlib import Path
from typing import Any

import pytest

from platingx.config import load_case
from platingx.config.document import read_value
from platingx.config.resolved import fingerprint
from platingx.errors import CaseError

HERE = Path(__file__).parent
GOOD = (HERE / "good.yaml").read_text(encoding="utf-8")


def case_of(folder: Path, content: str | bytes) -> Any:
    path = folder / "case.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_case(path)


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "Yes", "NO", "y", "null_", "1e", "0x", "true_"])
def test_words_stay_words(tmp_path: Path, word: str) -> None:
    assert case_of(tmp_path, GOOD.replace("name: good", f"name: {word}")).name == word


@pytest.mark.parametrize(
    ("word", "value"),
    [("yes", True), ("no", False), ("on", True), ("Off", False), ("YES", True), ("true", True), ("False", False)],
)
def test_switches_take_the_words_of_both_versions(tmp_path: Path, word: str, value: bool) -> None:
    assert case_of(tmp_path, GOOD.replace("fields_every: 5", f"movie: {word}")).output.movie is value
    assert load_case(HERE / "good.yaml", [("output.movie", word)]).output.movie is value


@pytest.mark.parametrize("word", ["y", "1", "ja", '"true"', "0"])
def test_switches_take_no_other_words(tmp_path: Path, word: str) -> None:
    with pytest.raises(CaseError, match="true or false, without quotes"):
        case_of(tmp_path, GOOD.replace("fields_every: 5", f"movie: {word}"))


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-8", 1e-8), ("1.0e-08", 1e-8), ("1E-8", 1e-8), ("1.e-8", 1e-8), (".00000001", 1e-8), ("+1e-8", 1e-8)],
)
def test_numbers_in_every_notation(text: str, value: float) -> None:
    case = load_case(HERE / "good.yaml", [("solver.newton.relative_tolerance", text)])
    assert case.solver.newton.relative_tolerance == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("~", None), ("NULL", None), ("Null", None), ("", None), ("1_000", 1000), ("0o17", 15), ("0x1F", 31), ("0", 0),
     ("-3", -3), ("2022-01-01", "2022-01-01"), ("1:30", "1:30"), (".inf", math.inf), ("-.INF", -math.inf), ("5.", 5)],
)  # fmt: skip
def test_plain_values(text: str, value: Any) -> None:
    assert read_value(text, "here") == value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("017", "write 17, or 0o17 if it is octal"),
        ("08", "write 8, or 0o8"),
        ("-010", "write 10, or 0o10"),
        ("%YAML 1.1\n--- 1:30", "such as 90 s"),
        ("!!bool maybe", "maybe is not a bool"),
        ("!!null 3", "3 is not a null"),
        ("!!int three", "three is not a number"),
        ("%YAML 1.1\n--- 1:30.5", "such as 90 s"),
    ],
)
def test_what_the_versions_read_apart_is_refused(text: str, hint: str) -> None:
    with pytest.raises(CaseError, match=hint):
        read_value(text, "here")


def test_a_time_of_the_clock_has_a_remedy() -> None:
    with pytest.raises(CaseError, match="90 s for one and a half minutes"):
        load_case(HERE / "good.yaml", [("time.end", "1:30")])


def test_null_is_null_in_every_spelling(tmp_path: Path) -> None:
    for word in ("~", "null", "NULL", ""):
        assert (
            case_of(tmp_path, GOOD.replace("fields_every: 5", f"fields: {{regions: {word}}}")).output.fields.regions
            is None
        )


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        b"\xff\xfe" + GOOD.encode("utf-16-le"),
        b"\xfe\xff" + GOOD.encode("utf-16-be"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.replace("\n", "\r\n").encode("utf-16"),
        ("%YAML 1.1\n---\n" + GOOD).encode(),
        ("%YAML 1.2\n---\n" + GOOD + "...\n").encode(),
        GOOD.replace("llzo: llzo", "llzo: &one llzo")
        .replace("name: good", "name: good\ndescription: &two text")
        .encode(),
    ],
    ids=["mark", "utf16", "utf16-le", "utf16-be", "crlf", "cr", "utf16-crlf", "1.1", "1.2", "anchors"],
)
def test_files_however_they_were_saved(tmp_path: Path, content: bytes) -> None:
    plain = load_case(HERE / "good.yaml").with_values({"description": ""})
    assert fingerprint(case_of(tmp_path, content).with_values({"description": ""})) == fingerprint(plain)


def test_a_table_in_utf_16_is_read(tmp_path: Path) -> None:
    text = "time [s],current_density [A/cm\u00b2]\r\n0,1\r\n1,\u22122\r\n"
    (tmp_path / "current.csv").write_bytes(text.encode("utf-16"))
    case = case_of(tmp_path, GOOD.replace("2 A/cm^2", "{file: current.csv}"))
    assert case.growth.current_density.values == (1e4, -2e4)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (GOOD.replace("# A", "# \u00c4").encode("latin-1"), "0xC4.*not UTF-8"),
        (GOOD.replace("37 nm", "37 \u00b5m").encode("latin-1"), "line 7|:7"),
        (GOOD.replace("37 nm", "37 \u00b5m").encode("latin-1"), "\u00b5 in Latin-1"),
        (GOOD.encode("utf-16")[:-1], "UTF-16"),
        (GOOD.encode("utf-16-le"), "UTF-16"),
        (b"\xff\xfe\x00\xd8", "UTF-16"),
        (GOOD.replace("  builder", "\tbuilder").encode(), "spaces, not tabs"),
        (GOOD.replace("builder: ", "builder:\t").encode(), "spaces, not tabs"),
        (GOOD.replace("mode: fibre", "mode: fibre \t").encode(), "spaces, not tabs"),
        (GOOD.replace("name: good", "name: good\nname: bad").encode(), "given twice"),
        (GOOD.replace("mode: fibre", "<<: {mode: fibre}").encode(), "merge keys"),
    ],
)
def test_files_that_say_what_is_wrong_with_them(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(CaseError, match=message):
        case_of(tmp_path, content)
