"""A face of the body that may touch tools: its displacement nodes with areas that add up to that of the face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from dolfinx import fem, la, mesh

from platingx.arrays import Array, Int32Array, IntArray
from platingx.compat import geometry_nodes
from platingx.fields.constraints import node_coordinates
from platingx.fields.measure import one_sided_entities
from platingx.fields.tables import ElementTables, scalar_displacement_element
from platingx.problems.surface_load import LoadedFacets, area_vectors, loaded_facets

__all__ = ["ContactSurface", "contact_surface"]

_NONE = 1e-9
"""Area of a node, relative to that of its facet, which is none: on an axis of revolution it vanishes."""


@dataclass(frozen=True)
class ContactSurface:
    """Nodes of contact facets on this rank; a node of several facets stands once for each.

    The area of a node is the integral of its displacement function over the face, so that a uniform pressure p is the
    nodal forces p times area exactly. On quadratic faces with a node in the middle all areas are positive: 1/6 and 4/6
    of a line; 1/36, 4/36 and 16/36 of a quadrilateral; 1/20, 2/15 and 9/20 of a triangle.

    Attributes
    ----------
    facets
        Tabulated facets, with the nodes of the cells behind them.
    entities
        Cell and number of the facet in it, shape (facets, 2).
    places
        Nodes of each facet by their places in the cell, shape (facets, k).
    nodes
        The same by their local numbers.
    coordinates
        Of these nodes at rest, shape (facets, k, dimension), m.
    areas
        Their share of the area of the facet, shape (facets, k), m2 (m in plane strain); 0 on an axis of revolution.
    heights
        Height of the cells behind each node, shape (facets, k), m.
    stiffness, shear_stiffness
        Modulus against compression and against shear of the cells behind each node over their height, shape
        (facets, k), Pa/m.
    """

    facets: LoadedFacets
    entities: Int32Array
    places: IntArray
    nodes: Int32Array
    coordinates: Array
    areas: Array
    heights: Array
    stiffness: Array
    shear_stiffness: Array

    def stretches(self, displacement: Array) -> Array:
        """Present area of each facet over that at rest, without the change of its radius, shape (facets,)."""
        facets = self.facets
        jacobian = facets.jacobian + np.einsum("fai,fqaj->fqij", displacement[facets.nodes], facets.gradient)
        present = np.linalg.norm(area_vectors(jacobian, facets.normal), axis=-1).sum(axis=1)
        return np.asarray(present / np.linalg.norm(area_vectors(facets.jacobian, facets.normal), axis=-1).sum(axis=1))


def contact_surface(
    domain: mesh.Mesh,
    space: fem.FunctionSpace,
    tables: ElementTables,
    cells: Int32Array,
    facets: Int32Array,
    moduli: Array,
    axisymmetric: bool,
) -> ContactSurface:
    """Find the nodes of a face. Collective.

    Parameters
    ----------
    domain, space, tables
        Mesh, displacement space and its tabulated element.
    cells
        Owned cells that lie behind the face.
    facets
        Local facets of the face.
    moduli
        Moduli of each local cell against compression and shear, shape (cells, 2), Pa.
    axisymmetric
        Whether the face is swept around the axis.
    """
    tabulated = loaded_facets(domain, space, cells, facets)
    entities = one_sided_entities(domain, cells, facets).reshape(-1, 2)
    of_facets = scalar_displacement_element(domain.topology.cell_name()).entity_closure_dofs[-2]
    places = np.array(of_facets, dtype=np.int64)[entities[:, 1]]
    rows = np.arange(len(entities))[:, None]
    nodes = tabulated.nodes[rows, places]
    measure = np.linalg.norm(area_vectors(tabulated.jacobian, tabulated.normal), axis=-1)
    ring = 2.0 * np.pi * tabulated.coordinates[..., 0] if axisymmetric else np.ones_like(measure)
    shares = np.einsum("fq,fqa->fa", measure * ring, tabulated.shape)[rows, places]
    shares = np.where(np.abs(shares) > _NONE * shares.sum(axis=1, keepdims=True), shares, 0.0)
    heights = _heights(domain, tables, entities[:, 0], measure.sum(axis=1))
    stiffness = moduli[entities[:, 0]] / heights[:, None]
    known = _averages(space, nodes, shares, [heights, stiffness[:, 0], stiffness[:, 1]])
    return ContactSurface(
        facets=tabulated,
        entities=entities,
        places=places,
        nodes=nodes,
        coordinates=node_coordinates(space, tables)[nodes],
        areas=shares,
        heights=known[0],
        stiffness=known[1],
        shear_stiffness=known[2],
    )


def _heights(domain: mesh.Mesh, tables: ElementTables, cells: Int32Array, areas: Array) -> Array:
    """Height of cells over a facet of an area (per depth in the plane), m: that of a brick, or of a simplex."""
    dimension = domain.geometry.dim
    corners = domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, :dimension]
    jacobian = np.einsum("cgi,qgj->cqij", corners, tables.geometry_gradient)
    volumes = np.abs(np.linalg.det(jacobian)) @ tables.weights
    simplex = domain.topology.cell_name() in {"triangle", "tetrahedron"}
    return np.asarray((dimension if simplex else 1) * volumes / areas)


def _averages(space: fem.FunctionSpace, nodes: Int32Array, shares: Array, values: list[Array]) -> list[Array]:
    """Means over the facets at each node, by their areas there, on all ranks alike. Collective.

    Parameters
    ----------
    space
        Displacement space.
    nodes, shares
        Nodes of the facets and their areas, shape (facets, k).
    values
        Of the facets, each of shape (facets,).
    """
    sums = la.vector(space.dofmap.index_map, len(values) + 1)
    view = sums.array.reshape(-1, len(values) + 1)
    for place, value in enumerate([np.ones(len(nodes)), *values]):
        np.add.at(view[:, place], nodes, np.abs(shares) * value[:, None])
    sums.scatter_reverse(la.InsertMode.add)
    sums.scatter_forward()
    total = view[nodes, 0]
    own = [np.broadcast_to(value[:, None], nodes.shape) for value in values]
    return [
        np.where(total > 0.0, view[nodes, place] / np.where(total > 0.0, total, 1.0), alone)
        for place, alone in enumerate(own, start=1)
    ]
