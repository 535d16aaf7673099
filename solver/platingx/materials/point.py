"""Constitutive update at one point: finite elastic-viscoplastic strain with growth removed.

F = Fe Fp Fg. The caller removes growth and passes f = F Fg^-1 = Fe Fp. The plastic state is
Cp^-1 = (Fp^T Fp)^-1, which is all that isotropic elasticity can feel of Fp.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from platingx.materials.compiled import compiled
from platingx.materials.eigen import logarithmic_slope, symmetric_eigen
from platingx.materials.layout import (
    FLOW_LAW,
    FLOW_NONE,
    SHEAR_MODULUS,
    SYMMETRIC_COLUMNS,
    SYMMETRIC_ROWS,
)
from platingx.materials.return_map import return_map

Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@compiled
def inverse_3x3(matrix: Array, inverse: Array) -> float:
    """Invert a 3 x 3 matrix into ``inverse`` and return its determinant."""
    c00 = matrix[1, 1] * matrix[2, 2] - matrix[1, 2] * matrix[2, 1]
    c01 = matrix[1, 2] * matrix[2, 0] - matrix[1, 0] * matrix[2, 2]
    c02 = matrix[1, 0] * matrix[2, 1] - matrix[1, 1] * matrix[2, 0]
    determinant = matrix[0, 0] * c00 + matrix[0, 1] * c01 + matrix[0, 2] * c02
    scale = 1.0 / determinant
    inverse[0, 0] = c00 * scale
    inverse[1, 0] = c01 * scale
    inverse[2, 0] = c02 * scale
    inverse[0, 1] = (matrix[0, 2] * matrix[2, 1] - matrix[0, 1] * matrix[2, 2]) * scale
    inverse[1, 1] = (matrix[0, 0] * matrix[2, 2] - matrix[0, 2] * matrix[2, 0]) * scale
    inverse[2, 1] = (matrix[0, 1] * matrix[2, 0] - matrix[0, 0] * matrix[2, 1]) * scale
    inverse[0, 2] = (matrix[0, 1] * matrix[1, 2] - matrix[0, 2] * matrix[1, 1]) * scale
    inverse[1, 2] = (matrix[0, 2] * matrix[1, 0] - matrix[0, 0] * matrix[1, 2]) * scale
    inverse[2, 2] = (matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]) * scale
    return float(determinant)


@compiled
def trial_left_cauchy_green(f: Array, inverse_plastic: Array, result: Array) -> None:
    """Elastic left Cauchy-Green tensor f Cp^-1 f^T, with Cp^-1 as six stored components."""
    c = np.empty((3, 3))
    for k in range(6):
        c[SYMMETRIC_ROWS[k], SYMMETRIC_COLUMNS[k]] = inverse_plastic[k]
        c[SYMMETRIC_COLUMNS[k], SYMMETRIC_ROWS[k]] = inverse_plastic[k]
    for i in range(3):
        for j in range(i, 3):
            total = 0.0
            for k in range(3):
                for m in range(3):
                    total += f[i, k] * c[k, m] * f[j, m]
            result[i, j] = total
            result[j, i] = total


@compiled
def _store_inverse_plastic(f: Array, stretches: Array, vectors: Array, result: Array) -> None:
    """Cp^-1 = f^-1 be f^-T for be given by its eigenvalues and eigenvectors."""
    back = np.empty((3, 3))
    inverse_3x3(f, back)
    axes = np.zeros((3, 3))
    for i in range(3):
        for a in range(3):
            for k in range(3):
                axes[i, a] += back[i, k] * vectors[k, a]
    for c in range(6):
        i = SYMMETRIC_ROWS[c]
        j = SYMMETRIC_COLUMNS[c]
        total = 0.0
        for a in range(3):
            total += stretches[a] * axes[i, a] * axes[j, a]
        result[c] = total


@compiled
def _spatial_tangent(
    diagonal: Array,
    shear: float,
    values: Array,
    vectors: Array,
    rows: IntArray,
    columns: IntArray,
    tangent: Array,
) -> None:
    """Rotate the tangent from the eigenframe to the gradient components of the model."""
    count = rows.shape[0]
    left = np.empty(count)
    right = np.empty(count)
    for r in range(count):
        for c in range(count):
            tangent[r, c] = 0.0
    for a in range(3):
        for c in range(count):
            left[c] = vectors[rows[c], a] * vectors[columns[c], a]
        for b in range(3):
            for c in range(count):
                right[c] = diagonal[a, b] * vectors[rows[c], b] * vectors[columns[c], b]
            for r in range(count):
                for c in range(count):
                    tangent[r, c] += left[r] * right[c]
    for a in range(3):
        for b in range(a + 1, 3):
            # d(tau_ab) = mu * slope * (b_b dl_ab + b_a dl_ba), with mu the secant shear modulus
            factor = shear * logarithmic_slope(values[a], values[b])
            for c in range(count):
                ab = vectors[rows[c], a] * vectors[columns[c], b]
                ba = vectors[rows[c], b] * vectors[columns[c], a]
                left[c] = ab + ba
                right[c] = factor * (values[b] * ab + values[a] * ba)
            for r in range(count):
                for c in range(count):
                    tangent[r, c] += left[r] * right[c]


@compiled
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
    """Deviatoric Kirchhoff stress, consistent tangent and new plastic state at a point.

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
        Output, Cp^-1 at the end of the step, shape (6,).

    Returns
    -------
    rate, resistance, converged
        Equivalent plastic rate (1/s), flow resistance (Pa), and whether all went well; a negative
        eigenvalue or a NaN gives False.

    Notes
    -----
    Weber and Anand, CMAME 79 (1990) 173 (exponential map in logarithmic strain);
    Narayan and Anand, Extreme Mech. Lett. 24 (2018) 21 (kinematics and stress).
    """
    elastic_left = np.empty((3, 3))
    vectors = np.empty((3, 3))
    values = np.empty(3)
    deviator = np.empty(3)
    trial_left_cauchy_green(f, inverse_plastic_old, elastic_left)
    symmetric_eigen(elastic_left, values, vectors)
    for a in range(3):
        if not values[a] > 0.0:
            return 0.0, resistance_old, False
    mean = (np.log(values[0]) + np.log(values[1]) + np.log(values[2])) / 6.0
    size = 0.0
    for a in range(3):
        deviator[a] = 0.5 * np.log(values[a]) - mean
        size += deviator[a] * deviator[a]
    size = np.sqrt(size)
    shear = parameters[SHEAR_MODULUS]
    trial = np.sqrt(1.5) * 2.0 * shear * size
    ratio = 1.0
    slope = 1.0
    rate = 0.0
    resistance = resistance_old
    converged = True
    plastic = parameters[FLOW_LAW] != FLOW_NONE
    if plastic:
        equivalent, slope, rate, resistance, converged = return_map(parameters, trial, resistance_old, dt)
        if trial > 0.0:
            ratio = equivalent / trial
    diagonal = np.empty((3, 3))
    for a in range(3):
        for b in range(3):
            entry = 2.0 * shear * ratio * ((1.0 if a == b else 0.0) - 1.0 / 3.0)
            if size > 0.0:
                entry += 2.0 * shear * (slope - ratio) * deviator[a] * deviator[b] / (size * size)
            diagonal[a, b] = entry
    for i in range(3):
        for j in range(3):
            total = 0.0
            for a in range(3):
                total += deviator[a] * vectors[i, a] * vectors[j, a]
            stress[i, j] = 2.0 * shear * ratio * total
    _spatial_tangent(diagonal, shear * ratio, values, vectors, rows, columns, tangent)
    if plastic:
        for a in range(3):
            values[a] = np.exp(2.0 * (mean + ratio * deviator[a]))
        _store_inverse_plastic(f, values, vectors, inverse_plastic_new)
    else:
        for c in range(6):
            inverse_plastic_new[c] = inverse_plastic_old[c]
    return rate, resistance, converged and np.isfinite(trial) and np.isfinite(rate)
