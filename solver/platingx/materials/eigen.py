"""Eigenvalues and eigenvectors of a symmetric 3 x 3 tensor, robust at repeated values."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from platingx.materials.compiled import compiled

Array = npt.NDArray[np.float64]


@compiled
def symmetric_eigen(tensor: Array, values: Array, vectors: Array) -> None:
    """Diagonalise a symmetric tensor by cyclic Jacobi rotations.

    Closed formulas lose half of the digits when two eigenvalues nearly coincide, which is the
    normal state of a soft metal; Jacobi rotations do not.

    Parameters
    ----------
    tensor
        Symmetric tensor, shape (3, 3). Destroyed.
    values
        Output, eigenvalues in no particular order, shape (3,).
    vectors
        Output, orthonormal eigenvectors as columns, shape (3, 3).

    Notes
    -----
    Golub and Van Loan, Matrix Computations, section 8.5 (4th edition, 2013).
    """
    for i in range(3):
        for j in range(3):
            vectors[i, j] = 1.0 if i == j else 0.0
    for _ in range(30):
        off = abs(tensor[0, 1]) + abs(tensor[0, 2]) + abs(tensor[1, 2])
        scale = abs(tensor[0, 0]) + abs(tensor[1, 1]) + abs(tensor[2, 2])
        if off <= 1e-17 * scale:
            break
        for p in range(2):
            for q in range(p + 1, 3):
                entry = tensor[p, q]
                if abs(entry) <= 1e-300:
                    tensor[p, q] = 0.0
                    continue
                ratio = (tensor[q, q] - tensor[p, p]) / (2.0 * entry)
                sign = 1.0 if ratio >= 0.0 else -1.0
                t = sign / (abs(ratio) + np.sqrt(1.0 + ratio * ratio))
                c = 1.0 / np.sqrt(1.0 + t * t)
                s = t * c
                tensor[p, p] -= t * entry
                tensor[q, q] += t * entry
                tensor[p, q] = 0.0
                tensor[q, p] = 0.0
                r = 3 - p - q
                a_rp = tensor[r, p]
                a_rq = tensor[r, q]
                tensor[r, p] = c * a_rp - s * a_rq
                tensor[p, r] = tensor[r, p]
                tensor[r, q] = s * a_rp + c * a_rq
                tensor[q, r] = tensor[r, q]
                for k in range(3):
                    v_kp = vectors[k, p]
                    v_kq = vectors[k, q]
                    vectors[k, p] = c * v_kp - s * v_kq
                    vectors[k, q] = s * v_kp + c * v_kq
    for i in range(3):
        values[i] = tensor[i, i]


@compiled
def logarithmic_slope(first: float, second: float) -> float:
    """Divided difference (ln a - ln b) / (a - b) of two positive numbers, exact at a = b."""
    x = (first - second) / second
    if abs(x) < 1e-9:
        return (1.0 - 0.5 * x) / second
    return float(np.log1p(x) / x / second)
