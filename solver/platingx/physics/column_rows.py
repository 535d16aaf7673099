"""Rows of the columns of a layer, which stripping takes one after the other, from the interface on.

A foil that is stripped loses the metal next to the electrolyte, and the rest descends; growth that is the same over the
whole of a column would thin it everywhere. With rows r of a column k, of the volumes

    V_kr = sum over the points p of row r of W_pk V_p,   sum_r V_kr = V_k,

what a column of the ratio R_k has lost, D_k = (1 - R_k) V_k, is taken from the first row until a share l of it is left,
then from the next,

    Jg_kr = 1 - min(max(D_k - (1 - l) sum_{s<r} V_ks, 0), (1 - l) V_kr)/V_kr,

so that sum_r V_kr Jg_kr = V_k R_k to round-off. Metal that is plated (R_k > 1) grows the whole column, as without rows,
and what is left where all rows are at l thins alike. What belongs to the points is seen through dJg_kr/dR_k, which is
V_k/V_kr in the row that is being stripped and 0 in the others: the transpose, so that power is kept.
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.fields.growth_columns import GrowthColumns

__all__ = ["ColumnRows"]

FULL = 1e-9
"""Relative distance from the share that is left at which a row counts as stripped."""


class ColumnRows:
    """The rows of all columns.

    Parameters
    ----------
    columns
        The columns.
    row_of_points
        Row of each quadrature point of this rank, from 0 at the interface, shape (cells, points).
    count
        Number of rows.
    point_volumes
        Volumes of the points, shape (cells, points), m3 (m2 in plane strain).
    left
        Share l of a row that stays behind.

    Attributes
    ----------
    volumes
        V_kr, shape (rows, columns), m3 (m2 in plane strain).
    """

    def __init__(
        self, columns: GrowthColumns, row_of_points: IntArray, count: int, point_volumes: Array, left: float
    ) -> None:
        self._columns, self._left = columns, left
        self._masks = [row_of_points == row for row in range(count)]
        self.volumes = np.array([columns.sums(point_volumes * mask) for mask in self._masks])
        self._before = np.cumsum(self.volumes, axis=0) - self.volumes

    def ratios(self, of_columns: Array) -> Array:
        """Jg of the rows of columns of given ratios, shape (rows, columns)."""
        takes = 1.0 - self._left
        lost = (1.0 - of_columns) * self.volumes.sum(axis=0)
        taken = np.clip(lost - takes * self._before, 0.0, takes * self.volumes)
        return np.where(self._alike(of_columns), of_columns, 1.0 - taken / self.volumes)

    def slopes(self, of_columns: Array) -> Array:
        """Change of Jg of the rows with the ratio of their column, at columns that are stripped further."""
        whole, takes = self.volumes.sum(axis=0), 1.0 - self._left
        lost = (1.0 - of_columns) * whole
        now = (lost >= takes * self._before) & (lost < takes * (self._before + self.volumes))
        return np.where(self._alike(of_columns), 1.0, np.where(now, whole / self.volumes, 0.0))

    def at_points(self, of_columns: Array) -> Array:
        """Jg at the quadrature points, shape (cells, points)."""
        values = np.zeros(self._masks[0].shape)
        for mask, ratios in zip(self._masks, self.ratios(of_columns), strict=True):
            values += mask * self._columns.at_points(ratios)
        return values

    def sums(self, of_columns: Array, amounts: Array) -> Array:
        """Sums of what belongs to the points over the rows that change, by as much as they do. Collective."""
        parts = [self._columns.sums(amounts * mask) for mask in self._masks]
        return np.asarray((self.slopes(of_columns) * parts).sum(axis=0))

    def left_behind(self, of_columns: Array) -> float:
        """Volume of the metal in rows that are stripped, m3 (m2 in plane strain)."""
        ratios = self.ratios(of_columns)
        return float((ratios * self.volumes)[ratios <= self._left * (1.0 + FULL)].sum())

    def _alike(self, of_columns: Array) -> Array:
        """Whether all rows of a column change alike: it has been plated, or all its rows are stripped."""
        return np.asarray((of_columns > 1.0) | (of_columns <= self._left))
