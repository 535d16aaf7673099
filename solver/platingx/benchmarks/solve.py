"""Linear solves by size: set-up, solution, iterations, memory."""

from __future__ import annotations

import gc
from dataclasses import dataclass

import numpy as np
from petsc4py import PETSc

from platingx.benchmarks.measurement import ALL, Collector, Context, Measurement, Row, measure
from platingx.benchmarks.memory import peak_over_ranks, reset_peak, resident
from platingx.benchmarks.models import STATES, STIFFNESS, Cell, State, next_step, pressed_body
from platingx.errors import ConvergenceError
from platingx.problems.equilibrium import Equilibrium
from platingx.problems.linear import LinearSystem
from platingx.profiling import phase

__all__ = ["Size", "measure_solve", "run"]

TOLERANCE = 1e-6
"""Relative residual at which the iterative solver stops here."""
MICRO = 1e-6
PATTERN, ASSEMBLY, SET_UP, SOLUTION = "pattern", "matrix assembly", "solver set-up", "linear solve"
REPEATS = 3


@dataclass(frozen=True)
class Size:
    """A body by its cells along the width, and the presets that are measured on it."""

    cell: Cell
    cells: int
    presets: tuple[str, ...]


BOTH, ITERATIVE = ("direct", "iterative"), ("iterative",)
SIZES = (
    Size("quadrilateral", 30, BOTH),
    Size("quadrilateral", 95, BOTH),
    Size("quadrilateral", 210, BOTH),
    Size("hexahedron", 8, BOTH),
    Size("hexahedron", 16, ITERATIVE),
    Size("tetrahedron", 7, BOTH),
    Size("tetrahedron", 11, BOTH),
    Size("tetrahedron", 16, ITERATIVE),
    Size("tetrahedron", 31, ITERATIVE),
)
QUICK_SIZES = (Size("quadrilateral", 3, BOTH), Size("tetrahedron", 2, BOTH))


def run(context: Context) -> list[Row]:
    """Measure every size, elastic and flowing, with each of its presets. Collective."""
    collector = Collector("solve", context.comm.size)
    start = context.comm.allreduce(resident())
    for size in QUICK_SIZES if context.quick else SIZES:
        for state in STATES:
            for preset in size.presets:
                _one(context, collector, size, state, preset, start)
    return collector.rows


def _one(context: Context, collector: Collector, size: Size, state: State, preset: str, start: int) -> None:
    context.say(f"    {size.cell}, {size.cells} cells along the width, {state}, {preset}")
    exact = reset_peak()
    model = pressed_body(size.cell, size.cells, state, context.comm, preset)
    next_step(model)
    unknowns, subject = model.problem.unknowns, f"{size.cell}, {state}, {preset}"
    times = measure_solve(context, model.problem, preset)
    for name in (PATTERN, ASSEMBLY, SET_UP, SOLUTION, ALL):
        wall, cpu = collector.times(subject, unknowns, times, name, name)
        if name == ALL:
            collector.keep(wall.per(unknowns * MICRO, "wall time of an unknown", "us"))
            collector.keep(cpu.per(unknowns * MICRO, "CPU time of an unknown", "us"))
    collector.add(subject, unknowns, "iterations", "1", [times.counts["Krylov iterations"]])
    if exact:
        memory = collector.add(subject, unknowns, "memory high-water", "B", [peak_over_ranks(context.comm)])
        grown = max(memory.median - start, 0.0)
        collector.add(subject, unknowns, "memory of an unknown", "B", [grown / unknowns])


def measure_solve(context: Context, problem: Equilibrium, preset: str, dt: float | None = None) -> Measurement:
    """Measure a solve from the beginning: pattern, assembly, set-up, solution. Collective.

    Parameters
    ----------
    context
        Its ranks are those of the problem.
    problem
        A problem whose present iterate has been evaluated.
    preset
        Linear solver.
    dt
        Step in s to evaluate the element matrices with each time too, or None.

    Raises
    ------
    ConvergenceError
        If the solver fails.
    """

    def work() -> None:
        if dt is not None:
            problem.evaluate(dt)
        with phase(PATTERN):
            system = LinearSystem(problem.space, problem.contributions, problem.constraints.mask, STIFFNESS, preset)
        system.assemble()
        report = system.solve(right_side(problem), TOLERANCE)[1]
        if not report.converged:
            raise ConvergenceError(f"the {preset} solver failed: PETSc's reason {report.reason}")

    def clean() -> None:
        gc.collect()
        PETSc.garbage_cleanup(context.comm)

    return measure(context.comm, work, 1 if context.quick else REPEATS, clean, warm_ups=1)


def right_side(problem: Equilibrium) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Out-of-balance forces of the free components of owned nodes, shape (owned nodes, dimension)."""
    owned = slice(0, problem.owned)
    return np.where(problem.constraints.mask[owned], 0.0, -problem.forces.condensed[owned])
