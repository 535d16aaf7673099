"""Return map of a batch of points: rate and flow resistance together, by Newton's method side by side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from platingx.arrays import Array
from platingx.materials.compiled import njit_simd, njit_strict
from platingx.materials.lanes import LANES, all_exponentials, all_logarithms
from platingx.materials.layout import (
    FLOW_LAW,
    FLOW_USER,
    HARDENING_EXPONENT,
    HARDENING_MODULUS,
    RATE_SENSITIVITY,
    REFERENCE_RATE,
    SATURATION_EXPONENT,
    SATURATION_RESISTANCE,
    SHEAR_MODULUS,
)
from platingx.materials.return_map import return_map
from platingx.materials.user_law import user_return_map

#: Relative update that ends the iteration: what it leaves is its square, which is round-off.
SHORT = 1e-8
MAXIMUM_ITERATIONS = 10
#: Logarithm of a rate below which nothing flows, as in the return map of a point.
LEAST = -690.0


class FlowArrays(NamedTuple):
    """Space to work in, shape (LANES,) each.

    Attributes
    ----------
    trial, old
        Equivalent trial stress and flow resistance at the start, Pa.
    x
        Logarithm of the rate.
    power, saturation, drive
        (rate/r0)^m; (rate/r0)^n; |1 - S/Ss|^a.
    hardening
        dS/d(rate) by the rate, Pa.
    step
        Size of the last update; what is left to do.
    first, second, third, fourth
        For elementary functions.
    """

    trial: Array
    old: Array
    x: Array
    power: Array
    saturation: Array
    drive: Array
    hardening: Array
    step: Array
    first: Array
    second: Array
    third: Array
    fourth: Array


@njit_strict
def new_flow_arrays() -> FlowArrays:
    """Allocate the arrays of :class:`FlowArrays`."""
    return FlowArrays(
        np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES),
        np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES),
    )  # fmt: skip


@njit_simd
def _ratios(stiffness: float, trial: Array, old: Array, first: Array, second: Array) -> None:
    for p in range(LANES):
        first[p] = trial[p] / stiffness
        second[p] = trial[p] / old[p]


@njit_simd
def _starts(base: float, sensitivity: float, relaxing: Array, resisting: Array, x: Array) -> None:
    """Smaller of the rate that relaxes all of the trial stress and that of the trial stress at the old resistance."""
    for p in range(LANES):
        x[p] = min(relaxing[p], base + resisting[p] / sensitivity)


@njit_simd
def _stop_idle(x: Array, step: Array) -> None:
    """Points where nothing flows need no step."""
    for p in range(LANES):
        step[p] = 0.0 if x[p] < LEAST else 1.0


@njit_simd
def _scaled(factor: float, base: float, x: Array, result: Array) -> None:
    for p in range(LANES):
        result[p] = factor * (x[p] - base)


@njit_simd
def _gaps(limit: float, resistance: Array, saturation: Array, result: Array) -> None:
    """Sizes of 1 - S/Ss."""
    for p in range(LANES):
        result[p] = abs(1.0 - resistance[p] / (limit * saturation[p]))


@njit_simd
def _advance(
    parameters: Array, limit: float, dt: float, trial: Array, old: Array, fresh_rate: Array, fresh_power: Array,
    saturation: Array, drive: Array, x: Array, rate: Array, power: Array, resistance: Array, hardening: Array,
    step: Array,
) -> None:  # fmt: skip
    """One step of Newton's method for all points that need one; rate and power follow by their series.

    The equations are ln((3 G dt rate + S (rate/r0)^m)/trial) = 0, nearly a straight line in x = ln(rate), with the
    logarithm of a ratio y as 2 (y - 1)/(y + 1), and S - old - dt rate H(S, rate) = 0.
    """
    stiffness, m = 3.0 * parameters[SHEAR_MODULUS] * dt, parameters[RATE_SENSITIVITY]
    modulus, exponent = parameters[HARDENING_MODULUS], parameters[HARDENING_EXPONENT]
    sensitivity = parameters[SATURATION_EXPONENT]
    for p in range(LANES):
        s, ceiling, r, w = resistance[p], limit * saturation[p], fresh_rate[p], fresh_power[p]
        gap = 1.0 - s / ceiling
        driven = dt * r * modulus * (drive[p] if gap >= 0.0 else -drive[p])
        steepness = driven * exponent / (gap if gap != 0.0 else 1.0)
        misfit = s - old[p] - driven
        by_rate = -driven - steepness * sensitivity * s / ceiling
        by_resistance = 1.0 + steepness / ceiling
        relaxed, strength = stiffness * r, s * w
        total = relaxed + strength
        excess = 2.0 * (total - trial[p]) / (total + trial[p])
        along = (relaxed + strength * m - w * by_rate / by_resistance) / total
        dx = (w * misfit / by_resistance / total - excess) / along
        change = -(misfit + by_rate * dx) / by_resistance
        waiting = step[p] > SHORT
        step[p] = max(abs(dx), abs(change) / s) if waiting else step[p]
        x[p] = x[p] + dx if waiting else x[p]
        resistance[p] = s + change if waiting else s
        rate[p] = r * (1.0 + dx * (1.0 + 0.5 * dx)) if waiting else rate[p]
        power[p] = w * (1.0 + m * dx * (1.0 + 0.5 * m * dx)) if waiting else power[p]
        hardening[p] = -by_rate / by_resistance if waiting else hardening[p]


@njit_simd
def _unfinished(step: Array) -> int:
    """How many points need another step; one whose step is not a number will not get better."""
    count = 0
    for p in range(LANES):
        count += 1 if step[p] > SHORT else 0
    return count


@njit_simd
def _results(
    stiffness: float, sensitivity: float, limit: float, arrays_trial: Array, old: Array, power: Array,
    saturation: Array, hardening: Array, step: Array, x: Array, rate: Array, resistance: Array, ratio: Array,
    slope: Array, good: Array,
) -> None:  # fmt: skip
    """Secant and tangent of the stress over its trial value; ``good`` is 1 where the root is the right one.

    The right one is that between the old resistance and saturation. Of two expressions of the same stress the one
    without cancellation is used.
    """
    for p in range(LANES):
        trial, s, ceiling = arrays_trial[p], resistance[p], limit * saturation[p]
        relaxed, strength = stiffness * rate[p], s * power[p]
        by_rate = strength * (sensitivity + hardening[p] / s)
        flows = x[p] >= LEAST
        ratio[p] = ((trial - relaxed if relaxed < 0.5 * trial else strength) / trial) if flows else 1.0
        slope[p] = by_rate / (relaxed + by_rate) if flows else 1.0
        rate[p] = rate[p] if flows else 0.0
        low, high = min(old[p], ceiling), max(old[p], ceiling)
        inside = s >= low * (1.0 - SHORT) and s <= high * (1.0 + SHORT)
        ended = step[p] <= SHORT and s > 0.0 and ratio[p] >= 0.0
        good[p] = 1.0 if (ended and (inside or s == old[p])) or x[p] < LEAST else 0.0


@njit_strict
def _iterate(
    parameters: Array, limit: float, dt: float, base: float, resistance: Array, rate: Array, a: FlowArrays
) -> None:
    """Newton's method for all points, as long as one needs it."""
    hardens, sensitivity = parameters[HARDENING_MODULUS] != 0.0, parameters[SATURATION_EXPONENT]
    for _ in range(MAXIMUM_ITERATIONS):
        if hardens:
            if sensitivity != 0.0:
                _scaled(sensitivity, base, a.x, a.first)
                all_exponentials(a.first, a.second, a.third, a.saturation)
            _gaps(limit, resistance, a.saturation, a.first)
            all_logarithms(a.first, a.second, a.third, a.fourth)
            _scaled(parameters[HARDENING_EXPONENT], 0.0, a.fourth, a.first)
            all_exponentials(a.first, a.second, a.third, a.drive)
        _scaled(parameters[RATE_SENSITIVITY], base, a.x, a.first)
        all_exponentials(a.first, a.second, a.third, a.fourth)
        all_exponentials(a.x, a.second, a.third, a.first)
        _advance(
            parameters, limit, dt, a.trial, a.old, a.first, a.fourth, a.saturation, a.drive, a.x, rate, a.power,
            resistance, a.hardening, a.step,
        )  # fmt: skip
        if _unfinished(a.step) == 0:
            break


@njit_strict
def _flow_by_user(
    parameters: Array, dt: float, resistance: Array, rate: Array, ratio: Array, slope: Array, trial: Array
) -> None:
    """Flow of each point by a law of the user; a point that equals the one before it takes its results."""
    old = 0.0
    for p in range(LANES):
        if p > 0 and trial[p] == trial[p - 1] and old == resistance[p]:
            rate[p], ratio[p], slope[p], resistance[p] = rate[p - 1], ratio[p - 1], slope[p - 1], resistance[p - 1]
            continue
        old = resistance[p]
        stress, slope[p], rate[p], resistance[p], converged = user_return_map(parameters, trial[p], old, dt)
        ratio[p] = stress / trial[p] if trial[p] > 0.0 else 1.0
        if not converged:
            rate[p] = np.nan


@njit_strict
def flow(
    parameters: Array, dt: float, resistance: Array, rate: Array, ratio: Array, slope: Array, a: FlowArrays
) -> None:
    """Equivalent stresses after plastic relaxation over one step; laws and symbols as in ``materials.return_map``.

    1. All points take steps of Newton's method for ln(rate) and S together until the last one has converged, from the
       smaller of the rate that relaxes all of the trial stress and that of the trial stress at the old resistance.
       Those that have converged wait unchanged.
    2. A point that did not converge, or whose resistance is not between its old value and saturation, is left to the
       nested, bracketed iterations of the return map of a point.

    Parameters
    ----------
    parameters, dt
        Parameter vector of the material; step, s.
    resistance
        Flow resistance at the start of the step, replaced by that at its end, Pa.
    rate
        Output, plastic rate, 1/s; NaN where no root was found.
    ratio, slope
        Outputs, secant and tangent of the equivalent stress over its trial value.
    a
        Space to work in; ``trial`` is the equivalent trial stress, Pa.
    """
    stiffness = 3.0 * parameters[SHEAR_MODULUS] * dt
    ratio[:] = 1.0
    slope[:] = 1.0
    rate[:] = 0.0
    if not stiffness > 0.0:
        return
    if parameters[FLOW_LAW] == FLOW_USER:
        _flow_by_user(parameters, dt, resistance, rate, ratio, slope, a.trial)
        return
    base, m = np.log(parameters[REFERENCE_RATE]), parameters[RATE_SENSITIVITY]
    limit = parameters[SATURATION_RESISTANCE] if parameters[HARDENING_MODULUS] != 0.0 else 1.0
    a.old[:] = resistance
    a.drive[:] = 0.0
    a.saturation[:] = 1.0
    a.step[:] = 1.0
    _ratios(stiffness, a.trial, a.old, a.first, a.second)
    all_logarithms(a.first, a.third, a.fourth, a.x)
    all_logarithms(a.second, a.third, a.fourth, a.first)
    _starts(base, m, a.x, a.first, a.second)
    a.x[:] = a.second
    _stop_idle(a.x, a.step)
    _iterate(parameters, limit, dt, base, resistance, rate, a)
    _results(
        stiffness, m, limit, a.trial, a.old, a.power, a.saturation, a.hardening, a.step, a.x, rate, resistance, ratio,
        slope, a.first,
    )  # fmt: skip
    for p in range(LANES):
        if a.first[p] == 0.0:
            stress, slope[p], rate[p], resistance[p], converged = return_map(parameters, a.trial[p], a.old[p], dt)
            ratio[p] = stress / a.trial[p] if a.trial[p] > 0.0 else 1.0
            if not converged:
                rate[p] = np.nan
