"""A tube of a mixed conductor that metal fills by diffusion along its wall: shape, paths, gas, stress of the wall.

Chen et al. 2020, with Coble creep along the interface. The volume that is plated at the root flows along the perimeter
of the bore to the face of the metal that grows: over a length L of it the pressure falls by v (W/4) L/C, where v is the
speed of the face, W/4 the section of the bore over its perimeter and C the flux coefficient.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from platingx.constants import BOLTZMANN, ELEMENTARY_CHARGE, FARADAY

__all__ = [
    "Conductances", "Ends", "Packing", "TubuleShape", "bending_stress", "gas_pressure", "hoop_stress", "overpotential",
    "wall_coefficient",
]  # fmt: skip

Packing = Literal["square", "hexagonal", "round_square", "round_hexagonal"]
Ends = Literal["clamped", "supported"]

_CELL = {"square": 1.0, "hexagonal": math.sqrt(3.0) / 2.0}
"""Section of the cell of an array over the square of its pitch."""


@dataclass(frozen=True)
class TubuleShape:
    """Tubes side by side, closed at their root.

    Attributes
    ----------
    length
        Of a tube, m.
    diameter
        Width of the bore across flats, m.
    wall
        Thickness of the wall between two bores, m.
    packing
        Square or hexagonal bores, which leave walls of one thickness, or round ones in a square or hexagonal array.
    """

    length: float
    diameter: float
    wall: float
    packing: Packing = "square"

    @property
    def porosity(self) -> float:
        """Share of the section that is bore."""
        ratio = (self.diameter / (self.diameter + self.wall)) ** 2
        array = self.packing.removeprefix("round_")
        return ratio * math.pi / 4.0 / _CELL[array] if array != self.packing else ratio

    @property
    def hydraulic_length(self) -> float:
        """Section of the bore over its perimeter, W/4 for round bores and for polygons of width W, m."""
        return self.diameter / 4.0

    @property
    def wall_per_perimeter(self) -> float:
        """Section of the wall that belongs to a bore over the perimeter of the bore, m."""
        return self.hydraulic_length * (1.0 - self.porosity) / self.porosity

    def speed(self, current_density: float, molar_volume: float) -> float:
        """Speed at which metal fills the bore, v = J Vm/(F porosity), m/s.

        Parameters
        ----------
        current_density
            Over the whole section, A/m2.
        molar_volume
            Of the metal, m3/mol.
        """
        return current_density * molar_volume / (FARADAY * self.porosity)

    def charge(self, length: float, molar_volume: float) -> float:
        """Charge per area of the electrode in a length of metal in each tube, C/m2.

        Parameters
        ----------
        length
            m.
        molar_volume
            m3/mol.
        """
        return length * self.porosity * FARADAY / molar_volume


@dataclass(frozen=True)
class Conductances:
    """Flux coefficients of the paths along a tube, per perimeter of the bore, m5/(N s); 0 for a path that is off."""

    interface: float
    wall: float
    surface: float

    @property
    def along_metal(self) -> float:
        """Where the bore is filled: interface and wall."""
        return self.interface + self.wall

    @property
    def along_void(self) -> float:
        """Where it is empty: bare surface and wall."""
        return self.surface + self.wall

    def resistance(self, metal: float, void: float) -> float:
        """Sum of length over coefficient along metal and void in series, N s/m4; infinite without a path.

        Parameters
        ----------
        metal, void
            Lengths, m.
        """
        parts = ((metal, self.along_metal), (void, self.along_void))
        if any(length > 0.0 and coefficient == 0.0 for length, coefficient in parts):
            return math.inf
        return sum(length / coefficient for length, coefficient in parts if length > 0.0)


def wall_coefficient(
    concentration: float, diffusivity: float, atomic_volume: float, wall_per_perimeter: float, temperature: float
) -> float:
    """Flux coefficient of the wall itself: e^2 c D/(k T) (Omega/e)^2 times its section per perimeter, m5/(N s).

    Parameters
    ----------
    concentration
        Atoms of the metal in the wall, 1/m3.
    diffusivity
        Of their tracers, m2/s.
    atomic_volume
        Of the metal, m3.
    wall_per_perimeter
        m.
    temperature
        K.
    """
    return concentration * diffusivity * atomic_volume**2 / (BOLTZMANN * temperature) * wall_per_perimeter


def gas_pressure(amount: float, free_length: float) -> float:
    """Pressure of an ideal gas at one temperature in what is left of the bore, Pa; infinite where nothing is left.

    Parameters
    ----------
    amount
        Pressure times length that the gas had, Pa m.
    free_length
        m.
    """
    return amount / free_length if free_length > 0.0 else math.inf


def hoop_stress(pressure: float, inner_radius: float, outer_radius: float) -> float:
    """Largest hoop stress of a thick tube under a pressure inside (Lame 1852), Pa.

    Parameters
    ----------
    pressure
        Inside over that outside, Pa.
    inner_radius, outer_radius
        m.
    """
    inner, outer = inner_radius**2, outer_radius**2
    return pressure * (outer + inner) / (outer - inner)


def bending_stress(pressure_difference: float, span: float, thickness: float, ends: Ends = "clamped") -> float:
    """Largest bending stress of a long flat wall between two tubes of different pressure (strip of a plate), Pa.

    Parameters
    ----------
    pressure_difference
        Pa.
    span
        Width of the wall between its edges, m.
    thickness
        m.
    ends
        Edges that cannot turn, or that turn freely: dP L^2/(2 w^2) or 3 dP L^2/(4 w^2).
    """
    return abs(pressure_difference) * (span / thickness) ** 2 * (0.5 if ends == "clamped" else 0.75)


def overpotential(pressure: float, atomic_volume: float) -> float:
    """Voltage in balance with a pressure in the metal, p Omega/e, V.

    Parameters
    ----------
    pressure
        Pa.
    atomic_volume
        m3.
    """
    return pressure * atomic_volume / ELEMENTARY_CHARGE
