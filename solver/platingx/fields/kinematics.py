"""Geometry and deformation at one quadrature point, shared by all element kernels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from platingx.materials.compiled import compiled

Array = npt.NDArray[np.float64]

PLANE_STRAIN = 0
AXISYMMETRIC = 1
THREE_DIMENSIONAL = 2


@compiled
def invert_square(matrix: Array, inverse: Array) -> float:
    """Invert a 2 x 2 or 3 x 3 matrix into ``inverse``; returns the determinant."""
    if matrix.shape[0] == 2:
        det = matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]
        inverse[0, 0] = matrix[1, 1] / det
        inverse[0, 1] = -matrix[0, 1] / det
        inverse[1, 0] = -matrix[1, 0] / det
        inverse[1, 1] = matrix[0, 0] / det
        return float(det)
    det = 0.0
    for i in range(3):
        j = (i + 1) % 3
        k = (i + 2) % 3
        det += matrix[0, i] * (matrix[1, j] * matrix[2, k] - matrix[1, k] * matrix[2, j])
    for i in range(3):
        for j in range(3):
            a, b = (j + 1) % 3, (j + 2) % 3
            c, d = (i + 1) % 3, (i + 2) % 3
            inverse[i, j] = (matrix[a, c] * matrix[b, d] - matrix[a, d] * matrix[b, c]) / det
    return float(det)


@compiled
def reference_geometry(corners: Array, values: Array, gradients: Array, place: Array, inverse: Array) -> float:
    """Place of a quadrature point and inverse Jacobian of the reference map.

    Parameters
    ----------
    corners
        Coordinates of the geometry nodes of the cell, shape (nodes, dimension), m.
    values, gradients
        Coordinate functions and reference gradients at the point.
    place
        Output, coordinates of the point, shape (dimension,).
    inverse
        Output, d(reference)/d(coordinates), shape (dimension, dimension).

    Returns
    -------
    float
        Determinant of the Jacobian (signed).
    """
    dimension = corners.shape[1]
    jacobian = np.zeros((dimension, dimension))
    for i in range(dimension):
        place[i] = 0.0
        for a in range(corners.shape[0]):
            place[i] += values[a] * corners[a, i]
            for j in range(dimension):
                jacobian[i, j] += corners[a, i] * gradients[a, j]
    return invert_square(jacobian, inverse)


@compiled
def push_gradients(gradients: Array, inverse: Array, result: Array) -> None:
    """Multiply rows of ``gradients`` (nodes, dimension) by ``inverse`` (dimension, dimension)."""
    for a in range(gradients.shape[0]):
        for j in range(gradients.shape[1]):
            total = 0.0
            for k in range(gradients.shape[1]):
                total += gradients[a, k] * inverse[k, j]
            result[a, j] = total


@compiled
def deformation_gradient(
    displacement: Array, gradients: Array, hoop: Array, radius: float, model: int, result: Array
) -> None:
    """Deformation gradient F, shape (3, 3), from nodal displacements.

    Parameters
    ----------
    displacement
        Nodal displacements of the cell, shape (nodes, dimension), m.
    gradients
        Reference gradients of the displacement functions, shape (nodes, dimension), 1/m.
    hoop
        Displacement functions at the point (used by the hoop stretch).
    radius
        Radius in the reference configuration, m (axisymmetric only).
    model
        PLANE_STRAIN, AXISYMMETRIC or THREE_DIMENSIONAL.
    result
        Output, F.
    """
    dimension = displacement.shape[1]
    for i in range(3):
        for j in range(3):
            result[i, j] = 1.0 if i == j else 0.0
    for a in range(displacement.shape[0]):
        for i in range(dimension):
            for j in range(dimension):
                result[i, j] += displacement[a, i] * gradients[a, j]
    if model == AXISYMMETRIC:
        for a in range(displacement.shape[0]):
            result[2, 2] += hoop[a] * displacement[a, 0] / radius


@compiled
def multiply_3x3(left: Array, right: Array, result: Array) -> None:
    """Matrix product of two 3 x 3 matrices."""
    for i in range(3):
        for j in range(3):
            result[i, j] = left[i, 0] * right[0, j] + left[i, 1] * right[1, j] + left[i, 2] * right[2, j]


@compiled
def determinant_3x3(m: Array) -> float:
    """Determinant of a 3 x 3 matrix."""
    return float(
        m[0, 0] * (m[1, 1] * m[2, 2] - m[1, 2] * m[2, 1])
        - m[0, 1] * (m[1, 0] * m[2, 2] - m[1, 2] * m[2, 0])
        + m[0, 2] * (m[1, 0] * m[2, 1] - m[1, 1] * m[2, 0])
    )
