"""Faraday's law: charge to deposited metal, and the growth stretch of a layer fed by it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from platingx.constants import FARADAY


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
    """

    charge: Callable[[float], float]
    molar_volume: float
    thickness: float

    def deposited_thickness(self, time: float) -> float:
        """Thickness of stress-free metal deposited up to a time, m; negative after stripping."""
        return self.charge(time) * self.molar_volume / FARADAY

    def volume_ratio(self, time: float) -> float:
        """Jg at a time."""
        return 1.0 + self.deposited_thickness(time) / self.thickness

    def increment(self, start: float, end: float) -> float:
        """Change of ln(Jg) between two times; infinite where no metal would be left."""
        before, after = self.volume_ratio(start), self.volume_ratio(end)
        if before <= 0.0 or after <= 0.0:
            return math.inf
        return math.log(after / before)
