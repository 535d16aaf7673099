"""Given forces that vary in space, as manufactured solutions and half spaces need them."""

from __future__ import annotations

from collections.abc import Callable

import basix
import basix.ufl
import numpy as np
from dolfinx import fem, mesh

from platingx.arrays import Array, Int32Array
from platingx.compat import geometry_degree, geometry_nodes
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.fields.tables import scalar_displacement_element
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.surface_load import loaded_facets

Density = Callable[[float, Array], Array]


class GivenForce:
    """A force per reference volume or area, as a contribution to equilibrium: f_a = -int N_a b dV.

    Parameters
    ----------
    nodes
        Displacement nodes of each cell or of the cell behind each facet, shape (elements, nodes).
    shares
        Displacement functions times volume or area, shape (elements, points, nodes), m3 or m2 (over m in plane strain).
    places
        Reference coordinates of the points, shape (elements, points, dimension), m.
    density
        b in N/m3 (t in Pa) as a function of the time (s) and of ``places`` to an array of their shape. Called once for
        each new time.
    """

    fields = (DISPLACEMENT,)

    def __init__(self, nodes: Int32Array, shares: Array, places: Array, density: Density) -> None:
        self.name = "given force"
        self.density = density
        self.places = places
        self._nodes, self._shares = nodes, shares
        self._time = float("nan")
        dimension = places.shape[-1]
        unknowns = nodes.shape[1] * dimension
        self._forces = np.zeros((*nodes.shape, dimension))
        self._matrices = np.zeros((len(nodes), unknowns, unknowns))

    def element_nodes(self) -> Int32Array:
        """Nodes of each element."""
        return self._nodes

    def element_matrices(self) -> Array:
        """A given force has no tangent."""
        return self._matrices

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:
        """Add the force."""
        if iterate.time != self._time:
            self._forces = -np.einsum("cqa,cqi->cai", self._shares, self.density(iterate.time, self.places))
            self._time = iterate.time
        forces = residuals[DISPLACEMENT]
        np.add.at(forces.internal, self._nodes, self._forces)
        np.add.at(forces.condensed, self._nodes, self._forces)
        np.add.at(forces.force_scale, self._nodes, np.abs(self._forces))

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """No tangent."""


def body_force(
    domain: mesh.Mesh,
    space: fem.FunctionSpace,
    cells: Int32Array,
    axisymmetric: bool,
    density: Density,
    degree: int = 8,
) -> GivenForce:
    """Force per reference volume of given cells.

    Parameters
    ----------
    domain, space
        Mesh and displacement space.
    cells
        Owned cells that carry the force.
    axisymmetric
        Whether they are swept around the axis.
    density
        Force in N/m3, see :class:`GivenForce`.
    degree
        Degree of the quadrature; higher than that of the element, so that the load is not what errs.
    """
    name, dimension = domain.topology.cell_name(), domain.geometry.dim
    points, weights = basix.make_quadrature(basix.CellType[name], degree)
    geometry = basix.ufl.element("Lagrange", name, geometry_degree(domain)).tabulate(1, points)
    corners = domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, :dimension]
    places = np.einsum("qg,cgi->cqi", geometry[0], corners)
    jacobian = np.einsum("jqg,cgi->cqij", geometry[1:], corners)
    volume = weights * np.abs(np.linalg.det(jacobian))
    if axisymmetric:
        volume = volume * 2.0 * np.pi * places[..., 0]
    shares = volume[..., None] * scalar_displacement_element(name).tabulate(0, points)[0]
    return GivenForce(space.dofmap.list[cells], shares, places, density)


def boundary_traction(
    domain: mesh.Mesh,
    space: fem.FunctionSpace,
    cells: Int32Array,
    facets: Int32Array,
    axisymmetric: bool,
    density: Density,
) -> GivenForce:
    """Force per reference area of given facets of given cells; ``density`` in Pa, see :class:`GivenForce`."""
    loaded = loaded_facets(domain, space, cells, facets)
    cofactor = np.swapaxes(np.linalg.inv(loaded.jacobian), -1, -2)
    vectors = np.linalg.det(loaded.jacobian)[..., None] * np.einsum("fqij,fqj->fqi", cofactor, loaded.normal)
    area = np.linalg.norm(vectors, axis=-1)
    if axisymmetric:
        area = area * 2.0 * np.pi * loaded.coordinates[..., 0]
    return GivenForce(loaded.nodes, area[..., None] * loaded.shape, loaded.coordinates, density)
