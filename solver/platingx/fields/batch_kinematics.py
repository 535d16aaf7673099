"""Deformation at the points of a batch with growth removed, shared by assembly and recovery."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from platingx.arrays import Array, Int32Array
from platingx.fields.block import Geometry, Tables
from platingx.fields.kinematics import AXISYMMETRIC, differentiate, interpolate
from platingx.materials.compiled import njit_simd, njit_strict
from platingx.materials.growth import inverse_growths
from platingx.materials.lanes import LANES
from platingx.materials.tensors import inverses, products


class BatchKinematics(NamedTuple):
    """Arrays filled for a batch, allocated once for all of them; tensors are flat, see ``materials.lanes``.

    Attributes
    ----------
    displacement, coordinates
        Nodal displacements and coordinates of the cell of each point, shape (nodes, dimension, LANES), m.
    place
        Reference coordinates, shape (dimension, LANES), m.
    volume
        Reference volume of each point (m3; m2 in plane strain); zero in a cell without volume and in a lane that only
        repeats a point.
    jacobian, inverse_jacobian, jacobian_determinant
        Reference map d(coordinates)/d(reference), its inverse and determinant.
    slope
        Displacement gradient in reference coordinates.
    total, inverse_total, determinant
        F, its inverse and determinant.
    ratio, direction
        Jg, and the fibre direction (three components).
    factors, inverse_growth
        Space to work in, and Fg^-1.
    elastoplastic
        f = F Fg^-1 = Fe Fp.
    jacobian_rows, slope_rows, total_rows
        Three of these arrays seen with the shape (3, 3, LANES).
    """

    displacement: Array
    coordinates: Array
    place: Array
    volume: Array
    jacobian: Array
    inverse_jacobian: Array
    jacobian_determinant: Array
    slope: Array
    total: Array
    inverse_total: Array
    determinant: Array
    ratio: Array
    direction: Array
    factors: Array
    inverse_growth: Array
    elastoplastic: Array
    jacobian_rows: Array
    slope_rows: Array
    total_rows: Array


@njit_strict
def new_batch_kinematics(nodes: int, geometry_nodes: int, dimension: int) -> BatchKinematics:
    """Allocate the arrays of :class:`BatchKinematics`."""
    jacobian = np.zeros(9 * LANES)
    jacobian[8 * LANES :] = 1.0  # of the direction out of plane
    slope, total = np.zeros(9 * LANES), np.zeros(9 * LANES)
    return BatchKinematics(
        np.zeros((nodes, dimension, LANES)),
        np.zeros((geometry_nodes, dimension, LANES)),
        np.zeros((dimension, LANES)),
        np.zeros(LANES),
        jacobian,
        np.zeros(9 * LANES),
        np.zeros(LANES),
        slope,
        total,
        np.zeros(9 * LANES),
        np.zeros(LANES),
        np.zeros(LANES),
        np.zeros(3 * LANES),
        np.zeros(3 * LANES),
        np.zeros(9 * LANES),
        np.zeros(9 * LANES),
        jacobian.reshape((3, 3, LANES)),
        slope.reshape((3, 3, LANES)),
        total.reshape((3, 3, LANES)),
    )


@njit_simd
def _gather(displacement: Array, nodes: Int32Array, start: int, stop: int, result: Array) -> None:
    """Nodal displacements of a cell, in the lanes of its points."""
    for a in range(nodes.shape[0]):
        for i in range(result.shape[1]):
            result[a, i, start:stop] = displacement[nodes[a], i]


@njit_simd
def _copy_coordinates(coordinates: Array, start: int, stop: int, result: Array) -> None:
    """Nodal coordinates of a cell, in the lanes of its points."""
    for a in range(coordinates.shape[0]):
        for i in range(coordinates.shape[1]):
            result[a, i, start:stop] = coordinates[a, i]


@njit_simd
def _volumes(weights: Array, determinant: Array, radius: Array, axisymmetric: bool, volume: Array) -> None:
    """Reference volume of each point; a mesh may number its cells clockwise."""
    for p in range(LANES):
        volume[p] = weights[p] * abs(determinant[p])
    if axisymmetric:
        for p in range(LANES):
            volume[p] *= 2.0 * np.pi * radius[p]


@njit_simd
def _add_identity(total: Array) -> None:
    """F from the displacement gradient."""
    for i in range(3):
        for p in range(LANES):
            total[i, i, p] += 1.0


@njit_simd
def _add_hoop(displacement: Array, shape: Array, radius: Array, total: Array) -> None:
    """Hoop stretch of an axisymmetric body."""
    for a in range(shape.shape[0]):
        for p in range(LANES):
            total[2, 2, p] += shape[a, p] * displacement[a, 0, p] / radius[p]


@njit_strict
def _remove_growth(
    tables: Tables,
    geometry: Geometry,
    growth: Array,
    growth_exponents: Array,
    first: int,
    count: int,
    batch: BatchKinematics,
) -> None:
    """F Fg^-1, from F."""
    grown = False
    for p in range(LANES):
        cell, q = first + min(tables.cell[p], count - 1), tables.point[p]
        batch.ratio[p] = growth[cell, q]
        grown = grown or batch.ratio[p] != 1.0
        for i in range(3):
            batch.direction[i * LANES + p] = geometry.direction[cell, q, i]
    if grown:
        inverse_growths(batch.ratio, growth_exponents, batch.direction, batch.factors, batch.inverse_growth)
        products(batch.total, batch.inverse_growth, batch.elastoplastic)
    else:
        batch.elastoplastic[:] = batch.total


@njit_strict
def evaluate_batch(
    tables: Tables,
    geometry: Geometry,
    growth: Array,
    growth_exponents: Array,
    displacement: Array,
    first: int,
    count: int,
    batch: BatchKinematics,
) -> None:
    """Fill the kinematics of some cells.

    Parameters
    ----------
    tables, geometry, growth, growth_exponents, displacement
        As in :func:`platingx.fields.solid_kernel.assemble_solid`.
    first, count
        Position of the first cell in the region, and number of cells, ``tables.cells`` or fewer.
    batch
        Arrays to fill.
    """
    for c in range(tables.cells):
        cell, start = first + min(c, count - 1), c * tables.spacing
        stop = LANES if c == tables.cells - 1 else start + tables.spacing
        _gather(displacement, geometry.nodes[cell], start, stop, batch.displacement)
        _copy_coordinates(geometry.coordinates[cell], start, stop, batch.coordinates)
    dimension = batch.place.shape[0]
    for i in range(dimension):
        interpolate(batch.coordinates, tables.geometry, i, batch.place[i])
    differentiate(batch.coordinates, tables.geometry_gradient, batch.jacobian_rows)
    inverses(batch.jacobian, batch.inverse_jacobian, batch.jacobian_determinant)
    axisymmetric = tables.model == AXISYMMETRIC
    _volumes(tables.weights, batch.jacobian_determinant, batch.place[0], axisymmetric, batch.volume)
    differentiate(batch.displacement, tables.shape_gradient, batch.slope_rows)
    products(batch.slope, batch.inverse_jacobian, batch.total)
    _add_identity(batch.total_rows)
    if axisymmetric:
        _add_hoop(batch.displacement, tables.shape, batch.place[0], batch.total_rows)
    inverses(batch.total, batch.inverse_total, batch.determinant)
    _remove_growth(tables, geometry, growth, growth_exponents, first, count, batch)


@njit_strict
def volume_modes(tables: Tables, geometry: Geometry, first: int, count: int, place: Array, modes: Array) -> None:
    """Values of the volume-strain modes at the points: 1, (x - xc)/size, (y - yc)/size ...; shape (modes, LANES)."""
    modes[0, :] = 1.0
    for s in range(1, modes.shape[0]):
        for p in range(LANES):
            cell = first + min(tables.cell[p], count - 1)
            modes[s, p] = (place[s - 1, p] - geometry.centre[cell, s - 1]) / geometry.size[cell]
