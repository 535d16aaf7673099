"""What is written of flaws after each step: names of columns, and their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from platingx.columns import Column
from platingx.config.case import Case
from platingx.config.fracture import length_tag
from platingx.fracture.criteria import equivalent_intensity, length_at
from platingx.run.flaw_probe import FlawProbe, FlawState, ProbedFlaw, elastic_of, states_of

__all__ = ["flaw_columns", "flaw_row", "intensity_names", "toughness_of"]

NO_NUMBER = float("nan")
"""What stands in a column where no flaw grows."""


def toughness_of(case: Case, region: str) -> float:
    """K_IC of a ceramic with flaws, Pa m^0.5."""
    fracture = case.materials[region].fracture
    if fracture is None or fracture.toughness is None:
        raise ValueError(f"the toughness of {region} is not known")
    return float(fracture.toughness)


def intensity_names(name: str, length: float, state: str) -> tuple[str, str, str]:
    """Names of K_I, K_II and the energy release rate of a flaw."""
    end = f"{name}_{length_tag(length)}_{state}"
    return f"stress_intensity_1_{end}", f"stress_intensity_2_{end}", f"energy_release_rate_{end}"


def flaw_columns(probe: FlawProbe) -> list[Column]:
    """Quantities of the flaws of a probe, in the order of `flaw_row`."""
    return [Column(name, dimension, words) for flaw in probe.flaws for name, dimension, words in _of(flaw)]


def _of(flaw: ProbedFlaw) -> Iterator[tuple[str, str, str]]:
    given = flaw.placed.flaw
    if flaw.placed.pressed_at is not None:
        yield f"flaw_pressure_{given.name}", "pressure", "pressure of the metal at the mouth of a flaw"
    for state in states_of(flaw):
        for length in given.lengths:
            one, two, release = intensity_names(given.name, float(length), state)
            yield one, "fracture_toughness", f"K_I of a {state} flaw"
            yield two, "fracture_toughness", f"K_II of a {state} flaw"
            yield release, "surface_energy", f"energy release rate of a {state} flaw, zero where it is closed"
        yield f"critical_flaw_length_{given.name}_{state}", "length", f"shortest {state} flaw that grows"
        if flaw.smooth:
            yield f"nucleation_factor_{given.name}_{state}", "dimensionless", "load at which the smooth surface cracks"
            yield f"nucleation_length_{given.name}_{state}", "length", "length of the crack that appears there"
    if "filled" in states_of(flaw):
        words = "pressure at which the first of the filled flaws would grow, in proportion"
        yield f"critical_pressure_{given.name}", "pressure", words


def flaw_row(probe: FlawProbe, states: Sequence[FlawState]) -> dict[str, float]:
    """Numbers of one state of all flaws, by their names."""
    row: dict[str, float] = {}
    for flaw, state in zip(probe.flaws, states, strict=True):
        row |= _numbers(probe.case, flaw, state)
    return row


def _numbers(case: Case, flaw: ProbedFlaw, state: FlawState) -> dict[str, float]:
    given, region = flaw.placed.flaw, flaw.placed.region
    toughness, modulus = toughness_of(case, region), elastic_of(case, region).plane_modulus
    lengths = np.array([float(length) for length in given.lengths])
    row: dict[str, float] = {}
    if flaw.placed.pressed_at is not None:
        row[f"flaw_pressure_{given.name}"] = state.pressure
    for faces, found in state.intensities.items():
        for length, (one, two) in zip(lengths, found, strict=True):
            release = (one**2 + two**2) / modulus if one > 0.0 else 0.0
            row |= dict(zip(intensity_names(given.name, length, faces), map(float, (one, two, release)), strict=True))
        equivalent = equivalent_intensity(found[:, 0], found[:, 1])
        row[f"critical_flaw_length_{given.name}_{faces}"] = length_at(lengths, equivalent, toughness)
        if flaw.smooth:
            start = state.nucleation[faces]
            row[f"nucleation_factor_{given.name}_{faces}"] = NO_NUMBER if start is None else start.factor
            row[f"nucleation_length_{given.name}_{faces}"] = NO_NUMBER if start is None else start.length
    if "filled" in state.intensities:
        largest = float(equivalent_intensity(*state.intensities["filled"].T).max())
        growing = largest > 0.0 and state.pressure > 0.0
        row[f"critical_pressure_{given.name}"] = state.pressure * toughness / largest if growing else NO_NUMBER
    return row
