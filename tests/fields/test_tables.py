"""What would hurt most if lost: shape functions that represent rigid, linear and quadratic fields exactly."""

from collections.abc import Callable

import basix
import numpy as np
import pytest

from platingx.fields.tables import FAMILIES, build_tables, scalar_displacement_element

CELLS = list(FAMILIES)


def coefficients(cell: str, function: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Coefficients of a function in the displacement element, by least squares on many points; it must be exact there.

    Functions beside a bubble are not those of the quadratic element alone: a constant has a bubble coefficient too.
    """
    points = basix.make_quadrature(basix.CellType[cell], 10)[0]
    shape = scalar_displacement_element(cell).tabulate(0, points)[0]
    values = np.linalg.lstsq(shape, function(points), rcond=None)[0]
    np.testing.assert_allclose(shape @ values, function(points), atol=1e-11)
    return values


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("degree", [1, 2])
def test_partition_of_unity(cell: str, degree: int) -> None:
    tables = build_tables(cell, degree)
    one = coefficients(cell, lambda points: np.ones(len(points)))
    assert (np.abs(one - 1.0) < 1e-11).sum() >= len(tables.output_points)
    np.testing.assert_allclose(tables.shape @ one, 1.0, atol=1e-12)
    np.testing.assert_allclose(np.einsum("qaj,a->qj", tables.shape_gradient, one), 0.0, atol=1e-11)
    np.testing.assert_allclose(tables.geometry.sum(axis=1), 1.0, atol=1e-13)
    np.testing.assert_allclose(tables.geometry_gradient.sum(axis=1), 0.0, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_quadratic_functions_and_their_gradients_are_exact(cell: str) -> None:
    tables = build_tables(cell, 2)
    dimension = tables.points.shape[1]
    rng = np.random.default_rng(0)
    matrix, vector = rng.normal(size=(dimension, dimension)), rng.normal(size=dimension)

    def function(x: np.ndarray) -> np.ndarray:
        return 0.7 + x @ vector + np.einsum("pi,ij,pj->p", x, matrix, x)

    values = coefficients(cell, function)
    np.testing.assert_allclose(tables.shape @ values, function(tables.points), atol=1e-12)
    gradient = np.einsum("qaj,a->qj", tables.shape_gradient, values)
    np.testing.assert_allclose(gradient, vector + tables.points @ (matrix + matrix.T), atol=1e-11)


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_are_derivatives_of_the_functions(cell: str) -> None:
    """By differences at the quadrature points, bubble included."""
    tables, element, step = build_tables(cell, 2), scalar_displacement_element(cell), 1e-6
    for j in range(tables.points.shape[1]):
        shift = np.zeros(tables.points.shape[1])
        shift[j] = step
        high, low = (element.tabulate(0, tables.points + sign * shift)[0] for sign in (1, -1))
        np.testing.assert_allclose(tables.shape_gradient[:, :, j], (high - low) / (2 * step), atol=1e-7)


def quadratic_within(cell: str) -> np.ndarray:
    """Coefficients of the quadratic functions in the displacement element, shape (functions, nodes)."""
    points, weights = basix.make_quadrature(basix.CellType[cell], 12)
    functions = basix.ufl.element("Lagrange", cell, 2).tabulate(0, points)[0]
    shape = scalar_displacement_element(cell).tabulate(0, points)[0]
    root = np.sqrt(weights)[:, None]
    found, *_ = np.linalg.lstsq(root * shape, root * functions, rcond=None)
    np.testing.assert_allclose(shape @ found, functions, atol=1e-12)
    return found.T


@pytest.mark.parametrize("cell", CELLS)
def test_quadrature_integrates_the_stiffness_of_a_straight_element(cell: str) -> None:
    """Products of two gradients are integrated exactly where the element is straight.

    Among the bubbles of tetrahedra they have degree 6, beyond the rule of degree 4; those with quadratic functions,
    on which consistency rests, have 4 at most.
    """
    tables, element = build_tables(cell, 2), scalar_displacement_element(cell)
    points, weights = basix.make_quadrature(basix.CellType[cell], 12)
    fine = np.moveaxis(np.array(element.tabulate(1, points)[1:]), 0, -1)
    exact = np.einsum("q,qai,qbj->abij", weights, fine, fine)
    got = np.einsum("q,qai,qbj->abij", tables.weights, tables.shape_gradient, tables.shape_gradient)
    if cell != "tetrahedron":
        np.testing.assert_allclose(got, exact, atol=1e-12)
    quadratic = quadratic_within(cell)
    np.testing.assert_allclose(
        np.einsum("ka,abij->kbij", quadratic, got), np.einsum("ka,abij->kbij", quadratic, exact), atol=1e-12
    )


@pytest.mark.parametrize("cell", CELLS)
def test_recovery_is_exact_for_linear_fields(cell: str) -> None:
    tables = build_tables(cell, 2)
    slope = np.arange(1.0, 1.0 + tables.points.shape[1])
    recovered = tables.recovery @ (2.0 + tables.points @ slope)
    np.testing.assert_allclose(recovered, 2.0 + tables.output_points @ slope, atol=1e-12)
    np.testing.assert_allclose(tables.recovery.sum(axis=1), 1.0, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_output_nodes_are_those_of_the_quadratic_lagrange_element(cell: str) -> None:
    """In the order in which fields are written: the node values of P2 are the functions themselves."""
    tables = build_tables(cell, 2)
    lagrange = basix.ufl.element("Lagrange", cell, 2).tabulate(0, tables.output_points)[0]
    np.testing.assert_allclose(lagrange, np.eye(len(tables.output_points)), atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_nodal_values_are_those_of_the_nearest_linear_function_in_the_integral_sense(cell: str) -> None:
    """What the fit leaves is orthogonal to (bi)linear functions, with the weights of the quadrature and no others."""
    tables = build_tables(cell, 2)
    values = np.random.default_rng(1).normal(size=len(tables.points))
    assert np.ptp(tables.weights) > 0.1 * tables.weights.max(), "points of one weight could not tell"
    linear = basix.ufl.element("Lagrange", cell, FAMILIES[cell].recovery_degree)
    at_nodes, at_points = (linear.tabulate(0, places)[0] for places in (tables.output_points, tables.points))
    fitted, *_ = np.linalg.lstsq(at_nodes, tables.recovery @ values, rcond=None)
    left = tables.weights * (values - at_points @ fitted)
    np.testing.assert_allclose(at_points.T @ left, 0.0, atol=1e-13)
    assert np.abs(at_points.T @ (values - at_points @ fitted)).max() > 1e-3, "without weights it is another function"
