"""Growth kinematics: the growth tensor of a fibre-like, areal or isotropic deposit."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array
from platingx.materials.compiled import njit_simd, njit_strict
from platingx.materials.lanes import LANES


@njit_strict
def _growth_factors(volume_ratio: Array, growth_exponents: Array, factors: Array) -> None:
    """Stretches by which growth is undone, along, across and out of plane.

    Most points of a batch have the same Jg, and the growth of a fibre leaves two of the three alone.
    """
    for s in range(3):
        row = factors[s * LANES : (s + 1) * LANES]
        if growth_exponents[s] == 0.0:
            row[:] = 1.0
            continue
        for p in range(LANES):
            if p > 0 and volume_ratio[p] == volume_ratio[p - 1]:
                row[p] = row[p - 1]
            else:
                row[p] = volume_ratio[p] ** (-growth_exponents[s])


@njit_simd
def _growth_tensors(factors: Array, direction: Array, result: Array) -> None:
    """Inverse growth tensors from the stretches of :func:`_growth_factors` and the fibre directions."""
    for p in range(LANES):
        rest = factors[2 * LANES + p]
        fibre, side = factors[p] - rest, factors[LANES + p] - rest
        x, y, z = direction[p], direction[LANES + p], direction[2 * LANES + p]
        result[p] = rest + fibre * x * x + side * y * y
        result[4 * LANES + p] = rest + fibre * y * y + side * x * x
        result[8 * LANES + p] = rest + fibre * z * z
        xy, xz, yz = (fibre - side) * x * y, fibre * x * z, fibre * y * z
        result[LANES + p], result[3 * LANES + p] = xy, xy
        result[2 * LANES + p], result[6 * LANES + p] = xz, xz
        result[5 * LANES + p], result[7 * LANES + p] = yz, yz


@njit_strict
def inverse_growths(
    volume_ratio: Array, growth_exponents: Array, direction: Array, factors: Array, result: Array
) -> None:
    """Inverse of the growth tensors of a batch, Fg^-1, with Fg = sum_i Jg^alpha_i m_i x m_i.

    Parameters
    ----------
    volume_ratio
        Jg = det Fg, positive; above 1 for plating, below 1 for stripping; shape (LANES,).
    growth_exponents
        Fractions alpha_i of ln(Jg), shape (3,), sum 1: along the fibre n, across it in the x-y plane
        (direction e_z x n), and along the remaining direction. Where the last two are equal, as in
        fibre (1, 0, 0), areal (0, 1/2, 1/2) and isotropic growth, the plane plays no role.
    direction
        Unit fibre directions n in the reference configuration, three components.
    factors
        Space to work in, three components.
    result
        Output, nine components.

    Notes
    -----
    Narayan and Anand, J. Electrochem. Soc. 167 (2020) 040525: d(ln lam_i) = alpha_i d(ln Jg).
    """
    _growth_factors(volume_ratio, growth_exponents, factors)
    _growth_tensors(factors, direction, result)


@njit_strict
def inverse_growth(volume_ratio: float, growth_exponents: Array, direction: Array, result: Array) -> None:
    """Inverse of one growth tensor, shape (3, 3); see :func:`inverse_growths`."""
    tensors, directions = np.empty(9 * LANES), np.zeros(3 * LANES)
    for i in range(3):
        directions[i * LANES] = direction[i]
    inverse_growths(np.full(LANES, volume_ratio), growth_exponents, directions, np.empty(3 * LANES), tensors)
    for i in range(3):
        for j in range(3):
            result[i, j] = tensors[(3 * i + j) * LANES]


@njit_strict
def growth_stress(
    principal: Array, axes: Array, f: Array, inverse: Array, growth_exponents: Array, direction: Array
) -> float:
    """Stress that works on growth: tau : (f A f^-1), with A = sum_i alpha_i m_i x m_i = d(ln Fg)/d(ln Jg).

    Parameters
    ----------
    principal, axes
        Principal Kirchhoff stresses, shape (3,), Pa, and their axes as columns, shape (3, 3).
    f, inverse
        F Fg^-1 and its inverse, shape (3, 3).
    growth_exponents, direction
        As in :func:`inverse_growth`.

    Returns
    -------
    float
        Pa; the mean Kirchhoff stress in isotropic growth.
    """
    trace = principal[0] + principal[1] + principal[2]
    total = growth_exponents[2] * trace
    if growth_exponents[0] != growth_exponents[2]:
        total += (growth_exponents[0] - growth_exponents[2]) * _along(
            principal, axes, f, inverse, direction[0], direction[1], direction[2]
        )
    if growth_exponents[1] != growth_exponents[2]:
        total += (growth_exponents[1] - growth_exponents[2]) * _along(
            principal, axes, f, inverse, -direction[1], direction[0], 0.0
        )
    return float(total)


@njit_strict
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
