"""What would hurt most if lost: every problem of the verification book has the answer that is known.

The problems are in platingx.verification.problems. With the coarse effort they run always, with the full one, as
the book shows them, in the long run.
"""

import pytest

from platingx.verification.problem import Effort, Outcome, Problem
from platingx.verification.records import record_of
from platingx.verification.registry import PROBLEMS


def check(problem: Problem, effort: Effort) -> Outcome:
    if problem.missing():
        pytest.skip(problem.missing())
    outcome = problem.run(effort)
    assert outcome.rows or outcome.convergences
    assert outcome.pictures
    assert outcome.input
    record = record_of(problem, effort, outcome)
    assert record.passed, record.verdict
    return outcome


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_coarse(problem: Problem) -> None:
    check(problem, "coarse")


@pytest.mark.long
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_full(problem: Problem) -> None:
    check(problem, "full")
