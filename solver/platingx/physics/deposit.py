"""Metal that a circuit deposits, spread evenly over a layer: its charge so far, and the growth that follows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from platingx.constants import FARADAY
from platingx.fields.point_data import PointArray
from platingx.fields.saved_state import Saved

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

    Jg at the end of a step is that of its start and i Vm dt/(F h), i the mean current density of the step.

    Parameters
    ----------
    array
        Jg at the quadrature points of the layer, which becomes its own.
    molar_volume
        Vm, m3/mol.
    thickness
        h, m.

    Attributes
    ----------
    expected
        Current density that the next step is expected to have, A/m2, for the choice of its size.
    """

    def __init__(self, array: PointArray, molar_volume: float, thickness: float) -> None:
        array.claim("electrochemistry")
        self.molar_volume, self.thickness = molar_volume, thickness
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
    def time(self) -> float:
        """End of the last converged step, s."""
        return self._past.time

    def take(self, current: float) -> bool:
        """Deposit what a mean current density (A/m2) carries in the step; False where no metal would be left."""
        past, dt = self._past, self._now.time - self._past.time
        change = current * dt
        self._now = _Past(self._now.time, past.charge + change, past.passed + abs(change), current)
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

    def variation(self, start: float, end: float) -> float:
        """Change of ln(Jg) between two times; infinite where no metal would be left."""
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

    def commit(self) -> None:
        """Accept the charge."""
        self._past, self.expected = self._now, self._now.current

    def rollback(self) -> None:
        """Return to the last converged charge."""
        self._now = self._past

    def saved(self) -> Saved:
        """Numbers of the last converged state."""
        past = self._past
        numbers = np.array([past.time, past.charge, past.passed, past.current, self.expected])
        return Saved("electrochemistry:deposit", "global", np.zeros(0, dtype=np.int32), {"numbers": numbers})

    def restore(self, saved: Saved) -> None:
        """Take over a converged state; the growth at the points has its own."""
        *past, self.expected = (float(number) for number in saved.arrays["numbers"])
        self._past = _Past(*past)
        self._now = self._past
