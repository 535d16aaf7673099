"""The quadratic tetrahedron with bubbles: a value at each vertex, edge, face and in the middle, 15 in all.

With a linear discontinuous volume strain, quadratic displacements need a bubble on each face, so that the flux
through it is free, and one inside, against which gradients of the volume strain can be tested (Crouzeix and Raviart,
RAIRO 7 (1973) 33; Boffi, Brezzi and Fortin, Mixed Finite Element Methods and Applications, 2013, section 8.7).
"""

from __future__ import annotations

from functools import cache

import basix
import basix.ufl
import numpy as np

from platingx.arrays import Array

__all__ = ["enriched_tetrahedron"]


QUADRATIC, QUARTIC = 2, 4


@cache
def enriched_tetrahedron() -> basix.ufl._ElementBase:
    """Lagrange-type element whose space is P2, the products of three and of all four barycentric coordinates."""
    cell = basix.CellType.tetrahedron
    points = _nodes(cell)
    matrices = [[np.ones((1, 1, 1, 1)) for _ in entities] for entities in points]
    return basix.ufl.custom_element(
        cell,
        [],
        _coefficients(cell),
        points,
        matrices,
        0,
        basix.MapType.identity,
        basix.SobolevSpace.H1,
        False,
        QUADRATIC,
        QUARTIC,
    )


def _nodes(cell: basix.CellType) -> list[list[Array]]:
    """The middle of each vertex, edge, face and of the cell."""
    vertices = basix.geometry(cell)
    return [[vertices[entity].mean(axis=0)[None, :] for entity in entities] for entities in basix.topology(cell)]


def _coefficients(cell: basix.CellType) -> Array:
    """The space in the orthonormal polynomials of degree 4, whose first ten span the quadratic ones."""
    points, weights = basix.make_quadrature(cell, 2 * QUARTIC)
    basis = basix.tabulate_polynomials(basix.PolynomialType.legendre, cell, QUARTIC, points)
    barycentric = np.column_stack([1.0 - points.sum(axis=1), points])
    faces = [np.prod(np.delete(barycentric, opposite, axis=1), axis=1) for opposite in range(4)]
    bubbles = np.array([*faces, np.prod(barycentric, axis=1)])
    quadratic = (QUADRATIC + 1) * (QUADRATIC + 2) * (QUADRATIC + 3) // 6
    result = np.zeros((quadratic + len(bubbles), len(basis)))
    result[:quadratic, :quadratic] = np.eye(quadratic)
    result[quadratic:] = bubbles @ (weights[:, None] * basis.T)
    return result
