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
def left_cauchy_green(f: Array, inverse_plastic: Array, result: Array) -> None:
    """Elastic left Cauchy-Green tensor f Cp^-1 f^T, with Cp^-1 as six stored components."""
    xx, yy, zz, xy, xz, yz = (
        inverse_plastic[0],
        inverse_plastic[1],
        inverse_plastic[2],
        inverse_plastic[3],
        inverse_plastic[4],
        inverse_plastic[5],
    )
    for i in range(3):
        first = f[i, 0] * xx + f[i, 1] * xy + f[i, 2] * xz
        second = f[i, 0] * xy + f[i, 1] * yy + f[i, 2] * yz
        third = f[i, 0] * xz + f[i, 1] * yz + f[i, 2] * zz
        for j in range(i, 3):
            result[i, j] = first * f[j, 0] + second * f[j, 1] + third * f[j, 2]
            result[j, i] = result[i, j]


@compiled
def _store_inverse_plastic(f: Array, stretches: Array, vectors: Array, result: Array) -> None:
    """Cp^-1 = f^-1 be f^-T for be given by its eigenvalues and eigenvectors."""
    back = np.empty((3, 3))
    axes = np.empty((3, 3))
    inverse_3x3(f, back)
    for i in range(3):
        for a in range(3):
            axes[i, a] = back[i, 0] * vectors[0, a] + back[i, 1] * vectors[1, a] + back[i, 2] * vectors[2, a]
    for c in range(6):
        i = SYMMETRIC_ROWS[c]
        j = SYMMETRIC_COLUMNS[c]
        total = 0.0
        for a in range(3):
            total += stretches[a] * axes[i, a] * axes[j, a]
        result[c] = total


@compiled
def _add_product(left: Array, right: Array, tangent: Array) -> None:
    """Add the dyadic product of two vectors."""
    for r in range(left.shape[0]):
        for c in range(right.shape[0]):
            tangent[r, c] += left[r] * right[c]


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
    """Rotate the tangent from the eigenframe to the gradient components of the model.

    ``diagonal`` relates normal components in the eigenframe; shear components follow from
    d(tau_ab) = mu (b_b dl_ab + b_a dl_ba) (ln b_a - ln b_b)/(b_a - b_b), mu the secant modulus ``shear``.
    """
    count = rows.shape[0]
    left = np.empty(count)
    right = np.empty(count)
    tangent[:, :] = 0.0
    for a in range(3):
        for c in range(count):
            left[c] = vectors[rows[c], a] * vectors[columns[c], a]
            right[c] = 0.0
            for b in range(3):
                right[c] += diagonal[a, b] * vectors[rows[c], b] * vectors[columns[c], b]
        _add_product(left, right, tangent)
    for a in range(3):
        for b in range(a + 1, 3):
            factor = shear * logarithmic_slope(values[a], values[b])
            for c in range(count):
                ab = vectors[rows[c], a] * vectors[columns[c], b]
                ba = vectors[rows[c], b] * vectors[columns[c], a]
                left[c] = ab + ba
                right[c] = factor * (values[b] * ab + values[a] * ba)
            _add_product(left, right, tangent)


@compiled
def _logarithmic_strain(values: Array, deviator: Array) -> tuple[float, float]:
    """Deviatoric logarithmic strain from the eigenvalues of be; returns its mean and norm.

    The norm is NaN where an eigenvalue is not positive.
    """
    mean = 0.0
    for a in range(3):
        deviator[a] = 0.5 * np.log(values[a]) if values[a] > 0.0 else np.nan
        mean += deviator[a] / 3.0
    size = 0.0
    for a in range(3):
        deviator[a] -= mean
        size += deviator[a] * deviator[a]
    return mean, np.sqrt(size)


@compiled
def _eigenframe_tangent(
    modulus: float, ratio: float, slope: float, size: float, deviator: Array, diagonal: Array
) -> None:
    """Normal components of the tangent in the eigenframe: 2G (ratio dev + (slope - ratio) N x N)."""
    for a in range(3):
        for b in range(3):
            entry = ratio * ((1.0 if a == b else 0.0) - 1.0 / 3.0)
            if size > 0.0:
                entry += (slope - ratio) * deviator[a] * deviator[b] / (size * size)
            diagonal[a, b] = modulus * entry


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
        Output, Cp^-1 at the end of the step, shape (6,); not written for an elastic material.

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
    diagonal = np.empty((3, 3))
    left_cauchy_green(f, inverse_plastic_old, elastic_left)
    symmetric_eigen(elastic_left, values, vectors)
    mean, size = _logarithmic_strain(values, deviator)
    if not np.isfinite(size):
        return 0.0, resistance_old, False
    modulus = 2.0 * parameters[SHEAR_MODULUS]
    trial = np.sqrt(1.5) * modulus * size
    plastic = parameters[FLOW_LAW] != FLOW_NONE
    ratio, slope, rate, resistance, converged = 1.0, 1.0, 0.0, resistance_old, True
    if plastic:
        equivalent, slope, rate, resistance, converged = return_map(parameters, trial, resistance_old, dt)
        if trial > 0.0:
            ratio = equivalent / trial
    _eigenframe_tangent(modulus, ratio, slope, size, deviator, diagonal)
    for i in range(3):
        for j in range(i, 3):
            total = 0.0
            for a in range(3):
                total += deviator[a] * vectors[i, a] * vectors[j, a]
            stress[i, j] = modulus * ratio * total
            stress[j, i] = stress[i, j]
    _spatial_tangent(diagonal, 0.5 * modulus * ratio, values, vectors, rows, columns, tangent)
    if plastic:
        for a in range(3):
            values[a] = np.exp(2.0 * (mean + ratio * deviator[a]))
        _store_inverse_plastic(f, values, vectors, inverse_plastic_new)
    return rate, resistance, converged and np.isfinite(trial) and np.isfinite(rate)
