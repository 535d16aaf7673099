"""When to write a checkpoint: a pure object, without any clock or file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class CheckpointSchedule:
    """Every so many steps or seconds, whatever comes first.

    Attributes
    ----------
    every_steps
        Steps between checkpoints, or None for no such rule.
    every_seconds
        Wall time between checkpoints, s.
    step, instant
        Step number and wall time of the last checkpoint, or of the start.
    """

    every_steps: int | None
    every_seconds: float
    step: int
    instant: float

    def due(self, step: int, instant: float) -> bool:
        """Whether a checkpoint belongs after a step, at an instant of wall time in s."""
        if self.every_steps is not None and step - self.step >= self.every_steps:
            return True
        return instant - self.instant >= self.every_seconds

    def written(self, step: int, instant: float) -> None:
        """Note that a checkpoint was written."""
        self.step, self.instant = step, instant
