"""Tractions of a cohesive surface over its opening: bilinear in any mode, damaged for good, elastic in compression.

Pure functions of arrays over points. With the normal and tangential openings d_n, d_s, the stiffness K of the undamaged
surface and the Macaulay bracket <x> = max(0, x),

    lambda = sqrt(<d_n>^2 + |d_s|^2),  B = |d_s|^2 / lambda^2                       equivalent opening, share of shear
    lambda_0(B) = 1 / (K sqrt((1 - B) / N^2 + B / S^2))                             onset: quadratic in the tractions
    lambda_f(B) = 2 G(B) / (K lambda_0(B))                                          all is released
    D = max(D_old, lambda_f (lambda - lambda_0) / (lambda (lambda_f - lambda_0)))   damage, at most 1
    t_n = (1 - D) K d_n if d_n > 0, else K d_n,  t_s = (1 - D) K d_s

(Camanho and Davila 2002, NASA/TM-2002-211737; Turon et al. 2006, Mech. Mater. 38, 1072). The energy of a mode is
G = G_I + (G_II - G_I) B^e (Benzeggagh and Kenane 1996, Compos. Sci. Technol. 56, 439), or of the power law
(G_I-part / G_I)^e + (G_II-part / G_II)^e = 1. With one stiffness for both directions B is the share
of the work in shear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from platingx.arrays import Array, Mask

__all__ = ["Cohesion", "Growing", "Opened", "damage", "released"]

_TINY = 1e-300


@dataclass(frozen=True)
class Cohesion:
    """A bilinear law.

    Attributes
    ----------
    strength, shear_strength
        Largest tractions when opened and when sheared, N and S, Pa.
    energy, shear_energy
        Released per area when opened and when sheared, G_I and G_II, J/m2.
    criterion
        How they mix.
    exponent
        Of the mixture, e.
    relaxation_time
        With which the damage that is felt follows the damage above (Duvaut and Lions), s; 0 if at once.
    """

    strength: float
    shear_strength: float
    energy: float
    shear_energy: float
    criterion: Literal["benzeggagh_kenane", "power"] = "benzeggagh_kenane"
    exponent: float = 1.0
    relaxation_time: float = 0.0

    def mixed_energy(self, share: Array) -> tuple[Array, Array]:
        """Energy at a share of shear and its derivative by the share, J/m2."""
        e, first, second = self.exponent, self.energy, self.shear_energy
        if self.criterion == "benzeggagh_kenane":
            slope = (second - first) * e * np.maximum(share, _TINY) ** (e - 1.0) if second != first else 0.0 * share
            return np.asarray(first + (second - first) * share**e), np.asarray(slope)
        opened, sheared = np.maximum(1.0 - share, 0.0) / first, share / second
        total = opened**e + sheared**e
        inner = np.maximum(sheared, _TINY) ** (e - 1.0) / second - np.maximum(opened, _TINY) ** (e - 1.0) / first
        return np.asarray(total ** (-1.0 / e)), np.asarray(-(total ** (-1.0 / e - 1.0)) * inner)

    def onset(self, share: Array) -> tuple[Array, Array]:
        """Largest equivalent traction at a share of shear and its derivative by the share, Pa."""
        square = (1.0 - share) / self.strength**2 + share / self.shear_strength**2
        change = 1.0 / self.shear_strength**2 - 1.0 / self.strength**2
        return np.asarray(1.0 / np.sqrt(square)), np.asarray(-0.5 * change / square**1.5)

    def smallest_stiffness(self) -> float:
        """Stiffness below which some mode would be released before it is at its onset, Pa/m."""
        share: Array = np.arange(201) / 200.0
        return float((self.onset(share)[0] ** 2 / (2.0 * self.mixed_energy(share)[0])).max())

    def bounds(self, stiffness: Array, share: Array) -> tuple[Array, Array, Array, Array]:
        """Equivalent openings at onset and release, m, and their derivatives by the share of shear."""
        (top, top_slope), (energy, energy_slope) = self.onset(share), self.mixed_energy(share)
        first, first_slope = top / stiffness, top_slope / stiffness
        last = 2.0 * energy / top
        return first, last, first_slope, 2.0 * energy_slope / top - last * top_slope / top


class Opened(NamedTuple):
    """Openings that pull or shear.

    Attributes
    ----------
    normal, shear
        <d_n>, shape (points,), and d_s, shape (points, dimension), m.
    """

    normal: Array
    shear: Array

    @property
    def size(self) -> Array:
        """Equivalent opening, m."""
        return np.asarray(np.sqrt(self.normal**2 + np.sum(self.shear**2, axis=1)))

    @property
    def share(self) -> Array:
        """Share of shear; 0 where nothing is opened."""
        square = self.size**2
        return np.where(square > 0.0, np.sum(self.shear**2, axis=1) / np.where(square > 0.0, square, 1.0), 0.0)


class Growing(NamedTuple):
    """Damage of points.

    Attributes
    ----------
    damage
        Shape (points,).
    grows
        Where it is beyond what it was and not yet complete.
    by_normal, by_shear
        Derivatives by the openings where it grows, 0 elsewhere, shapes (points,) and (points, dimension), 1/m.
    """

    damage: Array
    grows: Mask
    by_normal: Array
    by_shear: Array


def damage(law: Cohesion, stiffness: Array, opened: Opened, old: Array) -> Growing:
    """Damage at openings.

    Parameters
    ----------
    law
        The law.
    stiffness
        Of the undamaged surface, Pa/m.
    opened
        Openings.
    old
        Damage before.
    """
    size, share = opened.size, opened.share
    first, last, first_slope, last_slope = law.bounds(stiffness, share)
    safe = np.maximum(size, first)
    wanted = np.where(size > first, last * (size - first) / (safe * (last - first)), 0.0)
    value = np.clip(np.maximum(wanted, old), 0.0, 1.0)
    grows = (wanted > old) & (wanted < 1.0)
    by_size = last * first / (safe**2 * (last - first))
    by_share = last * (size - last) * first_slope - (size - first) * first * last_slope
    by_share = by_share / (safe * (last - first) ** 2)
    # of the share: -2 B d_n / lambda^2 by the normal opening, 2 (1 - B) d_s / lambda^2 by the shear
    by_normal = (by_size - 2.0 * by_share * share / safe) * opened.normal / safe
    by_shear = ((by_size + 2.0 * by_share * (1.0 - share) / safe) / safe)[:, None] * opened.shear
    return Growing(value, grows, np.where(grows, by_normal, 0.0), np.where(grows[:, None], by_shear, 0.0))


def released(law: Cohesion, stiffness: Array, share: Array, value: Array) -> Array:
    """Energy per area that a damage at one share of shear has released for good, J/m2.

    Half of (T_0 lambda - T lambda_0), the area of the law less that of its unloading to the origin.
    """
    first, last, _, _ = law.bounds(stiffness, share)
    size = first * last / (last - value * (last - first))
    return np.asarray(0.5 * stiffness * first * (size - (1.0 - value) * size))
