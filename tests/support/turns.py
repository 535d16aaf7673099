"""Lets tests that run on several ranks have the cores to themselves when tests run side by side (``pytest -n``).

Ranks give up their core while they wait for each other. Beside a process that never waits, each message then lasts
until the system lets the next rank on: 3 ranks took six times as long as alone, and the whole run a quarter longer.
"""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

__all__ = ["MARKER", "Turns"]

MARKER = "ranks_alone"


class Turns:
    """Before each test of a worker: wait for the test that has the cores, or, to have them, for all that run.

    Two locks of files: whoever wants the cores holds the door while the others leave, so that no further test slips in.

    Parameters
    ----------
    run
        Name of the whole run, the same in all its workers.
    """

    def __init__(self, run: str) -> None:
        folder = Path(tempfile.gettempdir()) / f"platingx-tests-{run}"
        folder.mkdir(exist_ok=True)
        self._door, self._room = folder / "door", folder / "room"

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Hold the room as long as the test runs: alone if it is marked, with others if not."""
        how = fcntl.LOCK_EX if item.get_closest_marker(MARKER) else fcntl.LOCK_SH
        with _locked(self._door, fcntl.LOCK_EX) as door, _locked(self._room, how):
            fcntl.flock(door, fcntl.LOCK_UN)
            return (yield)


@contextmanager
def _locked(path: Path, how: int) -> Iterator[int]:
    with path.open("w") as file:
        fcntl.flock(file, how)
        yield file.fileno()
