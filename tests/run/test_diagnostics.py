"""What would hurt most if lost: a run that cannot go on says where, why, and which key to change first."""

from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI
from resumed_runs import CASE, overrides

from platingx.config.base import value_at
from platingx.config.case import Case
from platingx.config.current import CurrentProgram
from platingx.config.loader import load_case
from platingx.errors import ConvergenceError
from platingx.post.history import read_history
from platingx.post.results import open_run
from platingx.problems.failure import Failure, FailureKind
from platingx.problems.largest_residual import LargestResidual
from platingx.problems.newton import NewtonResult, Outcome
from platingx.run.diagnostics import causes, explain
from platingx.run.runner import run_case
from platingx.stepping.march import Attempt, NoEquilibriumError

WORST = LargestResidual(3.2e-5, (1.5e-8, -2.0e-8), ("li", "llzo"))


def case(**changed: str) -> Case:
    return load_case(CASE, overrides(**changed))


def failed(kind: FailureKind) -> NewtonResult:
    failure = Failure("the reason", "li", (1e-8, 2e-8), kind, 41, "F = [[1 0 0] [0 1 0] [0 0 1]], Jg = nan")
    return NewtonResult(Outcome.LINE_SEARCH_FAILED, 3, (1.0, 0.5, 0.2, float("inf")), failure)


def stopped(outcome: Outcome, *residuals: float) -> NewtonResult:
    linear = "PETSc's reason -11 after 1 iterations" if outcome is Outcome.LINEAR_SOLVER_FAILED else ""
    return NewtonResult(outcome, len(residuals) - 1, residuals, None, WORST, linear)


FIRST = [
    (failed(FailureKind.DISTORTION), "distorted", "geometry.mesh.refinement (now 0.3)"),
    (failed(FailureKind.CONSTITUTIVE), "flows too fast", "time.maximum_plastic_increment (now 0.2)"),
    (failed(FailureKind.PRESSURE_LAW), "compressed beyond", "materials.li.elasticity.pressure_law (now "),
    (failed(FailureKind.MESH), "cell of the mesh", "geometry.mesh.refinement"),
    (failed(FailureKind.NOT_FINITE), "not finite", "growth.current_density"),
    (stopped(Outcome.TOO_MANY_ITERATIONS, 1.0, 0.1, 1e-2, 1e-3), "falling", "solver.newton.maximum_iterations (now"),
    (stopped(Outcome.TOO_MANY_ITERATIONS, 6.4e-1, 1.2e-2, 1.4e-4), "falling", "solver.newton.maximum_iterations (now"),
    (stopped(Outcome.TOO_MANY_ITERATIONS, 1.0, 1e-2), "falling", "solver.newton.maximum_iterations (now"),
    (stopped(Outcome.TOO_MANY_ITERATIONS, 1.0, 0.8), "does not fall", "solver.newton.line_search"),
    (stopped(Outcome.TOO_MANY_ITERATIONS, 1.0, 0.9, 0.9, 0.8, 0.8), "does not fall", "solver.newton.line_search"),
    (stopped(Outcome.LINE_SEARCH_FAILED, 1.0, 3e-11, 2e-11), "round-off", "solver.newton.relative_tolerance"),
    (stopped(Outcome.LINE_SEARCH_FAILED, 1.0, 0.3, 0.3), "snaps through", "constraints.collector (now rigid)"),
    (stopped(Outcome.LINEAR_SOLVER_FAILED, 1.0), "floats", "constraints.electrolyte_bottom (now roller)"),
]


@pytest.mark.parametrize(("result", "cause", "key"), FIRST, ids=lambda value: value if isinstance(value, str) else "")
def test_the_likeliest_cause_stands_first_with_its_key(result: NewtonResult, cause: str, key: str) -> None:
    text = explain(case(), NoEquilibriumError(0.25, [Attempt(0.26, 0.01, False, result)]), Path("runs/x"), True)
    (first,) = [line for line in text.splitlines() if line.startswith("    1. ")]
    assert cause in first
    assert key in first
    assert "time.minimum_step (now " in text
    assert "t = 0.25 s is saved" in text
    assert "--resume runs/x" in text
    if result.failure is not None:
        assert "    state: F = [[1 0 0] [0 1 0] [0 0 1]], Jg = nan" in text
        assert "in li at (1e-08, 2e-08) m (element 42 of mesh.msh)" in text
    else:
        assert "largest residual 3.2e-05 N (N/m in plane strain) at (1.5e-08, -2e-08) m, in li and llzo" in text


def test_every_key_of_the_advice_is_one_of_a_case() -> None:
    """A key that no case has would be left out of the message silently."""
    known = case()
    advised = {key for result, _, _ in FIRST for _, keys in causes(known, result) for key in keys}
    elsewhere = {"geometry.path"}  # of meshes from a file
    missing = {key for key in advised if value_at(known, key.format(region="li")) is None}
    optional = {"materials.{region}.elasticity.bulk_modulus_derivative"}
    assert missing <= elsewhere | optional


def test_a_state_that_could_not_be_saved_is_not_promised() -> None:
    error = NoEquilibriumError(0.25, [Attempt(0.26, 0.01, False, stopped(Outcome.LINE_SEARCH_FAILED, 1.0, 0.3, 0.3))])
    text = explain(case(), error, Path("runs/x"), False)
    assert "is saved" not in text
    assert "could not be saved, see run.log" in text


def test_an_iterative_solver_is_named_before_a_floating_body() -> None:
    iterative = case(solver__petsc_options="{ksp_type: gmres}")
    result = stopped(Outcome.LINEAR_SOLVER_FAILED, 1.0)
    assert "iterative" in causes(iterative, result)[0][0]


def test_without_any_step_there_is_nothing_to_resume(tmp_path: Path) -> None:
    """Through the run: the linear solver cannot converge, from the first step on."""
    folder = tmp_path / "run"
    with pytest.raises(ConvergenceError) as caught:
        run_case(case(solver__petsc_options="{ksp_type: gmres, pc_type: none, ksp_max_it: 2}"), folder, quiet=True)
    text = str(caught.value)
    assert "PETSc's reason -3 after 2 iterations" in text
    assert "largest residual" in text
    assert "start again with --force" in text
    assert not (folder / "checkpoint").exists()


def test_a_run_of_distorted_elements(tmp_path: Path) -> None:
    """Through the run: metal pressed through a coarse mesh by a current that jumps."""
    folder = tmp_path / "run"
    jump = "{table: [[0 s, 4 mA/cm^2], [0.3 s, 4 mA/cm^2], [0.31 s, 0.1 A/cm^2]]}"
    rough = {"time__minimum_step": "0.05 s", "time__initial_step": "0.1 s", "time__maximum_growth_increment": "1"}
    settings = rough | {"time__maximum_plastic_increment": "10", "time__end": "30 s"}
    with pytest.raises(ConvergenceError) as caught:
        run_case(case(growth__current_density=jump, **settings), folder, quiet=True)
    text = str(caught.value)
    last = read_history(folder)["time_s"].iloc[-1]
    assert text.startswith(f"no equilibrium found beyond t = {last:.6g} s, even with the smallest step 0.05 s")
    assert text.count("tried: t ") >= 2
    assert "extrapolated" in text
    assert "from the last state" in text
    assert "residuals " in text
    assert "time.minimum_step (now 0.05 s)" in text
    assert text in (folder / "run.log").read_text()


@pytest.mark.mpi
def test_a_current_that_is_not_a_number_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the run, on all ranks: the last good state is saved, the message says what it was and where."""
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path, root=0) / "run"
    charge = CurrentProgram.charge

    def spoiled(program: CurrentProgram, time: float) -> float:
        return charge(program, time) if time < 0.5 else float("nan")

    known = case(time__minimum_step="10 ms")
    monkeypatch.setattr(CurrentProgram, "charge", spoiled)
    with pytest.raises(ConvergenceError) as caught:
        run_case(known, folder, quiet=True)
    text = str(caught.value)
    assert len(set(comm.allgather(text))) == 1
    assert "the growth Jg is not finite, in li at (" in text
    assert "of mesh.msh)" in text
    assert "Jg = nan" in text
    assert "    1. a value that comes from the case is not finite" in text
    history = read_history(folder)
    assert 0.3 < history["time_s"].iloc[-1] < 0.5
    assert np.isfinite(history.to_numpy()).all()
    assert open_run(folder).fields.times[-1] == history["time_s"].iloc[-1]
