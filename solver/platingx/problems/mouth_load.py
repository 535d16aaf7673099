"""Pressure in a crack on the metal at its mouth, which turns with the surface of that metal.

A damaged region has small strain, and the stress -p d of what fills its cracks presses on the metal at a mouth in the
direction of the undeformed surface, with its undeformed area. The metal has finite strain: its surface, which opens
with the crack, bears p d on what it is, n da = cof F N dA. The difference, p d (n da - N dA), is linear in the
displacement in the plane. Without it a surface that turns by an angle a is sheared by p a, and gives way as soon as
that is the strength of the metal.
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import IntArray
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.problems.contribution import Iterate, Residuals
from platingx.problems.damage import Damage
from platingx.problems.failure import Failure
from platingx.problems.surface_load import FacetLoad, LoadedFacets

__all__ = ["MouthLoad"]


class MouthLoad(FacetLoad):
    """Forces of the pressure in cracks on a surface of metal, beyond those that the damaged region exerts.

    Parameters
    ----------
    damage
        Damage of the region.
    facets
        Its side of the surface, in the plane.
    vertices
        Vertices of the cell behind each facet by their position in the grid, shape (facets, corners).
    """

    def __init__(self, damage: Damage, facets: LoadedFacets, vertices: IntArray) -> None:
        super().__init__(f"mouths of cracks in {damage.region.name}", facets)
        self._damage, self._vertices = damage, vertices

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> Failure | None:
        """Add the forces of the present shape."""
        damage, facets = self._damage, self.facets
        pressed = damage.pressure * np.where(damage.filled, damage.damage, 0.0)[self._vertices]
        weights = np.einsum("fqc,fc->fq", facets.corners, pressed)
        slopes = facets.gradient[..., 1] * facets.normal[..., None, 0]
        slopes -= facets.gradient[..., 0] * facets.normal[..., None, 1]
        along = np.einsum("fq,fqa,fqb->fab", weights, facets.shape, slopes)
        self._matrices[:, 0::2, 1::2], self._matrices[:, 1::2, 0::2] = -along, along
        self._add(self._times(iterate.values[DISPLACEMENT]), residuals)
        return None
