"""What would hurt most if lost: metal at the mouth of a crack that is sheared by the pressure in it, and gives way."""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.fields.constraints import Constraint
from platingx.fields.damage_grid import DamageGrid, build_grid
from platingx.fields.nodal_field import DISPLACEMENT, Forces
from platingx.physics.discretisation import Discretisation, discretise
from platingx.physics.solid_model import SolidModel, solid_model
from platingx.problems.contribution import Iterate
from platingx.problems.mouth_load import MouthLoad
from platingx.problems.surface_load import SurfaceLoad, loaded_facets
from platingx.verification.models.vectors import elastic
from platingx_meshes.simple import Box, build_box
from platingx_meshes.tags import LLZO

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="sums over one rank")

PRESSURE, SIDE = 2.0e9, 3.0e-8


class Filled:
    """Damage as the load reads it: 1 on the left half of the block, 0 beyond the middle, all of it filled."""

    def __init__(self, grid: DamageGrid, model: SolidModel, even: bool) -> None:
        x = grid.places[:, 0]
        self.damage = np.ones(len(x)) if even else np.clip(1.5 - 1.5 * x / SIDE, 0.0, 1.0)
        self.filled, self.pressure, self.region = np.ones(len(x), dtype=bool), PRESSURE, model.region(LLZO)


def load_on_top(cell: str, even: bool) -> tuple[MouthLoad, SurfaceLoad, Discretisation]:
    parts = discretise(build_box(Box(SIDE, SIDE, 3, 3, region=LLZO, cell=cell)))
    supports: list[Constraint] = []
    model = solid_model(parts, {LLZO: elastic(150e9, 0.26)}, supports)
    region, domain = model.region(LLZO), parts.loaded.mesh
    grid = build_grid(domain, region, parts.tables)
    facets = loaded_facets(domain, parts.space, region.cells, parts.facets("top"))
    numbers = np.full(len(parts.coordinates()), -1)
    inputs = np.asarray(domain.geometry.input_global_indices)
    numbers[region.geometry.nodes[:, : grid.cells.shape[1]]] = grid.vertices[grid.cells[grid.own]]
    assert set(grid.vertices) <= set(inputs)
    vertices = np.searchsorted(grid.vertices, numbers[facets.nodes[:, : grid.cells.shape[1]]])
    mouth = MouthLoad(Filled(grid, model, even), facets, vertices)  # type: ignore[arg-type]
    return mouth, SurfaceLoad(facets, pressure=lambda _time: PRESSURE), parts


def forces_of(load: MouthLoad | SurfaceLoad, displacement: np.ndarray) -> np.ndarray:
    forces = Forces(*(np.zeros_like(displacement) for _ in range(3)))
    assert load.evaluate(Iterate(0.0, 0.0, {DISPLACEMENT: displacement}, {}), {DISPLACEMENT: forces}) is None
    return forces.internal


@pytest.mark.parametrize("cell", ["triangle", "quadrilateral"])
def test_the_load_is_that_of_the_present_surface_less_that_of_the_first_one(cell: str) -> None:
    """Where all is damaged: a pressure that follows the surface, from outside of the metal, beyond a dead one."""
    mouth, surface, parts = load_on_top(cell, even=True)
    places = np.nan_to_num(parts.coordinates()[:, :2])  # bubbles have no place
    still = np.zeros_like(places)
    moved = 0.2 * places[:, [1, 0]] * [-1.0, 2.0] + 0.1 * SIDE * np.sin(3.0 * places / SIDE)
    expected = -(forces_of(surface, moved) - forces_of(surface, still))
    np.testing.assert_allclose(forces_of(mouth, moved), expected, rtol=0, atol=1e-12 * np.abs(expected).max())
    assert np.abs(expected).max() > 0.05 * PRESSURE * SIDE / 6.0
    assert np.abs(forces_of(mouth, still)).max() == 0.0


@pytest.mark.parametrize("cell", ["triangle", "quadrilateral"])
def test_a_surface_that_turns_bears_what_is_damaged_of_the_pressure(cell: str) -> None:
    """Turned by a right angle, a top of length L bears p d L from the side that was up, and no more from below."""
    mouth, _, parts = load_on_top(cell, even=False)
    places = np.nan_to_num(parts.coordinates()[:, :2])  # bubbles have no place
    turned = places @ np.array([[0.0, 1.0], [-1.0, 0.0]]) - places  # x to y, y to -x
    share = SIDE / 3.0 + 0.5 * SIDE * 2.0 / 3.0
    total = -forces_of(mouth, turned).sum(axis=0)
    np.testing.assert_allclose(total, PRESSURE * share * np.array([-1.0, -1.0]), rtol=1e-12)


def test_its_tangent_is_its_derivative() -> None:
    mouth, _, parts = load_on_top("triangle", even=False)
    step = np.random.default_rng(2).normal(size=(len(parts.coordinates()), 2)) * 1e-10
    expected = np.zeros_like(step)
    change = forces_of(mouth, 3.0 * step) - forces_of(mouth, 2.0 * step)
    mouth.multiply({DISPLACEMENT: step}, {DISPLACEMENT: expected})
    np.testing.assert_allclose(change, expected, rtol=0, atol=1e-12 * np.abs(expected).max())
