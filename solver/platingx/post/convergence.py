"""Discretisation error from three meshes: Richardson extrapolation with the observed order.

Sources: P. J. Roache, J. Fluids Eng. 116 (1994) 405, for the grid convergence index; I. B. Celik et al.,
J. Fluids Eng. 130 (2008) 078001, for the observed order at unequal refinement ratios (its equations 3 to 7);
W. L. Oberkampf and C. J. Roy, Verification and Validation in Scientific Computing (2010), section 8.6, for limiting
the observed order, and for the safety factor 1.25 where it is within a tenth of the formal one, and 3 elsewhere.

Errors are upper estimates. A quantity with noise on three meshes, such as a maximum over nodes that jumps from mesh to
mesh, is monotone by chance in a third of all cases; what is reported then covers the true error in nine of ten.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["DiscretisationError", "estimate_error", "observed_order", "step_error_percent"]

_LOWEST_ORDER = 0.5
_HIGHEST_ORDER = 50.0
_ROUND_OFF = 1e-14
_ASYMPTOTIC = 0.1
_SAFETY = 1.25
_SAFETY_OUTSIDE_ASYMPTOTICS = 3.0


@dataclass(frozen=True)
class DiscretisationError:
    """Error estimate of one quantity on three meshes, in the order the meshes were given.

    Attributes
    ----------
    sizes, values : tuple of float
        Element sizes and computed values.
    extrapolated : float
        Estimate for vanishing element size; the value of the finest mesh when nothing can be extrapolated.
    order : float or None
        Observed order of convergence; None when it cannot be observed.
    errors_percent : tuple of float
        Upper estimate of the discretisation error of each mesh, percent of `extrapolated`: its distance from there
        with the safety factor (for the finest mesh the grid convergence index).
    method : str
        ``richardson``, ``limited order``, ``range`` or ``exact``.
    note : str
        What to know about the estimate; empty for a plain Richardson extrapolation.
    """

    sizes: tuple[float, ...]
    values: tuple[float, ...]
    extrapolated: float
    order: float | None
    errors_percent: tuple[float, ...]
    method: str
    note: str


def observed_order(sizes: Sequence[float], values: Sequence[float]) -> float | None:
    """Order of convergence that three meshes show, also for unequal refinement ratios.

    1. e32 = f3 - f2 and e21 = f2 - f1 (1 = finest mesh); without a sign change e32/e21 > 0.
    2. p solves p ln r21 = ln(e32/e21) + ln[(r21^p - 1)/(r32^p - 1)] (Celik 2008, Eq. 3), by bisection.

    Parameters
    ----------
    sizes : sequence of float
        Three different positive element sizes.
    values : sequence of float
        The quantity on these meshes.

    Returns
    -------
    float or None
        None when the values are not monotone, two of them are equal or the differences grow on refinement.
    """
    (h1, h2, h3), (f1, f2, f3) = _fine_to_coarse(sizes, values)
    if abs(f2 - f1) <= _ROUND_OFF * max(abs(f1), abs(f2), abs(f3)) or (f3 - f2) / (f2 - f1) <= 0:
        return None
    ratio = (f3 - f2) / (f2 - f1)
    r21, r32 = h2 / h1, h3 / h2

    def residual(order: float) -> float:
        return float((r32**order - 1) / (1 - r21**-order) - ratio)

    low, high = 1e-6, _HIGHEST_ORDER
    if residual(low) > 0:
        return None
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if residual(middle) < 0 else (low, middle)
    return 0.5 * (low + high)


def estimate_error(
    sizes: Sequence[float], values: Sequence[float], formal_order: float | None = None
) -> DiscretisationError:
    """Estimate the discretisation error of a quantity from three meshes.

    1. Observe the order p and extrapolate, f0 = f1 + (f1 - f2)/(r21^p - 1). The error of a mesh is 1.25 |f - f0|.
    2. An order that differs from `formal_order` by more than a tenth of it, or is below 0.5, is limited to that range;
       the error is 3 max(|f - f0|, half the range of the three values), since the order may be one by chance.
    3. Values that are not monotone: no extrapolation, f0 = f1; the error is 3 times the larger of the distance from the
       finest value and half the range. Where the differences do not shrink it is the whole range instead of the half.

    Parameters
    ----------
    sizes : sequence of float
        Element sizes of three meshes in any order and unit, or anything proportional to them.
    values : sequence of float
        The quantity on these meshes.
    formal_order : float, optional
        Order that theory gives; an observed order above it is not trusted.

    Raises
    ------
    ValueError
        When there are not three meshes of different positive size, or a value is not finite.
    """
    fine_sizes, fine_values = _fine_to_coarse(sizes, values)
    order = observed_order(sizes, values)
    if max(values) == min(values):
        return _result(sizes, values, values[0], None, 0.0, 0.0, "exact", "equal values on all three meshes")
    if order is None:
        return _from_range(sizes, values)
    formal = formal_order or order
    used = max(min(order, formal), _LOWEST_ORDER)
    (f1, f2, _), ratio = fine_values, fine_sizes[1] / fine_sizes[0]
    extrapolated = f1 + (f1 - f2) / (ratio**used - 1)
    if order >= _LOWEST_ORDER and abs(order - formal) <= _ASYMPTOTIC * formal:
        return _result(sizes, values, extrapolated, order, _SAFETY, 0.0, "richardson", "")
    half = 0.5 * (max(values) - min(values))
    note = f"observed order {order:.2f} limited to {used:g}" if used != order else f"observed order {order:.2f}"
    return _result(sizes, values, extrapolated, order, _SAFETY_OUTSIDE_ASYMPTOTICS, half, "limited order", note)


def step_error_percent(whole: float, half: float) -> float:
    """Upper estimate of the error of a value by the size of the steps, percent of the extrapolated value.

    Backward Euler is of first order: the value for vanishing steps is f0 = 2 f(dt/2) - f(dt), and 1.25 |f(dt) - f0| is
    reported.

    Parameters
    ----------
    whole, half : float
        The value from steps as they are, and from half as large ones.
    """
    best = 2 * half - whole
    return 100 * _SAFETY * abs(whole - best) / _scale(best, (whole, half))


def _result(
    sizes: Sequence[float], values: Sequence[float], best: float, order: float | None, safety: float, bound: float,
    method: str, note: str,
) -> DiscretisationError:  # fmt: skip
    scale = _scale(best, values)
    errors = tuple(100 * safety * max(abs(value - best), bound) / scale for value in values)
    return DiscretisationError(tuple(sizes), tuple(values), best, order, errors, method, note)


def _scale(best: float, values: Sequence[float]) -> float:
    """Give what errors are relative to: the best value, unless that is zero or round-off."""
    return max(abs(best), 1e-12 * max(abs(value) for value in values)) or 1.0


def _from_range(sizes: Sequence[float], values: Sequence[float]) -> DiscretisationError:
    """Bound the error by the scatter of the values where nothing can be extrapolated."""
    f1, f2, f3 = _fine_to_coarse(sizes, values)[1]
    spread = max(values) - min(values)
    diverging = (f3 - f2) * (f2 - f1) > 0 or abs(f2 - f1) >= abs(f3 - f2)
    bound = spread if diverging else 0.5 * spread
    reason = "the differences do not shrink on refinement" if diverging else "the values are not monotone"
    reason = "the two finest meshes give the same value" if not diverging and (f2 - f1) * (f3 - f2) >= 0 else reason
    note = f"{reason}: error from the range of the three values"
    return _result(sizes, values, f1, None, _SAFETY_OUTSIDE_ASYMPTOTICS, bound, "range", note)


def _fine_to_coarse(
    sizes: Sequence[float], values: Sequence[float]
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    if len(sizes) != 3 or len(values) != 3:
        raise ValueError(f"three meshes are needed, got {len(sizes)} sizes and {len(values)} values")
    if any(not math.isfinite(value) for value in (*sizes, *values)):
        raise ValueError(f"sizes and values must be finite numbers, got {list(sizes)} and {list(values)}")
    if min(sizes) <= 0 or len(set(sizes)) < 3:
        raise ValueError(f"the three meshes need different positive sizes, got {list(sizes)}")
    (h1, f1), (h2, f2), (h3, f3) = sorted(zip(sizes, values, strict=True))
    return (h1, h2, h3), (f1, f2, f3)
