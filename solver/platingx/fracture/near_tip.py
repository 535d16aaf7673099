"""Fields at the tip of a crack, by the complex potentials of Kolosov and Muskhelishvili.

With z from the tip, the crack along negative x and k = K_I - i K_II: Phi = k / (2 sqrt(2 pi z)), and

    2 mu (u + i v) = kappa phi(z) - phi(z_) - (z - z_) conj(Phi(z)),    phi' = Phi, z_ = conj(z)
    s_xx + s_yy = 4 Re Phi,  s_yy - i s_xy = Phi(z) + Phi(z_) + (z - z_) conj(Phi'(z))

(Muskhelishvili, Some Basic Problems of the Mathematical Theory of Elasticity, 1953; with these the faces are free,
since the root changes its sign across the cut.) Plane strain: kappa = 3 - 4 nu.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array

__all__ = ["NearTip", "near_tip"]


@dataclass(frozen=True)
class NearTip:
    """Fields of a unit stress intensity (Pa m^0.5) in the frame of the crack.

    Attributes
    ----------
    gradient : Array
        Displacement gradient du_i/dx_j, shape (points, 2, 2).
    stress : Array
        In-plane stress, shape (points, 2, 2), Pa.
    """

    gradient: Array
    stress: Array


def near_tip(places: Array, mode: int, shear_modulus: float, poisson: float) -> NearTip:
    """Evaluate the fields of mode I or II.

    Parameters
    ----------
    places
        From the tip, in the frame of the crack, shape (points, 2), m; none at the tip.
    mode
        1 or 2.
    shear_modulus, poisson
        Of the body, Pa and 1.
    """
    kappa = 3.0 - 4.0 * poisson
    k = 1.0 if mode == 1 else -1.0j
    z = places[:, 0] + 1j * places[:, 1]
    phi = k / (2.0 * np.sqrt(2.0 * np.pi * z))
    phi_conj = k / (2.0 * np.sqrt(2.0 * np.pi * np.conj(z)))
    slope = -0.5 * phi / z
    across = z - np.conj(z)
    by_x = (kappa * phi - phi_conj - across * np.conj(slope)) / (2.0 * shear_modulus)
    by_y = (1j * kappa * phi + 1j * phi_conj - 2j * np.conj(phi) + 1j * across * np.conj(slope)) / (2.0 * shear_modulus)
    gradient = np.stack([by_x.real, by_y.real, by_x.imag, by_y.imag], axis=-1).reshape(-1, 2, 2)
    sum_ = 4.0 * phi.real
    normal = phi + phi_conj + across * np.conj(slope)
    shear = -normal.imag
    stress = np.stack([sum_ - normal.real, shear, shear, normal.real], axis=-1).reshape(-1, 2, 2)
    return NearTip(gradient, stress)
