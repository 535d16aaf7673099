"""Pressure in a crack on the metal at its mouth, which turns with the surface of that metal.

A damaged region has small strain, and the stress -p d of what fills its cracks presses on the metal at a mouth in the
direction of the undeformed surface, with its undeformed area. The metal has finite strain: its surface, which opens
with the crack, bears p d on what it is, n da = cof F N dA. The difference, p d (n da - N dA), is linear in the
displacement in the plane. Without it a surface that turns by an angle a is sheared by p a, and gives way as soon as
that is the strength of the metal.
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array, Int32Array, IntArray
from platingx.fields.nodal_field import DISPLACEMENT, Forces
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.damage import Damage
from platingx.problems.failure import Failure
from platingx.problems.surface_load import LoadedFacets

__all__ = ["MouthLoad"]


class MouthLoad:
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

    fields = (DISPLACEMENT,)

    def __init__(self, damage: Damage, facets: LoadedFacets, vertices: IntArray) -> None:
        self.name = f"mouths of cracks in {damage.region.name}"
        self._damage, self._facets, self._vertices = damage, facets, vertices
        count, _, nodes = facets.shape.shape
        self._matrices = np.zeros((count, 2 * nodes, 2 * nodes))

    def element_nodes(self) -> Int32Array:
        """Nodes of the cell behind each facet."""
        return self._facets.nodes

    def element_matrices(self) -> Array:
        """Derivative of the forces."""
        return self._matrices

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> Failure | None:
        """Add the forces of the present shape."""
        damage, facets = self._damage, self._facets
        pressed = damage.pressure * np.where(damage.filled, damage.damage, 0.0)[self._vertices]
        weights = np.einsum("fqc,fc->fq", facets.corners, pressed)
        slopes = facets.gradient[..., 1] * facets.normal[..., None, 0]
        slopes -= facets.gradient[..., 0] * facets.normal[..., None, 1]
        along = np.einsum("fq,fqa,fqb->fab", weights, facets.shape, slopes)
        self._matrices[:, 0::2, 1::2], self._matrices[:, 1::2, 0::2] = -along, along
        nodes = facets.nodes
        element = iterate.values[DISPLACEMENT][nodes].reshape(len(nodes), 2 * nodes.shape[1])
        total = np.einsum("fij,fj->fi", self._matrices, element).reshape(*nodes.shape, 2)
        forces = residuals[DISPLACEMENT]
        np.add.at(forces.internal, nodes, total)
        np.add.at(forces.condensed, nodes, total)
        np.add.at(forces.force_scale, nodes, np.abs(total))
        return None

    def add_applied_force(self, iterate: Iterate, results: Arrays) -> None:
        """Add the forces on the metal."""
        result = results[DISPLACEMENT]
        forces = Forces(*(np.zeros_like(result) for _ in range(3)))
        self.evaluate(iterate, {DISPLACEMENT: forces})
        result -= forces.internal

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the tangent times a nodal increment."""
        nodes, increment = self._facets.nodes, increments[DISPLACEMENT]
        element = increment[nodes].reshape(len(nodes), 2 * nodes.shape[1])
        force = np.einsum("fij,fj->fi", self._matrices, element)
        np.add.at(results[DISPLACEMENT], nodes, force.reshape(*nodes.shape, 2))
