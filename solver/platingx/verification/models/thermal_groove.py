"""The groove of a boundary of two grains in a surface that diffuses (Mullins 1957), for small slopes.

With y_t = -B y_xxxx, the slope m at the root and no flux there, y = m (B t)^(1/4) Z(u) with u = x/(B t)^(1/4) and

    Z'''' = (u Z' - Z)/4,      Z'(0) = 1,      Z'''(0) = 0,      Z -> 0 far away,

the power series of which begins with Z(0) = -1/(sqrt(2) Gamma(5/4)) and Z''(0) = -1/(sqrt(2) Gamma(3/4)).
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq

from platingx.arrays import Array

__all__ = ["groove_depth", "groove_profile", "groove_width"]

_TERMS = 80
"""Of the power series; 1e-14 up to u = 6."""
_BRACKET = (1.0, 4.0)
"""Where the ridge beside the groove is."""


def _coefficients() -> list[float]:
    root = math.sqrt(2.0)
    found = [-1.0 / (root * math.gamma(1.25)), 1.0, -0.5 / (root * math.gamma(0.75)), 0.0]
    for n in range(_TERMS - 4):
        found.append(found[n] * (n - 1) / (4.0 * (n + 1) * (n + 2) * (n + 3) * (n + 4)))
    return found


_SERIES = np.polynomial.Polynomial(_coefficients())


def groove_profile(distance: Array) -> Array:
    """Z of distances u from 0 to 6."""
    return np.asarray(_SERIES(distance), float)


def _ridge() -> float:
    return float(brentq(_SERIES.deriv(), *_BRACKET, xtol=1e-14))


def groove_depth() -> float:
    """From the ridges to the root, over m (B t)^(1/4): 0.973."""
    return float(_SERIES(_ridge()) - _SERIES(0.0))


def groove_width() -> float:
    """From ridge to ridge, over (B t)^(1/4): 4.60."""
    return 2.0 * _ridge()
