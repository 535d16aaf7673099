"""The coarse space of p-multigrid: the linear functions of the vertices within the quadratic displacement space."""

from __future__ import annotations

import basix.ufl
import numpy as np
from dolfinx import fem
from mpi4py import MPI
from petsc4py import PETSc

from platingx.arrays import Array, Int32Array, Mask
from platingx.fields.tables import node_points, scalar_displacement_element


class VertexSpace:
    """Continuous, linear on simplices and multilinear on quadrilaterals and hexahedra.

    Parameters
    ----------
    space
        Displacement space.
    prescribed
        Mask of its prescribed components, shape (local nodes, dimension).

    Attributes
    ----------
    index_map
        Layout of the vertices.
    prescribed
        Mask of their prescribed components.
    transfer
        Value of the function of vertex v at node a of a cell, shape (nodes, vertices); zero for bubbles, which
        are no values at coordinates.
    """

    def __init__(self, space: fem.FunctionSpace, prescribed: Mask) -> None:
        domain, self._block = space.mesh, space.dofmap.index_map_bs
        cell = domain.topology.cell_name()
        linear = basix.ufl.element("Lagrange", cell, 1, shape=(self._block,))
        self._vertices = fem.functionspace(domain, linear)
        self.index_map = self._vertices.dofmap.index_map
        corners = self._vertices.dofmap.list
        self._vertex_of_node = np.full(len(prescribed), -1, dtype=np.int32)
        self._vertex_of_node[space.dofmap.list[:, : corners.shape[1]]] = corners
        self.prescribed = np.zeros((self.index_map.size_local + self.index_map.num_ghosts, self._block), dtype=bool)
        at_vertex = self._vertex_of_node >= 0
        self.prescribed[self._vertex_of_node[at_vertex]] = prescribed[at_vertex]
        self.transfer = _transfer(cell)
        facet = np.array(scalar_displacement_element(cell).entity_closure_dofs[-2][0])
        self._of_facet = self.transfer[np.ix_(facet, facet[facet < corners.shape[1]])]
        self._space, self._fine_prescribed = space, prescribed

    def of_elements(self, nodes: Int32Array, block: int | None = None) -> Int32Array:
        """Vertices of elements that are one cell or facet or several, numbered like those, shape (elements, vertices).

        Parameters
        ----------
        nodes
            Of the elements, shape (elements, nodes).
        block
            Number of nodes of each of the cells or facets; None for cells.
        """
        transfer = self._transfer_of_block(block)
        by_block = nodes.reshape(len(nodes), nodes.shape[1] // len(transfer), len(transfer))
        vertices = self._vertex_of_node[by_block[:, :, : transfer.shape[1]]]
        return np.ascontiguousarray(vertices.reshape(len(nodes), by_block.shape[1] * transfer.shape[1]))

    def transfer_of(self, nodes: Int32Array, block: int | None = None) -> Array:
        """Values of the functions of these vertices at the nodes of such an element, shape (nodes, vertices)."""
        transfer = self._transfer_of_block(block)
        return np.asarray(np.kron(np.eye(nodes.shape[1] // len(transfer)), transfer), dtype=np.float64)

    def _transfer_of_block(self, block: int | None) -> Array:
        return self.transfer if block in {None, len(self.transfer)} else self._of_facet

    def interpolation(self) -> PETSc.Mat:
        """Matrix from displacements of the vertices to those of the nodes, zero for prescribed ones. Collective."""
        fine, coarse, block = self._space.dofmap.index_map, self.index_map, self._block
        nodes, vertices, values = self._entries(fine.size_local)
        counts = np.bincount(nodes, minlength=fine.size_local)
        starts = np.concatenate([[0], np.cumsum(np.repeat(counts, block))]).astype(PETSc.IntType)
        order = np.argsort(np.repeat(nodes, block) * block + np.tile(np.arange(block), len(nodes)), kind="stable")
        component = np.tile(np.arange(block), len(nodes))[order]
        rows, columns = np.repeat(nodes, block)[order], np.repeat(vertices, block)[order]
        free = ~self._fine_prescribed[rows, component] & ~self.prescribed[columns, component]
        numbers = coarse.local_to_global(columns.astype(np.int32)) * block + component
        matrix = PETSc.Mat().createAIJ(
            ((fine.size_local * block, None), (coarse.size_local * block, None)),
            csr=(starts, numbers.astype(PETSc.IntType), np.where(free, np.repeat(values, block)[order], 0.0)),
            comm=self._space.mesh.comm,
        )
        matrix.assemble()
        return matrix

    def _entries(self, owned: int) -> tuple[Int32Array, Int32Array, Array]:
        """Owned nodes, vertices and values of the interpolation, sorted by node, without repetition."""
        cells = self._space.dofmap.list
        a, v = np.nonzero(np.abs(self.transfer) > 1e-12)
        nodes = cells[:, a].ravel()
        vertices = self._vertices.dofmap.list[:, v].ravel()
        values = np.tile(self.transfer[a, v], len(cells))
        keep = np.flatnonzero(nodes < owned)
        pairs = nodes[keep].astype(np.int64) * (int(vertices.max(initial=0)) + 1) + vertices[keep]
        _, first = np.unique(pairs, return_index=True)
        chosen = keep[first]
        return nodes[chosen].astype(np.int32), vertices[chosen].astype(np.int32), values[chosen]

    def rigid_motions(self) -> PETSc.NullSpace:
        """Rigid-body motions of the vertices, the near-nullspace of elasticity. Collective."""
        coordinates = self._vertices.tabulate_dof_coordinates()[: self.index_map.size_local, : self._block]
        extent = self._space.mesh.comm.allreduce(float(np.abs(coordinates).max(initial=0.0)), MPI.MAX)
        scaled = coordinates / extent if extent > 0.0 else coordinates
        motions = [np.zeros_like(scaled) for _ in range(self._block)]
        for component, motion in enumerate(motions):
            motion[:, component] = 1.0
        for i in range(self._block):
            for j in range(i + 1, self._block):
                turn = np.zeros_like(scaled)
                turn[:, i], turn[:, j] = -scaled[:, j], scaled[:, i]
                motions.append(turn)
        vectors: list[PETSc.Vec] = []
        for motion in motions:
            vector = PETSc.Vec().createMPI((motion.size, None), bsize=self._block, comm=self._space.mesh.comm)
            vector.array_w[:] = motion.ravel()
            for earlier in vectors:
                vector.axpy(-vector.dot(earlier), earlier)
            vector.normalize()
            vectors.append(vector)
        return PETSc.NullSpace().create(vectors=vectors, comm=self._space.mesh.comm)


def _transfer(cell: str) -> Array:
    """Values of the linear functions of the vertices at the nodes of the displacement element."""
    nodes = node_points(cell)
    values: Array = basix.ufl.element("Lagrange", cell, 1).tabulate(0, np.nan_to_num(nodes))[0]
    values[~np.isfinite(nodes[:, 0])] = 0.0
    return values
