"""The map from the reference cell to a cell, and back from a place to the reference cell."""

from dataclasses import dataclass
from functools import cache
from itertools import product

import gmsh
import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.gmsh_session import gmsh_model

Array = NDArray[np.float64]

ITERATIONS = 20
LARGEST_STEP = 1.0
"""Of Newton's method, in the reference cell: valid cells need a few steps, and a point far away need not be found."""


@dataclass(frozen=True)
class ReferenceMap:
    """Lagrange basis of a cell type as monomials.

    Attributes
    ----------
    simplex : whether the reference cell is the unit simplex; it is [-1, 1] in each direction otherwise
    exponents : of the monomials, shape (nodes, dimension)
    coefficients : of the basis functions, shape (monomials, nodes)
    """

    simplex: bool
    exponents: NDArray[np.int64]
    coefficients: Array

    def basis(self, reference: Array) -> Array:
        """Basis functions at reference points, shape (points, nodes)."""
        return np.asarray(self._product(self._powers(reference)) @ self.coefficients)

    def gradients(self, reference: Array) -> Array:
        """Derivatives of the basis functions, shape (points, dimension, nodes)."""
        powers = self._powers(reference)
        derivatives = [column[:, :-1] * np.arange(1, column.shape[1]) for column in powers]
        columns = []
        for direction, derivative in enumerate(derivatives):
            factors = list(powers)
            factors[direction] = np.column_stack([np.zeros(len(derivative)), derivative])
            columns.append(self._product(factors) @ self.coefficients)
        return np.stack(columns, axis=1)

    def _powers(self, reference: Array) -> list[Array]:
        """Powers 0, 1, ... of each coordinate."""
        return [np.vander(column, int(self.exponents.max()) + 1, increasing=True) for column in reference.T]

    def _product(self, factors: list[Array]) -> Array:
        """Monomials from powers of each coordinate, shape (points, monomials)."""
        product = factors[0][:, self.exponents[:, 0]]
        for factor, exponent in zip(factors[1:], self.exponents.T[1:], strict=True):
            product = product * factor[:, exponent]
        return product

    @property
    def middle(self) -> float:
        """Each coordinate of the middle of the reference cell."""
        return 1.0 / (self.exponents.shape[1] + 1) if self.simplex else 0.0

    def clamped(self, reference: Array) -> Array:
        """The same points, those outside moved onto the surface of the reference cell."""
        if not self.simplex:
            return np.clip(reference, -1.0, 1.0)
        inside = np.maximum(reference, 0.0)
        return np.asarray(inside / np.maximum(inside.sum(axis=1, keepdims=True), 1.0))

    def inverse(self, nodes: Array, places: Array) -> Array:
        """Reference points of places by Newton's method, one cell for each place.

        Parameters
        ----------
        nodes : shape (places, nodes, dimension)
        places : shape (places, dimension)

        Returns
        -------
        shape (places, dimension); anything for a place far outside of its cell
        """
        dimension = places.shape[1]
        reference = np.full(places.shape, self.middle)
        active = np.arange(len(places))
        for _ in range(ITERATIONS):
            own, at = nodes[active], reference[active]
            missing = places[active] - np.einsum("pn,pnd->pd", self.basis(at), own)
            jacobian = np.einsum("pin,pnd->pdi", self.gradients(at), own)
            singular = np.linalg.det(jacobian) == 0.0
            jacobian[singular] = np.eye(dimension)
            step = np.linalg.solve(jacobian, missing[:, :, None])[:, :, 0]
            size = np.abs(step).max(axis=1, keepdims=True, initial=0.0)
            step *= np.minimum(1.0, LARGEST_STEP / np.maximum(size, LARGEST_STEP))
            reference[active] = np.clip(at + step, -3.0, 3.0)
            active = active[(size[:, 0] > 1e-13) & ~singular]
            if len(active) == 0:
                break
        return reference


@cache
def reference_map(cell_type: str) -> ReferenceMap:
    """Map of a cell type of first or second order."""
    kind = CELL_TYPES[cell_type]
    order = 1 if kind.nodes == kind.corners else 2
    exponents = [e for e in product(range(order + 1), repeat=kind.dimension) if not kind.is_simplex or sum(e) <= order]
    powers = np.array(exponents, dtype=np.int64)
    with gmsh_model("reference nodes"):
        local = gmsh.model.mesh.getElementProperties(kind.gmsh)[4]
    places = np.asarray(local).reshape(kind.nodes, kind.dimension)
    monomials = (places[:, None, :] ** powers[None, :, :]).prod(axis=2)
    return ReferenceMap(kind.is_simplex, powers, np.linalg.inv(monomials))
