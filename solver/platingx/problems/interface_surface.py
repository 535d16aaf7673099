"""Integrals over an interface for what lives on it: mass, stiffness along the surface, and normals."""

from __future__ import annotations

from dataclasses import dataclass

import basix
import basix.ufl
import numpy as np
from dolfinx import fem, mesh

from platingx.arrays import Array, Int32Array
from platingx.compat import geometry_nodes
from platingx.fields.measure import one_sided_entities
from platingx.problems.surface_load import LoadedFacets, area_vectors, facet_rule, loaded_facets

__all__ = ["InterfaceSurface", "interface_surface"]


@dataclass(frozen=True)
class InterfaceSurface:
    """Matrices of the facets of an interface in its undeformed shape, by the functions of nodes on them.

    Attributes
    ----------
    cells
        Owned cell of the metal behind each facet.
    nodes
        Local displacement nodes on each facet, shape (facets, nodes).
    mass
        Integral of N_a N_b, shape (facets, nodes, nodes), m2 (m in plane strain; swept around the axis there).
    stiffness
        Integral of the products of their gradients along the surface, same shape, dimensionless (1/m in plane strain).
    normals
        Integral of ``|N_a| n``, n from the interface into the metal, shape (facets, nodes, dimension), m2 (m).
    areas, depths
        Area of each facet, and volume of the cell over it: the height of the metal's first row, shape (facets,).
    weights, places
        Area (m2; m in plane strain) and coordinates (m) of quadrature points, shapes (facets, points) and (facets,
        points, dimension).
    shape, along
        Functions there (facets, points, nodes), and their gradients along the surface, 1/m (facets, points, nodes,
        dimension).
    inward
        Unit normal there, from the interface into the metal.
    """

    cells: Int32Array
    nodes: Int32Array
    mass: Array
    stiffness: Array
    normals: Array
    areas: Array
    depths: Array
    weights: Array
    places: Array
    shape: Array
    along: Array
    inward: Array

    def area_ratio(self, shifts: Array) -> Array:
        """Area over that of the undeformed surface, negative where it is turned over, after shifts of its nodes.

        Parameters
        ----------
        shifts
            Shape (facets, nodes, dimension), m.

        Returns
        -------
        Array
            Shape (facets, points).
        """
        gradient = np.einsum("fai,fqaj->fqij", shifts, self.along)
        normal = np.einsum("fqi,fqj->fqij", self.inward, self.inward)
        identity = np.eye(normal.shape[-1])
        return np.asarray(np.linalg.det(identity + (identity - normal) @ gradient))


def interface_surface(
    domain: mesh.Mesh,
    space: fem.FunctionSpace,
    cells: Int32Array,
    facets: Int32Array,
    axisymmetric: bool,
    linear: bool = False,
) -> InterfaceSurface:
    """Integrate over the facets of an interface.

    Parameters
    ----------
    domain, space
        Mesh and displacement space.
    cells
        Owned cells of the metal.
    facets
        Local facets of the interface; those not on a cell of ``cells`` are left to other ranks.
    axisymmetric
        Whether the facets are swept around the axis.
    linear
        Whether the functions are linear (bilinear) and stand on the corners alone.
    """
    pairs = one_sided_entities(domain, cells, facets).reshape(-1, 2)
    found = loaded_facets(domain, space, cells, facets)
    chosen, functions, slopes = (_at_corners if linear else _at_nodes)(domain, space, pairs[:, 1], found)
    vectors = area_vectors(found.jacobian, found.normal)  # out of the metal
    weights = np.linalg.norm(vectors, axis=-1)
    outward = vectors / weights[..., None]
    if axisymmetric:
        weights = weights * 2.0 * np.pi * found.coordinates[..., 0]
    shape = functions
    slopes = np.einsum("fqji,fqaj->fqai", np.linalg.inv(found.jacobian), slopes)
    along = slopes - np.einsum("fqaj,fqj,fqi->fqai", slopes, outward, outward)
    areas = weights.sum(axis=1)
    return InterfaceSurface(
        cells=np.ascontiguousarray(pairs[:, 0]),
        nodes=np.take_along_axis(found.nodes, chosen, axis=1),
        mass=np.einsum("fq,fqa,fqb->fab", weights, shape, shape),
        stiffness=np.einsum("fq,fqai,fqbi->fab", weights, along, along),
        normals=-np.einsum("fq,fqa,fqi->fai", weights, np.abs(shape), outward),
        areas=areas,
        depths=_depths(domain, pairs[:, 0], vectors),
        weights=weights,
        places=found.coordinates,
        shape=shape,
        along=along,
        inward=-outward,
    )


def _at_nodes(
    domain: mesh.Mesh, space: fem.FunctionSpace, sides: Int32Array, found: LoadedFacets
) -> tuple[Int32Array, Array, Array]:
    """Nodes of each facet in its cell, their functions, and the slopes of these in the reference cell."""
    layout = space.dofmap.dof_layout
    closures = [layout.entity_closure_dofs(domain.topology.dim - 1, int(side)) for side in sides]
    count = len(layout.entity_closure_dofs(domain.topology.dim - 1, 0))
    chosen = np.array(closures, dtype=np.int32).reshape(len(sides), count)
    shape = np.take_along_axis(found.shape, chosen[:, None, :], axis=2)
    return chosen, shape, np.take_along_axis(found.gradient, chosen[:, None, :, None], axis=2)


def _at_corners(
    domain: mesh.Mesh, space: fem.FunctionSpace, sides: Int32Array, _found: LoadedFacets
) -> tuple[Int32Array, Array, Array]:
    """The same of the linear functions of its corners."""
    cell = domain.topology.cell_name()
    corners = np.array(basix.topology(basix.CellType[cell])[-2])
    element, layout = basix.ufl.element("Lagrange", cell, 1), space.dofmap.dof_layout
    tables = [element.tabulate(1, facet_rule(cell, side)[0]) for side in range(len(corners))]
    shape = np.array([table[0][:, corners[side]] for side, table in enumerate(tables)])
    slopes = np.array([np.moveaxis(table[1:], 0, -1)[:, corners[side]] for side, table in enumerate(tables)])
    dofs = np.array([layout.entity_dofs(0, corner)[0] for corner in range(corners.max() + 1)], dtype=np.int32)
    return dofs[corners[sides]], shape[sides], slopes[sides]


def _depths(domain: mesh.Mesh, cells: Int32Array, vectors: Array) -> Array:
    """Extent of each cell along the mean normal of its facet, m."""
    corners = domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, : domain.geometry.dim]
    mean = vectors.sum(axis=1)
    mean = mean / np.linalg.norm(mean, axis=-1)[:, None]
    heights = np.einsum("fgi,fi->fg", corners, mean)
    return np.asarray(np.ptp(heights, axis=1)) if len(heights) else np.zeros(0)
