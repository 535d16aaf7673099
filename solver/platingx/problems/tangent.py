"""The element tangents of all parts, with the fraction of their eliminated volume strain that a matrix leaves out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from petsc4py import PETSc

from platingx.arrays import Array, Int32Array, IntArray, Mask
from platingx.fields.nodal_field import Field
from platingx.fields.scatter_kernel import add_element_matrices, add_projected_matrices
from platingx.problems.block_matrix import BlockMatrix
from platingx.problems.contribution import (
    Contribution,
    ElementTangent,
    Pairing,
    VolumetricallyCondensed,
    VolumetricCondensation,
)


class Tangent:
    """Element matrices of those of a list of contributions that have some, added into sparse matrices.

    Parameters
    ----------
    contributions
        The list.
    """

    def __init__(self, contributions: Sequence[Contribution]) -> None:
        self.parts = tuple(part for part in contributions if isinstance(part, ElementTangent))
        self.nodes = tuple(part.element_nodes() for part in self.parts)
        self.condensations = tuple(_condensation(part) for part in self.parts)
        self.block_nodes = tuple(part.block_nodes if isinstance(part, Pairing) else None for part in self.parts)
        self.removed = [np.zeros(len(nodes)) for nodes in self.nodes]

    def add_to(self, matrix: BlockMatrix) -> None:
        """Add all element matrices, less the removed fractions; ghost rows are not yet sent."""
        data = matrix.clear()
        for k, part in enumerate(self.parts):
            add_element_matrices(
                part.element_matrices(),
                *self.condensations[k],
                self.removed[k],
                self.nodes[k],
                matrix.positions[k],
                matrix.starts,
                matrix.prescribed,
                data,
            )

    def add_projected(
        self, matrix: BlockMatrix, fine_prescribed: Mask, transfers: Sequence[Array], vertices: Sequence[Int32Array]
    ) -> None:
        """Add the element matrices of the linear functions of the vertices, less the removed fractions.

        Parameters
        ----------
        matrix
            Matrix over the vertices.
        fine_prescribed
            Prescribed components of the nodes.
        transfers
            Values of the linear functions at the nodes of an element of each part, shape (nodes, vertices).
        vertices
            Vertices of the elements of each part.
        """
        data = matrix.clear()
        for k, part in enumerate(self.parts):
            add_projected_matrices(
                part.element_matrices(),
                *self.condensations[k],
                self.removed[k],
                self.nodes[k],
                fine_prescribed,
                transfers[k],
                vertices[k],
                matrix.positions[k],
                matrix.starts,
                matrix.prescribed,
                data,
            )


def _condensation(part: ElementTangent) -> VolumetricCondensation:
    """What a part says of its volume strain, or arrays without modes."""
    if isinstance(part, VolumetricallyCondensed):
        return part.volumetric_condensation()
    elements, unknowns = part.element_matrices().shape[:2]
    return VolumetricCondensation(np.zeros((elements, 0, unknowns)), np.zeros((elements, 0, 0)))


class DisplacementMatrix:
    """The assembled tangent of the displacement, from element matrices alone.

    Parameters
    ----------
    field
        The displacement.
    tangent
        Element tangents.
    prescribed
        Mask of components whose rows and columns are left out, shape (local nodes, dimension).
    diagonal
        Diagonal entry of these rows, of the order of the stiffness.
    """

    def __init__(self, field: Field, tangent: Tangent, prescribed: Mask, diagonal: float) -> None:
        self._tangent = tangent
        self._blocks = BlockMatrix(field.comm, field.index_map, field.dimension, tangent.nodes, prescribed, diagonal)
        self._matrix: PETSc.Mat | None = None

    def blocks(self) -> tuple[IntArray, IntArray, Array]:
        """The present entries in compressed rows of node blocks. Collective.

        Returns
        -------
        starts, columns, blocks
            Row starts of the owned nodes, global nodes, and blocks, shape (blocks, dimension, dimension). The first two
            are the same objects at every call.
        """
        self._tangent.add_to(self._blocks)
        return self._blocks.summed()

    def release(self) -> None:
        """Give back what PETSc holds beside that matrix. Collective."""
        self._blocks.matrix.destroy()

    def assemble(self) -> PETSc.Mat:
        """The same PETSc matrix (AIJ) at every call, with the present entries. Collective."""
        self._tangent.add_to(self._blocks)
        self._blocks.finish()
        if self._matrix is None:
            self._matrix = self._blocks.matrix.convert(PETSc.Mat.Type.AIJ, PETSc.Mat())
        else:
            self._blocks.matrix.convert(PETSc.Mat.Type.AIJ, self._matrix)
        return self._matrix
