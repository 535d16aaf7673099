"""What would hurt most if lost: a resumed run is the uninterrupted one, and nothing else is ever resumed by mistake."""

import json
import os
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from resumed_runs import CASE, DIFFUSING, EXACT, SOLVER, assert_same_run, command, copy_back_to, overrides, run, started

from platingx.config.loader import load_case
from platingx.errors import InterruptedRunError, OutputError
from platingx.post.field_reader import read_fields
from platingx.post.history import read_history, read_manifest, read_summary
from platingx.run import execution
from platingx.run.runner import run_case
from platingx.run.signals import SignalWatch
from platingx.stepping.checkpoint_files import checkpoints


def case(**changed: str):
    return load_case(CASE, overrides(**changed))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run on one rank."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    run_case(case(), folder, quiet=True)
    return folder


def resume(folder: Path, **changed: str) -> None:
    run_case(case(**changed), folder, resume=True, quiet=True)


# --- the same run


@pytest.mark.parametrize("step", [3, 9])
def test_a_resumed_run_is_the_uninterrupted_one(step: int, whole: Path, tmp_path: Path) -> None:
    """Bit for bit: history, summary, fields and the last checkpoint."""
    folder = copy_back_to(whole, tmp_path / "run", step)
    resume(folder)
    assert_same_run(folder, whole, EXACT)
    assert (folder / "history.csv").read_bytes() == (whole / "history.csv").read_bytes()
    mine, theirs = (checkpoints(path / "checkpoint")[0] for path in (folder, whole))
    assert (mine / "rank-00000.npz").read_bytes() == (theirs / "rank-00000.npz").read_bytes()
    (entry,) = read_manifest(folder)["resumed"]
    assert entry["from_step"] == step
    assert entry["fields"] == "fields.2.bp"
    log = (folder / "run.log").read_text()
    assert log.count("step    1 ") == 1
    assert f"going on from step-{step:08d}" in log


def test_resuming_twice_and_a_finished_run(whole: Path, tmp_path: Path) -> None:
    folder = copy_back_to(whole, tmp_path / "run", 9)
    resume(folder)
    for path in checkpoints(folder / "checkpoint"):
        if path.name > "step-00000006":
            shutil.rmtree(path)
    resume(folder)  # from an earlier state than the first time
    assert_same_run(folder, whole, EXACT)
    resume(folder)  # there is nothing left to do
    assert_same_run(folder, whole, EXACT)
    assert [entry["outcome_before"] for entry in read_manifest(folder)["resumed"]] == ["completed"] * 3


@pytest.mark.parametrize(("before", "after"), [(1, 2), (3, 1), pytest.param(2, 2, marks=pytest.mark.long)])
def test_other_numbers_of_ranks(before: int, after: int, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    code, output = run(["--out", str(folder)], before)
    assert code == 0, output
    reference = copy_back_to(folder, tmp_path / "cut", 6)
    code, output = run(["--resume", str(reference)], after)
    assert code == 0, output
    assert_same_run(reference, folder, EXACT if before == after else SOLVER)
    assert_same_run(reference, whole, SOLVER)
    assert read_manifest(reference)["resumed"][0]["ranks"] == after


@pytest.mark.long
@pytest.mark.parametrize(("before", "after"), [(2, 1), (1, 2)])
def test_diffusion_goes_on_on_other_ranks(before: int, after: int, tmp_path: Path) -> None:
    """Fields on an interface are kept by cells as those of the whole mesh are; so is the table of the interface."""
    folder = tmp_path / "run"
    code, output = run(["--out", str(folder)], before, **DIFFUSING)
    assert code == 0, output
    resumed = copy_back_to(folder, tmp_path / "cut", 6)
    code, output = run(["--resume", str(resumed)], after, **DIFFUSING)
    assert code == 0, output
    assert_same_run(resumed, folder, SOLVER)
    assert read_manifest(resumed)["resumed"][0]["ranks"] == after
    mine, theirs = (pd.read_csv(path / "interface.csv") for path in (resumed, folder))
    assert mine[["time_s", "boundary"]].equals(theirs[["time_s", "boundary"]])
    for name in ("pressure_Pa", "thickness_m"):
        assert np.abs(mine[name] - theirs[name]).max() <= SOLVER * np.abs(theirs[name]).max()


def test_without_a_checkpoint_the_run_starts_again(whole: Path, tmp_path: Path) -> None:
    folder = copy_back_to(whole, tmp_path / "run", 0)
    resume(folder)
    assert_same_run(folder, whole, EXACT)
    assert "no usable checkpoint in this folder: starting from the beginning" in (folder / "run.log").read_text()
    empty = tmp_path / "empty"
    empty.mkdir()
    resume(empty)
    assert_same_run(empty, whole, EXACT)


def test_a_damaged_checkpoint_is_passed_over(whole: Path, tmp_path: Path) -> None:
    folder = copy_back_to(whole, tmp_path / "run", 9)
    file = folder / "checkpoint" / "step-00000009" / "rank-00000.npz"
    file.write_bytes(file.read_bytes()[:-100])
    resume(folder)
    assert_same_run(folder, whole, EXACT)
    log = (folder / "run.log").read_text()
    assert "checkpoint skipped" in log
    assert "going on from step-00000006" in log


# --- anything else is refused


def test_another_case_is_refused_by_the_keys_that_differ(whole: Path, tmp_path: Path) -> None:
    folder = copy_back_to(whole, tmp_path / "run", 6)
    before = (folder / "history.csv").read_bytes(), (folder / "manifest.json").read_bytes()
    with pytest.raises(OutputError, match=r"another case: growth\.current_density is 5 mA/cm², was 4 mA/cm²"):
        resume(folder, growth__current_density="5 mA/cm^2")
    assert before == ((folder / "history.csv").read_bytes(), (folder / "manifest.json").read_bytes())
    code, output = run(["--resume", str(folder)], temperature="30 degC")
    assert code == 5
    assert "temperature is 303.15 K, was 298.15 K" in output
    assert "Traceback" not in output


def test_another_mesh_is_refused(whole: Path, tmp_path: Path) -> None:
    folder = copy_back_to(whole, tmp_path / "run", 6)
    index = folder / "checkpoint" / "step-00000006" / "index.json"
    index.write_text(json.dumps(json.loads(index.read_text()) | {"mesh_sha256": "0" * 64}))
    mesh = (folder / "mesh.msh").read_bytes()
    with pytest.raises(OutputError, match="the mesh is not that of"):
        resume(folder)
    assert (folder / "mesh.msh").read_bytes() == mesh
    assert not (folder / "mesh.new.msh").exists()
    assert read_summary(folder)["outcome"] == "failed"


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="there is no such run folder to resume"):
        resume(tmp_path / "nowhere")
    (tmp_path / "letter.txt").write_text("keep me")
    with pytest.raises(OutputError, match="not the folder of a run"):
        resume(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_history_without_the_rows_is_refused(whole: Path, tmp_path: Path) -> None:
    folder = copy_back_to(whole, tmp_path / "run", 6)
    lines = (folder / "history.csv").read_text().splitlines(keepends=True)
    (folder / "history.csv").write_text("".join(lines[:5]))
    with pytest.raises(OutputError, match="the checkpoint goes on after step 6, which is not in this file"):
        resume(folder)


def test_resume_takes_no_other_folder(tmp_path: Path) -> None:
    code, output = run(["--resume", str(tmp_path), "--out", str(tmp_path / "other")])
    assert code == 2
    assert "--resume" in output


# --- signals


class _SignalAfter:
    """Stand in for the log's step line: sends a signal to this process after a step."""

    def __init__(self, number: int, step: int) -> None:
        self.number, self.step = number, step

    def __call__(self, log: object, step, snapshot: object) -> None:
        if step.number == self.step:
            os.kill(os.getpid(), self.number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGHUP])
def test_a_signal_saves_and_stops(
    number: signal.Signals, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = _SignalAfter(number, 5)
    with monkeypatch.context() as patch:
        patch.setattr(execution.RunLog, "step", lambda log, step, snapshot: stand_in(log, step, snapshot))
        with pytest.raises(InterruptedRunError, match="go on with --resume") as caught:
            run_case(case(), tmp_path / "run", quiet=True)
    assert caught.value.exit_code == 128 + number
    assert checkpoints(tmp_path / "run" / "checkpoint")[0].name == "step-00000005"
    assert read_summary(tmp_path / "run")["outcome"] == "interrupted"
    assert read_manifest(tmp_path / "run")["outcome"] == "interrupted"
    resume(tmp_path / "run")
    assert_same_run(tmp_path / "run", whole, EXACT)


def test_a_second_ctrl_c_does_not_wait() -> None:
    before = signal.getsignal(signal.SIGINT)
    with SignalWatch() as watch:
        os.kill(os.getpid(), signal.SIGINT)
        assert watch.received == signal.SIGINT
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def wait_for_row(folder: Path, row: int, process: subprocess.Popen[str]) -> None:
    limit = time.monotonic() + 200
    while time.monotonic() < limit and process.poll() is None:
        file = folder / "history.csv"
        if file.exists() and file.read_bytes().count(b"\n") > row:
            return
        time.sleep(0.02)
    raise AssertionError(f"no row {row}; exit code {process.poll()}")


def test_the_signal_of_slurm_reaches_all_ranks_through_mpirun(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with started(command(["--out", str(folder)], 2)) as process:
        wait_for_row(folder, 3, process)
        process.send_signal(signal.SIGUSR1)
        output, _ = process.communicate(timeout=1800)
    assert process.returncode == 128 + signal.SIGUSR1, output
    assert output.count("go on with --resume") >= 1
    assert read_summary(folder)["outcome"] == "interrupted"
    code, output = run(["--resume", str(folder)], 2)
    assert code == 0, output
    assert_same_run(folder, whole, SOLVER)


# --- the disk


def test_a_full_disk_ends_the_run_with_the_last_checkpoint_intact(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history cannot grow beyond a few rows: exit code 5, and the run goes on when there is room."""
    folder = tmp_path / "run"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    rows = (whole / "history.csv").read_bytes().splitlines(keepends=True)
    room = sum(map(len, rows[:6])) + 20

    def limited(log: object, step, snapshot: object) -> None:
        if step.number == 5:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))

    try:
        with monkeypatch.context() as patch:
            patch.setattr(execution.RunLog, "step", limited)
            with pytest.raises(OutputError, match=r"cannot write .*history\.csv: File too large"):
                run_case(case(), folder, quiet=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert checkpoints(folder / "checkpoint")[0].name == "step-00000003"
    resume(folder)
    assert_same_run(folder, whole, EXACT)
    assert len(read_history(folder)) == len(read_history(whole))
    assert len(read_fields(folder)) == len(read_fields(whole))
