"""A short run of a coarse case as a process, to be stopped, killed and resumed; and what must not differ afterwards."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from platingx.post.field_reader import read_fields
from platingx.post.history import read_history, read_manifest, read_summary

ROOT = Path(__file__).parents[2]
CASE = ROOT / "cases" / "low_rate.yaml"
SETTINGS = {
    "geometry.mesh.refinement": "0.3",
    "geometry.mesh.layers": "4",
    "time.end": "1.5 s",
    "time.maximum_step": "0.1 s",
    "output.figures": "false",
    "output.fields_every": "2",
    "output.checkpoint.every_steps": "3",
    "output.checkpoint.keep": "100",
}
DIFFUSING = {
    "interface_diffusion": "{deposit: face, paths: {interface: {base: li_incoherent_interface}}, "
    "ends: {metal_side: {reservoir: 0 MPa}}}",
    "time__initial_step": "10 ms",
}
"""Over the case: its metal diffuses along the interface."""
LAYER = {
    "interface_diffusion": "{deposit: layer, paths: {interface: {base: li_incoherent_interface}}, "
    "ends: {metal_side: accretion}}",
    "growth__spread": "columns",
    "time__initial_step": "10 ms",
    "solver__preset": "repeatable",
}
"""The same into the columns of the layer, with a side that grows; equal to the last byte on one rank."""
TOUCHING = {
    "constraints__collector": "free",
    "contact": "{collector: {tool: tip, friction: {coefficient: 0.3, limit: 1 MPa}}, "
    "interface: {friction: {coefficient: 0.3, limit: 1 MPa}, adhesion: {traction: 1 MPa, opening: 2 nm}}}",
    "tools": "{tip: {shape: {kind: circle, radius: 2400 nm}, depth: 200 nm, y: {motion: {rate: -10 nm/s}}}}",
    "events": "[{name: pressed, when: {collector_force: 0.6 N/m}, "
    "do: {tools: {tip: {y: fixed}}, current_density: -8 mA/cm^2}}]",
    "solver__preset": "repeatable",
}
"""Under a tool that it slips along and lets go when an event reverses the current; then its interface is peeled off."""
NEVER = 3600
"""Seconds after which a run hangs, on a machine with twenty others."""
EXACT = 1e-10
SOLVER = 1e-6
"""Largest relative difference: on the same ranks, and on others, where Newton's method stops at 1e-8."""


def overrides(**changed: str) -> list[tuple[str, str]]:
    """Values over the case; ``__`` stands for the dot of a key."""
    return list((SETTINGS | {key.replace("__", "."): value for key, value in changed.items()}).items())


def command(arguments: list[str], ranks: int = 0, **changed: str) -> list[str]:
    """Command line of the run; under mpirun if ranks are given."""
    start = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks else []
    pairs = [part for key, value in overrides(**changed) for part in ("--set", f"{key}={value}")]
    return [*start, sys.executable, "-m", "platingx", "run", str(CASE), *pairs, *arguments]


@contextmanager
def started(line: list[str], cwd: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """Start a command in a process group and an Open MPI session folder of its own; kill what is left at the end."""
    with tempfile.TemporaryDirectory(prefix="px") as sessions:
        process = subprocess.Popen(
            line,
            cwd=cwd,
            env=os.environ | {"TMPDIR": sessions},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()


def run(arguments: list[str], ranks: int = 0, **changed: str) -> tuple[int, str]:
    """Run to the end; exit code and output."""
    with started(command(arguments, ranks, **changed)) as process:
        output, _ = process.communicate(timeout=NEVER)
    return process.returncode, output


def copy_back_to(run_folder: Path, target: Path, step: int) -> Path:
    """Copy a run as it would be had it died later than the checkpoint of a step, before the next one."""
    shutil.copytree(run_folder, target)
    for path in (target / "checkpoint").iterdir():
        if path.name > f"step-{step:08d}":
            shutil.rmtree(path)
    (target / "summary.json").unlink()
    return target


def assert_same_run(resumed: Path, whole: Path, tolerance: float) -> float:
    """Compare histories, summaries and fields; give the largest relative difference of the histories."""
    sources = [read_manifest(folder)["results_source_sha256"] for folder in (resumed, whole)]
    assert sources[0] == sources[1], "the sources have changed while the test ran: its runs cannot be compared"
    mine, theirs = read_history(resumed), read_history(whole)
    assert list(mine["step"]) == list(range(1, len(theirs) + 1))
    assert list(mine.columns) == list(theirs.columns)
    columns = [name for name in theirs.columns if name != "residual"]  # round-off by nature
    scale = theirs[columns].abs().max().clip(lower=1e-300)
    scale[scale.index.str.endswith("_balance_error")] = 1.0  # relative already; most of them are round-off
    apart = (mine[columns] - theirs[columns]).abs() / scale
    difference = float(apart.to_numpy().max())
    worst = apart.stack().idxmax() if difference > 0.0 else ""
    assert difference <= tolerance, f"{worst}: {difference:g}; by step {apart.max(axis=1).tolist()}"
    _assert_same_values(read_summary(resumed)["quantities"], read_summary(whole)["quantities"], tolerance)
    for name, balance in read_summary(whole)["balances"].items():
        found = read_summary(resumed)["balances"][name]
        assert found["worst"] == pytest.approx(balance["worst"], abs=tolerance), name
        assert found["violated"] == balance["violated"], name
    assert read_summary(resumed)["warnings"] == read_summary(whole)["warnings"]
    assert read_summary(resumed)["outcome"] == "completed"
    assert json.loads((resumed / "manifest.json").read_text())["outcome"] == "completed"
    _assert_same_fields(resumed, whole, tolerance)
    return difference


def _assert_same_values(mine: dict, theirs: dict, tolerance: float) -> None:
    assert list(mine) == list(theirs)
    for name, record in theirs.items():
        assert list(mine[name]) == list(record)
        for key, value in record.items():
            assert mine[name][key] == pytest.approx(value, rel=tolerance, abs=1e-15), (name, key)


def _assert_same_fields(resumed: Path, whole: Path, tolerance: float) -> None:
    mine, theirs = read_fields(resumed), read_fields(whole)
    np.testing.assert_allclose(mine.times, theirs.times, rtol=tolerance)
    assert (np.diff(mine.times) > 0).all()
    order = np.argsort(np.round(theirs.points[theirs.cells].mean(axis=1) / 1e-13) @ [1.0, 1e7, 0.0])
    same = np.argsort(np.round(mine.points[mine.cells].mean(axis=1) / 1e-13) @ [1.0, 1e7, 0.0])
    for step in range(len(theirs)):
        a, b = mine.at(step), theirs.at(step)
        for name in theirs.names:
            x, y = a[name][mine.cells[same]], b[name][theirs.cells[order]]
            if tolerance == EXACT or name == "displacement":
                np.testing.assert_allclose(x, y, rtol=0, atol=tolerance * max(np.abs(y).max(), 1e-300), err_msg=name)


def assert_same_state(found: np.ndarray, expected: np.ndarray, comm: MPI.Comm, what: str = "") -> None:
    """Equal to the last bit on one rank; factors that ranks share add contributions as they arrive, to round-off."""
    share = 0.0 if comm.size == 1 else 1e-9
    largest = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=share * largest, err_msg=what)
