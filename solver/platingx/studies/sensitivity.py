"""What sampled points tell of the influence of each axis: a polynomial through them, and its Sobol indices.

The polynomial has all terms up to second order in Legendre polynomials of the axes, each scaled to its range, so that
its terms are independent of each other and their squares add up to the variance (polynomial chaos; Sudret, Reliability
Engineering and System Safety 93 (2008) 964). What it leaves unexplained is judged by leaving out each point in turn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from platingx.arrays import Array
from platingx.errors import OutputError

__all__ = ["FEWEST_PER_TERM", "Surrogate", "fit_surrogate"]

FEWEST_PER_TERM = 1.5
"""Points for each term of the polynomial, at least."""
_ROUND_OFF = 1e-12
"""Deviation over the largest value of a quantity that no axis changes."""


@dataclass(frozen=True)
class Surrogate:
    """A polynomial of second order in the shares of the axes.

    Attributes
    ----------
    terms
        Order in each axis, by term; the first is the constant.
    coefficients : ndarray, shape (k,)
        Of orthonormal polynomials.
    unexplained
        Mean square error at points that are left out, over the variance of the points (1 - Q^2).
    """

    terms: tuple[tuple[int, ...], ...]
    coefficients: Array
    unexplained: float

    @property
    def variance(self) -> float:
        """Variance over the ranges."""
        return float((self.coefficients[1:] ** 2).sum())

    def first_order(self) -> Array:
        """Share of the variance that each axis makes alone, shape (d,)."""
        return np.array([self._share([_only(term, axis) for term in self.terms]) for axis in self._axes])

    def total(self) -> Array:
        """Share of the variance that each axis has a part in, shape (d,)."""
        return np.array([self._share([term[axis] > 0 for term in self.terms]) for axis in self._axes])

    def main_effect(self, axis: int, shares: Array) -> Array:
        """Mean over the other axes.

        Parameters
        ----------
        axis
            Number of the axis.
        shares : ndarray, shape (n,)
            Shares of its range, 0 to 1.
        """
        values = np.full(len(shares), float(self.coefficients[0]))
        for term, coefficient in zip(self.terms, self.coefficients, strict=True):
            if _only(term, axis):
                values += coefficient * _legendre(term[axis], shares)
        return values

    def __call__(self, shares: Array) -> Array:
        """Values at points.

        Parameters
        ----------
        shares : ndarray, shape (n, d)
            Shares of the ranges.
        """
        return _matrix(self.terms, shares) @ self.coefficients

    @property
    def _axes(self) -> range:
        return range(len(self.terms[0]))

    def _share(self, picked: Sequence[bool]) -> float:
        """Share of the variance of the terms that are picked."""
        part = float((self.coefficients[np.array(picked)] ** 2).sum())
        return part / self.variance if self.variance > 0.0 else 0.0


def fit_surrogate(shares: Array, values: Array) -> Surrogate:
    """Fit the polynomial by least squares.

    Parameters
    ----------
    shares : ndarray, shape (n, d)
        Points as shares of the ranges of the axes.
    values : ndarray, shape (n,)
        Values of a quantity there.

    Raises
    ------
    OutputError
        If there are too few points.
    """
    axes = shares.shape[1]
    terms = _terms(axes)
    needed = math.ceil(FEWEST_PER_TERM * len(terms))
    if len(values) < needed:
        raise OutputError(f"{len(values)} completed points; {axes} axes need {needed} for their influence")
    matrix = _matrix(terms, shares)
    coefficients = np.asarray(np.linalg.lstsq(matrix, values, rcond=None)[0], dtype=np.float64)
    orthonormal, _ = np.linalg.qr(matrix)
    leverage = np.minimum((orthonormal**2).sum(axis=1), 1.0 - 1e-9)
    left_out = (values - matrix @ coefficients) / (1.0 - leverage)
    variance = float(values.var())
    if variance <= (_ROUND_OFF * float(np.abs(values).max())) ** 2:
        return Surrogate(terms, np.where(np.arange(len(terms)) == 0, values.mean(), 0.0), 0.0)
    return Surrogate(terms, coefficients, float((left_out**2).mean()) / variance)


def _terms(axes: int) -> tuple[tuple[int, ...], ...]:
    """Orders of all terms up to the second."""
    unit = np.eye(axes, dtype=int)
    rows = [np.zeros(axes, dtype=int), *unit, *(2 * unit)]
    rows += [unit[i] + unit[j] for i, j in combinations(range(axes), 2)]
    return tuple(tuple(int(order) for order in row) for row in rows)


def _only(term: tuple[int, ...], axis: int) -> bool:
    return term[axis] > 0 and sum(term) == term[axis]


def _legendre(order: int, shares: Array) -> Array:
    """Orthonormal Legendre polynomial on 0 to 1."""
    x = 2.0 * shares - 1.0
    unscaled = {0: np.ones_like(x), 1: x, 2: 0.5 * (3.0 * x**2 - 1.0)}[order]
    return math.sqrt(2.0 * order + 1.0) * unscaled


def _matrix(terms: tuple[tuple[int, ...], ...], shares: Array) -> Array:
    columns = [
        np.prod([_legendre(order, shares[:, axis]) for axis, order in enumerate(term)], axis=0) for term in terms
    ]
    return np.column_stack(columns)
