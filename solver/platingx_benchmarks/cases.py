"""Full cases, each as a process of its own: processor time by phase, steps, iterations, time to the first step."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mpi4py import MPI

from platingx.config.loader import load_case
from platingx.errors import ConvergenceError, OutputError
from platingx.parallel import on_rank_0
from platingx.profiling import START_UP, Profile
from platingx.run.runner import run_case
from platingx.run.shipped import shipped_cases_folder
from platingx_benchmarks.launching import alone
from platingx_benchmarks.measurement import CPU, WALL, Collector, Context, Row

__all__ = [
    "AT_FACE",
    "COLUMNS",
    "CONDUCTING",
    "EQUAL_STEPS",
    "FLOWING",
    "IN_LAYER",
    "STRETCH",
    "TEN_FLAWS",
    "TOUCHING",
    "TOUCHING_ROUGH",
    "TOUCHING_SPRING",
    "CaseRun",
    "Job",
    "run",
    "run_job",
]

LIMIT = 300.0
"""Wall time after which a run is stopped, s; how far it got is a result."""
STOPPED = 128 + signal.SIGTERM
FIRST_STEP = "first step"
STRETCH = "growth stretch reached"
COUNTS = ("steps", "rejected steps", "passes over stages", "Newton iterations", "evaluations", "linear solves")
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
    """One run: wall and processor time of all ranks (s), contents of profile.json and summary.json, what stopped it."""

    wall: float
    cpu: float
    profile: dict[str, Any]
    summary: dict[str, Any]
    stopped: str = ""

    @property
    def unknowns(self) -> int:
        """Displacement unknowns."""
        return int(self.profile["counts"].get("unknowns", 0))

    def value(self, quantity: str) -> float:
        """Last value of a quantity of the summary, SI; 0 if no step was taken."""
        entry = self.summary.get("quantities", {}).get(quantity, {})
        return float(next((number for name, number in entry.items() if name.startswith("value")), 0.0))


NO_PICTURES = {"output.figures": "false", "output.movie": "false"}


def _pit_3d(size: str, refinement: str) -> Job:
    """A finer mesh of the benchmark in 3D, measured once."""
    settings = {**NO_PICTURES, "geometry.mesh.refinement": refinement}
    return Job("benchmarks/confined_pit_3d.yaml", settings, 1, f"confined_pit_3d, {size}")


TEN_FLAWS = "eruption, ten flaws"
_LENGTHS = ", ".join(f"{length} nm" for length in (1, 2, 5, 10, 20, 50, 100, 200, 400, 600))
FLAWS = {"fracture": f"{{flaws: [{{name: tip, at: pit_tip, faces: both, lengths: [{_LENGTHS}]}}]}}"}

EQUAL_STEPS = "eruption, equal steps"
CONDUCTING = "eruption, equal steps, conduction"
COLUMNS = "eruption, equal steps, columns"
"""The main job in steps of 1 ms: with a given current, at 3 V with conduction, and with columns as well."""
STEPS = {**NO_PICTURES, "time.initial_step": "1 ms", "time.maximum_step": "1 ms", "time.maximum_growth_increment": "10"}
CELL = {
    "growth.current_density": "null",
    "electrochemistry": "{electrolyte: {conductivity: 0.069 S/m}, counter: {boundary: electrolyte_bottom}, electrode: "
    "{charge_transfer_resistance: 5 ohm cm^2}, circuit: {resistance: 88.7 MOhm, area: 0.83 um^2}, control: [{voltage: "
    "3 V}], current_error: 1000}",
}

FLOWING, AT_FACE, IN_LAYER = "low_rate", "low_rate_diffusion", "low_rate_diffusion, layer"
"""Metal that flows out of a gap, and that diffuses out as well, with its deposit at the face and in the layer."""
LAYER = {"interface_diffusion.deposit": "layer", "growth.spread": "columns"}

TOUCHING, TOUCHING_ROUGH = "low_rate, touching", "low_rate, touching, rough"
TOUCHING_SPRING = "low_rate, touching, rough, on a spring"
"""Its collector by contact: frictionless, and where nothing slips, at rest and on a spring that hardly gives way."""
FREE = {**NO_PICTURES, "constraints.collector": "free"}
STIFF = "{shape: {kind: circle, radius: 2400 nm}, depth: 200 nm, y: {spring: 20 kN/m}}"

JOBS = (
    Job("eruption.yaml", NO_PICTURES),
    Job("eruption.yaml", STEPS, label=EQUAL_STEPS),
    Job("eruption.yaml", {**STEPS, **CELL}, label=CONDUCTING),
    Job("eruption.yaml", {**STEPS, **CELL, "growth.spread": "columns"}, label=COLUMNS),
    Job("eruption.yaml", {**NO_PICTURES, **FLAWS}, label=TEN_FLAWS),
    Job("low_rate.yaml", NO_PICTURES, label=FLOWING),
    Job("low_rate.yaml", {**FREE, "contact.collector": "frictionless"}, label=TOUCHING),
    Job("low_rate.yaml", {**FREE, "contact.collector": "rough"}, label=TOUCHING_ROUGH),
    Job(
        "low_rate.yaml",
        {**FREE, "contact.collector": "{tool: tip, friction: rough}", "tools.tip": STIFF},
        label=TOUCHING_SPRING,
    ),
    Job("low_rate_diffusion.yaml", NO_PICTURES, label=AT_FACE),
    Job("low_rate_diffusion.yaml", {**NO_PICTURES, **LAYER}, label=IN_LAYER),
    Job("benchmarks/closed_pit.yaml", NO_PICTURES),
    Job("benchmarks/open_pit.yaml", NO_PICTURES, 1),
    Job("benchmarks/confined_pit_3d.yaml", NO_PICTURES, label="confined_pit_3d, 11k"),
    _pit_3d("28k", "0.95"),
    _pit_3d("50k", "1.3"),
    _pit_3d("150k", "2.1"),
)
SMALL = {**NO_PICTURES, "geometry.mesh.refinement": "0.3", "time.end": "1 ms"}
QUICK_JOBS = (Job("eruption.yaml", SMALL, 1),)


def run(context: Context) -> list[Row]:
    """Measure every case. Collective."""
    collector = context.collector("cases")
    for job in QUICK_JOBS if context.quick else JOBS:
        context.say(f"    {job.name}")
        if job.repeats > 1:
            run_job(context, job)  # compiles what is not in the cache yet
        runs = [run_job(context, job) for _ in range(job.repeats)]
        add_case(collector, job.name, runs)
        collector.save()
        if runs[0].stopped:
            context.note(f"{job.name} stopped early: {runs[0].stopped}")
    return collector.rows


def run_job(context: Context, job: Job) -> CaseRun:
    """Run a case: in a process of its own, or on the ranks that there are. Collective.

    A run that finds no equilibrium on its way, or is not at its end in time, is a result as well.

    Raises
    ------
    ConvergenceError
        If it ends before its first step, or for another reason.
    """
    folder = context.folder / "case"
    if context.comm.size > 1:
        return _on_ranks(context.comm, job, folder)
    arguments = ["run", str(shipped_cases_folder() / job.file), "--profile"]
    for key, value in job.settings.items():
        arguments += ["--set", f"{key}={value}"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    code, complaints = alone([*arguments, "--force", "--out", str(folder)], LIMIT)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    stopped = ""
    if code != 0:
        stopped = f"the limit of {LIMIT:g} s" if code == STOPPED else _last_line(complaints)
        if code not in (ConvergenceError.exit_code, STOPPED) or not (folder / "summary.json").exists():
            raise ConvergenceError(f"{job.name} ended with exit code {code}:\n{complaints[-2000:]}")
    return _finished(folder, wall, cpu, stopped)


def _last_line(text: str) -> str:
    """First line of the message with which a run ended."""
    lines = [line for line in text.splitlines() if line.strip()]
    return next((line.strip() for line in lines if "equilibrium" in line), lines[-1] if lines else "no message")


def _on_ranks(comm: MPI.Intracomm, job: Job, folder: Path) -> CaseRun:
    case = on_rank_0(comm, lambda: load_case(shipped_cases_folder() / job.file, job.settings.items()))
    profile, stopped = Profile(), ""
    try:
        run_case(case, folder, force=True, quiet=True, profile=profile, comm=comm)
    except ConvergenceError as error:
        stopped = str(error).splitlines()[0]
    content = on_rank_0(comm, lambda: _read(folder / "profile.json"))
    return on_rank_0(comm, lambda: _finished(folder, content["wall_s"], content["cpu_s"], stopped))


def _finished(folder: Path, wall: float, cpu: float, stopped: str) -> CaseRun:
    profile, summary = _read(folder / "profile.json"), _read(folder / "summary.json")
    shutil.rmtree(folder)
    return CaseRun(wall, cpu, profile, summary, stopped)


def _read(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise OutputError(f"{path}: cannot be read ({error})") from error
    return content


def add_case(collector: Collector, subject: str, runs: Sequence[CaseRun]) -> None:
    """Add the rows of a case: whole, after set-up, by phase, counts."""
    unknowns, ranks = runs[0].unknowns, runs[0].profile["ranks"]
    warm_ups = int(len(runs) > 1)

    def times(quantity: str, samples: list[float]) -> Row:
        return collector.add(subject, unknowns, quantity, "s", samples, warm_ups)

    times(f"{WALL}, whole", [one.wall for one in runs])
    times(f"{CPU}, whole", [one.cpu for one in runs])
    times(f"{WALL}, start to first step", [one.profile["marks_s"][FIRST_STEP] for one in runs])
    collector.add(subject, unknowns, STRETCH, "1", [one.value("growth_stretch") for one in runs])
    phases = [one.profile["phases"] for one in runs]
    own = [ranks * sum(spent["cpu_mean_s"] for name, spent in each.items() if name not in ONCE) for each in phases]
    after = times(f"{CPU}, after set-up", own)
    for name in phases[0]:
        present = [each.get(name, {"cpu_mean_s": 0.0, "wall_max_s": 0.0}) for each in phases]
        times(f"{CPU}, {name}", [ranks * spent["cpu_mean_s"] for spent in present])
        times(f"{WALL}, {name}", [spent["wall_max_s"] for spent in present])
    counts = runs[0].profile["counts"]
    for name in (*COUNTS, "Krylov iterations"):
        collector.add(subject, unknowns, name, "1", [counts.get(name, 0)])
    if unknowns and counts.get("Newton iterations"):
        for_one = unknowns * counts["Newton iterations"] * 1e-6
        collector.keep(after.per(for_one, "CPU time of an unknown and Newton iteration", "us"))
    memory = [one.profile["peak_memory_bytes"] for one in runs]
    collector.add(subject, unknowns, "memory high-water of the largest rank", "B", memory)
