"""Growth of a layer column by column, by the current that passes through the interface below each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from platingx.arrays import Array
from platingx.constants import FARADAY
from platingx.fields.growth_columns import GrowthColumns
from platingx.physics.column_rows import ColumnRows

__all__ = ["ColumnGrowth"]


class ColumnGrowth:
    """Volume ratios of the columns of a layer; owned by the deposit, which knows the time.

    Parameters
    ----------
    columns
        The columns.
    molar_volume
        Vm, m3/mol.
    rows
        Rows that are stripped one after the other; the whole of a column at once if left out.

    Attributes
    ----------
    ratios
        Jg of the columns now, shape (columns,).
    flux
        Gives the current through the face that belongs to each column, A (A/m in plane strain), of the current density
        that the circuit has found; None where the current density is the same everywhere.
    """

    def __init__(self, columns: GrowthColumns, molar_volume: float, rows: ColumnRows | None = None) -> None:
        self.columns, self.rows = columns, rows
        self.flux: Callable[[], Array] | None = None
        self._factor = molar_volume / FARADAY / columns.volumes
        self.ratios = self._past = np.ones_like(columns.volumes)
        self._rates = self._expected = np.zeros_like(columns.volumes)

    def rates(self, current: float) -> Array:
        """Growth of the columns under a mean current density (A/m2), 1/s."""
        columns = self.columns
        if self.flux is None:
            return np.asarray(self._factor * current * columns.areas)
        found = self.flux()
        rest = current * columns.areas.sum() - found.sum()  # round-off of the circuit
        return np.asarray(self._factor * (found + rest * columns.areas / columns.areas.sum()))

    def take(self, current: float, dt: float) -> bool:
        """Grow by a mean current density (A/m2) for a time (s); False where no metal would be left."""
        self._rates = self.rates(current)
        grown = self._past + self._rates * dt
        if not grown.min() > 0.0:
            return False
        self.ratios = grown
        return True

    def at_points(self) -> Array:
        """Jg at the quadrature points, shape (cells, points)."""
        return self.columns.at_points(self.ratios) if self.rows is None else self.rows.at_points(self.ratios)

    def sums(self, amounts: Array) -> Array:
        """Sums of what belongs to the quadrature points over what grows of each column. Collective."""
        return self.columns.sums(amounts) if self.rows is None else self.rows.sums(self.ratios, amounts)

    def begin(self) -> None:
        """Start a step."""
        self.ratios = self._past

    def expect(self, current: float) -> None:
        """Take what a mean current density (A/m2) would do now for what comes next."""
        self._expected = self.rates(current)

    def commit(self) -> None:
        """Accept the growth."""
        self._past, self._expected = self.ratios, self._rates

    def after(self, start: float, end: float, time: float) -> Array:
        """Jg of columns or rows at a time (s), at one of the ends of the present step, or as expected behind it."""
        if time == end:
            found = self.ratios
        else:
            found = self._past if time == start else np.asarray(self.ratios + (time - end) * self._expected)
        return found if self.rows is None else self.rows.ratios(found)

    def error(self, dt: float) -> float:
        """Largest error of ln(Jg) by a current that changes in a step (s) and is taken as that of its end."""
        change = 0.5 * np.abs(self._rates - self._expected) * dt
        if self.rows is None:
            return float((change / self.ratios).max())
        return float((change * self.rows.slopes(self.ratios) / self.rows.ratios(self.ratios)).max())

    def conducting(self, spent: float, at_start: bool = False) -> Array:
        """Share of each column's face that can still be stripped: 1 above a volume ratio, 0 below two thirds of it.

        Parameters
        ----------
        spent
            The volume ratio.
        at_start
            Whether it is that of the start of the step, and not of now.
        """
        way = np.clip(3.0 * (self._past if at_start else self.ratios) / spent - 2.0, 0.0, 1.0)
        return np.asarray(way * way * (3.0 - 2.0 * way))

    def saved(self) -> dict[str, Array]:
        """Arrays of the last converged state."""
        return {"ratios": self._past.copy(), "rates": self._expected.copy()}

    def restore(self, arrays: dict[str, Array]) -> None:
        """Take over a converged state."""
        self.ratios = self._past = arrays["ratios"].copy()
        self._rates = self._expected = arrays["rates"].copy()
