"""Scaling with the number of MPI ranks: the same body on more of them, and a body that grows with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial

from mpi4py import MPI

from platingx.benchmarks.groups import on_first, powers_of_two
from platingx.benchmarks.machine import reference_samples, usable_cores
from platingx.benchmarks.measurement import ALL, Collector, Context, Measurement, Row, measure
from platingx.benchmarks.models import Cell, next_step, pressed_body
from platingx.benchmarks.records import read_findings
from platingx.benchmarks.solve import TOLERANCE, right_side
from platingx.errors import CaseError, CaseProblem, ConvergenceError

__all__ = ["run"]

CELL: Cell = "tetrahedron"
PRESET = "iterative"
STRONG, WEAK = 20, 14  # cells along the width: of the same body, and of that of one rank
QUICK_STRONG, QUICK_WEAK = 2, 2
REPEATS = 3
MORE_THAN_CORES = {"OMPI_MCA_rmaps_base_oversubscribe": "1", "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe"}
"""Let Open MPI 4 and 5 start two ranks on one core; other MPI libraries do so anyway."""
PHASES = ("element kernel", "matrix assembly", "solver set-up", "linear solve", ALL)


def run(context: Context) -> list[Row]:
    """Measure on 1, 2, 4 ... ranks of those there are; without MPI it is started, on all cores. Collective."""
    if context.comm.size == 1:
        return _under_mpirun(context)
    collector = Collector("ranks", context.comm.size)
    numbers = powers_of_two(context.comm.size)
    _add_references(context, collector, numbers)
    strong, weak = (QUICK_STRONG, QUICK_WEAK) if context.quick else (STRONG, WEAK)
    _add_scaling(context, collector, "strong", dict.fromkeys(numbers, strong))
    _add_scaling(context, collector, "weak", {number: round(weak * number ** (1 / 3)) for number in numbers})
    return collector.rows


def _add_references(context: Context, collector: Collector, numbers: list[int]) -> None:
    """Speed-up of loops that need only memory, or only arithmetic: what the machine itself gives."""
    first: tuple[Row, Row] | None = None
    for number in numbers:
        samples = on_first(context.comm, number, lambda group: reference_samples(group, context.repeats, context.quick))
        subject = _on(number)
        rows = (
            collector.add(subject, 0, "memory bandwidth, triad", "B/s", samples[0]),
            collector.add(subject, 0, "multiply and add", "1/s", samples[1]),
        )
        first = first or rows
        collector.ratio(subject, 0, "speed-up, memory-bound reference", rows[0], first[0])
        collector.ratio(subject, 0, "speed-up, arithmetic reference", rows[1], first[1])


def _add_scaling(context: Context, collector: Collector, kind: str, sizes: dict[int, int]) -> None:
    """One Newton iteration on bodies of given cells along the width, by number of ranks."""
    first: dict[str, tuple[Row, int]] = {}
    for number, cells in sizes.items():
        context.say(f"    {kind}, {_on(number)}, {cells} cells along the width")
        work = partial(_newton_iteration, cells=cells, quick=context.quick)
        unknowns, times = on_first(context.comm, number, work)
        subject = f"{kind}, {_on(number)}"
        for phase in PHASES:
            wall, _ = collector.times(subject, unknowns, times, phase, phase)
            base, before = first.setdefault(phase, (wall, unknowns))
            if kind == "strong":
                collector.ratio(subject, unknowns, f"speed-up, {phase}", base, wall)
            else:  # wall time for the same number of unknowns on a rank
                fair = wall.per(unknowns / before / number, f"{phase}, wall time for equal unknowns on a rank", "s")
                collector.ratio(subject, unknowns, f"efficiency, {phase}", base, fair)
        collector.add(subject, unknowns, "iterations", "1", [times.counts["Krylov iterations"]])


def _newton_iteration(comm: MPI.Intracomm, cells: int, quick: bool) -> tuple[int, Measurement]:
    """Unknowns, and the times of kernel, assembly, set-up and solution of flowing metal. Collective."""
    model = pressed_body(CELL, cells, "flowing", comm, PRESET)
    dt = next_step(model)
    problem = model.problem

    def work() -> None:
        problem.evaluate(dt)
        problem.linear.assemble()
        report = problem.linear.solve(right_side(problem), TOLERANCE)[1]
        if not report.converged:
            raise ConvergenceError(f"the {PRESET} solver failed: reason {report.reason}")

    return problem.unknowns, measure(comm, work, 1 if quick else REPEATS)


def _on(number: int) -> str:
    return f"{number} rank" + ("s" if number > 1 else "")


def _under_mpirun(context: Context) -> list[Row]:
    """Start this benchmark on all cores, and read what it found."""
    program, cores = shutil.which("mpirun"), usable_cores()
    if program is None:
        raise CaseError(
            CaseProblem("there is no mpirun on the path", hint="start the benchmark under the MPI of this machine")
        )
    if context.quick:
        cores = 2
    if cores < 2:
        raise CaseError(CaseProblem("this process may use one core only, so that there is nothing to scale over"))
    out = context.folder / "ranks"
    command = [program, "-n", str(cores), sys.executable, "-m", "mpi4py", "-m", "platingx", "bench", "ranks"]
    command += ["--out", str(out), *(["--quick"] if context.quick else [])]
    context.say(f"    {' '.join(command)}")
    # Two mpirun of one process number, as in containers, would share their folder of sessions.
    with tempfile.TemporaryDirectory(prefix="px") as sessions:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {**MORE_THAN_CORES, "TMPDIR": sessions},
        )
    if done.returncode != 0:
        raise ConvergenceError(f"mpirun ended with exit code {done.returncode}:\n{done.stderr[-2000:]}")
    return read_findings(out).select("ranks")
