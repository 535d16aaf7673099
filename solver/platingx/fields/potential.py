"""Harmonic potential of a layer between two of its faces."""

from __future__ import annotations

import numpy as np
import ufl
from dolfinx import fem, mesh

from platingx import compat
from platingx.arrays import Array, Int32Array
from platingx.fields.tables import ElementTables

__all__ = ["layer_potential", "unit_gradients"]

#: Unknowns of the potential up to which its equations are factorised.
FACTORISED_UNKNOWNS = 40_000
FACTORISED = {"ksp_type": "preonly", "pc_type": "lu", "pc_factor_mat_solver_type": "mumps"}
ITERATED = {"ksp_type": "cg", "ksp_rtol": 1e-12, "ksp_error_if_not_converged": True, "pc_type": "gamg"}


def layer_potential(
    domain: mesh.Mesh,
    region_cells: Int32Array,
    start_facets: Int32Array,
    end_facets: Int32Array,
    axisymmetric: bool = False,
) -> fem.Function:
    """Solve Laplace's equation in a layer: 0 on one face, 1 on the other, no flux through the rest. Collective.

    Parameters
    ----------
    domain
        The mesh.
    region_cells
        Local numbers (with ghosts) of the cells of the layer.
    start_facets, end_facets
        Local facet numbers of the two faces.
    axisymmetric
        Whether the section is swept around the axis: the function is then harmonic in the body of revolution.

    Returns
    -------
    fem.Function
        Quadratic function, zero outside the layer.
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
        domain, domain.topology.dim, np.sort(region_cells), np.ones(len(region_cells), dtype=np.int32)
    )
    everywhere = ufl.Measure("dx", domain=domain, subdomain_data=marker)
    measure = everywhere(1)
    trial, test = ufl.TrialFunction(space), ufl.TestFunction(space)
    nothing = fem.Constant(domain, 0.0)
    slopes = ufl.inner(ufl.grad(trial), ufl.grad(test))
    if axisymmetric:
        slopes *= ufl.SpatialCoordinate(domain)[0]
    # The term without weight puts the diagonal of the unknowns outside into the matrix pattern.
    potential = fem.Function(space)
    compat.solve_linear(
        slopes * measure + nothing * trial * test * everywhere,
        nothing * test * measure,
        potential,
        conditions,
        FACTORISED if index_map.size_global <= FACTORISED_UNKNOWNS else ITERATED,
        "platingx_direction_",
    )
    return potential


def unit_gradients(domain: mesh.Mesh, potential: fem.Function, cells: Int32Array, tables: ElementTables) -> Array:
    """Directions of the gradient at the quadrature points of cells, shape (cells, points, 3); zero where it vanishes.

    Parameters
    ----------
    domain
        The mesh.
    potential
        Quadratic function on it.
    cells
        Local numbers of the cells.
    tables
        Tabulated functions.
    """
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
