"""Broken case files and current tables that no repository should hold, or that need the file system to be broken."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from broken import Broken

CONFIG = Path(__file__).parents[1] / "config"
GOOD = (CONFIG / "good.yaml").read_text(encoding="utf-8")
CURRENT = "current_density: 2 A/cm^2"
HEADER = "time_s,current_density_A_per_m2\n"
EXECUTED = "executed"
"""A file that appears where an input has made platingx run a command."""

Writer = Callable[[Path], None]


def yaml_cases() -> list[Broken]:
    """The files of tests/config/broken, with what each says about itself."""
    return [_yaml_case(path) for path in sorted((CONFIG / "broken").glob("*.yaml"))]


def _yaml_case(path: Path) -> Broken:
    lines = path.read_text(encoding="utf-8").splitlines()
    says = tuple(text.removeprefix("# says: ") for text in lines if text.startswith("# says: "))
    line = [int(text.removeprefix("# line: ")) for text in lines if text.startswith("# line: ")]
    return Broken(path.stem, lambda _: path, says, 2, "tests/config/", line[0] if line else None)


def generated_cases() -> list[Broken]:
    """Cases written into a folder."""
    return [
        *(Broken(name, _maker(content), says, 2, "case.yaml", line) for name, content, says, line in _CONTENTS),
        *(
            Broken(
                name,
                _maker(_edited(old, new)),
                says,
                2,
                "case.yaml",
                _line(_BLAMED.get(name, old)),
            )
            for name, old, new, says in _EDITS
        ),
        *(Broken(name, _maker(writer), says, 2, names) for name, writer, says, names in _SPECIAL),
    ]


def absurd_meshes() -> list[Broken]:
    """Valid cases whose mesh nobody could hold."""
    return [
        Broken(f"mesh_of_{name}", _maker(_edited(old, new)), ("the mesh would have about", "cells"), 3, "case.yaml:4")
        for name, old, new in _ABSURD
    ]


def tables() -> list[Broken]:
    """Current tables as CSV files."""
    return [Broken(f"csv_{name}", _table(content), says, 2, "") for name, content, says in _TABLES]


def _maker(content: bytes | Writer) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        case = folder / "case.yaml"
        if callable(content):
            content(folder)
        else:
            case.write_bytes(content)
        return case

    return make


def _table(content: bytes | Writer) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        case = folder / "case.yaml"
        case.write_text(GOOD.replace(CURRENT, "current_density: {file: i.csv}"), encoding="utf-8")
        if callable(content):
            content(folder / "i.csv")
        else:
            (folder / "i.csv").write_bytes(content)
        return case

    return make


def _edited(old: str, new: str) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new, 1).encode()


def _line(text: str) -> int:
    return GOOD[: GOOD.index(text)].count("\n") + 1


def _command(folder: str = "") -> str:
    return f"touch {folder}{EXECUTED}"


_DEEP = b"".join(b" " * depth + b"a:\n" for depth in range(900))
_CONTENTS: list[tuple[str, bytes, tuple[str, ...], int | None]] = [
    ("utf16_cut_short", GOOD.encode("utf-16")[:-1], ("UTF-16", "save it as UTF-8"), 1),
    ("utf16_without_mark", GOOD.encode("utf-16-le"), ("UTF-16", "save it as UTF-8"), 1),
    ("latin_1", GOOD.replace("somebody", "J\xe4rvinen").encode("latin-1"), ("0xE4", "save it as UTF-8"), 25),
    ("binary", bytes(range(256)) * 20, ("not UTF-8",), None),
    ("deep_list", b"a: " + b"[" * 600, ("too deep", "40 levels"), 1),
    ("deep_blocks", b"".join(b" " * n + b"a:\n" for n in range(500)), ("too deep", "at most 40 levels"), 41),
    ("long_list", b"a: [" + b"1," * 20_000 + b"1]\n", ("unknown key",), 1),
    (
        "long_line",
        GOOD.encode() + b"description: " + b"x" * 600_000,
        ("not a case file: it has 60", "at most 200000"),
        None,
    ),
    ("large_text", b"a: &a " + b"x" * 100_000 + b"\nb: [" + b"*a," * 2000 + b"*a]\n", ("unknown key",), 1),
    ("keys_but_for_capitals", GOOD.encode() + b"Time: {end: 1 s}\n", ("unknown key 'Time'", "time?"), 28),
    ("apply_tag", f"name: !!python/object/apply:os.system [{_command()}]\n".encode(), ("is not allowed",), 1),
    ("new_tag", f"name: !!python/object/new:os.system [{_command()}]\n".encode(), ("is not allowed",), 1),
    ("name_tag", b"name: !!python/name:os.system\n", ("is not allowed",), 1),
    ("module_tag", b"name: !!python/module:antigravity\n", ("is not allowed",), 1),
    ("extends_long_name", f"extends: {'x' * 5000}\n".encode(), ("no case file",), 1),
]

_EDITS: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("null_byte", "name: good", "name: go\0od", ("U+0000", "remove it")),
    ("delete_character", "name: good", "name: go\x7fod", ("U+007F",)),
    ("path_for_a_library_name", "llzo: llzo", "llzo: ../../../etc/passwd", ("there is no material",)),
    ("python_for_a_unit", "37 nm", '"37 __import__(os)"', ("is not a unit",)),
    ("table_null_name", CURRENT, 'current_density: {file: "a\\0b"}', ("null character",)),
    ("table_long_name", CURRENT, f"current_density: {{file: {'x' * 5000}}}", ("cannot be read",)),
    ("current_in_three_forms", CURRENT, "current_density: {file: a, table: b}", ("cannot be made",)),
    ("table_of_zeros", CURRENT, "current_density: {table: [[0 s, 0 A/m^2], [1 s, 0 A/m^2]]}", ("is zero at all",)),
    ("table_not_finite", CURRENT, "current_density: {table: [[0 s, .inf A/m^2]]}", ("row 1",)),
    ("target_without_value", "target: 4.9 GPa", "target: ", ("has no unit",)),
    ("hotter_than_melting", "25 degC", "500 degC", ("melts at",)),
    (
        "steps_contradict",
        "{end: 21 ms",
        "{end: 21 ms, maximum_step: 1 us, initial_step: 1 ms",
        ("smaller",),
    ),
    ("milestone_beyond", "10 ms]", "22 ms]", ("after the end",)),
    ("plate_thinner_than_pit", "depth: 1000 nm", "depth: 30 nm", ("depth of the pit is too large",)),
]

_SIZES = "mesh: {refinement: 0.5}"
_ABSURD = [
    ("highest_refinement", _SIZES, "mesh: {refinement: 16, layers: 200, tip_fraction: 0.01}"),
    ("smallest_growth_ratio", _SIZES, "mesh: {growth_ratio: 1.0000001}"),
    ("small_triangles", _SIZES, "mesh: {max_size: 1 nm, cell: triangle, tip_fraction: 0.01}"),
    ("small_growth_of_triangles", _SIZES, "mesh: {growth_ratio: 1.0000001, cell: triangle}"),
    ("huge_plate", "{half_width: 800 nm, depth: 1000 nm}", "{half_width: 2.3 um, depth: 10 m}"),
]

_BLAMED = {"plate_thinner_than_pit": "pit:"}
"""Where the message points, if not at what was changed."""


def _huge(folder: Path) -> None:
    with (folder / "case.yaml").open("wb") as stream:
        stream.truncate(100_000_000)


def _circle(folder: Path) -> None:
    for name, parent in (("case", "b"), ("b", "sub/../c"), ("c", "case")):
        (folder / f"{name}.yaml").write_text(f"extends: {parent}.yaml\n", encoding="utf-8")
    (folder / "sub").mkdir()


def _circle_through_link(folder: Path) -> None:
    (folder / "case.yaml").write_text("extends: link.yaml\n", encoding="utf-8")
    (folder / "link.yaml").symlink_to("case.yaml")


def _extends_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    (folder / "case.yaml").write_text("extends: pipe.yaml\n", encoding="utf-8")


def _long_chain(folder: Path) -> None:
    for number in range(30):
        (folder / f"{number}.yaml").write_text(f"extends: {number + 1}.yaml\n", encoding="utf-8")
    (folder / "case.yaml").write_text("extends: 0.yaml\n", encoding="utf-8")


def _text(content: str) -> Writer:
    return lambda folder: folder.joinpath("case.yaml").write_text(content, encoding="utf-8") and None


def _mesh(path: str) -> Writer:
    return _text(f"extends: {CONFIG / 'good.yaml'}\ngeometry: {{builder: file, path: {path}}}\n")


_SPECIAL: list[tuple[str, Writer, tuple[str, ...], str]] = [
    ("huge_file", _huge, ("100000000 bytes", "at most 200000"), "case.yaml"),
    ("case_is_a_pipe", lambda folder: os.mkfifo(folder / "case.yaml"), ("pipe or device",), "case.yaml"),
    ("case_is_a_device", lambda folder: (folder / "case.yaml").symlink_to("/dev/zero"), ("device",), "case.yaml"),
    ("case_is_a_folder", lambda folder: (folder / "case.yaml").mkdir(), ("folder",), "case.yaml"),
    ("case_is_not_there", lambda folder: None, ("no such file", "platingx init"), "case.yaml"),
    ("case_is_a_loop", lambda folder: (folder / "case.yaml").symlink_to("case.yaml"), ("cannot be read",), "case.yaml"),
    ("mesh_with_a_null_name", _mesh('"a\\0b"'), ("no mesh file",), "case.yaml:2"),
    ("extends_in_a_circle_of_three", _circle, ("circle: case.yaml -> b.yaml -> c.yaml -> case.yaml",), "c.yaml:1"),
    ("extends_itself_by_a_link", _circle_through_link, ("in a circle",), "case.yaml:1"),
    ("extends_a_pipe", _extends_pipe, ("no case file",), "case.yaml:1"),
    ("extends_a_device", _text("extends: /dev/zero\n"), ("no case file",), "case.yaml:1"),
    ("extends_far_outside", _text("extends: ../../../../../../etc/nothing.yaml\n"), ("no case file",), "case.yaml:1"),
    ("extends_thirty_files", _long_chain, ("too many cases", "at most 20"), ".yaml:1"),
    ("mesh_is_a_folder", _mesh("."), ("no mesh file",), "case.yaml:2"),
    ("mesh_is_a_device", _mesh("/dev/zero"), ("no mesh file",), "case.yaml:2"),
    ("mesh_has_a_long_name", _mesh("x" * 5000), ("no mesh file",), "case.yaml:2"),
]

_ROWS = b"0,1\n"
_TABLES: list[tuple[str, bytes | Writer, tuple[str, ...]]] = [
    ("pipe", os.mkfifo, ("pipe or device",)),
    ("device", lambda path: path.symlink_to("/dev/zero"), ("pipe or device",)),
    ("folder", lambda path: path.mkdir(), ("not a file",)),
    ("missing", lambda path: None, ("no such file", "relative to the case file")),
    ("latin_1", b"time_s,current_density_A_per_m2\n0,1\n# f\xfcnf\n", ("i.csv:3:", "save it as UTF-8")),
    ("utf16", (HEADER + "0,1\n").encode("utf-16-le"), ("UTF-16",)),
    ("binary", b"\0\1\2\3" * 1000, ("UTF-16 text or no text",)),
    ("empty", b"", ("is empty",)),
    ("only_comments", b"# nothing\n\n", ("is empty",)),
    ("only_a_header", HEADER.encode(), ("i.csv has no rows",)),
    ("semicolons", b"time_s;current_density_A_per_m2\n0;1\n", ("i.csv:1:", "by commas, not semicolons")),
    ("tabs", b"time_s\tcurrent_density_A_per_m2\n0\t1\n", ("i.csv:1:", "by commas, not tabs")),
    ("decimal_commas", HEADER.encode() + b'0,1\n"0,5",1\n', ("i.csv:3:", "decimal point")),
    ("semicolons_in_rows", HEADER.encode() + b"0;1\n", ("i.csv:2:", "by commas")),
    ("decimal_commas_between_commas", HEADER.encode() + b"0,1\n0,5,1\n", ("i.csv:3: the row has 3", "decimal points")),
    (
        "decimal_commas_under_an_empty_column",
        HEADER.encode().replace(b"\n", b",\n") + b"0,5,1\n",
        ("i.csv:2: the row",),
    ),
    ("more_cells_than_columns", HEADER.encode() + b"0,1,,\n1,1,,7\n", ("i.csv:3: the row has 4 columns",)),
    ("no_header", b"0,1\n1,1\n", ("i.csv:1:", "there is no time")),
    ("no_current", b"time_s,voltage_V\n0,1\n", ("there is no current_density",)),
    ("column_twice", b"time_s,time_ms,current_density_A_per_m2\n0,0,1\n", ("stands there 2 times",)),
    ("wrong_dimension", b"time_m,current_density_A_per_m2\n0,1\n", ("column time: 'm' is a unit of length",)),
    ("not_a_number", HEADER.encode() + _ROWS + b"1,many\n", ("i.csv:3:",)),
    ("nan", HEADER.encode() + _ROWS + b"1,nan\n", ("i.csv:3:",)),
    ("infinite", HEADER.encode() + _ROWS + b"1,1e999\n", ("i.csv:3:", "not a finite number")),
    ("absurd", HEADER.encode() + _ROWS + b"1,1e20\n", ("i.csv:3:", "too large")),
    ("negative_time", HEADER.encode() + b"-1,1\n", ("i.csv:2:", "too small")),
    ("equal_times", HEADER.encode() + b"0,1\n1,1\n1,2\n1,3\n", ("i.csv: row 4", "of a jump")),
    ("decreasing_times", HEADER.encode() + b"0,1\n2,1\n1,2\n", ("i.csv: row 3",)),
    ("starts_late", HEADER.encode() + b"1,1\n2,1\n", ("i.csv starts at 1 s",)),
    ("short_row", HEADER.encode() + _ROWS + b"1\n", ("i.csv:3:", "1 columns")),
    ("unclosed_quote", HEADER.encode() + _ROWS + b'1,"1\n', ("i.csv:3:",)),
    ("zeros", HEADER.encode() + b"0,0\n1,0\n", ("zero at all times",)),
    ("strips_everything", HEADER.encode() + b"0,0\n0.001,-1e9\n", ("strips more metal than there is",)),
    ("explodes", HEADER.encode() + b"0,0\n0.001,1e9\n", ("times its thickness",)),
    ("hundred_thousand_rows", HEADER.encode() + b"".join(b"%d,1\n" % i for i in range(100_001)), ("100001 rows",)),
    ("ten_million_rows", lambda path: path.write_bytes(HEADER.encode() + _ROWS * 10**7) and None, ("40000032 bytes",)),
]
