"""What the current of a case makes of a layer of its metal: its stretch, and the points at which steps end."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from platingx.config.base import Finding
from platingx.config.current_points import CurrentPiece, StepPoints, step_points
from platingx.config.growth import Growth
from platingx.config.timing import TimeStepping
from platingx.constants import FARADAY

__all__ = ["LayerGrowth"]

SMALLEST_STRETCH, LARGEST_STRETCH = 0.02, 1000.0


@dataclass(frozen=True)
class LayerGrowth:
    """Growth of a layer by the current of a case.

    Attributes
    ----------
    growth, time
        Blocks of the case.
    molar_volume
        Of the metal, m3/mol; None if nothing says it.
    """

    growth: Growth
    molar_volume: float | None
    time: TimeStepping

    def findings(self, thickness: float) -> Iterator[Finding]:
        """Check that the layer neither vanishes nor explodes.

        Parameters
        ----------
        thickness : float
            Of the layer; of a mesh file it is known when the mesh has been read, m.
        """
        if self.molar_volume is None or self.growth.current_density is None:
            return
        smallest, largest = self.stretches(thickness)
        if smallest <= SMALLEST_STRETCH:
            message = f"the current strips more metal than there is (growth stretch {smallest:.3g})"
            valid = f"a stretch above {SMALLEST_STRETCH:g}"
            yield Finding("growth.current_density", message, valid, "shorten time.end or lower the current")
        if largest > LARGEST_STRETCH or not math.isfinite(largest):
            message = f"the layer would grow to {largest:.3g} times its thickness"
            yield Finding(
                "growth.current_density", message, f"at most {LARGEST_STRETCH:g}", "check the units of current and time"
            )

    def stretches(self, thickness: float) -> tuple[float, float]:
        """Smallest and largest growth volume ratio of the run, of a layer of a thickness in m; nan without a volume."""
        charges = self.growth.given_current.extreme_charges(self.time.end)
        smallest, largest = (1 + charge * (self.molar_volume or math.nan) / FARADAY / thickness for charge in charges)
        return smallest, largest

    def step_points(self, thickness: float) -> StepPoints:
        """Points of the current at which steps end.

        Points of a long table are merged as far as ln(Jg) departs from the exact one by no more than
        ``time.current_tolerance`` at any time. A circuit has none: its control ends steps by itself.

        Parameters
        ----------
        thickness : float
            Of the layer, m.
        """
        if self.growth.current_density is None:
            return StepPoints((CurrentPiece(0.0, float(self.time.end), 0.0, 0.0),), 0, 0.0)
        program = self.growth.current_density
        tolerance = self.charge_tolerance(thickness)
        return step_points(program.times, program.values, float(self.time.end), tolerance)

    def charge_tolerance(self, thickness: float) -> float:
        """Charge per area that changes ln(Jg) by ``time.current_tolerance`` where the layer is thinnest, C/m^2.

        Parameters
        ----------
        thickness : float
            Of the layer, m.
        """
        smallest = self.stretches(thickness)[0]
        molar_volume = self.molar_volume or math.nan
        return float(self.time.current_tolerance) * smallest * thickness * FARADAY / molar_volume
