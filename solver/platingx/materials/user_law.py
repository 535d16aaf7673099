"""Return map for a flow law of the user: two compiled functions, called by their addresses.

The law is

    rate = r(s, S, T),      dS/d(strain) = h(rate, S, T),

with s the equivalent (von Mises) Mandel stress, S the flow resistance, T the temperature. The kernels are compiled once
and call the functions through pointers, so that a law of a user compiles nothing but itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from platingx.arrays import Array
from platingx.materials.compiled import njit_strict
from platingx.materials.layout import (
    HARDENING_FUNCTION,
    HARDENING_PARAMETERS,
    RATE_FUNCTION,
    SHEAR_MODULUS,
    TEMPERATURE,
    USER_PARAMETERS,
)

#: Relative step of differences: the error of a central difference and of round-off are both some 1e-11.
STEP = 6e-6
#: Largest logit of the stress: at -700 the stress is 1e-304 of its trial value.
LARGEST_LOGIT = 700.0
MAXIMUM_ITERATIONS = 200
ROUND_OFF = 4e-15


@intrinsic  # type: ignore[untyped-decorator]
def _call(typing_context: Any, address: Any, first: Any, second: Any, third: Any, pointer: Any) -> Any:  # noqa: ARG001
    """Call ``double f(double, double, double, double *)`` at an address."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        number = ir.DoubleType()
        numbers = ir.PointerType(number)
        kind = ir.FunctionType(number, [number, number, number, numbers])
        function = builder.inttoptr(arguments[0], ir.PointerType(kind))
        return builder.call(function, [*arguments[1:4], builder.inttoptr(arguments[4], numbers)])

    return types.float64(types.int64, types.float64, types.float64, types.float64, types.uintp), generate


@njit_strict
def user_rate(parameters: Array, stress: float, resistance: float) -> float:
    """Equivalent plastic rate of the law, 1/s, of a stress and flow resistance in Pa."""
    own = parameters[USER_PARAMETERS:]
    return _call(np.int64(parameters[RATE_FUNCTION]), stress, resistance, parameters[TEMPERATURE], own.ctypes.data)


@njit_strict
def user_hardening(parameters: Array, rate: float, resistance: float) -> float:
    """Slope of the flow resistance in the plastic strain, Pa, at a rate (1/s) and flow resistance (Pa)."""
    if parameters[HARDENING_FUNCTION] == 0.0:
        return 0.0
    own = parameters[int(parameters[HARDENING_PARAMETERS]) :]
    return _call(np.int64(parameters[HARDENING_FUNCTION]), rate, resistance, parameters[TEMPERATURE], own.ctypes.data)


@njit_strict
def _rate_slope(parameters: Array, stress: float, rate: float, resistance: float) -> float:
    """d(rate)/d(ln stress) by a central difference; by a forward one just above a threshold of flow."""
    above = user_rate(parameters, stress * (1.0 + STEP), resistance)
    below = user_rate(parameters, stress * (1.0 - STEP), resistance)
    return 0.5 * (above - below) / STEP if below > 0.0 else (above - rate) / STEP


@njit_strict
def _relaxed(
    parameters: Array, trial: float, resistance: float, stiffness: float, logit: float
) -> tuple[float, float, bool]:
    """Stress and relaxed stress (trial = stress + relaxed = stress + 3 G dt rate) at a given flow resistance.

    1. The unknown is w = ln(stress/relaxed): both parts keep their digits, however small.
    2. ln(3 G dt rate(stress)) - ln(relaxed) grows with w, and is nearly a straight line in it where the rate is a power
       of the stress. Newton's method, from the last root, finds where it vanishes.
    3. A bracket guards each update; bisection replaces an update that leaves it, and all updates where nothing flows.
    """
    low, high = -LARGEST_LOGIT, LARGEST_LOGIT
    w = logit
    for _ in range(MAXIMUM_ITERATIONS):
        weight = 1.0 / (1.0 + np.exp(w))  # of the relaxed part
        relaxed = trial * weight
        stress = trial * np.exp(w) * weight if w < 0.0 else trial / (1.0 + np.exp(-w))
        rate = user_rate(parameters, stress, resistance)
        if not (rate >= 0.0 and rate < np.inf):
            return stress, np.nan, False
        grown = stiffness * rate
        update = np.nan
        if grown > 0.0 and relaxed > 0.0:
            excess = np.log(grown / relaxed)
            power = _rate_slope(parameters, stress, rate, resistance) / rate
            update = -excess / (power * weight + (1.0 - weight))
            if abs(excess) <= ROUND_OFF or abs(update) <= ROUND_OFF * max(1.0, abs(w)):
                return stress, relaxed, True
        if grown > relaxed:
            high = min(high, w)
        else:
            low = max(low, w)
        if high - low <= ROUND_OFF * max(1.0, abs(w)):
            return stress, relaxed, True
        w = w + update
        if not low < w < high:  # an update that is not a number, too
            w = 0.5 * (low + high)
    return trial, np.nan, False


@njit_strict
def _logit(stress: float, relaxed: float) -> float:
    """Logarithm of stress over relaxed stress, kept where the exponential is a number."""
    if not relaxed > 0.0:
        return LARGEST_LOGIT
    if not stress > 0.0:
        return -LARGEST_LOGIT
    return min(max(np.log(stress / relaxed), -LARGEST_LOGIT), LARGEST_LOGIT)


@njit_strict
def _slope(parameters: Array, stress: float, rate: float, resistance: float, dt: float) -> float:
    """d(stress)/d(trial): the equations of the step differentiated, the functions of the law by central differences."""
    stiffness = 3.0 * parameters[SHEAR_MODULUS] * dt
    up, down = 1.0 + STEP, 1.0 - STEP
    by_stress = _rate_slope(parameters, stress, rate, resistance) / stress
    gain = 0.0  # d(resistance)/d(rate)
    by_resistance = 0.0
    if parameters[HARDENING_FUNCTION] != 0.0:
        by_resistance = (
            user_rate(parameters, stress, resistance * up) - user_rate(parameters, stress, resistance * down)
        ) / (2.0 * STEP * resistance)
        slope_rate = (
            user_hardening(parameters, rate * up, resistance) - user_hardening(parameters, rate * down, resistance)
        ) / (2.0 * STEP)
        slope_resistance = (
            user_hardening(parameters, rate, resistance * up) - user_hardening(parameters, rate, resistance * down)
        ) / (2.0 * STEP * resistance)
        hardening = user_hardening(parameters, rate, resistance)
        gain = dt * (hardening + slope_rate) / (1.0 - dt * rate * slope_resistance)
    return 1.0 / (1.0 + stiffness * by_stress / (1.0 - by_resistance * gain))


@njit_strict
def user_return_map(
    parameters: Array, trial: float, old_resistance: float, dt: float
) -> tuple[float, float, float, float, bool]:
    """Equivalent stress after plastic relaxation over one step, backward Euler in rate and resistance.

    1. At a given resistance S the stress solves  s + 3 G dt r(s, S) = trial, which has one root where the rate does not
       fall with the stress.
    2. S solves  S - S_old - dt rate h(rate, S) = 0, by the secant method from S_old and one explicit step.

    Parameters
    ----------
    parameters
        Parameter vector of the material, with the addresses of the functions.
    trial
        Equivalent trial stress, Pa, not negative.
    old_resistance
        Flow resistance at the start of the step, Pa.
    dt
        Step, s, not negative.

    Returns
    -------
    stress, slope, rate, resistance, converged
        Equivalent stress (Pa), d(stress)/d(trial), plastic rate (1/s), flow resistance (Pa); not converged also where
        a function of the law gave a rate below zero or a number that is not finite.
    """
    stiffness = 3.0 * parameters[SHEAR_MODULUS] * dt
    if not (stiffness > 0.0 and trial > 0.0):
        return trial, 1.0, 0.0, old_resistance, True
    fastest = stiffness * user_rate(parameters, trial, old_resistance)
    if fastest == 0.0:
        return trial, 1.0, 0.0, old_resistance, True
    stress, relaxed, converged = _relaxed(parameters, trial, old_resistance, stiffness, _logit(trial, fastest))
    resistance = old_resistance
    if converged and parameters[HARDENING_FUNCTION] != 0.0:
        before, misfit_before = resistance, 0.0
        for iteration in range(MAXIMUM_ITERATIONS):
            rate = relaxed / stiffness
            misfit = resistance - old_resistance - dt * rate * user_hardening(parameters, rate, resistance)
            step = -misfit
            if iteration > 0 and misfit != misfit_before:
                step = -misfit * (resistance - before) / (misfit - misfit_before)
            before, misfit_before = resistance, misfit
            resistance = max(resistance + step, 0.1 * resistance)
            if not np.isfinite(resistance):
                return trial, 1.0, np.nan, old_resistance, False
            stress, relaxed, converged = _relaxed(parameters, trial, resistance, stiffness, _logit(stress, relaxed))
            if not converged or abs(resistance - before) <= ROUND_OFF * resistance:
                break
        else:
            converged = False
    if not converged:
        return trial, 1.0, np.nan, old_resistance, False
    rate = relaxed / stiffness
    slope = _slope(parameters, stress, rate, resistance, dt) if rate > 0.0 else 1.0
    return stress, slope, rate, resistance, bool(np.isfinite(slope))
