"""Who may be told what the workers of a study do, where there is no terminal to show it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from platingx.studies.messages import Answer

__all__ = ["PrintedLines", "Unheard"]


@dataclass(frozen=True)
class PrintedLines:
    """Prints a line for each run that starts and ends.

    Attributes
    ----------
    labels
        Words for runs by their numbers; ``point 3`` for those without.
    """

    labels: Mapping[int, str] = field(default_factory=dict)

    def started(self, number: int) -> None:
        """Say that a run has started."""
        print(f"{self._label(number)}: running", flush=True)

    def ended(self, answer: Answer) -> None:
        """Say how a run has ended."""
        words = f"{self._label(answer.number)}: {answer.status} in {answer.seconds:.1f} s {answer.reason}"
        print(words.rstrip(), flush=True)

    def tick(self) -> None:
        """Nothing happens in between."""

    def _label(self, number: int) -> str:
        return self.labels.get(number, f"point {number}")


class Unheard:
    """Is told, and says nothing."""

    def started(self, number: int) -> None:
        """A run has started."""

    def ended(self, answer: Answer) -> None:
        """A run has ended."""

    def tick(self) -> None:
        """Some time has passed."""
