"""Damage at the points of a batch: a weakened elastic stress, and the pressure of what fills a crack.

With g the share of stiffness that is left, g_v that of the bulk modulus, and d the part of the damage that is filled
at a pressure p, the Kirchhoff stress is

    tau = g tau_dev + g_v pi(theta) 1 - p d J 1,

where g_v is g in cells that are open and 1 in those that are closed: what is damaged still bears pressure (Amor, Marigo
and Maurini, J. Mech. Phys. Solids 57, 2009, 1209). That is decided for a whole cell and stays while equilibrium is
sought: point by point, the linear volume strain of a cell would be fitted to its closed points alone. The last term
derives from the work -p d (J - 1) of the filling on the opening of the crack.

A region that may be damaged has small strains (``SolidRegion.strain_scale``): where nothing but a rest of stiffness is
left, the pressure in a crack would be many times that, and the stiffness that a stress has by itself at finite strain
would make the elements of a closed or filled crack unstable.
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.fields.block import Tables
from platingx.materials.compiled import njit_simd, njit_strict
from platingx.materials.lanes import LANES

__all__ = ["BULK", "PRESSURE", "STIFFNESS", "load_weakening", "no_weakening", "virgin_weakening", "weaken_batch"]

#: Places in the last axis of the weakening of a point: g, g_v, and p d in Pa.
STIFFNESS, BULK, PRESSURE = 0, 1, 2


def no_weakening() -> Array:
    """Of a region that knows no damage, which costs its kernels nothing."""
    return np.zeros((0, 0, 3))


def virgin_weakening(cells: int, points: int) -> Array:
    """Of a region that may be damaged and is not, shape (cells, points, 3)."""
    result = np.zeros((cells, points, 3))
    result[..., :PRESSURE] = 1.0
    return result


@njit_strict
def load_weakening(
    tables: Tables, weakening: Array, first: int, count: int, share: Array, bulk: Array, filled: Array
) -> None:
    """g, g_v and p d of the points of a batch, shapes (LANES,)."""
    for p in range(LANES):
        cell, q = first + min(tables.cell[p], count - 1), tables.point[p]
        share[p] = weakening[cell, q, STIFFNESS]
        bulk[p] = weakening[cell, q, BULK]
        filled[p] = weakening[cell, q, PRESSURE]


@njit_simd
def weaken_batch(
    share: Array, bulk: Array, filled: Array, determinant: Array, rows: IntArray, columns: IntArray, mean: Array,
    slope: Array, curvature: Array, stress: Array, tangent: Array,
) -> None:  # fmt: skip
    """Stress and tangents of weakened points; see the head of this module.

    Parameters
    ----------
    share, bulk, filled
        g, g_v and p d (Pa), shape (LANES,).
    determinant
        det F of a region that does not grow.
    rows, columns
        Gradient components of the model.
    mean, slope, curvature
        Mean Kirchhoff stress and its derivatives by the volume strain, Pa; changed in place.
    stress, tangent
        Deviator (6, LANES) and its tangent (components, components, LANES), Pa; changed in place.
    """
    for c in range(6):
        for p in range(LANES):
            stress[c, p] *= share[p]
    for p in range(LANES):
        mean[p] = bulk[p] * mean[p] - filled[p] * determinant[p]
        slope[p] *= bulk[p]
        curvature[p] *= bulk[p]
    for r in range(tangent.shape[0]):
        for c in range(tangent.shape[1]):
            trace = rows[r] == columns[r] and rows[c] == columns[c]
            for p in range(LANES):
                tangent[r, c, p] = share[p] * tangent[r, c, p] - (filled[p] * determinant[p] if trace else 0.0)
