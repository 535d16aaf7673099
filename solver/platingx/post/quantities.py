"""Closed forms of the lithium-eruption study, and what a principal stress means for the electrolyte.

Source of equations 1 to 3: Gao et al. (2022), Nature Communications, doi 10.1038/s41467-022-32732-z. Stresses are
positive in tension, the pressure of the metal in compression.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from platingx.constants import FARADAY
from platingx.post.scales import format_place, format_value

__all__ = [
    "FRACTURE_TOUGHNESS_LLZO",
    "GEOMETRY_FACTOR",
    "MOLAR_VOLUME_LI",
    "SURFACE_ENERGY_LI",
    "THEORETICAL_STRENGTH_LLZO",
    "FractureVerdict",
    "fracture_verdict",
    "griffith_flaw_depth",
    "griffith_strength",
    "overpotential_of_stress",
    "stress_of_overpotential",
    "whisker_contact_diameter",
    "whisker_kinetic_pressure",
    "whisker_stress",
]

MOLAR_VOLUME_LI = 13.0e-6
"""m^3/mol, Gao 2022."""

FRACTURE_TOUGHNESS_LLZO = 0.95e6
"""Pa m^0.5, Gao 2022."""

GEOMETRY_FACTOR = 1.12
"""Y of a flaw at a surface, Gao 2022, Eq. 1."""

THEORETICAL_STRENGTH_LLZO = 16.1e9
"""Pa, Gao 2022; printed there without its derivation."""

SURFACE_ENERGY_LI = 0.452
"""J/m^2, Gao 2022."""


def griffith_strength(
    flaw_depth: float,
    fracture_toughness: float = FRACTURE_TOUGHNESS_LLZO,
    geometry_factor: float = GEOMETRY_FACTOR,
) -> float:
    """Stress at which a flaw grows: K_IC / (Y sqrt(pi a)), Gao 2022, Eq. 1.

    Parameters
    ----------
    flaw_depth : float
        a, m, positive.
    fracture_toughness : float
        K_IC, Pa m^0.5.
    geometry_factor : float
        Y.

    Returns
    -------
    float
        Pa.

    Raises
    ------
    ValueError
        When the flaw depth is not positive.
    """
    if flaw_depth <= 0:
        raise ValueError(f"the depth of a flaw must be positive, got {flaw_depth:g} m")
    return fracture_toughness / (geometry_factor * math.sqrt(math.pi * flaw_depth))


def griffith_flaw_depth(
    stress: float,
    fracture_toughness: float = FRACTURE_TOUGHNESS_LLZO,
    geometry_factor: float = GEOMETRY_FACTOR,
) -> float:
    """Depth (m) of the flaw that grows at a stress (Pa, positive): Gao 2022, Eq. 1 solved for a."""
    if stress <= 0:
        raise ValueError(f"the stress must be positive, got {stress:g} Pa")
    return (fracture_toughness / (geometry_factor * stress)) ** 2 / math.pi


def stress_of_overpotential(overpotential: float, molar_volume: float = MOLAR_VOLUME_LI) -> float:
    """Stress (Pa) that an overpotential (V) can sustain: F dphi / Vm, Gao 2022, Eq. 2; molar volume in m^3/mol."""
    return FARADAY * overpotential / molar_volume


def overpotential_of_stress(stress: float, molar_volume: float = MOLAR_VOLUME_LI) -> float:
    """Overpotential (V) that balances a stress (Pa): Gao 2022, Eq. 2 solved for dphi; molar volume in m^3/mol."""
    return stress * molar_volume / FARADAY


def whisker_stress(
    contact_diameter: float, speed: float = 0.0, surface_energy: float = SURFACE_ENERGY_LI, density: float = 534.0
) -> float:
    """Driving stress of a whisker that grows from a circular contact: Gao 2022, Eq. 3, divided by dV.

    gamma s/A + rho v^2 / 2 with s/A = 4/D: new surface and kinetic energy.

    Parameters
    ----------
    contact_diameter : float
        D, m, positive.
    speed : float
        v of the whisker, m/s.
    surface_energy : float
        gamma, J/m^2.
    density : float
        rho, kg/m^3.

    Returns
    -------
    float
        Pa; `overpotential_of_stress` turns it into volts.
    """
    if contact_diameter <= 0:
        raise ValueError(f"the contact diameter must be positive, got {contact_diameter:g} m")
    return 4 * surface_energy / contact_diameter + whisker_kinetic_pressure(speed, density)


def whisker_kinetic_pressure(speed: float, density: float = 534.0) -> float:
    """Kinetic energy per volume (Pa) of a whisker of some speed (m/s) and density (kg/m^3): Gao 2022, Eq. 3."""
    return 0.5 * density * speed**2


def whisker_contact_diameter(stress: float, surface_energy: float = SURFACE_ENERGY_LI) -> float:
    """Diameter (m) of the circular contact of a whisker driven by a stress (Pa): Gao 2022, Eq. 3 without speed."""
    if stress <= 0:
        raise ValueError(f"the stress must be positive, got {stress:g} Pa")
    return 4 * surface_energy / stress


@dataclass(frozen=True)
class FractureVerdict:
    """What a maximum principal stress means for the electrolyte.

    Attributes
    ----------
    cracks : bool
        The stress exceeds the theoretical strength: a crack starts without any flaw.
    cracks_from_flaw : bool or None
        The stress exceeds the Griffith strength of a sharp flaw of the given depth; None without a flaw.
    theoretical_strength, griffith_strength : float or None
        Pa.
    sentence : str
        The same in words.
    """

    cracks: bool
    cracks_from_flaw: bool | None
    theoretical_strength: float
    griffith_strength: float | None
    sentence: str


def fracture_verdict(
    max_principal_stress: float,
    place: Sequence[float] | None = None,
    time: float | None = None,
    flaw_depth: float | None = None,
    theoretical_strength: float = THEORETICAL_STRENGTH_LLZO,
    fracture_toughness: float = FRACTURE_TOUGHNESS_LLZO,
    geometry_factor: float = GEOMETRY_FACTOR,
    reached_at: tuple[Sequence[float], float] | None = None,
) -> FractureVerdict:
    """Compare the maximum principal stress in the electrolyte with its strengths.

    The theoretical strength is a limit for the local stress. The Griffith strength (Gao 2022, Eq. 1) is that of a
    uniformly stressed body with a sharp flaw, here as deep as the pit: a necessary condition, named as such.

    Parameters
    ----------
    max_principal_stress : float
        Pa, tension positive.
    place : sequence of float, optional
        Where it occurs, m.
    time : float, optional
        When it occurs, s.
    flaw_depth : float, optional
        Depth of the pit, m.
    theoretical_strength : float
        Pa.
    fracture_toughness : float
        Pa m^0.5.
    geometry_factor : float
        Y of the flaw.
    reached_at : tuple, optional
        Place (m) and time (s) at which the theoretical strength was reached, where that is known.
    """
    stress, limit = format_value(max_principal_stress, "Pa"), format_value(theoretical_strength, "Pa")
    where = f" at {format_place(place)}" if place is not None else ""
    when = f" after {format_value(time, 's')}" if time is not None else ""
    cracks = max_principal_stress >= theoretical_strength
    griffith = griffith_strength(flaw_depth, fracture_toughness, geometry_factor) if flaw_depth else None
    from_flaw = None if griffith is None else max_principal_stress >= griffith
    flaw = f"a sharp flaw of {format_value(flaw_depth, 'm')} ({format_value(griffith, 'Pa')} after Griffith)"
    if cracks and reached_at is not None:
        start, instant = reached_at
        sentence = (
            f"The electrolyte cracks at {format_place(start)} after {format_value(instant, 's')}, when its maximum "
            f"principal stress reaches the theoretical strength of {limit}"
        )
        sentence += f", above the strength with {flaw}" if from_flaw else ""
        sentence += f"; the largest stress of the run, without a crack, is {stress}{where}{when}."
    elif cracks:
        sentence = (
            f"The electrolyte cracks{where}{when}: its maximum principal stress, {stress}, "
            f"reaches the theoretical strength of {limit}"
        )
        sentence += f" and exceeds the strength with {flaw}." if from_flaw else "."
    elif from_flaw:
        sentence = (
            f"The electrolyte can crack{where}{when} if it has a flaw there: its maximum principal stress, {stress}, "
            f"exceeds the strength with {flaw} but not the theoretical strength of {limit}."
        )
    else:
        sentence = (
            f"The electrolyte does not crack: its maximum principal stress, {stress}{where}{when}, "
            f"stays below the theoretical strength of {limit}"
        )
        sentence += f" and the strength with {flaw}." if griffith is not None else "."
    return FractureVerdict(cracks, from_flaw, theoretical_strength, griffith, sentence)
