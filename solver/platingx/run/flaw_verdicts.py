"""Which flaws grow, when, at what pressure and where to: from the histories of their stress intensities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from platingx.arrays import Array
from platingx.config.case import Case
from platingx.constants import FARADAY
from platingx.fracture.criteria import equivalent_intensity, kink_angle, length_at
from platingx.post.scales import format_value
from platingx.run.flaw_probe import FlawProbe, ProbedFlaw, states_of
from platingx.run.flaw_table import intensity_names, toughness_of
from platingx.run.flaw_words import FlawWords

__all__ = ["fracture_content"]

Table = Mapping[str, Array]
"""Columns of a history by their names without unit, one number for each step."""


def fracture_content(probe: FlawProbe, table: Table) -> dict[str, Any]:
    """What summary.json says of flaws.

    Parameters
    ----------
    probe
        The flaws.
    table
        Time, current density, deposited thickness, and the columns of the flaws, in SI.
    """
    flaws = [
        _Judged(probe, flaw, faces, table).content() for flaw in probe.flaws for faces in states_of(flaw)
    ]  # fmt: skip
    # flaws at one mouth, at several angles, share its smooth surface
    smooth = dict.fromkeys(flaw["nucleation"]["sentence"] for flaw in flaws if "nucleation" in flaw)
    sentences = [*(flaw["sentence"] for flaw in flaws), *smooth]
    return {
        "residual_stress_Pa": float(probe.block.residual_stress),
        "molar_volume_m3_per_mol": float(probe.case.materials[probe.case.growth.region].molar_volume or np.nan),
        "assumptions": list(_assumptions(probe)),
        "flaws": flaws,
        "sentences": sentences,
    }


def _assumptions(probe: FlawProbe) -> list[str]:
    told = [
        "plane strain: a flaw is as long along the third direction as the pit, which asks for the smallest load",
        "a flaw is sharp, alone, and does not change the pressure of the metal; its ceramic is linear elastic beside "
        "it, loaded by the finite-strain stress of the run",
        "growth begins where K of the largest hoop stress reaches the toughness, which is measured at cracks far "
        "longer than nanometres",
    ]
    if float(probe.block.residual_stress) != 0.0:
        told.append("the residual stress is uniform along the surface at the mouth, and not raised by the pit")
    return [*told, *dict.fromkeys(remark for flaw in probe.flaws for remark in flaw.placed.remarks)]


@dataclass(frozen=True)
class _Judged:
    """One flaw with one state of its faces."""

    probe: FlawProbe
    flaw: ProbedFlaw
    faces: str
    table: Table

    @property
    def case(self) -> Case:
        """The case."""
        return self.probe.case

    @property
    def name(self) -> str:
        """Name of the flaw."""
        return self.flaw.placed.flaw.name

    @property
    def toughness(self) -> float:
        """K_IC, Pa m^0.5."""
        return toughness_of(self.case, self.flaw.placed.region)

    @property
    def lengths(self) -> Array:
        """M."""
        return np.array([float(length) for length in self.flaw.placed.flaw.lengths])

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Published range of the toughness, Pa m^0.5."""
        source = self.case.materials[self.flaw.placed.region].sources.get("fracture.toughness")
        return None if source is None or source.range is None else (
            source.range[0] * self.toughness, source.range[1] * self.toughness
        )  # fmt: skip

    @property
    def _words(self) -> FlawWords:
        return FlawWords(self.case, self.flaw, self.faces, self.toughness, self.bounds)

    def content(self) -> dict[str, Any]:
        """All that is known of it."""
        given, last = self.flaw.placed.flaw, self._equivalent(-1)
        rows = [self._length(index, float(length)) for index, length in enumerate(self.lengths)]
        smallest = length_at(self.lengths, last, self.toughness)
        at = self.flaw.placed.slits[0]
        result: dict[str, Any] = {
            "name": given.name,
            "region": self.flaw.placed.region,
            "faces": self.faces,
            "buried": self.flaw.placed.surface is None,
            "place_m": [float(x) for x in (at.start if self.flaw.placed.surface else 0.5 * (at.start + at.end))],
            "direction": [float(x) for x in at.direction],
            "angle_deg": float(np.degrees(float(given.angle))),
            "toughness_Pa_m05": self.toughness,
            "lengths": rows,
            "smallest_critical_length_m": _or_none(smallest),
        }
        pressure = self.table.get(f"flaw_pressure_{self.name}")
        if pressure is not None:
            result["pressure_at_end_Pa"] = float(pressure[-1])
        if self.bounds is not None:
            found = [_or_none(length_at(self.lengths, last, bound)) for bound in self.bounds]
            result["toughness_range_Pa_m05"] = list(self.bounds)
            result["smallest_critical_length_range_m"] = found
        result["sentence"] = self._words.verdict(rows, smallest, self._equivalent(-1))
        if self.flaw.smooth:
            result["nucleation"] = self._nucleation()
        return result

    def _columns(self, length: float) -> tuple[Array, Array, Array]:
        one, two, release = (self.table[name] for name in intensity_names(self.name, length, self.faces))
        return one, two, release

    def _equivalent(self, step: int) -> Array:
        rows = [self._columns(float(length)) for length in self.lengths]
        return equivalent_intensity(*np.array([[row[0][step], row[1][step]] for row in rows]).T)

    def _length(self, index: int, length: float) -> dict[str, Any]:
        one, two, release = self._columns(length)
        equivalent = equivalent_intensity(one, two)
        weights = self.flaw.weights[index]
        result: dict[str, Any] = {
            "length_m": length,
            "grows": bool((equivalent >= self.toughness).any()),
            "stress_intensity_1_Pa_m05": float(one[-1]),
            "stress_intensity_2_Pa_m05": float(two[-1]),
            "energy_release_rate_J_per_m2": float(release[-1]),
            "largest_equivalent_stress_intensity_Pa_m05": float(equivalent.max()),
            "opens": bool(one[-1] > 0.0),
            "kink_angle_deg": float(np.degrees(kink_angle(one[-1], two[-1]))) if one[-1] > 0.0 else None,
            "j_integral_deviation": weights.j_deviation,
        }
        crossing = _first(equivalent, self.toughness)
        if crossing is not None:
            result |= self._at(crossing)
        pressure = self.table.get(f"flaw_pressure_{self.name}")
        if pressure is not None:
            result |= self._critical_pressure(pressure, equivalent, crossing)
        return result

    def _critical_pressure(self, pressure: Array, equivalent: Array, crossing: float | None) -> dict[str, Any]:
        """Pressure at which it grows: that of the run, or in proportion from its end."""
        if crossing is not None:
            return {"critical_pressure_Pa": _between(pressure, crossing), "critical_pressure_is": "reached in the run"}
        if equivalent[-1] > 0.0 and pressure[-1] > 0.0:
            scaled = float(pressure[-1] * self.toughness / equivalent[-1])
            return {"critical_pressure_Pa": scaled, "critical_pressure_is": "in proportion from the end of the run"}
        return {"critical_pressure_Pa": None, "critical_pressure_is": "none: the flaw is closed"}

    def _at(self, crossing: float) -> dict[str, Any]:
        """Instant, dose and current of a crossing."""
        molar_volume = float(self.case.materials[self.case.growth.region].molar_volume or np.nan)
        dose = np.asarray(self.table["deposited_thickness"] * FARADAY / molar_volume)
        return {
            "time_s": _between(self.table["time"], crossing),
            "dose_C_per_m2": _between(dose, crossing),
            "current_density_A_per_m2": _between(self.table["current_density"], crossing, constant=True),
        }

    def _nucleation(self) -> dict[str, Any]:
        factor = self.table[f"nucleation_factor_{self.name}_{self.faces}"]
        length = self.table[f"nucleation_length_{self.name}_{self.faces}"]
        inverse = np.where(np.isfinite(factor), 1.0 / np.where(factor > 0.0, factor, np.inf), 0.0)
        crossing = _first(inverse, 1.0)
        pressure = self.table.get(f"flaw_pressure_{self.name}")
        result: dict[str, Any] = {"cracks": crossing is not None, "load_factor": _or_none(float(factor[-1]))}
        subject = f"A smooth surface {self._words.where()}"
        filled = (
            f", with {self._words.metal} in the crack that appears,"
            if self.faces == "filled"
            else ", with a dry crack,"
        )
        if crossing is not None:
            result |= self._at(crossing) | {"length_m": _or_none(_between(length, crossing))}
            if pressure is not None:
                result["pressure_Pa"] = _between(pressure, crossing)
            result["sentence"] = (
                f"{subject}{filled} cracks after {format_value(result['time_s'], 's')} by the coupled criterion of "
                "stress and energy."
            )
        elif result["load_factor"] is None:
            result["sentence"] = f"{subject}{filled} does not crack: it is under compression there."
        else:
            result["length_m"] = _or_none(float(length[-1]))
            at = ""
            if pressure is not None:
                result["pressure_Pa"] = float(pressure[-1] * factor[-1])
                at = f", {format_value(result['pressure_Pa'], 'Pa')} of the metal if stresses go on in proportion"
            result["sentence"] = (
                f"{subject}{filled} does not crack by the coupled criterion of stress and energy: that takes "
                f"{factor[-1]:.3g} times the load{at}."
            )
        return result


def _first(values: Array, limit: float) -> float | None:
    """First step at which values reach a limit, between the steps, -1 for the start of the run; None if they do not."""
    reached = np.flatnonzero(values >= limit)
    if not len(reached):
        return None
    after = int(reached[0])
    before = float(values[after - 1]) if after else 0.0
    return after - 1 + (limit - before) / float(values[after] - before)


def _between(values: Array, step: float, constant: bool = False) -> float:
    """Value between two steps; before the first one from zero, or as at the first one."""
    known = np.concatenate([[values[0] if constant else 0.0], values])
    return float(np.interp(step + 1.0, np.arange(len(known)), known))


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None
