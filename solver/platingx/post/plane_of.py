"""How the fields of a plane section come from those of a three-dimensional model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array, IntArray

__all__ = ["PlaneOf"]


@dataclass(frozen=True, eq=False)
class PlaneOf:
    """How the fields of a section come from those of a three-dimensional model.

    Attributes
    ----------
    points : ndarray of int, shape (points of the section,)
        Points of the model.
    axes : tuple of int
        Coordinates of the model that are first and second in the section.
    """

    points: IntArray
    axes: tuple[int, int]

    @property
    def names(self) -> tuple[str, str]:
        """Names of the two coordinates."""
        return "xyz"[self.axes[0]], "xyz"[self.axes[1]]

    def take(self, values: Array) -> Array:
        """Scalars or vectors of the model at the points of the section."""
        return values[self.points] if values.ndim == 1 else self.vectors(values[self.points])

    def vectors(self, values: Array) -> Array:
        """Vectors by their components in the plane, with a zero for the third."""
        return np.column_stack([values[:, self.axes], np.zeros(len(values))])
