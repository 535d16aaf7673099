"""Jacobian of second-order cells, sampled where it matters: at quadrature points and corners."""

from dataclasses import dataclass

import gmsh
import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import CELL_TYPES, CellType
from platingx_meshes.gmsh_session import gmsh_model

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Jacobians:
    """Samples of the Jacobian of each cell.

    Attributes
    ----------
    determinant : shape (cells, samples), m^dimension; the first samples are quadrature points, then corners
    scaled : the same divided by the lengths of the Jacobian's columns, 1 for a right angle; for simplices
        divided by that of the regular simplex
    weights : quadrature weights, shape (quadrature points,)
    """

    determinant: Array
    scaled: Array
    weights: Array

    @property
    def measures(self) -> Array:
        """Area or volume of each cell, shape (cells,)."""
        return np.asarray(self.determinant[:, : len(self.weights)] @ self.weights)


def jacobians(points: Array, cells: NDArray[np.int64], cell_type: str) -> Jacobians:
    """Sample the Jacobians of cells.

    Parameters
    ----------
    points : node coordinates, m, shape (n, 3)
    cells : node numbers in Gmsh order, shape (cells, nodes per cell)
    cell_type : name of the cell type
    """
    kind = CELL_TYPES[cell_type]
    gradients, weights = _reference(kind)
    coordinates = points[cells][:, :, : kind.dimension]
    jacobian = np.einsum("cni,snj->csij", coordinates, gradients)
    determinant = np.linalg.det(jacobian)
    lengths = np.prod(np.linalg.norm(jacobian, axis=2), axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.where(lengths > 0.0, determinant / lengths, 0.0)
    if kind.is_simplex:
        scaled = np.minimum(scaled * {1: 1.0, 2: 2.0 / np.sqrt(3.0), 3: np.sqrt(2.0)}[kind.dimension], 1.0)
    return Jacobians(determinant, scaled, weights)


def _reference(kind: CellType) -> tuple[Array, Array]:
    """Gradients of the basis at quadrature points and corners, shape (samples, nodes, dimension), and weights."""
    with gmsh_model("reference cell"):
        places, weights = gmsh.model.mesh.getIntegrationPoints(kind.gmsh, "Gauss6")
        corners = np.zeros((kind.corners, 3))
        corners[:, : kind.dimension] = kind.reference_corners
        samples = np.concatenate([np.asarray(places), corners.ravel()])
        _, values, _ = gmsh.model.mesh.getBasisFunctions(kind.gmsh, samples, "GradLagrange")
    gradients = np.asarray(values).reshape(len(samples) // 3, kind.nodes, 3)[:, :, : kind.dimension]
    return gradients, np.asarray(weights)
