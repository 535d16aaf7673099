"""What would hurt most if lost: a number that is not finite never spreads; it is caught with element, place and state.

Each test puts one into one place of one rank; every rank must come to the same verdict, and the last state stay clean.
"""

from collections.abc import Callable

import numpy as np
import pytest
from growing_box import SIZE, model_on
from mpi4py import MPI

from platingx.materials import layout
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Load, SolidModel, solid_model
from platingx.problems.failure import FailureKind
from platingx.problems.newton import NewtonResult, Outcome
from platingx_meshes.simple import Box, build_box

COMM = MPI.COMM_WORLD
PLACE = np.array([0.3 * SIZE, 0.6 * SIZE])
pytestmark = pytest.mark.mpi


def cell_at_place(model: SolidModel) -> int:
    """Position of the cell nearest to the place on the rank that has it, -1 on the others."""
    region = model.region()
    distance = np.linalg.norm(region.geometry.centre - PLACE, axis=1)
    nearest = float(distance.min()) if distance.size else np.inf
    owner = COMM.allreduce((nearest, COMM.rank), MPI.MINLOC)[1]
    return int(distance.argmin()) if COMM.rank == owner else -1


def agreed(result: NewtonResult) -> NewtonResult:
    """The result, after a look whether all ranks have the same."""
    texts = COMM.allgather((result.outcome, result.iterations, result.describe(), str(result.failure)))
    assert len(set(texts)) == 1
    return result


def put_into_state(name: str) -> Callable[[SolidModel, int], None]:
    def put(model: SolidModel, cell: int) -> None:
        array = getattr(model.region().old, name)
        array[cell, 4] = np.nan

    return put


def put_into_theta(model: SolidModel, cell: int) -> None:
    model.solids["li"]._theta[cell, 0] = np.nan


def put_into_displacement(model: SolidModel, cell: int) -> None:
    model.problem.fields["displacement"].converged[model.region().geometry.nodes[cell, -1]] = np.inf


@pytest.mark.parametrize(
    ("put", "words"),
    [
        (put_into_state("resistance"), "the flow resistance S"),
        (put_into_state("inverse_plastic"), "the inverse plastic tensor Cp^-1"),
        (put_into_state("plastic_strain"), "the plastic strain ep"),
        (put_into_theta, "the volume strain theta"),
        (put_into_displacement, "the deformation gradient F"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_in_the_state(put: Callable[[SolidModel, int], None], words: str) -> None:
    """Element number, place and the rest of the state stand in the failure."""
    model = model_on(COMM)
    model.march([0.1, 0.2])
    cell = cell_at_place(model)
    if cell >= 0:
        put(model, cell)
    result = agreed(model.try_step(0.3))
    assert not result.converged
    failure = result.failure
    assert failure is not None
    assert failure.kind is FailureKind.NOT_FINITE
    assert f"{words} is not finite, in li at (" in str(failure)
    assert np.linalg.norm(np.array(failure.place) - PLACE) < SIZE / 4 * np.sqrt(2.0)
    assert all(f"{name} = " in failure.state for name in ("F", "Cp^-1", "S", "ep", "theta", "Jg", "dt"))
    assert "nan" in failure.state or "inf" in failure.state
    domain = model.parts.loaded.mesh
    original = domain.topology.original_cell_index
    numbers = COMM.allgather(int(original[model.region().cells[cell]]) if cell >= 0 else -1)
    assert failure.cell == max(numbers)
    assert f"element {failure.cell + 1} of mesh.msh" in str(failure)


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_in_the_growth(cell: str) -> None:
    """As from a table of the current that has no number at a time."""
    model = model_on(COMM, cell)
    model.march([0.1, 0.2])
    before = model.problem.displacement.copy(), model.region().theta.copy()
    model.growth["li"].volume_ratio = lambda time: float("nan")
    result = agreed(model.try_step(0.3))
    assert result.failure is not None
    assert "the growth Jg is not finite" in str(result.failure)
    assert "Jg = nan" in result.failure.state
    model.problem.rollback()
    np.testing.assert_array_equal(model.problem.displacement, before[0])
    np.testing.assert_array_equal(model.region().theta, before[1])
    model.growth["li"].volume_ratio = lambda time: 1.0 + 0.05 * time
    model.advance(0.3)
    assert np.isfinite(model.stress()).all()


IDENTIFIERS = {layout.PRESSURE_LAW, layout.FLOW_LAW}  # whole numbers, not values


@pytest.mark.parametrize("parameter", sorted(set(range(layout.PARAMETER_COUNT)) - IDENTIFIERS))
def test_in_a_parameter(parameter: int) -> None:
    """On one rank only. A parameter that the law does not use may be anything."""
    unused = (layout.BULK_DERIVATIVE, layout.INITIAL_RESISTANCE)  # the latter counts at the start only
    model = model_on(COMM)
    model.march([0.1, 0.2])
    if cell_at_place(model) >= 0:
        model.region().parameters[parameter] = np.nan
    result = agreed(model.try_step(0.3))
    if parameter in unused:
        assert result.converged
        return
    assert result.failure is not None
    assert "a parameter of the material is not finite" in str(result.failure)


def test_in_a_load() -> None:
    """No element is to blame: the place is that of the force."""
    parts = discretise(build_box(Box(SIZE, SIZE, 3, 3)), COMM)
    supports = [fix(parts, "left", 0), fix(parts, "bottom", 1)]
    load = Load("top", "li", traction=lambda time: (0.0, float("nan")))
    model = solid_model(parts, {"li": model_on(COMM).region().parameters}, supports, loads=[load])
    result = agreed(model.try_step(0.1))
    assert not result.converged
    assert result.failure is not None
    assert "a nodal force is not finite, in li at (" in str(result.failure)
    assert result.failure.place[1] >= 2 / 3 * SIZE * (1 - 1e-12), "a node of the loaded cells"


def test_in_a_prescribed_motion() -> None:
    parts = discretise(build_box(Box(SIZE, SIZE, 3, 3)), COMM)
    supports = [fix(parts, "left", 0), fix(parts, "bottom", 1), fix(parts, "top", 1, lambda time: float("nan"))]
    model = solid_model(parts, {"li": model_on(COMM).region().parameters}, supports)
    result = agreed(model.try_step(0.1))
    assert result.outcome is Outcome.LINEAR_SOLVER_FAILED
    assert "its solution is not finite" in result.describe()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_in_the_solution_of_the_linear_system(value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the last rank only."""
    model = model_on(COMM)
    model.march([0.1, 0.2])
    before = model.problem.displacement.copy()
    solve = model.problem.linear.solve

    def spoiled(rights: dict[str, np.ndarray], tolerance: float) -> tuple[dict[str, np.ndarray], object]:
        increments, report = solve(rights, tolerance)
        if COMM.rank == COMM.size - 1:
            increments["displacement"][0] = value
        return increments, report

    monkeypatch.setattr(model.problem.linear, "solve", spoiled)
    result = agreed(model.try_step(0.3))
    assert result.outcome is Outcome.LINEAR_SOLVER_FAILED
    assert "its solution is not finite" in result.describe()
    assert result.largest is not None
    model.problem.rollback()
    np.testing.assert_array_equal(model.problem.displacement, before)


def test_the_worst_residual_is_where_the_load_is() -> None:
    """A dead load on the lid, before any correction: the largest free force is on the lid, in the region."""
    parts = discretise(build_box(Box(SIZE, SIZE, 3, 3, region="llzo")), COMM)
    supports = [fix(parts, "left", 0), fix(parts, "bottom", 1)]
    load = Load("top", "llzo", traction=lambda time: (0.0, 1e5))
    model = solid_model(parts, {"llzo": model_on(COMM, material="elastic").region().parameters}, supports, loads=[load])
    model.problem.begin(0.1, 0.1, 0.0)
    model.problem.evaluate()
    worst = model.problem.largest_residual()
    assert len(set(COMM.allgather(worst))) == 1
    assert worst.regions == ("llzo",)
    assert worst.place[1] == pytest.approx(SIZE)
    # quadratic shape functions put 2/3 of the load of an edge of length SIZE/3 on its middle
    assert worst.force == pytest.approx(2.0 / 3.0 * 1e5 * SIZE / 3.0, rel=1e-12)
