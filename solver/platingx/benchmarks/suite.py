"""Runs benchmarks one after the other; one that fails does not stop the others."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from mpi4py import MPI

from platingx.benchmarks.machine import machine_facts, measure_references
from platingx.benchmarks.measurement import Context, Row
from platingx.benchmarks.records import Findings, write_findings
from platingx.benchmarks.registry import Benchmark
from platingx.errors import PlatingxError, SingleRankError
from platingx.parallel import on_rank_0, raised_everywhere
from platingx.run.provenance import now

__all__ = ["run_benchmarks"]


def run_benchmarks(
    benchmarks: Sequence[Benchmark], quick: bool, out: Path, say: Callable[[str], None], comm: MPI.Intracomm
) -> Findings:
    """Measure the machine and run benchmarks. Collective.

    1. The facts of the machine, and the speed of its memory and its arithmetic on one rank and on all.
    2. Each benchmark. What it found is written at once, so that an interruption loses one benchmark.

    Parameters
    ----------
    benchmarks
        What to run.
    quick
        Tiny sizes: the times mean nothing.
    out
        Folder of bench.csv and bench.json.
    say
        Told a line before and after each benchmark.
    comm
        Communicator.

    Returns
    -------
    Findings
        With the failures of benchmarks that failed.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    SingleRankError
        If a benchmark fails on one rank only.
    """
    machine, started = machine_facts(comm), comm.bcast(now())
    with tempfile.TemporaryDirectory(prefix="platingx-bench-") as own:
        context = Context(comm, quick, Path(comm.bcast(own)), say)
        say("machine: memory bandwidth and arithmetic")
        rows, references = measure_references(context)
        context = replace(context, references=references)
        findings = Findings(machine, quick, started, tuple(rows), {})
        for benchmark in benchmarks:
            say(f"{benchmark.name}: {benchmark.what}")
            start = perf_counter()
            fresh, failure = _run(benchmark, context)
            failures = findings.failures | ({benchmark.name: failure} if failure else {})
            findings = replace(findings, rows=(*findings.rows, *fresh), failures=failures)
            _write(findings, out, comm)
            say(f"    {failure.splitlines()[0] if failure else f'{len(fresh)} rows'}, {perf_counter() - start:.1f} s")
        comm.barrier()  # nobody removes the folder while another one uses it
    return findings


def _write(findings: Findings, out: Path, comm: MPI.Intracomm) -> None:
    on_rank_0(comm, lambda: write_findings(findings, out))


def _run(benchmark: Benchmark, context: Context) -> tuple[list[Row], str]:
    """Rows of a benchmark, or why it failed; the same on all ranks."""
    try:
        return benchmark.run(context), ""
    except Exception as error:
        comm = context.comm
        if comm.size > 1 and not raised_everywhere(comm):
            wrapped = error if isinstance(error, PlatingxError) else PlatingxError(traceback.format_exc())
            raise SingleRankError(comm.rank, wrapped) from error
        text = str(error) if isinstance(error, PlatingxError) else traceback.format_exc()
        return [], comm.bcast(f"{type(error).__name__}: {text}" if text else type(error).__name__)
