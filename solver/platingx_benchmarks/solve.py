"""Linear solves and Newton's method by size: times, iterations, memory."""

from __future__ import annotations

from dataclasses import dataclass

from mpi4py import MPI

from platingx_benchmarks.linear_solve import PARTS, PATTERN, measure_solve
from platingx_benchmarks.measurement import ALL, Collector, Context, Row
from platingx_benchmarks.memory import let_go, peak_over_ranks, reset_peak, resident
from platingx_benchmarks.models import STATES, Cell, State, next_step, pressed_body
from platingx_benchmarks.pit import SMALLEST
from platingx_benchmarks.sizes import MICRO, PitSize, measure_sizes

__all__ = ["PIT_SIZES", "run"]


@dataclass(frozen=True)
class BlockSize:
    """A block by its cells along the width, and the presets that are measured on it."""

    cell: Cell
    cells: int
    presets: tuple[str, ...]


BOTH, ITERATIVE = ("direct", "iterative"), ("iterative",)
BLOCKS = (
    BlockSize("quadrilateral", 30, BOTH),
    BlockSize("quadrilateral", 95, BOTH),
    BlockSize("quadrilateral", 210, BOTH),
    BlockSize("hexahedron", 8, BOTH),
    BlockSize("hexahedron", 16, ITERATIVE),
)
QUICK_BLOCKS = (BlockSize("quadrilateral", 3, BOTH),)
PIT_SIZES = (PitSize(11e3, BOTH), PitSize(50e3, BOTH), PitSize(150e3), PitSize(300e3))
QUICK_PIT_SIZES = (PitSize(SMALLEST),)


def run(context: Context) -> list[Row]:
    """Measure every size, elastic and flowing, with each of its presets. Collective.

    Sizes that the user asks for are those of the pit, solved iteratively; the blocks are left out then.
    """
    collector = context.collector("solve")
    let_go(context.comm)
    start, wanted = context.comm.allreduce(resident()), context.wishes.sizes
    if wanted:
        measure_sizes(context, collector, [PitSize(unknowns) for unknowns in sorted(wanted)], start)
        return collector.rows
    for size in QUICK_BLOCKS if context.quick else BLOCKS:
        for state in STATES:
            for preset in size.presets:
                _one(context, collector, size, state, preset, start)
                collector.save()
    measure_sizes(context, collector, QUICK_PIT_SIZES if context.quick else PIT_SIZES, start)
    return collector.rows


def _one(context: Context, collector: Collector, size: BlockSize, state: State, preset: str, start: int) -> None:
    context.say(f"    {size.cell}, {size.cells} cells along the width, {state}, {preset}")
    let_go(context.comm)
    exact = context.comm.allreduce(reset_peak(), MPI.LAND)
    model = pressed_body(size.cell, size.cells, state, context.comm, preset, closed=True)
    next_step(model)
    unknowns, subject = model.problem.unknowns, f"{size.cell}, {state}, {preset}"
    times = measure_solve(context.comm, model.problem, preset, once=context.quick)
    for name in (PATTERN, *PARTS, ALL):
        wall, cpu = collector.times(subject, unknowns, times, name, name)
        if name == ALL:
            collector.keep(wall.per(unknowns * MICRO, "wall time of an unknown", "us"))
            collector.keep(cpu.per(unknowns * MICRO, "CPU time of an unknown", "us"))
    collector.add(subject, unknowns, "iterations", "1", [times.counts["Krylov iterations"]])
    if exact:
        memory = collector.add(subject, unknowns, "memory high-water", "B", [peak_over_ranks(context.comm)])
        grown = max(memory.median - start, 0.0)
        collector.add(subject, unknowns, "memory of an unknown", "B", [grown / unknowns])
