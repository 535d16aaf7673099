"""A sparse matrix of node blocks: pattern once, values from element matrices at every assembly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from dolfinx import la
from mpi4py import MPI
from petsc4py import PETSc

from platingx import compat
from platingx.arrays import Array, Int32Array, IntArray, Mask
from platingx.fields.scatter_kernel import block_positions


class BlockMatrix:
    """PETSc matrix (BAIJ) over the nodes of a space.

    Rows and columns of prescribed components stay in the pattern with a diagonal entry only, so the
    pattern never changes and no symbolic work is repeated.

    Parameters
    ----------
    comm
        Communicator.
    index_map, block
        Layout of nodes, and number of components of a node.
    elements
        Local nodes of the elements of each part, shapes (elements, nodes).
    prescribed
        Mask of prescribed components, shape (local nodes, dimension).
    diagonal
        Diagonal entry of prescribed rows, of the order of the stiffness.

    Attributes
    ----------
    matrix
        The PETSc matrix.
    starts
        Row starts of the node-to-node pattern.
    positions
        For each part, where its node pairs stand in their rows (:func:`block_positions`).
    prescribed
        The mask.
    """

    def __init__(
        self,
        comm: MPI.Intracomm,
        index_map: Any,
        block: int,
        elements: Sequence[Int32Array],
        prescribed: Mask,
        diagonal: float,
    ) -> None:
        pattern = compat.sparsity_pattern(comm, index_map, block)
        for nodes in elements:
            for element in nodes:
                pattern.insert(element, element)
        pattern.insert_diagonal(np.arange(index_map.size_local, dtype=np.int32))
        pattern.finalize()
        self._entries = la.matrix_csr(pattern, block_mode=la.BlockMode.compact)
        self._block = block
        self.prescribed = prescribed
        self.starts: IntArray = np.ascontiguousarray(self._entries.indptr, dtype=np.int64)
        columns = np.ascontiguousarray(self._entries.indices, dtype=np.int32)
        self.positions = [block_positions(nodes, self.starts, columns) for nodes in elements]
        owned = index_map.size_local
        self._diagonal_places = self._places_of_prescribed(columns, owned)
        self._diagonal = diagonal
        rows = self.starts[: owned + 1].astype(PETSc.IntType)
        self._owned_blocks = int(rows[-1])
        numbers = self._entries.index_map(1).local_to_global(columns[: self._owned_blocks])
        self._rows_and_columns = (rows, numbers.astype(PETSc.IntType))
        row_of_block = np.repeat(np.arange(owned), np.diff(rows))
        self._diagonal_blocks = np.flatnonzero(columns[: self._owned_blocks] == row_of_block)
        self.matrix = PETSc.Mat().create(comm)
        self.matrix.setSizes(((owned * block, None), (owned * block, None)))
        self.matrix.setBlockSize(block)
        self.matrix.setType(PETSc.Mat.Type.BAIJ)
        self.matrix.setPreallocationCSR(self._rows_and_columns)

    def _places_of_prescribed(self, columns: Int32Array, owned: int) -> IntArray:
        """Places of the diagonal entries of the prescribed rows."""
        block = self._block
        nodes, components = np.nonzero(self.prescribed[:owned])
        place = [
            self.starts[node] + np.searchsorted(columns[self.starts[node] : self.starts[node + 1]], node)
            for node in nodes
        ]
        return np.array(place, dtype=np.int64) * block * block + components * (block + 1)

    def clear(self) -> Array:
        """Set all entries to zero and return them, block by block, for kernels to add to."""
        self._entries.data[:] = 0.0
        return np.asarray(self._entries.data)

    def summed(self) -> tuple[IntArray, IntArray, Array]:
        """Send what belongs to other ranks; row starts, global nodes and blocks of the owned rows. Collective."""
        entries, block = self._entries, self._block
        entries.scatter_reverse()
        entries.data[self._diagonal_places] = self._diagonal
        blocks = entries.data[: self._owned_blocks * block * block].reshape(-1, block, block)
        return (*self._rows_and_columns, blocks)

    def finish(self) -> PETSc.Mat:
        """Send what belongs to other ranks and hand the entries to PETSc. Collective."""
        self.matrix.setValuesBlockedCSR(*self.summed())
        self.matrix.assemble()
        return self.matrix

    def block_diagonal(self) -> PETSc.Mat:
        """New matrix with the diagonal blocks of the nodes only. Collective.

        PETSc (3.22) inverts the diagonal blocks of a BAIJ matrix once and keeps them when its entries change: a block
        Jacobi preconditioner of the matrix itself would for ever be that of the first assembly.
        """
        (start, end), block = self.matrix.getOwnershipRange(), self._block
        blocks = self._entries.data[: self._owned_blocks * block * block].reshape(-1, block, block)
        nodes = np.arange(start // block, end // block, dtype=PETSc.IntType)
        rows = np.arange(len(nodes) + 1, dtype=PETSc.IntType)
        csr = (rows, nodes, blocks[self._diagonal_blocks])
        return PETSc.Mat().createBAIJ(self.matrix.getSizes(), block, csr=csr, comm=self.matrix.comm)
