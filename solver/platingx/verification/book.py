"""Runs problems and writes their pages."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

from mpi4py import MPI

from platingx.errors import PlatingxError, SingleRankError
from platingx.parallel import on_rank_0, raised_everywhere
from platingx.run.provenance import source_digest
from platingx.verification.drawing import orders_picture, png
from platingx.verification.files import write_file
from platingx.verification.index import index_page
from platingx.verification.pages import failed_page, page, picture_file
from platingx.verification.problem import Effort, Outcome, Picture, Problem
from platingx.verification.records import Record, read_records, record_of, write_records
from platingx.verification.registry import NOT_COVERED

__all__ = ["write_book"]


def write_book(
    problems: Sequence[Problem],
    folder: Path,
    effort: Effort,
    say: Callable[[str], None],
    contents: Sequence[Problem],
    comm: MPI.Intracomm = MPI.COMM_SELF,
) -> list[Record]:
    """Run problems and write their pages and the index; pages of other problems stay. Collective.

    1. Read what is known of the other problems of the folder.
    2. Run a problem, unless the machine lacks what it needs. An exception makes a page that says so, and the next
       problem is run.
    3. Write its pictures and its page, then ``results.json`` and the index, so that an interruption loses one problem.

    Parameters
    ----------
    problems : sequence of Problem
        What to run.
    folder : Path
        Folder of the book.
    effort : {"coarse", "full"}
        Meshes and steps of the tests, or of the book.
    say : callable
        Told a line before and after each problem.
    contents : sequence of Problem
        The whole book, for the index.
    comm : MPI communicator
        If of several ranks, they run each problem together, and rank 0 writes. All of `problems` need `on_ranks` then.

    Returns
    -------
    list of Record
        One for each of `problems` that can be run on this machine.

    Raises
    ------
    OutputError
        If the folder cannot be written, or ``results.json`` in it cannot be read.
    """
    source_digest()  # of the sources that run, whatever is edited meanwhile
    known = on_rank_0(comm, lambda: read_records(folder))
    fresh = []
    for number, problem in enumerate(problems, start=1):
        say(f"{number}/{len(problems)} {problem.name}: {problem.title}")
        lacking = problem.missing()
        if lacking:
            say(f"    skipped, its page stays as it is: {lacking}")
            continue
        start = perf_counter()
        outcome, drawn, error = _run(problem, effort, comm)
        record = known[problem.name] = record_of(problem, effort, outcome, error)
        fresh.append(record)
        on_rank_0(comm, partial(_write, problem, effort, folder, outcome, drawn, error))
        on_rank_0(comm, partial(_write_index, folder, contents, known))
        say(f"    {record.verdict}, {perf_counter() - start:.1f} s")
    return fresh


Drawn = list[tuple[Picture, bytes]]


def _run(problem: Problem, effort: Effort, comm: MPI.Intracomm) -> tuple[Outcome | None, Drawn, str]:
    """Run a problem and draw its pictures; without an outcome, what has gone wrong. Collective.

    On several ranks an error of the program may be that of one of them, and ends all.
    """
    try:
        outcome = problem.run(effort) if comm.size == 1 else _together(problem)(effort, comm)
        orders = (orders_picture(outcome.convergences),) if outcome.convergences else ()
        return outcome, [(picture, png(picture)) for picture in (*outcome.pictures, *orders)], ""
    except SingleRankError:
        raise
    except PlatingxError as caught:
        if comm.size > 1 and not raised_everywhere(comm):
            raise SingleRankError(comm.rank, caught) from caught
        return None, [], f"{type(caught).__name__}: {caught}"
    except Exception:
        if comm.size > 1:
            raise
        return None, [], traceback.format_exc()


def _together(problem: Problem) -> Callable[[Effort, MPI.Intracomm], Outcome]:
    if problem.on_ranks is None:
        raise ValueError(f"{problem.name} runs in one process only")
    return problem.on_ranks


def _write(problem: Problem, effort: Effort, folder: Path, outcome: Outcome | None, drawn: Drawn, error: str) -> None:
    """Write the page of a problem and its pictures."""
    if outcome is None:
        write_file(folder / f"{problem.name}.md", failed_page(problem, effort, error))
        return
    for picture, content in drawn:
        write_file(folder / picture_file(problem, picture), content)
    write_file(folder / f"{problem.name}.md", page(problem, effort, outcome, [picture for picture, _ in drawn]))


def _write_index(folder: Path, contents: Sequence[Problem], known: Mapping[str, Record]) -> None:
    write_records(folder, [known[each.name] for each in contents if each.name in known])
    write_file(folder / "README.md", index_page(contents, known, NOT_COVERED))
