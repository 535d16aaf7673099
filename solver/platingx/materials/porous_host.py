"""Capacity of a porous host whose pores are filled with metal (Chen et al. 2020, supplement, Fig. 29)."""

from __future__ import annotations

from platingx.constants import FARADAY

__all__ = ["capacity_per_mass", "capacity_per_volume", "porosity_for"]


def capacity_per_volume(porosity: float, molar_volume: float) -> float:
    """Charge in a volume of the host with its pores full, C/m3.

    Parameters
    ----------
    porosity
        Share of the volume that is pores.
    molar_volume
        Of the metal, m3/mol.
    """
    return porosity * FARADAY / molar_volume


def capacity_per_mass(porosity: float, molar_volume: float, metal_density: float, wall_density: float) -> float:
    """Charge in a mass of the host with its pores full, metal included, C/kg.

    Parameters
    ----------
    porosity, molar_volume
        As in :func:`capacity_per_volume`.
    metal_density, wall_density
        kg/m3.
    """
    mass = porosity * metal_density + (1.0 - porosity) * wall_density
    return capacity_per_volume(porosity, molar_volume) / mass


def porosity_for(capacity: float, molar_volume: float, metal_density: float, wall_density: float) -> float:
    """Porosity at which a mass of the host has a capacity, the inverse of :func:`capacity_per_mass`.

    Parameters
    ----------
    capacity
        C/kg.
    molar_volume, metal_density, wall_density
        As in :func:`capacity_per_mass`.
    """
    return capacity * wall_density / (FARADAY / molar_volume + capacity * (wall_density - metal_density))
