"""Quadrature points of an interface as a field on one side of it sees them."""

from __future__ import annotations

import basix
import basix.ufl
import numpy as np

from platingx.arrays import Int32Array
from platingx.compat import geometry_degree, geometry_nodes
from platingx.fields.nodal_field import NodalField
from platingx.physics.discretisation import Discretisation
from platingx.problems.interface_kinetics import InterfacePoints
from platingx.problems.surface_load import area_vectors, facet_rule

__all__ = ["interface_points"]


def interface_points(
    discretisation: Discretisation, field: NodalField, pairs: Int32Array, axisymmetric: bool
) -> InterfacePoints:
    """Tabulate a scalar Lagrange field of degree 2 at the quadrature points of facets.

    Parameters
    ----------
    discretisation
        Mesh.
    field
        Field on cells of the mesh, or on a part of it.
    pairs
        Owned cells of the mesh and their facets, as numbered in the reference cell, shape (facets, 2).
    axisymmetric
        Whether the facets are swept around the axis.
    """
    domain = discretisation.loaded.mesh
    name, dimension = domain.topology.cell_name(), domain.geometry.dim
    cells, local = pairs[:, 0], pairs[:, 1]
    rules = [facet_rule(name, facet) for facet in range(len(basix.topology(basix.CellType[name])[-2]))]
    element = basix.ufl.element("Lagrange", name, 2)
    frame = basix.ufl.element("Lagrange", name, geometry_degree(domain))
    shape = np.array([element.tabulate(0, points)[0] for points, _ in rules])[local]
    frames = [frame.tabulate(1, points) for points, _ in rules]
    corners = domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, :dimension]
    slopes = np.array([np.moveaxis(np.array(table[1:]), 0, -1) for table in frames])[local]
    jacobian = np.einsum("fgi,fqgj->fqij", corners, slopes)
    coordinates = np.einsum("fqg,fgi->fqi", np.array([table[0] for table in frames])[local], corners)
    areas = area_vectors(jacobian, np.array([normal for _, normal in rules])[local])
    weights = np.linalg.norm(areas, axis=-1)
    if axisymmetric:
        weights = weights * 2.0 * np.pi * coordinates[..., 0]
    numbers = cells if field.part is None else field.part.numbers()[cells]
    nodes = np.ascontiguousarray(field.space.dofmap.list[numbers], dtype=np.int32)
    return InterfacePoints(nodes, shape, weights, coordinates)
