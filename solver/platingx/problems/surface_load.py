"""Given loads on a boundary: a pressure that follows the surface, and a traction of fixed direction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import basix
import numpy as np
from dolfinx import fem, mesh

from platingx.arrays import Array, Int32Array
from platingx.compat import geometry_degree, geometry_nodes
from platingx.fields.measure import one_sided_entities
from platingx.fields.nodal_field import DISPLACEMENT, Forces
from platingx.fields.tables import FAMILIES, scalar_displacement_element
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.failure import Failure, FailureKind

Pressure = Callable[[float], float]
Traction = Callable[[float], tuple[float, ...]]


@dataclass(frozen=True)
class LoadedFacets:
    """Shape functions and reference geometry at the quadrature points of the loaded facets.

    Attributes
    ----------
    nodes
        Displacement nodes of the cell behind each facet, shape (facets, nodes).
    shape, gradient
        Displacement functions (facets, points, nodes) and their reference gradients
        (facets, points, nodes, dimension).
    corners
        Linear functions of the corners of the cell, shape (facets, points, corners).
    jacobian
        d(coordinates)/d(reference), shape (facets, points, dimension, dimension), m.
    coordinates
        Reference coordinates of the points, shape (facets, points, dimension), m.
    normal
        Outward normal of the reference cell times the quadrature weight, shape
        (facets, points, dimension); its sign is turned where a cell is numbered clockwise.
    """

    nodes: Int32Array
    shape: Array
    gradient: Array
    corners: Array
    jacobian: Array
    coordinates: Array
    normal: Array


def loaded_facets(domain: mesh.Mesh, space: fem.FunctionSpace, cells: Int32Array, facets: Int32Array) -> LoadedFacets:
    """Tabulate what a load on facets needs.

    Parameters
    ----------
    domain, space
        Mesh and displacement space.
    cells
        Owned cells of the region that carries the load.
    facets
        Local facet numbers; those not on a cell of ``cells`` are left to other ranks.
    """
    name, dimension = domain.topology.cell_name(), domain.geometry.dim
    pairs = one_sided_entities(domain, cells, facets).reshape(-1, 2)
    behind, local = pairs[:, 0], pairs[:, 1]
    displacement = scalar_displacement_element(name)
    coordinates = basix.ufl.element("Lagrange", name, geometry_degree(domain))
    rules = [facet_rule(name, facet) for facet in range(len(basix.topology(basix.CellType[name])[-2]))]
    points = [rule[0] for rule in rules]
    shapes = [displacement.tabulate(1, p) for p in points]
    frames = [coordinates.tabulate(1, p) for p in points]
    linear = basix.ufl.element("Lagrange", name, 1)
    at_corners = np.array([linear.tabulate(0, p)[0] for p in points])[local]
    shape = np.array([table[0] for table in shapes])[local]
    gradient = np.array([np.moveaxis(np.array(table[1:]), 0, -1) for table in shapes])[local]
    coordinates = np.array([table[0] for table in frames])[local]
    slopes = np.array([np.moveaxis(np.array(table[1:]), 0, -1) for table in frames])[local]
    corners = domain.geometry.x[geometry_nodes(domain.geometry)[behind]][:, :, :dimension]
    jacobian = np.einsum("fgi,fqgj->fqij", corners, slopes)
    normal = np.array([rule[1] for rule in rules])[local]
    return LoadedFacets(
        nodes=np.ascontiguousarray(space.dofmap.list[behind]),
        shape=shape,
        gradient=gradient,
        corners=at_corners,
        jacobian=jacobian,
        coordinates=np.einsum("fqg,fgi->fqi", coordinates, corners),
        normal=normal * np.sign(np.linalg.det(jacobian))[..., None],
    )


def facet_rule(cell: str, facet: int) -> tuple[Array, Array]:
    """Quadrature points on a facet of the reference cell, and outward normals times weights."""
    cell_type = basix.CellType[cell]
    vertices = basix.geometry(cell_type)[basix.topology(cell_type)[-2][facet]]
    kind = basix.cell.subentity_types(cell_type)[-2][facet]
    points, weights = basix.make_quadrature(kind, FAMILIES[cell].quadrature_degree + 1)
    edges = vertices[1 : 1 + points.shape[1]] - vertices[0]
    area = np.linalg.norm(edges[0]) if len(edges) == 1 else np.linalg.norm(np.cross(edges[0], edges[1]))
    outward = basix.cell.facet_outward_normals(cell_type)[facet]
    return vertices[0] + points @ edges, (weights * area)[:, None] * outward


class FacetLoad(ABC):
    """Forces on the nodes of the cells behind facets, with a tangent for each of them.

    Parameters
    ----------
    name
        For messages.
    facets
        Tabulated facets.
    """

    fields = (DISPLACEMENT,)

    def __init__(self, name: str, facets: LoadedFacets) -> None:
        self.name, self.facets = name, facets
        count, _, nodes, dimension = facets.gradient.shape
        self._matrices = np.zeros((count, nodes * dimension, nodes * dimension))

    def element_nodes(self) -> Int32Array:
        """Nodes of the cell behind each facet."""
        return self.facets.nodes

    def element_matrices(self) -> Array:
        """Tangent of each facet at the shape seen last."""
        return self._matrices

    @abstractmethod
    def evaluate(self, iterate: Iterate, residuals: Residuals) -> Failure | None:
        """Add the forces of the present shape and time, and refresh their tangent."""

    def _add(self, total: Array, residuals: Residuals) -> None:
        """Add forces at the nodes of facets, shape (facets, nodes, dimension)."""
        forces = residuals[DISPLACEMENT]
        np.add.at(forces.internal, self.facets.nodes, total)
        np.add.at(forces.condensed, self.facets.nodes, total)
        np.add.at(forces.force_scale, self.facets.nodes, np.abs(total))

    def add_applied_force(self, iterate: Iterate, results: Arrays) -> None:
        """Add the forces on the body."""
        result = results[DISPLACEMENT]
        forces = Forces(*(np.zeros_like(result) for _ in range(3)))
        self.evaluate(iterate, {DISPLACEMENT: forces})
        result -= forces.internal

    def _times(self, values: Array) -> Array:
        """Tangents of the facets times nodal values, shape (facets, nodes, dimension)."""
        nodes = self.facets.nodes
        element = values[nodes].reshape(len(nodes), nodes.shape[1] * values.shape[1])
        return np.einsum("fij,fj->fi", self._matrices, element).reshape(*nodes.shape, values.shape[1])

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the tangent times a nodal increment."""
        np.add.at(results[DISPLACEMENT], self.facets.nodes, self._times(increments[DISPLACEMENT]))


class SurfaceLoad(FacetLoad):
    """A given load on a boundary, as a contribution to equilibrium.

    f_a = int N_a p n da - int N_a t dA, with the pressure on the deformed surface (n da = cof F N dA,
    Nanson's formula) and the traction on the reference surface. The tangent of a pressure is not
    symmetric unless the loaded surface is closed (Bonet and Wood, Nonlinear Continuum Mechanics for
    Finite Element Analysis, 2nd edition 2008, section 8.5).

    Parameters
    ----------
    facets
        Tabulated facets.
    axisymmetric
        Whether the boundary is swept around the axis.
    pressure
        Pressure in Pa as a function of time (s), positive towards the body; or None.
    traction
        Force per reference area in Pa as a function of time, fixed in direction; or None.
    name
        Of the boundary, for messages.
    """

    def __init__(
        self,
        facets: LoadedFacets,
        axisymmetric: bool = False,
        pressure: Pressure | None = None,
        traction: Traction | None = None,
        name: str = "a boundary",
    ) -> None:
        super().__init__(name, facets)
        self.axisymmetric = axisymmetric
        self.pressure = pressure
        self.traction = traction
        area = np.linalg.norm(area_vectors(facets.jacobian, facets.normal), axis=-1)
        if axisymmetric:
            area = area * 2.0 * np.pi * facets.coordinates[..., 0]
        self._shares = np.einsum("fq,fqa->fa", area, facets.shape)

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> Failure | None:
        """Add the load of the present shape and time, and refresh its tangent; a fixed traction has none."""
        facets = self.facets
        element = iterate.values[DISPLACEMENT][facets.nodes]
        jacobian = facets.jacobian + np.einsum("fai,fqaj->fqij", element, facets.gradient)
        determinant = np.linalg.det(jacobian)
        if not np.all(np.abs(determinant) > 0.0):
            place = facets.coordinates[np.unravel_index(np.abs(determinant).argmin(), determinant.shape)]
            return Failure("a loaded face collapsed", self.name, tuple(float(x) for x in place), FailureKind.DISTORTION)
        back = np.linalg.inv(jacobian)
        covector = np.einsum("fqji,fqj->fqi", back, facets.normal)
        slope = np.einsum("fqji,fqaj->fqai", back, facets.gradient)
        scale = (0.0 if self.pressure is None else self.pressure(iterate.time)) * determinant
        ring = np.ones_like(determinant)
        if self.axisymmetric:
            ring = 2.0 * np.pi * (facets.coordinates[..., 0] + np.einsum("fqa,fa->fq", facets.shape, element[..., 0]))
        pushed = np.einsum("fq,fqi,fqa->fai", scale * ring, covector, facets.shape)
        rate = np.einsum("fq,fqa,fqi,fqbk->faibk", scale * ring, facets.shape, covector, slope)
        rate -= np.einsum("fq,fqa,fqbi,fqk->faibk", scale * ring, facets.shape, slope, covector)
        if self.axisymmetric:
            rate[..., 0] += 2.0 * np.pi * np.einsum("fq,fqa,fqi,fqb->faib", scale, facets.shape, covector, facets.shape)
        self._matrices[...] = rate.reshape(self._matrices.shape)
        total = pushed
        if self.traction is not None:
            total = pushed - self._shares[:, :, None] * np.array(self.traction(iterate.time))
        self._add(total, residuals)
        return None


def area_vectors(jacobian: Array, normal: Array) -> Array:
    """Area vectors cof(j) n of facets with a Jacobian j and reference normals n times weights."""
    cofactor = np.linalg.det(jacobian)[..., None, None] * np.swapaxes(np.linalg.inv(jacobian), -1, -2)
    return np.einsum("fqij,fqj->fqi", cofactor, normal)
