"""What would hurt most: points that a cluster loses, or whose table differs from that of a study on one machine.

Against a real Slurm, with workers that compute nothing.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.support import stub_worker
from tests.support.one_node_slurm import OneNodeSlurm, wait_until
from tests.support.stub_study import run_stub

from platingx.cli.main import execute
from platingx.studies.slurm import submit as submission
from platingx.studies.slurm.record import Record
from platingx.studies.slurm.standing import standings

CASES = Path(__file__).parents[2] / "cases"
STUDY = f"""
name: s
base: {CASES / "eruption.yaml"}
axes:
  d: {{key: geometry.pit.depth, values: DEPTHS}}
quantities:
  p: max_pressure_li
"""
PROFILE = """
partition: main
time: 10 min
save_before: 30 s
points_per_job: {each}
container: {python} {stub} {pause}
"""


class Study:
    """A study with stub workers, and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.file, self.out, self.profile = folder / "s.study.yaml", folder / "out", folder / "profile.yaml"

    def write(self, depths: list[int], pause: float = 0.0, each: int = 1) -> None:
        """Write the study and a profile whose workers need some time for each point."""
        self.file.write_text(STUDY.replace("DEPTHS", str([f"{d} nm" for d in depths])), encoding="utf-8")
        profile = PROFILE.format(each=each, python=sys.executable, stub=stub_worker.__file__, pause=pause)
        self.profile.write_text(profile, encoding="utf-8")

    def submit(self, *words: str) -> int:
        """Exit code of submitting what is left."""
        given = ["--on", "slurm", "--profile", str(self.profile), "--out", str(self.out), *words]
        return execute(["study", str(self.file), *given])

    def act(self, action: str) -> int:
        """Exit code of status, collect or cancel."""
        return execute(["study", action, str(self.out)])

    def states(self) -> list[str]:
        """How the points stand, in their order."""
        record = Record.read(self.out)
        found = standings(record, self.out)
        return [found[key].status for key, _ in sorted(record.points.items(), key=lambda pair: pair[1].number)]

    def wait(self, what: Callable[[list[str]], bool], seconds: float = 90.0) -> None:
        """Wait for states of the points."""
        wait_until(lambda: what(self.states()), seconds, f"the points do not get there: {self.states()}")

    def table(self) -> pd.DataFrame:
        """The table without times."""
        return pd.read_csv(self.out / "results.csv").drop(columns="wall_time_s")


@pytest.fixture
def study(slurm: OneNodeSlurm, tmp_path: Path) -> Study:
    return Study(tmp_path)


def ended(states: list[str]) -> bool:
    return set(states) <= {"completed", "failed"}


def test_slurm_gives_the_table_of_one_machine(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    """Also of a point that fails, and of one that takes its process along; nothing is run twice."""
    study.write([30, 13, 40, 66, 50], each=2)
    assert study.submit() == 0
    assert "submitted 5 runs in 3 jobs" in capsys.readouterr().out
    assert study.submit() == 0
    assert "5 runs are in the queue already" in capsys.readouterr().out
    study.wait(ended)
    assert study.act("status") == 0
    said = capsys.readouterr().out
    assert "3 completed, 2 failed" in said
    assert "point 2, d = 13 nm: failed: no equilibrium" in said
    assert study.act("collect") == 4  # as here: points without result
    here = study.file.with_name("here")
    run_stub(study.file, here)
    found, expected = study.table(), pd.read_csv(here / "results.csv").drop(columns="wall_time_s")
    assert "2 times with signal SIGKILL" in found["reason"][3]
    pd.testing.assert_frame_equal(found.drop(3), expected.drop(3))
    pd.testing.assert_frame_equal(found.drop(columns="reason"), expected.drop(columns="reason"))
    study.write([30, 13, 40, 66, 50, 31])
    capsys.readouterr()
    assert study.submit() == 0
    assert "submitted 2 runs" in capsys.readouterr().out  # the new one, and the one of which there is no outcome


def test_slurm_study_that_is_cancelled_says_so_and_goes_on(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    study.write([30, 40, 50, 60], pause=60.0)
    assert study.submit() == 0
    study.wait(lambda states: "running" in states)
    assert execute(["study", str(study.file), "--out", str(study.out)]) == 2  # not here and there at once
    assert "jobs of this study are in the queue" in capsys.readouterr().err
    assert study.act("cancel") == 0
    assert "cancelled 4 jobs" in capsys.readouterr().out
    assert study.act("collect") == 0
    found = study.table()
    assert set(found["status"]) == {"interrupted", "waiting"}
    assert found["reason"].str.startswith("cancelled").all()
    study.write([30, 40, 50, 60], each=4)
    assert study.submit() == 0
    study.wait(ended)
    assert study.act("collect") == 0
    assert set(study.table()["status"]) == {"completed"}


@pytest.mark.long
def test_slurm_takes_more_points_than_an_array_has(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "largest_array", lambda: 2)
    study.write([30, 40, 50])
    assert study.submit() == 0
    jobs = sorted(point.job for point in Record.read(study.out).points.values())
    assert [job.partition("_")[2] for job in jobs] == ["0", "1", ""]  # an array of two, and a job
    study.wait(ended)
    assert study.states() == ["completed"] * 3


@pytest.mark.long
def test_slurm_jobs_of_a_submission_that_was_killed_are_taken_back(study: Study, slurm: OneNodeSlurm) -> None:
    study.write([30, 40], pause=60.0)
    assert study.submit() == 0
    record = Record.read(study.out)
    record.points.clear()
    record.write(study.out)  # as if the submission had been killed before it could note its jobs
    study.write([30, 40])
    assert study.submit() == 0
    study.wait(ended)
    wait_until(lambda: not slurm.queue(), 30.0, "the jobs of the killed submission stay")


def test_slurm_refusals_are_told(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    study.write([30])
    study.profile.write_text("partition: nowhere\ntime: 1 h\n", encoding="utf-8")
    assert study.submit() == 2
    assert "invalid partition" in capsys.readouterr().err
    assert study.act("status") == 0
    study.profile.write_text("partition: main\ntime: 1 h\nmemory: much\n", encoding="utf-8")
    assert study.submit() == 2
    assert "profile.yaml:3:9: memory" in capsys.readouterr().err
    assert execute(["study", str(study.file), "--on", "slurm"]) == 2
    assert "jobs need a time limit" in capsys.readouterr().err
    assert execute(["study", "status", str(study.out / "nowhere")]) == 5
    assert execute(["study", "status"]) == 2


def test_slurm_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study = Study(tmp_path)
    study.write([30])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert study.submit() == 2
    assert "there is no sbatch on the path" in capsys.readouterr().err
    assert not study.out.exists()


def test_slurm_without_submitit_is_told_and_studies_run_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study = Study(tmp_path)
    study.write([30])
    monkeypatch.setitem(sys.modules, "submitit", None)
    assert study.submit() == 2
    assert "pip install 'platingx[slurm]'" in capsys.readouterr().err
    alone = "import sys; sys.modules['submitit'] = None; import platingx.studies.slurm.control"
    subprocess.run(
        [sys.executable, "-c", alone], check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    )
