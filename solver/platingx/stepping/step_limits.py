"""What limits a step beside the effort of Newton's method: asked for a size before it, and for a verdict after it."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mpi4py import MPI

from platingx.config.current_points import CurrentPiece

__all__ = ["CurrentChange", "GrowthIncrement", "PlasticIncrement", "StepLimit", "Verdict"]

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
    repeat_with
        Size (s) with which a step is repeated that has run past something; None if it has not.
    stops
        Whether the march ends with the step.
    """

    change: float = 0.0
    wished: float = float("inf")
    largest: float = float("inf")
    repeat_with: float | None = None
    stops: bool = False

    @property
    def too_large(self) -> bool:
        """Whether the step has to be repeated with a smaller one."""
        return self.change > self.largest


class StepLimit(Protocol):
    """Something that limits steps; the same on all ranks."""

    @property
    def name(self) -> str:
        """What changes, e.g. ``plastic_increment``; unique in a march."""

    def propose(self, start: float, dt: float) -> float:
        """Largest step (s) from an instant, not beyond ``dt``, that is allowed as far as one knows beforehand."""

    def judge(self, start: float, dt: float) -> Verdict:
        """What is to be said of a step from an instant (s) that has converged and is not yet committed. Collective."""

    def commit(self) -> None:
        """Take note that the step judged last has been committed."""


@dataclass(frozen=True)
class GrowthIncrement:
    """Limits what ln(Jg) runs through in a step, there and back, which is known before the step.

    Attributes
    ----------
    variation
        Integral of ``|d ln Jg|`` between two instants (s).
    largest
        Its largest value in a step.
    minimum
        Step that is always allowed, s.
    """

    variation: Callable[[float, float], float]
    largest: float
    minimum: float
    name: str = "growth_increment"

    def propose(self, start: float, dt: float) -> float:
        """Shorten the step until growth is small enough."""
        for _ in range(_TRIES):
            growth = self.variation(start, start + dt)
            if growth <= self.largest or dt <= self.minimum:
                break
            dt = max(self.minimum, dt * min(0.99 * self.largest / growth, 0.95))
        return dt

    def judge(self, start: float, dt: float) -> Verdict:  # noqa: ARG002
        """Nothing that was not known before."""
        return Verdict()

    def commit(self) -> None:
        """Nothing to keep."""


@dataclass(frozen=True)
class CurrentChange:
    """Limits the change of the current in a step, which is known before it.

    Metal that flows takes the mean rate of a step for that of its end. Where the current changes by a share r of its
    value, the rate is wrong by about r/2 and the stress by m r/2 (m the rate sensitivity). That cannot happen while the
    charge departs from that of a constant current by less than a tolerance: the stress has no time to follow then.

    Attributes
    ----------
    pieces
        The current, A/m2, as lines between points that end steps.
    share
        Largest change over the larger of the values at both ends.
    smallest
        Currents below this count as this, A/m2: on the way through zero the share of nothing would be infinite.
    tolerance
        Charge per area, C/m2.
    """

    pieces: Sequence[CurrentPiece]
    share: float
    smallest: float
    tolerance: float
    name: str = "current_change"

    def propose(self, start: float, dt: float) -> float:
        """Shorten the step until the current changes little enough, or too little charge passes."""
        piece = self.pieces[max(bisect_right(self.pieces, start, key=lambda p: p.start) - 1, 0)]
        slope = abs(piece.slope)
        if slope == 0.0:
            return dt
        now = piece.first + (start - piece.start) * piece.slope
        rising = now * piece.slope > 0.0
        share = self.share / (1.0 - self.share) if rising else self.share
        change = max(share * abs(now), self.share * self.smallest)
        bow = math.sqrt(8.0 * self.tolerance / slope)  # over it the charge departs from its chord by the tolerance
        return min(dt, max(change / slope, bow))

    def judge(self, start: float, dt: float) -> Verdict:  # noqa: ARG002
        """Nothing that was not known before."""
        return Verdict()

    def commit(self) -> None:
        """Nothing to keep."""


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

    def judge(self, start: float, dt: float) -> Verdict:  # noqa: ARG002
        """Look at the flow of the step."""
        flow = float(self.comm.allreduce(self.increment(), MPI.MAX))
        return Verdict(flow, self.wished, self.tolerance * self.wished)

    def commit(self) -> None:
        """Nothing to keep."""
