"""Add element matrices into a compressed sparse row matrix through a precomputed map."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from platingx.materials.compiled import compiled

Array = npt.NDArray[np.float64]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]


@compiled
def block_positions(nodes: Int32Array, starts: Int64Array, columns: Int32Array) -> Int32Array:
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


@compiled
def add_element_matrices(
    matrices: Array,
    nodes: Int32Array,
    positions: Int32Array,
    starts: Int64Array,
    prescribed: npt.NDArray[np.bool_],
    data: Array,
) -> None:
    """Add element matrices, leaving out prescribed rows and columns.

    Parameters
    ----------
    matrices
        Shape (elements, nodes * dimension, nodes * dimension).
    nodes, positions
        Elements and the map of :func:`block_positions`.
    starts
        Row starts of the node-to-node pattern; the rows of a node's components follow one another
        and hold the column blocks in the same order.
    prescribed
        Shape (local nodes, dimension).
    data
        Entries of the scalar matrix; added to.
    """
    dimension = prescribed.shape[1]
    elements, count = nodes.shape
    for e in range(elements):
        for a in range(count):
            row = nodes[e, a]
            width = starts[row + 1] - starts[row]
            for i in range(dimension):
                if prescribed[row, i]:
                    continue
                base = (starts[row] * dimension + i * width) * dimension
                for b in range(count):
                    column = nodes[e, b]
                    place = base + positions[e, a, b] * dimension
                    for k in range(dimension):
                        if not prescribed[column, k]:
                            data[place + k] += matrices[e, a * dimension + i, b * dimension + k]
