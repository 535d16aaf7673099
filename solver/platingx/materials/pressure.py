"""Pressure laws: mean Kirchhoff stress and stored energy as functions of the logarithmic volume strain."""

from __future__ import annotations

import numpy as np

from platingx.materials.compiled import njit_strict
from platingx.materials.layout import PRESSURE_HENCKY_CAUCHY, PRESSURE_MURNAGHAN


@njit_strict
def mean_kirchhoff_stress(
    law: int, bulk_modulus: float, bulk_derivative: float, theta: float
) -> tuple[float, float, float]:
    """Mean Kirchhoff stress and its first two derivatives.

    Parameters
    ----------
    law
        Identifier of the law, see :mod:`platingx.materials.layout`.
    bulk_modulus
        K at zero pressure, Pa.
    bulk_derivative
        K' = dK/dp of Murnaghan, dimensionless; not used by the Hencky laws.
    theta
        Elastic logarithmic volume strain ln(Je).

    Returns
    -------
    stress, slope, curvature
        pi = Je * (mean Cauchy stress), d pi/d theta, d2 pi/d theta2, all in Pa.

    Notes
    -----
    * ``hencky_kirchhoff``: pi = K theta.
    * ``hencky_cauchy``: mean Cauchy stress K theta, so pi = K theta exp(theta).
    * ``murnaghan``: p = (K/K') (Je^-K' - 1) (Murnaghan, PNAS 30, 1944, 244),
      so pi = (K/K') (Je - Je^(1-K')).
    """
    if law == PRESSURE_HENCKY_CAUCHY:
        stretch = bulk_modulus * np.exp(theta)
        return stretch * theta, stretch * (1.0 + theta), stretch * (2.0 + theta)
    if law == PRESSURE_MURNAGHAN:
        scale = bulk_modulus / bulk_derivative
        power = 1.0 - bulk_derivative
        volume = np.exp(theta)
        stiff = np.exp(power * theta)
        return (
            scale * (volume - stiff),
            scale * (volume - power * stiff),
            scale * (volume - power * power * stiff),
        )
    return bulk_modulus * theta, bulk_modulus, 0.0


@njit_strict
def volumetric_energy(law: int, bulk_modulus: float, bulk_derivative: float, theta: float) -> float:
    """Stored energy U of a volume strain, the integral of the mean Kirchhoff stress from 0 to theta.

    Parameters
    ----------
    law, bulk_modulus, bulk_derivative, theta
        As in :func:`mean_kirchhoff_stress`.

    Returns
    -------
    float
        U per grown volume, Pa, never negative. The forms do not cancel at small strain.

    Notes
    -----
    * ``hencky_kirchhoff``: U = K theta^2 / 2.
    * ``hencky_cauchy``: U = K (theta exp(theta) - exp(theta) + 1).
    * ``murnaghan``: U = (K/K') (Je - 1 - (Je^(1-K') - 1)/(1-K')), with ln(Je) for the last fraction at K' = 1.
    """
    if law == PRESSURE_HENCKY_CAUCHY:
        return float(bulk_modulus * (theta * np.exp(theta) - np.expm1(theta)))
    if law == PRESSURE_MURNAGHAN:
        power = 1.0 - bulk_derivative
        stiff = np.expm1(power * theta) / power if power != 0.0 else theta
        return float(bulk_modulus / bulk_derivative * (np.expm1(theta) - stiff))
    return float(0.5 * bulk_modulus * theta * theta)
