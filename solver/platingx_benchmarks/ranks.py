"""Scaling with the number of MPI ranks: the same body on more of them, one that grows with them, and large ones."""

from __future__ import annotations

from functools import partial

from mpi4py import MPI

from platingx.errors import ConvergenceError, OutputError
from platingx_benchmarks.groups import on_first, powers_of_two
from platingx_benchmarks.launching import on_ranks
from platingx_benchmarks.linear_solve import PARTS, PATTERN, TOLERANCE, measure_solve, right_side
from platingx_benchmarks.machine import ARITHMETIC, BANDWIDTH, reference_samples
from platingx_benchmarks.measurement import ALL, Collector, Context, Measurement, Row, measure
from platingx_benchmarks.memory import let_go, resident
from platingx_benchmarks.models import State
from platingx_benchmarks.pit import SMALLEST, STEPS, begin_step, march, one_more, pit_mesh, pit_problem
from platingx_benchmarks.records import read_findings
from platingx_benchmarks.sizes import PitSize, measure_sizes

__all__ = ["WORK", "run"]

PRESET = "iterative"
STRONG: dict[State, float] = {"elastic": 150e3, "flowing": 300e3}
"""Unknowns of the body that is the same on all numbers of ranks."""
WEAK = 75e3
"""Unknowns of one rank."""
SIZES = (50e3, 150e3, 300e3, 1e6)
REPEATS = 3
WORK: dict[State, tuple[str, ...]] = {
    "elastic": (PATTERN, *PARTS, ALL),
    "flowing": ("element kernel", *PARTS, ALL),
}


def run(context: Context) -> list[Row]:
    """Measure on 1, 2, 4 ... ranks of those there are; on a single process they are started. Collective."""
    if context.comm.size == 1:
        return _on_ranks(context)
    collector, wishes = context.collector("ranks"), context.wishes
    numbers, start = powers_of_two(context.comm.size), context.comm.allreduce(resident())
    _add_references(context, collector, numbers)
    collector.save()
    for state, unknowns in STRONG.items():
        wanted = SMALLEST if context.quick else max(wishes.sizes, default=unknowns)
        _add_scaling(context, collector, "strong", state, dict.fromkeys(numbers, wanted))
    for_one = SMALLEST if context.quick else wishes.size_of_a_rank or WEAK
    _add_scaling(context, collector, "weak", "flowing", {number: for_one * number for number in numbers})
    sizes = [SMALLEST] if context.quick else sorted(wishes.sizes or SIZES)
    measure_sizes(context, collector, [PitSize(unknowns) for unknowns in sizes], start, f", {_on(context.comm.size)}")
    return collector.rows


def _add_references(context: Context, collector: Collector, numbers: list[int]) -> None:
    """Speed-up of loops that need only memory, or only arithmetic: what the machine itself gives."""
    first: tuple[Row, Row] | None = None
    for number in numbers:
        samples = on_first(context.comm, number, lambda group: reference_samples(group, context.repeats, context.quick))
        subject = _on(number)
        rows = (
            collector.add(subject, 0, BANDWIDTH, "B/s", samples[0], 1),
            collector.add(subject, 0, ARITHMETIC, "1/s", samples[1], 1),
        )
        first = first or rows
        collector.ratio(subject, 0, "speed-up, memory-bound reference", rows[0], first[0])
        collector.ratio(subject, 0, "speed-up, arithmetic reference", rows[1], first[1])


def _add_scaling(context: Context, collector: Collector, kind: str, state: State, sizes: dict[int, float]) -> None:
    """An elastic solve, or a Newton iteration of flowing metal, on bodies of given unknowns by number of ranks."""
    first: dict[str, tuple[Row, int]] = {}
    for number, wanted in sizes.items():
        context.say(f"    {kind}, {state}, {_on(number)}, {wanted:g} unknowns")
        work = partial(_elastic_solve if state == "elastic" else _newton_iteration, wanted=wanted, quick=context.quick)
        unknowns, times = on_first(context.comm, number, work)
        subject = f"{kind}, {state}, {_on(number)}"
        for phase in WORK[state]:
            wall, _ = collector.times(subject, unknowns, times, phase, phase)
            base, before = first.setdefault(phase, (wall, unknowns))
            if kind == "strong":
                collector.ratio(subject, unknowns, f"speed-up, {phase}", base, wall)
            else:  # wall time for the same number of unknowns on a rank
                fair = wall.per(unknowns / before / number, f"{phase}, wall time for equal unknowns on a rank", "s")
                collector.ratio(subject, unknowns, f"efficiency, {phase}", base, fair)
        collector.add(subject, unknowns, "iterations", "1", [times.counts["Krylov iterations"]])
        collector.save()
        let_go(context.comm)


def _elastic_solve(comm: MPI.Intracomm, wanted: float, quick: bool) -> tuple[int, Measurement]:
    """Unknowns, and the times of a linear solve of the pit without flow. Collective."""
    problem = pit_problem(pit_mesh(wanted, comm), "elastic", PRESET)
    begin_step(problem, STEPS["elastic"], 0)
    problem.evaluate()
    return problem.unknowns, measure_solve(comm, problem, PRESET, once=quick)


def _newton_iteration(comm: MPI.Intracomm, wanted: float, quick: bool) -> tuple[int, Measurement]:
    """Unknowns, and the times of kernel, assembly, set-up and solution when the metal flows. Collective."""
    problem = pit_problem(pit_mesh(wanted, comm), "flowing", PRESET)
    ends = STEPS["flowing"][: 1 if quick else None]
    march(problem, ends)
    begin_step(problem, one_more(ends), len(ends))

    def work() -> None:
        problem.evaluate()
        problem.linear.assemble()
        report = problem.linear.solve(right_side(problem), TOLERANCE)[1]
        if not report.converged:
            raise ConvergenceError(f"the {PRESET} solver failed: PETSc's reason {report.reason}")

    return problem.unknowns, measure(comm, work, 1 if quick else REPEATS)


def _on(number: int) -> str:
    return f"{number} rank" + ("s" if number > 1 else "")


def _on_ranks(context: Context) -> list[Row]:
    """Start this benchmark on several ranks, and take over what it found, also when it failed on the way."""
    out, wishes = context.folder / "ranks", context.wishes
    arguments = ["bench", "ranks", "--out", str(out), *(["--quick"] if context.quick else [])]
    for size in wishes.sizes:
        arguments += ["--size", str(size)]
    if wishes.size_of_a_rank is not None:
        arguments += ["--size-of-a-rank", str(wishes.size_of_a_rank)]
    ranks = 2 if context.quick and wishes.ranks is None else wishes.ranks
    code, complaints = on_ranks(ranks, arguments, context.say, patient=context.quick)
    try:
        rows = read_findings(out).select("ranks")
    except OutputError:
        rows = []
    context.keep(rows)
    if code != 0:
        raise ConvergenceError(f"the ranks ended with exit code {code}:\n{complaints[-2000:]}")
    return rows
