"""What would hurt most if lost: a run folder explains itself, also after a failure, and is never lost by accident."""

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mpi4py import MPI

from platingx.cli.main import execute
from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import ConvergenceError, OutputError
from platingx.post.results import RunResults
from platingx.run.folder import prepare_folder
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"
SMALL = {
    "geometry.mesh.refinement": "0.3",
    "geometry.mesh.tip_fraction": "0.4",
    "geometry.mesh.layers": "4",
    "output.figures": "false",
    "time.end": "2 ms",
    "time.milestones": "[0.5 ms, 1.25 ms]",
}


def small(name: str = "eruption", **more: str) -> Case:
    values = SMALL | {key.replace("__", "."): value for key, value in more.items()}
    return load_case(CASES / f"{name}.yaml", list(values.items()))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RunResults:
    return run_case(small(), tmp_path_factory.mktemp("run") / "out", quiet=True)


def test_all_files_are_there(result: RunResults) -> None:
    names = {path.name for path in result.path.iterdir()}
    texts = {"case.resolved.yaml", "manifest.json", "run.log", "history.csv", "summary.json"}
    assert names >= texts | {"fields.bp", "mesh.msh"}


def test_manifest_says_what_the_run_depends_on(result: RunResults) -> None:
    manifest = json.loads((result.path / "manifest.json").read_text())
    assert {"platingx", "python", "packages", "ranks", "case_sha256", "started", "finished"} <= set(manifest)
    assert manifest["outcome"] == "completed"
    assert manifest["ranks"] == MPI.COMM_WORLD.size
    assert "dolfinx" in manifest["packages"]
    assert manifest["steps"] == len(result.history)
    assert manifest["mesh_sha256"] == hashlib.sha256((result.path / "mesh.msh").read_bytes()).hexdigest()


def test_resolved_case_gives_the_same_run_again(result: RunResults, tmp_path: Path) -> None:
    again = run_case(result.path / "case.resolved.yaml", tmp_path / "again", quiet=True)
    assert again.summary["quantities"] == result.summary["quantities"]
    first, second = (json.loads((run.path / "manifest.json").read_text()) for run in (result, again))
    assert first["case_sha256"] == second["case_sha256"]


def test_history_has_units_and_a_row_for_each_step(result: RunResults) -> None:
    with (result.path / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {"time_s", "max_pressure_li_Pa", "max_principal_stress_llzo_Pa", "deposited_thickness_m"} <= set(rows[0])
    assert isinstance(result.history, pd.DataFrame)
    assert [int(row["step"]) for row in rows] == list(range(1, len(rows) + 1))
    times = [float(row["time_s"]) for row in rows]
    assert {0.5e-3, 1.25e-3, 2e-3} <= set(times), "milestones are hit exactly"
    assert all(float(row["residual"]) <= 1e-8 for row in rows)


def test_summary_has_values_places_and_times(result: RunResults) -> None:
    summary = json.loads((result.path / "summary.json").read_text())
    assert summary["outcome"] == "completed"
    for name in ("max_pressure_li", "max_principal_stress_llzo"):
        record = summary["quantities"][name]
        assert record["value_Pa"] == pytest.approx(result.history[f"{name}_Pa"].max())
        assert len(record["place_m"]) == 2
        assert 0.0 < record["time_s"] <= 2e-3
    assert summary["quantities"]["deposited_thickness"]["value_m"] == pytest.approx(2694.71e-9 * 2e-3, rel=1e-5)
    assert summary["quantities"]["deposited_volume_ratio"]["value"] == pytest.approx(1.0, abs=1e-6)
    assert "value_N_per_m" in summary["quantities"]["collector_force"]


def test_fields_agree_with_the_summary(result: RunResults) -> None:
    """Read back: largest pressure in the lithium and principal stress in the ceramic, growth stretch, regions."""
    fields = result.fields
    np.testing.assert_allclose(fields.times[-1], 2e-3)
    last = fields.at(-1)
    lithium, ceramic = (np.unique(fields.cells[fields.region_mask(name)]) for name in ("li", "llzo"))
    assert last["pressure"][lithium].max() == pytest.approx(result.quantity("max_pressure_li"), rel=1e-9)
    tension = last["principal_stress_1"][ceramic].max()
    assert tension == pytest.approx(result.quantity("max_principal_stress_llzo"), rel=1e-9)
    stretch = result.history["growth_stretch"].iloc[-1]
    np.testing.assert_allclose(last["growth_stretch"][lithium], stretch, rtol=1e-9)
    np.testing.assert_allclose(last["growth_stretch"][ceramic], 1.0, rtol=1e-12)
    assert (last["plastic_strain"] >= 0.0).all()
    top = np.abs(last["displacement"][lithium]).max()
    assert 0.0 < top < 100e-9


def test_figures_when_asked_for(tmp_path: Path) -> None:
    case = small(output__figures="true", time__end="0.1 ms", time__milestones="[]")
    result = run_case(case, tmp_path / "out", quiet=True)
    pictures = list((result.path / "figures").glob("*.png"))
    assert pictures
    assert all(picture.stat().st_size > 1000 for picture in pictures)


def test_values_can_be_changed_in_python(tmp_path: Path) -> None:
    """Load, change, run, read: a few lines of a notebook."""
    case = small().with_values({"growth.current_density": "1 A/cm^2", "time.end": "1 ms", "time.milestones": []})
    result = run_case(case, tmp_path / "out", quiet=True)
    assert result.history["deposited_thickness_m"].iloc[-1] == pytest.approx(1347.355e-9 * 1e-3, rel=1e-5)
    assert result.fields.at(-1)["pressure"].shape == (len(result.fields.points),)


def test_plating_and_stripping_by_a_table(tmp_path: Path) -> None:
    """What is plated and stripped again leaves no metal behind; the closed space is back near zero pressure."""
    ends = [("0 s", 0), ("0.5 ms", 1), ("1 ms", 0), ("1.5 ms", -1), ("2 ms", 0)]
    table = {"table": [[time, f"{current} A/cm^2"] for time, current in ends]}
    case = small().with_values({"growth.current_density": table})
    result = run_case(case, tmp_path / "out", quiet=True)
    history = result.history
    assert history["deposited_thickness_m"].iloc[-1] == pytest.approx(0.0, abs=1e-18)
    assert history["growth_stretch"].iloc[-1] == pytest.approx(1.0, abs=1e-9)
    assert abs(history["mean_pressure_li_Pa"].iloc[-1]) < 0.02 * history["mean_pressure_li_Pa"].max()


def test_axisymmetric_model_has_newton(tmp_path: Path) -> None:
    case = small(geometry__symmetry="axisymmetric")
    result = run_case(case, tmp_path / "out", quiet=True)
    assert "collector_force_N" in result.history
    assert result.quantity("deposited_volume_ratio") == pytest.approx(1.0, abs=1e-6)


def test_triangles_give_the_same_pressure(result: RunResults, tmp_path: Path) -> None:
    case = small(geometry__mesh__cell="triangle")
    triangles = run_case(case, tmp_path / "out", quiet=True)
    assert triangles.quantity("mean_pressure_li") == pytest.approx(result.quantity("mean_pressure_li"), rel=0.01)


# --- refusals and failures


def test_an_existing_run_is_refused_without_force(tmp_path: Path) -> None:
    case = small(time__end="0.1 ms", time__milestones="[]")
    run_case(case, tmp_path / "out", quiet=True)
    before = (tmp_path / "out" / "summary.json").read_bytes()
    with pytest.raises(OutputError, match="already holds a run") as caught:
        run_case(case, tmp_path / "out", quiet=True)
    assert caught.value.exit_code == 5
    assert (tmp_path / "out" / "summary.json").read_bytes() == before
    run_case(case, tmp_path / "out", quiet=True, force=True)


def test_force_deletes_nothing_in_a_folder_that_was_never_a_run(tmp_path: Path) -> None:
    mine = (tmp_path / "figures" / "my.txt", tmp_path / "history.csv")
    mine[0].parent.mkdir()
    for path in mine:
        path.write_text("mine", encoding="utf-8")
    for force in (False, True):
        with pytest.raises(OutputError, match="not the folder of a run"):
            prepare_folder(tmp_path, {"case.resolved.yaml": "resolved"}, force)
    assert [path.read_text(encoding="utf-8") for path in mine] == ["mine", "mine"]


@pytest.mark.parametrize("left", ["case.resolved.yaml", "manifest.json"])
def test_force_removes_what_a_crash_has_left_of_a_run(tmp_path: Path, left: str) -> None:
    for name in (left, "history.csv"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    prepare_folder(tmp_path, {"case.resolved.yaml": "resolved"}, True)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("case.resolved.yaml", "resolved")]


def test_a_file_in_the_way_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("not a folder")
    with pytest.raises(OutputError, match="cannot write"):
        run_case(small(), tmp_path / "out", quiet=True)


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ConvergenceError]:
    """A run that cannot go on: at 50 ms the current of an island jumps so high that one smallest step doubles it."""
    out = tmp_path_factory.mktemp("failing") / "out"
    rows = [["0 s", "4 mA/cm^2"], ["50 ms", "4 mA/cm^2"], ["51 ms", "4 A/cm^2"], ["100 ms", "4 A/cm^2"]]
    case = small("low_rate", time__end="100 ms", time__milestones="[]").with_values(
        {
            "growth.current_density": {"table": rows},
            "time.minimum_step": "10 ms",
            "time.initial_step": "10 ms",
            "time.milestones": ["20 ms"],
            "output.fields_every": "milestones",
        }
    )
    with pytest.raises(ConvergenceError) as caught:
        run_case(case, out, quiet=True)
    return out, caught.value


def test_failure_has_exit_code_4_and_says_what_to_try(failed: tuple[Path, ConvergenceError]) -> None:
    _, error = failed
    assert error.exit_code == 4
    assert "smallest step" in str(error)
    assert "minimum_step" in str(error)


def test_failure_keeps_the_last_state_and_says_so(failed: tuple[Path, ConvergenceError]) -> None:
    folder, error = failed
    summary = json.loads((folder / "summary.json").read_text())
    manifest = json.loads((folder / "manifest.json").read_text())
    assert summary["outcome"] == manifest["outcome"] == "failed"
    assert str(error) in summary["message"]
    results = RunResults(folder)
    last = results.history["time_s"].iloc[-1]
    assert 20e-3 < last < 100e-3
    assert summary["quantities"]["max_pressure_li"]["time_s"] <= last
    fields = results.fields
    assert fields.times[-1] == pytest.approx(last), "the last converged state is in the field file"
    assert np.isfinite(fields.at(-1)["pressure"]).all()
    assert "failed" in (folder / "run.log").read_text()


def test_the_command_ends_with_exit_code_4(
    failed: tuple[Path, ConvergenceError], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = execute(["run", str(failed[0] / "case.resolved.yaml"), "--out", str(tmp_path / "again")])
    assert code == 4
    captured = capfd.readouterr()
    assert "no equilibrium found" in captured.out + captured.err
    assert "Traceback" not in captured.out + captured.err


# --- several ranks


@pytest.mark.mpi
def test_ranks_agree(tmp_path: Path) -> None:
    """The run on all ranks, and the same on one: histories and summary to solver tolerance."""
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path, root=0)
    case = small(time__end="1 ms", time__milestones="[0.5 ms]")
    together = run_case(case, folder / "together", quiet=True)
    alone = run_case(case, folder / f"alone-{comm.rank}", quiet=True, comm=MPI.COMM_SELF)
    assert together.summary["outcome"] == "completed"
    one, many = alone.history, together.history
    assert list(one.columns) == list(many.columns)
    assert len(one) == len(many)
    for name in one.columns:
        if name == "residual":
            continue
        scale = 1.0 if name.endswith("_balance_error") else np.abs(one[name]).max()
        np.testing.assert_allclose(many[name], one[name], rtol=1e-6, atol=1e-7 * scale, err_msg=name)


@pytest.mark.mpi
def test_ranks_agree_with_free_sides(tmp_path: Path) -> None:
    """The viscous flow of an island, whose step sizes depend on everything."""
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path, root=0)
    case = small("low_rate", time__end="50 ms", time__milestones="[]")
    together = run_case(case, folder / "together", quiet=True)
    alone = run_case(case, folder / f"alone-{comm.rank}", quiet=True, comm=MPI.COMM_SELF)
    for name in ("max_pressure_li", "max_principal_stress_llzo", "collector_force", "mean_pressure_li"):
        assert together.quantity(name) == pytest.approx(alone.quantity(name), rel=1e-5)


@pytest.mark.mpi
def test_all_ranks_refuse_together(tmp_path: Path) -> None:
    folder = MPI.COMM_WORLD.bcast(tmp_path, root=0)
    case = small(time__end="0.1 ms", time__milestones="[]")
    run_case(case, folder / "out", quiet=True)
    with pytest.raises(OutputError):
        run_case(case, folder / "out", quiet=True)
