"""What is said of one flaw: where it is, whether it grows, and what a published range of toughness makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from platingx.arrays import Array
from platingx.config.case import Case
from platingx.fracture.criteria import length_at
from platingx.post.scales import format_place, format_value, rounded
from platingx.run.flaw_probe import ProbedFlaw

__all__ = ["FlawWords"]


@dataclass(frozen=True)
class FlawWords:
    """Words of one flaw with one state of its faces.

    Attributes
    ----------
    case
        The case.
    flaw
        The flaw.
    faces
        ``filled`` or ``dry``.
    toughness
        K_IC, Pa m^0.5.
    bounds
        Published range of the toughness, Pa m^0.5.
    """

    case: Case
    flaw: ProbedFlaw
    faces: str
    toughness: float
    bounds: tuple[float, float] | None

    @property
    def _lengths(self) -> Array:
        return np.array([float(length) for length in self.flaw.placed.flaw.lengths])

    def verdict(self, rows: list[dict[str, Any]], smallest: float, equivalent: Array) -> str:
        """Verdict in words, with what it assumes in front.

        Parameters
        ----------
        rows
            What is known of each length.
        smallest
            Shortest length that grows at the end of the run, m.
        equivalent
            Equivalent stress intensity of the lengths there, Pa m^0.5.
        """
        state = f"is filled with {self.metal}" if self.faces == "filled" else "is dry (nothing presses on its faces)"
        grown = [row for row in rows if row["grows"]]
        span = f"{format_value(self._lengths[0], 'm')}"
        if len(self._lengths) > 1:
            span += f" to {format_value(self._lengths[-1], 'm')}"
        head = f"If a sharp flaw {self.where()}{self._leaning()} {state}"
        if grown:
            first = min(grown, key=lambda row: row["time_s"])
            at = (
                f" at a pressure of {format_value(first['critical_pressure_Pa'], 'Pa')}"
                if self.faces == "filled"
                else ""
            )
            text = (
                f"{head}, it grows: one of {format_value(first['length_m'], 'm')} first, after "
                f"{format_value(first['time_s'], 's')}{at} and {rounded(0.1 * first['dose_C_per_m2'])} mC/cm²"
            )
            if np.isfinite(smallest):
                text += f"; at the end of the run one of {format_value(smallest, 'm')} is enough"
        else:
            largest = max(row["largest_equivalent_stress_intensity_Pa_m05"] for row in rows)
            text = (
                f"{head}, none of {span} grows: the largest K is {largest / 1e6:.3g} MPa m^0.5, the toughness "
                f"{self.toughness / 1e6:.3g} MPa m^0.5"
            )
            text += self._missing(rows)
        closed = [format_value(row["length_m"], "m") for row in rows if not row["opens"]]
        if closed:
            text += f"; closed at the end: {', '.join(closed)}"
        return f"{text}{self._band(equivalent)}."

    def _missing(self, rows: list[dict[str, Any]]) -> str:
        known = [row["critical_pressure_Pa"] for row in rows if row.get("critical_pressure_Pa")]
        if self.faces != "filled" or not known:
            return ""
        return f"; the first would at {format_value(min(known), 'Pa')}, in proportion"

    def _band(self, equivalent: Array) -> str:
        """What the published range of the toughness makes of it."""
        if self.bounds is None:
            return ""
        low, high = (f"{bound / 1e6:.3g}" for bound in self.bounds)
        found = [length_at(self._lengths, equivalent, bound) for bound in self.bounds]
        first, last = (format_value(length, "m") if np.isfinite(length) else "" for length in found)
        if not first:
            return f"; nor does one with the lowest published toughness, {low} MPa m^0.5"
        if not last:
            return f"; with the lowest published toughness, {low} MPa m^0.5, one of {first} grows at the end"
        return f"; with the published toughness of {low} to {high} MPa m^0.5 it takes {first} to {last} at the end"

    def where(self) -> str:
        """Place of the flaw."""
        placed = self.flaw.placed
        label = self.case.label(placed.region)
        if placed.surface is None:
            middle = 0.5 * (placed.slits[0].start + placed.slits[0].end)
            return f"inside of {label} at {format_place([float(x) for x in middle])}"
        if placed.flaw.at.tip is not None:
            return f"at the tip of the pit of {label}"
        return f"at {format_place([float(x) for x in placed.surface.place])} of {label}"

    def _leaning(self) -> str:
        """Angle of a flaw that is not straight into the surface."""
        angle = float(np.degrees(float(self.flaw.placed.flaw.angle)))
        if self.flaw.placed.surface is not None and abs(angle - 90.0) < 1e-6:
            return ""
        return f", at {angle:.3g}° to {'x' if self.flaw.placed.surface is None else 'the surface'},"

    @property
    def metal(self) -> str:
        """Label of the metal."""
        return self.case.label(self.case.growth.region)
