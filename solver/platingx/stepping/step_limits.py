"""What limits a step beside the effort of Newton's method: asked for a size before it, and for a verdict after it."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from mpi4py import MPI

from platingx.config.current_points import CurrentPiece

__all__ = [
    "CurrentChange",
    "CurrentError",
    "CurrentOfSteps",
    "FoundIncrement",
    "GrowthIncrement",
    "StepLimit",
    "Turning",
    "Verdict",
]

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


@runtime_checkable
class Turning(Protocol):
    """A limit that knows instants behind which the motion does not go on as before."""

    @property
    def turned(self) -> bool:
        """Whether the present state is at such an instant."""


@dataclass(frozen=True)
class GrowthIncrement:
    """Limits what ln(Jg) runs through in a step, there and back.

    Attributes
    ----------
    variation
        Integral of ``|d ln Jg|`` between two instants (s).
    largest
        Its largest value in a step.
    minimum
        Step that is always allowed, s.
    known
        Whether growth is known before the step; what is only expected is looked at again after it.
    """

    variation: Callable[[float, float], float]
    largest: float
    minimum: float
    known: bool = True
    name: str = "growth_increment"

    def propose(self, start: float, dt: float) -> float:
        """Shorten the step until growth is small enough."""
        for _ in range(_TRIES):
            growth = self.variation(start, start + dt)
            if growth <= self.largest or dt <= self.minimum:
                break
            dt = max(self.minimum, dt * min(0.99 * self.largest / growth, 0.95))
        return dt

    def judge(self, start: float, dt: float) -> Verdict:
        """Look at growth that was not known before; twice the largest is repeated."""
        if self.known:
            return Verdict()
        return Verdict(self.variation(start, start + dt), self.largest, 2.0 * self.largest)

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


class CurrentOfSteps(Protocol):
    """A deposit whose current density is found step by step."""

    def current_error(self, start: float, end: float) -> float:
        """Error of ln(Jg) in the present step by a current that changes and is taken for that of its end."""


@dataclass(frozen=True)
class CurrentError:
    """Limits the error that a current makes which is taken constant over a step and found at its end.

    The charge of a step is wrong by half of the change of the current times the step, as that of Euler's backward
    method; here over the volume of the layer, as a change of ln(Jg).

    Attributes
    ----------
    deposit
        What the current deposits.
    wished
        Error of a step that steps are chosen for; three times as much is repeated.
    found
        Whether the current of the present step is found; the charge of one that is held is exact.
    """

    deposit: CurrentOfSteps
    wished: float
    found: Callable[[], bool]
    name: str = "current_error"

    def propose(self, start: float, dt: float) -> float:  # noqa: ARG002
        """Nothing is known beforehand."""
        return dt

    def judge(self, start: float, dt: float) -> Verdict:
        """Look at how the current has changed. The error falls with the square of the step, and so does the change."""
        if not self.found():
            return Verdict()
        error = self.deposit.current_error(start, start + dt)
        return Verdict(math.sqrt(error), math.sqrt(self.wished), math.sqrt(3.0 * self.wished))

    def commit(self) -> None:
        """Nothing to keep."""


@dataclass(frozen=True)
class FoundIncrement:
    """Limits something of a step that is known after it, such as the equivalent plastic strain.

    Attributes
    ----------
    comm
        Communicator.
    increment
        Its largest increment in the step on this rank.
    wished
        Increment that steps are chosen for.
    tolerance
        How many times as much a step may have before it is repeated.
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
        """Look at the increment of the step."""
        found = float(self.comm.allreduce(self.increment(), MPI.MAX))
        return Verdict(found, self.wished, self.tolerance * self.wished)

    def commit(self) -> None:
        """Nothing to keep."""
