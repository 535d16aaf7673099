"""Runs problems and writes their pages."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from platingx.errors import PlatingxError
from platingx.run.provenance import source_digest
from platingx.verification.drawing import orders_picture, png
from platingx.verification.files import write_file
from platingx.verification.index import index_page
from platingx.verification.pages import failed_page, page, picture_file
from platingx.verification.problem import Effort, Problem
from platingx.verification.records import Record, read_records, record_of, write_records
from platingx.verification.registry import NOT_COVERED

__all__ = ["write_book"]


def write_book(
    problems: Sequence[Problem],
    folder: Path,
    effort: Effort,
    say: Callable[[str], None],
    contents: Sequence[Problem],
) -> list[Record]:
    """Run problems and write their pages and the index; pages of other problems stay.

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
    known = read_records(folder)
    fresh = []
    for number, problem in enumerate(problems, start=1):
        say(f"{number}/{len(problems)} {problem.name}: {problem.title}")
        lacking = problem.missing()
        if lacking:
            say(f"    skipped, its page stays as it is: {lacking}")
            continue
        start = perf_counter()
        record = _run(problem, effort, folder)
        known[problem.name] = record
        fresh.append(record)
        write_records(folder, [known[each.name] for each in contents if each.name in known])
        write_file(folder / "README.md", index_page(contents, known, NOT_COVERED))
        say(f"    {record.verdict}, {perf_counter() - start:.1f} s")
    return fresh


def _run(problem: Problem, effort: Effort, folder: Path) -> Record:
    """Run a problem and write its page."""
    outcome, error, drawn = None, "", []
    try:
        outcome = problem.run(effort)
        orders = (orders_picture(outcome.convergences),) if outcome.convergences else ()
        drawn = [(picture, png(picture)) for picture in (*outcome.pictures, *orders)]
    except PlatingxError as caught:
        outcome, error = None, f"{type(caught).__name__}: {caught}"
    except Exception:
        outcome, error = None, traceback.format_exc()
    if outcome is None:
        write_file(folder / f"{problem.name}.md", failed_page(problem, effort, error))
        return record_of(problem, effort, None, error)
    for picture, content in drawn:
        write_file(folder / picture_file(problem, picture), content)
    write_file(folder / f"{problem.name}.md", page(problem, effort, outcome, [picture for picture, _ in drawn]))
    return record_of(problem, effort, outcome)
