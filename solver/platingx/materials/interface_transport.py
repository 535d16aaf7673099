"""Diffusion along interfaces and surfaces of a metal: diffusivities over temperature, and the flux of volume.

Stress drives it (Herring 1950; Coble 1963): an atom under a pressure p has the chemical potential Omega p, so that the
flux of volume along a layer of width delta is C times minus the gradient of p, with C = delta D Omega/(k T).
"""

from __future__ import annotations

import math

from platingx.constants import BOLTZMANN, ELEMENTARY_CHARGE, GAS_CONSTANT

__all__ = ["arrhenius", "flux_coefficient", "pressure_per_volt", "surface_diffusivity"]

SURFACE_FACTOR = 0.014e-4  # m2/s
SURFACE_SLOPE = 6.54


def arrhenius(value: float, activation_energy: float, reference_temperature: float, temperature: float) -> float:
    """Diffusivity at a temperature, from its value at another one.

    Parameters
    ----------
    value
        At the reference temperature, m2/s.
    activation_energy
        J/mol.
    reference_temperature, temperature
        K.
    """
    return value * math.exp(-activation_energy / GAS_CONSTANT * (1.0 / temperature - 1.0 / reference_temperature))


def surface_diffusivity(melting_temperature: float, temperature: float) -> float:
    """Self-diffusivity on the surface of a metal, estimated from its melting temperature, m2/s.

    Parameters
    ----------
    melting_temperature, temperature
        K.

    Notes
    -----
    Chen et al. 2020, Eq. 4: 0.014 cm2/s exp(-6.54 Tm/T).
    """
    return SURFACE_FACTOR * math.exp(-SURFACE_SLOPE * melting_temperature / temperature)


def flux_coefficient(diffusivity: float, width: float, atomic_volume: float, temperature: float) -> float:
    """Volume that flows along a layer, per length of its edge and gradient of the pressure: delta D Omega/(k T).

    Parameters
    ----------
    diffusivity
        m2/s.
    width
        Of the layer in which atoms are as mobile as that, m.
    atomic_volume
        m3.
    temperature
        K.

    Returns
    -------
    float
        m5/(N s).
    """
    return width * diffusivity * atomic_volume / (BOLTZMANN * temperature)


def pressure_per_volt(atomic_volume: float) -> float:
    """Pressure that holds a volt of overpotential in balance, e/Omega, Pa/V (a monovalent metal).

    Parameters
    ----------
    atomic_volume
        m3.
    """
    return ELEMENTARY_CHARGE / atomic_volume
