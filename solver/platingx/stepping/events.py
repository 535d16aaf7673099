"""Events of a march: instants at which a quantity reaches a value, hit by cutting the step until it ends there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from platingx.stepping.step_limits import Verdict

__all__ = ["TOLERANCE", "Event", "Events"]

TOLERANCE = 1e-6
"""Largest distance from the value at which an event counts as hit, over the value."""

LARGEST_TRIES = 60
"""Steps that are tried for one event; bisection alone comes to the last bit of the step in so many."""

_SMALLEST = 1e-12
"""Width of a bracket over the first step that ran past the event, below which the quantity leaps there."""

_DIGITS = 64.0 * sys.float_info.epsilon
"""The same over the time that has passed: a shorter step would not change the time."""


@dataclass
class _Bracket:
    """Sizes of a step that ends before the event and of one that ends behind it, with the distances from the value.

    The width below which nothing lies between goes with them.
    """

    short: tuple[float, float]
    long: tuple[float, float]
    least: float
    guess: float = 0.0
    tries: int = 0
    stuck: int = 0
    last_beyond: bool = True

    def take(self, size: float, distance: float, beyond: bool) -> None:
        """Narrow the bracket by a size that has been tried.

        The distance at an end that stays twice is made smaller, so that the secant moves over to its side (Anderson and
        Björck, BIT 13 (1973) 253).
        """
        width, old = self.long[0] - self.short[0], (self.long if beyond else self.short)[1]
        shrunk = 1.0 - distance / old if 0.0 < distance / old < 1.0 else 0.5
        factor = shrunk if beyond == self.last_beyond else 1.0
        if beyond:
            self.long, self.short = (size, distance), (self.short[0], factor * self.short[1])
        else:
            self.short, self.long = (size, distance), (self.long[0], factor * self.long[1])
        self.last_beyond = beyond
        self.tries += 1
        self.stuck = self.stuck + 1 if self.long[0] - self.short[0] > 0.5 * width else 0

    def next_guess(self) -> float:
        """Size to try next: by the secant, or by halving where that has not halved the bracket three times.

        It keeps from both ends by half of the least width, which is then reached from either side.
        """
        (a, fa), (b, fb) = self.short, self.long
        size = a - fa * (b - a) / (fb - fa) if fb != fa else 0.5 * (a + b)
        if self.stuck >= 3 or not a < size < b:
            size = 0.5 * (a + b)
            self.stuck = 0
        self.guess = min(max(size, a + 0.5 * self.least), b - 0.5 * self.least)
        return self.guess

    def exhausted(self, largest_tries: int) -> bool:
        """Whether nothing is left to try: the quantity leaps over the value."""
        (a, _), (b, _) = self.short, self.long
        return self.tries >= largest_tries or b - a <= self.least


@dataclass
class Event:
    """A quantity reaches a value.

    The first step that ends behind the value is repeated with other sizes, from the same state, until it ends within
    `TOLERANCE` of the value; sizes come from the secant through the ends of a bracket, and from halving it.

    Attributes
    ----------
    quantity
        Name of the quantity.
    target
        The value, SI.
    before
        The quantity at the last committed state.
    reached_at
        Instant at which it was hit, s, or None.
    direction
        1 if only values that rise reach it, -1 if only falling ones do, 0 for both.
    largest_tries
        Steps that are tried for it.
    """

    quantity: str
    target: float
    before: float = 0.0
    reached_at: float | None = None
    direction: int = 0
    largest_tries: int = LARGEST_TRIES

    def __post_init__(self) -> None:
        self._bracket: _Bracket | None = None
        self._found = self.before
        self._hit = False

    def judge(self, value: float, dt: float, start: float) -> Verdict:
        """Judge the step of a size from a start (s) at whose end the quantity has a value."""
        self._found, self._hit = value, False
        distance, side = value - self.target, self.before - self.target
        beyond = distance * side <= 0.0 and side != 0.0 and side * self.direction <= 0.0
        bracket = self._bracket
        if bracket is not None and dt != bracket.guess:  # another size than asked for: that one failed
            bracket = self._bracket = None
        if bracket is None:
            if not beyond:
                return Verdict()
            bracket = self._bracket = _Bracket((0.0, side), (dt, distance), max(_SMALLEST * dt, _DIGITS * start))
        else:
            bracket.take(dt, distance, beyond)
        exhausted = bracket.exhausted(self.largest_tries)
        if abs(distance) <= TOLERANCE * (abs(self.target) or abs(side)) or (exhausted and beyond):
            self._hit = True
            return Verdict(stops=True)
        if exhausted:
            bracket.guess = bracket.long[0]
            return Verdict(repeat_with=bracket.guess)
        return Verdict(repeat_with=bracket.next_guess())

    def commit(self, time: float) -> None:
        """Take note that the step judged last has been committed, with its end (s)."""
        self.before, self._bracket = self._found, None
        if self._hit:
            self.reached_at = time

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return {
            "quantity": self.quantity,
            "target": self.target,
            "before": self.before,
            "reached_at_s": self.reached_at,
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self.before, self.reached_at = saved["before"], saved["reached_at_s"]
        self._found = self.before


class Events:
    """Limit of steps that ends the march at the first of some events.

    Parameters
    ----------
    events
        The events.
    values
        Quantities by name of the state at an instant (s) that has converged, committed or not; None where there are no
        events. Collective, and the same on all ranks.
    """

    name = "an event"

    def __init__(
        self, events: Sequence[Event] = (), values: Callable[[float], Mapping[str, float]] | None = None
    ) -> None:
        self.events = tuple(events)
        self._values = values
        self._end = 0.0

    @property
    def reached(self) -> Event | None:
        """The event that has ended the march, or None."""
        return next(iter(self.all_reached), None)

    @property
    def all_reached(self) -> tuple[Event, ...]:
        """Those that have."""
        return tuple(event for event in self.events if event.reached_at is not None)

    def stops_for_good(self, switching: Collection[str]) -> bool:
        """Whether an event that has been reached is none of those that go on."""
        return any(event.quantity not in switching for event in self.all_reached)

    def propose(self, start: float, dt: float) -> float:  # noqa: ARG002
        """Nothing is known beforehand."""
        return dt

    def judge(self, start: float, dt: float) -> Verdict:
        """Ask all events; a step that has run past one is repeated before another one can end the march. Collective."""
        if self._values is None:
            return Verdict()
        self._end = start + dt
        values = self._values(self._end)
        verdicts = [event.judge(values[event.quantity], dt, start) for event in self.events]
        sizes = [verdict.repeat_with for verdict in verdicts if verdict.repeat_with is not None]
        if sizes:
            return Verdict(repeat_with=min(sizes))
        return Verdict(stops=any(verdict.stops for verdict in verdicts))

    def commit(self) -> None:
        """Take note that the step judged last has been committed."""
        for event in self.events:
            event.commit(self._end)

    def start(self, time: float) -> None:
        """Take the present state, at an instant (s), as what the first step starts from. Collective."""
        if self._values is not None:
            values = self._values(time)
            for event in self.events:
                event.before = values[event.quantity]

    def saved(self) -> list[dict[str, Any]]:
        """What a checkpoint keeps of them; JSON."""
        return [event.saved() for event in self.events]

    def restore(self, saved: Sequence[Mapping[str, Any]]) -> None:
        """Take over what a checkpoint has kept of the events that are the same; others start from the present state."""
        known = {(entry["quantity"], entry["target"]): entry for entry in saved}
        for event in self.events:
            entry = known.get((event.quantity, event.target))
            if entry is not None:
                event.restore(entry)
