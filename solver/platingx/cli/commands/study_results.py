"""What is shown and written when the points of a study have run: its table, its figures, what failed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from platingx.cli.terminal import console, say
from platingx.errors import ConvergenceError

if TYPE_CHECKING:
    from platingx.studies.points import Plan
    from platingx.studies.table import Row

__all__ = ["LONGEST_LIST", "show_results"]

LONGEST_LIST = 100
"""How many points are listed on a terminal."""


_NO_PARQUET = "no results.parquet: that needs the Python package pyarrow (pip install 'platingx[parquet]')"


def show_results(plan: Plan, rows: list[Row], folder: Path) -> None:
    """Print the table of a study, draw its figures, write its report, and say which points failed.

    Raises
    ------
    ConvergenceError
        If there are points without result.
    """
    from platingx.post.file_names import RESULTS
    from platingx.studies.table import PARQUET, has_parquet
    from platingx.studies.whole import finish_study

    _print_rows(rows)
    say(f"wrote {folder / RESULTS}", f"wrote {folder / PARQUET}" if has_parquet() else _NO_PARQUET)
    files, notes = finish_study(plan, rows, folder)
    say(*(f"wrote {path}" for path in files), *notes)
    failed = [row for row in rows if row["status"] == "failed"]
    if failed:
        numbers = ", ".join(str(row["point"]) for row in failed[:10]) + (" ..." if len(failed) > 10 else "")
        raise ConvergenceError(
            f"{len(failed)} of {len(rows)} points failed (point {numbers}); {folder / RESULTS} has the reasons\n"
            "    try:   --retry, once what they name is mended"
        )
    _tell_absent(plan, rows, folder)


def _tell_absent(plan: Plan, rows: list[Row], folder: Path) -> None:
    """Tell quantities that some runs do not have.

    Raises
    ------
    CaseError
        If there is one that no run has.
    """
    from platingx.columns import split_unit
    from platingx.post.results import RunResults
    from platingx.studies.table import absent_quantities
    from platingx.studies.wanted import in_no_run

    done = [row for row in rows if row["status"] == "completed"]
    runs = [RunResults(folder / str(row["folder"])) for row in done if row["reason"]]
    absent = [absent_quantities(plan.study.quantities, run) for run in runs]
    counts = Counter(name for found in absent for name in found)
    say(*(f"no {name} in {count} of {len(done)} runs" for name, count in counts.items() if count < len(done)))
    nowhere = {name: absent[0][name] for name, count in counts.items() if count == len(done)}
    if nowhere:
        raise in_no_run(plan.file, nowhere, [split_unit(str(column))[0] for column in runs[0].history.columns])


def _print_rows(rows: list[Row]) -> None:
    """Print the table without the columns that only files need."""
    from rich.table import Table

    from platingx.studies.table import frame_of

    frame = frame_of(rows).drop(columns=["reason", "folder"])
    table = Table(caption="" if len(rows) <= LONGEST_LIST else f"the first {LONGEST_LIST} of {len(rows)} points")
    for name in frame:
        table.add_column(str(name), justify="right")
    for _, row in frame.head(LONGEST_LIST).iterrows():
        table.add_row(
            *("" if value != value else f"{value:.5g}" if isinstance(value, float) else str(value) for value in row)
        )
    console().print(table)
