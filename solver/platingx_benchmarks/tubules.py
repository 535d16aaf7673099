"""A case without a mesh: a hundred cycles of metal in tubes, as a process of its own."""

from __future__ import annotations

import resource
import time
from functools import partial
from pathlib import Path

from platingx.errors import ConvergenceError
from platingx.parallel import on_rank_0
from platingx.run.shipped import shipped_cases_folder
from platingx_benchmarks.launching import alone
from platingx_benchmarks.measurement import CPU, WALL, Context, Row

__all__ = ["CYCLES", "SUBJECT", "run"]

SUBJECT, CYCLES, QUICK_CYCLES = "tubule", 100, 2
REPEATS = 3


def run(context: Context) -> list[Row]:
    """Wall and processor time of a tubule, start-up included; on rank 0, since it has one process."""
    collector = context.collector("tubules")
    cycles = QUICK_CYCLES if context.quick else CYCLES
    one = partial(_timed, context.folder / "tubule", cycles)
    samples = [on_rank_0(context.comm, one) for _ in range(1 if context.quick else REPEATS)]
    collector.add(SUBJECT, cycles, WALL, "s", [wall for wall, _ in samples])
    collector.add(SUBJECT, cycles, CPU, "s", [cpu for _, cpu in samples])
    collector.save()
    return collector.rows


def _timed(folder: Path, cycles: int) -> tuple[float, float]:
    """Wall and processor time of one run, s.

    Raises
    ------
    ConvergenceError
        If it fails.
    """
    settings = ["--set", f"drive.cycles={cycles}", "--set", "output.figures=false"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    code, complaints = alone(
        ["run", str(shipped_cases_folder() / "tubule.yaml"), *settings, "--quiet", "--force", "--out", str(folder)]
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if code != 0:
        raise ConvergenceError(f"the tubule ended with exit code {code}:\n{complaints[-2000:]}")
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
