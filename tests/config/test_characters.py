"""A character that is not what it looks like is read where it has one meaning, and named where it has not.

What would hurt most: a message that shows a value which looks just like what it calls valid.
"""

from pathlib import Path

import pytest

from platingx.characters import characters_in, describe_characters, plain
from platingx.cli.main import execute
from platingx.config import load_case
from platingx.errors import CaseError
from platingx.units import UnitError, parse

GOOD = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8")
INVISIBLE = ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200e"]
SPACES = ["\u00a0", "\u202f", "\u2009", "\u3000"]


def refused(folder: Path, old: str, new: str) -> str:
    assert GOOD.count(old) >= 1
    path = folder / "case.yaml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        load_case(path)
    return str(caught.value)


@pytest.mark.parametrize("character", INVISIBLE)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2 A/cm^2", "2{} A/cm^2"),
        ("pit: {", "pit{}: {{"),
        ("fibre", "fi{}bre"),
        ("llzo: llzo", "llzo: llzo{}"),
        ("name: good", "name: go{}od"),
        ("direct}", "dir{}ect}}"),
    ],
)
def test_invisible_characters_are_named(tmp_path: Path, character: str, old: str, new: str) -> None:
    message = refused(tmp_path, old, new.format(character))
    assert f"U+{ord(character):04X} " in message
    assert "which is invisible" in message


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("37 nm", "\uff13\uff0c7 nm", "U+FF0C fullwidth comma, which looks like ,"),
        (
            "solver: {preset: direct}",
            "solver: {preset: dire\u0441t}",
            "U+0441 cyrillic small letter es, which looks like c",
        ),
        ("2 A/cm^2", "2 \u0410/cm^2", "U+0410 cyrillic capital letter a, which looks like A"),
        ("2 A/cm^2", "\u20132 A/cm^2", "U+2013 en dash, which looks like -"),
        ("2 A/cm^2", "2e\u20113 A/cm^2", "U+2011 non-breaking hyphen, which looks like -"),
        ("40 nm", "\u201c40 nm\u201d", 'U+201C left double quotation mark, which looks like "'),
        ("metal_side", "metal\uff3fside", "U+FF3F fullwidth low line, which looks like _"),
        ("layer: {", "layer:\u00a0{", "U+00A0 no-break space, which is not a plain space"),
        ("  mode: fibre", "\u00a0\u00a0mode: fibre", "U+00A0 no-break space, which is not a plain space"),
        ("  mode: fibre", "  mode:\u00a0fibre", "U+00A0 no-break space, which is not a plain space"),
        ("  mode: fibre", "  mode\uff1a fibre", "U+FF1A fullwidth colon, which looks like :"),
        ("source: somebody 2022}", "source: \u201csomebody: 2022}", "U+201C left double quotation mark"),
        ("direction: between_faces", "direction: between\u2011faces", "U+2011 non-breaking hyphen"),
    ],
)
def test_characters_that_look_like_others_are_named(tmp_path: Path, old: str, new: str, name: str) -> None:
    assert name in refused(tmp_path, old, new)


def test_the_line_of_the_character_is_named_not_that_where_the_parser_stumbles(tmp_path: Path) -> None:
    message = refused(tmp_path, "  builder: surface_pit", "  builder:\u00a0surface_pit")
    assert "case.yaml:4:11: " in message
    assert "got:   builder:\u00a0surface_pit" in message


def test_overrides_name_them_too() -> None:
    with pytest.raises(CaseError, match=r"U\+2013 en dash"):
        load_case(Path(__file__).parent / "good.yaml", [("growth.current_density", "\u20131 A/cm^2")])
    with pytest.raises(CaseError, match=r"U\+00AD soft hyphen"):
        load_case(Path(__file__).parent / "good.yaml", [("growth.cur\u00adrent_density", "1 A/cm^2")])


@pytest.mark.parametrize("cell", ["\u20131", "1\u200b", "\u041e"])
def test_current_tables_name_them_too(tmp_path: Path, cell: str) -> None:
    (tmp_path / "current.csv").write_text(f"time_s,current_density_A_per_m2\n0,{cell}\n", encoding="utf-8")
    message = refused(tmp_path, "2 A/cm^2", "{file: current.csv}")
    character = next(sign for sign in cell if not sign.isascii())
    assert "current.csv:2" in message
    assert f"U+{ord(character):04X} " in message


@pytest.mark.parametrize("space", SPACES)
def test_spaces_in_quantities_are_spaces(space: str) -> None:
    assert parse(f"40{space}nm", "length") == 40e-9


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("\u22121 A/cm\u00b2", "current_density", -1e4),
        ("4 mA\u00b7cm\u207b\u00b2", "current_density", 40.0),
        ("1e\u22123 m", "length", 1e-3),
        ("1.3 \u00d7 10\u207b\u2075 m\u00b3/mol", "molar_volume", 1.3e-5),
        ("2*10^-3 m", "length", 2e-3),
        ("10 nm", "length", 1e-8),
        ("5 \u00c5", "length", 5e-10),
        ("5 \u212b", "length", 5e-10),
        ("5 angstrom", "length", 5e-10),
        ("2.4 \u00b5m", "length", 2.4e-6),
        ("2.4 \u03bcm", "length", 2.4e-6),
        ("25 \u2103", "temperature", 298.15),
        ("0.95 MPa\u221am", "fracture_toughness", 0.95e6),
        ("0.95 MPa\u00b7\u221am", "fracture_toughness", 0.95e6),
        ("0.95 MPa sqrt(m)", "fracture_toughness", 0.95e6),
        ("0.95 MPa m^(1/2)", "fracture_toughness", 0.95e6),
        ("0.95 MPa m1/2", "fracture_toughness", 0.95e6),
        ("0.95 MPa\u00b7m\u00bd", "fracture_toughness", 0.95e6),
        ("0.95 MPa*m^0.5", "fracture_toughness", 0.95e6),
        ("84.8 W\u00b7m\u207b\u00b9\u00b7K\u207b\u00b9", "thermal_conductivity", 84.8),
        ("2 (\u2126 cm)\u207b\u00b9", "conductivity", 200.0),
        ("\uff11\uff12 nm", "length", 12e-9),
    ],
)
def test_quantities_as_papers_print_them(text: str, dimension: str, value: float) -> None:
    assert parse(text, dimension) == pytest.approx(value, rel=1e-14)
    assert parse(text, dimension).given == text


@pytest.mark.parametrize("text", ["\u20131 nm", "1\u200b nm", "1 n\u00adm", "5\u201310 nm", "\u0661 nm", "1 \u043cm"])
def test_what_could_mean_something_else_is_refused(text: str) -> None:
    with pytest.raises(UnitError):
        parse(text, "length")


@pytest.mark.parametrize(
    "text", ["plain text", "\u00dcberlauf", "25 \u00b0C", "2 A/cm\u00b2", "\u03a9", "e\u0301t\u00e9", "\u65e5\u672c"]
)
def test_letters_of_other_languages_are_not_named(text: str) -> None:
    assert characters_in(text) == []
    assert describe_characters(text) == ""


def test_each_character_is_named_once() -> None:
    assert describe_characters("a\u2011b\u2011\u200b") == (
        "U+2011 non-breaking hyphen, which looks like -; U+200B zero width space, which is invisible"
    )
    assert describe_characters("".join(map(chr, range(0x2000, 0x200B)))).endswith("and others")
    assert [plain(sign) for sign in "\u2212\u00a0\u200b\uff41a"] == ["-", " ", "", "a", "a"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["validate", "good.yaml", "\u2013\u2013set", "time.end=3 s"], ("U+2013 en dash", "write --set")),
        (["validate", "good.yaml", "\u2014set", "time.end=3 s"], ("U+2014 em dash", "write --set")),
        (["validate", "good.yaml", "-\u2011set", "time.end=3 s"], ("U+2011 non-breaking hyphen", "write --set")),
        (["validate", "good.yaml", "\u2212v"], ("U+2212 minus sign", "write -v")),
        (["run", "good.yaml", "--dry\u2010run"], ("U+2010 hyphen, which looks like -",)),
        (["vali\u200bdate", "good.yaml"], ("U+200B zero width space, which is invisible",)),
        (["validate", "go\u043ed.yaml"], ("U+043E cyrillic small letter o, which looks like o", "good.yaml")),
        (
            ["validate", "good.yaml", "--set", "time.end\uff1d3 s"],
            ("U+FF1D fullwidth equals sign, which looks like =",),
        ),
    ],
)
def test_command_lines_name_them(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: tuple[str, ...],
) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert execute(arguments) == 2
    said = capsys.readouterr().err
    assert [word for word in words if word not in said] == []
