"""Which cracks of a damage field metal has run into, which are vented, and what they have cut off."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from platingx.arrays import Array, IntArray, Mask
from platingx.fields.damage_grid import DamageGrid

__all__ = ["OPEN", "CrackReach"]

OPEN = 0.9
"""Damage of a vertex from which it belongs to an open crack, through which metal passes."""
AROUND = 4.0
"""Distance from an open crack, over the length of the model, up to which damage is that crack's."""
SMALLEST_PIECE = 4.0
"""Area of a piece, over the square of the length, below which being cut off says nothing."""


@dataclass
class CrackReach:
    """Connected cracks of a damage field.

    Attributes
    ----------
    grid
        Vertices of the region.
    length
        Of the model, m.
    metal, free, held
        Which vertices touch metal, a free surface, and a support.
    ends
        Supports that a crack may come to an end at: all but planes of symmetry, along which one may run.
    """

    grid: DamageGrid
    length: float
    metal: Mask
    free: Mask
    held: Mask
    ends: Mask | None = None
    _edges: tuple[IntArray, IntArray] = field(init=False, repr=False)
    _area: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._edges = self.grid.edges()
        self._area = self.grid.load(self.grid.volumes)

    def _components(self, chosen: Mask) -> IntArray:
        """Number of the connected set of each chosen vertex, -1 of the others."""
        first, second = self._edges
        both = chosen[first] & chosen[second]
        size = self.grid.size
        graph = coo_array((np.ones(int(both.sum())), (first[both], second[both])), shape=(size, size))
        numbers = np.asarray(connected_components(graph, directed=False)[1])
        return np.where(chosen, numbers, -1)

    def _touching(self, components: IntArray, where: Mask) -> Mask:
        """Vertices of sets that have one in a mask."""
        there = np.unique(components[where & (components >= 0)])
        return np.isin(components, there) & (components >= 0)

    def vented(self, damage: Array) -> Mask:
        """Vertices of open cracks that meet a free surface."""
        return self._touching(self._components(damage >= OPEN), self.free)

    def filled(self, damage: Array, vented: Mask) -> Mask:
        """Vertices whose damage bears the pressure of the metal.

        An open crack is filled if it touches metal and has no vented vertex. Damage around it is its own up to
        ``AROUND`` lengths, where no other open crack is nearer.
        """
        cores = self._components(damage >= OPEN)
        inside = cores >= 0
        result = np.zeros(self.grid.size, dtype=bool)
        if not inside.any():
            return result
        wet = self._touching(cores, self.metal) & ~self._touching(cores, vented)
        distance, nearest = cKDTree(self.grid.places[inside]).query(self.grid.places)
        return np.asarray((distance <= AROUND * self.length) & wet[inside][nearest])

    def mouths(self, damage: Array, filled: Mask) -> Mask:
        """Vertices at which metal runs into filled cracks."""
        return self.metal & filled & (damage >= OPEN)

    def loose(self, damage: Array) -> Mask:
        """Vertices of pieces that cracks have cut off from all supports."""
        pieces = self._components(damage < OPEN)
        free = (pieces >= 0) & ~self._touching(pieces, self.held)
        areas = np.bincount(pieces[free], self._area[free], minlength=1) if free.any() else np.zeros(1)
        large = np.flatnonzero(areas > SMALLEST_PIECE * self.length**2)
        return np.asarray(free & np.isin(pieces, large))
