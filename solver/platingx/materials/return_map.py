"""Scalar return map of the rate-dependent flow law with isotropic hardening.

Flow law (Anand and Narayan 2019; Narayan and Anand 2018; Norton as the case without hardening):

    rate = r0 (s/S)^(1/m),
    dS/dt = H0 |1 - S/Ss|^a sign(1 - S/Ss) rate,     Ss = S* (rate/r0)^n,

with s the equivalent (von Mises) Mandel stress, S the flow resistance and r0 the reference rate at
the temperature of the run, r0 = A exp(-Q/RT) where the law has an activation energy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from platingx.materials.compiled import compiled
from platingx.materials.layout import (
    HARDENING_EXPONENT,
    HARDENING_MODULUS,
    RATE_SENSITIVITY,
    REFERENCE_RATE,
    SATURATION_EXPONENT,
    SATURATION_RESISTANCE,
    SHEAR_MODULUS,
)

Array = npt.NDArray[np.float64]

#: Relative update that ends the joint iteration: its square is round-off.
SHORT = 1e-8
JOINT_ITERATIONS = 12


@compiled
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


@compiled
def _bracketed_rate(
    parameters: Array, trial: float, old: float, dt: float, x: float, high: float
) -> tuple[float, float, float, bool]:
    """Rate by Newton's method in x = ln(rate) within a bracket, with the flow resistance found anew for each x.

    1. The residual trial - 3 G dt rate - S(rate) (rate/r0)^m is a decreasing function of x, concave but for the small
       changes of S.
    2. A bracket guards each update; bisection replaces an update that leaves it.

    Parameters
    ----------
    parameters, trial, old, dt
        As in :func:`return_map`.
    x, high
        Start, and an upper bound of the root.

    Returns
    -------
    rate, resistance, hardening, converged
        Plastic rate (1/s), flow resistance (Pa), its slope in the rate (Pa s).
    """
    stiffness = 3.0 * parameters[SHEAR_MODULUS] * dt
    m = parameters[RATE_SENSITIVITY]
    base = np.log(parameters[REFERENCE_RATE])
    low = -745.0
    rate, resistance, hardening = 0.0, old, 0.0
    for _ in range(200):
        rate = np.exp(x)
        resistance, hardening = flow_resistance(parameters, rate, old, dt)
        strength = resistance * np.exp(m * (x - base))
        residual = trial - stiffness * rate - strength
        if residual < 0.0:
            high = min(high, x)
        else:
            low = max(low, x)
        if abs(residual) <= 1e-15 * trial:
            return rate, resistance, hardening, True
        update = residual / (rate * stiffness + strength * (m + rate * hardening / resistance))
        if abs(update) <= 4e-15 * max(1.0, abs(x)):
            return rate, resistance, hardening, True
        x_new = x + update
        if not low <= x_new <= high:
            if high - low <= 4e-15 * max(1.0, abs(x)):
                return rate, resistance, hardening, True
            x_new = 0.5 * (low + high)
        x = x_new
    return rate, resistance, hardening, False


@compiled
def _joint_rate(
    parameters: Array, trial: float, old: float, dt: float, x: float
) -> tuple[float, float, float, float, bool]:
    """Rate and flow resistance by Newton's method for both, four elementary functions for each iteration.

    1. Unknowns x = ln(rate) and S in  ln((3 G dt rate + S (rate/r0)^m)/trial) = 0, nearly a straight line in x, and
       S - old - dt rate H(S, rate) = 0. The logarithm is that of a ratio y: 2 (y - 1)/(y + 1) does as well.
    2. An update below ``SHORT`` is the last: what it leaves is its square or less. It is applied to the strength and
       the rate by their series, without new elementary functions.
    3. A resistance beyond its saturation, or no end, is left to :func:`_bracketed_rate`.

    Parameters
    ----------
    parameters, trial, old, dt
        As in :func:`return_map`.
    x
        Start.

    Returns
    -------
    rate, resistance, hardening, strength, converged
        Plastic rate (1/s), flow resistance (Pa), its slope in the rate (Pa s), equivalent stress (Pa).
    """
    stiffness = 3.0 * parameters[SHEAR_MODULUS] * dt
    m = parameters[RATE_SENSITIVITY]
    base = np.log(parameters[REFERENCE_RATE])
    modulus, exponent = parameters[HARDENING_MODULUS], parameters[HARDENING_EXPONENT]
    sensitivity = parameters[SATURATION_EXPONENT]
    resistance = old
    for _ in range(JOINT_ITERATIONS):
        rate, power = np.exp(x), np.exp(m * (x - base))
        relaxed, strength = stiffness * rate, resistance * power
        misfit, by_rate, by_resistance = 0.0, 0.0, 1.0
        saturation = old
        if modulus != 0.0:
            saturation = parameters[SATURATION_RESISTANCE]
            if sensitivity != 0.0:
                saturation *= np.exp(sensitivity * (x - base))
            gap = 1.0 - resistance / saturation
            size = abs(gap)
            load = dt * rate * modulus
            drive = load * size**exponent * (1.0 if gap >= 0.0 else -1.0)
            steepness = drive * exponent / gap if size > 0.0 else 0.0
            misfit = resistance - old - drive
            by_rate = -drive - steepness * sensitivity * resistance / saturation
            by_resistance = 1.0 + steepness / saturation
        total = relaxed + strength
        excess = 2.0 * (total - trial) / (total + trial)
        # d(ln total) = along dx once S follows x
        along = (relaxed + strength * m - power * by_rate / by_resistance) / total
        dx = (power * misfit / by_resistance / total - excess) / along
        change = -(misfit + by_rate * dx) / by_resistance
        x += dx
        resistance += change
        if not resistance > 0.0:
            break
        if abs(dx) <= SHORT and abs(change) <= SHORT * resistance:
            inside = min(old, saturation) * (1.0 - SHORT) <= resistance <= max(old, saturation) * (1.0 + SHORT)
            rate *= 1.0 + dx * (1.0 + 0.5 * dx)
            power *= 1.0 + m * dx * (1.0 + 0.5 * m * dx)
            return rate, resistance, -by_rate / by_resistance / rate, resistance * power, inside
    return 0.0, old, 0.0, 0.0, False


@compiled
def return_map(
    parameters: Array, trial: float, old_resistance: float, dt: float
) -> tuple[float, float, float, float, bool]:
    """Equivalent stress after plastic relaxation over one step.

    1. The unknown is the rate in  trial - 3 G dt rate - S(rate) (rate/r0)^m = 0.
    2. The start is the smaller of the rate that relaxes all of the trial stress and the rate of the
       trial stress at the old resistance: without hardening both bound the root from above, and
       Newton's method descends to it without overshoot.
    3. Rate and resistance together (:func:`_joint_rate`), which takes a few iterations in nearly all points; the others
       by nested iterations in a bracket.

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
    rate, resistance, hardening, strength, converged = _joint_rate(parameters, trial, old_resistance, dt, x)
    if not converged:
        rate, resistance, hardening, converged = _bracketed_rate(parameters, trial, old_resistance, dt, x, high)
        strength = resistance * (rate / reference) ** m
    slope_rate = strength * (m / rate + hardening / resistance)
    # Two expressions of the same stress; the one without cancellation is used.
    relaxed = stiffness * rate
    stress = trial - relaxed if relaxed < 0.5 * trial else strength
    return stress, slope_rate / (stiffness + slope_rate), rate, resistance, converged
