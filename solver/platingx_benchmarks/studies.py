"""What the driver of a parameter study costs for each point, with workers that compute nothing."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from platingx.config.study import load_study
from platingx.config.study_parameters import ParameterStudy
from platingx.parallel import on_rank_0
from platingx.run.shipped import shipped_cases_folder
from platingx.studies.local_run import Resources, run_parameters, still_to_run
from platingx.studies.points import Plan, expand
from platingx.studies.watchers import Unheard
from platingx_benchmarks.measurement import CPU, WALL, Collector, Context, Row

__all__ = ["PARTS", "SUBJECT", "run"]

SIZES, QUICK_SIZES = (100, 10_000), (4, 9)
SUBJECT = "driver"
PARTS = {"expand": "making and checking", "run": "running", "keep": "finding that it is done"}
"""What is measured, and how the page calls it."""
STUDY = """name: driver
base: {base}
axes:
  depth: {{key: geometry.pit.depth, linspace: {{start: 30 nm, stop: 60 nm, num: {rows}}}}}
  current: {{key: growth.current_density, linspace: {{start: 1 A/cm^2, stop: 2 A/cm^2, num: {columns}}}}}
quantities: {{pressure: max_pressure_li, largest: {{of: max_pressure_li, take: maximum}}}}
"""
Result = TypeVar("Result")


def run(context: Context) -> list[Row]:
    """Measure the driver on few and on many points; on rank 0, since a study starts its own processes."""
    collector = context.collector("studies")
    for points in QUICK_SIZES if context.quick else SIZES:
        context.say(f"    {points} points")
        samples = on_rank_0(context.comm, partial(_measure, context.folder / "study", points))
        _add(collector, points, samples)
        collector.save()
    return collector.rows


def _measure(folder: Path, points: int) -> dict[str, tuple[float, float]]:
    """Wall and processor time of the driver for the parts of a study, s."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    side = round(points**0.5)
    path = folder / "driver.study.yaml"
    base = shipped_cases_folder() / "eruption.yaml"
    path.write_text(STUDY.format(base=base, rows=side, columns=points // side), encoding="utf-8")
    file = load_study(path)
    if not isinstance(file.study, ParameterStudy):
        raise TypeError("not a study of parameters")
    study, out, worker = file.study, folder / "out", Path(__file__).with_name("idle_worker.py")

    def finish(plan: Plan) -> object:
        left = still_to_run(plan, out)
        return run_parameters(plan, out, left, Resources(jobs=1), Unheard(), [sys.executable, str(worker)])

    plan, expanded = _timed(lambda: expand(file, study))
    _, ran = _timed(lambda: finish(plan))
    kept, found = _timed(lambda: still_to_run(plan, out))
    if len(kept.kept) != points:
        raise RuntimeError(f"{len(kept.kept)} of {points} points are done")
    shutil.rmtree(folder)
    return {"expand": expanded, "run": ran, "keep": found}


def _timed(work: Callable[[], Result]) -> tuple[Result, tuple[float, float]]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, (time.perf_counter() - wall, time.process_time() - cpu)


def _add(collector: Collector, points: int, samples: dict[str, tuple[float, float]]) -> None:
    subject = f"{SUBJECT}, {points} points"
    for name, times in samples.items():
        for kind, sample in zip((WALL, CPU), times, strict=True):
            row = collector.add(subject, 0, f"{kind}, {name}", "s", [sample])
            collector.keep(row.per(points * 1e-6, f"{kind} of a point, {name}", "us"))
