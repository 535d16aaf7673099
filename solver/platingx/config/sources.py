"""Which values of a case are not verified, or used where they do not hold: told at the start of every run."""

from __future__ import annotations

from platingx.config.case import Case
from platingx.config.viscoplasticity import NarayanAnand2018, Norton, Viscoplasticity

__all__ = ["temperature_doubts", "unverified_values"]

ROOM_TEMPERATURE = 298.15  # K, of the tests behind laws without temperature
LARGEST_DISTANCE = 20.0
"""Kelvin between a case and the tests of a law without temperature, beyond which the case is told so."""


def unverified_values(case: Case) -> tuple[str, ...]:
    """List the values of the material library in a case that nobody has checked against a source.

    A value that the case gives itself is the user's and not in the list.

    Parameters
    ----------
    case : Case
        A validated case.

    Returns
    -------
    tuple of str
        One sentence each, e.g. ``"llzo elasticity.poisson_ratio = 0.26 (no measurement found; vary it)"``.
    """
    return tuple(
        f"{region} {key} = {value.text} ({'; '.join(part for part in (value.source, value.note) if part)})"
        for region, material in case.materials.items()
        for key, value in material.sources.items()
        if value.status == "unverified"
    )


def temperature_doubts(case: Case) -> tuple[str, ...]:
    """List the flow laws of a case that do not depend on temperature and rest on tests at another one.

    Parameters
    ----------
    case : Case
        A validated case.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    doubts = []
    for region, material in case.materials.items():
        tested = _only_temperature(material.viscoplasticity)
        if tested is not None and abs(case.temperature - tested) > LARGEST_DISTANCE:
            doubts.append(
                f"{region} viscoplasticity: {material.viscoplasticity.law} has no dependence on temperature here and "
                f"holds at {tested:g} K, but the case is at {case.temperature:g} K (anand_narayan_2019 has one)"
            )
    return tuple(doubts)


def _only_temperature(law: Viscoplasticity) -> float | None:
    """Temperature of the tests behind a law without temperature, K; None for one that has it, or no law."""
    if isinstance(law, NarayanAnand2018):
        return ROOM_TEMPERATURE
    if isinstance(law, Norton) and law.activation_energy == 0.0:
        return float(law.reference_temperature)
    return None
