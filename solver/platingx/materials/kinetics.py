"""Butler-Volmer kinetics with the current density as the unknown: what overpotential drives it.

    i = i0 [exp(a F eta/RT) - exp(-(1 - a) F eta/RT)],   plating > 0, a the transfer coefficient of plating

(Newman and Balsara, Electrochemical Systems, 4th edition 2021). The overpotential grows with the logarithm
of the current, so that a current can be an unknown of Newton's method at any bias, where exp(eta) would overflow.
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array
from platingx.constants import FARADAY, GAS_CONSTANT

__all__ = ["charge_transfer_resistance", "overpotential", "rate", "thermal_voltage"]

_LARGEST_TRIES = 60
_LARGEST_EXPONENT = 700.0
"""exp of more is beyond the range of floats."""


def thermal_voltage(temperature: float) -> float:
    """RT/F, V, at an absolute temperature (K)."""
    return GAS_CONSTANT * temperature / FARADAY


def charge_transfer_resistance(exchange: float, temperature: float) -> float:
    """Slope RT/(F i0) of the overpotential at small currents, ohm m2, of an exchange current density (A/m2)."""
    return thermal_voltage(temperature) / exchange


def overpotential(current: Array | float, exchange: float, alpha: float, thermal: float) -> tuple[Array, Array]:
    """Overpotential of a current density, and its derivative by the current density.

    Parameters
    ----------
    current
        i, A/m2, any shape.
    exchange
        i0, A/m2, above zero.
    alpha
        Transfer coefficient of plating, between 0 and 1.
    thermal
        RT/F, V.

    Returns
    -------
    eta, slope
        V and ohm m2, of the shape of the current.
    """
    ratio = np.asarray(current, dtype=np.float64) / exchange
    exponent = _exponent(np.asarray(ratio, dtype=np.float64), alpha)
    growing, falling = np.exp(alpha * exponent), np.exp(-(1.0 - alpha) * exponent)
    slope = 1.0 / (alpha * growing + (1.0 - alpha) * falling)
    return thermal * exponent, thermal / exchange * slope


def rate(eta: float, exchange: float, alpha: float, thermal: float) -> float:
    """Current density, A/m2, that an overpotential (V) drives; infinite beyond the range of floats."""
    exponent = eta / thermal
    if abs(exponent) > _LARGEST_EXPONENT:
        return float(np.copysign(np.inf, eta))
    return float(exchange * np.exp((alpha - 1.0) * exponent) * np.expm1(exponent))


def _exponent(ratio: Array, alpha: float) -> Array:
    """X with exp(a x) - exp(-(1 - a) x) = y.

    1. Of y < 0 it is that of -y with 1 - a for a, and minus that.
    2. f(x) = a x + ln(1 - exp(-x)) - ln y rises and is concave for x > 0. Newton's method from the left of its root
       stays there and comes closer in every step. log(1 + y) is on the left, and so is ln(y)/a.
    """
    size = np.abs(ratio)
    if alpha == 0.5:
        return np.asarray(2.0 * np.arcsinh(0.5 * ratio))
    share = np.where(ratio < 0.0, 1.0 - alpha, alpha)
    safe = np.where(size > 0.0, size, 1.0)
    logarithm = np.log(safe)
    x = np.maximum(np.log1p(safe), logarithm / share)
    for _ in range(_LARGEST_TRIES):
        left = share * x + np.log(-np.expm1(-x)) - logarithm
        with np.errstate(over="ignore"):
            step = -left / (share + 1.0 / np.expm1(x))
        x = x + np.maximum(step, 0.0)
        if np.all(np.abs(step) <= 4.0 * np.finfo(float).eps * x):
            break
    return np.asarray(np.copysign(np.where(size > 0.0, x, 0.0), ratio))
