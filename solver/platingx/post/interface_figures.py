"""Figure of a run with diffusion: pressure and thickness of metal along its interfaces over time."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from platingx.errors import OutputError
from platingx.post.file_names import INTERFACE_TABLE
from platingx.post.plain_histories import table_of
from platingx.post.results import RunResults
from platingx.post.scales import display_scale, format_value
from platingx.post.style import label_panel, styled

__all__ = ["has_interface", "interface_figure"]

MOST = 8
"""Instants shown, evenly among those written."""
PANELS = (("pressure_Pa", "Pressure", "Pa"), ("thickness_m", "Thickness added", "m"))


def has_interface(run: RunResults) -> bool:
    """Whether a run has written lines that can be drawn over the way along them."""
    path = run.path / INTERFACE_TABLE
    return path.is_file() and bool(table_of(run, INTERFACE_TABLE)["place_m"].notna().any())


def interface_figure(run: RunResults) -> Figure:
    """Draw pressure and thickness over the way along each interface, one curve for each instant.

    Parameters
    ----------
    run : RunResults
        A run in the plane or around an axis whose metal diffuses along interfaces.

    Raises
    ------
    OutputError
        When the table cannot be read, or has no rows.
    """
    table = table_of(run, INTERFACE_TABLE)
    if table.empty:
        raise OutputError(f"{run.path / INTERFACE_TABLE}: there are no rows in it")
    written = table["time_s"].unique()
    times = written[np.unique(np.linspace(0, len(written) - 1, MOST).round().astype(int))]
    boundaries = list(table["boundary"].unique())
    place = display_scale(table["place_m"], "m")
    colours = colormaps["viridis"](np.linspace(0.0, 0.85, len(times)))
    with styled():
        figure = Figure(figsize=(7.2, 2.8 * len(boundaries) + 0.2), layout="constrained")
        grid: Any = figure.subplots(len(boundaries), 2, squeeze=False)
        for index, axes in enumerate(grid.flat):
            boundary, (column, label, unit) = boundaries[index // 2], PANELS[index % 2]
            scale = display_scale(table[column], unit)
            shown = table[table["boundary"] == boundary]
            for colour, time in zip(colours, times, strict=True):
                rows = shown[shown["time_s"] == time]
                at, values = rows["place_m"] / place.factor, rows[column] / scale.factor
                axes.plot(at, values, color=colour, label=format_value(float(time), "s"))
            axes.axhline(0.0, color="0.7", linewidth=0.6, zorder=0)
            axes.set_xlabel(f"Way along {boundary} ({place.label})")
            axes.set_ylabel(f"{label} ({scale.label})")
            axes.spines[["top", "right"]].set_visible(False)
            label_panel(axes, "abcdefghijklmnop"[index])
        grid.flat[0].legend(handlelength=1.2)
        figure.suptitle(f"{run.title}: along interfaces", fontsize=9, x=0.02, ha="left")
    return figure
