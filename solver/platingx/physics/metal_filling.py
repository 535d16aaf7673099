"""Metal that fills cracks at the pressure that it has at their mouths, and is missing where it comes from."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from platingx.arrays import Array, Mask
from platingx.fields.damage_grid import DamageGrid
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.fields.solid_region import SolidRegion
from platingx.materials.layout import BULK_MODULUS
from platingx.problems.contribution import Iterate
from platingx.problems.damage_law import Content, Filling
from platingx.problems.growth import PrescribedGrowth

__all__ = ["MetalFilling"]

NEAREST = 1.5
"""Distance up to which metal counts, over that of the nearest, where there is none within the radius."""
SMALLEST_STRAIN = 1e-6
"""Elastic change of volume from which a modulus can be taken."""


class MetalFilling(Filling):
    """Metal of the mean pressure around the mouths of filled cracks; what is in tension presses on nothing.

    Pressure p and volume V of the cracks answer to one another: p falls by what the metal's region loses, V grows with
    p. In an alternation the region has lost V0 and the cracks are pressed by p0, which gave p1 at the mouths and the
    volume V1. The next values are those of two straight lines, c = V1/p0 and k = K/(volume of the region) with the
    bulk modulus K of the compressed metal: p = (p1 - k (V1 - V0) + k c p0)/(1 + k c) and V = V1 + c (p - p0). At rest
    p = p1 and V = V1 whatever k and c. With a softer gap, k' < k, what is left falls by (k - k') c/(1 + k c) each time.

    Parameters
    ----------
    metal
        Region of the metal.
    grid
        Vertices of the ceramic.
    radius
        Distance from a mouth up to which metal counts, m, in the undeformed shape.
    growth
        Of the region, which loses what is in cracks, evenly per volume.
    """

    def __init__(self, metal: SolidRegion, grid: DamageGrid, radius: float, growth: PrescribedGrowth) -> None:
        self._metal, self._grid, self._radius, self._growth = metal, grid, radius, growth
        self._places: Array = np.einsum("gq,cgi->cqi", _geometry(metal), metal.geometry.coordinates)
        still = np.zeros((int(metal.geometry.nodes.max(initial=0)) + 1, metal.geometry.coordinates.shape[-1]))
        self._volume = float(sum(grid.comm.allgather(float(metal.stress_and_volumes(still)[1][..., 0].sum()))))

    def content(self, iterate: Iterate, mouths: Mask, volume: float, before: Content) -> Content:
        """Pressure and metal of the next alternation. Collective."""
        found, ratio, whole = self._at_mouths(iterate, mouths)
        yields = volume / before.pressure if before.pressure > 0.0 else 0.0
        lost, stiffness = before.metal * ratio, self._modulus(found, ratio) / whole
        pressure = found - stiffness * (volume - lost) + stiffness * yields * before.pressure
        pressure = max(pressure / (1.0 + stiffness * yields), 0.0)
        metal = max(volume + yields * (pressure - before.pressure), 0.0) / ratio
        return Content(pressure, metal)

    def _modulus(self, pressure: float, ratio: float) -> float:
        """Bulk modulus of metal at a pressure (Pa) and its elastic volume ratio J: K_t = 2 p/ln(1/J) - K.

        A modulus that rises evenly with the pressure has half its rise in p/ln(1/J).
        """
        soft = float(self._metal.parameters[BULK_MODULUS])
        return max(-2.0 * pressure / np.log(ratio) - soft, soft) if ratio < 1.0 - SMALLEST_STRAIN else soft

    def draw(self, metal: float) -> None:
        """Take metal from the region."""
        self._growth.draw(metal / self._volume)

    def recall(self, metal: float) -> None:
        """Know what was taken; the growth of the region has a memory of its own."""
        self._growth.drawn = metal / self._volume

    def _at_mouths(self, iterate: Iterate, mouths: Mask) -> tuple[float, float, float]:
        """Pressure (Pa) and elastic volume ratio of the metal at the mouths, and volume of its region (m3; m2)."""
        comm, points = self._grid.comm, self._places.reshape(-1, self._places.shape[-1])
        distance = cKDTree(self._grid.places[mouths]).query(points)[0] if len(points) else np.zeros(0)
        nearest = min(comm.allgather(float(distance.min(initial=np.inf))))
        counts = (distance <= max(self._radius, NEAREST * nearest)).astype(float)
        stress, volumes = self._metal.stress_and_volumes(iterate.values[DISPLACEMENT])
        grown, present = (counts * volumes[..., kind].ravel() for kind in (1, 2))
        pressures = -stress[..., :3].sum(axis=2).ravel() / 3.0
        mine = np.array([np.sum(present * pressures), np.sum(present), np.sum(grown), np.sum(volumes[..., 2])])
        moment, present_sum, grown_sum, whole = (float(value) for value in np.sum(comm.allgather(mine), axis=0))
        return moment / present_sum, present_sum / grown_sum, whole


def _geometry(region: SolidRegion) -> Array:
    """Coordinate functions at the points of a cell, shape (nodes, points)."""
    return np.asarray(region.tables.geometry[:, : region.tables.points])
