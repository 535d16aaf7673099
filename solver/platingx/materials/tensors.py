"""Products and inverses of 3 x 3 tensors, of one point and of the points of a batch (flat arrays)."""

from __future__ import annotations

from platingx.arrays import Array
from platingx.materials.compiled import njit_simd
from platingx.materials.lanes import LANES, XX, XY, XZ, YY, YZ, ZZ


@njit_simd
def inverses(m: Array, inverse: Array, determinant: Array) -> None:
    """Inverses and determinants of 3 x 3 tensors."""
    for p in range(LANES):
        a, b, c = m[p], m[LANES + p], m[2 * LANES + p]
        d, e, f = m[3 * LANES + p], m[4 * LANES + p], m[5 * LANES + p]
        g, h, i = m[6 * LANES + p], m[7 * LANES + p], m[8 * LANES + p]
        c0, c1, c2 = e * i - f * h, f * g - d * i, d * h - e * g
        value = a * c0 + b * c1 + c * c2
        scale = 1.0 / value
        determinant[p] = value
        inverse[p] = c0 * scale
        inverse[3 * LANES + p] = c1 * scale
        inverse[6 * LANES + p] = c2 * scale
        inverse[LANES + p] = (c * h - b * i) * scale
        inverse[4 * LANES + p] = (a * i - c * g) * scale
        inverse[7 * LANES + p] = (b * g - a * h) * scale
        inverse[2 * LANES + p] = (b * f - c * e) * scale
        inverse[5 * LANES + p] = (c * d - a * f) * scale
        inverse[8 * LANES + p] = (a * e - b * d) * scale


@njit_simd
def products(left: Array, right: Array, result: Array) -> None:
    """Matrix products of 3 x 3 tensors."""
    for i in range(3):
        for j in range(3):
            row, column = left[3 * i * LANES : 3 * (i + 1) * LANES], right[j * LANES :]
            entry = result[(3 * i + j) * LANES : (3 * i + j + 1) * LANES]
            for p in range(LANES):
                entry[p] = (
                    row[p] * column[p]
                    + row[LANES + p] * column[3 * LANES + p]
                    + row[2 * LANES + p] * column[6 * LANES + p]
                )


@njit_simd
def left_cauchy_green(f: Array, c: Array, result: Array) -> None:
    """Elastic left Cauchy-Green tensors f Cp^-1 f^T; Cp^-1 and the result have six components."""
    for p in range(LANES):
        f0, f1, f2 = f[p], f[LANES + p], f[2 * LANES + p]
        g0, g1, g2 = f[3 * LANES + p], f[4 * LANES + p], f[5 * LANES + p]
        h0, h1, h2 = f[6 * LANES + p], f[7 * LANES + p], f[8 * LANES + p]
        xx, yy, zz, xy, xz, yz = c[XX + p], c[YY + p], c[ZZ + p], c[XY + p], c[XZ + p], c[YZ + p]
        a0, a1, a2 = f0 * xx + f1 * xy + f2 * xz, f0 * xy + f1 * yy + f2 * yz, f0 * xz + f1 * yz + f2 * zz
        b0, b1, b2 = g0 * xx + g1 * xy + g2 * xz, g0 * xy + g1 * yy + g2 * yz, g0 * xz + g1 * yz + g2 * zz
        c0, c1, c2 = h0 * xx + h1 * xy + h2 * xz, h0 * xy + h1 * yy + h2 * yz, h0 * xz + h1 * yz + h2 * zz
        result[XX + p] = a0 * f0 + a1 * f1 + a2 * f2
        result[YY + p] = b0 * g0 + b1 * g1 + b2 * g2
        result[ZZ + p] = c0 * h0 + c1 * h1 + c2 * h2
        result[XY + p] = a0 * g0 + a1 * g1 + a2 * g2
        result[XZ + p] = a0 * h0 + a1 * h1 + a2 * h2
        result[YZ + p] = b0 * h0 + b1 * h1 + b2 * h2


@njit_simd
def assembled(values: Array, v: Array, result: Array) -> None:
    """Symmetric tensors sum_a values_a n_a n_a from principal values and axes (columns); six components."""
    for p in range(LANES):
        d0, d1, d2 = values[p], values[LANES + p], values[2 * LANES + p]
        a0, a1, a2 = v[p], v[LANES + p], v[2 * LANES + p]
        b0, b1, b2 = v[3 * LANES + p], v[4 * LANES + p], v[5 * LANES + p]
        c0, c1, c2 = v[6 * LANES + p], v[7 * LANES + p], v[8 * LANES + p]
        result[XX + p] = d0 * a0 * a0 + d1 * a1 * a1 + d2 * a2 * a2
        result[YY + p] = d0 * b0 * b0 + d1 * b1 * b1 + d2 * b2 * b2
        result[ZZ + p] = d0 * c0 * c0 + d1 * c1 * c1 + d2 * c2 * c2
        result[XY + p] = d0 * a0 * b0 + d1 * a1 * b1 + d2 * a2 * b2
        result[XZ + p] = d0 * a0 * c0 + d1 * a1 * c1 + d2 * a2 * c2
        result[YZ + p] = d0 * b0 * c0 + d1 * b1 * c1 + d2 * b2 * c2
