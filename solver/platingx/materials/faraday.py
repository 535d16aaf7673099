"""Faraday's law: charge to deposited metal, and the growth stretch of a layer fed by it."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Protocol

from platingx.constants import FARADAY

__all__ = ["GrowthAmount", "LayerGrowth"]


class GrowthAmount(Protocol):
    """How much metal a layer has taken up, as a function of time; see `LayerGrowth` for each of its members."""

    @property
    def molar_volume(self) -> float:
        """Vm of the metal, m3/mol."""

    @property
    def thickness(self) -> float:
        """Thickness that the deposit is spread over, m."""

    def deposited_thickness(self, time: float) -> float:
        """Thickness of stress-free metal deposited up to a time, m."""

    def turnover(self, time: float) -> float:
        """Thickness deposited and stripped up to a time, m."""

    def volume_ratio(self, time: float) -> float:
        """Jg at a time."""

    def variation(self, start: float, end: float) -> float:
        """What ln(Jg) runs through between two times."""


@dataclass(frozen=True)
class LayerGrowth:
    """Uniform growth of a layer that takes up all metal plated on one face.

    lambda_g = Jg = 1 + d/h with d = (Vm/F) int i dt the deposited thickness and h the thickness
    that the deposit is spread over (Faraday's law; growth speed v = i Vm/F).

    Attributes
    ----------
    charge
        Charge per area passed from 0 to a time, C/m2, plating positive, as a function of s.
    molar_volume
        Vm of the metal, m3/mol.
    thickness
        h, m.
    turning_times
        Instants at which plating turns into stripping or back, s, increasing.
    """

    charge: Callable[[float], float]
    molar_volume: float
    thickness: float
    turning_times: tuple[float, ...] = ()

    def deposited_thickness(self, time: float) -> float:
        """Thickness of stress-free metal deposited up to a time, m; negative after stripping."""
        return self.charge(time) * self.molar_volume / FARADAY

    def turnover(self, time: float) -> float:
        """Thickness deposited and stripped up to a time, m: what has been deposited where it never turned."""
        passed = bisect_left(self.turning_times, time)
        if passed == 0:
            return abs(self.deposited_thickness(time))
        last = self.deposited_thickness(self.turning_times[passed - 1])
        return self._turnover_to_turns[passed] + abs(self.deposited_thickness(time) - last)

    def volume_ratio(self, time: float) -> float:
        """Jg at a time."""
        return 1.0 + self.deposited_thickness(time) / self.thickness

    def variation(self, start: float, end: float) -> float:
        """What ln(Jg) runs through between two times, there and back: the integral of ``|d ln Jg|``.

        Infinite where no metal would be left.
        """
        first, last = bisect_right(self.turning_times, start), bisect_left(self.turning_times, end)
        if first >= last:
            return self._change(start, end)
        turns = self._variation_to_turns
        between = turns[last - 1] - turns[first]
        outside = self._change(start, self.turning_times[first]) + self._change(self.turning_times[last - 1], end)
        return between + outside if math.isfinite(turns[last - 1]) else math.inf

    def _change(self, start: float, end: float) -> float:
        """Absolute change of ln(Jg) between two times; infinite where no metal would be left."""
        before, after = self.volume_ratio(start), self.volume_ratio(end)
        if before <= 0.0 or after <= 0.0:
            return math.inf
        return abs(math.log(after / before))

    @cached_property
    def _turnover_to_turns(self) -> tuple[float, ...]:
        """Thickness deposited and stripped up to the start and to each turning time, m."""
        levels = [0.0, *(self.deposited_thickness(time) for time in self.turning_times)]
        return tuple(accumulate((abs(after - before) for before, after in pairwise(levels)), initial=0.0))

    @cached_property
    def _variation_to_turns(self) -> tuple[float, ...]:
        """What ln(Jg) has run through from the first turning time to each of them."""
        return tuple(accumulate((self._change(*pair) for pair in pairwise(self.turning_times)), initial=0.0))
