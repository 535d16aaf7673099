"""Scalar return map of the rate-dependent flow law with isotropic hardening.

Flow law (Anand and Narayan 2019; Narayan and Anand 2018; Norton as the case without hardening):

    rate = r0 (s/S)^(1/m),
    dS/dt = H0 |1 - S/Ss|^a sign(1 - S/Ss) rate,     Ss = S* (rate/r0)^n,

with s the equivalent (von Mises) Mandel stress, S the flow resistance and r0 the reference rate at
the temperature of the run, r0 = A exp(-Q/RT) where the law has an activation energy.
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array
from platingx.materials.compiled import njit_strict
from platingx.materials.layout import (
    HARDENING_EXPONENT,
    HARDENING_MODULUS,
    RATE_SENSITIVITY,
    REFERENCE_RATE,
    SATURATION_EXPONENT,
    SATURATION_RESISTANCE,
    SHEAR_MODULUS,
)


@njit_strict
def flow_resistance(parameters: Array, rate: float, old: float, dt: float) -> tuple[float, float]:
    """Flow resistance at the end of a step of given plastic rate, and its slope in the rate.

    Backward Euler in S: the root of S - old - dt rate H(S, rate) lies between the old value and
    saturation and is found by Newton's method, kept inside that bracket.

    Parameters
    ----------
    parameters
        Parameter vector of the material.
    rate
        Equivalent plastic strain rate, 1/s, positive.
    old
        Flow resistance at the start of the step, Pa.
    dt
        Step, s.

    Returns
    -------
    resistance, slope
        S in Pa and dS/d(rate) in Pa s.
    """
    modulus = parameters[HARDENING_MODULUS]
    if modulus == 0.0:
        return old, 0.0
    exponent = parameters[HARDENING_EXPONENT]
    sensitivity = parameters[SATURATION_EXPONENT]
    saturation = parameters[SATURATION_RESISTANCE]
    if sensitivity != 0.0:
        saturation *= (rate / parameters[REFERENCE_RATE]) ** sensitivity
    load = dt * rate * modulus
    low = min(old, saturation)
    high = max(old, saturation)
    value = old
    for _ in range(80):
        gap = 1.0 - value / saturation
        sign = 1.0 if gap >= 0.0 else -1.0
        size = abs(gap)
        drive = sign * size**exponent
        residual = value - old - load * drive
        if residual > 0.0:
            high = value
        else:
            low = value
        slope = 1.0 + load * exponent * size ** (exponent - 1.0) / saturation if size > 0.0 else 1.0
        trial = value - residual / slope
        if not low <= trial <= high:
            trial = 0.5 * (low + high)
        change = abs(trial - value)
        value = trial
        if change <= 1e-15 * value:
            break
    gap = 1.0 - value / saturation
    size = abs(gap)
    sign = 1.0 if gap >= 0.0 else -1.0
    steepness = exponent * size ** (exponent - 1.0) if size > 0.0 else 0.0
    explicit = dt * modulus * sign * size**exponent
    through_saturation = load * steepness * value / saturation * sensitivity / rate
    return value, (explicit + through_saturation) / (1.0 + load * steepness / saturation)


@njit_strict
def return_map(
    parameters: Array, trial: float, old_resistance: float, dt: float
) -> tuple[float, float, float, float, bool]:
    """Equivalent stress after plastic relaxation over one step.

    1. The unknown is x = ln(rate) in  trial - 3 G dt rate - S(rate) (rate/r0)^m = 0, a decreasing
       function of x, concave but for the small changes of S.
    2. The start is the smaller of the rate that relaxes all of the trial stress and the rate of the
       trial stress at the old resistance: without hardening both bound the root from above, and
       Newton's method descends to it without overshoot.
    3. A bracket guards each update; bisection replaces an update that leaves it.

    Parameters
    ----------
    parameters
        Parameter vector of the material.
    trial
        Equivalent trial stress, Pa, not negative.
    old_resistance
        Flow resistance at the start of the step, Pa.
    dt
        Step, s, not negative.

    Returns
    -------
    stress, slope, rate, resistance, converged
        Equivalent stress (Pa), d(stress)/d(trial), plastic rate (1/s), flow resistance (Pa).
    """
    stiffness = 3.0 * parameters[SHEAR_MODULUS] * dt
    reference = parameters[REFERENCE_RATE]
    m = parameters[RATE_SENSITIVITY]
    if stiffness <= 0.0 or trial <= 0.0:
        return trial, 1.0, 0.0, old_resistance, True
    high = np.log(trial / stiffness)
    x = min(high, np.log(reference) + np.log(trial / old_resistance) / m)
    if x < -690.0:
        return trial, 1.0, 0.0, old_resistance, True
    low = -745.0
    converged = False
    rate = np.exp(x)
    resistance = old_resistance
    slope_rate = 1.0
    for _ in range(200):
        rate = np.exp(x)
        resistance, hardening = flow_resistance(parameters, rate, old_resistance, dt)
        strength = resistance * np.exp(m * (x - np.log(reference)))
        residual = trial - stiffness * rate - strength
        slope_rate = strength * (m / rate + hardening / resistance)
        if residual < 0.0:
            high = min(high, x)
        else:
            low = max(low, x)
        if abs(residual) <= 1e-15 * trial:
            converged = True
            break
        update = residual / (rate * (stiffness + slope_rate))
        if abs(update) <= 4e-15 * max(1.0, abs(x)):
            converged = True
            break
        x_new = x + update
        if not low <= x_new <= high:
            if high - low <= 4e-15 * max(1.0, abs(x)):
                converged = True
                break
            x_new = 0.5 * (low + high)
        x = x_new
    # Two expressions of the same stress; the one without cancellation is used.
    relaxed = stiffness * rate
    stress = trial - relaxed if relaxed < 0.5 * trial else resistance * (rate / reference) ** m
    return stress, slope_rate / (stiffness + slope_rate), rate, resistance, converged
