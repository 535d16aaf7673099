"""``platingx bench``: what the program costs on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platingx.cli.terminal import console, mpi_rank, say
from platingx.errors import PlatingxError
from platingx.paths import user_path

if TYPE_CHECKING:
    from rich.table import Table

    from platingx_benchmarks.registry import Benchmark

__all__ = ["bench"]

SMALLEST = 5e3


def bench(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Benchmarks; all if none.")] = None,
    out: Annotated[
        Path, typer.Option("--out", parser=user_path, metavar="DIR", help="Folder of bench.csv and bench.json.")
    ] = Path("bench"),
    quick: Annotated[bool, typer.Option("--quick", help="Tiny sizes: only to see that everything works.")] = False,
    size: Annotated[
        list[float] | None,
        typer.Option(
            "--size", metavar="N", min=SMALLEST, help="Unknowns of the bodies of solve and ranks; repeatable."
        ),
    ] = None,
    size_of_a_rank: Annotated[
        float | None,
        typer.Option("--size-of-a-rank", metavar="N", min=SMALLEST, help="Unknowns of a rank in weak scaling."),
    ] = None,
    ranks: Annotated[
        int | None,
        typer.Option("--ranks", metavar="N", min=2, help="Ranks that the benchmark of this name starts by itself."),
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Keep what the folder has of other benchmarks, measured on this machine.")
    ] = False,
    only_list: Annotated[bool, typer.Option("--list", help="List the benchmarks and end.")] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            parser=user_path,
            metavar="DIR",
            help="Write performance.md into --out from what is in DIR, and end.",
        ),
    ] = None,
) -> None:
    """Measure what the program costs here: kernels, matrices, solvers, full cases, ranks, CalculiX beside it.

    Also under MPI, to publish the scaling of a machine: mpirun -n 64 platingx bench solve ranks --size 3e6.
    """
    if find_spec("platingx_benchmarks") is None:
        raise PlatingxError(
            "the benchmarks come with the repository, not with the installed package; "
            "run ./platingx bench in a checkout of platingx"
        )
    from platingx_benchmarks.registry import find

    benchmarks = find(names or ())
    if only_list:
        console().print(_listed(benchmarks, out))
        return
    if report is not None:
        from platingx_benchmarks.page import write_page

        if mpi_rank() == 0:
            for path in write_page(report, out):
                say(f"wrote {path}")
        return
    from mpi4py import MPI

    from platingx.cli.tables import bench_table
    from platingx_benchmarks.measurement import Wishes
    from platingx_benchmarks.suite import run_benchmarks

    wishes = Wishes(tuple(size or ()), size_of_a_rank, ranks)
    findings = run_benchmarks(benchmarks, quick, out, say, MPI.COMM_WORLD, wishes, add)
    for name in dict.fromkeys(row.benchmark for row in findings.rows):
        console().print(bench_table(name, findings.select(name)))
    say(f"wrote {out / 'bench.csv'} and {out / 'bench.json'}")
    if findings.failures:
        lines = [f"    {name}: {text}" for name, text in findings.failures.items()]
        raise PlatingxError("\n".join([f"{len(lines)} of {len(benchmarks)} benchmarks failed:", *lines]))


def _listed(benchmarks: Sequence[Benchmark], folder: Path) -> Table:
    """Table of the benchmarks with the minutes that they take, and took for the findings in a folder."""
    from rich.table import Table

    from platingx_benchmarks.records import JSON_FILE, read_findings

    took = read_findings(folder).durations if (folder / JSON_FILE).exists() else {}
    table = Table("name", "what", "minutes on 2 cores", *([f"in {folder}"] if took else []))
    for benchmark in benchmarks:
        here = [f"{took[benchmark.name] / 60:.1f}" if benchmark.name in took else ""] if took else []
        table.add_row(benchmark.name, benchmark.what, f"{benchmark.minutes:g}", *here)
    return table
