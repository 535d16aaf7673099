"""Units of LAMMPS by pair style: what a deck is written in, and what its results are read in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from platingx.constants import AVOGADRO, ELEMENTARY_CHARGE

__all__ = ["LammpsUnits", "units_of"]


@dataclass(frozen=True)
class LammpsUnits:
    """A set of units.

    Attributes
    ----------
    name
        As LAMMPS calls it.
    length, time, energy
        Size of each unit, in m, s and J.
    """

    name: str
    length: float
    time: float
    energy: float

    def lengths(self, value: float) -> float:
        """A length in m in the units of the set."""
        return value / self.length

    def times(self, value: float) -> float:
        """A time in s in the units of the set."""
        return value / self.time

    def velocities(self, value: float) -> float:
        """A velocity in m/s in the units of the set."""
        return value * self.time / self.length


_METAL: Final = LammpsUnits("metal", 1e-10, 1e-12, ELEMENTARY_CHARGE)
_REAL: Final = LammpsUnits("real", 1e-10, 1e-15, 4184.0 / AVOGADRO)


def units_of(style: str) -> LammpsUnits:
    """Units that a pair style wants: ``real`` for reactive force fields, ``metal`` for the others."""
    return _REAL if style == "reaxff" else _METAL
