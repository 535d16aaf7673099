"""What would hurt most if lost: bodies that slide on each other in space pass on pressures, drags and their state."""

from dataclasses import replace
from pathlib import Path

import basix
import numpy as np
import pytest
from crooked_contact import force, in_all_states
from mpi4py import MPI
from resumed_runs import assert_same_state

from platingx.fields.constraints import Constraint
from platingx.fields.facet_functions import facet_functions
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.fields.tables import scalar_displacement_element
from platingx.physics.discretisation import Discretisation, fix
from platingx.problems.contact_law import FRICTIONLESS, Adhesion, Friction
from platingx.problems.nodal_contact import ContactLaws, ContactTuning
from platingx.problems.sliding_contact import SlidingContact
from platingx.stepping.checkpoint import newest_checkpoint, restore_checkpoint, write_checkpoint
from platingx.verification.models.two_bodies import UPPER, two_bodies
from platingx.verification.models.vectors import elastic
from platingx.verification.problems.contact_space import blocks, dragged, pressed_blocks

COMM = MPI.COMM_WORLD
SPACE = "three_dimensional"
LAWS = {
    "frictionless": (FRICTIONLESS, None),
    "friction": (Friction(0.3), None),
    "limit and adhesion": (Friction(0.4, 0.2), Adhesion(0.3, 0.2)),
}


@pytest.mark.parametrize("cell", ["hexahedron", "tetrahedron"])
def test_functions_of_facets_are_those_of_the_cells_behind(cell: str) -> None:
    """On every facet, in the order of its nodes, with their derivatives."""
    element, kind = scalar_displacement_element(cell), basix.CellType[cell]
    for number, corners in enumerate(basix.topology(kind)[2]):
        places = basix.geometry(kind)[corners]
        own = element.entity_closure_dofs[2][number]
        for s, t in np.random.default_rng(number).random((4, 2)) * 0.5:
            table, step = np.zeros((3, len(own))), 1e-6
            facet_functions(len(own), s, t, table)

            def of_cell(s: float, t: float, places: np.ndarray = places, own: list[int] = own) -> np.ndarray:
                point = places[0] + s * (places[1] - places[0]) + t * (places[2] - places[0])
                return np.asarray(element.tabulate(0, point[None])[0, 0, own])

            np.testing.assert_allclose(table[0], of_cell(s, t), atol=1e-13)
            for row, (ds, dt) in enumerate(((step, 0.0), (0.0, step)), start=1):
                slope = (of_cell(s + ds, t + dt) - of_cell(s - ds, t - dt)) / (2 * step)
                np.testing.assert_allclose(table[row], slope, atol=1e-8)


def rollers(parts: Discretisation) -> list[Constraint]:
    sides = [
        fix(parts, f"{prefix}{side}", axis) for prefix in ("", UPPER) for axis, side in ((0, "left"), (1, "front"))
    ]
    return [*sides, fix(parts, "bottom", 2)]


@pytest.mark.mpi
@pytest.mark.parametrize(
    ("cell", "lower", "upper", "ratio", "preset"),
    [
        pytest.param("hexahedron", 3, 2, 20.0, "direct", marks=pytest.mark.long),
        pytest.param("tetrahedron", 3, 2, 20.0, "direct", marks=pytest.mark.long),
        pytest.param("hexahedron", 2, 3, 1.0, "iterative", marks=pytest.mark.long),
        ("tetrahedron", 2, 3, 1.0, "iterative"),
    ],
)
def test_a_uniform_pressure_passes_between_meshes_that_do_not_match(
    cell: str, lower: int, upper: int, ratio: float, preset: str
) -> None:
    """Stress of both blocks and pressures of all nodes to 1e-8 by the direct solver."""
    made = pressed_blocks(blocks(lower, upper, cell), ratio, preset, COMM)
    close = 1e-8 if preset == "direct" else 1e-6
    for region in ("li", "llzo"):
        stress = made.model.stress(region)[..., 2]
        np.testing.assert_allclose(stress, -1e6, rtol=close, err_msg=region)
    bears = made.contact.areas > 0.0
    np.testing.assert_allclose(made.contact.state.pressure[bears], 1e6, rtol=close)


def curved(law: str, cell: str) -> tuple[SlidingContact, np.ndarray, np.ndarray]:
    """Nodes in all states over a crooked outline, and two random displacements."""
    data = blocks(2, 3, cell)
    points = data.points.copy()
    points[:, 2] += 0.05 * np.sin(5.0 * points[:, 0]) * np.cos(3.0 * points[:, 1])
    made = two_bodies(
        replace(data, points=points),
        {"li": elastic(1.0, 0.3), "llzo": elastic(1.0, 0.3)},
        rollers,
        model=SPACE,
        laws=ContactLaws(*LAWS[law], ContactTuning(3.0, 3.0)),
    )
    return in_all_states(made)


@pytest.mark.parametrize(
    ("law", "cell"),
    [("frictionless", "hexahedron"), ("friction", "tetrahedron"), ("limit and adhesion", "hexahedron")],
)
def test_tangent_is_the_derivative_and_forces_have_no_resultant(law: str, cell: str) -> None:
    """By central differences: exactly at the start of a step, where nothing has slipped yet.

    Within a step it leaves out that the functions of the partner change with the slip: by the strain of the step.
    """
    contact, start, displacement = curved(law, cell)
    found = force(contact, start, displacement)
    np.testing.assert_allclose(found.sum(axis=0), 0.0, atol=1e-13 * np.abs(found).max())
    assert len(set(contact.state.branch.tolist())) > (1 if law == "frictionless" else 2)
    assert slope_error(contact, start, start) < 1e-6
    if law == "frictionless":
        assert slope_error(contact, start, displacement) < 1e-6
        return
    strained = 0.1 * (displacement - start)  # a tenth of 1 % of the side over halves of elements: 0.9 %
    assert slope_error(contact, start, start + strained) < 0.01


def slope_error(contact: SlidingContact, start: np.ndarray, displacement: np.ndarray) -> float:
    """Size of the difference between the tangent and differences along a random direction, relative to those."""
    direction = np.random.default_rng(4).normal(0, 1, displacement.shape)
    force(contact, start, displacement)
    product = {DISPLACEMENT: np.zeros_like(direction)}
    contact.multiply({DISPLACEMENT: direction}, product)
    step = 1e-7
    plus = force(contact, start, displacement + step * direction)
    slope = (plus - force(contact, start, displacement - step * direction)) / (2 * step)
    return float(np.linalg.norm(product[DISPLACEMENT] - slope) / np.linalg.norm(slope))


@pytest.mark.long  # as a problem of the book it runs on one rank
@pytest.mark.mpi
def test_drag_over_load_is_the_coefficient_of_friction() -> None:
    """On a slab that is held flat, to 1e-8, once all nodes slip; the traction turns into the way as they go."""
    made = dragged(True, COMM)
    for time in TIMES:
        made.advance(float(time))
    assert made.cuts == 0
    drag, side, load = made.force
    assert np.hypot(drag, side) / load == pytest.approx(0.3, rel=1e-8)
    assert side / drag == pytest.approx(0.25, rel=1e-4)


TIMES = [1.0, *np.linspace(1.0, 1.5, 6)[1:]]


@pytest.mark.mpi
def test_a_dragged_block_and_its_state_on_the_way(tmp_path: Path) -> None:
    """Drag over load is the coefficient of friction, against the way; a resume goes on bit by bit."""
    folder = Path(COMM.bcast(str(tmp_path), root=0))
    whole, again = dragged(False, COMM), dragged(False, COMM)
    for time in TIMES[:3]:
        whole.advance(float(time))
    write_checkpoint(folder, [whole.model.problem], 1, {}, 1)
    saved, _ = newest_checkpoint(folder, COMM)
    assert saved is not None
    restore_checkpoint([again.model.problem], saved)
    again.model.time, again.model.last_dt = whole.model.time, whole.model.last_dt
    again.model.try_step(TIMES[2] + 0.02, extrapolate=False)  # a step that is cut leaves nothing behind
    again.model.problem.rollback()
    for time in TIMES[3:5]:
        whole.advance(float(time))
        again.advance(float(time))
    assert whole.cuts == 0
    assert whole.contact.pattern_version > again.contact.pattern_version > 0
    assert np.hypot(*whole.force[:2]) / whole.force[2] == pytest.approx(0.3, rel=2e-3)  # the slab is not quite flat
    assert whole.force[1] / whole.force[0] == pytest.approx(0.25, rel=1e-2)
    assert_same_state(again.model.problem.displacement, whole.model.problem.displacement, COMM)
    for name in ("pressure", "shear", "elastic", "gap", "slip", "friction_work", "work"):
        assert_same_state(getattr(again.contact.state, name), getattr(whole.contact.state, name), COMM, name)
