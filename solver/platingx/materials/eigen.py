"""Eigenvalues and eigenvectors of symmetric 3 x 3 tensors, robust at repeated values."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array
from platingx.materials.compiled import njit_simd, njit_strict
from platingx.materials.lanes import LANES, NEAR, XX, XY, XZ, YY, YZ, ZZ, inverse_tangent_ratio
from platingx.materials.layout import SYMMETRIC_COLUMNS, SYMMETRIC_ROWS

MAXIMUM_SWEEPS = 30
#: Off-diagonal entries that count as zero, beside the diagonal.
NOTHING = 1e-17


@njit_strict
def _rotation(first: float, second: float, off: float) -> tuple[float, float, float]:
    """Tangent, cosine and sine of the Jacobi rotation that makes an off-diagonal entry vanish."""
    difference, double = second - first, 2.0 * off
    size = abs(difference) + np.sqrt(difference * difference + double * double)
    t = (double if difference >= 0.0 else -double) / max(size, 1e-300)
    t = min(max(t, -1.0), 1.0)
    c = 1.0 / np.sqrt(1.0 + t * t)
    return t, c, t * c


@njit_simd
def _sweep(t: Array, v: Array) -> None:
    """Rotate the pairs of axes xy, xz and yz, of every tensor of a batch and of its eigenvectors."""
    for p in range(LANES):
        xx, yy, zz, xy, xz, yz = t[XX + p], t[YY + p], t[ZZ + p], t[XY + p], t[XZ + p], t[YZ + p]
        a0, a1, a2 = v[p], v[LANES + p], v[2 * LANES + p]
        b0, b1, b2 = v[3 * LANES + p], v[4 * LANES + p], v[5 * LANES + p]
        c0, c1, c2 = v[6 * LANES + p], v[7 * LANES + p], v[8 * LANES + p]
        slope, c, s = _rotation(xx, yy, xy)
        xx, yy, xy = xx - slope * xy, yy + slope * xy, 0.0
        xz, yz = c * xz - s * yz, s * xz + c * yz
        a0, a1 = c * a0 - s * a1, s * a0 + c * a1
        b0, b1 = c * b0 - s * b1, s * b0 + c * b1
        c0, c1 = c * c0 - s * c1, s * c0 + c * c1
        slope, c, s = _rotation(xx, zz, xz)
        xx, zz, xz = xx - slope * xz, zz + slope * xz, 0.0
        xy, yz = c * xy - s * yz, s * xy + c * yz
        a0, a2 = c * a0 - s * a2, s * a0 + c * a2
        b0, b2 = c * b0 - s * b2, s * b0 + c * b2
        c0, c2 = c * c0 - s * c2, s * c0 + c * c2
        slope, c, s = _rotation(yy, zz, yz)
        yy, zz, yz = yy - slope * yz, zz + slope * yz, 0.0
        xy, xz = c * xy - s * xz, s * xy + c * xz
        a1, a2 = c * a1 - s * a2, s * a1 + c * a2
        b1, b2 = c * b1 - s * b2, s * b1 + c * b2
        c1, c2 = c * c1 - s * c2, s * c1 + c * c2
        t[XX + p], t[YY + p], t[ZZ + p], t[XY + p], t[XZ + p], t[YZ + p] = xx, yy, zz, xy, xz, yz
        v[p], v[LANES + p], v[2 * LANES + p] = a0, a1, a2
        v[3 * LANES + p], v[4 * LANES + p], v[5 * LANES + p] = b0, b1, b2
        v[6 * LANES + p], v[7 * LANES + p], v[8 * LANES + p] = c0, c1, c2


@njit_simd
def _unfinished(t: Array) -> int:
    """How many tensors of a batch are not diagonal yet."""
    count = 0
    for p in range(LANES):
        off = abs(t[XY + p]) + abs(t[XZ + p]) + abs(t[YZ + p])
        scale = abs(t[XX + p]) + abs(t[YY + p]) + abs(t[ZZ + p])
        count += 1 if off > NOTHING * scale else 0
    return count


@njit_strict
def diagonalise(tensors: Array, vectors: Array) -> None:
    """Diagonalise the symmetric tensors of a batch by cyclic Jacobi rotations.

    Closed formulas lose half of the digits when two eigenvalues nearly coincide, which is the
    normal state of a soft metal; Jacobi rotations do not. All tensors of a batch take as many sweeps as the slowest.

    Parameters
    ----------
    tensors
        Six components, flat; the first three become the eigenvalues, in no particular order, the others zero.
    vectors
        Output, orthonormal eigenvectors as columns, nine components, flat.

    Notes
    -----
    Golub and Van Loan, Matrix Computations, section 8.5 (4th edition, 2013).
    """
    vectors[:] = 0.0
    for i in range(3):
        vectors[4 * i * LANES : (4 * i + 1) * LANES] = 1.0
    for _ in range(MAXIMUM_SWEEPS):
        if _unfinished(tensors) == 0:
            break
        _sweep(tensors, vectors)


@njit_strict
def symmetric_eigen(tensor: Array, values: Array, vectors: Array) -> None:
    """Eigenvalues and eigenvectors of one tensor; see :func:`diagonalise`.

    Parameters
    ----------
    tensor
        Symmetric tensor, shape (3, 3).
    values
        Output, eigenvalues in no particular order, shape (3,).
    vectors
        Output, orthonormal eigenvectors as columns, shape (3, 3).
    """
    batch, axes = np.zeros(6 * LANES), np.empty(9 * LANES)
    scale = 0.0
    for c in range(6):
        scale = max(scale, abs(tensor[SYMMETRIC_ROWS[c], SYMMETRIC_COLUMNS[c]]))
    for c in range(6):
        batch[c * LANES] = tensor[SYMMETRIC_ROWS[c], SYMMETRIC_COLUMNS[c]] / scale if scale > 0.0 else 0.0
    diagonalise(batch, axes)
    for i in range(3):
        values[i] = scale * batch[i * LANES]
        for j in range(3):
            vectors[i, j] = axes[(3 * i + j) * LANES]


@njit_strict
def logarithmic_slope(first: float, second: float) -> float:
    """Divided difference (ln a - ln b) / (a - b) of two positive numbers, exact at a = b."""
    z = (first - second) / (first + second)
    if abs(z) <= NEAR:
        return 2.0 / (first + second) * inverse_tangent_ratio(z * z)
    return float(np.log(first / second) / (first - second))


@njit_simd
def logarithmic_slopes(first: Array, second: Array, result: Array) -> None:
    """Divided differences of the logarithm for the points of a batch; see :func:`logarithmic_slope`."""
    far = 0
    for p in range(LANES):
        total = first[p] + second[p]
        z = (first[p] - second[p]) / total
        result[p] = 2.0 / total * inverse_tangent_ratio(z * z)
        far += 1 if abs(z) > NEAR else 0
    if far > 0:
        for p in range(LANES):
            result[p] = logarithmic_slope(first[p], second[p])
