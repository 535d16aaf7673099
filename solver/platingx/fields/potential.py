"""Harmonic potential of a layer between two of its faces."""

from __future__ import annotations

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem, mesh

from platingx import compat
from platingx.arrays import Array, Int32Array
from platingx.compat import geometry_nodes
from platingx.fields.tables import ElementTables
from platingx.fields.whole_factors import whole_factors

__all__ = ["layer_potential", "region_measure", "unit_gradients"]

#: Unknowns of the potential up to which its equations are factorised.
FACTORISED_UNKNOWNS = 40_000
ITERATED = {"ksp_type": "cg", "ksp_rtol": 1e-12, "pc_type": "gamg"}


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
    facet_dim = domain.topology.dim - 1
    start = fem.locate_dofs_topological(space, facet_dim, start_facets)
    end = fem.locate_dofs_topological(space, facet_dim, end_facets)
    zero, one = fem.Function(space), fem.Function(space)
    one.x.array[:] = 1.0
    measure, everywhere, outside = region_measure(space, region_cells)
    conditions = [fem.dirichletbc(zero, start), fem.dirichletbc(one, end), outside]
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
        whole_factors(domain.comm) if space.dofmap.index_map.size_global <= FACTORISED_UNKNOWNS else ITERATED,
        "platingx_direction_",
    )
    return potential


def region_measure(
    space: fem.FunctionSpace, region_cells: Int32Array, **metadata: int
) -> tuple[ufl.Measure, ufl.Measure, fem.DirichletBC]:
    """What it takes to solve in one region only: its measure, that of the mesh, and zero at the unknowns outside.

    Parameters
    ----------
    space
        Scalar space on the mesh.
    region_cells
        Local numbers (with ghosts) of the cells of the region.
    metadata
        Of the measures, such as ``quadrature_degree``.
    """
    domain = space.mesh
    dimension = domain.topology.dim
    domain.topology.create_connectivity(dimension, dimension)
    marker = mesh.meshtags(domain, dimension, np.sort(region_cells), np.ones(len(region_cells), dtype=np.int32))
    everywhere = ufl.Measure("dx", domain=domain, subdomain_data=marker, metadata=metadata)
    inside = np.unique(fem.locate_dofs_topological(space, dimension, region_cells))
    index_map = space.dofmap.index_map
    outside = np.setdiff1d(np.arange(index_map.size_local + index_map.num_ghosts, dtype=np.int32), inside)
    return everywhere(1), everywhere, fem.dirichletbc(fem.Function(space), outside.astype(np.int32))


def unit_gradients(domain: mesh.Mesh, potential: fem.Function, cells: Int32Array, tables: ElementTables) -> Array:
    """Directions of the gradient at the quadrature points of cells, shape (cells, points, 3); zero where it vanishes.

    The potential of a pit falls off by orders of magnitude towards the tip. Where one cell spans that, a quadratic
    function dips below its values at the nodes, and its gradient turns round. Growth does not feel the sense of its
    direction, lines along it do: the sense is that of the (multi)linear function through the values at the vertices.

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
    element = potential.function_space.ufl_element()
    nodal = potential.x.array[potential.function_space.dofmap.list[cells]]
    node_coordinates = domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, : domain.geometry.dim]
    jacobian = np.einsum("cgi,qgj->cqij", node_coordinates, tables.geometry_gradient)
    vertex = basix.ufl.element("Lagrange", domain.topology.cell_name(), 1)
    gradient = _gradients(jacobian, nodal, element, tables.points)
    sense = _gradients(jacobian, nodal[:, : vertex.dim], vertex, tables.points)
    gradient[np.einsum("cqi,cqi->cq", gradient, sense) < 0.0] *= -1.0
    result = np.zeros((len(cells), len(tables.points), 3))
    length = np.linalg.norm(gradient, axis=-1, keepdims=True)
    result[..., : gradient.shape[-1]] = gradient / np.where(length > 0.0, length, 1.0)
    return result


def _gradients(jacobian: Array, nodal: Array, element: basix.ufl._ElementBase, points: Array) -> Array:
    """Gradients of functions with values at the nodes of cells (cells, nodes), shape (cells, points, dimension)."""
    reference = np.moveaxis(np.array(element.tabulate(1, points)[1:]), 0, -1)
    slope = np.einsum("ca,qaj->cqj", nodal, reference)
    return np.asarray(np.linalg.solve(np.swapaxes(jacobian, -1, -2), slope[..., None])[..., 0])
