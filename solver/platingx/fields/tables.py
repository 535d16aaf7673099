"""Element choice and tabulated shape functions for the solid.

The displacement is quadratic and continuous; the logarithmic volume strain is linear and
discontinuous (so the pressure may jump between regions). All pairs are inf-sup stable: Q2/P1disc on
quadrilaterals and hexahedra, quadratic plus bubble / P1disc on triangles, quadratic plus bubbles of the faces and the
cell / P1disc on tetrahedra (Boffi, Brezzi and Fortin, Mixed Finite Element Methods, 2013, sections 8.6.2 and 8.7;
problem inf-sup of the verification book).
"""

from __future__ import annotations

from dataclasses import dataclass

import basix
import basix.ufl
import numpy as np

from platingx.arrays import Array
from platingx.fields.enriched_tetrahedron import enriched_tetrahedron


@dataclass(frozen=True)
class CellFamily:
    """What the solid needs to know of a cell shape."""

    quadrature_degree: int
    bubble: bool
    volume_modes: int
    recovery_degree: int


FAMILIES = {
    "quadrilateral": CellFamily(5, False, 3, 1),
    "triangle": CellFamily(4, True, 3, 1),
    "hexahedron": CellFamily(5, False, 4, 1),
    "tetrahedron": CellFamily(4, True, 4, 1),
}


def scalar_displacement_element(cell: str) -> basix.ufl._ElementBase:
    """Scalar building block of the displacement element of a cell shape.

    Parameters
    ----------
    cell
        ``quadrilateral``, ``triangle``, ``hexahedron`` or ``tetrahedron``.
    """
    quadratic = basix.ufl.element("Lagrange", cell, 2)
    if not FAMILIES[cell].bubble:
        return quadratic
    if cell == "tetrahedron":
        return enriched_tetrahedron()
    return basix.ufl.enriched_element([quadratic, basix.ufl.element("Bubble", cell, 3)])


@dataclass(frozen=True)
class ElementTables:
    """Tabulated functions at the quadrature points of the reference cell.

    Attributes
    ----------
    points, weights
        Quadrature points (points, dimension) and weights (points,).
    shape, shape_gradient
        Displacement functions (points, nodes) and reference gradients (points, nodes, dimension).
    geometry, geometry_gradient
        The same of the coordinate element.
    recovery
        Matrix (output nodes, points) that fits a linear (bilinear) function to quadrature values
        by least squares and evaluates it at the nodes of the quadratic Lagrange element.
    quadratic_recovery
        The same with a (bi)quadratic function, which tells how well the linear one does.
    output_points
        Reference coordinates of these output nodes.
    nodes
        Reference coordinates of the displacement nodes, shape (nodes, dimension); NaN for the bubble of triangles,
        whose coefficient is no value at a place.
    output_shape, output_geometry
        Displacement and coordinate functions at the output nodes.
    volume_modes
        Number of modes of the volume strain in a cell.
    """

    points: Array
    weights: Array
    shape: Array
    shape_gradient: Array
    geometry: Array
    geometry_gradient: Array
    recovery: Array
    quadratic_recovery: Array
    output_points: Array
    nodes: Array
    output_shape: Array
    output_geometry: Array
    volume_modes: int


def node_points(cell: str) -> Array:
    """Reference coordinates of the displacement nodes of a cell shape, shape (nodes, dimension); NaN for none."""
    element = scalar_displacement_element(cell)
    nodal = basix.ufl.element("Lagrange", cell, 2) if cell == "triangle" else element
    points = nodal.basix_element.points
    result = np.full((element.dim, points.shape[1]), np.nan)
    result[: len(points)] = points
    return result


def _values_and_gradients(element: basix.ufl._ElementBase, points: Array) -> tuple[Array, Array]:
    table = element.tabulate(1, points)
    return (
        np.ascontiguousarray(table[0]),
        np.ascontiguousarray(np.moveaxis(np.array(table[1:]), 0, -1)),
    )


def least_squares_fit(cell: str, points: Array, weights: Array, places: Array, degree: int) -> Array:
    """Matrix from values at quadrature points to those of the nearest polynomial at places, shape (places, points).

    Parameters
    ----------
    cell
        Shape of the cell.
    points, weights
        Quadrature of the reference cell, which says what is nearest.
    places
        Reference coordinates, shape (places, dimension).
    degree
        Of the Lagrange element that holds the polynomial.
    """
    smooth = basix.ufl.element("Lagrange", cell, degree)
    root = np.sqrt(weights)[:, None]
    fit = np.linalg.pinv(root * smooth.tabulate(0, points)[0]) * root.T
    return np.ascontiguousarray(smooth.tabulate(0, places)[0] @ fit)


def build_tables(cell: str, geometry_degree: int) -> ElementTables:
    """Tabulate all functions of a cell shape once."""
    family = FAMILIES[cell]
    cell_type = basix.CellType[cell]
    points, weights = basix.make_quadrature(cell_type, family.quadrature_degree)
    displacement = scalar_displacement_element(cell)
    coordinates = basix.ufl.element("Lagrange", cell, geometry_degree)
    shape, shape_gradient = _values_and_gradients(displacement, points)
    geometry, geometry_gradient = _values_and_gradients(coordinates, points)
    output = basix.create_element(
        basix.ElementFamily.P,
        cell_type,
        2,
        basix.LagrangeVariant.gll_warped,
        basix.DPCVariant.unset,
        True,
    ).points
    return ElementTables(
        points=points,
        weights=weights,
        shape=shape,
        shape_gradient=shape_gradient,
        geometry=geometry,
        geometry_gradient=geometry_gradient,
        recovery=least_squares_fit(cell, points, weights, output, family.recovery_degree),
        quadratic_recovery=least_squares_fit(cell, points, weights, output, 2),
        output_points=output,
        nodes=node_points(cell),
        output_shape=np.ascontiguousarray(displacement.tabulate(0, output)[0]),
        output_geometry=np.ascontiguousarray(coordinates.tabulate(0, output)[0]),
        volume_modes=family.volume_modes,
    )
