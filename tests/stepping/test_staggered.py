"""What would hurt most if lost: stages repeat until what they give settles, and a step that never does is not kept."""

from typing import Any

import pytest

from platingx.problems.newton import NewtonOptions, Outcome
from platingx.problems.norms import FieldNorm, Norms
from platingx.stepping.staggered import Stage, Stages


class Balanced:
    """A problem that is in balance whatever is given to it."""

    iterate = None

    def evaluate(self) -> Norms:
        return Norms({"displacement": FieldNorm(0.0, 1.0)})


class Changes:
    """Gives changes one after the other, the last one for ever."""

    def __init__(self, *changes: float) -> None:
        self.changes, self.asked = changes, 0

    def update(self, _iterate: Any) -> float:
        self.asked += 1
        return self.changes[min(self.asked, len(self.changes)) - 1]


def stages(*given: Changes) -> Stages:
    problem: Any = Balanced()
    return Stages([Stage("one", problem, NewtonOptions(), given), Stage("two", problem, NewtonOptions())], 5)


@pytest.mark.parametrize("changes", [(1.0, 0.1, 1e-7), (0.0, 1e-3, 0.0)])
def test_passes_end_when_nothing_changes_any_more(changes: tuple[float, ...]) -> None:
    """The first pass does not count: what was given before it belongs to the step before."""
    given = Changes(*changes)
    assert stages(given).solve().converged
    assert given.asked == 3


@pytest.mark.parametrize("last", [2e-6, float("nan")])
@pytest.mark.parametrize("first", [True, False])
def test_what_does_not_settle_is_no_converged_step(last: float, first: bool) -> None:
    """A change that is no number has not settled, either, wherever it stands."""
    moving, still = Changes(1.0, last), Changes(0.0)
    result = stages(*((moving, still) if first else (still, moving))).solve()
    assert result.outcome is Outcome.NOT_SETTLED
    assert not result.converged
    assert moving.asked == 5
