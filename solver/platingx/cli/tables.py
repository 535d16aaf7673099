"""Tables of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["profile_table"]


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
