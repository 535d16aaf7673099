"""What would hurt most: a point that a time limit or a failed node takes back to its beginning, or gives other numbers.

Real points on a real Slurm; five minutes on two idle cores.
"""

import json
from pathlib import Path

import pandas as pd
import pytest
from tests.support.one_node_slurm import OneNodeSlurm, wait_until

from platingx.cli.main import execute
from platingx.studies.slurm.record import Record
from platingx.studies.slurm.standing import standings

pytestmark = pytest.mark.long

CASES = Path(__file__).parents[2] / "cases"
STUDY = f"""
name: real
base: {CASES / "eruption.yaml"}
set: {{geometry.mesh.refinement: 0.4, time.maximum_growth_increment: 0.0005, output.checkpoint.every_steps: 20}}
axes:
  i: {{key: growth.current_density, values: [1 A/cm^2, 2 A/cm^2]}}
quantities: {{p: max_pressure_li, s: {{of: max_principal_stress_llzo, take: maximum}}}}
"""
PATIENCE = 1800.0


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("study") / "real.study.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def undisturbed(study: Path) -> pd.DataFrame:
    """The table of the same study on this machine."""
    out = study.with_name("here")
    assert execute(["study", str(study), "--out", str(out)]) == 0
    return table(out)


def table(out: Path) -> pd.DataFrame:
    return pd.read_csv(out / "results.csv").drop(columns="wall_time_s")


def submit(study: Path, out: Path, profile: str) -> None:
    path = out.with_suffix(".yaml")
    path.write_text(profile, encoding="utf-8")
    assert execute(["study", str(study), "--on", "slurm", "--profile", str(path), "--out", str(out)]) == 0


def statuses(out: Path) -> set[str]:
    return {standing.status for standing in standings(Record.read(out), out).values()}


def steps(out: Path) -> list[int]:
    return [len(file.read_text().splitlines()) for file in out.glob("points/*/history.csv")]


def test_time_limit_saves_requeues_and_resumes(
    slurm: OneNodeSlurm, study: Path, undisturbed: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    out = study.with_name("limit")
    submit(study, out, "time: 2 min\nsave_before: 60 s\n")
    wait_until(lambda: "waiting" in statuses(out) and max(steps(out), default=0) > 5, PATIENCE, "no job was requeued")
    wait_until(lambda: statuses(out) == {"completed"}, PATIENCE, "the points do not come to their end")
    assert execute(["study", "collect", str(out)]) == 0
    capsys.readouterr()
    pd.testing.assert_frame_equal(table(out), undisturbed)  # to the last digit
    said = [log.read_text() for log in out.glob("slurm/1/*_log.err")] + [
        log.read_text() for log in out.glob("slurm/1/*.out")
    ]
    assert any("Requeued job" in text for text in said)
    resumed = [json.loads(file.read_text()).get("resumed", []) for file in out.glob("points/*/manifest.json")]
    assert all(resumed), "a point started again from nothing"


def test_points_of_a_failed_node_go_on_from_their_checkpoints(
    slurm: OneNodeSlurm, study: Path, undisturbed: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    out = study.with_name("failed_node")
    submit(study, out, "time: 1 h\nsave_before: 5 min\n")
    wait_until(lambda: min(steps(out), default=0) > 30, PATIENCE, "the points do not step")
    slurm.fail_node()
    wait_until(lambda: slurm.node_state().startswith("down"), 60.0, "Slurm does not see that the node has failed")
    wait_until(lambda: statuses(out) == {"waiting"}, 30.0, f"after the failure: {statuses(out)}")
    assert execute(["study", "status", str(out)]) == 0
    assert "waiting: saved, job" in capsys.readouterr().out
    slurm.start_node()
    wait_until(lambda: statuses(out) == {"completed"}, PATIENCE, "the points do not come to their end")
    assert execute(["study", "collect", str(out)]) == 0
    capsys.readouterr()
    pd.testing.assert_frame_equal(table(out), undisturbed)
    resumed = [json.loads(file.read_text()).get("resumed", []) for file in out.glob("points/*/manifest.json")]
    assert all(resumed), "a point started again from nothing"
