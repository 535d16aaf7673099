"""Full cases, each as a process of its own: processor time by phase, steps, iterations, time to the first step."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mpi4py import MPI

from platingx.benchmarks.measurement import CPU, WALL, Collector, Context, Row
from platingx.config.loader import load_case
from platingx.errors import ConvergenceError, OutputError
from platingx.parallel import on_rank_0
from platingx.profiling import START_UP, Profile
from platingx.run.runner import run_case
from platingx.run.shipped import shipped_cases_folder

__all__ = ["CaseRun", "Job", "run", "run_job"]

FIRST_STEP = "first step"
ONCE = {START_UP, "compile", "mesh", "model set-up"}
"""Phases before the first step: what is left is the cost of the case itself."""


@dataclass(frozen=True)
class Job:
    """A case to run.

    Attributes
    ----------
    file
        Below the folder of the shipped cases.
    settings
        Changes, as for ``--set``.
    repeats
        How often it is measured; if more than once, after one time that is not.
    label
        Name in the tables; that of the file if empty.
    """

    file: str
    settings: Mapping[str, str] = field(default_factory=dict)
    repeats: int = 3
    label: str = ""

    @property
    def name(self) -> str:
        """Name in the tables."""
        return self.label or Path(self.file).stem


@dataclass(frozen=True)
class CaseRun:
    """One run: wall and processor time of all ranks (s), content of profile.json, displacement unknowns."""

    wall: float
    cpu: float
    profile: dict[str, Any]
    unknowns: int


NO_PICTURES = {"output.figures": "false", "output.movie": "false"}


def _pit_3d(size: str, refinement: str) -> Job:
    """A finer mesh of the benchmark in 3D, measured once."""
    settings = {**NO_PICTURES, "geometry.mesh.refinement": refinement}
    return Job("benchmarks/confined_pit_3d.yaml", settings, 1, f"confined_pit_3d, {size}")


JOBS = (
    Job("eruption.yaml", NO_PICTURES),
    Job("benchmarks/closed_pit.yaml", NO_PICTURES),
    Job("benchmarks/open_pit.yaml", NO_PICTURES),
    Job("benchmarks/confined_pit_3d.yaml", NO_PICTURES, label="confined_pit_3d, 8k"),
    _pit_3d("50k", "2.1"),
    _pit_3d("150k", "3.25"),
)
SMALL = {**NO_PICTURES, "geometry.mesh.refinement": "0.3", "time.end": "1 ms"}
QUICK_JOBS = (Job("eruption.yaml", SMALL, 1),)


def run(context: Context) -> list[Row]:
    """Measure every case. Collective."""
    collector = Collector("cases", context.comm.size)
    for job in QUICK_JOBS if context.quick else JOBS:
        context.say(f"    {job.name}")
        if job.repeats > 1:
            run_job(context, job)  # compiles what is not in the cache yet
        add_case(collector, job.name, [run_job(context, job) for _ in range(job.repeats)])
    return collector.rows


def run_job(context: Context, job: Job) -> CaseRun:
    """Run a case: in a process of its own, or on the ranks that there are. Collective.

    Raises
    ------
    ConvergenceError
        If it fails.
    """
    folder = context.folder / "case"
    if context.comm.size > 1:
        return _on_ranks(context.comm, job, folder)
    command = [sys.executable, "-m", "platingx", "run", str(shipped_cases_folder() / job.file), "--profile"]
    for key, value in job.settings.items():
        command += ["--set", f"{key}={value}"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([*command, "--force", "--out", str(folder)], capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise ConvergenceError(f"{job.name} ended with exit code {done.returncode}:\n{done.stderr[-2000:]}")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return _finished(folder, wall, cpu)


def _on_ranks(comm: MPI.Intracomm, job: Job, folder: Path) -> CaseRun:
    case = on_rank_0(comm, lambda: load_case(shipped_cases_folder() / job.file, job.settings.items()))
    profile = Profile()
    run_case(case, folder, force=True, quiet=True, profile=profile, comm=comm)
    content = on_rank_0(comm, lambda: _read(folder / "profile.json"))
    return on_rank_0(comm, lambda: _finished(folder, content["wall_s"], content["cpu_s"]))


def _finished(folder: Path, wall: float, cpu: float) -> CaseRun:
    profile = _read(folder / "profile.json")
    shutil.rmtree(folder)
    return CaseRun(wall, cpu, profile, int(profile["counts"].get("unknowns", 0)))


def _read(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise OutputError(f"{path}: cannot be read ({error})") from error
    return content


def add_case(collector: Collector, subject: str, runs: Sequence[CaseRun]) -> None:
    """Add the rows of a case: whole, after set-up, by phase, counts."""
    unknowns, ranks = runs[0].unknowns, runs[0].profile["ranks"]
    collector.add(subject, unknowns, f"{WALL}, whole", "s", [one.wall for one in runs])
    collector.add(subject, unknowns, f"{CPU}, whole", "s", [one.cpu for one in runs])
    marked = [one.profile["marks_s"][FIRST_STEP] for one in runs]
    collector.add(subject, unknowns, f"{WALL}, start to first step", "s", marked)
    phases = [one.profile["phases"] for one in runs]
    own = [ranks * sum(times["cpu_mean_s"] for name, times in each.items() if name not in ONCE) for each in phases]
    after = collector.add(subject, unknowns, f"{CPU}, after set-up", "s", own)
    for name in phases[0]:
        present = [each.get(name, {"cpu_mean_s": 0.0, "wall_max_s": 0.0}) for each in phases]
        collector.add(subject, unknowns, f"{CPU}, {name}", "s", [ranks * times["cpu_mean_s"] for times in present])
        collector.add(subject, unknowns, f"{WALL}, {name}", "s", [times["wall_max_s"] for times in present])
    counts = runs[0].profile["counts"]
    for name in ("steps", "rejected steps", "Newton iterations", "evaluations", "linear solves", "Krylov iterations"):
        collector.add(subject, unknowns, name, "1", [counts.get(name, 0)])
    if unknowns:
        for_one = unknowns * counts["Newton iterations"] * 1e-6
        collector.keep(after.per(for_one, "CPU time of an unknown and Newton iteration", "us"))
    memory = [one.profile["peak_memory_bytes"] for one in runs]
    collector.add(subject, unknowns, "memory high-water of the largest rank", "B", memory)
