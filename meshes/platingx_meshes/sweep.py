"""Second-order hexahedra from second-order quadrilaterals swept through levels."""

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

#: For each node of a hexahedron in Gmsh order: node of the quadrilateral it stands on, and its level 0, 1 or 2.
_QUAD_NODE = np.array([0, 1, 2, 3, 0, 1, 2, 3, 4, 7, 0, 5, 1, 6, 2, 3, 4, 7, 5, 6, 8, 4, 7, 5, 6, 8, 8])
_LEVEL = np.array([0, 0, 0, 0, 2, 2, 2, 2, 0, 0, 1, 0, 1, 0, 1, 1, 2, 2, 2, 2, 0, 1, 1, 1, 1, 2, 1])
_LINE_NODE = np.array([0, 1, 1, 0, 2, 1, 2, 0, 2])
_LINE_LEVEL = np.array([0, 0, 2, 2, 0, 1, 2, 1, 1])


def swept_cells(quadrilaterals: IntArray, numbers: IntArray) -> IntArray:
    """Hexahedra over quadrilaterals, all levels of one quadrilateral after each other.

    Parameters
    ----------
    quadrilaterals : nodes of the swept cells in Gmsh order, shape (cells, 9)
    numbers : number of each node at each level, shape (nodes, 2 layers + 1); levels rise along the normal

    Returns
    -------
    shape (cells * layers, 27), Gmsh order
    """
    return _swept(quadrilaterals, numbers, _QUAD_NODE, _LEVEL)


def swept_lines(lines: IntArray, numbers: IntArray) -> IntArray:
    """Quadrilaterals over second-order lines (start, end, middle), shape (lines * layers, 9), Gmsh order."""
    return _swept(lines, numbers, _LINE_NODE, _LINE_LEVEL)


def _swept(cells: IntArray, numbers: IntArray, node: IntArray, level: IntArray) -> IntArray:
    first = np.arange(0, numbers.shape[1] - 1, 2)
    return np.asarray(numbers[cells[:, None, node], first[None, :, None] + level]).reshape(-1, len(node))
