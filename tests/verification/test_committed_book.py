"""What would hurt most if lost: pages in docs/verification show the problems as they are now, at full effort, passed.

Renew them with: platingx verify --out docs/verification
"""

import re
from pathlib import Path

import pytest

from platingx import __version__
from platingx.verification.index import index_page
from platingx.verification.problem import Problem
from platingx.verification.records import read_records
from platingx.verification.registry import NOT_COVERED, PROBLEMS

BOOK = Path(__file__).parents[2] / "docs" / "verification"
LARGEST_PICTURE = 300_000  # bytes: twelve panels of orders


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


def test_index_is_that_of_the_results() -> None:
    assert (BOOK / "README.md").read_text(encoding="utf-8") == index_page(PROBLEMS, RECORDS, NOT_COVERED)


def test_nothing_is_left_of_problems_that_are_gone() -> None:
    names = [problem.name for problem in PROBLEMS]
    for path in BOOK.iterdir():
        if path.name not in ("README.md", "results.json"):
            assert any(path.name == f"{name}.md" or path.name.startswith(f"{name}-") for name in names), path.name
