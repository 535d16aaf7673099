"""Arrays of a batch beside its kinematics and constitutive update."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from platingx.arrays import Array
from platingx.fields.stiffness_kernel import padded
from platingx.materials.compiled import njit_strict
from platingx.materials.lanes import LANES


class BatchArrays(NamedTuple):
    """What the kernel needs for a batch beside kinematics and constitutive update, allocated once.

    Attributes
    ----------
    theta, modes
        Modes of the volume strain of the cell of each point, and their values there, shape (modes, LANES).
    strain
        Logarithmic volume strain of the mixed method.
    mean, slope, curvature
        Mean Kirchhoff stress and its derivatives, Pa.
    mismatch
        ln(Je) - theta.
    volume
        Grown volume of each point.
    stress
        Kirchhoff stress, shape (3, 3, LANES).
    pressure
        Modes by slope and volume, shape (modes, LANES).
    residual, curved
        Factors of the modes in the residual and matrix of the volume strain, by volume.
    map
        d(reference)/d(current coordinates), nine components.
    gradients, integrands, sums
        See ``fields.stiffness_kernel``.
    left, right
        Space for gradients and integrands of a cell.
    map_rows, gradient_rows, integrand_rows
        The same arrays with the shapes (3, 3, LANES) and (rows, all lanes).
    """

    theta: Array
    modes: Array
    strain: Array
    mean: Array
    slope: Array
    curvature: Array
    mismatch: Array
    volume: Array
    stress: Array
    pressure: Array
    residual: Array
    curved: Array
    map: Array
    gradients: Array
    integrands: Array
    sums: Array
    left: Array
    right: Array
    map_rows: Array
    gradient_rows: Array
    integrand_rows: Array


@njit_strict
def new_batch_arrays(nodes: int, dimension: int, modes: int, slots: int, cells: int, spacing: int) -> BatchArrays:
    """Allocate the arrays of :class:`BatchArrays`; ``slots`` gradients of a node, ``cells`` in a batch."""
    rows, columns = padded(nodes), padded(nodes * dimension + 1 + modes)
    length = (slots * spacing + 7) // 8 * 8
    tensor, gradients = np.zeros(9 * LANES), np.zeros((rows, slots, LANES))
    integrands = np.zeros((columns, slots, LANES))
    return BatchArrays(
        np.zeros((modes, LANES)), np.zeros((modes, LANES)), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES),
        np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros((3, 3, LANES)), np.zeros((modes, LANES)),
        np.zeros(LANES), np.zeros(LANES), tensor, gradients, integrands, np.zeros((cells, dimension, rows, columns)),
        np.zeros((rows, length)), np.zeros((columns, length)), tensor.reshape((3, 3, LANES)),
        gradients.reshape((rows, slots * LANES)), integrands.reshape((columns, slots * LANES)),
    )  # fmt: skip
