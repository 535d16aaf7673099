"""What would hurt most if lost: the tangent of contact between bodies, its patch test, and its state after a resume."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from crooked_contact import force, in_all_states
from mpi4py import MPI
from resumed_runs import assert_same_state

from platingx.fields.constraints import Constraint
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.physics.discretisation import Discretisation, fix
from platingx.physics.solid_model import Load
from platingx.problems.contact_law import FRICTIONLESS, Adhesion, Friction
from platingx.problems.nodal_contact import ContactLaws, ContactTuning
from platingx.problems.sliding_contact import SlidingContact
from platingx.stepping.checkpoint import newest_checkpoint, restore_checkpoint, write_checkpoint
from platingx.verification.models.two_bodies import UPPER, TwoBodies, apart, two_bodies
from platingx.verification.models.vectors import elastic
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.simple import Box, build_box

COMM = MPI.COMM_WORLD
LAWS = {
    "frictionless": (FRICTIONLESS, None),
    "friction": (Friction(0.3), None),
    "limit and adhesion": (Friction(0.4, 0.2), Adhesion(0.3, 0.2)),
}


def blocks(lower: int, upper: int, cell: str = "quadrilateral", rows: int = 2) -> MeshData:
    """A unit square on another, with any number of elements at their common side."""
    below = build_box(Box(1.0, 1.0, lower, rows, region="llzo", cell=cell))
    return apart(below, build_box(Box(1.0, 1.0, upper, rows, cell=cell)), (0.0, 1.0))


def rollers(parts: Discretisation) -> list[Constraint]:
    return [fix(parts, "left", 0), fix(parts, UPPER + "left", 0), fix(parts, "bottom", 1)]


def pressed(data: MeshData, ratio: float, model: str = "plane_strain", preset: str = "direct") -> TwoBodies:
    """Two blocks without Poisson's effect under a uniform pressure of 1 MPa."""
    made = two_bodies(
        data,
        {"li": elastic(1e9, 0.0), "llzo": elastic(ratio * 1e9, 0.0)},
        rollers,
        model=model,
        loads=[Load(UPPER + "top", "li", pressure=lambda time: 1e6 * min(time, 1.0))],
        comm=COMM,
        preset=preset,
    )
    for step in range(1, 4):
        made.advance(float(step))
    return made


@pytest.mark.mpi
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
@pytest.mark.parametrize(("lower", "upper", "ratio"), [(4, 5, 1.0), (7, 4, 20.0), (12, 4, 20.0)])
def test_a_uniform_pressure_passes_between_meshes_that_do_not_match(
    cell: str, lower: int, upper: int, ratio: float
) -> None:
    """Stress of both blocks and pressures of all nodes to 1e-8, with one softer body and with equal ones."""
    made = pressed(blocks(lower, upper, cell), ratio)
    for region in ("li", "llzo"):
        stress = made.model.stress(region)[..., 1]
        np.testing.assert_allclose(stress, -1e6, rtol=1e-8, err_msg=region)
    pressure = made.contact.state.pressure
    np.testing.assert_allclose(pressure, 1e6, rtol=1e-8)


@pytest.mark.mpi
@pytest.mark.parametrize("preset", ["direct", "iterative"])
def test_it_passes_in_axisymmetry(preset: str) -> None:
    """Nominal pressure of discs on each other; the iterative solver takes the pairs of cells too."""
    made = pressed(blocks(4, 5), 20.0, "axisymmetric", preset)
    for region in ("li", "llzo"):
        np.testing.assert_allclose(made.model.stress(region)[..., 1], -1e6, rtol=1e-7)


def curved(law: str) -> tuple[SlidingContact, np.ndarray, np.ndarray]:
    """Nodes in all states over a crooked outline, and two random displacements."""
    data = blocks(3, 4)
    points = data.points.copy()
    points[:, 1] += 0.05 * np.sin(5.0 * points[:, 0])
    made = two_bodies(
        replace(data, points=points),
        {"li": elastic(1.0, 0.3), "llzo": elastic(1.0, 0.3)},
        rollers,
        laws=ContactLaws(*LAWS[law], ContactTuning(3.0, 3.0)),
    )
    return in_all_states(made)


@pytest.mark.parametrize("law", LAWS)
def test_tangent_is_the_derivative(law: str) -> None:
    """By central differences; what it leaves out with friction (functions of the partner in the slip) is small."""
    contact, start, displacement = curved(law)
    force(contact, start, displacement)
    assert len(set(contact.state.branch.tolist())) > (1 if law == "frictionless" else 2)
    direction = np.random.default_rng(4).normal(0, 1, displacement.shape)
    product = {DISPLACEMENT: np.zeros_like(direction)}
    contact.multiply({DISPLACEMENT: direction}, product)
    step = 1e-7
    plus = force(contact, start, displacement + step * direction)
    slope = (plus - force(contact, start, displacement - step * direction)) / (2 * step)
    allowed = 1e-6 if law == "frictionless" else 0.05
    np.testing.assert_allclose(product[DISPLACEMENT], slope, atol=allowed * np.abs(slope).max())


@pytest.mark.parametrize("law", LAWS)
def test_forces_on_the_two_bodies_have_no_resultant(law: str) -> None:
    contact, start, displacement = curved(law)
    found = force(contact, start, displacement)
    np.testing.assert_allclose(found.sum(axis=0), 0.0, atol=1e-13 * np.abs(found).max())


def dragged() -> TwoBodies:
    """A small block that is pressed onto a long one and dragged along it over many of its elements."""
    below = build_box(Box(4.0, 0.5, 14, 2, region="llzo"))
    data = apart(below, build_box(Box(1.0, 0.5, 3, 2)), (0.5, 0.5))

    def along(time: float) -> float:
        return 2.0 * max(time - 1.0, 0.0)

    def supports(parts: Discretisation) -> list[Constraint]:
        top = UPPER + "top"
        held = [fix(parts, "bottom", component) for component in (0, 1)]
        return [*held, fix(parts, top, 0, along), fix(parts, top, 1, lambda time: -0.01 * min(time, 1.0))]

    materials = {"li": elastic(1e9, 0.0), "llzo": elastic(20e9, 0.0)}
    return two_bodies(data, materials, supports, laws=ContactLaws(Friction(0.3)), comm=COMM)


TIMES = [1.0, *np.linspace(1.0, 2.0, 21)[1:]]


@pytest.mark.mpi
def test_a_block_is_dragged_over_many_elements() -> None:
    """Drag over load is the coefficient of friction once all slips, and the heat is that force times its way."""
    made = dragged()
    forces = []
    for time in TIMES:
        made.advance(float(time))
        forces.append(made.force)
    assert made.cuts == 0
    np.testing.assert_allclose([force[0] / force[1] for force in forces[7:]], -0.3, rtol=2e-3)
    heat = COMM.allreduce(made.contact.interface_energies()[0], MPI.SUM)
    push = -np.array([force[0] for force in forces])
    work = float(np.sum(0.5 * (push[1:] + push[:-1]) * 0.1))  # each step goes 0.1
    stored = 0.02 * work  # the block is sheared before it slips
    assert heat == pytest.approx(work, abs=3.0 * stored)


@pytest.mark.mpi
def test_a_sliding_state_is_restored_bit_by_bit(tmp_path: Path) -> None:
    """From a checkpoint in the middle of the way, over changes of partners, and after a step that was cut."""
    folder = Path(COMM.bcast(str(tmp_path), root=0))
    whole, again = dragged(), dragged()
    for time in TIMES[:9]:
        whole.advance(float(time))
    write_checkpoint(folder, [whole.model.problem], 1, {}, 1)
    saved, _ = newest_checkpoint(folder, COMM)
    assert saved is not None
    restore_checkpoint([again.model.problem], saved)
    again.model.time, again.model.last_dt = whole.model.time, whole.model.last_dt
    again.model.try_step(TIMES[8] + 0.02, extrapolate=False)  # a step that is cut leaves nothing behind
    again.model.problem.rollback()
    for time in TIMES[9:13]:
        whole.advance(float(time))
        again.advance(float(time))
    assert whole.contact.pattern_version > again.contact.pattern_version > 0
    assert_same_state(again.model.problem.displacement, whole.model.problem.displacement, COMM)
    for name in ("pressure", "shear", "elastic", "gap", "slip", "friction_work", "work"):
        assert_same_state(getattr(again.contact.state, name), getattr(whole.contact.state, name), COMM, name)
