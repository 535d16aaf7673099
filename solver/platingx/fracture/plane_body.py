"""A linear elastic body in plane strain with a slit: quadratic triangles, factorised once.

Small, serial and independent of the solver of the run, so that ranks can work at slits of their own and a probe costs
little beside a run: the stiffness is made with NumPy and factorised with SuperLU.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import basix
import numpy as np
from scipy.sparse import coo_array, csc_array
from scipy.sparse.linalg import SuperLU, splu

from platingx.arrays import Array, IntArray, Mask
from platingx_meshes.slit import SlitMesh

__all__ = ["CellPoints", "Elastic", "PlaneBody"]


@dataclass(frozen=True)
class Elastic:
    """Isotropic elasticity in plane strain.

    Attributes
    ----------
    young_modulus, poisson_ratio
        Pa and 1.
    """

    young_modulus: float
    poisson_ratio: float

    @property
    def shear_modulus(self) -> float:
        """G, Pa."""
        return self.young_modulus / (2.0 * (1.0 + self.poisson_ratio))

    @property
    def plane_modulus(self) -> float:
        """E' = E / (1 - nu^2), Pa: G_c = K^2 / E'."""
        return self.young_modulus / (1.0 - self.poisson_ratio**2)

    @cached_property
    def stiffness(self) -> Array:
        """Stress over displacement gradient, shape (2, 2, 2, 2), Pa."""
        nu, shear = self.poisson_ratio, self.shear_modulus
        lame = 2.0 * shear * nu / (1.0 - 2.0 * nu)
        one = np.eye(2)
        symmetric = np.einsum("ik,jl->ijkl", one, one) + np.einsum("il,jk->ijkl", one, one)
        return np.asarray(lame * np.einsum("ij,kl->ijkl", one, one) + shear * symmetric)


@dataclass(frozen=True)
class CellPoints:
    """Quadrature points of some cells.

    Attributes
    ----------
    cells
        Their nodes, shape (cells, 6).
    places
        Shape (cells, points, 2), m.
    gradients
        Of the shape functions, shape (cells, points, 6, 2), 1/m.
    weights
        Weights with the area, shape (cells, points), m2.
    """

    cells: IntArray
    places: Array
    gradients: Array
    weights: Array


def quadratic_triangle(points: Array) -> Array:
    """Shape functions and derivatives at reference points, shape (3, points, 6); corners, then sides 01, 12, 20."""
    x, y = points[:, 0], points[:, 1]
    z = 1.0 - x - y
    zero = np.zeros_like(x)
    shape = [z * (2 * z - 1), x * (2 * x - 1), y * (2 * y - 1), 4 * z * x, 4 * x * y, 4 * y * z]
    by_x = [1 - 4 * z, 4 * x - 1, zero, 4 * (z - x), 4 * y, -4 * y]
    by_y = [1 - 4 * z, zero, 4 * y - 1, -4 * x, 4 * x, 4 * (z - y)]
    return np.stack([np.stack(row, axis=-1) for row in (shape, by_x, by_y)])


class PlaneBody:
    """A body with a slit, held as its mesh says.

    Parameters
    ----------
    mesh
        The mesh.
    elastic
        Its elasticity.
    """

    def __init__(self, mesh: SlitMesh, elastic: Elastic) -> None:
        self.mesh, self.elastic = mesh, elastic
        self._free = np.flatnonzero(~_held(mesh).ravel())
        self._factors = self._factorise()

    def points(self, cells: IntArray, degree: int) -> CellPoints:
        """Quadrature points of some cells, by their numbers, exact for polynomials of a degree on straight ones."""
        places, weights = basix.make_quadrature(basix.CellType.triangle, degree)
        shape, *slopes = quadratic_triangle(places)
        nodes = self.mesh.cells[cells]
        corners = self.mesh.points[nodes]
        jacobian = np.einsum("kqa,cai->cqik", np.stack(slopes), corners)
        inverse = np.linalg.inv(jacobian)
        gradients = np.einsum("kqa,cqki->cqai", np.stack(slopes), inverse)
        return CellPoints(nodes, np.einsum("qa,cai->cqi", shape, corners), gradients, np.linalg.det(jacobian) * weights)

    def solve(self, load: Array) -> Array:
        """Displacement under nodal forces, both of shape (nodes, 2) or (nodes, 2, loads); N/m and m."""
        rows = load.reshape(load.shape[0] * 2, -1)
        result = np.zeros_like(rows)
        result[self._free] = self._factors.solve(np.ascontiguousarray(rows[self._free]))
        return result.reshape(load.shape)

    def _factorise(self) -> SuperLU:
        mesh = self.mesh
        at = self.points(np.arange(len(mesh.cells)), 4)
        count, points = at.weights.shape
        strain = np.zeros((count, points, 3, 6, 2))  # engineering strain (xx, yy, xy) of each unknown
        strain[:, :, 0, :, 0], strain[:, :, 1, :, 1] = at.gradients[..., 0], at.gradients[..., 1]
        strain[:, :, 2, :, 0], strain[:, :, 2, :, 1] = at.gradients[..., 1], at.gradients[..., 0]
        c = self.elastic.stiffness
        plane = np.array(
            [[c[0, 0, 0, 0], c[0, 0, 1, 1], 0.0], [c[0, 0, 1, 1], c[1, 1, 1, 1], 0.0], [0.0, 0.0, c[0, 1, 0, 1]]]
        )
        stress = (plane @ strain.reshape(-1, 3, 12)).reshape(count, points, 3, 12) * at.weights[..., None, None]
        blocks = np.swapaxes(strain.reshape(count, points * 3, 12), 1, 2) @ stress.reshape(count, points * 3, 12)
        numbers = (2 * mesh.cells[:, :, None] + np.arange(2)).reshape(len(mesh.cells), 12)
        rows, columns = np.repeat(numbers, 12, axis=1).ravel(), np.tile(numbers, (1, 12)).ravel()
        size = 2 * len(mesh.points)
        place = np.full(size, -1, dtype=np.int64)
        place[self._free] = np.arange(len(self._free))
        rows, columns = place[rows], place[columns]
        kept = (rows >= 0) & (columns >= 0)
        count = len(self._free)
        matrix = csc_array(coo_array((blocks.ravel()[kept], (rows[kept], columns[kept])), shape=(count, count)))
        return splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})


def _held(mesh: SlitMesh) -> Mask:
    """Held components, shape (nodes, 2), with as many pins as the rigid motions need that nothing else holds.

    The faces of a slit pull at each other, so that pins carry nothing.
    """
    held = mesh.held.copy()
    centre, size = mesh.points.mean(axis=0), float(np.ptp(mesh.points, axis=0).max())
    x, y = ((mesh.points - centre) / size).T
    one, zero = np.ones_like(x), np.zeros_like(x)
    motions = np.stack([np.stack([one, zero], 1), np.stack([zero, one], 1), np.stack([-y, x], 1)], axis=-1)
    far = np.argsort(-np.linalg.norm(mesh.points - mesh.slit.end, axis=1))
    corners = np.zeros(len(x), dtype=bool)
    corners[mesh.cells[:, :3]] = True
    candidates = [int(node) for node in far[corners[far]][:: max(1, len(far) // 50)]]
    for node in candidates:
        for component in (0, 1):
            free = 3 - np.linalg.matrix_rank(motions[held], tol=1e-6) if held.any() else 3
            if free == 0:
                return held
            trial = held.copy()
            trial[node, component] = True
            if 3 - np.linalg.matrix_rank(motions[trial], tol=1e-6) < free:
                held = trial
    return held
