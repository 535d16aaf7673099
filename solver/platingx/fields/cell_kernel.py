"""From the sums over the points of a cell to its forces, its condensed tangent and its volume strain."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from platingx.arrays import Array, Int32Array
from platingx.fields.block import Local
from platingx.fields.condensation_kernel import condense, sum_volume
from platingx.fields.stiffness_kernel import store_matrix, take_sums
from platingx.materials.compiled import njit_simd, njit_strict


class CellArrays(NamedTuple):
    """Arrays of one cell, allocated once; components of the displacement before nodes.

    Attributes
    ----------
    force
        Shape (dimension, nodes).
    coupling, B
        Shape (modes, dimension, nodes).
    residual, volume
        Of the volume strain, shapes (modes,) and (modes, modes).
    work, blocks
        Of the elimination, and of the condensed matrix, shape (dimension, dimension, nodes, nodes).
    flat_force, flat_coupling, flat_gain
        The same arrays over the unknowns.
    """

    force: Array
    coupling: Array
    B: Array
    residual: Array
    volume: Array
    work: Array
    blocks: Array
    flat_force: Array
    flat_coupling: Array
    flat_gain: Array


@njit_strict
def new_cell_arrays(nodes: int, dimension: int, modes: int) -> CellArrays:
    """Allocate the arrays of :class:`CellArrays`."""
    unknowns = dimension * nodes
    force, coupling = np.zeros((dimension, nodes)), np.zeros((modes, dimension, nodes))
    B = np.zeros((modes, dimension, nodes))
    return CellArrays(
        force, coupling, B, np.zeros(modes), np.zeros((modes, modes)), np.zeros((modes, modes + unknowns + 1)),
        np.zeros((dimension, dimension, nodes, nodes)), force.reshape(unknowns), coupling.reshape((modes, unknowns)),
        B.reshape((modes, unknowns)),
    )  # fmt: skip


@njit_simd
def _scatter(force: Array, nodes: Int32Array, vector: Array) -> None:
    """Add an element vector to a nodal vector."""
    for a in range(nodes.shape[0]):
        for i in range(vector.shape[1]):
            vector[nodes[a], i] += force[i, a]


@njit_simd
def _scatter_sizes(force: Array, nodes: Int32Array, vector: Array) -> None:
    """Add the absolute values of an element vector to a nodal vector."""
    for a in range(nodes.shape[0]):
        for i in range(vector.shape[1]):
            vector[nodes[a], i] += abs(force[i, a])


@njit_simd
def _store_gain(B: Array, result: Array) -> None:
    """Order by nodes: result has shape (modes, unknowns)."""
    modes, dimension, nodes = B.shape
    for s in range(modes):
        for i in range(dimension):
            for a in range(nodes):
                result[s, a * dimension + i] = B[s, i, a]


@njit_strict
def finish_cell(
    sums: Array,
    modes: Array,
    factors: tuple[Array, Array],
    lanes: tuple[int, int],
    cell: int,
    nodes: Int32Array,
    arrays: CellArrays,
    local: Local,
    vectors: tuple[Array, Array, Array],
) -> bool:
    """Condense one cell, keep its element results and add its forces.

    Parameters
    ----------
    sums
        Of :func:`platingx.fields.stiffness_kernel.sum_points` for each component, shape (dimension, nodes, columns).
    modes, factors
        Modes of the volume strain (modes, LANES), and what :func:`sum_volume` wants beside them.
    lanes
        First lane of the cell, and the one behind the last.
    cell, nodes
        Position in the region, and local numbers of the nodes.
    arrays
        To work in.
    local
        Element results (written).
    vectors
        Internal forces, the same after condensation, and sums of absolute forces (added to).

    Returns
    -------
    bool
        False if the matrix of the volume strain is singular.
    """
    count = arrays.force.shape[1]
    number = arrays.residual.shape[0]
    internal, condensed, force_scale = vectors
    take_sums(sums, count, arrays.force, arrays.coupling)
    sum_volume(modes, factors[0], factors[1], lanes[0], lanes[1], arrays.residual, arrays.volume)
    _scatter(arrays.force, nodes, internal)
    _scatter_sizes(arrays.force, nodes, force_scale)
    for s in range(number):
        for t in range(number):
            local.stiffness[cell, s, t] = -arrays.volume[s, t]
    if not condense(
        arrays.flat_force, arrays.flat_coupling, arrays.volume, arrays.residual,
        arrays.work, arrays.flat_gain, local.r[cell],
    ):  # fmt: skip
        return False
    _store_gain(arrays.B, local.B[cell])
    store_matrix(sums, arrays.coupling, arrays.B, arrays.blocks, local.matrices[cell])
    _scatter(arrays.force, nodes, condensed)
    return True
