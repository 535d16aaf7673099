"""Directions of growth from the normals of the faces of a layer, carried along the field lines between them."""

from __future__ import annotations

import numpy as np
import ufl
from dolfinx import fem, mesh

from platingx.arrays import Array, Int32Array
from platingx.compat import geometry_nodes
from platingx.errors import CaseError
from platingx.fields.directions import direction_between_faces
from platingx.fields.fibre_transport import FibreTransport
from platingx.fields.tables import ElementTables
from platingx.parallel import global_maximum

__all__ = ["direction_from_normals"]

SHORTEST = 0.1
"""Length of a blend of two unit normals below which they are opposite and it has no direction."""


def direction_from_normals(
    domain: mesh.Mesh,
    region_cells: Int32Array,
    start_facets: Int32Array,
    end_facets: Int32Array,
    cells: Int32Array,
    tables: ElementTables,
    axisymmetric: bool,
    blended: bool,
) -> Array:
    """Normal of the first face, or the blend of it with that of the second face. Collective.

    1. The field lines of the potential between the faces connect every place with one point of each face.
    2. The normals of these points, into the layer and out of it, are carried along the lines.
    3. With s the way along the line from the first face and t that to the second, the blend is
       (1 - s/(s + t)) n_1 + s/(s + t) n_2, made a unit vector.

    At a corner of a face the normals of both sides are averaged over the elements that meet there.

    Parameters
    ----------
    domain
        The mesh.
    region_cells, cells
        Local numbers of the cells of the layer with ghosts, and of the owned ones.
    start_facets, end_facets
        Local facets of the two faces.
    tables
        Tabulated functions; directions are given at its quadrature points.
    axisymmetric
        Whether the section is swept around the axis.
    blended
        Whether the second face counts too.

    Returns
    -------
    Array
        Unit vectors, shape (cells, points, 3).

    Raises
    ------
    CaseError
        If the two normals are opposite somewhere.
    """
    faces = start_facets, end_facets
    lines = direction_between_faces(domain, region_cells, *faces, cells, tables, axisymmetric)
    facets = domain.topology.index_map(domain.topology.dim - 1)
    everything = np.arange(facets.size_local + facets.num_ghosts, dtype=np.int32)
    closed = np.setdiff1d(everything, np.concatenate(faces))
    transport = FibreTransport(domain, region_cells, cells, lines, start_facets, closed, tables, axisymmetric)
    shape = transport.space.ufl_element().tabulate(0, tables.points)[0]

    def at_points(values: fem.Function) -> Array:
        return np.asarray(np.einsum("qa,ca->cq", shape, values.x.array[transport.space.dofmap.list[cells]]))

    def carried(along: bool) -> Array:
        """Normal in the sense of the lines, shape (cells, points, 3)."""
        normal = ufl.FacetNormal(domain)
        result = np.zeros((len(cells), len(tables.points), 3))
        for axis in range(domain.geometry.dim):
            component = -normal[axis] if along else normal[axis]
            result[..., axis] = at_points(transport.solve(along, conserved=False, source=0.0, inflow=component))
        return _unit(result)

    first = carried(along=True)
    if not blended:
        return first
    way, rest = (at_points(transport.solve(along, conserved=False, source=1.0)) for along in (True, False))
    height = np.clip(way / np.maximum(way + rest, np.finfo(float).tiny), 0.0, 1.0)[..., None]
    blend = (1.0 - height) * first + height * carried(along=False)
    _check_length(domain, blend, cells, tables)
    return _unit(blend)


def _unit(vectors: Array) -> Array:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0.0, length, 1.0))


def _check_length(domain: mesh.Mesh, blend: Array, cells: Int32Array, tables: ElementTables) -> None:
    node_coordinates = domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, : domain.geometry.dim]
    places = np.einsum("qg,cgi->cqi", tables.geometry, node_coordinates).reshape(-1, domain.geometry.dim)
    shortest, place = global_maximum(domain.comm, -np.linalg.norm(blend, axis=-1).ravel(), places)
    if -shortest < SHORTEST:
        at = ", ".join(f"{x:.4g}" for x in place)
        raise CaseError(
            f"growth.direction: blended: the normals of the interface and of the other face are opposite at ({at}) m; "
            "write between_faces"
        )
