"""Faces of a body that may touch tools."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from platingx.arrays import Array
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
    return contact_surface(
        domain,
        discretisation.space,
        discretisation.tables,
        np.arange(cells.size_local, dtype=np.int32),
        discretisation.facets(boundary),
        moduli,
        axisymmetric,
    )
