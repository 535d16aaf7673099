"""What Newton's method and a linear solve of the confined pit cost at some size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mpi4py import MPI

from platingx_benchmarks.linear_solve import PARTS, PATTERN, measure_solve
from platingx_benchmarks.measurement import ALL, Collector, Context, Measurement, measure
from platingx_benchmarks.memory import let_go, peak_over_ranks, reset_peak
from platingx_benchmarks.models import STATES, State
from platingx_benchmarks.pit import SMALLEST, STEPS, begin_step, march, one_more, pit_mesh, pit_problem
from platingx_meshes.io import LoadedMesh

__all__ = ["ITERATION", "MARCH_PHASES", "PitSize", "SizeRecord", "add_record", "measure_pit", "measure_sizes"]

MICRO = 1e-6
ITERATION = "a Newton iteration"
MARCH_PHASES = ("element kernel", "line search", "matrix assembly", "solver set-up", "linear solve")
ONCE_FROM = 500_000
"""Unknowns from which a linear solve is measured once, without a warm-up."""


@dataclass(frozen=True)
class PitSize:
    """Wanted displacement unknowns, and the presets that are measured."""

    unknowns: float
    presets: tuple[str, ...] = ("iterative",)


@dataclass(frozen=True)
class SizeRecord:
    """Unknowns, times of the steps from rest and of one linear solve, and memory of all ranks in bytes.

    ``memory`` is the high-water after the steps, ``start`` the memory before there was a mesh; 0 if not known.
    """

    unknowns: int
    steps: Measurement
    solve: Measurement
    memory: int
    start: int


def measure_sizes(
    context: Context, collector: Collector, sizes: Sequence[PitSize], start: int, label: str = ""
) -> None:
    """Measure the pit at some sizes on all ranks, elastic and flowing. Collective.

    Parameters
    ----------
    context, collector
        As everywhere here.
    sizes
        From small to large.
    start
        Memory of all ranks before there was a mesh, bytes.
    label
        Behind the subject.
    """
    if not context.quick:
        warm_up(context.comm)
    for size in sizes:
        context.say(f"    pit, {size.unknowns:g} unknowns")
        loaded = pit_mesh(size.unknowns, context.comm)
        for state in STATES:
            for preset in size.presets:
                record = measure_pit(loaded, state, preset, start, context.quick)
                add_record(collector, f"pit, {state}, {preset}{label}", record)
                collector.save()
        del loaded
        let_go(context.comm)


def warm_up(comm: MPI.Intracomm) -> None:
    """Compile, or read from the cache, what the pit needs. Collective."""
    loaded = pit_mesh(SMALLEST, comm)
    for state in STATES:
        march(pit_problem(loaded, state, "iterative"), STEPS[state][:1])


def measure_pit(loaded: LoadedMesh, state: State, preset: str, start: int, quick: bool) -> SizeRecord:
    """Take the first steps, then solve the linear system of one more. Collective over the ranks of the mesh."""
    comm: MPI.Intracomm = loaded.mesh.comm
    let_go(comm)
    exact = comm.allreduce(reset_peak(), MPI.LAND)
    problem, ends = pit_problem(loaded, state, preset), STEPS[state][: 1 if quick else None]
    steps = measure(comm, lambda: march(problem, ends), 1, warm_ups=0)
    memory = peak_over_ranks(comm) if exact else 0
    begin_step(problem, one_more(ends), len(ends))
    problem.evaluate()
    solve = measure_solve(comm, problem, preset, once=quick or problem.unknowns > ONCE_FROM)
    return SizeRecord(problem.unknowns, steps, solve, memory, start)


def add_record(collector: Collector, subject: str, record: SizeRecord) -> None:
    """Add the rows of a size."""
    unknowns, steps, solve = record.unknowns, record.steps, record.solve
    for name in (PATTERN, *PARTS, ALL):
        wall, cpu = collector.times(subject, unknowns, solve, name, name)
        if name == ALL:
            collector.keep(wall.per(unknowns * MICRO, "wall time of an unknown", "us"))
            collector.keep(cpu.per(unknowns * MICRO, "CPU time of an unknown", "us"))
    collector.add(subject, unknowns, "iterations", "1", [solve.counts["Krylov iterations"]])
    iterations, solves = steps.counts["Newton iterations"], steps.counts["linear solves"]
    collector.add(subject, unknowns, "Newton iterations", "1", [iterations])
    collector.add(subject, unknowns, "iterations in Newton's method", "1", [steps.counts["Krylov iterations"] / solves])
    for name in (*MARCH_PHASES, ALL):
        if name in steps.wall:
            label = ITERATION if name == ALL else f"{ITERATION}, {name}"
            each = Measurement(
                {ALL: [value / iterations for value in steps.wall[name]]},
                {ALL: [value / iterations for value in steps.cpu[name]]},
            )
            wall, cpu = collector.times(subject, unknowns, each, ALL, label)
            collector.keep(wall.per(unknowns * MICRO, f"wall time of an unknown, {label}", "us"))
            collector.keep(cpu.per(unknowns * MICRO, f"CPU time of an unknown, {label}", "us"))
    if record.memory:
        high = collector.add(subject, unknowns, "memory high-water", "B", [record.memory])
        collector.add(subject, unknowns, "memory of an unknown", "B", [max(high.median - record.start, 0.0) / unknowns])
