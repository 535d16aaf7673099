"""What would hurt most if lost: a run that failed can be repaired with other settings, and never with other physics.

The current of the case jumps at 0.8 s; with few Newton iterations allowed, and no smaller step, the run ends there.
"""

import json
from pathlib import Path

import pytest
from resumed_runs import CASE, EXACT, SOLVER, assert_same_run, copy_back_to, overrides

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import ConvergenceError, OutputError
from platingx.post.history import read_history, read_manifest
from platingx.post.results import open_run
from platingx.run.runner import run_case
from platingx.stepping.checkpoint_files import checkpoints

JUMP = {
    "growth__current_density": "{table: [[0 s, 4 mA/cm^2], [0.8 s, 4 mA/cm^2], [0.8 s, 0.2 A/cm^2]]}",
    "time__initial_step": "0.1 s",
    "time__minimum_step": "0.1 s",
    "time__maximum_growth_increment": "1",
    "time__maximum_plastic_increment": "10",
    "time__end": "1.2 s",
}
FEW = {"solver__newton__maximum_iterations": "4"}


def case(**changed: str) -> Case:
    return load_case(CASE, overrides(**(JUMP | changed)))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run with good settings from the start: steps of 0.1 s."""
    folder = tmp_path_factory.mktemp("good") / "run"
    run_case(case(), folder, quiet=True)
    return folder


@pytest.fixture
def failed(tmp_path: Path) -> Path:
    """The run that cannot go on."""
    folder = tmp_path / "run"
    with pytest.raises(ConvergenceError) as caught:
        run_case(case(**FEW), folder, quiet=True)
    assert caught.value.exit_code == 4
    return folder


def test_a_failed_run_is_opened_and_goes_on_with_other_settings(failed: Path, good: Path) -> None:
    """Every step is 0.1 s here and there, so the repaired run is the good one."""
    last = read_history(failed)["time_s"].iloc[-1]
    assert 0.5 < last < 1.0
    opened = open_run(failed)
    assert opened.summary["outcome"] == "failed"
    assert opened.fields.times[-1] == pytest.approx(last)
    assert checkpoints(failed / "checkpoint")[0].name == f"step-{len(read_history(failed)):08d}"

    run_case(case(), failed, resume=True, quiet=True)
    assert_same_run(failed, good, EXACT)
    (entry,) = read_manifest(failed)["resumed"]
    assert entry["settings"] == {"solver.newton.maximum_iterations": {"before": 4, "now": 15}}
    assert entry["case_sha256_before"] != entry["case_sha256"] == read_manifest(good)["case_sha256"]
    assert entry["outcome_before"] == "failed"
    assert read_manifest(failed)["results_sha256"] is None, "a study must not take it for a run with one setting"
    expected = "going on with other settings: solver.newton.maximum_iterations is 15, was 4"
    assert expected in (failed / "run.log").read_text()
    assert (failed / "case.resolved.yaml").read_bytes() == (good / "case.resolved.yaml").read_bytes()


def test_smaller_steps_repair_it(failed: Path, good: Path, tmp_path: Path) -> None:
    """The failed step is cut as it would have been, had smaller steps been allowed from the start."""
    smaller = case(**FEW, time__minimum_step="1 ms")
    run_case(smaller, failed, resume=True, quiet=True)
    whole = run_case(smaller, tmp_path / "whole", quiet=True)
    assert_same_run(failed, whole.path, EXACT)
    assert len(whole.history) > len(read_history(good)) + 5


def test_a_later_end_and_a_current_that_goes_on_differently(good: Path, tmp_path: Path) -> None:
    """What is still to come may change; the steps so far stay as they are."""
    folder = copy_back_to(good, tmp_path / "run", 6)
    later = JUMP["growth__current_density"].replace("[0.8 s, 0.2 A/cm^2]", "[0.82 s, 8 mA/cm^2], [2 s, 8 mA/cm^2]")
    run_case(case(growth__current_density=later, time__end="1.5 s"), folder, resume=True, quiet=True)
    history = read_history(folder)
    assert history["time_s"].iloc[-1] == 1.5
    assert history.iloc[:6].equals(read_history(good).iloc[:6])
    assert history["current_density_A_per_m2"].iloc[-1] == pytest.approx(80.0)
    whole = run_case(case(growth__current_density=later, time__end="1.5 s"), tmp_path / "whole", quiet=True)
    assert_same_run(folder, whole.path, SOLVER)


def test_a_finished_run_is_carried_on(good: Path, tmp_path: Path) -> None:
    folder = copy_back_to(good, tmp_path / "run", 12)
    run_case(case(time__end="1.3 s", time__minimum_step="1 ms"), folder, resume=True, quiet=True)
    assert read_history(folder)["time_s"].iloc[-1] == 1.3


# --- what has acted on the state must be the same


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"temperature": "30 degC"}, "temperature is 303.15 K"),
        ({"geometry__pit__depth": "39 nm"}, r"geometry\.pit\.depth"),
        ({"growth__current_density": "{table: [[0 s, 4 mA/cm^2], [0.5 s, 5 mA/cm^2]]}"}, r"growth\.current_density"),
        ({"constraints__collector": "free"}, r"constraints\.collector"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_other_physics_is_refused_by_key(changed: dict[str, str], key: str, good: Path, tmp_path: Path) -> None:
    folder = copy_back_to(good, tmp_path / "run", 6)
    manifest = (folder / "manifest.json").read_bytes()
    with pytest.raises(OutputError, match=f"another case: .*{key}") as caught:
        run_case(case(**changed), folder, resume=True, quiet=True)
    assert caught.value.exit_code == 5
    assert "maximum_step" not in str(caught.value), "settings are not what is wrong"
    assert (folder / "manifest.json").read_bytes() == manifest


def test_other_physics_is_refused_without_a_checkpoint_too(good: Path, tmp_path: Path) -> None:
    folder = copy_back_to(good, tmp_path / "run", 0)
    with pytest.raises(OutputError, match="another case: temperature"):
        run_case(case(temperature="30 degC"), folder, resume=True, quiet=True)


def test_an_end_before_the_checkpoint_is_refused(good: Path, tmp_path: Path) -> None:
    folder = copy_back_to(good, tmp_path / "run", 9)
    with pytest.raises(OutputError, match=r"at t = 0\.9 s already, later than time\.end = 0\.8 s"):
        run_case(case(time__end="0.8 s"), folder, resume=True, quiet=True)


def test_a_damaged_resolved_case_does_not_stand_in_the_way(good: Path, tmp_path: Path) -> None:
    """What must be the same is known by its hash; only the names of the settings are lost."""
    folder = copy_back_to(good, tmp_path / "run", 6)
    (folder / "case.resolved.yaml").write_bytes(b"\xff: [")
    run_case(case(solver__newton__maximum_iterations="20"), folder, resume=True, quiet=True)
    assert "which ones, the case.resolved.yaml of the folder does not say" in (folder / "run.log").read_text()
    assert json.loads((folder / "manifest.json").read_text())["outcome"] == "completed"
