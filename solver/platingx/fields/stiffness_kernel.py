"""Element matrices of a batch: tangents times gradients at all points, then sums over the points of a cell.

For row component i of the displacement, the matrix, the forces and the coupling to the volume strain of a cell are

    sum over points and j of  g[a, j] * integrand[column, j],

g the spatial gradients. The element tangent is symmetric, since the stress at the end of a step derives from an
incremental potential (radial return of an isotropic law): columns below the diagonal are left out.
"""

from __future__ import annotations

from platingx.arrays import Array, IntArray
from platingx.materials.compiled import njit_reduction, njit_simd, njit_strict
from platingx.materials.lanes import LANES

#: Rows and columns of a block of sums that stay in registers.
TILE = 3
#: Place of the hoop component among the gradient components of a plane model.
HOOP = 4


@njit_strict
def padded(count: int) -> int:
    """Number of rows or columns that are whole tiles."""
    return (count + TILE - 1) // TILE * TILE


@njit_simd
def finish_tangent(stress: Array, volume: Array, rows: IntArray, columns: IntArray, tangent: Array) -> None:
    """Add the geometric part -tau_il delta_jk, and multiply by the volume of each point.

    Parameters
    ----------
    stress
        Kirchhoff stress, shape (3, 3, LANES), Pa.
    volume
        Grown volume of the points, shape (LANES,).
    rows, columns
        Gradient components of the model.
    tangent
        d(tau)/d(dl), shape (components, components, LANES); changed in place.
    """
    for r in range(rows.shape[0]):
        for c in range(rows.shape[0]):
            if columns[r] == rows[c]:
                i, j = rows[r], columns[c]
                for p in range(LANES):
                    tangent[r, c, p] = volume[p] * (tangent[r, c, p] - stress[i, j, p])
            else:
                for p in range(LANES):
                    tangent[r, c, p] *= volume[p]


@njit_simd
def _fill_column(
    tangent: Array, row: int, columns: tuple[int, int, int], gradients: Array, slots: int, start: int, j: int,
    result: Array,
) -> None:  # fmt: skip
    """Entries of the tangent times the spatial gradients of all nodes, into ``result[start:, j]``."""
    first, second, third = columns
    for b in range(gradients.shape[0]):
        if slots == 3:
            for p in range(LANES):
                result[start + b, j, p] = (
                    tangent[row, first, p] * gradients[b, 0, p]
                    + tangent[row, second, p] * gradients[b, 1, p]
                    + tangent[row, third, p] * gradients[b, 2, p]
                )
        else:
            for p in range(LANES):
                result[start + b, j, p] = (
                    tangent[row, first, p] * gradients[b, 0, p] + tangent[row, second, p] * gradients[b, 1, p]
                )


@njit_strict
def fill_integrands(
    component: int,
    dimension: int,
    hoop: bool,
    nodes: int,
    tangent: Array,
    stress: Array,
    pressure: Array,
    gradients: Array,
    result: Array,
) -> int:
    """Integrands of the element matrix, the forces and the coupling in the rows of one displacement component.

    Parameters
    ----------
    component
        Displacement component i of the rows.
    dimension, hoop, nodes
        Of the element; whether there is a hoop strain.
    tangent
        Tangent with the geometric part by volume, shape (components, components, LANES).
    stress
        Kirchhoff stress by volume, shape (3, 3, LANES).
    pressure
        Modes of the volume strain by the slope of the pressure law and the volume, shape (modes, LANES).
    gradients
        Spatial gradients, N/r in the third place where there is a hoop strain, shape (nodes, 2 or 3, LANES).
    result
        Output, shape (columns, 2 or 3, LANES): all nodes by component i, by component i + 1 ..., the forces, the
        modes.

    Returns
    -------
    int
        Length of the second axis of the gradients that counts for this component.
    """
    ring = hoop and component == 0
    slots = 3 if ring or dimension == 3 else 2
    forces = (dimension - component) * nodes
    for j in range(slots):
        row = component * dimension + j if j < dimension else HOOP
        for k in range(component, dimension):
            wide = dimension == 3 or (hoop and k == 0)
            start, column = (k - component) * nodes, k * dimension
            last = column + 2 if dimension == 3 else HOOP
            _fill_column(
                tangent, row, (column, column + 1, last), gradients[:nodes], 3 if wide else 2, start, j, result
            )
        result[forces, j] = stress[component, j] if j < dimension else stress[2, 2]
        for s in range(pressure.shape[0]):
            if j == component or j >= dimension:
                result[forces + 1 + s, j] = pressure[s]
            else:
                result[forces + 1 + s, j] = 0.0
    return slots


@njit_simd
def take_cell(values: Array, slots: int, start: int, spacing: int, result: Array) -> None:
    """Lanes of one cell side by side, with zeros behind.

    Parameters
    ----------
    values
        Shape (rows, slots or more, LANES).
    slots
        How many of the second axis to take.
    start, spacing
        First lane of the cell, and number of its lanes.
    result
        Output, shape (rows or fewer, slots * spacing or more).
    """
    for a in range(result.shape[0]):
        for j in range(slots):
            source, target = values[a, j, start : start + spacing], result[a, j * spacing : (j + 1) * spacing]
            for p in range(spacing):
                target[p] = source[p]
        rest = result[a, slots * spacing :]
        for p in range(rest.shape[0]):
            rest[p] = 0.0


@njit_reduction
def sum_points(left: Array, right: Array, result: Array) -> None:
    """Products of two matrices summed over their last axis, in tiles of rows and columns.

    Parameters
    ----------
    left, right
        Shapes (rows, points) and (columns, points), rows and columns padded.
    result
        Output, shape (rows, columns or more): whole tiles on and above the diagonal.
    """
    for a in range(0, left.shape[0], TILE):
        for c in range(a, right.shape[0], TILE):
            s00, s01, s02, s10, s11, s12, s20, s21, s22 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            for p in range(left.shape[1]):
                x, y, z = left[a, p], left[a + 1, p], left[a + 2, p]
                u, v, w = right[c, p], right[c + 1, p], right[c + 2, p]
                s00, s01, s02 = s00 + x * u, s01 + x * v, s02 + x * w
                s10, s11, s12 = s10 + y * u, s11 + y * v, s12 + y * w
                s20, s21, s22 = s20 + z * u, s21 + z * v, s22 + z * w
            result[a, c], result[a, c + 1], result[a, c + 2] = s00, s01, s02
            result[a + 1, c], result[a + 1, c + 1], result[a + 1, c + 2] = s10, s11, s12
            result[a + 2, c], result[a + 2, c + 1], result[a + 2, c + 2] = s20, s21, s22


@njit_simd
def take_sums(sums: Array, nodes: int, force: Array, coupling: Array) -> None:
    """Forces and coupling of a cell out of the sums over its points.

    Parameters
    ----------
    sums
        Shape (dimension, nodes or more, columns), see :func:`fill_integrands`.
    nodes
        Number of nodes.
    force, coupling
        Outputs, shapes (dimension, nodes) and (modes, dimension, nodes).
    """
    dimension = sums.shape[0]
    for i in range(dimension):
        column = (dimension - i) * nodes
        for a in range(nodes):
            force[i, a] = sums[i, a, column]
            for s in range(coupling.shape[0]):
                coupling[s, i, a] = sums[i, a, column + 1 + s]


@njit_simd
def _condense_block(sums: Array, start: int, coupling: Array, i: int, B: Array, k: int, block: Array) -> None:
    """Entries sums - coupling^T B of the rows of component i and the columns of component k; 3 or 4 modes."""
    nodes, four = block.shape[0], coupling.shape[0] == 4
    first, second, third, last = B[0, k], B[1, k], B[2, k], B[coupling.shape[0] - 1, k]
    for a in range(nodes):
        source, result = sums[a, start : start + nodes], block[a]
        x, y, z = coupling[0, i, a], coupling[1, i, a], coupling[2, i, a]
        w = coupling[3, i, a] if four else 0.0
        for b in range(nodes):
            result[b] = source[b] - x * first[b] - y * second[b] - z * third[b] - w * last[b]


@njit_simd
def _mirror(block: Array) -> None:
    """Lower half of a symmetric block from its upper one."""
    for a in range(block.shape[0]):
        for b in range(a):
            block[a, b] = block[b, a]


@njit_simd
def _transpose(block: Array, result: Array) -> None:
    for a in range(block.shape[0]):
        for b in range(block.shape[1]):
            result[a, b] = block[b, a]


@njit_simd
def _order_by_nodes(blocks: Array, matrix: Array) -> None:
    """Components of a node side by side; shapes (dimension, dimension, nodes, nodes) and (unknowns, unknowns)."""
    dimension, nodes = blocks.shape[1:3]
    for a in range(nodes):
        for i in range(dimension):
            row, first, second = matrix[a * dimension + i], blocks[i, 0, a], blocks[i, 1, a]
            if dimension == 3:
                third = blocks[i, 2, a]
                for b in range(nodes):
                    row[3 * b] = first[b]
                    row[3 * b + 1] = second[b]
                    row[3 * b + 2] = third[b]
            else:
                for b in range(nodes):
                    row[2 * b] = first[b]
                    row[2 * b + 1] = second[b]


@njit_strict
def store_matrix(sums: Array, coupling: Array, B: Array, blocks: Array, matrix: Array) -> None:
    """Condensed element matrix: sums - coupling^T B, both halves, components of a node side by side.

    Parameters
    ----------
    sums
        Of each row component, shape (dimension, nodes or more, columns).
    coupling, B
        Shape (modes, dimension, nodes).
    blocks
        To work in, shape (dimension, dimension, nodes, nodes).
    matrix
        Output, shape (unknowns, unknowns).
    """
    dimension, nodes = coupling.shape[1:]
    for i in range(dimension):
        for k in range(i, dimension):
            _condense_block(sums[i], (k - i) * nodes, coupling, i, B, k, blocks[i, k])
            if k == i:
                _mirror(blocks[i, i])
            else:
                _transpose(blocks[i, k], blocks[k, i])
    _order_by_nodes(blocks, matrix)
