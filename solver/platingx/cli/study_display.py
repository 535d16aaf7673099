"""What a running study shows: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from platingx.cli.terminal import console, say

if TYPE_CHECKING:
    from rich.table import Table

    from platingx.studies.messages import Answer
    from platingx.studies.pool import Watcher

__all__ = ["duration", "watching"]

_RECENT = 6


class _Lines:
    """A line for each point that has ended, with how much time is left.

    Parameters
    ----------
    labels
        Words for each point by its number.
    total
        Number of points that are to run.
    """

    def __init__(self, labels: Mapping[int, str], total: int) -> None:
        self.labels, self.total = labels, total
        self.done = self.failed = 0
        self.together = 1
        self.seconds = 0.0
        self.running: dict[int, float] = {}
        self.recent: list[str] = []

    def started(self, number: int) -> None:
        """Remember that a point is running."""
        self.running[number] = time.monotonic()
        self.together = max(self.together, len(self.running))

    def ended(self, answer: Answer) -> None:
        """Print how a point has ended."""
        say(self.sentence(answer))
        sys.stdout.flush()

    def tick(self) -> None:
        """Nothing changes between two points."""

    def sentence(self, answer: Answer) -> str:
        """Count a point that has ended, and say how."""
        self.running.pop(answer.number, None)
        self.done += answer.status != "interrupted"
        self.seconds += answer.seconds
        self.failed += answer.status == "failed"
        reason = f": {answer.reason.splitlines()[0]}" if answer.reason else ""
        count, label = f"[{self.done}/{self.total}]", self.labels[answer.number]
        return f"{count} {label}: {answer.status} in {answer.seconds:.1f} s{reason}{self.time_left()}"

    def time_left(self) -> str:
        """Say how long the rest will take if its points take as long as those so far; nothing before the first."""
        if not self.done or self.done >= self.total:
            return ""
        rest = self.seconds / self.done * (self.total - self.done)
        return f"; {duration(rest / self.together)} left"


class _Live(_Lines):
    """A table that is drawn anew: points that run, the last ones that have ended, and the time that is left."""

    def __init__(self, labels: Mapping[int, str], total: int) -> None:
        super().__init__(labels, total)
        from rich.live import Live

        self.live = Live(console=console(), auto_refresh=False, transient=True)

    def ended(self, answer: Answer) -> None:
        """Take up how a point has ended."""
        self.recent = [*self.recent[1 - _RECENT :], self.sentence(answer).partition("; ")[0]]
        self.tick()

    def tick(self) -> None:
        """Draw the table anew."""
        self.live.update(self.table(), refresh=True)

    def table(self) -> Table:
        """Present state."""
        from rich.table import Table

        counts = f"{self.done} of {self.total} points done, {self.failed} failed{self.time_left()}"
        table = Table(caption=counts, caption_justify="left", show_header=False, box=None)
        for text in self.recent:
            table.add_row(text)
        for number, since in self.running.items():
            table.add_row(f"{self.labels[number]}: running for {duration(time.monotonic() - since)}")
        return table


def duration(seconds: float) -> str:
    """Give a time in words, in the unit that suits it."""
    if seconds < 90.0:
        return f"{max(1.0, seconds):.0f} s"
    return f"{seconds / 60.0:.0f} min" if seconds < 5400.0 else f"{seconds / 3600.0:.1f} h"


@contextmanager
def watching(labels: Mapping[int, str], total: int) -> Iterator[Watcher]:
    """Give what shows the points while they run."""
    if not sys.stdout.isatty():
        yield _Lines(labels, total)
        return
    shown = _Live(labels, total)
    with shown.live:
        yield shown
