"""Faces of a body that may touch tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from dolfinx import la
from mpi4py import MPI

from platingx.arrays import Array, Mask
from platingx.materials.layout import BULK_MODULUS, SHEAR_MODULUS
from platingx.physics.discretisation import Discretisation
from platingx.problems.contact_surface import ContactSurface, contact_surface

__all__ = ["contact_face"]

LARGEST_RATIO = 10.0
"""Bulk over shear modulus that counts at most: the penalty of a contact beyond that stiffness has no use, since a body
that is nearly incompressible gives way by its shape, and is too stiff for Newton's method."""


def contact_face(
    discretisation: Discretisation, boundary: str, vectors: Mapping[str, Array], axisymmetric: bool
) -> ContactSurface:
    """Nodes and areas of a boundary. Collective.

    Nodes that another body shares, which has no part of the boundary, have no area: what a wall beside the metal does
    to the ceramic below is not its business, and a ceramic that bulges would be held there by one node.

    Parameters
    ----------
    discretisation
        Mesh and space.
    boundary
        Name of the boundary.
    vectors
        Parameters of the material of each region.
    axisymmetric
        Whether the boundary is swept around the axis.

    Raises
    ------
    MeshError
        If the mesh has no such boundary, or no such region.
    """
    domain = discretisation.loaded.mesh
    cells = domain.topology.index_map(domain.topology.dim)
    moduli: Array = np.zeros((cells.size_local + cells.num_ghosts, 2))
    for region, vector in vectors.items():
        bulk, shear = float(vector[BULK_MODULUS]), float(vector[SHEAR_MODULUS])
        moduli[discretisation.cells(region, ghosts=True)] = min(bulk, LARGEST_RATIO * shear), shear
    surface = contact_surface(
        domain,
        discretisation.space,
        discretisation.tables,
        np.arange(cells.size_local, dtype=np.int32),
        discretisation.facets(boundary),
        moduli,
        axisymmetric,
    )
    shared = _shared_with_others(discretisation, surface, tuple(vectors))
    return replace(surface, areas=np.where(shared[surface.nodes], 0.0, surface.areas))


def _shared_with_others(discretisation: Discretisation, surface: ContactSurface, regions: Sequence[str]) -> Mask:
    """Which local nodes belong to a region that has no cell behind a face, the same on all ranks. Collective."""
    space, comm = discretisation.space, discretisation.loaded.mesh.comm
    marked = la.vector(space.dofmap.index_map, 1)
    for region in regions:
        cells = discretisation.cells(region)
        behind = bool(np.isin(surface.entities[:, 0], cells).any())
        if not comm.allreduce(behind, MPI.LOR):
            np.add.at(marked.array, space.dofmap.list[cells].ravel(), 1.0)
    marked.scatter_reverse(la.InsertMode.add)
    marked.scatter_forward()
    return np.asarray(marked.array > 0.0)
