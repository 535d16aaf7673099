"""Integrals over an interface for what lives on it: mass, stiffness along the surface, and normals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from dolfinx import fem, mesh

from platingx.arrays import Array, Int32Array
from platingx.compat import geometry_nodes
from platingx.fields.measure import one_sided_entities
from platingx.problems.surface_load import area_vectors, loaded_facets

__all__ = ["InterfaceSurface", "interface_surface"]


@dataclass(frozen=True)
class InterfaceSurface:
    """Matrices of the facets of an interface in its undeformed shape, by the functions of the displacement on them.

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
    """

    cells: Int32Array
    nodes: Int32Array
    mass: Array
    stiffness: Array
    normals: Array
    areas: Array
    depths: Array


def interface_surface(
    domain: mesh.Mesh, space: fem.FunctionSpace, cells: Int32Array, facets: Int32Array, axisymmetric: bool
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
    """
    pairs = one_sided_entities(domain, cells, facets).reshape(-1, 2)
    found = loaded_facets(domain, space, cells, facets)
    layout = space.dofmap.dof_layout
    sides = [layout.entity_closure_dofs(domain.topology.dim - 1, int(side)) for side in pairs[:, 1]]
    count = len(layout.entity_closure_dofs(domain.topology.dim - 1, 0))
    chosen = np.array(sides, dtype=np.int32).reshape(len(pairs), count)
    vectors = area_vectors(found.jacobian, found.normal)  # out of the metal
    weights = np.linalg.norm(vectors, axis=-1)
    outward = vectors / weights[..., None]
    if axisymmetric:
        weights = weights * 2.0 * np.pi * found.coordinates[..., 0]
    shape = np.take_along_axis(found.shape, chosen[:, None, :], axis=2)
    slopes = np.einsum("fqji,fqaj->fqai", np.linalg.inv(found.jacobian), found.gradient)
    slopes = np.take_along_axis(slopes, chosen[:, None, :, None], axis=2)
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
    )


def _depths(domain: mesh.Mesh, cells: Int32Array, vectors: Array) -> Array:
    """Extent of each cell along the mean normal of its facet, m."""
    corners = domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, : domain.geometry.dim]
    mean = vectors.sum(axis=1)
    mean = mean / np.linalg.norm(mean, axis=-1)[:, None]
    heights = np.einsum("fgi,fi->fg", corners, mean)
    return np.asarray(np.ptp(heights, axis=1)) if len(heights) else np.zeros(0)
