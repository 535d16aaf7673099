"""Half of a period of a metal foil on an electrolyte, with a void at the interface: what acts, on even intervals.

The lower face of the metal is a height G(x) above the face of the electrolyte, flat and rigid; x runs from the middle
of the void to the middle of the contact, and all is symmetric at both ends. The pressure on the metal is

    P = gamma G'' + p(G),

of surface tension and of contact with adhesion (:mod:`platingx.materials.gap_laws`). It drives the metal in two ways: a
half space that creeps, and diffusion along its face. Metal leaves where it is in contact, by the kinetics of charge
transfer, under the potential of an electrolyte of finite thickness.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from platingx.arrays import Array
from platingx.materials.gap_laws import GapLaws
from platingx.stepping.strip_cell_insert import Insert

__all__ = ["StripCellModel"]

_WEIGHT = 0.75**2
"""Square of the representative stress over the variance of the pressure, see :meth:`StripCellModel.fluidity`."""
_LEAST_STRESS = 1.0
"""Stress below which creep is that of this one, Pa; nothing moves under it."""


@dataclass(frozen=True)
class StripCellModel:
    """All that decides how the interface moves. SI; half a period is modelled, the depth is one metre.

    Attributes
    ----------
    period
        Width L of the cell, m.
    intervals
        Even intervals of half of it.
    gaps
        Contact and traction over the gap.
    surface_energy
        Of the bare metal, J/m2.
    along_surface, along_interface
        Flux coefficients of diffusion along the bare face and along the contact, m5/(N s).
    creep
        Steady creep rate (1/s) over the equivalent stress (Pa); None for a rigid foil.
    conductivity, thickness
        Of the electrolyte, S/m and m.
    exchange, alpha, thermal
        Exchange current density, A/m2, transfer coefficient of plating, and RT/F, V.
    molar_volume
        Of the metal, m3/mol.
    volts_per_pascal
        Overpotential that a pressure takes of the kinetics, V/Pa; zero for none.
    follows
        Share of the thickness stripped by which the foil comes down as a rigid body; None if it follows its load.
    load
        Mean pressure on the foil where it follows its load, Pa.
    insert
        An inert metal in the place of the void; None for a void.
    """

    period: float
    intervals: int
    gaps: GapLaws
    surface_energy: float
    along_surface: float
    along_interface: float
    creep: Callable[[float], float] | None
    conductivity: float
    thickness: float
    exchange: float
    alpha: float
    thermal: float
    molar_volume: float
    volts_per_pascal: float
    follows: float | None
    load: float
    insert: Insert | None = None

    @property
    def spacing(self) -> float:
        """Length of an interval, m."""
        return 0.5 * self.period / self.intervals

    @cached_property
    def places(self) -> Array:
        """Middles of the intervals, from the middle of the void, m, shape (n,)."""
        return (np.arange(self.intervals) + 0.5) * self.spacing

    @cached_property
    def edges(self) -> Array:
        """Ends of the intervals, m, shape (n + 1,)."""
        return np.asarray(np.arange(self.intervals + 1) * self.spacing)

    def under(self, insert: Array) -> tuple[Array, Array]:
        """Thickness (m) and footprint of the insert of given unknowns, shape (n,); zero without one."""
        if self.insert is None:
            return np.zeros(self.intervals), np.zeros(self.intervals)
        return self.insert.profile(insert, self.edges)

    def contact(self, height: Array, insert: Array) -> Array:
        """Share of each place in which metal and electrolyte touch, beside the insert, shape (n,)."""
        under, covered = self.under(insert)
        return np.asarray(self.gaps.contact(height - under)[0] * (1.0 - covered))

    def touching(self, height: Array, insert: Array) -> Array:
        """Pressure of electrolyte or insert on the metal, Pa, shape (n,)."""
        return self.gaps.pressure(height - self.under(insert)[0])[0]

    @cached_property
    def wavenumbers(self) -> Array:
        """Wavenumbers 2 pi m/L of the cosines, 1/m, shape (n,)."""
        return np.asarray(2.0 * math.pi / self.period * np.arange(self.intervals))

    def _by_waves(self, factor: Array) -> Array:
        """Matrix that multiplies each cosine by a factor, shape (n, n)."""
        waves = np.cos(np.outer(self.places, self.wavenumbers)) * math.sqrt(2.0 / self.intervals)
        waves[:, 0] = 1.0 / math.sqrt(self.intervals)
        return np.asarray((waves * factor) @ waves.T)

    @cached_property
    def half_space(self) -> Array:
        """Velocity of the face of a viscous half space by pressure, times twice its viscosity: P_k/k, m, (n, n)."""
        factor = np.zeros(self.intervals)
        factor[1:] = 1.0 / self.wavenumbers[1:]
        return self._by_waves(factor)

    @cached_property
    def resistance(self) -> Array:
        """Potential under the mean one that a current density needs: tanh(kH)/(kappa k), ohm m2, (n, n)."""
        factor = np.zeros(self.intervals)
        k = self.wavenumbers[1:]
        factor[1:] = np.tanh(k * self.thickness) / (self.conductivity * k)
        return self._by_waves(factor)

    @cached_property
    def curvature(self) -> Array:
        """Second derivative, 1/m2, (n, n)."""
        return -self.divergence(np.ones(self.intervals - 1))

    def divergence(self, between: Array) -> Array:
        """Matrix of -(m P')' with m between the places, shape (n - 1,); no flux passes the ends: columns sum to 0."""
        found = np.zeros((self.intervals, self.intervals))
        index = np.arange(self.intervals - 1)
        found[index, index + 1] = found[index + 1, index] = -between
        found -= np.diag(found.sum(axis=1))
        return np.asarray(found / self.spacing**2)

    def diffusion(self, contact: Array) -> Array:
        """Matrix from the pressure to the speed at which the face rises by diffusion along it, m/(s Pa), (n, n).

        Parameters
        ----------
        contact
            Share of each place that is in contact, shape (n,).
        """
        along = self.along_surface * (1.0 - contact) + self.along_interface * contact
        return self.divergence(0.5 * (along[1:] + along[:-1]))

    def fluidity(self, pressure: Array) -> tuple[float, Array]:
        """Logarithm of one over twice the secant viscosity, and its derivative by the pressure (1/Pa), shape (n,).

        Parameters
        ----------
        pressure
            P, Pa, shape (n,).

        Notes
        -----
        The viscosity is one number for the half space, s/(3 e(s)), with e the creep rate at a representative stress s.
        Under P cos kx the equivalent stress is sqrt(3) P kz exp(-kz) at every x, and its square, averaged by the power
        that is dissipated, 9/32 P^2: s^2 is 9/16 of the variance of the pressure. That is exact for one cosine and
        linear creep.
        """
        if self.creep is None:
            return -math.inf, np.zeros(self.intervals)
        stress = self.representative_stress(pressure)
        logarithm = _log_fluidity(self.creep, stress)
        slope = (_log_fluidity(self.creep, 1.001 * stress) - logarithm) / math.log(1.001)
        return logarithm, slope * _WEIGHT / (stress * stress * self.intervals) * (pressure - pressure.mean())

    def representative_stress(self, pressure: Array) -> float:
        """Equivalent stress that stands for the half space under a pressure, shape (n,), Pa."""
        return math.sqrt(_WEIGHT * float(np.var(pressure)) + _LEAST_STRESS**2)


def _log_fluidity(creep: Callable[[float], float], stress: float) -> float:
    """ln(3 e(s)/(2 s))."""
    return math.log(1.5 * max(creep(stress), 1e-300) / stress)
