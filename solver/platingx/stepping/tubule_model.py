"""Pressures, overpotential and stress in a tube that holds metal, gas and perhaps a void, at an instant."""

from __future__ import annotations

import math
from dataclasses import dataclass

from platingx.materials.tubule import (
    Conductances,
    Ends,
    TubuleShape,
    bending_stress,
    hoop_stress,
    overpotential,
)

__all__ = ["Filling", "Pressures", "TubuleModel"]


@dataclass(frozen=True)
class Filling:
    """What is in a tube.

    Attributes
    ----------
    front
        Where the metal reaches to, from the root, m.
    void
        Length of a void between root and metal, m.
    reach
        The farthest that the metal has come, m; it says how much gas a vent has let out.
    """

    front: float
    void: float
    reach: float

    @property
    def metal(self) -> float:
        """Length of metal, m."""
        return self.front - self.void


@dataclass(frozen=True)
class Pressures:
    """Pressures and stresses of a filling, Pa; all but that of the gas are over the outer pressure.

    Attributes
    ----------
    root
        In the metal at the root, or that which atoms at the root would be in balance with.
    gas
        Absolute.
    gas_difference, wall_difference
        Gas over that of the neighbour, and the largest difference between the two tubes at any height.
    hoop, bending
        Stresses of the wall.
    """

    root: float
    gas: float
    gas_difference: float
    wall_difference: float
    hoop: float
    bending: float

    @property
    def stress(self) -> float:
        """The larger of the two stresses."""
        return max(self.hoop, self.bending)


@dataclass(frozen=True)
class TubuleModel:
    """A tube with all that decides how metal moves in it. SI.

    Attributes
    ----------
    shape, conductances
        The tube, and its paths.
    atomic_volume, molar_volume
        Of the metal.
    gas_initial, gas_outside
        Pressures of the gas in the empty tube and outside.
    vent
        Pressure at which gas escapes; infinite for a closed tube.
    open_to_gas
        Whether gas comes and goes freely, so that it has the outer pressure.
    capillary
        Pressure by which the curved front holds the metal back.
    imbalance
        How much less filled the neighbour is, as a share.
    edges
        How the wall is held at its edges.
    """

    shape: TubuleShape
    conductances: Conductances
    atomic_volume: float
    molar_volume: float
    gas_initial: float
    gas_outside: float
    vent: float = math.inf
    open_to_gas: bool = False
    capillary: float = 0.0
    imbalance: float = 0.0
    edges: Ends = "clamped"

    def gas(self, front: float, reach: float) -> float:
        """Absolute pressure of the gas, Pa; infinite where a closed tube is full.

        Parameters
        ----------
        front, reach
            Where the metal reaches to, and the farthest that it has come, m.
        """
        if self.open_to_gas:
            return self.gas_outside
        length = self.shape.length
        left = self.gas_initial * length
        if reach >= length:
            vented = self.gas_initial > 0.0 and math.isfinite(self.vent)
            return self.vent if vented and front >= length else (0.0 if self.gas_initial == 0.0 or vented else math.inf)
        return min(left, self.vent * (length - reach)) / (length - front)

    def face(self, front: float, reach: float) -> float:
        """Pressure in the metal at its front, over that outside, Pa; parameters as in :meth:`gas`."""
        return self.gas(front, reach) - self.gas_outside + self.capillary

    def drop(self, filling: Filling, speed: float, at_root: bool) -> float:
        """Fall of the pressure from the root to the face of the metal that moves, Pa.

        Parameters
        ----------
        filling
            What is in the tube.
        speed
            At which the length of metal grows, m/s.
        at_root
            Whether the face at the root moves, not that at the front.
        """
        metal = 0.0 if at_root else filling.metal
        resistance = self.conductances.resistance(metal, filling.void)
        return speed * self.shape.hydraulic_length * resistance if speed else 0.0

    def pressures(self, filling: Filling, speed: float, at_root: bool) -> Pressures:
        """Pressures and stresses of a filling; parameters as in :meth:`drop`."""
        gas = self.gas(filling.front, filling.reach)
        face = 0.0 if at_root else gas - self.gas_outside + self.capillary
        drop = self.drop(filling, speed, at_root)
        share = 1.0 - self.imbalance
        beside = self.gas(share * filling.front, share * filling.reach)
        gas_difference = gas - beside if self.imbalance else 0.0
        wall_difference = abs(gas_difference) + self.imbalance * abs(drop)
        radius = 0.5 * self.shape.diameter
        inside = max(face + drop, gas - self.gas_outside)
        return Pressures(
            face + drop,
            gas,
            gas_difference,
            wall_difference,
            hoop_stress(inside, radius, radius + self.shape.wall),
            bending_stress(wall_difference, self.shape.diameter, self.shape.wall, self.edges),
        )

    def voltage(self, pressure: float) -> float:
        """Voltage in balance with a pressure in the metal (Pa), V."""
        return overpotential(pressure, self.atomic_volume)
