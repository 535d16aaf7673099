"""Runs benchmarks one after the other; one that fails does not stop the others."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from mpi4py import MPI

from platingx.errors import PlatingxError, SingleRankError
from platingx.parallel import on_rank_0, raised_everywhere
from platingx.run.provenance import now
from platingx_benchmarks.machine import bounds_of, machine_facts, measure_references
from platingx_benchmarks.measurement import Context, Row, Wishes
from platingx_benchmarks.records import Findings, commit_of, findings_to_add_to, write_findings
from platingx_benchmarks.registry import Benchmark

__all__ = ["run_benchmarks"]


class _Book:
    """Findings so far, written into the folder whenever some are new; all calls are collective."""

    def __init__(self, findings: Findings, out: Path, comm: MPI.Intracomm) -> None:
        self.findings, self._out, self._comm = findings, out, comm
        self._before: tuple[Row, ...] = ()
        self._name = ""

    def begin(self, name: str) -> None:
        """A benchmark begins."""
        self._before, self._name = self.findings.rows, name
        self._change(unfinished=(*self.findings.unfinished, name))

    def keep(self, rows: Sequence[Row]) -> None:
        """Take over the rows so far of the benchmark that is on."""
        self._change(rows=(*self._before, *rows))

    def note(self, text: str) -> None:
        """Take over a sentence of the benchmark that is on."""
        known = self.findings.notes.get(self._name, [])
        self._change(notes=self.findings.notes | {self._name: [*known, text]})

    def end(self, failure: str, seconds: float) -> None:
        """The benchmark that is on has ended."""
        name, found = self._name, self.findings
        failures = found.failures | ({name: failure} if failure else {})
        unfinished = tuple(other for other in found.unfinished if other != name)
        sources = found.sources | {name: commit_of(found.machine)}
        durations = found.durations | {name: seconds}
        self._change(unfinished=unfinished, failures=failures, durations=durations, sources=sources)

    def _change(self, **changes: object) -> None:
        self.findings = findings = replace(self.findings, **changes)  # type: ignore[arg-type]
        on_rank_0(self._comm, lambda: write_findings(findings, self._out))


def run_benchmarks(
    benchmarks: Sequence[Benchmark],
    quick: bool,
    out: Path,
    say: Callable[[str], None],
    comm: MPI.Intracomm,
    wishes: Wishes | None = None,
    add: bool = False,
) -> Findings:
    """Measure the machine and run benchmarks. Collective.

    1. The facts of the machine, and the speed of its memory and its arithmetic on one rank and on all.
    2. Each benchmark. What it has found is written after each body, case or mesh, marked as unfinished until its end.

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
    wishes
        Sizes and ranks that the user asks for.
    add
        Keep what the folder has of other benchmarks.

    Returns
    -------
    Findings
        With the failures of benchmarks that failed.

    Raises
    ------
    OutputError
        If the folder cannot be written, or there is nothing to add to.
    CaseError
        If the findings to add to are of another machine or effort.
    SingleRankError
        If a benchmark fails on one rank only.
    """
    machine, started = machine_facts(comm), comm.bcast(now())
    findings = Findings(machine, quick, started)
    if add:
        names = {benchmark.name for benchmark in benchmarks}
        findings = on_rank_0(comm, lambda: findings_to_add_to(out, machine, quick, names))
    book = _Book(findings, out, comm)
    with tempfile.TemporaryDirectory(prefix="platingx-bench-") as own:
        folder = Path(comm.bcast(own))
        context = Context(comm, quick, folder, say, wishes=wishes or Wishes(), keep=book.keep, note=book.note)
        if not findings.select("machine"):
            say("machine: memory bandwidth and arithmetic")
            start = perf_counter()
            book.begin("machine")
            book.keep(measure_references(context))
            book.end("", _longest(comm, start))
        context = replace(context, references=bounds_of(book.findings.select("machine")))
        for benchmark in benchmarks:
            say(f"{benchmark.name}: {benchmark.what}")
            start = perf_counter()
            book.begin(benchmark.name)
            failure = _run(benchmark, context)
            seconds = _longest(comm, start)
            book.end(failure, seconds)
            known = len(book.findings.select(benchmark.name))
            say(f"    {failure.splitlines()[0] if failure else f'{known} rows'}, {seconds:.1f} s")
        comm.barrier()  # nobody removes the folder while another one uses it
    return book.findings


def _longest(comm: MPI.Intracomm, start: float) -> float:
    """Wall time since a start, the same on all ranks."""
    return float(comm.allreduce(perf_counter() - start, MPI.MAX))


def _run(benchmark: Benchmark, context: Context) -> str:
    """Run a benchmark; why it failed, the same on all ranks, or nothing."""
    try:
        context.keep(benchmark.run(context))
    except Exception as error:
        comm = context.comm
        if comm.size > 1 and not raised_everywhere(comm):
            wrapped = error if isinstance(error, PlatingxError) else PlatingxError(traceback.format_exc())
            raise SingleRankError(comm.rank, wrapped) from error
        text = str(error) if isinstance(error, PlatingxError) else traceback.format_exc()
        return str(comm.bcast(f"{type(error).__name__}: {text}" if text else type(error).__name__))
    return ""
