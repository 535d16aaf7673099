"""What would hurt most: a study that loses points, runs them twice, or ends with another table once it was killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.support import stub_study
from tests.support.stub_study import run_stub

from platingx.cli.main import execute
from platingx.errors import CaseError
from platingx.studies.local_run import Resources

CASES = Path(__file__).parents[2] / "cases"
STUDY = f"""
name: s
base: {CASES / "eruption.yaml"}
axes:
  d: {{key: geometry.pit.depth, values: DEPTHS}}
quantities:
  p: max_pressure_li
  p_max: {{of: max_pressure_li, take: maximum}}
  early: {{of: max_pressure_li, at: 1.5 s}}
"""


def study_of(folder: Path, depths: list[int]) -> Path:
    path = folder / "s.study.yaml"
    path.write_text(STUDY.replace("DEPTHS", str([f"{d} nm" for d in depths])), encoding="utf-8")
    return path


def table(out: Path) -> pd.DataFrame:
    return pd.read_csv(out / "results.csv").drop(columns="wall_time_s")


def wait_for(what: Callable[[], object], seconds: float = 1800.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_every_point_is_a_row_and_is_kept(tmp_path: Path) -> None:
    study, out = study_of(tmp_path, [30, 13, 40, 66, 50]), tmp_path / "out"
    rows, kept = run_stub(study, out)
    assert kept == 0
    assert [row["status"] for row in rows] == ["completed", "failed", "completed", "failed", "completed"]
    found = table(out)
    assert list(found.columns) == ["point", "d_m", "p_Pa", "p_max_Pa", "early_Pa", "status", "reason", "folder"]
    assert list(found["d_m"]) == pytest.approx([30e-9, 13e-9, 40e-9, 66e-9, 50e-9], rel=1e-12)
    assert list(found["p_Pa"].fillna(-1)) == pytest.approx([66, -1, 88, -1, 110], rel=1e-12)
    assert list(found["early_Pa"].fillna(-1)) == pytest.approx([49.5, -1, 66, -1, 82.5], rel=1e-12)
    assert found["reason"][1] == "no equilibrium"
    assert "2 times with signal SIGKILL" in found["reason"][3]
    assert (out / found["folder"][0] / "history.csv").is_file()
    again, kept = run_stub(study, out)
    assert kept == 4  # of the one that took its process along there is no outcome
    assert [row["status"] for row in again] == [row["status"] for row in rows]
    _, kept = run_stub(study, out, retry=True)
    assert kept == 3
    _, kept = run_stub(study_of(tmp_path, [50, 30, 31]), out)
    assert kept == 2  # the study has been edited: its points are known by what they compute


@pytest.mark.parametrize("victim", ["driver", "worker"])
def test_a_study_killed_at_any_moment_ends_with_the_same_table(victim: str, tmp_path: Path) -> None:
    """Kills at several moments, of the driver or its worker; the table is that of an undisturbed study."""
    study, out, calm = study_of(tmp_path, list(range(31, 43))), tmp_path / "out", tmp_path / "calm"
    run_stub(study, calm)
    command = [sys.executable, stub_study.__file__, str(study), str(out), "0.1"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    for kill in range(3):
        driver = subprocess.Popen(command, env=environment)
        done = 3 * kill + 2
        wait_for(lambda n=done: len(list(out.glob("points/*/summary.json"))) >= n)  # type: ignore[misc]
        workers = children(driver.pid)
        os.kill(driver.pid if victim == "driver" else workers[0], signal.SIGKILL)
        if victim == "worker":
            assert driver.wait(60) == 0
            break
        driver.wait(60)
        wait_for(lambda pids=workers: not any(Path(f"/proc/{pid}").exists() for pid in pids))  # type: ignore[misc]
    _, kept = run_stub(study, out)
    assert kept == 12 if victim == "worker" else kept >= 8
    pd.testing.assert_frame_equal(table(out), table(calm))


def test_ctrl_c_stops_and_the_study_goes_on(tmp_path: Path) -> None:
    study, out = study_of(tmp_path, list(range(31, 37))), tmp_path / "out"
    command = [sys.executable, stub_study.__file__, str(study), str(out), "0.2"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    driver = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: len(list(out.glob("points/*/summary.json"))) >= 2)
    driver.send_signal(signal.SIGINT)
    _, said = driver.communicate(timeout=1800)
    assert "InterruptedRunError: stopped with" in said
    assert {"completed", "waiting"} <= set(table(out)["status"])
    rows, kept = run_stub(study, out)
    assert kept >= 2
    assert {row["status"] for row in rows} == {"completed"}


def test_three_meshes_give_the_error_of_the_mesh(tmp_path: Path) -> None:
    """Of a quantity f0 (1 + 0.1 h^2) it is 1.25 times 10 %; a point that fails on a mesh has none."""
    study, out = study_of(tmp_path, [30, 40, 13]), tmp_path / "out"
    study.write_text(study.read_text() + "meshes: [0.7, 1, 1.4]\n", encoding="utf-8")
    rows, kept = run_stub(study, out)
    assert (len(rows), kept) == (3, 0)
    found = table(out)
    assert list(found["p_mesh_error_percent"].fillna(-1)) == pytest.approx([12.5, 12.5, -1], rel=1e-6)
    assert len(list(out.glob("points/*"))) == 9
    _, kept = run_stub(study, out)
    assert kept == 9
    pd.testing.assert_frame_equal(table(out), found)


def test_cores_are_not_taken_twice() -> None:
    assert Resources(None, 2).workers(8) == 4
    assert Resources(None, 1).workers(2) == 2
    with pytest.raises(CaseError, match="need 4 cores, and there are 2"):
        Resources(2, 2).workers(2)


REAL = f"""
name: real
base: {CASES / "eruption.yaml"}
set: {{geometry.mesh.refinement: 0.3, time.end: 6 ms}}
axes:
  i: {{key: growth.current_density, values: [1 A/cm^2, 2 A/cm^2]}}
quantities: {{p: max_pressure_li}}
"""


def test_real_points_on_a_worker_that_is_killed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The point that its worker has left goes on in another one; the numbers are those of `platingx run`."""
    path, out = tmp_path / "real.study.yaml", tmp_path / "out"
    path.write_text(REAL, encoding="utf-8")
    command = [sys.executable, "-m", "platingx", "study", str(path), "--out", str(out), "--jobs", "1"]
    driver = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wait_for(lambda: any(file.read_text().count("\n") > 3 for file in out.glob("points/*/history.csv")), 300.0)
    (worker,) = children(driver.pid)
    os.kill(worker, signal.SIGKILL)
    said, _ = driver.communicate(timeout=1800)
    assert driver.returncode == 0, said
    found = table(out)
    assert list(found["status"]) == ["completed", "completed"]
    assert len(list((out / "meshes").glob("*.npz"))) == 1  # one geometry
    assert execute(["study", str(path), "--out", str(out)]) == 0
    assert "2 of 2 runs are done, kept" in capsys.readouterr().out
    keys = ["--set", "geometry.mesh.refinement=0.3", "--set", "time.end=6 ms", "--set", "output.figures=false"]
    assert execute(["run", str(CASES / "eruption.yaml"), *keys, "--out", str(tmp_path / "run"), "-q"]) == 0
    alone = pd.read_csv(tmp_path / "run" / "history.csv")["max_pressure_li_Pa"].iloc[-1]
    assert found["p_Pa"][1] == pytest.approx(alone, rel=1e-11)


def test_the_command_lists_points_and_writes_a_first_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "first.study.yaml"
    words = ["study", "new", str(CASES / "eruption.yaml"), "growth.current_density", "temperature", "--out", str(path)]
    assert execute(words) == 0
    assert execute(["study", str(path), "--dry-run", "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "25 points" in said
    assert "1: current_density = 1 A/cm^2, temperature = " in said
    assert "estimated: " in said
    assert not (tmp_path / "out").exists()
    assert execute(["study", str(CASES / "eruption.yaml")]) == 2
    assert execute(["report", str(path)]) == 2
    assert "try:   platingx study" in capsys.readouterr().err
    assert execute(["validate", str(path)]) == 0
    assert "valid study of 25 points" in capsys.readouterr().out


def test_a_dry_run_says_what_it_would_ask_of_a_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without Slurm, and without submitting anything."""
    (tmp_path / "cluster.yaml").write_text("time: 90 min\nranks: 4\npoints_per_job: 3\naccount: mine\n")
    file, out = str(CASES / "studies/eruption_rates.study.yaml"), tmp_path / "out"
    words = ["study", file, "--out", str(out), "--dry-run", "--on", "slurm"]
    assert execute([*words, "--profile", str(tmp_path / "cluster.yaml")]) == 0
    said = capsys.readouterr().out
    assert (
        "on Slurm: 4 jobs, 4 at a time, up to 3 runs in each; 4 cores of one node and 90 min each, account mine" in said
    )
    assert "to run: 10 runs, 4 at a time on 4 ranks each" in said
    assert not out.exists()
    assert execute(words) == 2
    assert "--profile PROFILE.yaml" in capsys.readouterr().err
    assert execute([*words, "--profile", str(tmp_path / "cluster.yaml"), "--ranks", "2"]) == 2
    assert "the profile says this" in " ".join(capsys.readouterr().err.replace("\u2502", " ").split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["study", str(CASES / "gao2022.study.yaml"), "--dry-run", "--on", "slurm"], "compares meshes"),
        (["study", "new", str(CASES / "eruption.yaml"), "time.end", "--out", "OUT", "--dry-run"], "runs nothing"),
        (["validate", str(CASES / "gao2022.study.yaml"), "--set", "time.end=1 s"], "not studies"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new.study.yaml"
    assert execute([str(out) if word == "OUT" else word for word in words]) == 2
    assert message in " ".join(capsys.readouterr().err.replace("\u2502", " ").split())
    assert not out.exists()
