"""Metal that a circuit deposits, spread evenly over a layer or by columns: its charge so far, and its growth."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from platingx.constants import FARADAY
from platingx.fields.point_data import PointArray
from platingx.fields.saved_state import Saved
from platingx.physics.column_growth import ColumnGrowth

__all__ = ["Deposit"]


@dataclass
class _Past:
    """What evolves: instant (s), charge per area and the sum of its sizes (C/m2), mean current density (A/m2)."""

    time: float = 0.0
    charge: float = 0.0
    passed: float = 0.0
    current: float = 0.0


class Deposit:
    """Growth of a layer by a current density that is found step by step; a `GrowthAmount` and a state.

    The growth at the points is a state of its own, that of the array.

    Jg at the end of a step is that of its start and i Vm dt/(F h), i the mean current density of the step, or with
    columns that of each of them.

    Parameters
    ----------
    array
        Jg at the quadrature points of the layer, which becomes its own.
    molar_volume
        Vm, m3/mol.
    thickness
        h, m.
    columns
        Growth by columns; even if left out.

    Attributes
    ----------
    expected
        Current density that the next step is expected to have, A/m2, for the choice of its size.
    """

    def __init__(
        self, array: PointArray, molar_volume: float, thickness: float, columns: ColumnGrowth | None = None
    ) -> None:
        array.claim("electrochemistry")
        self.molar_volume, self.thickness, self.columns = molar_volume, thickness, columns
        self.expected = 0.0
        self._array = array
        self._past, self._now = _Past(), _Past()

    @property
    def current(self) -> float:
        """Mean current density of the present step, or between two steps of the last one, A/m2."""
        return self._now.current

    @property
    def charge(self) -> float:
        """Charge per area so far, plating less stripping, C/m2."""
        return self._now.charge

    @property
    def step(self) -> float:
        """Size of the present step, s; 0 between two steps."""
        return self._now.time - self._past.time

    @property
    def time(self) -> float:
        """End of the last converged step, s."""
        return self._past.time

    def take(self, current: float) -> bool:
        """Deposit what a mean current density (A/m2) carries in the step; False where no metal would be left."""
        past, dt = self._past, self._now.time - self._past.time
        change = current * dt
        self._now = _Past(self._now.time, past.charge + change, past.passed + abs(change), current)
        if self.columns is not None:
            left = self.columns.take(current, dt)
            self._array.values[...] = self.columns.at_points()
            return left
        grown = self._array.converged + change * self.molar_volume / (FARADAY * self.thickness)
        if grown.size and not grown.min() > 0.0:
            return False
        self._array.values[...] = grown
        return True

    def deposited_thickness(self, time: float) -> float:
        """Thickness of stress-free metal deposited up to a time, m, on from the present as expected."""
        return self._charge(time) * self.molar_volume / FARADAY

    def turnover(self, time: float) -> float:
        """Thickness deposited and stripped up to a time, m."""
        return (self._now.passed + abs(self._charge(time) - self._now.charge)) * self.molar_volume / FARADAY

    def volume_ratio(self, time: float) -> float:
        """Mean Jg at a time."""
        return 1.0 + self.deposited_thickness(time) / self.thickness

    def lowest_ratio(self, time: float) -> float:
        """Mean Jg at a time, or with columns that of the shortest one now."""
        return self.volume_ratio(time) if self.columns is None else float(self.columns.ratios.min())

    def expect(self, current: float) -> None:
        """Expect a mean current density (A/m2) of the next step, which the circuit has just been solved for."""
        self.expected = current
        if self.columns is not None:
            self.columns.expect(current)

    def current_error(self, start: float, end: float) -> float:
        """Error of ln(Jg) in the present step by a current that changes and is taken for that of its end."""
        if self.columns is not None:
            return self.columns.error(end - start)
        now, before = self.current, self.expected
        return 0.0 if now == 0.0 else 0.5 * abs(now - before) / abs(now) * self.variation(start, end)

    def variation(self, start: float, end: float) -> float:
        """Change of ln(Jg) between two times, the largest of all columns; infinite where no metal would be left."""
        if self.columns is not None:
            known = self._past.time, self._now.time
            first, last = (self.columns.after(*known, time) for time in (start, end))
            positive = first.min() > 0.0 and last.min() > 0.0
            return float(np.abs(np.log(last / first)).max()) if positive else math.inf
        before, after = self.volume_ratio(start), self.volume_ratio(end)
        return abs(math.log(after / before)) if before > 0.0 and after > 0.0 else math.inf

    def _charge(self, time: float) -> float:
        """Charge per area up to a time: exact at both ends of the present step, and on from its end as expected."""
        past, now = self._past, self._now
        if time == now.time:
            return now.charge
        return past.charge if time == past.time else now.charge + (time - now.time) * self.expected

    def begin(self, time: float, ratio: float) -> None:
        """Start a step."""
        del ratio
        self._now = _Past(time, self._past.charge, self._past.passed, self._past.current)
        if self.columns is not None:
            self.columns.begin()

    def commit(self) -> None:
        """Accept the charge."""
        self._past, self.expected = self._now, self._now.current
        if self.columns is not None:
            self.columns.commit()

    def rollback(self) -> None:
        """Return to the last converged charge."""
        self._now = self._past
        if self.columns is not None:
            self.columns.begin()

    def saved(self) -> Saved:
        """Numbers of the last converged state."""
        past = self._past
        numbers = np.array([past.time, past.charge, past.passed, past.current, self.expected])
        more = {} if self.columns is None else self.columns.saved()
        return Saved("electrochemistry:deposit", "global", np.zeros(0, dtype=np.int32), {"numbers": numbers, **more})

    def restore(self, saved: Saved) -> None:
        """Take over a converged state; the growth at the points has its own."""
        *past, self.expected = (float(number) for number in saved.arrays["numbers"])
        self._past = _Past(*past)
        self._now = self._past
        if self.columns is not None:
            self.columns.restore(saved.arrays)
