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

    from platingx.post.run_difference import Difference
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
    """Report the differences of two runs: inputs and results first, then all of them with mesh, versions and histories.

    Ends with 0 if the runs are the same within the tolerance and with 6 if they differ. With --rtol 0 everything must
    be the same to the last digit. Versions and machine are reported, but do not count as a difference.
    """
    if mpi_rank() != 0:
        return
    from platingx.post.headline_differences import headline_differences
    from platingx.post.history import summary_so_far
    from platingx.post.run_difference import Tolerance
    from platingx.post.run_differences import compare_runs

    outcome = compare_runs(first, second, Tolerance(rtol, atol), tuple(ignore or ()))
    if as_json:
        say(json.dumps(outcome.as_json(), indent=2, allow_nan=False))
    else:
        _print(outcome, headline_differences(*(summary_so_far(folder) for folder in outcome.folders)))
    if not outcome.same:
        raise typer.Exit(RUNS_DIFFER)


def _print(outcome: RunDifferences, headline: list[str]) -> None:
    a, b = outcome.folders
    say(f"A: {a}", f"B: {b}", *outcome.notes)
    counted = [item for item in outcome.differences if item.counts]
    inputs = [item for item in counted if item.key.startswith("case.")]
    if inputs:
        say("", "Inputs that differ, A -> B", *(f"  {_input(item)}" for item in inputs))
    if headline:
        say("", "Results, A -> B", *(f"  {line}" for line in headline), "")
    others = [item for item in outcome.differences if not item.counts]
    for items, title in ((counted, "All differences"), (others, "Differences that do not count")):
        if items:
            console().print(_table(items, title))
    limits = f"relative tolerance {outcome.tolerance.relative:g}, absolute {outcome.tolerance.absolute:g}"
    amounts = ", ".join(f"{count} {name}" for name, count in outcome.compared.items())
    verdict = "the same" if outcome.same else f"different in {len(counted)} respect{'s' if len(counted) > 1 else ''}"
    say(f"{verdict} ({amounts}; {limits})")


def _input(item: Difference) -> str:
    first, second, _ = _texts(item)
    return f"{item.key.removeprefix('case.')}: {first} -> {second}"


def _table(items: list[Difference], title: str) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left", header_style="bold")
    for name in ("key", "A", "B", "change", "where"):
        table.add_column(name, justify="right" if name == "change" else "left", overflow="fold")
    for item in items:
        table.add_row(item.key, *_texts(item), item.where)
    return table


def _texts(item: Difference) -> tuple[str, str, str]:
    """Both values with one unit, and the change from A to B."""
    from platingx.post.paired_values import change_text, pair_text, value_and_unit

    pair = [value_and_unit(value, item.key) for value in (item.first, item.second)]
    if pair[0] is not None and pair[1] is not None and pair[0][1] == pair[1][1]:
        (a, unit), (b, _) = pair[0], pair[1]
        return *pair_text(a, b, unit), change_text(a, b)
    shown = [
        _text(value) if known is None else pair_text(known[0], known[0], known[1])[0]
        for value, known in zip((item.first, item.second), pair, strict=True)
    ]
    return shown[0], shown[1], ""


def _text(value: Any) -> str:
    text = "-" if value is None else repr(value) if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
