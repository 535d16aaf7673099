"""Plating and stripping a tube: which face of the metal moves, how fast, and what ends each half of a cycle.

In quasi-steady state all depends on one length, the position of the face that moves, and every limit is reached at one
value of it. A half of a cycle is therefore marched as follows.

1. The face that moves: plating fills a void first, then the front goes on; stripping takes metal at the root, where a
   void opens, or at the front.
2. The position at which something ends it: no metal or no room is left, the charge is passed, the void is closed, the
   limit of the overpotential or the strength is reached.
3. The time to get there: the way over the speed at a current, a differential equation in the square of the length at
   a voltage, which is regular from an empty tube on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from platingx.arrays import Array
from platingx.materials.interface_transport import pressure_per_volt
from platingx.stepping.tubule_model import Filling, TubuleModel

__all__ = ["HalfCycle", "Instant", "march_half_cycle"]

_TOLERANCE = 1e-10
"""Relative tolerance of the differential equation."""
_NEARLY = 1e-12
"""Share of the length of a tube that counts as nothing."""


@dataclass(frozen=True)
class HalfCycle:
    """Plating or stripping until something ends it. SI.

    Attributes
    ----------
    plating
        Whether metal comes.
    current
        Size of the current density; None at a constant voltage.
    voltage
        Size of the overpotential; None at a constant current.
    capacity, duration
        Charge per area and time at which it ends; infinite for no such end.
    limit
        Size of the overpotential at which a constant current ends.
    leaves_at_root
        Whether stripped metal leaves at the root.
    strength
        Stress of the wall that ends it; infinite for none.
    """

    plating: bool
    current: float | None = None
    voltage: float | None = None
    capacity: float = math.inf
    duration: float = math.inf
    limit: float = math.inf
    leaves_at_root: bool = True
    strength: float = math.inf

    @property
    def sign(self) -> float:
        """1 for plating, -1 for stripping."""
        return 1.0 if self.plating else -1.0


@dataclass(frozen=True)
class Instant:
    """A moment of a half of a cycle.

    Attributes
    ----------
    time
        From the start of the half of the cycle, s.
    filling
        What is in the tube.
    speed
        At which the length of metal grows, m/s.
    at_root
        Whether the face at the root moves.
    end
        What has ended the half of the cycle: empty before its end.
    """

    time: float
    filling: Filling
    speed: float
    at_root: bool
    end: str = ""


@dataclass(frozen=True)
class _Stretch:
    """A way of one face: positions of the face are turned into fillings and speeds."""

    model: TubuleModel
    half: HalfCycle
    start: Filling
    at_root: bool

    @property
    def position(self) -> float:
        return self.start.void if self.at_root else self.start.front

    @property
    def way(self) -> float:
        """1 where the position grows."""
        return self.half.sign * (-1.0 if self.at_root else 1.0)

    @property
    def coefficient(self) -> float:
        found = self.model.conductances
        return found.along_void if self.at_root else found.along_metal

    @property
    def shift(self) -> float:
        """Length along the path of the face that has the resistance of the void that does not change, less that, m."""
        if self.at_root or self.start.void == 0.0:
            return 0.0
        found = self.model.conductances
        return self.start.void * (found.along_metal / found.along_void - 1.0)

    @property
    def blocked(self) -> bool:
        needs_void = not self.at_root and self.start.void > 0.0
        return self.coefficient == 0.0 or (needs_void and self.model.conductances.along_void == 0.0)

    def filling(self, position: float) -> Filling:
        if self.at_root:
            return replace(self.start, void=position)
        return replace(self.start, front=position, reach=max(self.start.reach, position))

    def speed(self, position: float) -> float:
        """Speed at which the length of metal grows, m/s; no metal flows against its drive."""
        half, model = self.half, self.model
        if half.current is not None:
            return half.sign * model.shape.speed(half.current, model.molar_volume)
        length = position + self.shift
        rate = self.drive(position) * self.coefficient / model.shape.hydraulic_length
        return half.sign * (rate / length if length > 0.0 else math.inf if rate > 0.0 else 0.0)

    def drive(self, position: float) -> float:
        """Pressure that drives the metal at a voltage, in the direction of the half of the cycle, Pa."""
        pressure = (self.half.voltage or 0.0) * pressure_per_volt(self.model.atomic_volume)
        filling = self.filling(position)
        face = 0.0 if self.at_root else self.model.face(filling.front, filling.reach)
        return max(pressure - self.half.sign * face, 0.0)

    def overpotential(self, position: float) -> float:
        """Size of the overpotential in the direction of the half of the cycle, V."""
        found = self.model.pressures(self.filling(position), self.speed(position), self.at_root)
        return self.half.sign * self.model.voltage(found.root)

    def stress(self, position: float) -> float:
        return self.model.pressures(self.filling(position), self.speed(position), self.at_root).stress


def march_half_cycle(model: TubuleModel, half: HalfCycle, filling: Filling, rows: int) -> Iterator[Instant]:
    """March through half of a cycle.

    Parameters
    ----------
    model
        The tube.
    half
        What is done.
    filling
        What is in the tube at the start.
    rows
        Moments of each way of a face, evenly spaced in time.

    Yields
    ------
    Instant
        The last has what ended it: ``capacity``, ``full``, ``empty``, ``limit``, ``strength``, ``duration``
        or ``blocked`` (there is no path).
    """
    time, passed = 0.0, 0.0
    if filling.metal <= _NEARLY * model.shape.length:  # all has been stripped: the void is the empty tube
        filling = replace(filling, front=0.0, void=0.0)
    while True:
        at_root = filling.void > 0.0 if half.plating else half.leaves_at_root
        stretch = _Stretch(model, half, filling, at_root)
        left = (half.capacity - passed) / model.shape.charge(1.0, model.molar_volume)
        end, target = _target(stretch, left)
        instants = list(_way(stretch, end, target, half.duration - time, rows))
        for instant in instants[:-1]:
            yield replace(instant, time=time + instant.time)
        last = instants[-1]
        passed += model.shape.charge(abs(last.filling.metal - filling.metal), model.molar_volume)
        time, filling = time + last.time, last.filling
        if last.end != "closed":
            yield replace(last, time=time)
            return
        yield replace(last, time=time, end="")


def _target(stretch: _Stretch, left: float) -> tuple[str, float]:
    """What ends the way of a face, and where."""
    start, shape = stretch.start, stretch.model.shape
    if stretch.blocked:
        return "blocked", stretch.position
    if stretch.half.plating:
        end, room = ("closed", start.void) if stretch.at_root else ("full", shape.length - start.front)
    else:
        end, room = "empty", start.metal
    if left < room * (1.0 - _NEARLY):
        end, room = "capacity", left
    last = stretch.position + stretch.way * room
    found = [(end, last)]
    if stretch.half.current is not None:
        found.append(("limit", _crossing(stretch, stretch.overpotential, stretch.half.limit, last)))
    found.append(("strength", _crossing(stretch, stretch.stress, stretch.half.strength, last)))
    return min(reversed(found), key=lambda each: abs(each[1] - stretch.position))


def _crossing(stretch: _Stretch, value: Callable[[float], float], level: float, last: float) -> float:
    """Position at which a value rises to a level, beyond all others if it does not."""
    first = stretch.position
    if not math.isfinite(level):
        return math.inf
    if value(first) >= level:
        return first
    if value(last) < level:
        return math.inf
    return float(brentq(lambda x: min(value(x), 2.0 * level) - level, first, last, xtol=1e-24, rtol=1e-14))


def _way(stretch: _Stretch, end: str, target: float, duration: float, rows: int) -> Iterator[Instant]:
    """Moments of the way of a face to its target, or as far as it comes in time."""
    if abs(target - stretch.position) <= _NEARLY * stretch.model.shape.length or duration <= 0.0:
        reason = end if duration > 0.0 else "duration"
        speed = 0.0 if reason == "blocked" else stretch.speed(stretch.position)
        yield Instant(0.0, stretch.start, speed if math.isfinite(speed) else 0.0, stretch.at_root, reason)
        return
    if stretch.half.current is not None:
        speed = abs(stretch.speed(stretch.position))
        last = min(abs(target - stretch.position) / speed, duration)
        reached = last < duration or duration == math.inf
        times = np.linspace(0.0, last, rows + 1)[1:]
        positions = stretch.position + stretch.way * speed * times
    else:
        times, positions, reached = _at_voltage(stretch, target, duration, rows)
    for index, (time, position) in enumerate(zip(times, positions, strict=True)):
        is_last = index == len(times) - 1
        place = target if is_last and reached else float(position)
        found = "" if not is_last else end if reached else "duration"
        yield Instant(float(time), stretch.filling(place), stretch.speed(place), stretch.at_root, found)


def _at_voltage(stretch: _Stretch, target: float, duration: float, rows: int) -> tuple[Array, Array, bool]:
    """Times, positions, and whether the target is reached, at a constant voltage.

    With y the square of the length whose resistance the path has, dy/dt = 2 C drive/(W/4): no end is singular.
    """
    shift, factor = stretch.shift, 2.0 * stretch.coefficient / stretch.model.shape.hydraulic_length
    start = (stretch.position + shift) ** 2
    goal = (target + shift) ** 2
    scale = max(start, goal)

    def position(y: Array | float) -> Array:
        return np.sqrt(np.maximum(np.asarray(y) * scale, 0.0)) - shift

    def rate(_time: float, y: Array) -> Array:
        return np.array([stretch.way * factor * stretch.drive(float(position(y[0]))) / scale])

    def arrival(_time: float, y: Array) -> float:
        return float(y[0]) - goal / scale

    arrival.terminal = True  # type: ignore[attr-defined]
    found = solve_ivp(
        rate, (0.0, duration), [start / scale], "LSODA", events=arrival, rtol=_TOLERANCE, atol=1e-14, dense_output=True
    )
    reached = found.status == 1
    last = float(found.t_events[0][0]) if reached else float(found.t[-1])
    times = np.linspace(0.0, last, rows + 1)[1:]
    return np.asarray(times, dtype=float), position(found.sol(times)[0]), bool(reached)
