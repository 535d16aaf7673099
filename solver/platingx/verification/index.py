"""The index of the book in Markdown, from the records of all problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from platingx.post.scales import rounded
from platingx.post.table import markdown_table
from platingx.verification.pages import PARTS, deviation_text, tolerance_text, verdict
from platingx.verification.problem import Problem, Row
from platingx.verification.records import Record

__all__ = ["index_page"]

_INTRODUCTION = """# Verification and validation book

Problems with known answers, computed by `platingx verify` and written by it, not by hand. A row of the tables gives the
number that uses most of its tolerance, and the order of convergence that is lowest beside the one that theory promises.
The page of a problem has its equations, its input, figures and all numbers; `results.json` has them with all digits."""

_AFTER = """`platingx verify NAME --out DIR` runs one of them; NAME is the name of a page or its beginning. Exit code 6
says that something deviates."""


def index_page(problems: Sequence[Problem], records: Mapping[str, Record], missing: Sequence[tuple[str, str]]) -> str:
    """Write the index.

    Parameters
    ----------
    problems : sequence of Problem
        The whole book, in its order.
    records : mapping
        What is known, by name of the problem.
    missing : sequence of tuple of str
        Problems that the book does not have, and why.
    """
    there = [records[problem.name] for problem in problems if problem.name in records]
    blocks = [_INTRODUCTION, _summary(there)]
    for part, words in PARTS.items():
        chosen = [record for record in there if record.part == part]
        if chosen:
            blocks += [f"## {words[0].upper()}{words[1:]}", markdown_table(_HEADERS, map(_cells, chosen)).rstrip()]
    waiting = [problem for problem in problems if problem.name not in records]
    if waiting:
        names = ", ".join(f"`{problem.name}`" for problem in waiting)
        blocks.append(f"Not run in this folder: {names}.")
    if missing:
        blocks += ["## Not covered yet", markdown_table(("problem", "why"), missing).rstrip()]
    return "\n\n".join([*blocks, _AFTER]) + "\n"


_HEADERS = ("problem", "numbers", "largest deviation against tolerance", "lowest order", "result")


def _summary(records: Sequence[Record]) -> str:
    failed = [record.name for record in records if not record.passed]
    versions = sorted({record.version for record in records})
    rows = [row for record in records for row in record.rows]
    judged, missed = sum(row.evidence for row in rows), sum(row.passed and not row.within for row in rows)
    arithmetic = sum(row.status == "arithmetic" for row in rows)
    orders = sum(len(record.convergences) for record in records)
    coarse = [record.name for record in records if record.effort == "coarse"]
    met = f"All are as expected, but for {missed} numbers that are known to be missed."
    met = met if missed else "All are as expected."
    text = (
        f"platingx {', '.join(versions)}: {len(records)} problems, {judged} numbers, {orders} orders of convergence. "
        + (f"Not as expected: {', '.join(failed)}." if failed else met)
    )
    if arithmetic:
        text += f" {arithmetic} rows of arithmetic (a formula beside its own digits) are shown and not counted."
    return text + (f" With the coarse effort of the tests: {', '.join(coarse)}." if coarse else "")


def _cells(record: Record) -> tuple[str, ...]:
    link = f"[{record.title}]({record.name}.md)"
    if record.error:
        return link, "-", "-", "-", "**failed**"
    worst = record.worst
    deviation = "-" if worst is None else f"{_against_tolerance(worst)}: {worst.label}, {worst.quantity}"
    lowest = min(record.convergences, key=lambda each: each.orders[-1] - each.expected_order, default=None)
    order = "-" if lowest is None else f"{rounded(lowest.orders[-1], 3)} ({lowest.expected_order:g}): {lowest.label}"
    count = sum(row.evidence for row in record.rows)
    return link, str(count), deviation, order, verdict(record.passed)


def _against_tolerance(row: Row) -> str:
    """Deviation and tolerance of a row; number and limit where something has to vanish or stay below."""
    if row.expected == 0.0:
        return f"{deviation_text(row).lstrip('+')}, limit {tolerance_text(row)}"
    return f"{deviation_text(row)} of {tolerance_text(row)}"
