"""Mesh, displacement space and supports of a small model, before materials and loads are chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import basix.ufl
import numpy as np
from dolfinx import fem
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.fields.tables import ElementTables, build_tables, scalar_displacement_element
from platingx.problems.constraints import Motion, PrescribedDisplacement, at_rest, node_coordinates, nodes_on_facets
from platingx_meshes.io import LoadedMesh, distribute
from platingx_meshes.mesh_data import MeshData

__all__ = ["Discretisation", "affine", "discretise", "fix"]


@dataclass(frozen=True)
class Discretisation:
    """A distributed mesh, its displacement space, and the tabulated element."""

    loaded: LoadedMesh
    space: fem.FunctionSpace
    tables: ElementTables

    def facets(self, name: str) -> Int32Array:
        """Local facets of a named boundary."""
        found: Int32Array = self.loaded.facet_tags.find(self.loaded.boundary_names[name]).astype(np.int32)
        return found

    def nodes(self, *names: str) -> Int32Array:
        """Displacement nodes on named boundaries."""
        return np.unique(np.concatenate([nodes_on_facets(self.space, self.facets(name)) for name in names]))

    def cells(self, region: str) -> Int32Array:
        """Owned cells of a region."""
        domain = self.loaded.mesh
        cells = self.loaded.cell_tags.find(self.loaded.region_names[region]).astype(np.int32)
        return np.sort(cells[cells < domain.topology.index_map(domain.topology.dim).size_local])

    def coordinates(self) -> Array:
        """Coordinates of the displacement nodes, m; NaN for bubbles, which have none."""
        return node_coordinates(self.space, self.tables)


def discretise(data: MeshData, comm: MPI.Comm = MPI.COMM_WORLD) -> Discretisation:
    """Distribute a mesh that every rank has built, and make its displacement space. Collective."""
    loaded = distribute(data if comm.rank == 0 else None, comm)
    domain = loaded.mesh
    cell = domain.topology.cell_name()
    tables = build_tables(cell, domain.geometry.cmap.degree)
    element = basix.ufl.blocked_element(scalar_displacement_element(cell), shape=(domain.geometry.dim,))
    return Discretisation(loaded, fem.functionspace(domain, element), tables)


def fix(parts: Discretisation, boundary: str, component: int, motion: Motion | None = None) -> PrescribedDisplacement:
    """Prescribe a displacement component (m, a function of time) on a boundary; at rest without a motion."""
    return PrescribedDisplacement(boundary, parts.nodes(boundary), component, motion or at_rest)


def affine(parts: Discretisation, gradient: Callable[[float], Array], *boundaries: str) -> list[PrescribedDisplacement]:
    """Displacement H(t) X of all nodes on boundaries, one support for each node and component."""
    coordinates = parts.coordinates()
    supports = []
    for node in parts.nodes(*boundaries):
        where = coordinates[node]
        if np.isnan(where).any():
            continue
        for component in range(coordinates.shape[1]):

            def motion(time: float, where: Array = where, component: int = component) -> float:
                return float(gradient(time)[component] @ where)

            supports.append(PrescribedDisplacement("affine", np.array([node], dtype=np.int32), component, motion))
    return supports
