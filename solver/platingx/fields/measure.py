"""Areas and volumes that scale quantities of a model."""

from __future__ import annotations

import numpy as np
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from platingx.arrays import Int32Array
from platingx.compilation.forms import compiled_form


def one_sided_entities(domain: mesh.Mesh, cells: Int32Array, facets: Int32Array) -> Int32Array:
    """Pairs (cell, local facet) of given cells whose facet is in a set, flattened.

    Parameters
    ----------
    domain
        The mesh.
    cells
        Owned cells on the wanted side.
    facets
        Local facet numbers, inside or on the boundary of the mesh.
    """
    dim = domain.topology.dim
    domain.topology.create_connectivity(dim, dim - 1)
    links = domain.topology.connectivity(dim, dim - 1)
    wanted = {int(facet) for facet in facets}
    pairs = [(cell, local) for cell in cells for local, facet in enumerate(links.links(cell)) if facet in wanted]
    return np.array(pairs, dtype=np.int32).ravel()


def face_area(domain: mesh.Mesh, cells: Int32Array, facets: Int32Array, axisymmetric: bool) -> float:
    """Area of a face of a region in the reference configuration. Collective.

    Parameters
    ----------
    domain, cells, facets
        As in :func:`one_sided_entities`.
    axisymmetric
        Whether the face is swept around the axis.

    Returns
    -------
    float
        Area in m2, or length in m (area per depth) in plane strain.
    """
    entities = one_sided_entities(domain, cells, facets)
    measure = ufl.Measure("ds", domain=domain, subdomain_data=[(1, entities)])
    radius = ufl.SpatialCoordinate(domain)[0]
    weight = 2.0 * np.pi * radius if axisymmetric else fem.Constant(domain, 1.0)
    local = fem.assemble_scalar(compiled_form(weight * measure(1), domain.comm))
    return float(domain.comm.allreduce(float(np.real(local)), MPI.SUM))
