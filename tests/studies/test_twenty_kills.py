"""What would hurt most: a study that has lost or changed a point after it was killed often enough.

Twenty times SIGKILL of the driver or of one of its workers, at random moments; afterwards the table is that of an
undisturbed study, to the last digit.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from tests.support import stub_study
from tests.support.stub_study import run_stub

from platingx.cli.main import execute

pytestmark = pytest.mark.long

KILLS = 20
CASES = Path(__file__).parents[2] / "cases"
STUB = f"""
name: stub
base: {CASES / "eruption.yaml"}
axes:
  d: {{key: geometry.pit.depth, linspace: {{start: 31 nm, stop: 65 nm, num: 120}}}}
quantities: {{p: max_pressure_li}}
"""
REAL = f"""
name: real
base: {CASES / "eruption.yaml"}
set: {{geometry.mesh.refinement: 0.3, time.maximum_growth_increment: 0.001, output.checkpoint.every_steps: 10}}
axes:
  i: {{key: growth.current_density, linspace: {{start: 1 A/cm^2, stop: 4 A/cm^2, num: 8}}}}
quantities: {{p: max_pressure_li, s: {{of: max_principal_stress_llzo, take: maximum}}}}
"""


def table(out: Path) -> pd.DataFrame:
    return pd.read_csv(out / "results.csv").drop(columns="wall_time_s")


def workers_of(pid: int) -> list[int]:
    """Workers that a driver has started; it starts other, short-lived programs, too."""
    try:
        found = [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return [child for child in found if b"worker" in Path(f"/proc/{child}/cmdline").read_bytes()]
    except OSError:
        return []


def kill_often(command: Sequence[str], longest: float) -> dict[str, int]:
    """Start the driver and kill it or a worker, twenty times; how often each of them was killed while it ran."""
    chance = random.Random(20)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    killed = {"driver": 0, "worker": 0}
    while sum(killed.values()) < KILLS:
        driver = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not workers_of(driver.pid) and driver.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, longest))
        workers = workers_of(driver.pid)
        if driver.poll() is None and workers and chance.random() < 0.5:
            os.kill(chance.choice(workers), signal.SIGKILL)
            killed["worker"] += 1
            time.sleep(chance.uniform(0.0, longest))
            workers = workers_of(driver.pid)
        if driver.poll() is None:
            driver.kill()
            killed["driver"] += 1
        assert driver.wait(60) in (0, -signal.SIGKILL)
        if driver.returncode == 0:
            break
        end = time.monotonic() + 120.0
        while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < end:
            time.sleep(0.02)  # they save and end, since their driver is gone
    return killed


def test_twenty_kills_of_a_study_with_stub_workers(tmp_path: Path) -> None:
    study, out, calm = tmp_path / "s.study.yaml", tmp_path / "out", tmp_path / "calm"
    study.write_text(STUB, encoding="utf-8")
    run_stub(study, calm)
    command = [sys.executable, stub_study.__file__, str(study), str(out), "0.3"]
    killed = kill_often(command, 2.0)
    assert sum(killed.values()) >= KILLS, f"the study came to its end after {killed}"
    assert min(killed.values()) >= 3
    run_stub(study, out)
    pd.testing.assert_frame_equal(table(out), table(calm))


def test_twenty_kills_of_a_study_with_real_points(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study, out, calm = tmp_path / "s.study.yaml", tmp_path / "out", tmp_path / "calm"
    study.write_text(REAL, encoding="utf-8")
    start = time.monotonic()
    assert execute(["study", str(study), "--out", str(calm)]) == 0
    command = [sys.executable, "-m", "platingx", "study", str(study), "--out", str(out)]
    # Half of the longest wait at each of the kills is less than the whole study, on a machine of any speed.
    killed = kill_often(command, (time.monotonic() - start) / (0.6 * KILLS))
    assert sum(killed.values()) >= KILLS, f"the study came to its end after {killed}"
    assert execute(["study", str(study), "--out", str(out)]) == 0
    capsys.readouterr()
    pd.testing.assert_frame_equal(table(out), table(calm))
