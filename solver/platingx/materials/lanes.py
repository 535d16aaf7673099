"""Batches: points that the kernels treat side by side, each in a lane of the vector registers.

Component c of a tensor at point p of a batch stands at ``c * LANES + p`` of a flat array, or at ``[c, p]``. Loops over
the lanes, innermost and of constant length, become vector instructions. Logarithms and exponentials do not, but those
of numbers near one and near zero, which is what elastic strains are made of, are short polynomials.
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.materials.compiled import njit_simd, njit_strict

#: Points of a batch: four registers of eight numbers, so that operations that wait for each other alternate.
LANES = 32

#: Places of the components of a symmetric tensor in a flat array.
XX, YY, ZZ, XY, XZ, YZ = 0, LANES, 2 * LANES, 3 * LANES, 4 * LANES, 5 * LANES

#: Largest |a - b|/(a + b) of :func:`inverse_tangent_ratio`: the first term left out is 0.1^18/19 = 5e-20.
NEAR = 0.1

#: Natural logarithm of 2 in two parts, the first with zeros at its end (Cody and Waite, 1980).
LN2_HIGH, LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10
#: Bits of the mantissa of a number in double precision, and the bias of its exponent.
MANTISSA, BIAS = 52, 1023

#: Largest exponent of the polynomial of :func:`exponentials`: the first term left out is 0.5^16/16! = 7e-19.
SMALL = 0.5


@njit_strict
def inverse_tangent_ratio(square: float) -> float:
    """Artanh(z)/z = 1 + z^2/3 + z^4/5 + ... for z^2 up to ``NEAR``^2, to round-off."""
    tail = 1.0 / 13.0 + square * (1.0 / 15.0 + square * (1.0 / 17.0))
    tail = 1.0 / 7.0 + square * (1.0 / 9.0 + square * (1.0 / 11.0 + square * tail))
    return 1.0 + square * (1.0 / 3.0 + square * (1.0 / 5.0 + square * tail))


@njit_strict
def _short_exponential(x: float) -> float:
    """Exponential of a number up to ``SMALL`` in size, by its Taylor series."""
    tail = 1.0 / 87178291200.0 + x * (1.0 / 1307674368000.0)
    tail = 1.0 / 39916800.0 + x * (1.0 / 479001600.0 + x * (1.0 / 6227020800.0 + x * tail))
    tail = 1.0 / 40320.0 + x * (1.0 / 362880.0 + x * (1.0 / 3628800.0 + x * tail))
    tail = 1.0 / 120.0 + x * (1.0 / 720.0 + x * (1.0 / 5040.0 + x * tail))
    return 1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * tail))))


@njit_simd
def count_larger(values: Array, limit: float) -> int:
    """How many numbers exceed a limit in size; NaN does not."""
    count = 0
    for k in range(values.shape[0]):
        count += 1 if abs(values[k]) > limit else 0
    return count


@njit_simd
def logarithms(values: Array, result: Array) -> None:
    """Natural logarithms; NaN or infinite where there is none.

    Parameters
    ----------
    values
        Numbers, in a flat array.
    result
        Output, of the same length.
    """
    for k in range(values.shape[0]):
        result[k] = (values[k] - 1.0) / (values[k] + 1.0)
    if count_larger(result, NEAR) == 0:
        for k in range(values.shape[0]):
            z = result[k]
            result[k] = 2.0 * z * inverse_tangent_ratio(z * z)
    else:
        for k in range(values.shape[0]):
            result[k] = np.log(values[k])


@njit_simd
def exponentials(values: Array) -> None:
    """Replace numbers by their exponentials."""
    if count_larger(values, SMALL) == 0:
        for k in range(values.shape[0]):
            values[k] = _short_exponential(values[k])
    else:
        for k in range(values.shape[0]):
            values[k] = np.exp(values[k])


@njit_simd
def _split_powers(values: Array, bits: IntArray, rest: Array) -> None:
    """Numbers x as k ln 2 + rest, and the bits of 2^k; 2^k is kept between 1e-307 and 1e307."""
    for p in range(LANES):
        k = np.floor(values[p] * 1.4426950408889634 + 0.5)
        k = min(max(k, -1020.0), 1020.0)
        rest[p] = (values[p] - k * LN2_HIGH) - k * LN2_LOW
        bits[p] = (np.int64(k) + BIAS) << MANTISSA


@njit_simd
def _join_powers(rest: Array, powers: Array, result: Array) -> None:
    for p in range(LANES):
        result[p] = powers[p] * _short_exponential(rest[p])


@njit_strict
def all_exponentials(values: Array, powers: Array, rest: Array, result: Array) -> None:
    """Exponentials of any numbers of a batch.

    Parameters
    ----------
    values
        Shape (LANES,), between -700 and 700.
    powers, rest
        Space to work in.
    result
        Output.
    """
    _split_powers(values, powers.view(np.int64), rest)
    _join_powers(rest, powers, result)


@njit_simd
def _split_mantissas(bits: IntArray, mantissas: IntArray, exponents: Array) -> None:
    """Positive numbers as 2^exponent times a mantissa from 1 to 2, by their bits."""
    for p in range(LANES):
        exponents[p] = float((bits[p] >> MANTISSA) - BIAS)
        mantissas[p] = (bits[p] & ((1 << MANTISSA) - 1)) | (BIAS << MANTISSA)


@njit_simd
def _join_logarithms(mantissas: Array, exponents: Array, result: Array) -> None:
    """Logarithms; the first term of the series left out is 0.172^24/25 = 2e-20."""
    for p in range(LANES):
        upper = mantissas[p] > 1.4142135623730951
        m = 0.5 * mantissas[p] if upper else mantissas[p]
        k = exponents[p] + (1.0 if upper else 0.0)
        z = (m - 1.0) / (m + 1.0)
        square = z * z
        tail = 1.0 / 19.0 + square * (1.0 / 21.0 + square * (1.0 / 23.0))
        fourth = square * square
        eighth = fourth * fourth
        series = inverse_tangent_ratio(square) + eighth * eighth * square * tail
        result[p] = k * LN2_HIGH + (2.0 * z * series + k * LN2_LOW)


@njit_strict
def all_logarithms(values: Array, mantissas: Array, exponents: Array, result: Array) -> None:
    """Natural logarithms of any positive numbers of a batch; that of 0 is about -709.

    Parameters
    ----------
    values
        Shape (LANES,).
    mantissas, exponents
        Space to work in.
    result
        Output.
    """
    _split_mantissas(values.view(np.int64), mantissas.view(np.int64), exponents)
    _join_logarithms(mantissas, exponents, result)
