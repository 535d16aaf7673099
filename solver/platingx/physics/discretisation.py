"""Mesh, displacement space and supports of a model, before materials and loads are chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import basix.ufl
import numpy as np
from dolfinx import fem
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.compat import PartOfMesh, cells_at_facets, geometry_degree, part_of_mesh
from platingx.errors import MeshError
from platingx.fields.constraints import Motion, Prescribed, at_rest, node_coordinates, nodes_on_facets
from platingx.fields.point_data import PointData
from platingx.fields.tables import ElementTables, build_tables, scalar_displacement_element
from platingx_meshes.io import LoadedMesh, distribute
from platingx_meshes.mesh_data import MeshData

__all__ = ["Discretisation", "affine", "discretise", "discretise_mesh", "fix"]


@dataclass(frozen=True)
class Discretisation:
    """A distributed mesh, its displacement space, the tabulated element, and what parts share at quadrature points."""

    loaded: LoadedMesh
    space: fem.FunctionSpace
    tables: ElementTables
    points: PointData = field(default_factory=PointData)
    _parts: dict[tuple[str | None, str | None], PartOfMesh] = field(default_factory=dict, repr=False)

    def facets(self, name: str) -> Int32Array:
        """Local facets of a named boundary.

        Raises
        ------
        MeshError
            If there is none of this name.
        """
        loaded = self.loaded
        if name not in loaded.boundary_names:
            there = ", ".join(loaded.boundary_names) or "none"
            raise MeshError(f"the mesh has no boundary '{name}'; its boundaries are: {there}")
        found: Int32Array = loaded.facet_tags.find(loaded.boundary_names[name]).astype(np.int32)
        return found

    def nodes(self, *names: str) -> Int32Array:
        """Displacement nodes on named boundaries."""
        return np.unique(np.concatenate([nodes_on_facets(self.space, self.facets(name)) for name in names]))

    def cells(self, region: str, ghosts: bool = False) -> Int32Array:
        """Owned cells of a region, sorted; with those of other ranks that are known here, if asked for.

        Raises
        ------
        MeshError
            If there is none of this name.
        """
        loaded = self.loaded
        if region not in loaded.region_names:
            there = ", ".join(loaded.region_names) or "none"
            raise MeshError(f"the mesh has no region '{region}'; its regions are: {there}")
        cells = np.sort(loaded.cell_tags.find(loaded.region_names[region]).astype(np.int32))
        owned = loaded.mesh.topology.index_map(loaded.mesh.topology.dim).size_local
        return cells if ghosts else cells[cells < owned]

    def part(self, region: str | None = None, boundary: str | None = None) -> PartOfMesh | None:
        """The cells of a region or the facets of a boundary as a mesh, the same at every call; None without a name.

        Collective.

        Raises
        ------
        MeshError
            If there is none of this name.
        """
        if region is None and boundary is None:
            return None
        domain = self.loaded.mesh
        if (region, boundary) not in self._parts:
            dimension = domain.topology.dim if boundary is None else domain.topology.dim - 1
            entities = self.facets(boundary) if boundary is not None else self.cells(str(region), ghosts=True)
            self._parts[region, boundary] = part_of_mesh(domain, dimension, np.sort(entities))
        return self._parts[region, boundary]

    def cells_at(self, facets: Int32Array) -> Int32Array:
        """Cells, those of other ranks too, and the numbers in them of given facets, shape (pairs, 2)."""
        return cells_at_facets(self.loaded.mesh, facets)[0]

    def coordinates(self) -> Array:
        """Coordinates of the displacement nodes, m; NaN for bubbles, which have none."""
        return node_coordinates(self.space, self.tables)


def discretise(data: MeshData, comm: MPI.Comm = MPI.COMM_WORLD, facet_ghosts: bool = False) -> Discretisation:
    """Distribute a mesh that every rank has built, and make its displacement space. Collective.

    Parameters
    ----------
    data
        The mesh.
    comm
        Communicator.
    facet_ghosts
        Whether ranks also know the cells of others behind the facets between them, for what joins both sides of one.
    """
    return discretise_mesh(distribute(data if comm.rank == 0 else None, comm, facet_ghosts))


def discretise_mesh(loaded: LoadedMesh) -> Discretisation:
    """Displacement space and tabulated element of a distributed mesh. Collective."""
    domain = loaded.mesh
    cell = domain.topology.cell_name()
    tables = build_tables(cell, geometry_degree(domain))
    element = basix.ufl.blocked_element(scalar_displacement_element(cell), shape=(domain.geometry.dim,))
    return Discretisation(loaded, fem.functionspace(domain, element), tables)


def fix(parts: Discretisation, boundary: str, component: int, motion: Motion | None = None) -> Prescribed:
    """Prescribe a displacement component (m, a function of time) on a boundary; at rest without a motion."""
    return Prescribed(boundary, parts.nodes(boundary), component, motion or at_rest)


def affine(parts: Discretisation, gradient: Callable[[float], Array], *boundaries: str) -> list[Prescribed]:
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

            supports.append(Prescribed("affine", np.array([node], dtype=np.int32), component, motion))
    return supports
