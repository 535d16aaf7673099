"""Anderson's acceleration of a fixed point y = G(y)."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array

__all__ = ["Anderson"]


class Anderson:
    """Combine the last iterates so that the residual of their combination is least.

    With residuals r = G(y) - y, the next iterate is y + r - (dY + dR) c with c the least-squares solution of r = dR c
    over the differences of the last iterates (Anderson 1965; Walker and Ni, SIAM J. Numer. Anal. 49, 2011, 1715).

    Parameters
    ----------
    weights
        Of the squares of the components of the residual, shape (n,).
    depth
        Differences that are kept.
    """

    def __init__(self, weights: Array, depth: int = 5) -> None:
        self._roots, self._depth = np.sqrt(weights / weights.sum()), depth
        self._iterates: list[Array] = []
        self._residuals: list[Array] = []

    def clear(self) -> None:
        """Forget what was found."""
        self._iterates, self._residuals = [], []

    def next(self, iterate: Array, residual: Array) -> Array:
        """Next iterate from the present one and its residual, shapes (n,)."""
        self._iterates = [*self._iterates[-self._depth :], iterate.copy()]
        self._residuals = [*self._residuals[-self._depth :], residual.copy()]
        plain = iterate + residual
        if len(self._iterates) == 1:
            return plain
        moved = np.diff(np.array(self._iterates), axis=0)[::-1].T
        changed = np.diff(np.array(self._residuals), axis=0)[::-1].T
        factors = np.linalg.lstsq(changed * self._roots[:, None], residual * self._roots, rcond=1e-10)[0]
        return np.asarray(plain - (moved + changed) @ factors)
