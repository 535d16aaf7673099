"""Tables of the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from platingx_benchmarks.measurement import Row

__all__ = ["bench_table", "profile_table"]


def profile_table(profile: dict[str, Any]) -> Table:
    """Table of time by phase, from the content of profile.json."""
    from rich.table import Table

    several = profile["ranks"] > 1
    columns = ["wall s, mean", "largest", "CPU s, mean", "largest"] if several else ["wall s", "CPU s"]
    whole = sum(times["wall_mean_s"] for times in profile["phases"].values())
    counts = ", ".join(f"{number} {name}" for name, number in profile["counts"].items())
    table = Table(title="where the time went", caption=counts, caption_justify="left")
    table.add_column("phase", no_wrap=True)
    for name in (*columns, "share", "calls"):
        table.add_column(name, justify="right")
    for name, times in profile["phases"].items():
        keys = ["wall_mean_s", "wall_max_s", "cpu_mean_s", "cpu_max_s"] if several else ["wall_mean_s", "cpu_mean_s"]
        share = times["wall_mean_s"] / whole if whole > 0.0 else 0.0
        table.add_row(name, *(f"{times[key]:.3f}" for key in keys), f"{share:.1%}", str(times["calls"] or ""))
    table.add_section()
    totals = [f"{profile['wall_s']:.3f}", f"{profile['cpu_s']:.3f}"]
    if several:
        totals = [f"{whole:.3f}", totals[0], f"{profile['cpu_s'] / profile['ranks']:.3f}", ""]
    table.add_row("all", *totals, "", "")
    return table


def bench_table(name: str, rows: Sequence[Row]) -> Table:
    """Table of the rows of a benchmark: median and spread."""
    from rich.table import Table

    table = Table(title=name)
    for text in ("subject", "quantity"):
        table.add_column(text)
    for number in ("size", "median", "min", "max"):
        table.add_column(number, justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("of", justify="right", no_wrap=True)
    before = ""
    for row in rows:
        if before and row.subject != before:
            table.add_section()
        subject, before = row.subject if row.subject != before else "", row.subject
        numbers = (f"{value:.4g}" for value in (row.median, row.minimum, row.maximum))
        unit = "" if row.unit == "1" else row.unit
        table.add_row(subject, row.quantity, str(row.size or ""), *numbers, unit, str(row.repeats))
    return table
