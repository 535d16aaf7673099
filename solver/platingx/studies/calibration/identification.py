"""What residuals say of parameters: intervals, correlations, and which combinations they do not identify."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, norm

from platingx.arrays import Array

__all__ = ["CONFIDENCE", "Identification", "identify", "sentences_on"]

CONFIDENCE = 0.95
"""Probability that intervals are to cover."""
RESOLVED = 1e-3
"""Singular value over the largest one below which finite differences of runs on meshes resolve none."""
MISSED = 2.0
"""Residual, in standard uncertainties, from which a target counts as missed where no degree of freedom is left."""
STRONG = 0.95
"""Correlation from which two parameters are told to be known together only."""
_PART = 0.3
"""Component of a direction from which a parameter is named as a part of it."""


@dataclass(frozen=True)
class Identification:
    """What a Jacobian says.

    Parameters are counted in their ranges, residuals in their standard uncertainties: a singular value is by how many
    standard uncertainties all residuals together change when the parameters move by one range in its direction.

    Attributes
    ----------
    singular_values : ndarray, shape (n,)
        From the largest; zero where there are fewer residuals than parameters.
    directions : ndarray, shape (n, n)
        Unit vectors of parameters, rows beside the singular values.
    identified
        How many directions the residuals identify.
    deviations : ndarray, shape (n,)
        Standard uncertainty of each parameter as a share of its range; infinite if it is not identified.
    correlation : ndarray, shape (n, n)
        Correlation of the parameters; NaN where one is not identified.
    """

    singular_values: Array
    directions: Array
    identified: int
    deviations: Array
    correlation: Array

    @property
    def condition(self) -> float:
        """Largest over smallest singular value."""
        smallest = float(self.singular_values[-1])
        return float(self.singular_values[0]) / smallest if smallest > 0.0 else math.inf

    @property
    def half_widths(self) -> Array:
        """Half of the intervals of :data:`CONFIDENCE` as shares of the ranges, shape (n,)."""
        return float(norm.ppf(0.5 + 0.5 * CONFIDENCE)) * self.deviations


def identify(jacobian: Array) -> Identification:
    """Find what residuals identify near a result, in linear approximation.

    Parameters
    ----------
    jacobian : ndarray, shape (m, n)
        Change of the residuals (in standard uncertainties) over the range of each parameter.

    Notes
    -----
    A direction is identified if moving over a whole range along it changes the residuals by more than one standard
    uncertainty in all, and by more than finite differences resolve. With all directions identified the covariance is
    (J^T J)^-1; without, a parameter with a part in a direction that is not has no interval.
    """
    count = jacobian.shape[1]
    _, values, directions = np.linalg.svd(jacobian, full_matrices=True)
    singular = np.zeros(count)
    singular[: len(values)] = values
    good = singular > max(1.0, RESOLVED * float(singular[0]))
    covariance = (directions[good].T / singular[good] ** 2) @ directions[good]
    deviations = np.sqrt(np.diag(covariance))
    loose = np.abs(directions[~good]).max(axis=0, initial=0.0) >= _PART
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = covariance / np.outer(deviations, deviations)
    correlation[loose, :] = correlation[:, loose] = math.nan
    deviations = np.where(loose, math.inf, deviations)
    return Identification(singular, directions, int(good.sum()), deviations, correlation)


def sentences_on(found: Identification, names: Sequence[str], shares: Array, residuals: Array) -> list[str]:
    """Say in words what the targets tell and what they do not.

    Parameters
    ----------
    found
        What the Jacobian says.
    names
        Of the parameters.
    shares : ndarray, shape (n,)
        Their values as shares of their ranges.
    residuals : ndarray, shape (m,)
        Residuals at the result, in standard uncertainties.
    """
    return [
        *_on_counts(len(names), residuals),
        *_on_directions(found, names),
        *_on_correlations(found, names),
        *_on_intervals(found, names, shares),
    ]


def _on_counts(count: int, residuals: Array) -> Iterator[str]:
    targets, square = len(residuals), float(residuals @ residuals)
    numbers = f"{count} number{'s' if count > 1 else ''} chosen to meet {targets} target{'s' if targets > 1 else ''}"
    left = targets - count
    worst = float(np.abs(residuals).max(initial=0.0))
    if left <= 0 and worst > MISSED:
        yield f"{numbers}, and they do not: a target is missed by {worst:.3g} standard uncertainties within the bounds"
        return
    if left <= 0:
        yield f"{numbers}: that the targets are met is no evidence for the model"
        return
    probability = float(chi2.sf(square, left))
    yield f"{numbers}: {left} degree{'s' if left > 1 else ''} of freedom left, chi^2 = {square:.3g}"
    if probability < 1.0 - CONFIDENCE:
        yield (
            f"the targets are missed by more than their uncertainties allow (probability {probability:.1g}): the "
            f"model does not describe them, and its intervals are too narrow by some {math.sqrt(square / left):.2g}"
        )


def _on_directions(found: Identification, names: Sequence[str]) -> Iterator[str]:
    for value, direction in list(zip(found.singular_values, found.directions, strict=True))[found.identified :]:
        parts = [index for index in np.argsort(-np.abs(direction)) if abs(direction[index]) >= _PART]
        moved = f"over a whole range along it the residuals change by {value:.2g} standard uncertainties in all"
        if len(parts) == 1:
            yield f"the targets do not identify {names[parts[0]]}: {moved}"
            continue
        sign = math.copysign(1.0, direction[parts[0]])
        terms = " ".join(
            f"{'+' if sign * direction[index] > 0.0 else '-'} {abs(direction[index]):.2f} {names[index]}"
            for index in parts
        ).removeprefix("+ ")
        known = " and ".join(names[index] for index in sorted(parts))
        yield f"the targets do not identify {known} one by one: the direction {terms} (in ranges) is free; {moved}"


def _on_correlations(found: Identification, names: Sequence[str]) -> Iterator[str]:
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            if abs(found.correlation[i, j]) > STRONG:
                yield (
                    f"{names[i]} and {names[j]} are known together rather than one by one "
                    f"(correlation {found.correlation[i, j]:+.3f})"
                )


def _on_intervals(found: Identification, names: Sequence[str], shares: Array) -> Iterator[str]:
    for name, share, width in zip(names, shares, found.half_widths, strict=True):
        near = 1e-3
        if share < near or share > 1.0 - near:
            yield f"{name} is at its {'lower' if share < near else 'upper'} bound: the targets want it beyond"
        elif math.isfinite(width) and share - width <= 0.0 and share + width >= 1.0:
            yield f"{name} can be anything within its bounds: its interval is wider"
