"""Whatever case the schema allows either runs two steps on a coarse mesh or ends with an error of platingx.

What would hurt most if lost: a warning of NumPy, an error of PETSc or Gmsh, or a hang, where a user changed one number.
"""

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from valid_cases import cases

from platingx.columns import column_of, split_unit
from platingx.config import case_from_dict
from platingx.config.case import Case
from platingx.config.columns_of_case import lacks
from platingx.config.loader import load_case
from platingx.errors import PlatingxError
from platingx.post.results import RunResults
from platingx.run.runner import run_case

LONGEST = 300
"""Seconds of one case: on free cores the slowest took 2 s, and the first one of new sources compiles a minute."""

every_health_check = list(HealthCheck)
quick = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=every_health_check
)
thorough = settings(
    max_examples=300, deadline=None, database=None, suppress_health_check=every_health_check, phases=[Phase.generate]
)


@contextmanager
def watchdog(seconds: int) -> Iterator[None]:
    """Turn a hang into a failure."""

    def bark(*_: object) -> None:
        raise AssertionError(f"still running after {seconds} s")

    old = signal.signal(signal.SIGALRM, bark)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)


def tell_columns(case: Case, result: RunResults) -> None:
    """Refuse a case that denies a column which its history has: studies would refuse it before they run."""
    names = [split_unit(str(header))[0] for header in result.history.columns]
    assert [name for name in names if column_of(name) is not None and lacks(case, name)] == []


def outcome(data: dict[str, Any], folder: Path) -> str:
    """How a run ends; anything but an error of platingx goes through."""
    with watchdog(LONGEST):
        try:
            result = run_case(case_from_dict(data), folder, force=True, quiet=True)
        except PlatingxError as error:
            return type(error).__name__
    assert len(result.history) >= 2
    tell_columns(load_case(folder / "case.resolved.yaml"), result)
    return "completed"


def tally(found: Counter[str]) -> None:
    """Print the outcomes, and refuse a strategy whose cases nearly all fail."""
    print(f"{found.total()} valid cases: {dict(found)}")
    assert found["completed"] >= 0.3 * found.total()


def test_some_valid_cases_run(tmp_path: Path) -> None:
    found: Counter[str] = Counter()

    @quick
    @given(cases())
    def examples(data: dict[str, Any]) -> None:
        found[outcome(data, tmp_path / "run")] += 1

    examples()
    tally(found)


@pytest.mark.long
def test_many_valid_cases_run(tmp_path: Path) -> None:
    found: Counter[str] = Counter()

    @thorough
    @given(cases())
    def examples(data: dict[str, Any]) -> None:
        found[outcome(data, tmp_path / "run")] += 1

    examples()
    tally(found)
