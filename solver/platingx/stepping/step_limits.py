"""What limits a step beside the effort of Newton's method: asked for a size before it, and for a verdict after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mpi4py import MPI

__all__ = ["GrowthIncrement", "PlasticIncrement", "StepLimit", "Verdict"]

#: Attempts to find a step whose growth is small enough: each of them takes at least a twentieth off.
_TRIES = 60


@dataclass(frozen=True)
class Verdict:
    """What a limit says of a converged step.

    Attributes
    ----------
    change
        How much has changed in the step; 0 if nothing has.
    wished
        Change that the next step is chosen for.
    largest
        Change beyond which the step is repeated with a smaller one.
    """

    change: float = 0.0
    wished: float = float("inf")
    largest: float = float("inf")

    @property
    def too_large(self) -> bool:
        """Whether the step has to be repeated."""
        return self.change > self.largest


class StepLimit(Protocol):
    """Something that limits steps; the same on all ranks."""

    @property
    def name(self) -> str:
        """What changes, e.g. ``plastic_increment``; unique in a march."""

    def propose(self, start: float, dt: float) -> float:
        """Largest step (s) from an instant, not beyond ``dt``, that is allowed as far as one knows beforehand."""

    def judge(self) -> Verdict:
        """What is to be said of the step that has just converged and is not yet committed. Collective."""


@dataclass(frozen=True)
class GrowthIncrement:
    """Limits the change of ln(Jg), which is known before the step.

    Attributes
    ----------
    increment
        Change of ln(Jg) between two instants (s).
    largest
        Largest change in a step.
    minimum
        Step that is always allowed, s.
    """

    increment: Callable[[float, float], float]
    largest: float
    minimum: float
    name: str = "growth_increment"

    def propose(self, start: float, dt: float) -> float:
        """Shorten the step until growth is small enough."""
        for _ in range(_TRIES):
            growth = abs(self.increment(start, start + dt))
            if growth <= self.largest or dt <= self.minimum:
                break
            dt = max(self.minimum, dt * min(0.99 * self.largest / growth, 0.95))
        return dt

    def judge(self) -> Verdict:
        """Nothing that was not known before."""
        return Verdict()


@dataclass(frozen=True)
class PlasticIncrement:
    """Limits the equivalent plastic strain of a step, which is known after it.

    Attributes
    ----------
    comm
        Communicator.
    increment
        Largest equivalent plastic strain increment of the step on this rank.
    wished
        Increment that steps are chosen for.
    tolerance
        How many times as much a step may flow before it is repeated.
    """

    comm: MPI.Intracomm
    increment: Callable[[], float]
    wished: float
    tolerance: float = 3.0
    name: str = "plastic_increment"

    def propose(self, start: float, dt: float) -> float:  # noqa: ARG002
        """Nothing is known beforehand."""
        return dt

    def judge(self) -> Verdict:
        """Look at the flow of the step."""
        flow = float(self.comm.allreduce(self.increment(), MPI.MAX))
        return Verdict(flow, self.wished, self.tolerance * self.wished)
