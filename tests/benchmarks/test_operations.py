"""What would hurt most if lost: the counted operations, a bound of the kernels, are those that the kernels do.

The compiled functions are run as Python on numbers that count what is done with them. Where a function has no branch,
the count is exact; the others do more than the bound, by as much as whole tiles and idle rows explain.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from counting import NUMPY, Tally, as_python, counting
from mpi4py import MPI

from platingx.fields import batch_arrays as arrays
from platingx.fields import batch_kinematics as kinematics
from platingx.fields import batch_stress, condensation_kernel, stiffness_kernel
from platingx.fields import kinematics as sums_over_nodes
from platingx.fields.point_state import load_state
from platingx.materials import eigen, flow, growth, lanes, pressure, return_map, tangent, tensors
from platingx.materials import point as constitutive
from platingx.materials.lanes import LANES
from platingx.verification.models.vectors import LITHIUM, elastic, vector
from platingx_benchmarks import operations as bound
from platingx_benchmarks.models import ELEMENTS, next_step, pressed_body
from platingx_benchmarks.operations import ElementSize, Operations, bytes_moved, kernel_operations, update_operations

HEX27 = ElementSize(nodes=27, corners=27, dimension=3, modes=4, points=27)
MODULES = [
    arrays, kinematics, batch_stress, condensation_kernel, stiffness_kernel, sums_over_nodes, eigen, flow, growth,
    lanes, pressure, return_map, tangent, tensors, constitutive,
]  # fmt: skip


class Body:
    """Kinematics, state and tables of the first batch of a flowing body, as numbers that count."""

    def __init__(self, element: str) -> None:
        model = pressed_body(ELEMENTS[element], 4 if element == "quad9" else 2, "flowing", MPI.COMM_SELF, "direct")
        self.dt = next_step(model)
        region = model.region("li")
        self.tables, self.geometry, self.parameters = region.tables, region.geometry, region.parameters
        self.growth_exponents, cells = region.growth_exponents, region.tables.cells
        nodes, dimension = self.geometry.nodes.shape[1], self.geometry.coordinates.shape[2]
        self.size = ElementSize(
            nodes, self.geometry.coordinates.shape[1], dimension, region.theta.shape[1], region.growth.shape[1]
        )
        self.kinematics = kinematics.new_batch_kinematics(nodes, self.size.corners, dimension)
        kinematics.evaluate_batch(
            self.tables, self.geometry, region.growth, region.growth_exponents, model.problem.displacement, 0, cells,
            self.kinematics,
        )  # fmt: skip
        self.points = constitutive.new_point_batch(self.size.components)
        slots = 3 if dimension == 3 else 2
        spacing = self.tables.spacing
        self.arrays = arrays.new_batch_arrays(nodes, dimension, self.size.modes, slots, cells, spacing)
        load_state(self.tables, region.old, region.theta, 0, cells, True, self.points, self.arrays.theta)
        self.points.f[:] = self.kinematics.elastoplastic


@pytest.fixture(scope="module", params=["quad9", "tet15"])
def body(request: pytest.FixtureRequest) -> Body:
    return Body(request.param)


def done(function: Callable[..., object], *arguments: Any) -> Operations:
    """Operations of a function for each lane."""
    Tally.clear()
    function(*(counting(one) for one in arguments))
    return Operations(*(number / LANES for number in Tally.take()))


def close(got: Operations, expected: Operations) -> None:
    """Equal but for what is done once for a batch: less than one operation for each lane."""
    for kind in ("sums", "divisions", "functions"):
        assert 0.0 <= getattr(got, kind) - getattr(expected, kind) < 0.5, (kind, got, expected)


def test_functions_without_branches(body: Body) -> None:
    points, motion, size = body.points, body.kinematics, body.size
    full = (3, 3, LANES)
    with as_python(MODULES):
        close(done(tensors.inverses, motion.total, motion.inverse_total, motion.determinant), bound.INVERSE)
        close(done(tensors.products, motion.slope, motion.inverse_jacobian, motion.total), bound.PRODUCT)
        close(done(tensors.assembled, points.deviator, points.vectors, points.stress), bound.ASSEMBLED)
        close(
            done(tensors.left_cauchy_green, points.f, points.inverse_plastic, points.elastic_left),
            bound.LEFT_CAUCHY_GREEN,
        )
        close(done(eigen._sweep, points.elastic_left, points.vectors), bound.SWEEP)
        close(done(lanes.logarithms, np.full(3 * LANES, 1.01), points.deviator), bound.LOGARITHM.times(3))
        close(done(lanes.exponentials, np.full(3 * LANES, 0.01)), bound.EXPONENTIAL.times(3))
        close(done(constitutive._split_strain, points.deviator, points.mean, points.size), bound.STRAIN)
        ones = np.ones((6, LANES))
        got = done(
            tangent.spatial_tangent, 1.0, ones[0], ones[0], ones[0], ones[:3], ones, np.ones(full), body.tables.rows,
            body.tables.columns, points.entries, points.left, points.right, points.tangent,
        )  # fmt: skip
        close(got, bound.tangent_operations(size.components))
        transform = size.nodes * size.dimension * (2 * size.dimension - 1)
        close(
            done(sums_over_nodes.transform, body.tables.shape_gradient, np.ones(full), body.arrays.gradients),
            Operations(transform),
        )
        close(done(growth._growth_tensors, motion.factors, motion.direction, motion.inverse_growth), Operations(24))
        close(
            done(sums_over_nodes.differentiate, motion.displacement, body.tables.shape_gradient, np.ones(full)),
            Operations(2 * size.nodes * size.dimension**2),
        )


def test_integrands(body: Body) -> None:
    """Geometric part and weights, then the products with the gradients in the columns that are kept."""
    size, batch = body.size, body.arrays
    with as_python(MODULES):
        got = done(batch_stress.weigh_batch, body.tables, body.kinematics, body.points, batch)
        for i in range(size.dimension):
            got += done(
                stiffness_kernel.fill_integrands, i, size.dimension, False, size.nodes, body.points.tangent,
                batch.stress, batch.pressure, batch.gradients, batch.integrands,
            )  # fmt: skip
    gradients = bound.PRODUCT + Operations(size.nodes * size.dimension * (2 * size.dimension - 1))
    close(got, bound.integrand_operations(size) + gradients)


def test_sums_do_whole_tiles_of_half_of_the_matrix(body: Body) -> None:
    """The excess over the bound is that of tiles on the diagonal and of idle rows, columns and lanes."""
    size, tile, total, least = body.size, stiffness_kernel.TILE, 0.0, 0.0
    length = size.dimension * size.points
    rows = stiffness_kernel.padded(size.nodes)
    with as_python(MODULES):
        for i in range(size.dimension):
            columns = stiffness_kernel.padded((size.dimension - i) * size.nodes + 1 + size.modes)
            left, right, result = np.ones((rows, length)), np.ones((columns, length)), np.ones((rows, columns))
            got = done(stiffness_kernel.sum_points, left, right, result).times(LANES)
            tiles = sum((columns - a) // tile for a in range(0, rows, tile))
            assert got == Operations(2 * tiles * tile**2 * length)
            total += got.sums / size.points
        least = bound.sum_operations(size).sums
    assert least < total
    entries = sum(
        rows * (stiffness_kernel.padded((size.dimension - i) * size.nodes + 1 + size.modes) - rows // 2)
        for i in range(size.dimension)
    )
    assert total < 2 * size.dimension * (entries + size.dimension * rows * tile)


def _each(function: Callable[[float], float]) -> Callable[..., None]:
    def apply(values: np.ndarray, _: np.ndarray, __: np.ndarray, result: np.ndarray) -> None:
        for p in range(LANES):
            result[p] = function(values[p])

    return apply


@contextmanager
def whole_functions() -> Iterator[None]:
    """Count exponentials and logarithms of any numbers, which look at bits, as one function each."""
    with as_python(MODULES):
        flow.all_exponentials = _each(NUMPY.exp)  # type: ignore[assignment]
        flow.all_logarithms = _each(NUMPY.log)  # type: ignore[assignment]
        yield


@pytest.mark.parametrize("stress", np.logspace(4, 7.5, 8))
def test_return_map_is_a_whole_number_of_iterations(stress: float) -> None:
    """One operation more where the stress is what relaxation has left."""
    space, old, rest = flow.new_flow_arrays(), np.full(LANES, 0.95e6), np.zeros(LANES)
    space.trial[:] = stress
    with whole_functions():
        got = done(flow.flow, vector(LITHIUM), 0.1, old, rest, rest, rest, space)
    iterations = int((got.functions - bound.RETURN_ONCE.functions) // bound.RETURN_ITERATION.functions)
    assert 1 <= iterations <= 5
    expected = bound.return_operations(iterations)
    close(Operations(min(got.sums, expected.sums), got.divisions, got.functions), expected)
    assert 0.0 <= got.sums - expected.sums < 1.5


@pytest.mark.parametrize("plastic", [False, True])
def test_update_of_a_usual_point(plastic: bool, body: Body) -> None:
    """The whole update does what its parts do, with as many sweeps and iterations as it takes here, 2 to 5."""
    parameters = vector(LITHIUM) if plastic else elastic(7.8e9, 0.38)
    tables, c = body.tables, body.size.components
    with whole_functions():
        got = done(constitutive.update_points, parameters, body.dt, tables.rows, tables.columns, body.points)
    least = update_operations(c, plastic)
    spare = bound.SWEEP.times(2)  # sweeps beyond the usual ones, and the looks whether more are needed
    if plastic:
        spare += bound.RETURN_ITERATION.times(2)
    assert least.sums - bound.SWEEP.sums <= got.sums <= (least + spare).sums + 40
    assert least.functions - bound.RETURN_ITERATION.functions <= got.functions <= (least + spare).functions


def test_bytes_of_a_hexahedron_are_mostly_its_matrix() -> None:
    matrix = 8 * 81**2 / 27
    assert matrix < bytes_moved(HEX27, False) < 1.3 * matrix
    assert bytes_moved(HEX27, True) - bytes_moved(HEX27, False) == 2 * 8 * 8


def test_half_of_the_matrix_is_most_of_a_hexahedron() -> None:
    """81 unknowns and 3 x 27 numbers to sum for each entry: 2 * 3 * 81 * 82 / 2 operations of a point."""
    assert 19_926 < kernel_operations(HEX27, False).sums < 1.6 * 19_926
