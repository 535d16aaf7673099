"""Add element matrices into a block sparse row matrix through a precomputed map.

An element tangent is K = A + B^T stiffness B, where the second term comes from the eliminated volume
strain. Preconditioners want a part of that term left out; all kernels here take the share to leave out.
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array, Int32Array, IntArray, Mask
from platingx.materials.compiled import njit_strict


@njit_strict
def block_positions(nodes: Int32Array, starts: IntArray, columns: Int32Array) -> Int32Array:
    """Where the column block of each node pair of an element sits in its row.

    Parameters
    ----------
    nodes
        Local nodes of each element, shape (elements, nodes).
    starts, columns
        Row starts and sorted column nodes of the node-to-node pattern.

    Returns
    -------
    Int32Array
        Rank of column b among the columns of row a, shape (elements, nodes, nodes).
    """
    elements, count = nodes.shape
    result = np.empty((elements, count, count), dtype=np.int32)
    for e in range(elements):
        for a in range(count):
            start = starts[nodes[e, a]]
            row = columns[start : starts[nodes[e, a] + 1]]
            for b in range(count):
                result[e, a, b] = np.searchsorted(row, nodes[e, b])
    return result


@njit_strict
def _softened(matrix: Array, B: Array, stiffness: Array, removed: float, result: Array) -> None:
    """K - removed * B^T stiffness B of one element."""
    modes, unknowns = B.shape
    for i in range(unknowns):
        for j in range(unknowns):
            result[i, j] = matrix[i, j]
    if removed == 0.0:
        return
    weight = np.empty(modes)
    for i in range(unknowns):
        for t in range(modes):
            weight[t] = 0.0
            for s in range(modes):
                weight[t] += removed * B[s, i] * stiffness[s, t]
        for t in range(modes):
            for j in range(unknowns):
                result[i, j] -= weight[t] * B[t, j]


@njit_strict
def _add(
    work: Array, nodes: Int32Array, positions: Int32Array, starts: IntArray, prescribed: Mask, data: Array
) -> None:
    """Add one element matrix to the blocks of the sparse matrix, without prescribed rows and columns."""
    count, dimension = nodes.shape[0], prescribed.shape[1]
    for a in range(count):
        row = nodes[a]
        for b in range(count):
            column = nodes[b]
            place = (starts[row] + positions[a, b]) * dimension * dimension
            for i in range(dimension):
                if prescribed[row, i]:
                    continue
                for k in range(dimension):
                    if not prescribed[column, k]:
                        data[place + i * dimension + k] += work[a * dimension + i, b * dimension + k]


@njit_strict
def add_element_matrices(
    matrices: Array,
    B: Array,
    stiffness: Array,
    removed: Array,
    nodes: Int32Array,
    positions: Int32Array,
    starts: IntArray,
    prescribed: Mask,
    data: Array,
) -> None:
    """Add element matrices, leaving out prescribed rows and columns.

    Parameters
    ----------
    matrices
        K, shape (elements, nodes * dimension, nodes * dimension).
    B, stiffness
        Of the eliminated volume strain, shapes (elements, modes, nodes * dimension) and (elements, modes, modes).
    removed
        Share of ``B^T stiffness B`` to leave out, shape (elements,).
    nodes, positions
        Elements and the map of :func:`block_positions`.
    starts
        Row starts of the node-to-node pattern.
    prescribed
        Shape (local nodes, dimension).
    data
        Entries of the sparse matrix, block by block, rows first; added to.
    """
    work = np.empty(matrices.shape[1:])
    for e in range(nodes.shape[0]):
        _softened(matrices[e], B[e], stiffness[e], removed[e], work)
        _add(work, nodes[e], positions[e], starts, prescribed, data)


@njit_strict
def add_projected_matrices(
    matrices: Array,
    B: Array,
    stiffness: Array,
    removed: Array,
    nodes: Int32Array,
    fine_prescribed: Mask,
    transfer: Array,
    vertices: Int32Array,
    positions: Int32Array,
    starts: IntArray,
    prescribed: Mask,
    data: Array,
) -> None:
    """Add the element matrices of the linear functions of the vertices: T^T (K - removed ...) T (Galerkin).

    Parameters
    ----------
    matrices, B, stiffness, removed, nodes
        As in :func:`add_element_matrices`.
    fine_prescribed
        Prescribed components of the nodes, shape (local nodes, dimension).
    transfer
        Value of the linear function of vertex v at node a, shape (nodes, vertices).
    vertices, positions, starts, prescribed, data
        Vertices of each element, and the sparse matrix of the vertices.
    """
    count, corners = transfer.shape
    dimension = prescribed.shape[1]
    work = np.empty(matrices.shape[1:])
    half = np.empty((count * dimension, corners * dimension))
    coarse = np.empty((corners * dimension, corners * dimension))
    for e in range(nodes.shape[0]):
        _softened(matrices[e], B[e], stiffness[e], removed[e], work)
        for a in range(count):
            for i in range(dimension):
                if fine_prescribed[nodes[e, a], i]:
                    work[a * dimension + i, :] = 0.0
                    work[:, a * dimension + i] = 0.0
        half[:, :] = 0.0
        coarse[:, :] = 0.0
        for a in range(count):
            for v in range(corners):
                factor = transfer[a, v]
                if factor != 0.0:
                    for p in range(count * dimension):
                        for i in range(dimension):
                            half[p, v * dimension + i] += work[p, a * dimension + i] * factor
        for a in range(count):
            for v in range(corners):
                factor = transfer[a, v]
                if factor != 0.0:
                    for i in range(dimension):
                        for q in range(corners * dimension):
                            coarse[v * dimension + i, q] += factor * half[a * dimension + i, q]
        _add(coarse, vertices[e], positions[e], starts, prescribed, data)
