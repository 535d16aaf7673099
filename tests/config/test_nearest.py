"""The hint of a message names what was meant. Lost most: a hint that sends the user to something else."""

from pathlib import Path

import pytest

from platingx.nearest import nearest

CHOICES = ["hexahedron", "tetrahedron", "lithium_norton", "direct", "free"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("hex", "hexahedron"),
        ("TET", "tetrahedron"),
        ("lithium-norton", "lithium_norton"),
        ("Lithium Norton", "lithium_norton"),
        ("lithium\u2011norton", "lithium_norton"),
        ("dire\u0441t", "direct"),
        ("di\u200brect", "direct"),
        ("dierct", "direct"),
        ("nothing like it", None),
        ("", None),
        ("\u200b", None),
        (None, None),
    ],
)
def test_what_was_meant(word: str, meant: str | None) -> None:
    assert nearest(word, CHOICES) == meant


def test_what_begins_with_the_word_comes_first() -> None:
    assert nearest("lithium", ["lithia", "lithium_norton"]) == "lithium_norton"


@pytest.mark.sources
def test_there_is_one_way_to_look_for_near_names() -> None:
    solver = Path(__file__).parents[2] / "solver"
    using = [path.name for path in solver.rglob("*.py") if "difflib" in path.read_text(encoding="utf-8")]
    assert using == ["nearest.py"]
