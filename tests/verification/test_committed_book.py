"""What would hurt most if lost: pages in docs/verification show the problems as they are now, at full effort, passed.

Renew them with: platingx verify --out docs/verification
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from platingx import __version__
from platingx.verification.index import index_page
from platingx.verification.problem import Convergence, Problem, Row
from platingx.verification.records import read_records
from platingx.verification.registry import NOT_COVERED, PROBLEMS, find

BOOK = Path(__file__).parents[2] / "docs" / "verification"
LARGEST_PICTURE = 300_000  # bytes: twelve panels of orders
QUICK = ("b02", "b03", "b04", "b05", "b08", "b14", "b16-patch")  # a few seconds with all their meshes
SAME = 1e-6  # relative: far above what another machine changes, below the digits that the pages show
VANISHING = 1e-3  # share of the tolerance below which a number that has to vanish is round-off


RECORDS = read_records(BOOK)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda each: each.name)
def test_page(problem: Problem) -> None:
    record = RECORDS[problem.name]
    assert (record.effort, record.version, record.passed) == ("full", __version__, True)
    text = (BOOK / f"{problem.name}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {problem.title}\n")
    assert problem.statement.strip() in text
    for picture in re.findall(r"\]\((.*\.png)\)", text):
        assert 0 < (BOOK / picture).stat().st_size < LARGEST_PICTURE, picture


def wording(row: Row) -> Row:
    """All of a row but the number, and the round-off of its tolerance where that is of a computed size."""
    tolerance = None if row.tolerance is None else float(f"{row.tolerance:.9g}")
    return replace(row, computed=0.0, tolerance=tolerance)


def wording_of_order(entry: Convergence) -> Convergence:
    return replace(entry, errors=(1.0,) * len(entry.errors))


@pytest.mark.parametrize("problem", find(QUICK), ids=lambda each: each.name)
def test_the_committed_numbers_are_those_of_the_program(problem: Problem) -> None:
    record, fresh = RECORDS[problem.name], problem.run("full")
    assert list(map(wording, record.rows)) == list(map(wording, fresh.rows))
    for kept, now in zip(record.rows, fresh.rows, strict=True):
        round_off = VANISHING * (now.tolerance or 0.0) if now.expected == 0.0 else 0.0
        assert kept.computed == pytest.approx(now.computed, rel=SAME, abs=round_off), (now.label, now.quantity)
    assert list(map(wording_of_order, record.convergences)) == list(map(wording_of_order, fresh.convergences))
    for kept, now in zip(record.convergences, fresh.convergences, strict=True):
        assert kept.orders == pytest.approx(now.orders, abs=0.005), now.label  # the digits of the page
    text = (BOOK / f"{problem.name}.md").read_text(encoding="utf-8")
    for words in (fresh.input, *fresh.notes, *(picture.caption for picture in fresh.pictures)):
        assert words.strip() in text


def test_index_is_that_of_the_results() -> None:
    assert (BOOK / "README.md").read_text(encoding="utf-8") == index_page(PROBLEMS, RECORDS, NOT_COVERED)


def test_nothing_is_left_of_problems_that_are_gone() -> None:
    names = [problem.name for problem in PROBLEMS]
    for path in BOOK.iterdir():
        if path.name not in ("README.md", "results.json"):
            assert any(path.name == f"{name}.md" or path.name.startswith(f"{name}-") for name in names), path.name
