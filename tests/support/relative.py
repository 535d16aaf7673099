"""`pytest.approx` for numbers in SI, where a nanometre is 1e-9 and a volume 1e-21.

As it comes, it allows 1e-12 of any unit beside the relative tolerance that a test asks for: a test of a small volume
could not fail. Here the absolute part, which what should be zero needs, is a share of the largest expected number.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

SHARE = 1e-12
"""Of the largest expected number, by which others may be off, unless the relative tolerance is less."""
USUAL = 1e-6
"""Relative tolerance of `pytest.approx`."""


def largest(expected: Any) -> float:
    """Largest magnitude among expected numbers; 0 where there are none, or none but zero."""
    values = list(expected.values()) if isinstance(expected, Mapping) else expected
    try:
        magnitudes = np.abs(np.atleast_1d(np.asarray(values, dtype=complex)).ravel())
    except (TypeError, ValueError):
        return 0.0
    return float(magnitudes[np.isfinite(magnitudes)].max(initial=0.0))


def make_relative() -> None:
    """Put it in the place of `pytest.approx`."""
    plain = pytest.approx

    def approx(expected: Any, rel: float | None = None, abs: float | None = None, nan_ok: bool = False) -> Any:  # noqa: A002
        absolute = abs
        if absolute is None and (size := largest(expected)) > 0.0:
            rel = USUAL if rel is None else rel
            absolute = min(SHARE, rel) * size
        return plain(expected, rel=rel, abs=absolute, nan_ok=nan_ok)

    pytest.approx = approx
