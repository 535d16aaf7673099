"""Deformation at one quadrature point with growth removed, shared by assembly and recovery."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from platingx.fields.block import Geometry, Tables
from platingx.fields.kinematics import (
    AXISYMMETRIC,
    deformation_gradient,
    determinant_3x3,
    multiply_3x3,
    push_gradients,
    reference_geometry,
)
from platingx.materials.compiled import compiled
from platingx.materials.growth import inverse_growth

Array = npt.NDArray[np.float64]


class PointKinematics(NamedTuple):
    """Arrays filled at a point, allocated once for all points.

    Attributes
    ----------
    displacement
        Nodal displacements of the cell, shape (nodes, dimension), m.
    place
        Reference coordinates, shape (dimension,), m.
    jacobian
        Inverse of the reference map, shape (dimension, dimension).
    gradients
        Reference gradients of the displacement functions, shape (nodes, dimension), 1/m.
    total
        F, shape (3, 3).
    inverse_growth
        Fg^-1, shape (3, 3).
    elastoplastic
        f = F Fg^-1 = Fe Fp, shape (3, 3).
    """

    displacement: Array
    place: Array
    jacobian: Array
    gradients: Array
    total: Array
    inverse_growth: Array
    elastoplastic: Array


@compiled
def new_point_kinematics(nodes: int, dimension: int) -> PointKinematics:
    """Allocate the arrays of :class:`PointKinematics`."""
    return PointKinematics(
        np.empty((nodes, dimension)),
        np.empty(dimension),
        np.empty((dimension, dimension)),
        np.empty((nodes, dimension)),
        np.empty((3, 3)),
        np.empty((3, 3)),
        np.empty((3, 3)),
    )


@compiled
def gather(displacement: Array, geometry: Geometry, cell: int, point: PointKinematics) -> None:
    """Copy the nodal displacements of a cell."""
    for a in range(point.displacement.shape[0]):
        node = geometry.nodes[cell, a]
        for i in range(point.displacement.shape[1]):
            point.displacement[a, i] = displacement[node, i]


@compiled
def evaluate_point(
    tables: Tables, geometry: Geometry, growth: Array, shares: Array, cell: int, q: int, point: PointKinematics
) -> tuple[float, float]:
    """Fill the kinematics of a quadrature point of a gathered cell.

    Parameters
    ----------
    tables, geometry, growth, shares
        As in :func:`platingx.fields.solid_kernel.assemble_solid`.
    cell, q
        Position of the cell in the region, and of the point in the cell.
    point
        Arrays to fill.

    Returns
    -------
    volume, det_f
        Reference volume of the point (m3; m2 in plane strain), zero in a cell without volume, and det F.
    """
    det = reference_geometry(
        geometry.corners[cell], tables.geometry[q], tables.geometry_gradient[q], point.place, point.jacobian
    )
    volume = tables.weights[q] * abs(det)  # a mesh may number its cells clockwise
    if not volume > 0.0:
        return 0.0, 0.0
    radius = point.place[0]
    if tables.model == AXISYMMETRIC:
        volume *= 2.0 * np.pi * radius
    push_gradients(tables.shape_gradient[q], point.jacobian, point.gradients)
    deformation_gradient(point.displacement, point.gradients, tables.shape[q], radius, tables.model, point.total)
    ratio = growth[cell, q]
    if ratio == 1.0:
        point.elastoplastic[:, :] = point.total
    else:
        inverse_growth(ratio, shares, geometry.direction[cell, q], point.inverse_growth)
        multiply_3x3(point.total, point.inverse_growth, point.elastoplastic)
    return volume, determinant_3x3(point.total)


@compiled
def volume_modes(geometry: Geometry, cell: int, place: Array, modes: Array) -> None:
    """Values of the volume-strain modes of a cell at a place: 1, (x - xc)/size, (y - yc)/size ..."""
    modes[0] = 1.0
    for s in range(1, modes.shape[0]):
        modes[s] = (place[s - 1] - geometry.centre[cell, s - 1]) / geometry.size[cell]
