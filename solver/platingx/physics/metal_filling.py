"""Metal that fills cracks at the pressure that it has at their mouths."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from platingx.arrays import Array, Mask
from platingx.fields.damage_grid import DamageGrid
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.fields.solid_region import SolidRegion
from platingx.problems.contribution import Iterate

__all__ = ["MetalFilling"]

NEAREST = 1.5
"""Distance up to which metal counts, over that of the nearest, where there is none within the radius."""


class MetalFilling:
    """The mean pressure of the metal around the mouths of filled cracks; what is in tension presses on nothing.

    Parameters
    ----------
    metal
        Region of the metal.
    grid
        Vertices of the ceramic.
    radius
        Distance from a mouth up to which metal counts, m, in the undeformed shape.
    """

    def __init__(self, metal: SolidRegion, grid: DamageGrid, radius: float) -> None:
        self._metal, self._grid, self._radius = metal, grid, radius
        self._places: Array = np.einsum("gq,cgi->cqi", _geometry(metal), metal.geometry.coordinates)

    def pressure(self, iterate: Iterate, mouths: Mask, volume: float, before: float) -> float:  # noqa: ARG002
        """Pressure at the mouths, Pa. Collective."""
        comm, points = self._grid.comm, self._places.reshape(-1, self._places.shape[-1])
        distance = cKDTree(self._grid.places[mouths]).query(points)[0] if len(points) else np.zeros(0)
        nearest = min(comm.allgather(float(distance.min(initial=np.inf))))
        counts = distance <= max(self._radius, NEAREST * nearest)
        stress, volumes = self._metal.stress_and_volumes(iterate.values[DISPLACEMENT])
        weights = np.where(counts, volumes[..., 2].ravel(), 0.0)
        pressures = -stress[..., :3].sum(axis=2).ravel() / 3.0
        sums = np.sum(comm.allgather(np.array([np.sum(weights * pressures), np.sum(weights)])), axis=0)
        return max(float(sums[0] / sums[1]), 0.0)


def _geometry(region: SolidRegion) -> Array:
    """Coordinate functions at the points of a cell, shape (nodes, points)."""
    return np.asarray(region.tables.geometry[:, : region.tables.points])
