"""Every difference between dolfinx 0.9, 0.10 and 0.11 that the package meets, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import basix
import basix.ufl
import dolfinx
import numpy as np
import ufl
from dolfinx import common, cpp, fem, la, mesh
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI
from petsc4py import PETSc

from platingx.arrays import Int32Array
from platingx.compilation.forms import compiled_form

VERSION = tuple(int(part) for part in dolfinx.__version__.split(".")[:2])
_NOT_CONVERGED = 91
"""PETSc's number of the error."""
_INDEX_MAP_TAG = 101


def solve_linear(
    bilinear: ufl.Form,
    linear: ufl.Form,
    solution: fem.Function,
    conditions: Sequence[fem.DirichletBC],
    options: dict[str, Any],
    prefix: str,
) -> None:
    """Solve a linear variational problem.

    ``LinearProblem`` requires ``petsc_options_prefix`` from dolfinx 0.10 on and refuses it before. The option
    ``ksp_error_if_not_converged`` must not be given: by it a part of the preconditioner that fails on one rank is an
    error there alone, and the others wait for it.

    Parameters
    ----------
    bilinear, linear
        The forms.
    solution
        Takes the solution.
    conditions
        Dirichlet conditions.
    options
        PETSc options, without prefix.
    prefix
        Prefix of the options in PETSc's database.

    Raises
    ------
    PETSc.Error
        If the solver does not converge; on all ranks.
    """
    settings: dict[str, Any] = {"u": solution, "bcs": list(conditions), "petsc_options": options}
    if VERSION >= (0, 10):
        settings["petsc_options_prefix"] = prefix
    comm = solution.function_space.mesh.comm
    forms = [compiled_form(form, comm, dtype=PETSc.ScalarType) for form in (bilinear, linear)]
    problem = fem_petsc.LinearProblem(*forms, **settings)
    database = PETSc.Options(problem.solver.getOptionsPrefix())
    for key, value in options.items():  # solvers inside of others read theirs when they are set up
        database[key] = value
    problem.solve()
    for key in options:
        database.delValue(key)
    if problem.solver.getConvergedReason() < 0:
        raise PETSc.Error(_NOT_CONVERGED)


def sparsity_pattern(comm: MPI.Intracomm, index_map: Any, block: int) -> Any:
    """Empty sparsity pattern with the same row and column layout.

    The class is only bound in the C++ layer; the layer moved its arguments before, so it is
    reached through here alone.

    Parameters
    ----------
    comm
        Communicator of the layout.
    index_map, block
        Layout of nodes and number of components of a node.
    """
    return cpp.la.SparsityPattern(comm, [index_map, index_map], [block, block])


@dataclass(frozen=True)
class PartOfMesh:
    """Some cells or facets of a mesh as a mesh of its own.

    Attributes
    ----------
    mesh, whole
        The part, and the mesh that it is of.
    dimension
        Dimension of the entities.
    entities
        Local number in the whole of each local cell of the part, those of other ranks included.
    handle
        The map as an object of dolfinx 0.10 and later; None before.
    """

    mesh: mesh.Mesh
    whole: mesh.Mesh
    dimension: int
    entities: Int32Array
    handle: Any

    def numbers(self) -> Int32Array:
        """Number in the part of each local entity of the whole, -1 for those that are not in it."""
        known = self.whole.topology.index_map(self.dimension)
        result = np.full(known.size_local + known.num_ghosts, -1, dtype=np.int32)
        result[self.entities] = np.arange(len(self.entities), dtype=np.int32)
        return result


def cells_at_facets(domain: mesh.Mesh, facets: Int32Array) -> tuple[Int32Array, Int32Array]:
    """Cells and facets of them (numbered as in a cell) at given facets, shape (pairs, 2), and the places of the latter.

    Parameters
    ----------
    domain
        The mesh.
    facets
        Local numbers of facets.
    """
    topology, dimension = domain.topology, domain.topology.dim
    topology.create_connectivity(dimension - 1, dimension)
    topology.create_connectivity(dimension, dimension - 1)
    cells, sides = (topology.connectivity(dimension - 1, dimension), topology.connectivity(dimension, dimension - 1))
    found = [
        (cell, int(np.flatnonzero(sides.links(cell) == facet)[0]), place)
        for place, facet in enumerate(facets)
        for cell in cells.links(facet)
    ]
    table = np.array(found, dtype=np.int32).reshape(-1, 3)
    return table[:, :2], table[:, 2]


def part_of_mesh(whole: mesh.Mesh, dimension: int, entities: Int32Array) -> PartOfMesh:
    """Mesh of some cells or facets. Collective.

    The map became an object in dolfinx 0.10.

    Parameters
    ----------
    whole
        The mesh.
    dimension
        Dimension of the entities.
    entities
        Local numbers; may be empty on a rank.
    """
    part, handle, *_ = mesh.create_submesh(whole, dimension, entities)
    known = part.topology.index_map(dimension)
    if VERSION < (0, 10):
        return PartOfMesh(part, whole, dimension, np.asarray(handle, dtype=np.int32), None)
    count = known.size_local + known.num_ghosts
    numbers = handle.sub_topology_to_topology(np.arange(count, dtype=np.int32), inverse=False)
    return PartOfMesh(part, whole, dimension, np.asarray(numbers, dtype=np.int32), handle)


def compile_form(form: ufl.Form, parts: Sequence[PartOfMesh], comm: MPI.Intracomm) -> fem.Form:
    """Compile a form with functions on the mesh that it is integrated over, on parts of it, or on the whole of it.

    Maps of entities are arrays by mesh in dolfinx 0.9, and objects that know their meshes from 0.10 on.

    Parameters
    ----------
    form
        All integrals over one mesh.
    parts
        Parts of meshes that its functions live on.
    comm
        Communicator of the meshes.
    """
    if VERSION >= (0, 10):
        return compiled_form(form, comm, entity_maps=[part.handle for part in parts])
    domain = form.integrals()[0].ufl_domain()
    maps = {}
    for part in parts:
        inside = domain == part.mesh.ufl_domain()
        maps[part.whole if inside else part.mesh] = part.entities if inside else part.numbers()
    return compiled_form(form, comm, entity_maps=maps)


def index_map_of_rank_0(comm: MPI.Intracomm, count: int) -> Any:
    """Index map of a few numbers that rank 0 owns and all other ranks know as ghosts. Collective.

    From dolfinx 0.11 on it takes the tag of its messages.
    """
    tag = [_INDEX_MAP_TAG] if VERSION >= (0, 11) else []
    own, ghosts = (count, 0) if comm.rank == 0 else (0, count)
    return common.IndexMap(comm, own, np.arange(ghosts, dtype=np.int64), np.zeros(ghosts, dtype=np.int32), *tag)


def with_all_ghosts(comm: MPI.Intracomm, index_map: Any) -> Any:
    """The same numbers, of which each rank knows all: those it did not know come last as ghosts. Collective."""
    tag = [_INDEX_MAP_TAG] if VERSION >= (0, 11) else []
    own = int(index_map.size_local)
    starts = np.cumsum([0, *comm.allgather(own)])
    known = np.asarray(index_map.ghosts, dtype=np.int64)
    elsewhere = np.setdiff1d(np.arange(starts[-1]), np.concatenate([known, starts[comm.rank] + np.arange(own)]))
    ghosts = np.concatenate([known, elsewhere]).astype(np.int64)
    owners = np.searchsorted(starts, ghosts, side="right") - 1
    return common.IndexMap(comm, own, ghosts, owners.astype(np.int32), *tag)


def geometry_degree(domain: mesh.Mesh) -> int:
    """Degree of the map from reference cells, of which a mesh may have several from dolfinx 0.11 on."""
    return int(_coordinate_map(domain.geometry).degree)


def geometry_nodes(geometry: mesh.Geometry) -> Int32Array:
    """Nodes of the cells of a mesh, shape (cells, nodes); from dolfinx 0.11 on a mesh may have several such tables."""
    return np.asarray(geometry.dofmaps[0] if VERSION >= (0, 11) else geometry.dofmap)


def _coordinate_map(geometry: mesh.Geometry) -> Any:
    return geometry.cmaps[0] if VERSION >= (0, 11) else geometry.cmap


def vector_of(form: fem.Form) -> la.Vector:
    """Vector of the test functions of a form; what ``create_vector`` takes has changed with dolfinx 0.11."""
    layout = form.function_spaces[0].dofmap
    return la.vector(layout.index_map, layout.index_map_bs)


def known_by_all(index_map: Any, marked: Int32Array) -> Int32Array:
    """Local numbers that any rank has marked, sorted. Collective.

    Parameters
    ----------
    index_map
        Layout of the numbers.
    marked
        Local numbers that this rank knows to be marked.
    """
    marks = la.vector(index_map, 1)
    marks.array[:] = 0.0
    marks.array[marked] = 1.0
    marks.scatter_reverse(la.InsertMode.add)
    marks.scatter_forward()
    return np.flatnonzero(marks.array > 0.0).astype(np.int32)


def sub_index_map(index_map: Any, numbers: Int32Array) -> tuple[Any, Int32Array]:
    """Index map of some of the numbers of another one, and the number there of each of its own. Collective.

    Parameters
    ----------
    index_map
        Layout of all numbers.
    numbers
        Local numbers, ghosts included, sorted; each is among those of its owner.
    """
    part, places = cpp.common.create_sub_index_map(index_map, numbers, False)
    return part, np.asarray(places, dtype=np.int32)


def in_single_precision(given: mesh.Mesh) -> mesh.Mesh:
    """Mesh with the same topology and coordinates of four bytes.

    ``dolfinx.mesh.create_geometry`` of 0.9 takes the class of eight bytes for them, so the C++ layer is asked.

    Parameters
    ----------
    given
        Mesh with coordinates of eight bytes.
    """
    geometry, degree = given.geometry, geometry_degree(given)
    variant = basix.LagrangeVariant(_coordinate_map(geometry).variant)
    map_ = fem.coordinate_element(given.topology.cell_type, degree, variant, np.float32)
    points = np.ascontiguousarray(geometry.x[:, : geometry.dim], dtype=np.float32)
    copy = cpp.mesh.Geometry_float32(
        geometry.index_map(), geometry_nodes(geometry), map_._cpp_object, points, geometry.input_global_indices
    )
    domain = ufl.Mesh(
        basix.ufl.element("Lagrange", given.basix_cell(), degree, variant, shape=(geometry.dim,), dtype=np.float32)
    )
    layout = given.topology
    return mesh.Mesh(cpp.mesh.Mesh_float32(given.comm, getattr(layout, "_cpp_object", layout), copy), domain)
