"""What would hurt most if lost: a file that one reader of YAML takes for other values than another one."""

import io

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from platingx.config.document import read_value
from platingx.config.yaml_text import yaml_text

TRAPS = [
    "yes", "No", "on", "OFF", "y", "N", "~", "null", "", "1:30", "010", "0o17", "0x1f", "0b1", "1_000", "1e3", "1e-08",
    ".5", "1.", ".inf", ".NaN", "2026-11-28", "=", "<<", "- x", "a: b", "x # y", "'q'", "tail ",
    "line\nbreak", "  a\n b\n\n\nc \n", "\n", "a\n\n", "\n x", "# a\n\tb: 1\n", "\x85x",
    "\u2028", "µ", "[1]", "{a", "*x", "&x", "%x", "@x", "`x", "!x", "?", "-", "|", ">",
]  # fmt: skip
NUMBERS = [1e-8, 1e16, -2e-300, 1e22, 0.1, 5.0, float("inf"), 123456789.0, 5e-324]


def readings(data: object) -> list[object]:
    """What readers of YAML 1.1 and 1.2, and the program itself, take from the text."""
    text = yaml_text(data)
    stream = io.StringIO(text)
    return [yaml.safe_load(text), YAML(typ="safe", pure=True).load(stream), read_value(text, "test")]


@pytest.mark.parametrize("value", [*TRAPS, *NUMBERS, True, False, None, 12, -7])
def test_all_readers_agree(value: object) -> None:
    for read in readings({"value": value, "list": [value]}):
        assert read == {"value": value, "list": [value]}
        assert type(read["value"]) is type(value)  # type: ignore[index]


@pytest.mark.parametrize("key", [trap for trap in TRAPS if trap.isprintable() and trap])
def test_keys_too(key: str) -> None:
    """Names of regions are keys."""
    assert readings({key: 1}) == [{key: 1}] * 3


@given(st.one_of(st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=12), st.floats(allow_nan=False)))
def test_any_text_and_number(value: object) -> None:
    assert readings({"value": value}) == [{"value": value}] * 3
