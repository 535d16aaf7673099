"""``platingx compare``: what differs between two runs, from their folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platingx.cli.terminal import console, mpi_rank, say
from platingx.paths import user_path

if TYPE_CHECKING:
    from rich.table import Table

    from platingx.post.run_differences import RunDifferences

__all__ = ["RUNS_DIFFER", "compare"]

RUNS_DIFFER = 6
"""Exit code when the runs differ; 1 would be an error of the program here."""
_LONGEST = 48


def compare(
    first: Annotated[Path, typer.Argument(parser=user_path, metavar="RUN_A", help="Run folder.")],
    second: Annotated[Path, typer.Argument(parser=user_path, metavar="RUN_B", help="Run folder.")],
    rtol: Annotated[
        float, typer.Option("--rtol", min=0.0, help="Tolerance relative to the largest value of a column or quantity.")
    ] = 1e-6,
    atol: Annotated[float, typer.Option("--atol", min=0.0, help="Tolerance in the SI unit of each number.")] = 0.0,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore", metavar="KEY", help="Leave out a key, block or pattern: case.time, summary.*.place_m."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Report the differences of two runs in inputs, mesh, versions, history and summary.

    Ends with 0 if the runs are the same within the tolerance and with 6 if they differ. With --rtol 0 everything must
    be the same to the last digit. Versions and machine are reported, but do not count as a difference.
    """
    if mpi_rank() != 0:
        return
    from platingx.post.run_difference import Tolerance
    from platingx.post.run_differences import compare_runs

    outcome = compare_runs(first, second, Tolerance(rtol, atol), tuple(ignore or ()))
    if as_json:
        say(json.dumps(outcome.as_json(), indent=2, allow_nan=False))
    else:
        _print(outcome)
    if not outcome.same:
        raise typer.Exit(RUNS_DIFFER)


def _print(outcome: RunDifferences) -> None:
    a, b = outcome.folders
    say(f"A: {a}", f"B: {b}", *outcome.notes)
    counted = [item for item in outcome.differences if item.counts]
    others = [item for item in outcome.differences if not item.counts]
    for items, title in ((counted, "Differences"), (others, "Differences that do not count")):
        if items:
            console().print(_table(items, title))
    limits = f"relative tolerance {outcome.tolerance.relative:g}, absolute {outcome.tolerance.absolute:g}"
    amounts = ", ".join(f"{count} {name}" for name, count in outcome.compared.items())
    verdict = "the same" if outcome.same else f"different in {len(counted)} respect{'s' if len(counted) > 1 else ''}"
    say(f"{verdict} ({amounts}; {limits})")


def _table(items: list[Any], title: str) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left", header_style="bold")
    for name in ("key", "A", "B", "relative", "where"):
        table.add_column(name, justify="right" if name == "relative" else "left", overflow="fold")
    for item in items:
        relative = "" if item.relative is None else f"{item.relative:.2e}"
        table.add_row(item.key, _text(item.first), _text(item.second), relative, item.where)
    return table


def _text(value: Any) -> str:
    text = "-" if value is None else repr(value) if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
