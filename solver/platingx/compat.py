"""Every difference between dolfinx 0.9, 0.10 and 0.11 that the package meets, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import basix
import basix.ufl
import dolfinx
import numpy as np
import ufl
from dolfinx import cpp, fem, mesh
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI
from petsc4py import PETSc

from platingx.arrays import Int32Array
from platingx.compilation.forms import compiled_form

VERSION = tuple(int(part) for part in dolfinx.__version__.split(".")[:2])


def solve_linear(
    bilinear: ufl.Form,
    linear: ufl.Form,
    solution: fem.Function,
    conditions: Sequence[fem.DirichletBC],
    options: dict[str, Any],
    prefix: str,
) -> None:
    """Solve a linear variational problem.

    ``LinearProblem`` requires ``petsc_options_prefix`` from dolfinx 0.10 on and refuses it before.

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
    """
    settings: dict[str, Any] = {"u": solution, "bcs": list(conditions), "petsc_options": options}
    if VERSION >= (0, 10):
        settings["petsc_options_prefix"] = prefix
    comm = solution.function_space.mesh.comm
    forms = [compiled_form(form, comm, dtype=PETSc.ScalarType) for form in (bilinear, linear)]
    fem_petsc.LinearProblem(*forms, **settings).solve()


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


def part_of_mesh(whole: mesh.Mesh, cells: Int32Array) -> tuple[mesh.Mesh, Int32Array]:
    """Mesh of some cells, and for each of its cells the number in the whole mesh. Collective.

    The map became an object in dolfinx 0.10.

    Parameters
    ----------
    whole
        The mesh.
    cells
        Local numbers of owned cells; may be empty on a rank.
    """
    dimension = whole.topology.dim
    part, cell_map, *_ = mesh.create_submesh(whole, dimension, cells)
    if VERSION >= (0, 10):
        count = part.topology.index_map(dimension).size_local
        cell_map = cell_map.sub_topology_to_topology(np.arange(count, dtype=np.int32), inverse=False)
    return part, np.asarray(cell_map, dtype=np.int32)


def in_single_precision(given: mesh.Mesh) -> mesh.Mesh:
    """Mesh with the same topology and coordinates of four bytes.

    ``dolfinx.mesh.create_geometry`` of 0.9 takes the class of eight bytes for them, so the C++ layer is asked.

    Parameters
    ----------
    given
        Mesh with coordinates of eight bytes.
    """
    geometry, variant = given.geometry, basix.LagrangeVariant(given.geometry.cmap.variant)
    map_ = fem.coordinate_element(given.topology.cell_type, geometry.cmap.degree, variant, np.float32)
    points = np.ascontiguousarray(geometry.x[:, : geometry.dim], dtype=np.float32)
    copy = cpp.mesh.Geometry_float32(
        geometry.index_map(), geometry.dofmap, map_._cpp_object, points, geometry.input_global_indices
    )
    domain = ufl.Mesh(
        basix.ufl.element(
            "Lagrange", given.basix_cell(), geometry.cmap.degree, variant, shape=(geometry.dim,), dtype=np.float32
        )
    )
    layout = given.topology
    return mesh.Mesh(cpp.mesh.Mesh_float32(given.comm, getattr(layout, "_cpp_object", layout), copy), domain)
