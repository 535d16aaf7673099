"""Forces below which a residual is round-off, whatever the forces of the present iterate are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from dolfinx import la
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.nodal_field import DISPLACEMENT, Field, NodalField
from platingx.problems.contribution import BlockTangent, Contribution, ElementTangent, Switching

__all__ = ["SMALLEST_CHANGE", "SMALLEST_STRAIN", "diagonal_force", "resolvable_force"]

#: Forces are only resolved relative to those of this strain: round-off of a strain is 1e-16 or so.
SMALLEST_STRAIN = 1e-6
#: The same for fields without elements of their own: a change of this times the largest value from node to node.
SMALLEST_CHANGE = 1e-6


def resolvable_force(field: Field, contributions: Sequence[Contribution]) -> float:
    """Norm of the forces that a strain of ``SMALLEST_STRAIN`` gives: the force_scale of a body without stress.

    Parameters
    ----------
    field
        The displacement.
    contributions
        Their element matrices are those of the present iterate.
    """
    if not isinstance(field, NodalField):
        return 0.0
    domain = field.space.mesh
    cells = domain.topology.index_map(domain.topology.dim)
    sizes = domain.h(domain.topology.dim, np.arange(cells.size_local + cells.num_ghosts, dtype=np.int32))
    size = np.full(field.nodes, np.inf)
    np.minimum.at(size, field.space.dofmap.list, sizes[:, None])
    stiffness = la.vector(field.index_map, field.dimension)
    view = stiffness.array.reshape(-1, field.dimension)
    for part in contributions:
        if isinstance(part, ElementTangent) and not isinstance(part, Switching):
            nodes = part.element_nodes()
            diagonal = np.abs(np.einsum("eii->ei", part.element_matrices()))
            np.add.at(view, nodes, diagonal.reshape(*nodes.shape, field.dimension))
    stiffness.scatter_reverse(la.InsertMode.add)
    square = float(np.sum((view * size[:, None])[: field.owned] ** 2))
    return SMALLEST_STRAIN * float(np.sqrt(field.comm.allreduce(square, MPI.SUM)))


def diagonal_force(contributions: Sequence[Contribution], field: Field) -> float:
    """Norm of the diagonal of the tangent of a field times ``SMALLEST_CHANGE`` of its largest value. Collective.

    Parameters
    ----------
    contributions
        Their blocks are those of the present iterate.
    field
        The field; the displacement has `resolvable_force` instead.
    """
    if field.name == DISPLACEMENT:
        return 0.0
    total: Array = np.zeros(field.owned * field.dimension)
    for part in contributions:
        block = part.blocks().get((field.name, field.name)) if isinstance(part, BlockTangent) else None
        if block is not None:
            diagonal = block.getDiagonal()
            total += np.abs(diagonal.array_r)
            diagonal.destroy()
    square = field.comm.allreduce(float(np.sum(total**2)), MPI.SUM)
    largest = field.comm.allreduce(float(np.abs(field.values).max(initial=0.0)), MPI.MAX)
    return SMALLEST_CHANGE * float(np.sqrt(square)) * largest
