"""What would hurt most if lost: tools turn by any angle, and forces, moments and tangents belong together."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from mpi4py import MPI
from scipy.spatial.transform import Rotation

from platingx.fields.nodal_field import DISPLACEMENT, Forces, GlobalUnknowns
from platingx.physics.contact_faces import contact_face
from platingx.physics.discretisation import discretise
from platingx.problems.contact_law import FRICTIONLESS, Adhesion, Friction
from platingx.problems.contribution import Iterate
from platingx.problems.nodal_contact import ContactLaws, ContactTuning
from platingx.problems.rigid_contact import RigidContact
from platingx.problems.rigid_motion import Pose, spin, spin_slopes
from platingx.problems.rigid_tool import DrivenBy, RigidTool, frame_along
from platingx.problems.tool_curves import Parabola
from platingx.problems.tool_reaction import ToolReaction
from platingx.problems.tool_shapes import Revolved
from platingx.verification.models.vectors import elastic
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box

LEVER = 2.0
ANGLES = [(0.0, 0.0, 0.0), (0.0, 0.0, 0.3), (1e-3, -2e-3, 5e-4), (0.6, -1.0, 0.8), (0.01, 0.03, -0.038)]
LAWS = {
    "frictionless": ContactLaws(FRICTIONLESS, None, ContactTuning(3.0, 3.0)),
    "coulomb": ContactLaws(Friction(0.4, 0.2), Adhesion(0.3, 0.2), ContactTuning(3.0, 3.0)),
}


@pytest.mark.parametrize("angle", ANGLES)
def test_finite_turns(angle: tuple[float, float, float]) -> None:
    """R by another library, J by differences of R, dJ by differences of J."""
    given = np.array(angle)
    pose = Pose(np.zeros(3), given, np.zeros(3))
    np.testing.assert_allclose(pose.rotation, Rotation.from_rotvec(given).as_matrix(), atol=1e-15)
    step = 1e-6
    for component, unit in enumerate(np.eye(3)):
        ahead, behind = (replace(pose, angle=given + sign * step * unit) for sign in (1.0, -1.0))
        change = (ahead.rotation - behind.rotation) / (2.0 * step) @ pose.rotation.T
        np.testing.assert_allclose(change, -change.T, atol=1e-9)
        np.testing.assert_allclose(
            [change[2, 1], change[0, 2], change[1, 0]], spin(given)[:, component], atol=1e-9, rtol=0.0
        )
        slope = (spin(ahead.angle) - spin(behind.angle)) / (2.0 * step)
        np.testing.assert_allclose(slope, spin_slopes(given)[component], atol=1e-9)


def test_small_turns_keep_their_digits() -> None:
    """A point that goes with a body that turns by 1e-9 has not moved on it, to 1e-16 of its motion."""
    pose = Pose(np.zeros(2), np.array([0.0, 0.0, 1e-9]), np.zeros(2))
    place = np.array([[3.0, 4.0]])
    moved = pose.carried(place, np.zeros((1, 2)))
    np.testing.assert_allclose(moved, [[-4e-9, 3e-9]], rtol=1e-8)
    assert np.abs(pose.seen(place, moved)).max() < 1e-23


def turning_contact(dimension: int, law: str) -> tuple[RigidContact, ToolReaction]:
    """A parabola pressed into a block, with all rigid motions as unknowns, and a history."""
    body = build_box(Box(1.0, 1.0, 2, 2)) if dimension == 2 else build_block3d(Block3D(1.0, 1.0, 1.0))
    parts = discretise(body, MPI.COMM_SELF)
    surface = contact_face(parts, "top", {"li": elastic(1.0, 0.3)}, False)
    components = 3 if dimension == 2 else 6
    unknowns = GlobalUnknowns("tool", components, MPI.COMM_SELF)
    transfer = np.eye(dimension, components)
    turning = np.zeros((3, components))
    turning[3 - (components - dimension) :, dimension:] = np.eye(components - dimension) / LEVER
    place, nothing = np.full(dimension, 0.4), np.zeros(dimension)
    place[-1] = 0.95
    by = DrivenBy(unknowns, transfer, None, turning)
    frame = frame_along(np.eye(dimension)[-1])
    tool = RigidTool("tip", Revolved(Parabola(1.5)), place, frame, lambda _: nothing, by, None, place + 0.3)
    contact = RigidContact("top", surface, tool, LAWS[law])
    random = np.random.default_rng(3)
    contact._started = True
    contact._old = replace(
        contact._old,
        shear=random.normal(0, 0.05, contact._old.shear.shape),
        pressure=np.abs(random.normal(0, 0.3, len(contact.nodes))),
    )
    return contact, ToolReaction(contact, by, parts.space.dofmap.index_map)


def residual_of(contact: RigidContact, reaction: ToolReaction, start: dict) -> Callable[[np.ndarray], np.ndarray]:
    """Residual of displacements and tool in one vector."""
    shape = start[DISPLACEMENT].shape

    def residual(values: np.ndarray) -> np.ndarray:
        fields = {DISPLACEMENT: values[: np.prod(shape)].reshape(shape), "tool": values[np.prod(shape) :, None]}
        forces = {name: Forces(*(np.zeros_like(each) for _ in range(3))) for name, each in fields.items()}
        contact.begin(1.0, 0.0)
        iterate = Iterate(1.0, 1.0, fields, start)
        contact.evaluate(iterate, forces)
        reaction.evaluate(iterate, forces)
        return np.concatenate([forces[DISPLACEMENT].internal.ravel(), forces["tool"].internal[:, 0]])

    return residual


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("dimension", [2, 3])
def test_the_tangent_of_a_turned_tool(dimension: int, law: str) -> None:
    """By central differences at a finite turn; without friction it is symmetric, since it has a potential."""
    contact, reaction = turning_contact(dimension, law)
    random = np.random.default_rng(5)
    count = int(contact.surface.facets.nodes.max()) + 1
    tool = np.array([0.02, 0.01, 0.5]) if dimension == 2 else np.array([0.02, -0.01, 0.01, 0.3, -0.4, 0.5])
    start = {DISPLACEMENT: random.normal(0, 0.01, (count, dimension)), "tool": 0.9 * tool[:, None]}
    residual = residual_of(contact, reaction, start)
    values = np.concatenate([(start[DISPLACEMENT] + random.normal(0, 0.01, (count, dimension))).ravel(), tool])
    size, step = count * dimension, 1e-6
    residual(values)
    assert len(set(contact.state.branch.tolist())) > 1
    products, differences = [], []
    directions = [np.eye(len(values))[place] for place in range(size, len(values))]
    directions += [random.normal(0, 1, len(values)) * (np.arange(len(values)) < size) for _ in range(3)]
    for direction in directions:
        residual(values)
        fields = {DISPLACEMENT: direction[:size].reshape(-1, dimension), "tool": direction[size:, None]}
        results = {name: np.zeros_like(each) for name, each in fields.items()}
        contact.multiply(fields, results)
        reaction.multiply(fields, results)
        products.append(np.concatenate([results[DISPLACEMENT].ravel(), results["tool"][:, 0]]))
        ahead, behind = residual(values + step * direction), residual(values - step * direction)
        differences.append((ahead - behind) / (2.0 * step))
    np.testing.assert_allclose(products, differences, atol=3e-8 * np.abs(differences).max())
    corner = np.array(products)[: len(tool), size:]
    residual(values)
    blocks = {names: block.convert("dense").getDenseArray() for names, block in reaction.blocks().items()}
    np.testing.assert_allclose(blocks["tool", "tool"], corner.T, atol=1e-14)
    np.testing.assert_allclose(blocks[DISPLACEMENT, "tool"], np.array(products)[: len(tool), :size].T, atol=1e-14)
    own = np.array(directions)[len(tool) :, :size]
    np.testing.assert_allclose(own @ blocks["tool", DISPLACEMENT].T, np.array(products)[len(tool) :, size:], atol=1e-12)
    assert np.abs(corner).max() > 0.0
    if law == "frictionless":
        np.testing.assert_allclose(corner, corner.T, atol=1e-12 * np.abs(corner).max())


@pytest.mark.parametrize("dimension", [2, 3])
def test_moments_are_those_of_the_pressure(dimension: int) -> None:
    """What acts on small turns is the moment of the forces about the pivot: one in the plane, three in space."""
    contact, reaction = turning_contact(dimension, "frictionless")
    count = int(contact.surface.facets.nodes.max()) + 1
    components = 3 if dimension == 2 else 6
    start = {DISPLACEMENT: np.zeros((count, dimension)), "tool": np.zeros((components, 1))}
    found = residual_of(contact, reaction, start)(np.zeros(count * dimension + components))[count * dimension :]
    arms, forces = np.zeros((2, len(contact.nodes), 3))
    arms[:, :dimension] = contact.coordinates - contact.tool.pivot
    forces[:, :dimension] = contact.forces()
    moments = np.cross(arms, forces).sum(axis=0)[3 - (components - dimension) :]
    np.testing.assert_allclose(found[:dimension], contact.forces().sum(axis=0), rtol=1e-13)
    np.testing.assert_allclose(found[dimension:] * LEVER, moments, rtol=1e-12, atol=1e-15)
    assert np.abs(moments).max() > 1e-3
