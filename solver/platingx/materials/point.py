"""Constitutive update: finite elastic-viscoplastic strain with growth removed, for a batch of points.

F = Fe Fp Fg. The caller removes growth and passes f = F Fg^-1 = Fe Fp. The plastic state is
Cp^-1 = (Fp^T Fp)^-1, which is all that isotropic elasticity can feel of Fp.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.materials.compiled import njit_simd, njit_strict
from platingx.materials.eigen import diagonalise
from platingx.materials.flow import FlowArrays, flow, new_flow_arrays
from platingx.materials.lanes import LANES, exponentials, logarithms
from platingx.materials.layout import (
    FLOW_LAW,
    FLOW_NONE,
    SHEAR_MODULUS,
    SYMMETRIC_COLUMNS,
    SYMMETRIC_ROWS,
)
from platingx.materials.tangent import spatial_tangent
from platingx.materials.tensors import assembled, inverses, left_cauchy_green, products


class PointBatch(NamedTuple):
    """What the constitutive update of a batch reads and writes, flat arrays of LANES numbers for each component.

    Attributes
    ----------
    f
        F Fg^-1, nine components.
    inverse_plastic, resistance
        Cp^-1 (six components) and S (Pa) at the start of the step; replaced by those at the end.
    rate
        Equivalent plastic rate at the end, 1/s; NaN where the update went wrong.
    stress
        Deviatoric Kirchhoff stress (per grown volume), six components, Pa.
    tangent
        d(deviatoric Kirchhoff stress)/d(dl), shape (components, components, LANES), Pa.
    elastic_left, vectors
        Eigenvalues of the trial be (first three components) and eigenvectors (nine).
    deviator, mean, size
        Trial logarithmic strain: principal deviatoric values (three components), mean and norm of the deviator.
    ratio, slope
        Secant and tangent of the equivalent stress over its trial value.
    entries, left, right, back, axes, flow
        Space to work in.
    inverse_plastic_rows, stress_rows, elastic_left_rows, vector_rows, deviator_rows, flat_entries
        The same arrays with components in axes of their own, or flat.
    """

    f: Array
    inverse_plastic: Array
    resistance: Array
    rate: Array
    stress: Array
    tangent: Array
    elastic_left: Array
    vectors: Array
    deviator: Array
    mean: Array
    size: Array
    ratio: Array
    slope: Array
    entries: Array
    left: Array
    right: Array
    back: Array
    axes: Array
    flow: FlowArrays
    inverse_plastic_rows: Array
    stress_rows: Array
    elastic_left_rows: Array
    vector_rows: Array
    deviator_rows: Array
    flat_entries: Array


@njit_strict
def new_point_batch(components: int) -> PointBatch:
    """Allocate the arrays of :class:`PointBatch` for a model with so many gradient components."""
    inverse_plastic, stress, elastic_left = np.zeros(6 * LANES), np.zeros(6 * LANES), np.zeros(6 * LANES)
    vectors, deviator, entries = np.zeros(9 * LANES), np.zeros(3 * LANES), np.zeros((3, LANES))
    return PointBatch(
        np.zeros(9 * LANES), inverse_plastic, np.zeros(LANES), np.zeros(LANES), stress,
        np.zeros((components, components, LANES)), elastic_left, vectors, deviator, np.zeros(LANES), np.zeros(LANES),
        np.zeros(LANES), np.zeros(LANES), entries, np.zeros((6, components, LANES)), np.zeros((6, components, LANES)),
        np.zeros(9 * LANES), np.zeros(9 * LANES), new_flow_arrays(), inverse_plastic.reshape((6, LANES)),
        stress.reshape((6, LANES)), elastic_left.reshape((6, LANES)), vectors.reshape((3, 3, LANES)),
        deviator.reshape((3, LANES)), entries.reshape(3 * LANES),
    )  # fmt: skip


@njit_simd
def _split_strain(deviator: Array, mean: Array, size: Array) -> None:
    """Mean, deviator and its norm of the logarithmic strains, given the logarithms of the eigenvalues of be."""
    for p in range(LANES):
        first, second, third = 0.5 * deviator[p], 0.5 * deviator[LANES + p], 0.5 * deviator[2 * LANES + p]
        middle = (first + second + third) / 3.0
        first, second, third = first - middle, second - middle, third - middle
        deviator[p], deviator[LANES + p], deviator[2 * LANES + p] = first, second, third
        mean[p] = middle
        size[p] = np.sqrt(first * first + second * second + third * third)


@njit_simd
def _equivalent_stress(modulus: float, size: Array, trial: Array) -> None:
    """Equivalent trial stress, from the norm of the deviatoric strain."""
    for p in range(LANES):
        trial[p] = np.sqrt(1.5) * modulus * size[p]


@njit_simd
def _stress(modulus: float, ratio: Array, deviator: Array, principal: Array) -> None:
    """Principal deviatoric stresses."""
    for a in range(3):
        for p in range(LANES):
            principal[a, p] = modulus * ratio[p] * deviator[a, p]


@njit_simd
def _elastic_exponents(mean: Array, ratio: Array, deviator: Array, exponents: Array) -> None:
    """Logarithms of the eigenvalues of be after flow."""
    for a in range(3):
        for p in range(LANES):
            exponents[a, p] = 2.0 * (mean[p] + ratio[p] * deviator[a, p])


@njit_strict
def update_points(parameters: Array, dt: float, rows: IntArray, columns: IntArray, batch: PointBatch) -> None:
    """Deviatoric Kirchhoff stress, consistent tangent and new plastic state of a batch of points.

    1. be_trial = f Cp_old^-1 f^T; spectral decomposition; logarithmic strains eps_i = ln(b_i)/2.
    2. Trial deviator 2 G dev(eps); scalar return map for the equivalent stress.
    3. The deviator shrinks radially in its eigenframe (exponential map: det Fp stays 1).
    4. Cp_new^-1 = f^-1 be_new f^-T.
    5. Tangent: derivative of the isotropic tensor function tau(ln be_trial), with
       d(be_trial) = dl be_trial + be_trial dl^T.

    Parameters
    ----------
    parameters
        Parameter vector of the material.
    dt
        Step, s.
    rows, columns
        Gradient components of the model.
    batch
        Points; ``f`` has a positive determinant (checked by the caller). The plastic state is left alone where the
        material is elastic.

    Notes
    -----
    Weber and Anand, CMAME 79 (1990) 173 (exponential map in logarithmic strain);
    Narayan and Anand, Extreme Mech. Lett. 24 (2018) 21 (kinematics and stress).
    """
    left_cauchy_green(batch.f, batch.inverse_plastic, batch.elastic_left)
    diagonalise(batch.elastic_left, batch.vectors)
    logarithms(batch.elastic_left[: 3 * LANES], batch.deviator)
    _split_strain(batch.deviator, batch.mean, batch.size)
    modulus = 2.0 * parameters[SHEAR_MODULUS]
    plastic = parameters[FLOW_LAW] != FLOW_NONE
    batch.ratio[:] = 1.0
    batch.slope[:] = 1.0
    batch.rate[:] = 0.0
    if plastic:
        _equivalent_stress(modulus, batch.size, batch.flow.trial)
        flow(parameters, dt, batch.resistance, batch.rate, batch.ratio, batch.slope, batch.flow)
    deviator = batch.deviator_rows
    _stress(modulus, batch.ratio, deviator, batch.entries)
    assembled(batch.flat_entries, batch.vectors, batch.stress)
    spatial_tangent(
        modulus, batch.ratio, batch.slope, batch.size, deviator, batch.elastic_left_rows,
        batch.vector_rows, rows, columns, batch.entries, batch.left, batch.right, batch.tangent,
    )  # fmt: skip
    if plastic:
        _elastic_exponents(batch.mean, batch.ratio, deviator, batch.entries)
        exponentials(batch.flat_entries)
        inverses(batch.f, batch.back, batch.size)
        products(batch.back, batch.vectors, batch.axes)
        assembled(batch.flat_entries, batch.axes, batch.inverse_plastic)


@njit_strict
def update_point(
    parameters: Array,
    f: Array,
    inverse_plastic_old: Array,
    resistance_old: float,
    dt: float,
    rows: IntArray,
    columns: IntArray,
    stress: Array,
    tangent: Array,
    inverse_plastic_new: Array,
) -> tuple[float, float, bool]:
    """Constitutive update of one point, as a batch of equal ones; see :func:`update_points`.

    Parameters
    ----------
    parameters
        Parameter vector of the material.
    f
        F Fg^-1, shape (3, 3), positive determinant (checked by the caller).
    inverse_plastic_old
        Cp^-1 at the start of the step, shape (6,).
    resistance_old
        Flow resistance at the start of the step, Pa.
    dt
        Step, s.
    rows, columns
        Gradient components of the model.
    stress
        Output, deviatoric Kirchhoff stress (per grown volume), Pa, shape (3, 3).
    tangent
        Output, d(deviatoric Kirchhoff stress)/d(dl) over the gradient components, Pa.
    inverse_plastic_new
        Output, Cp^-1 at the end of the step, shape (6,); that at the start for an elastic material.

    Returns
    -------
    rate, resistance, good
        Equivalent plastic rate (1/s), flow resistance (Pa), and whether all went well; a negative
        eigenvalue or a NaN gives False.
    """
    batch = new_point_batch(rows.shape[0])
    for i in range(3):
        for j in range(3):
            batch.f[(3 * i + j) * LANES : (3 * i + j + 1) * LANES] = f[i, j]
    for c in range(6):
        batch.inverse_plastic[c * LANES : (c + 1) * LANES] = inverse_plastic_old[c]
    batch.resistance[:] = resistance_old
    update_points(parameters, dt, rows, columns, batch)
    for c in range(6):
        i, j = SYMMETRIC_ROWS[c], SYMMETRIC_COLUMNS[c]
        stress[i, j] = stress[j, i] = batch.stress[c * LANES]
        inverse_plastic_new[c] = batch.inverse_plastic[c * LANES]
    tangent[:, :] = batch.tangent[:, :, 0]
    return batch.rate[0], batch.resistance[0], bool(np.isfinite(batch.stress[0] + batch.rate[0]))
