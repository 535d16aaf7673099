"""Pairs of nodes of the two sides of an interface that may part."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from platingx.arrays import Array, Int32Array, IntArray
from platingx.errors import MeshError
from platingx.fields.constraints import node_coordinates
from platingx.fields.measure import one_sided_entities
from platingx.fields.tables import scalar_displacement_element
from platingx.physics.discretisation import Discretisation
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.pair_contact import OtherSide
from platingx.problems.surface_load import LoadedFacets, loaded_facets
from platingx_meshes.parted import OTHER_SIDE

__all__ = ["other_side"]

CLOSE = 1e-6
"""Distance of the two nodes of a pair over the height of a cell, at most."""


def other_side(discretisation: Discretisation, interface: str, surface: ContactSurface) -> OtherSide:
    """Faces and nodes of the other side of an interface, in the order of those of a surface.

    Parameters
    ----------
    discretisation
        Mesh and space; this rank knows the cells behind both sides of each face that it owns.
    interface
        Name of the boundary.
    surface
        The side that follows.

    Raises
    ------
    MeshError
        If the mesh has no such interface, or one whose sides do not fit each other.
    """
    domain, space = discretisation.loaded.mesh, discretisation.space
    known = domain.topology.index_map(domain.topology.dim)
    cells = np.arange(known.size_local + known.num_ghosts, dtype=np.int32)
    facets = discretisation.facets(interface + OTHER_SIDE)
    table = loaded_facets(domain, space, cells, facets)
    entities = one_sided_entities(domain, cells, facets).reshape(-1, 2)
    closure = scalar_displacement_element(domain.topology.cell_name()).entity_closure_dofs[-2]
    places = np.array(closure, dtype=np.int64)[entities[:, 1]]
    coordinates = node_coordinates(space, discretisation.tables)  # collective
    if len(surface.nodes) == 0:
        return OtherSide(_chosen(table, np.zeros(0, dtype=np.int64)), places[:0])
    theirs = coordinates[table.nodes[np.arange(len(places))[:, None], places]]
    reach = CLOSE * float(surface.heights.min())
    order = _matched(surface.coordinates.mean(axis=1), theirs.mean(axis=1), reach)
    rows = [_matched(own, theirs[facet], reach) for own, facet in zip(surface.coordinates, order, strict=True)]
    return OtherSide(_chosen(table, order), np.take_along_axis(places[order], np.array(rows), axis=1))


def _matched(own: Array, others: Array, reach: float) -> IntArray:
    """Number of the other point at each of the own ones."""
    distance, number = cKDTree(others).query(own)
    if (distance > reach).any():
        raise MeshError("the two sides of the interface do not have their nodes at the same places")
    return np.asarray(number, dtype=np.int64)


def _chosen(table: LoadedFacets, rows: IntArray) -> LoadedFacets:
    nodes: Int32Array = np.ascontiguousarray(table.nodes[rows])
    return LoadedFacets(
        nodes,
        table.shape[rows],
        table.gradient[rows],
        table.corners[rows],
        table.jacobian[rows],
        table.coordinates[rows],
        table.normal[rows],
    )
