"""Sums over the nodes of cells at the points of a batch, shared by all element kernels."""

from __future__ import annotations

from platingx.arrays import Array
from platingx.materials.compiled import njit_simd, njit_strict
from platingx.materials.lanes import LANES

PLANE_STRAIN = 0
AXISYMMETRIC = 1
THREE_DIMENSIONAL = 2


@njit_simd
def interpolate(nodal: Array, shape: Array, component: int, result: Array) -> None:
    """One component of a nodal quantity at the points.

    Parameters
    ----------
    nodal
        Values at the nodes of the cell of each point, shape (nodes, dimension, LANES).
    shape
        Functions at the points, shape (nodes, LANES).
    component
        Which one.
    result
        Output, shape (LANES,).
    """
    result[:] = 0.0
    for a in range(shape.shape[0]):
        for p in range(LANES):
            result[p] += shape[a, p] * nodal[a, component, p]


@njit_simd
def _sum_products(nodal: Array, i: int, gradient: Array, j: int, result: Array) -> None:
    """Sum over the nodes of component i of a vector times component j of the gradients, three nodes at a time."""
    nodes = gradient.shape[0]
    whole = nodes // 3
    result[:] = 0.0
    for t in range(whole):
        a = 3 * t
        for p in range(LANES):
            result[p] += (
                nodal[a, i, p] * gradient[a, j, p]
                + nodal[a + 1, i, p] * gradient[a + 1, j, p]
                + nodal[a + 2, i, p] * gradient[a + 2, j, p]
            )
    for t in range(nodes - 3 * whole):
        a = 3 * whole + t
        for p in range(LANES):
            result[p] += nodal[a, i, p] * gradient[a, j, p]


@njit_strict
def differentiate(nodal: Array, gradient: Array, result: Array) -> None:
    """Reference gradient of a nodal vector at the points.

    Parameters
    ----------
    nodal
        Values at the nodes of the cell of each point, shape (nodes, dimension, LANES).
    gradient
        Reference gradients of the functions, shape (nodes, dimension, LANES).
    result
        Output, shape (3, 3, LANES); components beyond the dimension are left alone.
    """
    for i in range(gradient.shape[1]):
        for j in range(gradient.shape[1]):
            _sum_products(nodal, i, gradient, j, result[i, j])


@njit_simd
def transform(gradient: Array, map_: Array, result: Array) -> None:
    """Gradients of functions after a change of coordinates.

    Parameters
    ----------
    gradient
        Reference gradients, shape (nodes, dimension, LANES).
    map_
        d(reference)/d(coordinates), shape (3, 3, LANES).
    result
        Output, shape (nodes or more, dimension or more, LANES).
    """
    nodes, dimension = gradient.shape[:2]
    for a in range(nodes):
        for j in range(dimension):
            if dimension == 3:
                for p in range(LANES):
                    result[a, j, p] = (
                        gradient[a, 0, p] * map_[0, j, p]
                        + gradient[a, 1, p] * map_[1, j, p]
                        + gradient[a, 2, p] * map_[2, j, p]
                    )
            else:
                for p in range(LANES):
                    result[a, j, p] = gradient[a, 0, p] * map_[0, j, p] + gradient[a, 1, p] * map_[1, j, p]
