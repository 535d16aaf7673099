"""Growth kinematics: the growth tensor of a fibre-like, areal or isotropic deposit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from platingx.materials.compiled import compiled

Array = npt.NDArray[np.float64]


@compiled
def inverse_growth(volume_ratio: float, shares: Array, direction: Array, result: Array) -> None:
    """Inverse of the growth tensor, Fg^-1, with Fg = sum_i Jg^alpha_i m_i x m_i.

    Parameters
    ----------
    volume_ratio
        Jg = det Fg, positive; above 1 for plating, below 1 for stripping.
    shares
        Fractions alpha_i of ln(Jg), shape (3,), sum 1: along the fibre n, across it in the x-y plane
        (direction e_z x n), and along the remaining direction. Where the last two are equal, as in
        fibre (1, 0, 0), areal (0, 1/2, 1/2) and isotropic growth, the plane plays no role.
    direction
        Unit fibre direction n in the reference configuration, shape (3,).
    result
        Output, shape (3, 3).

    Notes
    -----
    Narayan and Anand, J. Electrochem. Soc. 167 (2020) 040525: d(ln lam_i) = alpha_i d(ln Jg).
    """
    along = volume_ratio ** (-shares[0])
    across = volume_ratio ** (-shares[1])
    rest = volume_ratio ** (-shares[2])
    for i in range(3):
        for j in range(3):
            result[i, j] = (along - rest) * direction[i] * direction[j]
        result[i, i] += rest
    if across != rest:
        result[0, 0] += (across - rest) * direction[1] * direction[1]
        result[0, 1] -= (across - rest) * direction[0] * direction[1]
        result[1, 0] -= (across - rest) * direction[0] * direction[1]
        result[1, 1] += (across - rest) * direction[0] * direction[0]


@compiled
def growth_stress(principal: Array, axes: Array, f: Array, inverse: Array, shares: Array, direction: Array) -> float:
    """Stress that works on growth: tau : (f A f^-1), with A = sum_i alpha_i m_i x m_i = d(ln Fg)/d(ln Jg).

    Parameters
    ----------
    principal, axes
        Principal Kirchhoff stresses, shape (3,), Pa, and their axes as columns, shape (3, 3).
    f, inverse
        F Fg^-1 and its inverse, shape (3, 3).
    shares, direction
        As in :func:`inverse_growth`.

    Returns
    -------
    float
        Pa; the mean Kirchhoff stress in isotropic growth.
    """
    trace = principal[0] + principal[1] + principal[2]
    total = shares[2] * trace
    if shares[0] != shares[2]:
        total += (shares[0] - shares[2]) * _along(principal, axes, f, inverse, direction[0], direction[1], direction[2])
    if shares[1] != shares[2]:
        total += (shares[1] - shares[2]) * _along(principal, axes, f, inverse, -direction[1], direction[0], 0.0)
    return float(total)


@compiled
def _along(principal: Array, axes: Array, f: Array, inverse: Array, x: float, y: float, z: float) -> float:
    """(f m) . tau (f^-T m) for m = (x, y, z)."""
    total = 0.0
    for a in range(3):
        pushed, pulled = 0.0, 0.0
        for i in range(3):
            pushed += axes[i, a] * (f[i, 0] * x + f[i, 1] * y + f[i, 2] * z)
            pulled += axes[i, a] * (inverse[0, i] * x + inverse[1, i] * y + inverse[2, i] * z)
        total += principal[a] * pushed * pulled
    return float(total)
