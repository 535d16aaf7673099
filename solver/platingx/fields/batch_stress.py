"""Stress, tangent and gradients of a batch of points, each by the volume that it stands for."""

from __future__ import annotations

from platingx.arrays import Array
from platingx.fields.batch_arrays import BatchArrays
from platingx.fields.batch_kinematics import BatchKinematics
from platingx.fields.block import Tables
from platingx.fields.kinematics import AXISYMMETRIC, transform
from platingx.fields.stiffness_kernel import finish_tangent
from platingx.materials.compiled import njit_simd, njit_strict
from platingx.materials.lanes import LANES, logarithms
from platingx.materials.layout import BULK_DERIVATIVE, BULK_MODULUS, PRESSURE_LAW
from platingx.materials.point import PointBatch
from platingx.materials.pressure import mean_kirchhoff_stress
from platingx.materials.tensors import products


@njit_simd
def evaluate_pressure(
    parameters: Array, theta: Array, modes: Array, strain: Array, mean: Array, slope: Array, curvature: Array
) -> None:
    """Volume strain and mean stress of the points."""
    strain[:] = 0.0
    for s in range(modes.shape[0]):
        for p in range(LANES):
            strain[p] += modes[s, p] * theta[s, p]
    law = int(parameters[PRESSURE_LAW])
    bulk, derivative = parameters[BULK_MODULUS], parameters[BULK_DERIVATIVE]
    for p in range(LANES):
        mean[p], slope[p], curvature[p] = mean_kirchhoff_stress(law, bulk, derivative, strain[p])


@njit_simd
def _elastic_volume_ratio(determinant: Array, ratio: Array, result: Array) -> None:
    for p in range(LANES):
        result[p] = determinant[p] / ratio[p]


@njit_simd
def _weigh_volume(
    volume: Array, ratio: Array, slope: Array, curvature: Array, strain: Array, mismatch: Array, grown: Array,
    residual: Array, curved: Array,
) -> None:  # fmt: skip
    """Grown volumes, and the factors of the volume equation; ``mismatch`` is ln(Je), then ln(Je) - theta."""
    for p in range(LANES):
        mismatch[p] -= strain[p]
        grown[p] = volume[p] * ratio[p]
        residual[p] = grown[p] * slope[p] * mismatch[p]
        curved[p] = grown[p] * (curvature[p] * mismatch[p] - slope[p])


@njit_simd
def _weigh_modes(grown: Array, slope: Array, modes: Array, pressure: Array) -> None:
    """Modes by slope and volume."""
    for s in range(modes.shape[0]):
        for p in range(LANES):
            pressure[s, p] = grown[p] * slope[p] * modes[s, p]


@njit_simd
def _full_stress(deviator: Array, mean: Array, stress: Array) -> None:
    """Kirchhoff stress as a full tensor."""
    for i in range(3):
        for j in range(3):
            for p in range(LANES):
                stress[i, j, p] = deviator[i if i == j else i + j + 2, p] + (mean[p] if i == j else 0.0)


@njit_simd
def _times(volume: Array, stress: Array) -> None:
    """Stress by volume."""
    for i in range(3):
        for j in range(3):
            for p in range(LANES):
                stress[i, j, p] *= volume[p]


@njit_simd
def _hoop_gradients(shape: Array, radius: Array, stretch: Array, gradients: Array) -> None:
    """N/r in the current configuration."""
    for a in range(shape.shape[0]):
        for p in range(LANES):
            gradients[a, 2, p] = shape[a, p] / (radius[p] * stretch[p])


@njit_strict
def weigh_batch(tables: Tables, kinematics: BatchKinematics, points: PointBatch, arrays: BatchArrays) -> None:
    """Everything by the grown volume of the points, and the spatial gradients."""
    _elastic_volume_ratio(kinematics.determinant, kinematics.ratio, arrays.curved)
    logarithms(arrays.curved, arrays.mismatch)
    _weigh_volume(
        kinematics.volume, kinematics.ratio, arrays.slope, arrays.curvature, arrays.strain, arrays.mismatch,
        arrays.volume, arrays.residual, arrays.curved,
    )  # fmt: skip
    _weigh_modes(arrays.volume, arrays.slope, arrays.modes, arrays.pressure)
    _full_stress(points.stress_rows, arrays.mean, arrays.stress)
    finish_tangent(arrays.stress, arrays.volume, tables.rows, tables.columns, points.tangent)
    _times(arrays.volume, arrays.stress)
    products(kinematics.inverse_jacobian, kinematics.inverse_total, arrays.map)
    transform(tables.shape_gradient, arrays.map_rows, arrays.gradients)
    if tables.model == AXISYMMETRIC:
        _hoop_gradients(tables.shape, kinematics.place[0], kinematics.total[8 * LANES :], arrays.gradients)
