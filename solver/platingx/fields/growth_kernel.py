"""How a cell answers to growth at its points, and what growth has to work against: exact derivatives.

At fixed displacements and volume strain a change of ln(Jg) acts on f = F Fg^-1 like the velocity gradient -B, with
B = f A f^-1 and A = d(ln Fg)/d(ln Jg) of trace one. With the deviatoric tangent C, d(dev tau) = C:dl, the deviator s
and the mean Kirchhoff stress pi of the two-field principle, for a reference volume V

    D = V (psi - tau:B)                                  power of growth for each dJg,
    dD/dl = V [s:C/(2 G) + pi 1 - B:C - (s B^T - B^T s)],
    d(Jg tau)/dJg V = V [tau - C:B],      d(R_theta)/dJg = V pi' psi_s [(ln Je - theta) - 1] = dD/dtheta_s,
    dD/dJg = V/Jg [-s:C:B/(2 G) - pi + B:C:B],

since the deviatoric energy is s:s/(4 G) after flow too. Without flow the second and the third are the same.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from platingx.arrays import Array
from platingx.fields.batch_arrays import new_batch_arrays
from platingx.fields.batch_kinematics import evaluate_batch, new_batch_kinematics, volume_modes
from platingx.fields.batch_stress import evaluate_pressure, weigh_batch
from platingx.fields.block import Geometry, Tables
from platingx.fields.kinematics import AXISYMMETRIC
from platingx.fields.point_state import State, load_state
from platingx.materials.compiled import njit_strict
from platingx.materials.lanes import LANES
from platingx.materials.layout import (
    BULK_DERIVATIVE,
    BULK_MODULUS,
    FLOW_LAW,
    FLOW_NONE,
    PRESSURE_LAW,
    SHEAR_MODULUS,
    SYMMETRIC_COLUMNS,
    SYMMETRIC_ROWS,
    UNSTRAINED,
)
from platingx.materials.point import new_point_batch, update_points
from platingx.materials.pressure import volumetric_energy

__all__ = ["GrowthResponse", "growth_response", "new_growth_response"]


class GrowthResponse(NamedTuple):
    """Derivatives of a region by and of growth, at fixed volume strain.

    Attributes
    ----------
    drive
        D at the points, shape (cells, points), J (J/m in plane strain).
    by_displacement
        dD/du, shape (cells, points, unknowns).
    forces
        Derivative of the nodal forces by Jg, same shape.
    volume
        Derivative of the volume equations by Jg, and of D by the volume strain, shape (cells, points, modes).
    second
        dD/dJg, shape (cells, points).
    """

    drive: Array
    by_displacement: Array
    forces: Array
    volume: Array
    second: Array


def new_growth_response(cells: int, points: int, unknowns: int, modes: int) -> GrowthResponse:
    """Allocate the arrays."""
    by_unknowns = (cells, points, unknowns)
    return GrowthResponse(
        np.zeros((cells, points)),
        np.zeros(by_unknowns),
        np.zeros(by_unknowns),
        np.zeros((cells, points, modes)),
        np.zeros((cells, points)),
    )


@njit_strict
def _pushed(elastoplastic: Array, direction: Array, exponents: Array, p: int, result: Array) -> None:
    """B = f A f^-1 of the point in lane p, shape (3, 3)."""
    f, a = np.empty((3, 3)), np.empty((3, 3))
    x, y, z = direction[p], direction[LANES + p], direction[2 * LANES + p]
    fibre, side, rest = exponents[0] - exponents[2], exponents[1] - exponents[2], exponents[2]
    for i in range(3):
        for j in range(3):
            f[i, j] = elastoplastic[(3 * i + j) * LANES + p]
    a[0, 0], a[1, 1], a[2, 2] = (
        rest + fibre * x * x + side * y * y, rest + fibre * y * y + side * x * x, rest + fibre * z * z
    )  # fmt: skip
    a[0, 1] = a[1, 0] = (fibre - side) * x * y
    a[0, 2] = a[2, 0] = fibre * x * z
    a[1, 2] = a[2, 1] = fibre * y * z
    back = np.linalg.inv(f)
    for i in range(3):
        for j in range(3):
            total = 0.0
            for k in range(3):
                for m in range(3):
                    total += f[i, k] * a[k, m] * back[m, j]
            result[i, j] = total


@njit_strict
def _contract(tangent: Array, p: int, left: Array, right: Array, result: Array) -> float:
    """left:C into ``result``, and left:C:right; components of the model."""
    total = 0.0
    for c in range(result.shape[0]):
        entry = 0.0
        for r in range(result.shape[0]):
            entry += left[r] * tangent[r, c, p]
        result[c] = entry
        total += entry * right[c]
    return total


@njit_strict
def _deviator(stress: Array, p: int, result: Array) -> float:
    """Full tensor of the point in lane p into ``result``, and its square."""
    square = 0.0
    for k in range(6):
        i, j = SYMMETRIC_ROWS[k], SYMMETRIC_COLUMNS[k]
        entry = stress[k * LANES + p]
        result[i, j] = result[j, i] = entry
        square += entry * entry * (1.0 if i == j else 2.0)
    return square


@njit_strict
def _directions(
    tables: Tables, tangent: Array, p: int, twice: float, pi: float, s: Array, b: Array, work: Array, row: Array,
    column: Array,
) -> tuple[float, float]:  # fmt: skip
    """dD/dl and -d(Jg tau)/dJg per volume (components), and s:C:B/(2 G) and B:C:B, of the point in lane p."""
    stress, pushed, by_s, by_b = work[0], work[1], work[2], work[3]
    for r in range(row.shape[0]):
        stress[r] = s[tables.rows[r], tables.columns[r]] / twice
        pushed[r] = b[tables.rows[r], tables.columns[r]]
    first = _contract(tangent, p, stress, pushed, by_s)
    second = _contract(tangent, p, pushed, pushed, by_b)
    for r in range(row.shape[0]):
        i, j = tables.rows[r], tables.columns[r]
        mean = pi if i == j else 0.0
        turned, response = 0.0, 0.0
        for k in range(3):
            turned += s[i, k] * b[j, k] - b[k, i] * s[k, j]
        for k in range(row.shape[0]):
            response += tangent[r, k, p] * pushed[k]
        row[r] = by_s[r] + mean - by_b[r] - turned
        column[r] = s[i, j] + mean - response
    return first, second


@njit_strict
def _at_nodes(components: Array, volume: float, gradients: Array, p: int, hoop: bool, dimension: int,
              result: Array) -> None:  # fmt: skip
    """Components of the model times gradients of the nodes, by volume, shape (unknowns,)."""
    for a in range(result.shape[0] // dimension):
        for i in range(dimension):
            total = 0.0
            for j in range(dimension):
                total += components[i * dimension + j] * gradients[a, j, p]
            if hoop and i == 0:
                total += components[4] * gradients[a, 2, p]
            result[a * dimension + i] = volume * total


@njit_strict
def growth_response(
    tables: Tables,
    geometry: Geometry,
    parameters: Array,
    growth: Array,
    growth_exponents: Array,
    dt: float,
    displacement: Array,
    theta: Array,
    old: State,
    result: GrowthResponse,
) -> None:
    """Fill the derivatives of all cells of a region, which has been evaluated without failure.

    Parameters
    ----------
    tables, geometry, parameters, growth, growth_exponents, dt, displacement, theta, old
        As in :func:`platingx.fields.solid_kernel.assemble_solid`.
    result
        Output.
    """
    cells, nodes = geometry.nodes.shape
    dimension, modes, count = geometry.coordinates.shape[2], theta.shape[1], tables.rows.shape[0]
    plastic, hoop = parameters[FLOW_LAW] != FLOW_NONE, tables.model == AXISYMMETRIC
    kinematics = new_batch_kinematics(nodes, geometry.coordinates.shape[1], dimension)
    points = new_point_batch(count)
    for c in range(6):
        points.inverse_plastic[c * LANES : (c + 1) * LANES] = UNSTRAINED[c]
    arrays = new_batch_arrays(nodes, dimension, modes, 3 if hoop or dimension == 3 else 2, tables.cells, tables.spacing)
    tangent, s, b, work = np.zeros((count, count, LANES)), np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((4, count))
    row, column = np.zeros(count), np.zeros(count)
    for first in range(0, cells, tables.cells):
        together = min(tables.cells, cells - first)
        evaluate_batch(tables, geometry, growth, growth_exponents, displacement, first, together, kinematics)
        load_state(tables, old, theta, first, together, plastic, points, arrays.theta)
        points.f[:] = kinematics.elastoplastic
        update_points(parameters, dt, tables.rows, tables.columns, points)
        volume_modes(tables, geometry, first, together, kinematics.place, arrays.modes)
        evaluate_pressure(
            parameters, arrays.theta, arrays.modes, arrays.strain, arrays.mean, arrays.slope, arrays.curvature
        )
        tangent[:] = points.tangent  # which is taken by volume and with the geometric part from here on
        weigh_batch(tables, kinematics, points, arrays)
        for c in range(together):
            for q in range(tables.points):
                p, cell = c * tables.spacing + q, first + c
                volume, pi = kinematics.volume[p], arrays.mean[p]
                _pushed(kinematics.elastoplastic, kinematics.direction, growth_exponents, p, b)
                square = _deviator(points.stress, p, s)
                by_s, by_b = _directions(
                    tables, tangent, p, 2.0 * parameters[SHEAR_MODULUS], pi, s, b, work, row, column
                )
                energy = square / (4.0 * parameters[SHEAR_MODULUS]) + _volume_energy(parameters, arrays.strain[p])
                drag = pi + np.sum(s * b)
                result.drive[cell, q] = volume * (energy + pi * arrays.mismatch[p] - drag)
                result.second[cell, q] = volume / kinematics.ratio[p] * (by_b - by_s - pi)
                for m in range(modes):
                    slope = arrays.slope[p] * arrays.modes[m, p]
                    result.volume[cell, q, m] = volume * slope * (arrays.mismatch[p] - 1.0)
                _at_nodes(row, volume, arrays.gradients, p, hoop, dimension, result.by_displacement[cell, q])
                _at_nodes(column, volume, arrays.gradients, p, hoop, dimension, result.forces[cell, q])


@njit_strict
def _volume_energy(parameters: Array, strain: float) -> float:
    law = int(parameters[PRESSURE_LAW])
    return volumetric_energy(law, parameters[BULK_MODULUS], parameters[BULK_DERIVATIVE], strain)
