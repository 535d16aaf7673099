"""Filling the sparse matrix: time of an entry."""

from __future__ import annotations

from petsc4py import PETSc

from platingx.fields.nodal_field import DISPLACEMENT
from platingx.problems.block_matrix import BlockMatrix
from platingx.problems.tangent import Tangent
from platingx_benchmarks.measurement import ALL, Collector, Context, Measurement, Row, measure
from platingx_benchmarks.models import STIFFNESS, Cell, next_step, pressed_body

__all__ = ["run"]

CELLS: dict[Cell, int] = {"quadrilateral": 110, "triangle": 80, "hexahedron": 11, "tetrahedron": 11}
QUICK_CELLS = 2
NANO = 1e-9


def run(context: Context) -> list[Row]:
    """Measure pattern and values of the matrix in 2D and 3D. Collective."""
    collector = context.collector("assembly")
    for cell, cells in CELLS.items():
        context.say(f"    {cell}")
        _measure_cell(context, collector, cell, QUICK_CELLS if context.quick else cells)
        collector.save()
    return collector.rows


def _measure_cell(context: Context, collector: Collector, cell: Cell, cells: int) -> None:
    problem_model = pressed_body(cell, cells, "elastic", context.comm, "direct")
    next_step(problem_model)
    problem = problem_model.problem
    field = problem.fields[DISPLACEMENT]
    index_map, block, mask = field.index_map, field.dimension, field.constraints.prescribed
    tangent = Tangent(problem.contributions)
    made: list[BlockMatrix] = []

    def build() -> None:
        made[:] = [BlockMatrix(context.comm, index_map, block, tangent.nodes, mask, STIFFNESS)]

    pattern = measure(context.comm, build, 2, warm_ups=1)
    (matrix,) = made

    def fill() -> None:
        tangent.add_to(matrix)
        matrix.finish()

    filled = measure(context.comm, fill, context.repeats)
    entries = int(matrix.matrix.getInfo(PETSc.Mat.InfoType.GLOBAL_SUM)["nz_used"])
    collector.add(cell, problem.unknowns, "entries of the matrix", "1", [entries])
    for label, times in (("pattern", pattern), ("values", filled)):
        _times_of_entries(collector, cell, problem.unknowns, label, times, entries)


def _times_of_entries(
    collector: Collector, cell: str, unknowns: int, label: str, times: Measurement, entries: int
) -> None:
    wall, cpu = collector.times(cell, unknowns, times, ALL, label)
    for kind, row in (("wall", wall), ("CPU", cpu)):
        collector.keep(row.per(entries * NANO, f"{kind} time of an entry, {label}", "ns"))
