"""What stress takes of the voltage of a circuit, as the circuit expects it between two solutions of the mechanics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from platingx.arrays import Array
from platingx.problems.anderson import Anderson

__all__ = ["ColumnResponse", "PointValues", "Response", "StressResponse"]


class Response(Protocol):
    """What stress takes of the voltage: see `StressResponse` for its members."""

    @property
    def value(self) -> float:
        """Mean overpotential of the last state that the mechanics was solved for, V."""

    @property
    def converged(self) -> float | Array:
        """Overpotential of the last converged state, V."""

    @property
    def is_local(self) -> bool:
        """Whether it differs from place to place, so that a current that is held depends on it too."""

    def expected(self, charge: float) -> tuple[float | Array, float | Array]:
        """Overpotential (V) after a charge per area of the step (C/m2), and its derivative by the charge (V m2/C)."""

    def learn(self, charge: float, value: Array) -> float:
        """Take over the overpotential that the mechanics gives after a charge; what was wrong with the expected, V."""

    def begin(self) -> None:
        """Start a step from the converged state."""

    def commit(self) -> None:
        """Accept the state."""

    def rollback(self) -> None:
        """Return to the last converged state."""

    def saved(self) -> Array:
        """Numbers of the converged state."""

    def restore(self, numbers: Array) -> None:
        """Take over a converged state."""


@dataclass
class StressResponse:
    """What stress takes of the voltage, as a line in the charge of a step: eta(q) = eta_0 + c (q - q_0).

    The line goes through the last state that the mechanics has been solved for. Its slope is that of the secant through
    the last two states of a step, or is kept from the step before. With it the circuit knows beforehand how the metal
    answers, and a staggered scheme settles where a fixed point would swing up (c dt > Z).

    Attributes
    ----------
    converged
        Overpotential of the last converged state, V.
    slope
        c, V m2/C; NaN before there are two states.
    """

    converged: float = 0.0
    slope: float = float("nan")
    is_local = False

    def __post_init__(self) -> None:
        self._slope = self.slope
        self.begin()

    def begin(self) -> None:
        """Start a step from the converged state."""
        self._charge, self.value = 0.0, self.converged
        self._known = False

    def expected(self, charge: float) -> tuple[float, float]:
        """Overpotential (V) after a charge per area of the step (C/m2), and its derivative by the charge (V m2/C)."""
        slope = 0.0 if np.isnan(self.slope) else self.slope
        return self.value + slope * (charge - self._charge), slope

    def learn(self, charge: float, value: Array | float) -> float:
        """Take over the overpotential that the mechanics gives after a charge; what was wrong with the line, V."""
        found = float(value)
        error = found - self.expected(charge)[0]
        moved = charge - self._charge
        if (self._known or np.isnan(self.slope)) and abs(moved) > 1e-9 * abs(charge):
            self.slope = max((found - self.value) / moved, 0.0)
        self._charge, self.value, self._known = charge, found, True
        return error

    def commit(self) -> None:
        """Accept the state."""
        self.converged, self._slope = self.value, self.slope
        self.begin()

    def rollback(self) -> None:
        """Return to the last converged state."""
        self.slope = self._slope
        self.begin()

    def saved(self) -> Array:
        """Overpotential and slope of the converged state."""
        return np.array([self.converged, self.slope])

    def restore(self, numbers: Array) -> None:
        """Take over a converged state."""
        self.converged, self._slope = map(float, numbers)
        self.rollback()


class PointValues(Protocol):
    """Gives values of columns at points."""

    def at(self, corners: Array) -> Array:
        """Values at the points of those at the columns."""


class ColumnResponse:
    """What stress takes of the voltage at each column of the metal.

    Each column has a line in the mean charge of the step, eta_k(q) = y_k + c_k q, with the slope c_k that it had in the
    last step: it knows beforehand how the metal answers along its way. What is left, how columns press on one another,
    is a fixed point in y, which Anderson's method accelerates within each step.

    Parameters
    ----------
    areas
        Of the columns, m2.

    Attributes
    ----------
    columns
        Overpotential of the columns in the last state that the mechanics was solved for, V.
    """

    is_local = True

    def __init__(self, areas: Array) -> None:
        self._shares = areas / areas.sum()
        self._points: PointValues | None = None
        self._converged = self.columns = np.zeros_like(areas)
        self._slopes, self._line = np.full_like(areas, np.nan), np.zeros_like(areas)
        self._anderson = Anderson(areas)
        self.begin()

    def look_at(self, points: PointValues) -> None:
        """Give what is asked for at points of the interface."""
        self._points = points

    @property
    def value(self) -> float:
        """Mean overpotential, V."""
        return float(self._shares @ self.columns)

    @property
    def converged(self) -> Array:
        """Overpotential of the last converged state at the points, V."""
        return self._at_points(self._converged)

    def begin(self) -> None:
        """Start a step from the converged state."""
        self.columns = self._converged
        self._offsets, self._charge = self._converged.copy(), 0.0
        self._line = np.nan_to_num(self._slopes)
        self._anderson.clear()

    def _at_points(self, columns: Array) -> Array:
        if self._points is None:
            raise RuntimeError("nobody has said at which points the overpotential is asked for")
        return self._points.at(columns)

    def expected(self, charge: float) -> tuple[Array, Array]:
        """Overpotential (V) at the points after a mean charge of the step (C/m2), and its derivative (V m2/C)."""
        return self._at_points(self._offsets + self._line * charge), self._at_points(self._line)

    def learn(self, charge: float, value: Array) -> float:
        """Take over the overpotential of the columns after a mean charge; the largest error of what was expected, V."""
        residual = value - self._offsets - self._line * charge
        error = float(np.abs(residual).max())
        self.columns, self._charge = value, charge
        if np.isnan(self._slopes[0]) and not self._line.any() and charge != 0.0:
            self._line = self._secants()
            self._offsets = value - self._line * charge
        else:
            self._offsets = self._anderson.next(self._offsets, residual)
        return error

    def _secants(self) -> Array:
        """Slopes over the step so far, V m2/C; never below zero for their mean."""
        found = np.asarray((self.columns - self._converged) / self._charge)
        return found - min(float(self._shares @ found), 0.0)

    def commit(self) -> None:
        """Accept the state."""
        if self._charge != 0.0:
            self._slopes = self._secants()
        self._converged = self.columns
        self.begin()

    def rollback(self) -> None:
        """Return to the last converged state."""
        self.begin()

    def saved(self) -> Array:
        """Overpotentials of the columns, and their slopes."""
        return np.concatenate([self._converged, self._slopes])

    def restore(self, numbers: Array) -> None:
        """Take over a converged state."""
        self._converged, self._slopes = (part.copy() for part in np.split(numbers, 2))
        self.begin()
