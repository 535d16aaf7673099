"""Diffusion along interfaces: closed forms, exact tangents, and volume that is kept, on any number of ranks."""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.fields.nodal_field import DISPLACEMENT
from platingx.problems.failure import FailureKind
from platingx.verification.models.diffusing import COEFFICIENT, SPEED, Diffusing, diffusing
from platingx.verification.problems.interface_diffusion import RISING, STEADY
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box

RADIUS, HEIGHT = 3.9e-7, 5e-8
BOTH = (0, 1)
HELD = {"left": (0,), "bottom": BOTH, "top": BOTH}


def disc(comm: MPI.Intracomm, cell: str = "quadrilateral", preset: str = "direct") -> Diffusing:
    box = Box(RADIUS, HEIGHT, 8, 2, cell=cell)  # type: ignore[arg-type]
    paths = {"bottom": COEFFICIENT, "top": COEFFICIENT}
    return diffusing(build_box(box), "axisymmetric", HELD, paths, {"right": 2e6}, comm, preset)


def block(comm: MPI.Intracomm, cell: str, preset: str) -> Diffusing:
    """Strip in three dimensions."""
    data = build_block3d(Block3D(RADIUS, 1e-7, HEIGHT, 3, 1, 2, cell=cell))  # type: ignore[arg-type]
    held = {"left": (0,), "front": (1,), "back": (1,), "bottom": (0, 1, 2), "top": (0, 1, 2)}
    return diffusing(data, "three_dimensional", held, {"bottom": COEFFICIENT}, {"right": 0.0}, comm, preset)


def assert_disc(body: Diffusing) -> None:
    """2 MPa at the rim, the rest by both plates, half of the deposit on each, and nothing lost."""
    body.march(RISING)
    right = 2e6 + SPEED * RADIUS**2 / (8.0 * COEFFICIENT)
    assert body.pressure_at("bottom", (0.0, 0.0)) == pytest.approx(right, rel=1e-6)
    assert body.pressure_at("top", (0.0, HEIGHT)) == pytest.approx(right, rel=1e-6)
    books = body.diffusion.books
    assert books.plated == pytest.approx(SPEED * RISING[-1] * np.pi * RADIUS**2, rel=1e-12, abs=0.0)
    assert books.added + books.left == pytest.approx(books.plated, rel=1e-12, abs=0.0)
    assert books.left > 0.9 * books.plated


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_disc_between_two_plates_that_diffuse(cell: str) -> None:
    assert_disc(disc(MPI.COMM_SELF, cell))


@pytest.mark.mpi
def test_disc_on_all_ranks() -> None:
    assert_disc(disc(MPI.COMM_WORLD, "triangle"))


@pytest.mark.parametrize(("cell", "preset"), [("hexahedron", "direct"), ("tetrahedron", "iterative")])
def test_strip_in_space(cell: str, preset: str) -> None:
    body = block(MPI.COMM_SELF, cell, preset)
    body.march(STEADY[:3])
    assert body.pressure_at("bottom", (0.0, 0.0, 0.0)) == pytest.approx(SPEED * RADIUS**2 / (2 * COEFFICIENT), rel=1e-5)
    books = body.diffusion.books
    assert books.added + books.left == pytest.approx(books.plated, rel=1e-12, abs=0.0)


@pytest.mark.mpi
@pytest.mark.parametrize("preset", ["direct", "iterative"])
def test_strip_in_space_on_all_ranks(preset: str) -> None:
    body = block(MPI.COMM_WORLD, "hexahedron", preset)
    body.march(STEADY[:3])
    assert body.pressure_at("bottom", (0.0, 0.0, 0.0)) == pytest.approx(SPEED * RADIUS**2 / (2 * COEFFICIENT), rel=1e-5)


@pytest.mark.mpi
def test_plug_in_a_tube_on_all_ranks() -> None:
    """Root and wall diffuse to the free end: (v W/4C)(z + W/4) in the centre of the root."""
    width, length = 1e-7, 2e-6
    held = {"left": (0,), "bottom": BOTH, "right": BOTH}
    paths = {"bottom": COEFFICIENT, "right": COEFFICIENT}
    data = build_box(Box(0.5 * width, length, 4, 20))
    body = diffusing(data, "axisymmetric", held, paths, {"top": 0.0}, MPI.COMM_WORLD)
    body.march(STEADY)
    expected = SPEED * width / (4.0 * COEFFICIENT) * (length + 0.25 * width)
    assert body.pressure_at("bottom", (0.0, 0.0)) == pytest.approx(expected, rel=1e-4)
    books = body.diffusion.books
    assert books.added + books.left == pytest.approx(books.plated, rel=1e-12, abs=0.0)


def test_tangent_is_the_derivative_of_the_residuals() -> None:
    """By central differences at a state under way, of all fields; and the blocks are what multiplication gives."""
    body = disc(MPI.COMM_SELF)
    body.march([0.01])
    problem = body.model.problem
    problem.begin(0.02, 0.01, 1.0)
    problem.evaluate()
    rng = np.random.default_rng(1)
    sizes = {DISPLACEMENT: 1e-12, "interface_pressure": 1e4}
    steps = {name: sizes.get(name, 1e-12) * rng.standard_normal(f.values.shape) for name, f in problem.fields.items()}
    base = {name: field.values.copy() for name, field in problem.fields.items()}
    product = problem.linear.multiply(steps)
    sides = []
    for sign in (1.0, -1.0):
        for name, field in problem.fields.items():
            field.values[...] = base[name] + sign * steps[name]
        problem.evaluate()
        sides.append({name: field.forces.condensed.copy() for name, field in problem.fields.items()})
    for name in problem.fields:
        difference = 0.5 * (sides[0][name] - sides[1][name])
        assert np.abs(difference - product[name]).max() < 1e-5 * np.abs(difference).max(), name


def test_blocks_are_the_products() -> None:
    body = disc(MPI.COMM_SELF, "triangle")
    problem = body.model.problem
    problem.begin(0.01, 0.01, 0.0)
    problem.evaluate()
    rng = np.random.default_rng(2)
    for part in (body.model.solids["li"], body.diffusion):
        for (row, column), matrix in part.blocks().items():  # type: ignore[union-attr]
            increments = {name: np.zeros_like(field.values) for name, field in problem.fields.items()}
            increments[column][...] = rng.standard_normal(increments[column].shape)
            results = {name: np.zeros_like(field.values) for name, field in problem.fields.items()}
            part.multiply(increments, results)
            right, left = matrix.createVecs()
            right.array_w[:] = increments[column].ravel()
            matrix.mult(right, left)
            scale = np.abs(results[row]).max()
            assert np.abs(left.array_r - results[row].ravel()).max() <= 1e-12 * scale, (row, column)


def test_metal_that_is_used_up_ends_the_step() -> None:
    """The disc rises towards the upper plate until its uppermost cells, 25 nm high, are used up to four fifths."""
    body = disc(MPI.COMM_SELF)
    body.march(RISING)
    result = body.model.try_step(20.0)
    assert not result.converged
    assert result.failure is not None
    assert result.failure.kind is FailureKind.EXHAUSTED
    assert result.failure.region == "top"
    assert result.failure.place[1] == pytest.approx(HEIGHT)
