"""The vertices of a damaged region, known whole on every rank."""

from __future__ import annotations

from dataclasses import dataclass

import basix.ufl
import numpy as np
from dolfinx import mesh
from mpi4py import MPI
from scipy.sparse import coo_array, csr_array

from platingx.arrays import Array, IntArray, Mask
from platingx.compat import geometry_nodes
from platingx.fields.solid_region import SolidRegion
from platingx.fields.tables import ElementTables

__all__ = ["DamageGrid", "build_grid", "crossed"]

LEFT = 1e-3
"""How far a line is moved to its left, and shortest way through a cell that counts, over the size of a cell."""


@dataclass(frozen=True)
class DamageGrid:
    """Continuous functions of the vertices of a region, linear on triangles and bilinear on quadrilaterals.

    Damage is solved for on every rank alike, in the order of the cells and nodes of the mesh file: connected cracks are
    found without messages, and results do not depend on the number of ranks.

    Attributes
    ----------
    vertices
        Numbers of the vertices in the mesh file, ascending.
    places
        Their reference coordinates, shape (vertices, dimension), m.
    cells
        Vertices of all cells of the region by their position here, shape (cells, corners).
    values, slopes
        Functions of the corners at the quadrature points (points, corners), and their gradients (cells, points,
        corners, dimension), 1/m.
    volumes
        Reference volume of each point, shape (cells, points), m3 (m2 in plane strain).
    sizes
        Size of the cells, m: the leg of a right triangle, or the side of a square, of their area.
    own
        Positions of the cells of this rank among all, in the order of its region.
    order
        Order of all cells in what ranks send, one rank after the other.
    comm
        Communicator.
    """

    vertices: IntArray
    places: Array
    cells: IntArray
    values: Array
    slopes: Array
    volumes: Array
    sizes: Array
    own: IntArray
    order: IntArray
    comm: MPI.Intracomm

    @property
    def size(self) -> int:
        """Number of vertices."""
        return len(self.vertices)

    def gathered(self, rows: Array) -> Array:
        """Rows of the cells of all ranks, from those of each. Collective."""
        return np.asarray(np.concatenate(self.comm.allgather(rows))[self.order])

    def at_points(self, nodal: Array) -> Array:
        """Values at the quadrature points of this rank's cells, shape (cells, points)."""
        return np.asarray(nodal[self.cells[self.own]] @ self.values.T)

    def at_all_points(self, nodal: Array) -> Array:
        """Values at the quadrature points of all cells."""
        return np.asarray(nodal[self.cells] @ self.values.T)

    def mass(self, density: Array) -> csr_array:
        """Matrix of the products of two functions by weights at the points of all cells."""
        return self._matrix(np.einsum("cq,qa,qb->cab", density, self.values, self.values))

    def stiffness(self, density: Array) -> csr_array:
        """Matrix of the products of two gradients by weights at the points of all cells, 1/m2."""
        return self._matrix(np.einsum("cq,cqai,cqbi->cab", density, self.slopes, self.slopes))

    def load(self, density: Array) -> Array:
        """Functions integrated with weights at the points of all cells, shape (vertices,)."""
        result = np.zeros(self.size)
        np.add.at(result, self.cells, density @ self.values)
        return result

    def _matrix(self, elements: Array) -> csr_array:
        corners = self.cells.shape[1]
        rows = np.repeat(self.cells, corners, axis=1).ravel()
        columns = np.tile(self.cells, (1, corners)).ravel()
        return csr_array(coo_array((elements.ravel(), (rows, columns)), shape=(self.size, self.size)))

    def edges(self) -> tuple[IntArray, IntArray]:
        """Pairs of vertices of one cell."""
        a, b = np.triu_indices(self.cells.shape[1], 1)
        return self.cells[:, a].ravel(), self.cells[:, b].ravel()

    def marked(self, nodes: IntArray) -> Mask:
        """Which vertices have one of the numbers in the mesh file that any rank gives. Collective."""
        return np.isin(self.vertices, np.concatenate(self.comm.allgather(np.unique(nodes))))

    def outside(self) -> Mask:
        """Which vertices are on the outline of the region."""
        sides = np.array([[0, 1], [1, 2], [2, 0]] if self.cells.shape[1] == 3 else [[0, 1], [1, 3], [3, 2], [2, 0]])
        pairs = np.sort(self.cells[:, sides].reshape(-1, 2), axis=1)
        unique, counts = np.unique(pairs, axis=0, return_counts=True)
        result = np.zeros(self.size, dtype=bool)
        result[unique[counts == 1]] = True
        return result


def build_grid(domain: mesh.Mesh, region: SolidRegion, tables: ElementTables) -> DamageGrid:
    """Gather the vertices of a region in the plane on all ranks. Collective."""
    comm: MPI.Intracomm = domain.comm
    corners = {"triangle": 3, "quadrilateral": 4}[domain.topology.cell_name()]
    nodes = geometry_nodes(domain.geometry)[region.cells][:, :corners]
    numbers = np.asarray(domain.geometry.input_global_indices, dtype=np.int64)[nodes]
    originals = np.asarray(domain.topology.original_cell_index, dtype=np.int64)[region.cells]
    places = domain.geometry.x[nodes][:, :, : domain.geometry.dim]
    element = basix.ufl.element("Lagrange", domain.topology.cell_name(), 1).tabulate(1, tables.points)
    slopes = np.moveaxis(np.array(element[1:]), 0, -1)
    jacobian = np.einsum("cgi,qgj->cqij", region.geometry.coordinates, tables.geometry_gradient)
    gradients = np.einsum("qaj,cqji->cqai", slopes, np.linalg.inv(jacobian))
    volumes = np.abs(np.linalg.det(jacobian)) * tables.weights
    everything = [np.concatenate(comm.allgather(part)) for part in (originals, numbers, places, gradients, volumes)]
    order = np.argsort(everything[0])
    originals_of_all, numbers, places, gradients, volumes = (part[order] for part in everything)
    vertices, first, cells = np.unique(numbers, return_index=True, return_inverse=True)
    area = volumes.sum(axis=1)
    return DamageGrid(
        vertices=vertices,
        places=places.reshape(-1, places.shape[2])[first],
        cells=cells.reshape(numbers.shape),
        values=element[0],
        slopes=gradients,
        volumes=volumes,
        sizes=np.sqrt(2.0 * area) if corners == 3 else np.sqrt(area),
        own=np.searchsorted(originals_of_all, originals),
        order=order,
        comm=comm,
    )


def crossed(grid: DamageGrid, start: Array, end: Array) -> Mask:
    """Vertices of the cells whose inside a straight line passes through, one row of cells along it.

    A line along edges of cells is taken to pass on its left.

    Parameters
    ----------
    grid
        Vertices of the region.
    start, end
        Ends of the line, shape (2,), m.
    """
    corners = grid.places[grid.cells[:, [0, 1, 2] if grid.cells.shape[1] == 3 else [0, 1, 3, 2]]]
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    clockwise = first[:, 0] * second[:, 1] < first[:, 1] * second[:, 0]
    corners[clockwise] = corners[clockwise, ::-1]
    along = end - start
    length = float(np.linalg.norm(along))
    aside = np.array([-along[1], along[0]]) / length * LEFT * float(grid.sizes.min())
    edges = np.roll(corners, -1, axis=1) - corners
    inward = np.stack([-edges[..., 1], edges[..., 0]], axis=-1)
    distance = np.einsum("cei,cei->ce", inward, start + aside - corners)
    rate = np.einsum("cei,i->ce", inward, along)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = -distance / rate
    enters = np.where(rate > 0.0, at, np.where((rate == 0.0) & (distance <= 0.0), np.inf, -np.inf)).max(axis=1)
    leaves = np.where(rate < 0.0, at, np.inf).min(axis=1)
    inside = (np.minimum(leaves, 1.0) - np.maximum(enters, 0.0)) * length > LEFT * grid.sizes
    result = np.zeros(grid.size, dtype=bool)
    result[grid.cells[inside]] = True
    return result
