"""Sand's equation fitted to measured times of stripping: a transport descriptor of the metal, with its interval.

For semi-infinite diffusion with a constant flux the concentration at the electrode is spent at the time tau with

    i sqrt(tau) = (F c/2) sqrt(pi D),   c = 1/Vm,

(Sand 1901). i over 1/sqrt(tau) is a straight line through the origin. What ends the stripping of a metal need not be
diffusion, so that D is called a descriptor, not a diffusivity; an intercept that differs from zero says that the
equation does not hold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.constants import FARADAY

__all__ = ["CONFIDENCE", "SandFit", "fit_sand"]

CONFIDENCE = 0.95
"""Of the intervals, and one less the significance of the intercept."""


@dataclass(frozen=True)
class SandFit:
    """A fit.

    Attributes
    ----------
    points
        Number of measurements.
    slope
        i sqrt(tau), A s^0.5/m2.
    descriptor
        D, m2/s.
    low, high
        Bounds of D at :data:`CONFIDENCE`; None for fewer than two measurements.
    intercept
        Of a line with one, A/m2; None for fewer than three measurements.
    intercept_probability
        Probability of an intercept at least as large if there is none (two-sided t-test).
    deviation
        Largest deviation of a current from the line, as a share of it.
    """

    points: int
    slope: float
    descriptor: float
    low: float | None
    high: float | None
    intercept: float | None
    intercept_probability: float | None
    deviation: float

    @property
    def through_origin(self) -> bool | None:
        """Whether the data agree with a line through the origin; None if that cannot be tested."""
        return None if self.intercept_probability is None else self.intercept_probability > 1.0 - CONFIDENCE


def fit_sand(currents: Array, times: Array, molar_volume: float) -> SandFit:
    """Fit the equation by least squares of the current.

    Parameters
    ----------
    currents
        Sizes of current densities, A/m2, shape (n,).
    times
        Times tau after which stripping ends, s, shape (n,).
    molar_volume
        Of the metal, m3/mol.

    Raises
    ------
    ValueError
        If there is no measurement, or a value is not above zero.
    """
    if len(currents) == 0 or np.any(currents <= 0.0) or np.any(times <= 0.0):
        raise ValueError("currents and times have to be above zero")
    x = 1.0 / np.sqrt(times)
    n, square = len(x), float(x @ x)
    slope = float(x @ currents) / square
    off = currents - slope * x

    def descriptor(value: float) -> float:
        return 4.0 * max(value, 0.0) ** 2 * molar_volume**2 / (math.pi * FARADAY**2)

    low = high = intercept = probability = None
    if n > 1:
        half = _quantile(n - 1) * math.sqrt(float(off @ off) / (n - 1) / square)
        low, high = descriptor(slope - half), descriptor(slope + half)
    if n > 2 and float(np.ptp(x)) > 1e-9 * float(x.max()):
        intercept, probability = _intercept(x, currents)
    deviation = float(np.max(np.abs(off) / (slope * x)))
    return SandFit(n, slope, descriptor(slope), low, high, intercept, probability, deviation)


def _quantile(freedom: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.5 + 0.5 * CONFIDENCE, freedom))


def _intercept(x: Array, y: Array) -> tuple[float, float]:
    """Intercept of a line, and the probability of one at least as large by chance."""
    from scipy.stats import t

    n, middle = len(x), float(x.mean())
    spread = float(np.sum((x - middle) ** 2))
    slope = float((x - middle) @ y) / spread
    intercept = float(y.mean()) - slope * middle
    off = y - intercept - slope * x
    error = math.sqrt(float(off @ off) / (n - 2) * (1.0 / n + middle**2 / spread))
    if error <= 1e-14 * float(np.abs(y).max()):  # the data are on a line to the last digits
        return intercept, 1.0 if abs(intercept) <= 1e-9 * float(np.abs(y).max()) else 0.0
    return intercept, float(2.0 * t.sf(abs(intercept) / error, n - 2))
