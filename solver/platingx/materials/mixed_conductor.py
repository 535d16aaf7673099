"""Conductivity of mixed conductors for a metal that moves through and along them (Chen et al. 2020, Eqs. 1 to 3)."""

from __future__ import annotations

from platingx.constants import BOLTZMANN, ELEMENTARY_CHARGE

__all__ = ["conductivity", "interface_conductivity", "required_conductivity", "smallest_fill"]


def required_conductivity(current_density: float, voltage: float, length: float) -> float:
    """Conductivity that a layer needs for a current at a voltage, over its whole section (Eq. 1), S/m.

    Parameters
    ----------
    current_density
        A/m2.
    voltage
        That the layer may cost, V.
    length
        Thickness of the layer, m.
    """
    return current_density / voltage * length


def conductivity(concentration: float, diffusivity: float, temperature: float) -> float:
    """Effective conductivity of monovalent atoms in a mixed conductor, e^2 c D/(k T) (Eq. 2), S/m.

    Parameters
    ----------
    concentration
        Atoms of the metal per volume, 1/m3.
    diffusivity
        Of their tracers, m2/s.
    temperature
        K.
    """
    return ELEMENTARY_CHARGE**2 * concentration * diffusivity / (BOLTZMANN * temperature)


def interface_conductivity(
    concentration: float, diffusivity: float, width: float, wall: float, temperature: float
) -> float:
    """What the two faces of a wall add to its conductivity (second term of Eq. 3), S/m.

    Parameters
    ----------
    concentration
        Atoms per volume, 1/m3. Eq. 3 as printed takes those of the mixed conductor; an interface of the metal has
        one in each atomic volume.
    diffusivity
        Along the faces, m2/s.
    width
        Of the layer at each face, m.
    wall
        Thickness of the wall, m.
    temperature
        K.
    """
    return conductivity(concentration, diffusivity, temperature) * 2.0 * width / wall


def smallest_fill(required: float, available: float) -> float:
    """Share of the length across walls and pores that walls need, w/(w + W) (Eq. 1); above 1 it cannot be done.

    Parameters
    ----------
    required, available
        Conductivities of the layer and of the wall, S/m.
    """
    return required / available
