"""What a current has to overcome at a point of an interface: a film and charge transfer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.materials.kinetics import overpotential

__all__ = ["LocalLaw"]

_LARGEST_TRIES = 60


@dataclass(frozen=True)
class LocalLaw:
    """What a current has to overcome at a point: a film and charge transfer.

    Attributes
    ----------
    film
        Resistance of the film, ohm m2.
    exchange
        i0, A/m2; None without charge transfer resistance.
    alpha, thermal
        Transfer coefficient of plating, and RT/F (V).
    """

    film: float
    exchange: float | None
    alpha: float
    thermal: float

    def drop(self, current: Array) -> tuple[Array, Array]:
        """Voltage that a current density (A/m2) takes, V, and its slope, ohm m2."""
        if self.exchange is None:
            return self.film * current, np.full_like(current, self.film)
        eta, slope = overpotential(current, self.exchange, self.alpha, self.thermal)
        return self.film * current + eta, self.film + slope

    def charge_transfer(self, current: Array) -> Array:
        """Part of the drop that charge transfer takes, V."""
        return self.drop(current)[0] - self.film * current

    def current(self, drop: Array) -> Array:
        """Current density (A/m2) of a drop (V) that a current has had: Newton's method in the current from zero.

        The drop is a concave function of the size of the current, so that every correction from below stays below.
        """
        found = np.zeros_like(drop)
        for _ in range(_LARGEST_TRIES):
            there, slope = self.drop(found)
            step = (drop - there) / slope
            found += step
            if np.all(np.abs(step) <= 1e-15 * np.abs(found)):
                break
        return found
