"""Closed forms of the lithium-eruption study; the values of materials are the caller's.

Source of equations 1 to 3: Gao et al. (2022), Nature Communications, doi 10.1038/s41467-022-32732-z. Stresses are
positive in tension, the pressure of the metal in compression.
"""

from __future__ import annotations

import math

from platingx.constants import FARADAY

__all__ = [
    "GEOMETRY_FACTOR",
    "griffith_flaw_depth",
    "griffith_strength",
    "overpotential_of_stress",
    "stress_of_overpotential",
    "whisker_contact_diameter",
    "whisker_kinetic_pressure",
    "whisker_stress",
]

GEOMETRY_FACTOR = 1.12
"""Y of a flaw at a surface, Gao 2022, Eq. 1."""


def griffith_strength(
    flaw_depth: float,
    fracture_toughness: float,
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
    fracture_toughness: float,
    geometry_factor: float = GEOMETRY_FACTOR,
) -> float:
    """Depth (m) of the flaw that grows at a stress (Pa, positive): Gao 2022, Eq. 1 solved for a."""
    if stress <= 0:
        raise ValueError(f"the stress must be positive, got {stress:g} Pa")
    return (fracture_toughness / (geometry_factor * stress)) ** 2 / math.pi


def stress_of_overpotential(overpotential: float, molar_volume: float) -> float:
    """Stress (Pa) that an overpotential (V) can sustain: F dphi / Vm, Gao 2022, Eq. 2; molar volume in m^3/mol."""
    return FARADAY * overpotential / molar_volume


def overpotential_of_stress(stress: float, molar_volume: float) -> float:
    """Overpotential (V) that balances a stress (Pa): Gao 2022, Eq. 2 solved for dphi; molar volume in m^3/mol."""
    return stress * molar_volume / FARADAY


def whisker_stress(contact_diameter: float, surface_energy: float, speed: float = 0.0, density: float = 0.0) -> float:
    """Driving stress of a whisker that grows from a circular contact: Gao 2022, Eq. 3, divided by dV.

    gamma s/A + rho v^2 / 2 with s/A = 4/D: new surface and kinetic energy.

    Parameters
    ----------
    contact_diameter : float
        D, m, positive.
    surface_energy : float
        gamma, J/m^2.
    speed : float
        v of the whisker, m/s.
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


def whisker_kinetic_pressure(speed: float, density: float) -> float:
    """Kinetic energy per volume (Pa) of a whisker of some speed (m/s) and density (kg/m^3): Gao 2022, Eq. 3."""
    return 0.5 * density * speed**2


def whisker_contact_diameter(stress: float, surface_energy: float) -> float:
    """Diameter (m) of the circular contact of a whisker driven by a stress (Pa): Gao 2022, Eq. 3 without speed."""
    if stress <= 0:
        raise ValueError(f"the stress must be positive, got {stress:g} Pa")
    return 4 * surface_energy / stress
