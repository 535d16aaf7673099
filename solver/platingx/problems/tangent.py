"""The element tangents of all parts, with the share of their eliminated volume strain that a matrix leaves out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from platingx.arrays import Array, Int32Array, Mask
from platingx.fields.scatter_kernel import add_element_matrices, add_projected_matrices
from platingx.problems.block_matrix import BlockMatrix
from platingx.problems.contribution import Contribution, Dilatant, Dilation


class Tangent:
    """Element matrices of a list of contributions, added into sparse matrices.

    Parameters
    ----------
    contributions
        The parts.
    """

    def __init__(self, contributions: Sequence[Contribution]) -> None:
        self.parts = tuple(contributions)
        self.nodes = tuple(part.element_nodes() for part in self.parts)
        self.dilations = tuple(_dilation(part) for part in self.parts)
        self.removed = [np.zeros(len(nodes)) for nodes in self.nodes]

    def add_to(self, matrix: BlockMatrix) -> None:
        """Add all element matrices, less the removed shares; ghost rows are not yet sent."""
        data = matrix.clear()
        for k, part in enumerate(self.parts):
            add_element_matrices(
                part.element_matrices(),
                *self.dilations[k],
                self.removed[k],
                self.nodes[k],
                matrix.positions[k],
                matrix.starts,
                matrix.prescribed,
                data,
            )

    def add_projected(
        self, matrix: BlockMatrix, fine_prescribed: Mask, transfer: Array, vertices: Sequence[Int32Array]
    ) -> None:
        """Add the element matrices of the linear functions of the vertices, less the removed shares.

        Parameters
        ----------
        matrix
            Matrix over the vertices.
        fine_prescribed
            Prescribed components of the nodes.
        transfer
            Values of the linear functions at the nodes of an element, shape (nodes, vertices).
        vertices
            Vertices of the elements of each part.
        """
        data = matrix.clear()
        for k, part in enumerate(self.parts):
            add_projected_matrices(
                part.element_matrices(),
                *self.dilations[k],
                self.removed[k],
                self.nodes[k],
                fine_prescribed,
                transfer,
                vertices[k],
                matrix.positions[k],
                matrix.starts,
                matrix.prescribed,
                data,
            )


def _dilation(part: Contribution) -> Dilation:
    """What a part says of its volume strain, or arrays without modes."""
    if isinstance(part, Dilatant):
        return part.dilation()
    elements, unknowns = part.element_matrices().shape[:2]
    return Dilation(np.zeros((elements, 0, unknowns)), np.zeros((elements, 0, 0)))
