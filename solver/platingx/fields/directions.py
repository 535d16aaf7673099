"""Fibre direction of growth at quadrature points: a fixed vector or the field between two faces."""

from __future__ import annotations

import numpy as np
from dolfinx import mesh

from platingx.arrays import Array, Int32Array
from platingx.errors import CaseError
from platingx.fields.potential import layer_potential, unit_gradients
from platingx.fields.tables import ElementTables


def fixed_direction(vector: Array, cells: int, points: int) -> Array:
    """The same unit vector at all points, shape (cells, points, 3).

    Raises
    ------
    CaseError
        If the vector has no length.
    """
    padded = np.zeros(3)
    padded[: len(vector)] = vector
    length = float(np.linalg.norm(padded))
    if length == 0.0:
        raise CaseError("the fibre direction of growth is a zero vector; give a non-zero one")
    return np.broadcast_to(padded / length, (cells, points, 3)).copy()


def direction_between_faces(
    domain: mesh.Mesh,
    region_cells: Int32Array,
    start_facets: Int32Array,
    end_facets: Int32Array,
    cells: Int32Array,
    tables: ElementTables,
    axisymmetric: bool = False,
) -> Array:
    """Direction of the field lines between two faces of a layer. Collective.

    The direction is the gradient of the harmonic function that is 0 on the first face and 1 on the
    second, so it equals the face normals on both and turns smoothly in between.

    Parameters
    ----------
    domain
        The mesh.
    region_cells
        Local numbers (with ghosts) of the cells of the layer, where Laplace's equation is solved.
    start_facets, end_facets
        Local facet numbers of the two faces.
    cells
        Local numbers of the owned cells at which the direction is wanted.
    tables
        Tabulated functions; directions are given at its quadrature points.
    axisymmetric
        Whether the section is swept around the axis: the function is then harmonic in the body of revolution.

    Returns
    -------
    Array
        Unit vectors, shape (cells, points, 3).
    """
    potential = layer_potential(domain, region_cells, start_facets, end_facets, axisymmetric)
    return unit_gradients(domain, potential, cells, tables)
