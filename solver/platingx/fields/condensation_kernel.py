"""Elimination of the volume strain of a cell from its linearised equations."""

from __future__ import annotations

from platingx.arrays import Array
from platingx.materials.compiled import njit_reduction, njit_simd


@njit_reduction
def sum_volume(
    modes: Array, slope: Array, curvature: Array, start: int, stop: int, residual: Array, matrix: Array
) -> None:
    """Residual and matrix of the volume strain of a cell.

    Parameters
    ----------
    modes
        Modes of the volume strain at the points, shape (modes, LANES).
    slope, curvature
        Factors of the modes in the residual, and of their products in the matrix, by volume, shape (LANES,).
    start, stop
        Lanes of the cell.
    residual, matrix
        Outputs, shapes (modes,) and (modes, modes).
    """
    for s in range(modes.shape[0]):
        total = 0.0
        for p in range(start, stop):
            total += slope[p] * modes[s, p]
        residual[s] = total
        for t in range(s + 1):
            total = 0.0
            for p in range(start, stop):
                total += curvature[p] * modes[s, p] * modes[t, p]
            matrix[s, t] = total
            matrix[t, s] = total


@njit_simd
def _eliminate(work: Array, modes: int) -> bool:
    """Gauss-Jordan elimination with pivoting of the first columns; False if they are singular."""
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
    return True


@njit_simd
def condense(force: Array, coupling: Array, volume: Array, residual: Array, work: Array, B: Array, r: Array) -> bool:
    """Eliminate the volume strain of one cell from its forces.

    Parameters
    ----------
    force
        Residual of the displacements, shape (unknowns,); condensed in place.
    coupling, volume, residual
        Derivatives of the volume residual by displacements (modes, unknowns) and by the volume strain
        (modes, modes), and the volume residual (modes,).
    work
        Space to work in, shape (modes, modes + unknowns + 1).
    B, r
        Outputs: d(theta) = -(r + B @ du), shapes (modes, unknowns) and (modes,).

    Returns
    -------
    bool
        False if the matrix of the volume strain is singular.
    """
    modes, unknowns = coupling.shape
    for s in range(modes):
        for t in range(modes):
            work[s, t] = volume[s, t]
        for p in range(unknowns):
            work[s, modes + p] = coupling[s, p]
        work[s, modes + unknowns] = residual[s]
    if not _eliminate(work, modes):
        return False
    for s in range(modes):
        r[s] = work[s, modes + unknowns]
        for p in range(unknowns):
            B[s, p] = work[s, modes + p]
            force[p] -= coupling[s, p] * r[s]
    return True
