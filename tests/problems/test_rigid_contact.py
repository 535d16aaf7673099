"""What would hurt most if lost: the tangent of a contact is that of its tractions, and a flat tool presses evenly."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI
from resumed_runs import assert_same_state

from platingx.errors import OutputError
from platingx.fields.constraints import Constraint
from platingx.fields.nodal_field import DISPLACEMENT, Forces
from platingx.physics.contact_faces import contact_face
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.solid_model import solid_model
from platingx.problems.contact_law import FRICTIONLESS, Adhesion, Friction
from platingx.problems.contribution import Iterate
from platingx.problems.nodal_contact import ContactLaws, ContactTuning
from platingx.problems.rigid_contact import RigidContact
from platingx.problems.rigid_tool import RigidTool, frame_along
from platingx.problems.tool_curves import Parabola
from platingx.problems.tool_shapes import Ball, Flat, Revolved
from platingx.stepping.checkpoint import newest_checkpoint, restore_checkpoint, write_checkpoint
from platingx.verification.models.touching import Touching, pressed
from platingx.verification.models.vectors import elastic
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.simple import Box, build_box

COMM = MPI.COMM_WORLD
YOUNG, POISSON = 1e9, 0.3
SHAPES = ["quadrilateral", "triangle", "hexahedron", "tetrahedron"]
SHARES = {
    "quadrilateral": [1 / 6, 1 / 6, 4 / 6],
    "triangle": [1 / 6, 1 / 6, 4 / 6],
    "hexahedron": [1 / 36] * 4 + [4 / 36] * 4 + [16 / 36],
    "tetrahedron": [1 / 20] * 3 + [2 / 15] * 3 + [9 / 20],
}


def body(shape: str, cells: int = 3) -> MeshData:
    """A unit square or cube."""
    if shape in {"quadrilateral", "triangle"}:
        return build_box(Box(1.0, 1.0, cells, cells + 1, cell=shape))
    return build_block3d(Block3D(1.0, 1.0, 1.0, cell=shape))


def rollers(parts: Discretisation) -> list[Constraint]:
    """One corner of the body stays; it may widen."""
    plane = parts.loaded.mesh.geometry.dim == 2
    return [
        fix(parts, "left", 0),
        fix(parts, "bottom", 1 if plane else 2),
        *([] if plane else [fix(parts, "front", 1)]),
    ]


def kind(shape: str) -> str:
    return "plane_strain" if shape in {"quadrilateral", "triangle"} else "three_dimensional"


@pytest.mark.parametrize("shape", SHAPES)
def test_areas_of_nodes_are_positive_and_add_up(shape: str) -> None:
    parts = discretise(body(shape), MPI.COMM_SELF)
    surface = contact_face(parts, "top", {"li": elastic(YOUNG, POISSON)}, False)
    shares = np.sort(surface.areas / surface.areas.sum(axis=1, keepdims=True), axis=1)
    np.testing.assert_allclose(shares, np.broadcast_to(np.sort(SHARES[shape]), shares.shape), rtol=1e-11)
    assert surface.areas.sum() == pytest.approx(1.0, rel=1e-13)
    np.testing.assert_allclose(surface.coordinates[..., -1], 1.0, rtol=1e-14)


def test_a_node_on_the_axis_has_no_area() -> None:
    """The integral of its function times the radius vanishes; the rest add up to the area of the disc."""
    parts = discretise(body("quadrilateral"), MPI.COMM_SELF)
    surface = contact_face(parts, "top", {"li": elastic(YOUNG, POISSON)}, True)
    assert (surface.areas[surface.coordinates[..., 0] == 0.0] == 0.0).all()
    assert surface.areas.sum() == pytest.approx(np.pi, rel=1e-13)


LAWS = {
    "frictionless": (FRICTIONLESS, None),
    "coulomb": (Friction(0.3), None),
    "limit": (Friction(0.5, 0.15), None),
    "rough": (Friction(np.inf), None),
    "adhesion": (Friction(0.4, 0.2), Adhesion(0.3, 0.2)),
}


def scattered(shape: str, law: str) -> tuple[RigidContact, np.ndarray, np.ndarray]:
    """A contact with nodes in all states, and two random displacements."""
    parts = discretise(body(shape), MPI.COMM_SELF)
    surface = contact_face(parts, "top", {"li": elastic(1.0, POISSON)}, False)
    dimension = parts.loaded.mesh.geometry.dim
    place = np.full(dimension, 0.1)
    place[-1] = 0.98
    tool = RigidTool("tip", Ball(2.0), place, frame_along(np.eye(dimension)[-1]), lambda _: np.zeros(dimension))
    contact = RigidContact("top", surface, tool, ContactLaws(*LAWS[law], ContactTuning(3.0, 3.0)))
    random = np.random.default_rng(3)
    contact._started = True
    contact._old = replace(
        contact._old,
        shear=random.normal(0, 0.05, contact._old.shear.shape),
        pressure=np.abs(random.normal(0, 0.3, len(contact.nodes))),
    )
    count = len(parts.coordinates())
    start = random.normal(0, 0.02, (count, dimension))
    return contact, start, start + random.normal(0, 0.03, (count, dimension))


def force(contact: RigidContact, start: np.ndarray, displacement: np.ndarray) -> np.ndarray:
    forces = Forces(*(np.zeros_like(start) for _ in range(3)))
    contact.begin(1.0, 0.0)
    iterate = Iterate(1.0, 1.0, {DISPLACEMENT: displacement}, {DISPLACEMENT: start})
    contact.evaluate(iterate, {DISPLACEMENT: forces})
    return forces.internal


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("shape", SHAPES)
def test_tangent_is_the_derivative(shape: str, law: str) -> None:
    """By central differences, with open, sticking and slipping nodes; as a product and as element matrices."""
    contact, start, displacement = scattered(shape, law)
    force(contact, start, displacement)
    states = set(contact.state.branch.tolist())
    assert len(states) > (1 if law in {"frictionless", "rough"} else 2)
    direction = np.random.default_rng(4).normal(0, 1, displacement.shape)
    product = {DISPLACEMENT: np.zeros_like(direction)}
    contact.multiply({DISPLACEMENT: direction}, product)
    matrices, nodes = contact.element_matrices(), contact.element_nodes()
    added = np.zeros_like(direction)
    local = np.einsum("fij,fj->fi", matrices, direction[nodes].reshape(len(nodes), -1))
    np.add.at(added, nodes, local.reshape(*nodes.shape, -1))
    step = 1e-7
    plus = force(contact, start, displacement + step * direction)
    slope = (plus - force(contact, start, displacement - step * direction)) / (2 * step)
    np.testing.assert_allclose(product[DISPLACEMENT], slope, atol=1e-7 * np.abs(slope).max())
    np.testing.assert_allclose(added, product[DISPLACEMENT], atol=1e-13 * np.abs(slope).max())


def nominal_stress(stretch: float) -> float:
    """Force per area at rest of a body that widens freely in plane strain: tau = E/(1 - nu^2) ln(stretch)."""
    return YOUNG / (1 - POISSON**2) * np.log(stretch) / stretch


@pytest.mark.mpi
@pytest.mark.parametrize("preset", ["direct", "iterative"])
@pytest.mark.parametrize("shape", ["quadrilateral", "triangle"])
def test_a_flat_tool_presses_evenly(shape: str, preset: str) -> None:
    """The multiplier takes the penetration back: to 1e-8 of the closed form, and of one another."""
    model = pressed(body(shape), elastic(YOUNG, POISSON), rollers, Flat(), comm=COMM, preset=preset)
    model.step(depth=0.02)
    first = -model.force[1]
    for _ in range(7):
        model.step()
    expected = -nominal_stress(0.98)
    assert abs(first / expected - 1.0) > 1e-4  # a penalty alone is softer
    pressure = model.contact.state.pressure
    np.testing.assert_allclose(pressure, expected, rtol=1e-8)
    assert -model.force[1] == pytest.approx(expected, rel=1e-8)
    assert model.model.problem.reaction("bottom")[1] == pytest.approx(expected, rel=1e-7)


@pytest.mark.mpi
@pytest.mark.parametrize("preset", ["direct", "iterative"])
@pytest.mark.parametrize("shape", ["hexahedron", "tetrahedron"])
def test_a_flat_tool_presses_evenly_in_space(shape: str, preset: str) -> None:
    """The same with uniaxial stress, tau = E ln(stretch), per area at rest over the stretch."""
    model = pressed(body(shape), elastic(YOUNG, POISSON), rollers, Flat(), kind(shape), comm=COMM, preset=preset)
    model.step(depth=0.02)
    for _ in range(7):
        model.step()
    np.testing.assert_allclose(model.contact.state.pressure, -YOUNG * np.log(0.98) / 0.98, rtol=1e-8)


@pytest.mark.mpi
@pytest.mark.parametrize("shape", ["quadrilateral", "tetrahedron"])
def test_a_dragged_body_slips_at_its_coefficient(shape: str) -> None:
    """T / N = 0.3 to 1e-8 once all slips, and the heat is the force times the way."""

    def held(parts: Discretisation) -> list[Constraint]:
        return [fix(parts, "bottom", component) for component in range(parts.loaded.mesh.geometry.dim)]

    model = pressed(body(shape), elastic(YOUNG, POISSON), held, Flat(), kind(shape), Friction(0.3), comm=COMM)
    model.step(depth=0.01)
    along = [0.02 * step for step in range(1, 6)]
    for value in along:
        model.step(along=value)
    drag, state, areas = model.force, model.contact.state, model.contact.areas
    assert (state.branch != 1).all()  # nothing sticks; the edge behind lifts
    np.testing.assert_allclose(np.linalg.norm(state.shear, axis=1), 0.3 * state.pressure, rtol=1e-12)
    assert drag[0] / -drag[-1] == pytest.approx(0.3, rel=1e-8 if shape == "quadrilateral" else 1e-7)  # it widens, too
    before = COMM.allreduce(float(np.sum(areas * state.friction_work)))
    model.step(along=along[-1] + 0.02)
    heat = COMM.allreduce(float(np.sum(areas * model.contact.state.friction_work))) - before
    assert heat == pytest.approx(0.02 * model.force[0], rel=1e-5)


def test_rough_is_bonded() -> None:
    """Pressed and then sheared without slip: the forces on a bonded face, as the multiplier comes to rest."""

    def held(parts: Discretisation) -> list[Constraint]:
        return [fix(parts, "bottom", component) for component in range(2)]

    rough = pressed(body("quadrilateral"), elastic(YOUNG, POISSON), held, Flat(), friction=Friction(np.inf))
    rough.step(depth=0.01)
    rough.step(along=0.005)
    for _ in range(8):
        rough.step()
    assert (rough.contact.state.branch == 1).all()
    parts = discretise(body("quadrilateral"), MPI.COMM_SELF)
    supports = [*held(parts), fix(parts, "top", 0, lambda _: 0.005), fix(parts, "top", 1, lambda _: -0.01)]
    bonded = solid_model(parts, {"li": elastic(YOUNG, POISSON)}, supports)
    bonded.advance(1.0)
    np.testing.assert_allclose(rough.model.problem.displacement, bonded.problem.displacement, atol=1e-8)
    np.testing.assert_allclose(rough.force, bonded.problem.reaction("top"), rtol=1e-6)


def sliding_and_peeling(shape: str, comm: MPI.Intracomm) -> Touching:
    """A bulged tool with friction and adhesion on a block that is held below."""

    def held(parts: Discretisation) -> list[Constraint]:
        return [fix(parts, "bottom", component) for component in range(parts.loaded.mesh.geometry.dim)]

    laws = {"friction": Friction(0.4, 2e6), "adhesion": Adhesion(1e6, 5e-3, rewets=False)}
    tool = Revolved(Parabola(3.0))
    return pressed(
        body(shape), elastic(YOUNG, POISSON), held, tool, kind(shape), comm=comm, preset="repeatable", **laws
    )


PATH = [
    (0.01, 0.0),
    (0.02, 0.0),
    (0.02, 0.004),
    (0.02, 0.01),
    (0.012, 0.012),
    (0.005, 0.012),
    (0.0, 0.012),
    (-0.004, 0.012),
]


@pytest.mark.mpi
@pytest.mark.parametrize("place", [3, 6])
@pytest.mark.parametrize("shape", ["quadrilateral", "hexahedron"])
def test_resumed_contact_is_the_same(shape: str, place: int, tmp_path: Path) -> None:
    """Bit for bit while it slides and while it peels, with a step that was cut before the checkpoint and one after."""
    folder = Path(COMM.bcast(str(tmp_path), root=0))
    whole = sliding_and_peeling(shape, COMM)
    for number, (depth, along) in enumerate(PATH):
        if number == place:
            write_checkpoint(folder, [whole.model.problem], number, {}, 2)
        whole.step(depth, along)
    resumed = sliding_and_peeling(shape, COMM)
    found, _ = newest_checkpoint(folder, COMM)
    assert found is not None
    resumed.travel._past = dict(whole.travel._past)
    restore_checkpoint([resumed.model.problem], found)
    resumed.model.time = float(place)
    resumed.travel.depth, resumed.travel.along = 0.03, 0.03
    resumed.model.try_step(place + 0.5, extrapolate=False)  # a step that is cut leaves nothing behind
    resumed.model.problem.rollback()
    for depth, along in PATH[place:]:
        resumed.step(depth, along)
    states = set(np.concatenate(COMM.allgather(whole.contact.state.branch)).tolist())
    assert 0 in states
    assert COMM.allreduce(float(whole.contact.state.slip.max(initial=0.0)), MPI.MAX) > 1e-4
    if place == 6:
        assert COMM.allreduce(float(whole.contact.state.torn.max(initial=0.0)), MPI.MAX) == 1.0
    assert_same_state(resumed.model.problem.displacement, whole.model.problem.displacement, COMM)
    for name in ("pressure", "shear", "elastic", "gap", "slip", "friction_work", "interface_work", "torn", "stretch"):
        assert_same_state(getattr(resumed.contact.state, name), getattr(whole.contact.state, name), COMM, name)


def test_checkpoints_of_other_faces_are_refused(tmp_path: Path) -> None:
    first = sliding_and_peeling("quadrilateral", MPI.COMM_SELF)
    first.step(0.01)
    write_checkpoint(tmp_path, [first.model.problem], 1, {}, 1)
    other = sliding_and_peeling("triangle", MPI.COMM_SELF)
    found, _ = newest_checkpoint(tmp_path, MPI.COMM_SELF)
    assert found is not None
    with pytest.raises(OutputError, match="does not fit"):
        restore_checkpoint([other.model.problem], found)


def test_a_penalty_is_no_yardstick() -> None:
    """The forces that residuals are measured by are those of the body."""
    found = []
    for stiffness in (1.0, 1000.0):
        tuning = ContactTuning(stiffness, 3.0)
        model = pressed(body("quadrilateral"), elastic(YOUNG, POISSON), rollers, Flat(), tuning=tuning)
        model.step(depth=1e-6)
        found.append(model.model.problem.resolvable_force)
    assert found[0] == pytest.approx(found[1], rel=1e-4)
