"""All benchmarks, and finding them by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from platingx.errors import CaseError, InputError
from platingx.nearest import nearest
from platingx_benchmarks import assembly, calculix, cases, conduction, kernel, ranks, solve, studies, tubules
from platingx_benchmarks.measurement import Context, Row

__all__ = ["BENCHMARKS", "Benchmark", "find"]


@dataclass(frozen=True)
class Benchmark:
    """A benchmark: its name, what it measures, what measures it, and about how many minutes that takes on two cores."""

    name: str
    what: str
    run: Callable[[Context], list[Row]]
    minutes: float


BENCHMARKS = (
    Benchmark("kernel", "time of a quadrature point, beside memory bandwidth and arithmetic", kernel.run, 1.0),
    Benchmark("assembly", "filling the sparse matrix", assembly.run, 0.5),
    Benchmark("solve", "linear solves by size, direct and iterative: time, iterations, memory", solve.run, 5.0),
    Benchmark("conduction", "conduction and a circuit in space, by size: iterations, memory", conduction.run, 3.0),
    Benchmark("cases", "full cases: time by phase, iterations, time to the first step", cases.run, 6.0),
    Benchmark("tubules", "a case without a mesh: a hundred cycles of metal in tubes", tubules.run, 0.2),
    Benchmark("studies", "the driver of a study: time for each of 100 and of 10,000 points", studies.run, 2.5),
    Benchmark("ranks", "strong and weak scaling with the number of MPI ranks", ranks.run, 9.0),
    Benchmark("calculix", "the same meshes and models by CalculiX, where ccx is installed", calculix.run, 13.0),
)


def find(names: Sequence[str]) -> tuple[Benchmark, ...]:
    """Give the benchmarks of some names, all if there are none, in their own order.

    Raises
    ------
    CaseError
        If a name is not known.
    """
    known = [benchmark.name for benchmark in BENCHMARKS]
    problems = []
    for name in names:
        if name not in known:
            near = nearest(name, known)
            hint = near if near else "platingx bench --list"
            problems.append(InputError("no such benchmark", value=name, valid=", ".join(known), hint=hint))
    if problems:
        raise CaseError(problems)
    return tuple(benchmark for benchmark in BENCHMARKS if not names or benchmark.name in names)
