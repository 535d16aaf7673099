"""What would hurt most if lost: eigenvectors stay orthonormal where stretches nearly coincide, as in soft metal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from properties import on_compiled_code

from platingx.materials.eigen import logarithmic_slope, symmetric_eigen

ENTRIES = arrays(np.float64, (3, 3), elements=st.floats(-1e3, 1e3, allow_subnormal=False))


def diagonalise(tensor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, vectors = np.empty(3), np.empty((3, 3))
    symmetric_eigen(tensor.copy(), values, vectors)
    return values, vectors


def check(tensor: np.ndarray) -> None:
    values, vectors = diagonalise(tensor)
    scale = np.abs(tensor).max()
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(3), atol=5e-15)
    np.testing.assert_allclose(vectors * values @ vectors.T, tensor, atol=2e-14 * scale)
    np.testing.assert_allclose(np.sort(values), np.linalg.eigvalsh(tensor), atol=2e-14 * scale)


@on_compiled_code
@given(ENTRIES)
def test_reconstructs_any_symmetric_tensor(entries: np.ndarray) -> None:
    check(entries + entries.T)


@on_compiled_code
@given(ENTRIES, st.sampled_from([(1, 1, 1), (1, 1, 2), (2, 1, 1)]), st.floats(0.0, 1e-6), st.integers(0, 12))
def test_reconstructs_at_nearly_repeated_values(
    entries: np.ndarray, values: tuple[float, ...], split: float, decades: int
) -> None:
    """Two or three eigenvalues that differ by 1e-6 down to nothing."""
    frame = np.linalg.qr(entries + 1e4 * np.eye(3))[0]
    spread = np.diag(np.array(values, dtype=float) + split * 10.0**-decades * np.array([0.0, 1.0, -1.0]))
    tensor = frame @ spread @ frame.T
    check(0.5 * (tensor + tensor.T))


@pytest.mark.parametrize("scale", [1e-20, 1e-8, 1.0, 1e8, 1e20])
def test_scale_does_not_matter(scale: float) -> None:
    check(scale * np.array([[2.0, 1e-7, 0.3], [1e-7, 2.0, 0.0], [0.3, 0.0, 2.0 + 1e-9]]))


@on_compiled_code
@given(st.floats(1e-3, 1e3), st.floats(-0.9, 10.0))
def test_slope_of_the_logarithm(base: float, ratio: float) -> None:
    """Against the series for small differences and the plain formula for large ones."""
    other = base * (1.0 + ratio)
    x = (other - base) / base
    if abs(x) < 1e-3:
        expected = (1 - x / 2 + x**2 / 3 - x**3 / 4 + x**4 / 5) / base
    else:
        expected = np.log(other / base) / (other - base)
    assert logarithmic_slope(other, base) == pytest.approx(expected, rel=3e-13)


@pytest.mark.parametrize("x", [0.0, 1e-17, 1e-12, 9.9e-10, 1.1e-9, 1e-7, -1e-9, -1e-6])
def test_slope_of_the_logarithm_at_equal_values(x: float) -> None:
    other = 2.0 * (1.0 + x)
    gap = (other - 2.0) / 2.0
    assert logarithmic_slope(other, 2.0) == pytest.approx((1 - gap / 2 + gap**2 / 3) / 2.0, rel=1e-15)
