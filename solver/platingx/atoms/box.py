"""The box around atoms: rectangular, periodic along some axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array, Mask

__all__ = ["Box"]


@dataclass(frozen=True)
class Box:
    """A rectangular box.

    Attributes
    ----------
    low, high
        Corners.
    periodic
        Whether it repeats along each axis.
    """

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    periodic: tuple[bool, bool, bool] = (False, False, False)

    @property
    def lengths(self) -> Array:
        """Edge lengths (3,)."""
        return np.subtract(self.high, self.low)

    @property
    def repeats(self) -> Mask:
        """Axes along which it repeats, as booleans (3,)."""
        return np.asarray(self.periodic)

    def wrapped(self, positions: Array) -> Array:
        """Positions (atoms, 3) moved into the box along the axes on which it repeats."""
        low, lengths = np.asarray(self.low), self.lengths
        turns = np.where(self.repeats, np.floor((positions - low) / np.where(lengths > 0.0, lengths, 1.0)), 0.0)
        moved: Array = positions - turns * lengths
        return moved
