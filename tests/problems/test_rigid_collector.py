"""What would hurt most if lost: nodes that are bonded to a rigid body with a motion of its own are in balance with it.

A laterally held, elastic block grows against a rigid collector on a spring. Everything is uniform, so that the motion u
of the collector follows from one equation, k u = p A.
"""

from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI
from scipy.optimize import brentq

from platingx.errors import CaseError, OutputError
from platingx.fields.constraints import Prescribed, Tied
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Growth, Load, SolidModel, solid_model
from platingx.problems.spring import Spring
from platingx.stepping.checkpoint import newest_checkpoint, restore_checkpoint, write_checkpoint
from platingx.verification.models.vectors import LITHIUM, elastic, vector
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box

COMM = MPI.COMM_WORLD
YOUNG, POISSON, SPRING, WIDTH, HEIGHT = 1e9, 0.3, 5e8, 0.8, 1.0
MODULUS = YOUNG * (1.0 - POISSON) / ((1.0 + POISSON) * (1.0 - 2.0 * POISSON))


def ratio(time: float) -> float:
    return 1.0 + 0.05 * time


def collector(
    comm: MPI.Comm, shape: str = "quadrilateral", preset: str = "direct", law: np.ndarray | None = None
) -> SolidModel:
    """The block, its sides on rollers, bonded above to a collector that moves up and down on a spring."""
    plane = shape in {"quadrilateral", "triangle"}
    if plane:
        parts = discretise(build_box(Box(WIDTH, HEIGHT, 3, 3, cell=shape)), comm)
        sides = [("left", 0), ("right", 0)]
    else:
        parts = discretise(build_block3d(Block3D(WIDTH, WIDTH, HEIGHT, cell=shape)), comm)
        sides = [("left", 0), ("right", 0), ("front", 1), ("back", 1)]
    up = 1 if plane else 2
    supports = [fix(parts, side, component) for side, component in sides]
    supports += [fix(parts, "bottom", component) for component in range(up + 1)]
    top = parts.nodes("top")
    supports += [Prescribed("top", top, component) for component in range(up)]
    motion = GlobalUnknowns("collector", 1, comm)
    direction = (0.0, 1.0) if plane else (0.0, 0.0, 1.0)
    return solid_model(
        parts,
        {"li": elastic(YOUNG, POISSON) if law is None else law},
        [*supports, Tied("collector", top, up, "collector", np.ones((len(top), 1)))],
        "plane_strain" if plane else "three_dimensional",
        {"li": Growth(ratio, direction=direction)},
        extra=[Spring("spring", motion, SPRING)],
        fields=[motion],
        preset=preset,
    )


def expected(area: float, grown: float) -> float:
    """Motion u of the collector: k u = -A Jg M ln(lambda / Jg) / lambda with lambda = 1 + u / H."""

    def lacking(u: float) -> float:
        stretch = 1.0 + u / HEIGHT
        return SPRING * u + area * grown * MODULUS * np.log(stretch / grown) / stretch

    return float(brentq(lacking, 0.0, (grown - 1.0) * HEIGHT, xtol=1e-16, rtol=1e-15))


@pytest.mark.mpi
@pytest.mark.parametrize("preset", ["direct", "repeatable", "iterative"])
@pytest.mark.parametrize("shape", ["quadrilateral", "triangle", "hexahedron", "tetrahedron"])
def test_spring_and_pressure_are_in_balance(shape: str, preset: str) -> None:
    """To 1e-10 of the closed form, and the spring's force is that on the bottom."""
    model = collector(COMM, shape, preset)
    area = WIDTH if shape in {"quadrilateral", "triangle"} else WIDTH**2
    for time in (0.5, 1.0):
        result = model.advance(time)
        assert result.iterations <= 5
        motion = model.problem.fields["collector"].values[0, 0]
        assert motion == pytest.approx(expected(area, ratio(time)), rel=1e-10)
        assert model.problem.reaction("bottom")[-1] == pytest.approx(SPRING * motion, rel=1e-9)
        assert model.problem.reaction("collector")[-1] == pytest.approx(-SPRING * motion, rel=1e-9)
    top = model.parts.nodes("top")
    np.testing.assert_array_equal(model.problem.displacement[top, -1], motion)
    assert len(set(COMM.allgather(motion))) == 1


@pytest.mark.mpi
@pytest.mark.parametrize("preset", ["direct", "iterative"])
def test_a_collector_whose_motion_is_prescribed_is_a_support(preset: str) -> None:
    """The same as prescribing the displacement of its nodes, and its reaction is that of the nodes."""

    def lift(time: float) -> float:
        return -0.02 * time

    tied = _with_grip(collector(COMM), lift, preset)
    parts = tied.parts
    model = solid_model(
        parts,
        {"li": elastic(YOUNG, POISSON)},
        [fix(parts, "left", 0), fix(parts, "right", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1),
         fix(parts, "top", 0), fix(parts, "top", 1, lift)],
        growth={"li": Growth(ratio)},
    )  # fmt: skip
    for each in (tied, model):
        each.march([0.5, 1.0])
    np.testing.assert_allclose(tied.problem.displacement, model.problem.displacement, rtol=0, atol=1e-12)
    held = tied.problem.reaction("grip", "collector")[0]
    assert held == pytest.approx(model.problem.reaction("top")[1] + SPRING * lift(1.0), rel=1e-8)


def _with_grip(tied: SolidModel, lift: object, preset: str) -> SolidModel:
    """The model of `collector` with the motion of the collector prescribed."""
    motion = GlobalUnknowns("collector", 1, COMM)
    constraints = [
        c for f in tied.problem.fields.values() if f.name == "displacement" for c in f.constraints.constraints
    ]
    grip = Prescribed("grip", np.array([0], dtype=np.int32), 0, lift, "collector")
    return solid_model(
        tied.parts,
        {"li": elastic(YOUNG, POISSON)},
        [*constraints, grip],
        growth={"li": Growth(ratio)},
        extra=[Spring("spring", motion, SPRING)],
        fields=[motion],
        preset=preset,
    )


@pytest.mark.mpi
@pytest.mark.parametrize("preset", ["direct", "iterative"])
@pytest.mark.parametrize("first", [0.0, 1e-3, 1.0, 1e3])
def test_a_body_that_only_a_loaded_block_pushes_comes_into_balance(first: float, preset: str) -> None:
    """Forces of the body are round-off before the first correction, or small ones of the step before.

    Loads that strain the block by 1e-9 and less are in balance up to the forces of a strain of 1e-6.
    """
    parts = discretise(build_box(Box(WIDTH, HEIGHT, 3, 3)), COMM)
    top, motion = parts.nodes("top"), GlobalUnknowns("collector", 1, COMM)
    supports = [fix(parts, "left", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1)]
    model = solid_model(
        parts,
        {"li": elastic(YOUNG, POISSON)},
        [*supports, Tied("collector", top, 1, "collector", np.ones((len(top), 1)))],
        loads=[Load("right", "li", pressure=lambda time: first if time < 1.0 else 3e7)],
        extra=[Spring("spring", motion, SPRING)],
        fields=[motion],
        preset=preset,
    )
    assert model.advance(0.5).iterations <= 4
    assert model.advance(1.0).iterations <= 4
    moved = motion.values[0, 0]
    assert moved > 1e-3 * HEIGHT
    assert model.problem.reaction("collector")[1] == pytest.approx(-SPRING * moved, rel=1e-6)


def test_flowing_metal_under_a_spring_takes_few_iterations() -> None:
    """The tangent of the eliminated nodes is consistent: Newton's method converges as without them."""
    model = collector(MPI.COMM_SELF, law=vector(LITHIUM, 298.0))
    results = [model.advance(time) for time in (0.1, 0.2, 0.4)]
    assert max(result.iterations for result in results) <= 6


def test_a_tie_to_unknowns_that_are_not_there_is_refused() -> None:
    parts = discretise(build_box(Box(1.0, 1.0, 2, 2)), MPI.COMM_SELF)
    tie = Tied("lid", parts.nodes("top"), 1, "lid", np.ones((len(parts.nodes("top")), 1)))
    with pytest.raises(CaseError, match="'lid' follows 'lid'; global unknowns there are: none"):
        solid_model(parts, {"li": elastic(1e9, 0.3)}, [fix(parts, "bottom", 1), tie])


@pytest.mark.mpi
@pytest.mark.parametrize("alone_first", [True, False])
def test_its_motion_comes_back_on_other_ranks(alone_first: bool, tmp_path: Path) -> None:
    """A march that goes on from a checkpoint of other ranks ends where the uninterrupted one does."""
    first, second = (MPI.COMM_SELF, COMM) if alone_first else (COMM, MPI.COMM_SELF)
    folder = COMM.bcast(tmp_path / "checkpoint", root=0)
    writer = collector(first)
    writer.march([0.2, 0.4])
    if not alone_first or COMM.rank == 0:
        write_checkpoint(folder, [writer.problem], 2, {}, 1)
    COMM.barrier()
    reader = collector(second)
    found, _ = newest_checkpoint(folder, second)
    assert found is not None
    restore_checkpoint([reader.problem], found)
    reader.time, reader.last_dt = writer.time, writer.last_dt
    for name in ("values", "before", "internal_force"):
        states = [each.problem.fields["collector"].saved().arrays[name] for each in (reader, writer)]
        np.testing.assert_array_equal(*states)
    writer.march([0.7, 1.0])
    reader.march([0.7, 1.0])
    ends = [each.problem.fields["collector"].values[0, 0] for each in (reader, writer)]
    assert ends[0] == pytest.approx(ends[1], rel=1e-12 if COMM.size > 1 else 0.0)
    COMM.barrier()


@pytest.mark.parametrize("count", [0, 2])
def test_a_checkpoint_without_the_motion_of_the_body_is_refused(count: int, tmp_path: Path) -> None:
    """It would go on from a body at rest; two numbers are no one number, either."""
    parts = discretise(build_box(Box(WIDTH, HEIGHT, 3, 3)), MPI.COMM_SELF)
    motion = [GlobalUnknowns("collector", count, MPI.COMM_SELF)] if count else []
    springs = [Spring("spring", own, SPRING * np.eye(count)) for own in motion]
    supports = [fix(parts, "bottom", component) for component in range(2)]
    other = solid_model(
        parts, {"li": elastic(YOUNG, POISSON)}, supports, growth={"li": Growth(ratio)}, extra=springs, fields=motion
    )
    other.advance(0.5)
    write_checkpoint(tmp_path, [other.problem], 1, {}, 1)
    checkpoint, _ = newest_checkpoint(tmp_path, MPI.COMM_SELF)
    assert checkpoint is not None
    words = "no field:collector:before, field:collector:internal_force" if count == 0 else r"the shape \(2, 1\) there"
    with pytest.raises(OutputError, match=words):
        restore_checkpoint([collector(MPI.COMM_SELF).problem], checkpoint)
