"""What a narrow gap between metal and electrolyte still passes on: the share that is in contact, and the traction.

Both are functions of the gap alone, so that a contact can open and close again without memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array

__all__ = ["GapLaws", "conducting_share"]

_OF_ADHESION = 12.0
"""One over the integral of y (1 - y)^2 from 0 to 1."""


def conducting_share(gap: Array, closes_within: float) -> tuple[Array, Array]:
    """Share of an area that conducts over a gap (m), 1 - y^2 (3 - 2 y) with y = gap/closes_within; its derivative."""
    y = np.clip(gap / closes_within, 0.0, 1.0)
    return 1.0 - y * y * (3.0 - 2.0 * y), np.asarray(-6.0 * y * (1.0 - y) / closes_within)


@dataclass(frozen=True)
class GapLaws:
    """Contact share and traction over the gap. SI.

    Attributes
    ----------
    closes_within
        Gap at which no current passes any more, m.
    adhesion
        Work of adhesion that it takes to part the faces, J/m2; zero for none.
    adhesion_range
        Gap beyond which the faces do not attract each other, m.
    stiffness
        Pressure over overlap where the gap is below zero, Pa/m.
    """

    closes_within: float
    adhesion: float
    adhesion_range: float
    stiffness: float

    def contact(self, gap: Array) -> tuple[Array, Array]:
        """Share of a place that is in contact, and its derivative by the gap (1/m).

        Parameters
        ----------
        gap
            m, any shape.

        """
        return conducting_share(gap, self.closes_within)

    def pressure(self, gap: Array) -> tuple[Array, Array]:
        """Pressure of the electrolyte on the metal, and its derivative by the gap (Pa/m); adhesion is below zero.

        Parameters
        ----------
        gap
            m, any shape.

        Notes
        -----
        k times the overlap, less 12 (w/d) y (1 - y)^2 with y = gap/d, whose integral over the gap is the work w of
        adhesion.
        """
        y = np.clip(gap / self.adhesion_range, 0.0, 1.0)
        scale = _OF_ADHESION * self.adhesion / self.adhesion_range
        pulled = scale * y * (1.0 - y) ** 2
        slope = scale / self.adhesion_range * (1.0 - y) * (1.0 - 3.0 * y)
        acting = -self.stiffness * np.minimum(gap, 0.0) - pulled
        return acting, np.asarray(np.where(gap < 0.0, -self.stiffness, -slope), dtype=np.float64)
