"""What would hurt most if lost: a checkpoint restores every number to its own cell, point and node, on any ranks.

Under mpirun the same tests write on all ranks and read on one, and the other way round: 1 -> 2, 1 -> 3, 2 -> 1, 3 -> 1.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from growing_box import SIZE, model_on
from mpi4py import MPI

from platingx.errors import OutputError
from platingx.fields.saved_state import Saved
from platingx.physics.discretisation import Discretisation
from platingx.physics.solid_model import SolidModel
from platingx.stepping.checkpoint import Checkpoint, newest_checkpoint, restore_checkpoint, write_checkpoint

COMM = MPI.COMM_WORLD


def shared_folder(tmp_path: Path) -> Path:
    """The folder of rank 0, on all ranks."""
    return COMM.bcast(tmp_path / "checkpoint", root=0)


def read(folder: Path, comm: MPI.Comm) -> Checkpoint:
    checkpoint, skipped = newest_checkpoint(folder, comm)
    assert checkpoint is not None
    assert skipped == ()
    return checkpoint


def nodal_pattern(parts: Discretisation, factor: float) -> np.ndarray:
    """A vector that tells each node from all others; bubbles, alone in their cell, get their own number."""
    places = np.nan_to_num(parts.coordinates(), nan=0.5 * SIZE)
    return factor * np.column_stack([np.sin(3e6 * places @ [1.0, 2.0]), np.cos(2e6 * places @ [3.0, 1.0])])


def point_pattern(model: SolidModel, factor: float) -> np.ndarray:
    """A number that tells each quadrature point from all others."""
    return factor * np.sin(4e6 * model.point_coordinates() @ [1.0, 1.7])


NODAL = ("values", "before", "internal_force")


def write_patterns(model: SolidModel) -> None:
    """Put a known function of place into everything that evolves."""
    problem, solid, region = model.problem, model.solids["li"], model.region()
    points = [point_pattern(model, factor) for factor in (1.0, 2.0, 3.0, 4.0)]
    arrays = {
        "theta": points[0][:, : region.theta.shape[1]],
        "theta_before": points[1][:, : region.theta.shape[1]],
        "inverse_plastic": points[2][..., None] * np.arange(1.0, 7.0),
        "resistance": points[3],
        "plastic_strain": points[0],
    }
    solid.restore(replace(solid.saved(), arrays=arrays))
    growth = model.growth["li"]
    growth.restore(replace(growth.saved(), arrays={"growth": points[1]}))
    field, rows = problem.fields["displacement"], model.parts.space.dofmap.list
    nodes = {name: nodal_pattern(model.parts, i + 1.0)[rows] for i, name in enumerate(NODAL)}
    field.restore(replace(field.saved(), arrays=nodes))


@pytest.mark.mpi
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
@pytest.mark.parametrize("alone_first", [True, False])
def test_every_number_comes_back_to_its_place_on_other_ranks(cell: str, alone_first: bool, tmp_path: Path) -> None:
    """Cells keep the order of their nodes and points when the mesh is divided among other ranks."""
    writer_comm, reader_comm = (MPI.COMM_SELF, COMM) if alone_first else (COMM, MPI.COMM_SELF)
    writer, reader = model_on(writer_comm, cell), model_on(reader_comm, cell)
    folder = shared_folder(tmp_path)
    write_patterns(writer)
    if not alone_first or COMM.rank == 0:
        write_checkpoint(folder, [writer.problem], 7, {"time_s": 0.1}, 2)
    COMM.barrier()
    restore_checkpoint([reader.problem], read(folder, reader_comm))
    expected = model_on(reader_comm, cell)
    write_patterns(expected)
    held = ~np.isnan(reader.parts.coordinates()[:, 0])[reader.parts.space.dofmap.list]
    nodal, wanted_nodal = (model.problem.fields["displacement"].saved() for model in (reader, expected))
    assert set(nodal.arrays) == set(NODAL)
    for name, array in wanted_nodal.arrays.items():
        np.testing.assert_allclose(nodal.arrays[name][held], array[held], rtol=0, atol=1e-12, err_msg=name)
    state, wanted = reader.solids["li"].saved(), expected.solids["li"].saved()
    assert set(state.arrays) == {"theta", "theta_before", "inverse_plastic", "resistance", "plastic_strain"}
    for name, array in wanted.arrays.items():
        np.testing.assert_allclose(state.arrays[name], array, rtol=0, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(reader.region().growth, expected.region().growth, rtol=0, atol=1e-12)
    COMM.barrier()


@pytest.mark.mpi
@pytest.mark.parametrize("material", ["plastic", "elastic"])
def test_a_march_from_a_checkpoint_is_the_march_without_it(material: str, tmp_path: Path) -> None:
    """Bit for bit on one rank, the extrapolation and the reactions too; MUMPS adds in varying order on several."""
    folder = shared_folder(tmp_path)
    whole = model_on(COMM, material=material)
    whole.march([0.1, 0.2, 0.35])
    write_checkpoint(folder, [whole.problem], 3, {}, 2)
    resumed = model_on(COMM, material=material)
    restore_checkpoint([resumed.problem], read(folder, COMM))
    resumed.time, resumed.last_dt = whole.time, whole.last_dt
    np.testing.assert_array_equal(resumed.problem.reaction("top"), whole.problem.reaction("top"))
    for model in (whole, resumed):
        model.march([0.5, 0.7])
    assert_same(resumed.problem.displacement, whole.problem.displacement)
    assert_same(resumed.stress(), whole.stress())
    for mine, theirs in zip(resumed.region().old, whole.region().old, strict=True):
        assert_same(mine, theirs)


def assert_same(actual: np.ndarray, expected: np.ndarray) -> None:
    """Equal to the last bit on one rank, to 1e-10 of the largest value on several."""
    allowed = 0.0 if COMM.size == 1 else 1e-10 * float(np.abs(expected).max(initial=0.0))
    np.testing.assert_allclose(actual, expected, rtol=0.0, atol=allowed)


def _saved(model: SolidModel) -> list[Saved]:
    problem = model.problem
    return [thing.saved() for thing in (*problem.fields.values(), *problem.states)]


def test_a_failed_step_is_not_saved(tmp_path: Path) -> None:
    """After a roll-back, and even before it, the state that is saved is the last converged one."""
    model = model_on(MPI.COMM_SELF)
    model.march([0.1, 0.2])
    before = _saved(model)
    model.try_step(0.9)
    write_checkpoint(tmp_path, [model.problem], 2, {}, 2)
    fresh = model_on(MPI.COMM_SELF)
    restore_checkpoint([fresh.problem], read(tmp_path, MPI.COMM_SELF))
    for state, expected in zip(_saved(fresh), before, strict=True):
        for name, array in expected.arrays.items():
            np.testing.assert_array_equal(state.arrays[name], array)


def test_another_mesh_or_model_is_refused(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, [model_on(MPI.COMM_SELF).problem], 1, {}, 2)
    checkpoint = read(tmp_path, MPI.COMM_SELF)
    for other in (model_on(MPI.COMM_SELF, count=5), model_on(MPI.COMM_SELF, cell="triangle")):
        with pytest.raises(OutputError, match="does not fit this mesh"):
            restore_checkpoint([other.problem], checkpoint)
