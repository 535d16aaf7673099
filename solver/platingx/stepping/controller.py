"""Step-size controller: a pure object, without any knowledge of the equations solved."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from platingx.stepping.step_limits import StepLimit, Verdict


@dataclass(frozen=True)
class StepLimits:
    """Settings of the controller.

    Attributes
    ----------
    end
        End of the run, s.
    initial, minimum, maximum
        First, smallest and largest step, s.
    milestones
        Instants that a step must hit exactly, s.
    corners
        Those of them after which the motion does not go on as before: nothing is extrapolated over them, and steps
        start over with the first size, since what was slow may unload or turn at once.
    target_iterations
        Newton effort that keeps the step as it is.
    largest_factor, cut_factor
        Bounds of growth after an easy step and of the cut after a failure.
    """

    end: float
    initial: float
    minimum: float
    maximum: float
    milestones: tuple[float, ...] = ()
    corners: frozenset[float] = frozenset()
    target_iterations: int = 5
    largest_factor: float = 1.5
    cut_factor: float = 0.4


@dataclass
class StepController:
    """Chooses steps, lands exactly on milestones and remembers the proposed step across them.

    Attributes
    ----------
    limits
        Settings.
    time
        Start of the next step, s.
    proposed
        Step that effort and increments allow, before clipping to a milestone, s.
    """

    limits: StepLimits
    time: float = 0.0
    proposed: float = field(default=0.0)

    def __post_init__(self) -> None:
        first = self.proposed or self.limits.initial
        self.proposed = min(max(first, self.limits.minimum), self.limits.maximum)
        events = {m for m in self.limits.milestones if 0.0 < m < self.limits.end}
        self._events: Sequence[float] = (*sorted(events), self.limits.end)
        self._repeat_with: float | None = None
        self._stopped = False

    @property
    def finished(self) -> bool:
        """Whether the end is reached, or a limit has ended the march."""
        return self._stopped or self.time >= self.limits.end

    def stop(self) -> None:
        """End the march at the present state."""
        self._stopped = True

    def start_over(self) -> None:
        """Go on with the first size at most, since the motion does not go on as before."""
        self.proposed = min(self.proposed, self.limits.initial)

    @property
    def smooth(self) -> bool:
        """Whether the motion goes on as in the last step."""
        return self.time not in self.limits.corners

    @property
    def next_size(self) -> float:
        """Size of the next attempt before limits and milestones, s."""
        return self.proposed if self._repeat_with is None else self._repeat_with

    def propose(self, limits: Sequence[StepLimit]) -> tuple[float, float]:
        """Step and end of the next step.

        Parameters
        ----------
        limits
            What else limits it.

        Returns
        -------
        dt, end
            Both in s; ``end`` is exactly the milestone where one is hit.
        """
        if self._repeat_with is not None:
            dt, self._repeat_with = self._repeat_with, None
            return dt, self.time + dt
        dt = min(self.proposed, self.limits.maximum)
        for limit in limits:
            dt = min(dt, max(limit.propose(self.time, dt), self.limits.minimum))
        self.proposed = min(self.proposed, dt) if dt < self.proposed else self.proposed
        event = self._events[bisect_right(self._events, self.time)]
        remaining = event - self.time
        if dt >= remaining * (1.0 - 1e-9):
            return remaining, event
        if dt > 0.5 * remaining:  # two even steps instead of a long one and a sliver
            dt = 0.5 * remaining
        return dt, self.time + dt

    def accept(self, end: float, dt: float, iterations: int, verdicts: Sequence[Verdict]) -> None:
        """Record a converged step and choose the next proposed step.

        Parameters
        ----------
        end, dt
            End of the step and its size, s.
        iterations
            Newton corrections it took.
        verdicts
            What the limits say of it.
        """
        limits = self.limits
        effort = ((limits.target_iterations + 1) / (iterations + 1)) ** 0.7
        factor = min(max(effort, 0.5), limits.largest_factor)
        for verdict in verdicts:
            if verdict.change > 0.0:
                factor = min(factor, max(0.3, verdict.wished / verdict.change))
        clipped = dt < self.proposed * (1.0 - 1e-9)
        if factor >= 1.0 and clipped:
            self.proposed = max(self.proposed, dt * factor)
        else:
            self.proposed = dt * factor
        if end in limits.corners:
            self.proposed = min(self.proposed, limits.initial)
        self.proposed = min(max(self.proposed, limits.minimum), limits.maximum)
        self.time, self._stopped = end, any(verdict.stops for verdict in verdicts)

    def must_repeat(self, dt: float, verdicts: Sequence[Verdict]) -> bool:
        """Whether a converged step must be repeated because a limit says so, and can be."""
        if any(verdict.repeat_with is not None for verdict in verdicts):
            return True
        return dt > self.limits.minimum and any(verdict.too_large for verdict in verdicts)

    def reject(self, dt: float, verdicts: Sequence[Verdict] = ()) -> bool:
        """Choose the step after one that is not kept.

        Parameters
        ----------
        dt
            Its size, s.
        verdicts
            What the limits say of it; none where it has failed. Where none of them finds it too large, the next one has
            the smallest size that they ask for, and the proposed step stays as it is.

        Returns
        -------
        bool
            False when the step already was the smallest allowed.
        """
        sizes = [verdict.repeat_with for verdict in verdicts if verdict.repeat_with is not None]
        too_large = dt > self.limits.minimum and any(verdict.too_large for verdict in verdicts)
        if sizes and not too_large:
            self._repeat_with = min(sizes)
            return True
        if dt <= self.limits.minimum * (1.0 + 1e-9):
            return False
        self.proposed = max(self.limits.minimum, dt * self.limits.cut_factor)
        return True
