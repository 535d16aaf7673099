"""Consistent tangent of an isotropic tensor function, from the eigenframe to the gradient components of a model."""

from __future__ import annotations

from platingx.arrays import Array, IntArray
from platingx.materials.compiled import njit_simd, njit_strict
from platingx.materials.eigen import logarithmic_slopes
from platingx.materials.lanes import LANES


@njit_simd
def _normal_factors(
    modulus: float, ratio: Array, slope: Array, size: Array, deviator: Array, axis: int, entries: Array
) -> None:
    """Row ``axis`` of the normal components in the eigenframe: 2G (ratio dev + (slope - ratio) N x N)."""
    for b in range(3):
        unit = (1.0 if axis == b else 0.0) - 1.0 / 3.0
        for p in range(LANES):
            square = size[p] * size[p]
            product = deviator[axis, p] * deviator[b, p] / square if square > 0.0 else 0.0
            entries[b, p] = modulus * (ratio[p] * unit + (slope[p] - ratio[p]) * product)


@njit_simd
def _normal_products(
    entries: Array, vectors: Array, axis: int, rows: IntArray, columns: IntArray, left: Array, right: Array
) -> None:
    """Both factors of the dyadic product of a normal direction, over the gradient components."""
    for c in range(rows.shape[0]):
        i, j = rows[c], columns[c]
        for p in range(LANES):
            left[c, p] = vectors[i, axis, p] * vectors[j, axis, p]
        for p in range(LANES):
            right[c, p] = (
                entries[0, p] * vectors[i, 0, p] * vectors[j, 0, p]
                + entries[1, p] * vectors[i, 1, p] * vectors[j, 1, p]
                + entries[2, p] * vectors[i, 2, p] * vectors[j, 2, p]
            )


@njit_simd
def _shear_products(
    factor: Array,
    values: Array,
    vectors: Array,
    a: int,
    b: int,
    rows: IntArray,
    columns: IntArray,
    left: Array,
    right: Array,
) -> None:
    """Both factors of the dyadic product of a shear: n_a n_b + n_b n_a, and b_b n_a n_b + b_a n_b n_a by ``factor``."""
    for c in range(rows.shape[0]):
        i, j = rows[c], columns[c]
        for p in range(LANES):
            left[c, p] = vectors[i, a, p] * vectors[j, b, p] + vectors[i, b, p] * vectors[j, a, p]
        for p in range(LANES):
            ab = vectors[i, a, p] * vectors[j, b, p]
            ba = vectors[i, b, p] * vectors[j, a, p]
            right[c, p] = factor[p] * (values[b, p] * ab + values[a, p] * ba)


@njit_simd
def _sum_products(left: Array, right: Array, tangent: Array) -> None:
    """Sum of six dyadic products."""
    for r in range(tangent.shape[0]):
        for c in range(tangent.shape[1]):
            for p in range(LANES):
                tangent[r, c, p] = (
                    left[0, r, p] * right[0, c, p]
                    + left[1, r, p] * right[1, c, p]
                    + left[2, r, p] * right[2, c, p]
                    + left[3, r, p] * right[3, c, p]
                    + left[4, r, p] * right[4, c, p]
                    + left[5, r, p] * right[5, c, p]
                )


@njit_simd
def _scale(modulus: float, ratio: Array, factor: Array) -> None:
    """Multiply by the secant shear modulus of each point."""
    for p in range(LANES):
        factor[p] *= modulus * ratio[p]


@njit_strict
def spatial_tangent(
    modulus: float,
    ratio: Array,
    slope: Array,
    size: Array,
    deviator: Array,
    values: Array,
    vectors: Array,
    rows: IntArray,
    columns: IntArray,
    entries: Array,
    left: Array,
    right: Array,
    tangent: Array,
) -> None:
    """Tangent d(tau)/d(dl) of a batch of points over the gradient components of a model.

    Normal components in the eigenframe are 2G (ratio dev + (slope - ratio) N x N); shear components follow from
    d(tau_ab) = mu (b_b dl_ab + b_a dl_ba) (ln b_a - ln b_b)/(b_a - b_b), mu = G ratio.

    Parameters
    ----------
    modulus
        2 G, Pa.
    ratio, slope
        Secant and tangent of the equivalent stress over its trial value, shape (LANES,).
    size, deviator
        Norm (LANES,) and principal values (3, LANES) of the deviatoric trial strain.
    values, vectors
        Eigenvalues (3, LANES) and eigenvectors (3, 3, LANES) of be before flow.
    rows, columns
        Gradient components of the model.
    entries, left, right
        Space to work in, shapes (3, LANES), (6, components, LANES) twice.
    tangent
        Output, shape (components, components, LANES), Pa.
    """
    for a in range(3):
        _normal_factors(modulus, ratio, slope, size, deviator, a, entries)
        _normal_products(entries, vectors, a, rows, columns, left[a], right[a])
    factor = entries[0]
    for a in range(3):
        for b in range(a + 1, 3):
            logarithmic_slopes(values[a], values[b], factor)
            _scale(0.5 * modulus, ratio, factor)
            _shear_products(factor, values, vectors, a, b, rows, columns, left[2 + a + b], right[2 + a + b])
    _sum_products(left, right, tangent)
