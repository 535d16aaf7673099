"""Elimination of the volume strain of a cell from its linearised equations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from platingx.materials.compiled import compiled

Array = npt.NDArray[np.float64]


@compiled
def condense(
    matrix: Array,
    force: Array,
    coupling: Array,
    volume: Array,
    residual: Array,
    gain: Array,
    shift: Array,
) -> bool:
    """Eliminate the volume strain of one cell (Gauss elimination with pivoting).

    Parameters
    ----------
    matrix, force
        Tangent (unknowns, unknowns) and residual (unknowns,) of the displacements; condensed in place.
    coupling, volume, residual
        Derivatives of the volume residual by displacements (modes, unknowns) and by the volume strain
        (modes, modes), and the volume residual (modes,).
    gain, shift
        Outputs: d(theta) = -(shift + gain @ du), shapes (modes, unknowns) and (modes,).

    Returns
    -------
    bool
        False if the matrix of the volume strain is singular.
    """
    modes, unknowns = coupling.shape
    work = np.empty((modes, modes + unknowns + 1))
    for s in range(modes):
        for t in range(modes):
            work[s, t] = volume[s, t]
        for p in range(unknowns):
            work[s, modes + p] = coupling[s, p]
        work[s, modes + unknowns] = residual[s]
    for s in range(modes):
        pivot = s
        for t in range(s + 1, modes):
            if abs(work[t, s]) > abs(work[pivot, s]):
                pivot = t
        if abs(work[pivot, s]) == 0.0:
            return False
        if pivot != s:
            for c in range(work.shape[1]):
                work[s, c], work[pivot, c] = work[pivot, c], work[s, c]
        scale = 1.0 / work[s, s]
        for c in range(s, work.shape[1]):
            work[s, c] *= scale
        for t in range(modes):
            if t != s:
                factor = work[t, s]
                for c in range(s, work.shape[1]):
                    work[t, c] -= factor * work[s, c]
    for s in range(modes):
        shift[s] = work[s, modes + unknowns]
        for p in range(unknowns):
            gain[s, p] = work[s, modes + p]
    for p in range(unknowns):
        for s in range(modes):
            force[p] -= coupling[s, p] * shift[s]
            for q in range(unknowns):
                matrix[p, q] -= coupling[s, p] * gain[s, q]
    return True
