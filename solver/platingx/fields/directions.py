"""Fibre direction of growth at quadrature points: a fixed vector or the field between two faces."""

from __future__ import annotations

import numpy as np
import ufl
from dolfinx import fem, mesh

from platingx import compat
from platingx.arrays import Array, Int32Array
from platingx.errors import CaseError
from platingx.fields.tables import ElementTables

#: Unknowns of the potential up to which its equations are factorised.
FACTORISED_UNKNOWNS = 40_000
FACTORISED = {"ksp_type": "preonly", "pc_type": "lu", "pc_factor_mat_solver_type": "mumps"}
ITERATED = {"ksp_type": "cg", "ksp_rtol": 1e-12, "ksp_error_if_not_converged": True, "pc_type": "gamg"}


def fixed_direction(vector: Array, cells: int, points: int) -> Array:
    """The same unit vector at all points, shape (cells, points, 3).

    Raises
    ------
    CaseError
        If the vector has no length.
    """
    padded = np.zeros(3)
    padded[: len(vector)] = vector
    length = float(np.linalg.norm(padded))
    if length == 0.0:
        raise CaseError("the fibre direction of growth is a zero vector; give a non-zero one")
    return np.broadcast_to(padded / length, (cells, points, 3)).copy()


def direction_between_faces(
    domain: mesh.Mesh,
    region_cells: Int32Array,
    start_facets: Int32Array,
    end_facets: Int32Array,
    cells: Int32Array,
    tables: ElementTables,
) -> Array:
    """Unit normals blended between two faces of a layer.

    The direction is the gradient of the harmonic function that is 0 on the first face and 1 on the
    second, so it equals the face normals on both and turns smoothly in between.

    Parameters
    ----------
    domain
        The mesh.
    region_cells
        Local numbers (with ghosts) of the cells of the layer, where Laplace's equation is solved.
    start_facets, end_facets
        Local facet numbers of the two faces.
    cells
        Local numbers of the owned cells at which the direction is wanted.
    tables
        Tabulated functions; directions are given at its quadrature points.

    Returns
    -------
    Array
        Unit vectors, shape (cells, points, 3).
    """
    space = fem.functionspace(domain, ("Lagrange", 2))
    domain.topology.create_connectivity(domain.topology.dim - 1, domain.topology.dim)
    domain.topology.create_connectivity(domain.topology.dim, domain.topology.dim)
    facet_dim = domain.topology.dim - 1
    start = fem.locate_dofs_topological(space, facet_dim, start_facets)
    end = fem.locate_dofs_topological(space, facet_dim, end_facets)
    inside = np.unique(fem.locate_dofs_topological(space, domain.topology.dim, region_cells))
    index_map = space.dofmap.index_map
    outside = np.setdiff1d(np.arange(index_map.size_local + index_map.num_ghosts, dtype=np.int32), inside)
    zero, one = fem.Function(space), fem.Function(space)
    one.x.array[:] = 1.0
    conditions = [fem.dirichletbc(zero, start), fem.dirichletbc(one, end)]
    conditions.append(fem.dirichletbc(zero, outside.astype(np.int32)))
    marker = mesh.meshtags(
        domain,
        domain.topology.dim,
        np.sort(region_cells),
        np.ones(len(region_cells), dtype=np.int32),
    )
    everywhere = ufl.Measure("dx", domain=domain, subdomain_data=marker)
    measure = everywhere(1)
    trial, test = ufl.TrialFunction(space), ufl.TestFunction(space)
    nothing = fem.Constant(domain, 0.0)
    # The term without weight puts the diagonal of the unknowns outside into the matrix pattern.
    potential = fem.Function(space)
    compat.solve_linear(
        ufl.inner(ufl.grad(trial), ufl.grad(test)) * measure + nothing * trial * test * everywhere,
        nothing * test * measure,
        potential,
        conditions,
        FACTORISED if index_map.size_global <= FACTORISED_UNKNOWNS else ITERATED,
        "platingx_direction_",
    )
    return _unit_gradients(domain, potential, cells, tables)


def _unit_gradients(domain: mesh.Mesh, potential: fem.Function, cells: Int32Array, tables: ElementTables) -> Array:
    dimension = domain.geometry.dim
    element = potential.function_space.ufl_element()
    reference = np.moveaxis(np.array(element.tabulate(1, tables.points)[1:]), 0, -1)
    corners = domain.geometry.x[domain.geometry.dofmap[cells]][:, :, :dimension]
    nodal = potential.x.array[potential.function_space.dofmap.list[cells]]
    jacobian = np.einsum("cgi,qgj->cqij", corners, tables.geometry_gradient)
    slope = np.einsum("ca,qaj->cqj", nodal, reference)
    gradient = np.linalg.solve(np.swapaxes(jacobian, -1, -2), slope[..., None])[..., 0]
    result = np.zeros((len(cells), len(tables.points), 3))
    length = np.linalg.norm(gradient, axis=-1, keepdims=True)
    result[..., :dimension] = gradient / np.where(length > 0.0, length, 1.0)
    return result
