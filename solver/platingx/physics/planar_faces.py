"""Faces of a distributed mesh in planes across x and y, which share the name of a boundary in three dimensions."""

from __future__ import annotations

import numpy as np
from dolfinx.mesh import entities_to_geometry
from mpi4py import MPI

from platingx.arrays import Int32Array, Mask
from platingx_meshes.across import faces_across
from platingx_meshes.io import LoadedMesh

__all__ = ["mesh_faces_across", "symmetry_planes"]


def mesh_faces_across(loaded: LoadedMesh, facets: Int32Array) -> Mask:
    """Tell across which coordinates local facets lie, shape (facets, dimension)."""
    domain = loaded.mesh
    dimension = domain.topology.dim
    domain.topology.create_connectivity(dimension - 1, dimension)
    domain.topology.create_connectivity(dimension, dimension - 1)
    if len(facets) == 0:  # dolfinx divides by their number
        return np.zeros((0, dimension), dtype=bool)
    nodes = entities_to_geometry(domain, dimension - 1, facets)
    return faces_across(domain.geometry.x[nodes][..., :dimension])


def symmetry_planes(loaded: LoadedMesh) -> int:
    """Number of planes of symmetry of a mesh: none, x = 0, or x = 0 and y = 0. Collective."""
    if "symmetry" not in loaded.boundary_names:
        return 0
    if loaded.mesh.geometry.dim == 2:
        return 1
    facets = loaded.facet_tags.find(loaded.boundary_names["symmetry"]).astype(np.int32)
    there = mesh_faces_across(loaded, facets)[:, :2].any(axis=0).astype(np.int32)
    loaded.mesh.comm.Allreduce(MPI.IN_PLACE, there, MPI.MAX)
    return int(there.sum())
