"""What would hurt most if lost: a run under a potential, in columns, with gaps or beside sodium survives any kill.

Killed at moments of its whole life and resumed, it has every byte of the history of the undisturbed run.
"""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from killed_runs import kill_after

CASES = Path(__file__).parents[2] / "cases"
COARSE = {
    "geometry.mesh.refinement": "0.3",
    "solver.preset": "repeatable",
    "output.checkpoint.every_steps": "1",
    "output.figures": "false",
}
ATOMS = {
    "output.figures": "false",
    "atoms": "60",
    "stages": "[{hold: 500 K, duration: 1 ps}, {to: 300 K, rate: 100 K/ps}, {hold: 300 K, duration: 5 ps}]",
    "step": "2 fs",
    "order.every": "0.2 ps",
    "program.segment": "0.6 ps",
}
KILLS = 5


@pytest.mark.long
@pytest.mark.parametrize(
    ("case", "settings"),
    [
        ("gao_eruption_3V", COARSE),
        ("gao_eruption_3V_columns", COARSE | {"time.end": "3 ms"}),
        ("stripping_circuit", COARSE | {"time.end": "40 ms"}),
        ("na_cell", {"output.figures": "false"}),
        ("tubule", {"output.figures": "false", "drive.cycles": "1500"}),
        ("md_nucleation", ATOMS),
    ],
)
def test_killed_at_random_moments(case: str, settings: dict[str, str], tmp_path: Path) -> None:
    sets = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    line = [sys.executable, "-m", "platingx", "run", str(CASES / f"{case}.yaml"), *sets, "--quiet"]
    began = time.monotonic()
    subprocess.run([*line, "--out", str(tmp_path / "whole")], check=True)
    whole, took = (tmp_path / "whole" / "history.csv").read_bytes(), time.monotonic() - began
    moments, kills, with_rows = random.Random(case), 0, 0
    for number in range(4 * KILLS):
        if kills == KILLS:
            break
        folder = tmp_path / str(number)
        if not kill_after([*line, "--out", str(folder)], folder, -moments.uniform(0.3, 0.95) * took):
            continue  # it was faster
        kills += 1
        history = folder / "history.csv"
        with_rows += history.exists() and history.read_text(encoding="utf-8").count("\n") > 1
        folder.mkdir(exist_ok=True)
        subprocess.run([*line, "--resume", str(folder)], check=True)
        assert history.read_bytes() == whole, number
    print(f"{case}: {kills} kills, {with_rows} of them after the first row")
    assert kills == KILLS
    assert with_rows > 0
