"""What drives damage at the points of an elastic region: the energy that it would set free, and the volume."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array
from platingx.fields.batch_kinematics import evaluate_batch, new_batch_kinematics, volume_modes
from platingx.fields.block import Geometry, Tables
from platingx.materials.compiled import njit_strict
from platingx.materials.eigen import diagonalise
from platingx.materials.lanes import LANES
from platingx.materials.layout import BULK_DERIVATIVE, BULK_MODULUS, PRESSURE_LAW, SHEAR_MODULUS, UNSTRAINED
from platingx.materials.pressure import mean_kirchhoff_stress, volumetric_energy
from platingx.materials.tensors import left_cauchy_green

__all__ = ["BULK_ENERGY", "OPENING", "SHAPE_ENERGY", "VOLUME", "damage_drive"]

#: Places in the last axis of the drive of a point.
SHAPE_ENERGY, BULK_ENERGY, OPENING, VOLUME = 0, 1, 2, 3


@njit_strict
def damage_drive(
    tables: Tables,
    geometry: Geometry,
    parameters: Array,
    growth: Array,
    growth_exponents: Array,
    displacement: Array,
    theta: Array,
    drive: Array,
) -> None:
    """Energy that damage weakens, and opening, at each point of an elastic region without growth.

    The energy is that of the intact material: of shape, G |dev eps|^2, and of volume, U(theta) + pi (ln J - theta) as
    the two-field principle has it.

    Parameters
    ----------
    tables, geometry, parameters, growth, growth_exponents, displacement, theta
        As in :func:`platingx.fields.solid_kernel.assemble_solid`.
    drive
        Output, shape (cells, points, 4), by the reference volume dV of the point: both energies (J; J/m in plane
        strain), (J - 1) dV, and dV (m3; m2 in plane strain).
    """
    cells, nodes = geometry.nodes.shape
    batch = new_batch_kinematics(nodes, geometry.coordinates.shape[1], geometry.coordinates.shape[2])
    modes = np.empty((theta.shape[1], LANES))
    left, axes, identity = np.empty(6 * LANES), np.empty(9 * LANES), np.empty(6 * LANES)
    for c in range(6):
        identity[c * LANES : (c + 1) * LANES] = UNSTRAINED[c]
    for first in range(0, cells, tables.cells):
        count = min(tables.cells, cells - first)
        evaluate_batch(tables, geometry, growth, growth_exponents, displacement, first, count, batch)
        left_cauchy_green(batch.elastoplastic, identity, left)
        diagonalise(left, axes)
        volume_modes(tables, geometry, first, count, batch.place, modes)
        for c in range(count):
            for q in range(tables.points):
                cell, p = first + c, c * tables.spacing + q
                strain = 0.0
                for s in range(modes.shape[0]):
                    strain += modes[s, p] * theta[cell, s]
                shape = _shape_energy(parameters, left[p], left[LANES + p], left[2 * LANES + p])
                drive[cell, q, SHAPE_ENERGY] = batch.volume[p] * shape
                drive[cell, q, BULK_ENERGY] = batch.volume[p] * _bulk_energy(
                    parameters, strain, np.log(batch.determinant[p])
                )
                drive[cell, q, OPENING] = batch.volume[p] * (batch.determinant[p] - 1.0)
                drive[cell, q, VOLUME] = batch.volume[p]


@njit_strict
def _shape_energy(parameters: Array, first: float, second: float, third: float) -> float:
    """Energy of shape per volume, Pa, from the eigenvalues of be."""
    first, second, third = 0.5 * np.log(first), 0.5 * np.log(second), 0.5 * np.log(third)
    mean = (first + second + third) / 3.0
    square = (first - mean) ** 2 + (second - mean) ** 2 + (third - mean) ** 2
    return float(parameters[SHEAR_MODULUS] * square)


@njit_strict
def _bulk_energy(parameters: Array, strain: float, measured: float) -> float:
    """Energy of volume per volume, Pa, from the volume strain of the mixed method and ln(J)."""
    law = int(parameters[PRESSURE_LAW])
    bulk, derivative = parameters[BULK_MODULUS], parameters[BULK_DERIVATIVE]
    pi = mean_kirchhoff_stress(law, bulk, derivative, strain)[0]
    return float(volumetric_energy(law, bulk, derivative, strain) + pi * (measured - strain))
