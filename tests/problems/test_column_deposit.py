"""Deposits in columns of a layer, and ends that grow: closed forms, exact tangents, and volume that is kept."""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.fields.nodal_field import DISPLACEMENT
from platingx.physics.discretisation import discretise
from platingx.problems.accretion import FIRST
from platingx.problems.failure import FailureKind
from platingx.problems.interface_surface import interface_surface
from platingx.verification.models.diffusing import COEFFICIENT, SPEED, Diffusing, diffusing
from platingx.verification.models.vectors import LITHIUM, vector
from platingx.verification.problems.interface_diffusion import RISING, STEADY
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, QuarterAnnulus, build_box, build_quarter_annulus

RADIUS, HEIGHT = 3.9e-7, 5e-8
BOTH = (0, 1)
HELD = {"left": (0,), "bottom": BOTH, "top": BOTH}
PATHS = {"bottom": COEFFICIENT, "top": COEFFICIENT}


CENTRE = 2e6 + SPEED * RADIUS**2 / (8.0 * COEFFICIENT)


def disc(comm: MPI.Intracomm, cell: str = "quadrilateral", cells: int = 8) -> Diffusing:
    box = Box(RADIUS, HEIGHT, cells, 2, cell=cell)  # type: ignore[arg-type]
    return diffusing(build_box(box), "axisymmetric", HELD, PATHS, {"right": 2e6}, comm, layer=True)


def assert_disc(body: Diffusing) -> None:
    """As with deposits at faces: both plates carry the metal, which rises between them by half of the deposit."""
    body.march(RISING)
    pressures = [body.pressure_at("bottom", (0.0, 0.0)), body.pressure_at("top", (0.0, HEIGHT))]
    assert pressures == pytest.approx([CENTRE, CENTRE], rel=0.02)  # linear functions: see the order below
    books, region = body.diffusion.books, body.model.region()
    assert books.plated == pytest.approx(SPEED * RISING[-1] * np.pi * RADIUS**2, rel=1e-12, abs=0.0)
    assert books.added + books.left == pytest.approx(books.plated, rel=1e-12, abs=0.0)
    assert books.left > 0.9 * books.plated
    volumes = region.stress_and_volumes(body.model.problem.displacement)[1]
    grown = region.cells.size and float((volumes[..., 1] - volumes[..., 0]).sum())
    total = body.diffusion.pressure.comm.allreduce(float(grown), MPI.SUM)
    assert total == pytest.approx(books.added, rel=1e-11, abs=1e-13 * np.pi * RADIUS**2 * HEIGHT)


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_disc_between_two_plates(cell: str) -> None:
    assert_disc(disc(MPI.COMM_SELF, cell))


def test_pressure_of_a_disc_is_of_second_order() -> None:
    errors = []
    for cells in (8, 16):
        body = disc(MPI.COMM_SELF, cells=cells)
        body.march(RISING[:4])
        errors.append(body.pressure_at("bottom", (0.0, 0.0)) / CENTRE - 1.0)
    assert 1.7 < np.log2(errors[0] / errors[1]) < 2.1


@pytest.mark.mpi
def test_disc_on_all_ranks() -> None:
    assert_disc(disc(MPI.COMM_WORLD, "triangle"))


def flowing() -> Diffusing:
    """A strip of lithium that flows, with a free end, under way."""
    data = build_box(Box(RADIUS, HEIGHT, 4, 2))
    body = diffusing(
        data, "plane_strain", HELD, PATHS, {}, layer=True, accreting={"right": 0.0}, parameters=vector(LITHIUM, 298.0)
    )
    body.march([0.01, 0.02])
    return body


def test_tangent_is_the_derivative_of_the_residuals() -> None:
    """By central differences at a state under way, of all fields; and the blocks are what multiplication gives."""
    body = flowing()
    problem = body.model.problem
    problem.begin(0.04, 0.02, 1.0)
    problem.evaluate()
    rng = np.random.default_rng(1)
    sizes = {DISPLACEMENT: 1e-15, "interface_pressure": 1e2}
    steps = {name: sizes.get(name, 1e-15) * rng.standard_normal(f.values.shape) for name, f in problem.fields.items()}
    base = {name: field.values.copy() for name, field in problem.fields.items()}
    product = problem.linear.multiply(steps)
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
            assert np.abs(left.array_r - results[row].ravel()).max() <= 1e-11 * scale, (row, column)
    sides = []
    for sign in (1.0, -1.0):
        for name, field in problem.fields.items():
            field.values[...] = base[name] + sign * steps[name]
        problem.evaluate()
        sides.append({name: field.forces.condensed.copy() for name, field in problem.fields.items()})
    for name in problem.fields:
        difference = 0.5 * (sides[0][name] - sides[1][name])
        assert np.abs(difference - product[name]).max() < 1e-4 * np.abs(difference).max(), name


def test_column_that_is_used_up_ends_the_step() -> None:
    """The disc rises towards the upper plate until its columns there, 50 nm high, are used up to four fifths."""
    body = disc(MPI.COMM_SELF)
    body.march(RISING)
    result = body.model.try_step(20.0)
    assert not result.converged
    assert result.failure is not None
    assert result.failure.kind is FailureKind.EXHAUSTED
    assert result.failure.region == "top"
    assert result.failure.place[1] == pytest.approx(HEIGHT, rel=1e-9, abs=0.0)


SLOW = 1e-3 * SPEED
TIMES = np.arange(1.0, 11.0) * 2e4


def growing_strip(layer: bool, comm: MPI.Intracomm = MPI.COMM_SELF, space: bool = False) -> Diffusing:
    """Half a strip whose free side takes up all that leaves."""
    if space:
        data = build_block3d(Block3D(RADIUS, 1e-7, HEIGHT, 3, 1, 2, cell="hexahedron"))
        held = {"left": (0,), "right": (0,), "front": (1,), "back": (1,), "bottom": (0, 1, 2), "top": (0, 1, 2)}
        symmetry = "three_dimensional"
    else:
        data, symmetry = build_box(Box(RADIUS, HEIGHT, 4, 2)), "plane_strain"
        held = {"left": (0,), "right": (0,), "bottom": BOTH, "top": BOTH}
    path = {"bottom": COEFFICIENT}
    return diffusing(data, symmetry, held, path, {}, comm, speed=SLOW, layer=layer, accreting={"right": 1e4})


def assert_growing(body: Diffusing) -> None:
    """p = p0 + (v/C)(L^2/2 + L a) with a = L v t/h, the way at the start of each step; all volume is there."""
    body.march(TIMES)
    before = SLOW * TIMES[-2] * RADIUS / HEIGHT + FIRST * HEIGHT
    right = 1e4 + SLOW / COEFFICIENT * (0.5 * RADIUS**2 + RADIUS * before)
    assert before > RADIUS  # the way out has more than doubled
    origin = (0.0,) * body.model.parts.loaded.mesh.geometry.dim
    assert body.pressure_at("bottom", origin) == pytest.approx(right, rel=1e-4)
    books = body.diffusion.books
    assert books.added + books.left == pytest.approx(books.plated, rel=1e-12, abs=0.0)
    assert body.diffusion.accreted() == pytest.approx(SLOW * TIMES[-1] * RADIUS / HEIGHT, rel=1e-4, abs=0.0)


@pytest.mark.parametrize("layer", [False, True])
def test_side_that_grows_makes_the_way_out_longer(layer: bool) -> None:
    assert_growing(growing_strip(layer))


def test_side_that_grows_in_space() -> None:
    assert_growing(growing_strip(True, space=True))


@pytest.mark.mpi
def test_side_that_grows_on_all_ranks() -> None:
    assert_growing(growing_strip(True, MPI.COMM_WORLD))


def test_strip_of_one_face() -> None:
    """Steady: all leaves, the columns stay, and the pressure is the parabola."""
    body = diffusing(
        build_box(Box(RADIUS, HEIGHT, 4, 2)),
        "plane_strain",
        {"left": (0,), "right": (0,), "bottom": BOTH, "top": BOTH},
        {"bottom": COEFFICIENT},
        {"right": 0.0},
        layer=True,
    )
    body.march(STEADY)
    assert body.pressure_at("bottom", (0.0, 0.0)) == pytest.approx(SPEED * RADIUS**2 / (2 * COEFFICIENT), rel=1e-6)


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_area_of_a_shifted_surface(cell: str) -> None:
    """Towards the axis of a hollow the face of a metal shrinks as its radius, and is turned over behind the axis."""
    ring = QuarterAnnulus(1.0, 2.0, 1, 16, region="li", cell=cell)  # type: ignore[arg-type]
    parts = discretise(build_quarter_annulus(ring), MPI.COMM_SELF)
    surface = interface_surface(parts.loaded.mesh, parts.space, parts.cells("li"), parts.facets("outer"), False)
    places = parts.coordinates()[surface.nodes]
    inward = -places / np.linalg.norm(places, axis=-1)[..., None]
    for thickness in (-0.5, 0.5, 1.5, 2.5):
        ratio = surface.area_ratio(thickness * inward)
        np.testing.assert_allclose(ratio, 1.0 - thickness / 2.0, atol=2e-3)
