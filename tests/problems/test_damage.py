"""What would hurt most if lost: a phase field that loads a crack which metal has not reached, or passes for settled.

Each test stands for a way in which such models have been seen to go wrong.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from mpi4py import MPI
from scipy.optimize import lsq_linear
from scipy.sparse import csc_array, csr_array, diags_array
from scipy.sparse.linalg import spsolve

from platingx.arrays import Array, Mask
from platingx.errors import ConvergenceError
from platingx.fields.constraints import Constraint
from platingx.fields.damage_grid import DamageGrid, crossed
from platingx.fields.kinematics import PLANE_STRAIN
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.physics.discretisation import Discretisation, fix
from platingx.problems.bounded_quadratic import Bounded, least_between
from platingx.problems.damage_law import Content, DamageLaw
from platingx.problems.filled_cracks import CrackReach
from platingx.verification.models.damaged import DamagedBody, GivenPressure, damaged_body
from platingx_meshes.simple import Box, build_box
from platingx_meshes.tags import LLZO

YOUNG, POISSON, ENERGY = 150e9, 0.26, 5.6
PLANE = YOUNG / (1.0 - POISSON**2)
NANO = 1e-9
SIDE = 24 * NANO
LAW = DamageLaw(4.0 * NANO, ENERGY)
ONSET = float(np.sqrt(0.375 * ENERGY / (LAW.length * PLANE)))


def block(
    law: DamageLaw = LAW,
    lines: tuple[tuple[float, float, float, float], ...] = (),
    pressure: Callable[[float], float] | None = None,
    cell: str = "triangle",
    pull: Callable[[float], float] = lambda _time: 0.0,
    walls: tuple[str, ...] = ("left",),
) -> DamagedBody:
    """A block of 24 x 24 nm on rollers, elements of 2 nm, with cracks along lines (nm); pulled at its top."""

    def supports(parts: Discretisation) -> list[Constraint]:
        return [*(fix(parts, wall, 0) for wall in walls), fix(parts, "bottom", 1), fix(parts, "top", 1, pull)]

    data = build_box(Box(SIDE, SIDE, 12, 12, region=LLZO, cell=cell))
    ends = np.array(lines).reshape(-1, 2, 2) * NANO
    filling = None if pressure is None else GivenPressure(pressure)

    def cracked(grid: DamageGrid) -> Mask:
        return np.any([np.zeros(grid.size, dtype=bool), *(crossed(grid, *line) for line in ends)], axis=0)

    return damaged_body(data, law, YOUNG, POISSON, supports, cracked, filling)


def reach_of(body: DamagedBody) -> CrackReach:
    """Metal on the left, a free surface on the right, supports below."""
    grid = body.damage.grid
    x, y = grid.places.T / NANO
    return CrackReach(grid, LAW.length, x < 1e-3, x > 24 - 1e-3, y < 1e-3)


def test_the_least_of_a_quadratic_between_bounds() -> None:
    generator = np.random.default_rng(4)
    root = csr_array(diags_array([2.0 + generator.random(30), -generator.random(29)], offsets=[0, 1]))
    right = generator.normal(size=30)
    problem = csr_array(root.T @ root), root.T @ right, np.zeros(30), np.full(30, 0.3)
    found = least_between(*problem, np.zeros(30))
    expected = lsq_linear(root.toarray(), right, (0.0, 0.3), tol=1e-15).x
    assert found.reason > 0
    assert (
        violated(csr_array(root.T @ root), root.T @ right, *np.array([[0.0], [0.3]]) * np.ones(30), found.values)
        < 2e-10
    )
    assert np.ptp(found.values) == pytest.approx(0.3)
    assert found.values == pytest.approx(expected, abs=1e-6)


def violated(matrix: csr_array, right: Array, lower: Array, upper: Array, values: Array) -> float:
    """Largest violation of the conditions of Karush, Kuhn and Tucker, over the norm of the right-hand side.

    The slope of the energy is zero where the damage is free, not negative where it is at its lower bound, and not
    positive at its upper one; between equal bounds it is anything.
    """
    slope = (matrix @ values - right) / np.linalg.norm(right)
    may_rise, may_fall = values < upper, values > lower
    wrong = np.where(may_rise, np.maximum(-slope, 0.0), 0.0) + np.where(may_fall, np.maximum(slope, 0.0), 0.0)
    return float(wrong.max())


def test_the_damage_of_every_alternation_is_a_minimiser_between_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a crack that grows: vertices whole, hurt and broken, to the tolerance of the solver, 1e-10 of the norm.

    Interior-point methods have been seen to pass off a field for a minimiser that was none.
    """
    solves = []

    def watched(matrix: csr_array, right: Array, lower: Array, upper: Array, guess: Array) -> Bounded:
        solves.append((matrix, right, lower, upper, least_between(matrix, right, lower, upper, guess)))
        return solves[-1][-1]

    monkeypatch.setattr("platingx.problems.damage.least_between", watched)
    body = block(lines=((0, 12, 8, 12),), pull=lambda time: time * 0.6 * ONSET * SIDE)
    body.advance(1.0)
    assert len(solves) > 5
    for matrix, right, lower, upper, found in solves:
        values = found.values
        assert found.reason > 0
        assert ((lower <= values) & (values <= upper)).all()
        assert violated(matrix, right, lower, upper, values) < 2e-10
        assert (values == lower).any()
        assert ((values > lower) & (values < upper)).any()
        cut = np.clip(spsolve(csc_array(matrix), right), lower, upper)  # a field that only looks like a minimiser
        assert violated(matrix, right, lower, upper, cut) > 1e-6


def test_only_cracks_connected_to_the_metal_are_filled() -> None:
    body = block(lines=((0, 4, 8, 4), (14, 20, 20, 20)))
    reach, damage = reach_of(body), body.damage.damage
    filled = reach.filled(damage, np.zeros_like(damage, dtype=bool))
    y = body.damage.grid.places[:, 1] / NANO
    hurt = damage > 0.0
    assert filled[hurt & (y < 8)].all()
    assert not filled[hurt & (y > 16)].any()


def test_a_crack_that_meets_a_free_surface_is_vented() -> None:
    body = block(lines=((0, 12, 24, 12),))
    reach, damage = reach_of(body), body.damage.damage
    vented = reach.vented(damage)
    assert vented.any()
    assert reach.mouths(damage, damage > 0.0).any()
    assert not reach.filled(damage, vented).any()


def test_the_metal_of_a_crack_that_is_vented_is_not_given_back() -> None:
    body = block(lines=((0, 4, 12, 4), (0, 16, 12, 16)), pressure=lambda _time: 1e8)
    body.advance(1.0)
    damage = body.damage
    damage.content, whole = Content(1e8, 1.0), damage.filled_volume()
    x, y = damage.grid.places.T / NANO
    damage.reach.free = (x > 11) & (x < 13) & (y > 12)  # where one of the two ends
    damage._vent()
    share = 1.0 - damage.filled_volume() / whole
    assert 0.4 < share < 0.6
    assert damage.lost == pytest.approx(share, rel=1e-12)
    assert damage.content.metal + damage.lost == pytest.approx(1.0, rel=1e-12)
    assert damage.content.pressure == 1e8
    damage.rollback()
    assert damage.lost == 0.0


def test_what_is_cut_off_from_all_supports_is_found() -> None:
    body = block(lines=((0, 12, 24, 12),))
    loose = reach_of(body).loose(body.damage.damage)
    y = body.damage.grid.places[:, 1] / NANO
    assert loose[y > 16].all()
    assert not loose[y < 11].any()
    assert not reach_of(block(lines=((0, 12, 18, 12),))).loose(body.damage.lower * 0.0).any()


def test_pressure_in_a_crack_has_no_resultant() -> None:
    """At a mouth it pulls with p d, so that metal beside it keeps (1 - d) of its pressure: no boundary is loaded."""
    body = block(lines=((0, 12, 12, 12),), pressure=lambda _time: 1e8)
    body.advance(1.0)
    region = body.model.region(LLZO)
    forces = [np.zeros_like(body.model.problem.displacement) for _ in range(3)]
    region.assemble(np.zeros_like(forces[0]), 1.0, *forces)
    size = float(np.abs(forces[0]).sum())
    assert size > 0.1  # N/m
    assert np.abs(forces[0].sum(axis=0)).max() < 1e-12 * size
    mouth = body.damage.grid.places[:, 0] < 1e-3 * NANO
    assert body.damage.filled[mouth & (body.damage.damage > 0.9)].all()


@pytest.mark.parametrize("cell", ["triangle", "quadrilateral"])
def test_a_pressed_crack_is_as_wide_as_its_pressure_says(cell: str) -> None:
    """A crack through a block whose top is held up: its halves are pressed, and it is wider by that.

    Between walls: what the crack bulges out by at free sides would be volume, too.
    """
    bulk, shear = YOUNG / (3.0 * (1.0 - 2.0 * POISSON)), YOUNG / (2.0 * (1.0 + POISSON))
    pressure, stiff = 1e8, SIDE / (bulk + 4.0 / 3.0 * shear)
    body = block(
        lines=((-1, 12, 25, 12),),
        pressure=lambda _time: pressure,
        cell=cell,
        pull=lambda _time: 5.0 * NANO,
        walls=("left", "right"),
    )
    body.advance(1.0)
    stress = body.stress[..., 1]
    assert stress.mean() == pytest.approx(-pressure, rel=0.05)
    assert body.damage.filled_volume() == pytest.approx(SIDE * (5.0 * NANO + pressure * stiff), rel=0.02)


def test_a_closed_crack_bears_pressure() -> None:
    strain = 1e-3
    walls = ("left", "right")  # without them the broken row, which has no shear modulus, would be squeezed out
    whole, cracked = (
        block(lines=lines, pull=lambda _t: -strain * SIDE, walls=walls) for lines in ((), ((-1, 12, 25, 12),))
    )
    for body in (whole, cracked):
        body.advance(1.0)
    force = [float(body.model.problem.reaction("top")[1]) for body in (whole, cracked)]
    bulk, shear = YOUNG / (3.0 * (1.0 - 2.0 * POISSON)), YOUNG / (2.0 * (1.0 + POISSON))
    assert force[0] == pytest.approx(-strain * SIDE * (bulk + 4.0 / 3.0 * shear), rel=1e-6)
    assert bulk / (bulk + 4.0 / 3.0 * shear) < force[1] / force[0] < 0.95  # what is damaged bears by its bulk modulus
    assert not cracked.damage.opened[cracked.damage.damage[cracked.damage.grid.cells].min(axis=1) > 0.9].any()


def test_an_open_crack_bears_nothing() -> None:
    body = block(lines=((-1, 12, 25, 12),), pull=lambda _time: 1.0 * NANO)
    body.advance(1.0)
    assert abs(float(body.model.problem.reaction("top")[1])) < 1e-4 * PLANE * 1.0 * NANO


@pytest.mark.parametrize(("irreversible", "heals"), [("cracked", True), ("all", False)])
def test_what_heals_and_what_does_not(irreversible: str, heals: bool) -> None:
    law = DamageLaw(LAW.length, ENERGY, irreversible=irreversible)  # type: ignore[arg-type]
    body = block(law, lines=((0, 12, 6, 12),), pull=lambda time: (2.0 - abs(time - 2.0)) * 0.3 * ONSET * SIDE)
    damages = []
    for time in (1.0, 2.0, 3.0, 4.0):
        body.advance(time)
        damages.append(body.damage.damage.copy())
    assert damages[1].max() == 1.0
    assert (damages[1] - damages[0]).max() > 0.01
    assert bool((damages[3] < damages[1] - 0.01).any()) is heals
    assert (damages[3][body.damage.lower >= 0.95] >= 0.95).all()


def test_alternations_that_do_not_settle_are_no_step() -> None:
    law = DamageLaw(LAW.length, ENERGY, largest_passes=3)
    body = block(law, lines=((0, 12, 8, 12),), pull=lambda time: time * 1.2 * ONSET * SIDE)
    before = body.damage.damage.copy()
    body.stages = replace(body.stages, largest_passes=3)
    with pytest.raises(ConvergenceError, match="did not settle"):
        body.advance(1.0)
    body.stages.rollback()
    assert np.array_equal(body.damage.damage, before)


def test_a_piece_that_is_cut_off_ends_the_run_before_it_flies() -> None:
    body = block(lines=((0, 12, 18, 12),), pull=lambda time: time * ONSET * SIDE)
    damage = body.damage
    damage.reach.held = damage.grid.places[:, 1] < 1e-3 * NANO
    for time in np.linspace(0.2, 1.6, 8):
        body.advance(float(time))
        if damage.cut_off:
            break
    assert damage.cut_off
    assert not damage.reach.loose(damage.damage).any()
    assert np.abs(body.model.problem.displacement).max() < 3.0 * float(time) * ONSET * SIDE


def test_over_relaxation_does_not_change_the_result() -> None:
    found = []
    for factor in (1.0, 1.7):
        law = DamageLaw(LAW.length, ENERGY, over_relaxation=factor, tolerance=1e-5)
        body = block(law, lines=((0, 12, 8, 12),), pull=lambda time: time * 0.55 * ONSET * SIDE)
        body.advance(1.0)
        found.append(body.damage.damage)
    assert found[0].max() == 1.0
    assert found[1] == pytest.approx(found[0], abs=1e-3)


def test_small_strain_is_what_finite_strain_tends_to() -> None:
    """To first order in the strain; 1e-4 of it, scaled, stands beside 1 with a round-off of some 1e-7."""
    differences = []
    for strain in (1e-3, 1e-4):
        body = block(pull=lambda time, strain=strain: time * strain * SIDE)
        body.advance(1.0)
        region, displacement = body.model.region(LLZO), body.model.problem.displacement
        small = region.point_results(displacement)
        region.strain_scale = 1.0
        finite = region.point_results(displacement)
        assert region.tables.model == PLANE_STRAIN
        assert small.energies[..., 0].sum() == pytest.approx(0.5 * PLANE * (strain * SIDE) ** 2, rel=1e-6)
        stress = float(np.abs(finite.stress[..., 1] / small.stress[..., 1] - 1.0).max())
        differences.append((stress, abs(finite.energies[..., 0].sum() / small.energies[..., 0].sum() - 1.0)))
    for larger, smaller in zip(*differences, strict=True):
        assert 1e-6 < smaller < 0.11 * larger < 1e-3


def forces_at(body: DamagedBody, displacement: Array) -> Array:
    forces = [np.zeros_like(displacement) for _ in range(3)]
    region = body.model.region(LLZO)
    region.theta[...] = 0.0
    region.assemble(displacement, 1.0, *forces)
    return forces[1]


def test_tangents_are_derivatives_of_the_forces() -> None:
    body = block(lines=((0, 12, 12, 12),), pressure=lambda _time: 1e8)
    body.advance(1.0)
    generator = np.random.default_rng(1)
    step = generator.normal(size=body.model.problem.displacement.shape) * NANO
    start = body.model.problem.displacement
    change = forces_at(body, start + step) - forces_at(body, start)
    expected = np.zeros_like(step)
    body.model.region(LLZO).multiply(step, expected)
    assert change == pytest.approx(expected, abs=1e-9 * np.abs(expected).max())


def test_a_saved_state_goes_on_bit_by_bit() -> None:
    def pull(time: float) -> float:
        return time * ONSET * SIDE

    first, second = (block(lines=((0, 12, 8, 12),), pull=pull) for _ in range(2))
    for time in (0.3, 0.5):
        first.advance(time)
    for mine, theirs in zip(second.model.problem.states, first.model.problem.states, strict=True):
        mine.restore(theirs.saved())
    second.model.problem.fields[DISPLACEMENT].restore(first.model.problem.fields[DISPLACEMENT].saved())  # type: ignore[attr-defined]
    second.model.time = 0.5
    for body in (first, second):
        body.advance(0.6)
    assert np.array_equal(first.damage.damage, second.damage.damage)
    assert np.array_equal(first.model.problem.displacement, second.model.problem.displacement)
    assert first.damage.damage.max() == 1.0


@pytest.mark.mpi
def test_ranks_find_the_same_damage() -> None:
    """The damage is found on each rank for itself, in the order of the mesh file."""
    body = block(lines=((0, 12, 8, 12),), pull=lambda time: time * 0.6 * ONSET * SIDE)
    body.advance(1.0)
    found = body.damage.damage
    everywhere = MPI.COMM_WORLD.allgather(found)
    assert all(np.array_equal(found, other) for other in everywhere)
    assert body.damage.surface_energy(found) == pytest.approx(EXPECTED_ENERGY, rel=1e-6)


EXPECTED_ENERGY = 6.386830741971608e-08
"""Of the block on one rank, J/m."""
