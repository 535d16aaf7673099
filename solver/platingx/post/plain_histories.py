"""Histories of a model without a mesh: a panel for each group of columns, over time."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from platingx.columns import split_unit
from platingx.errors import OutputError
from platingx.post.results import RunResults
from platingx.post.scales import display_scale
from platingx.post.style import label_panel, styled
from platingx.post.warning_lines import warning_lines

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Panels", "histories", "table_of"]

Panels = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Label of each panel, and its columns with the names of their curves."""

_COLOURS = ("#1f4e79", "#c55a11", "#5f7f3f")


def histories(run: RunResults, panels: Panels, shown: pd.DataFrame, which: str = "") -> Figure:
    """Draw six panels over time.

    Parameters
    ----------
    run
        The run.
    panels
        What they show.
    shown
        Rows of its history.
    which
        What part of the history that is, for the head.
    """
    time = display_scale(shown["time_s"], "s") if float(shown["time_s"].max()) < 7200.0 else None
    factor, unit = (time.factor, time.label) if time is not None else (3600.0, "h")
    with styled():
        figure = Figure(figsize=(7.2, 4.6), layout="constrained")
        grid = figure.subplots(2, 3, sharex=True)
        for letter, (label, curves), axes in zip(ascii_lowercase, panels, grid.flat, strict=False):
            _draw(axes, label, curves, shown, shown["time_s"].to_numpy(float) / factor)
            label_panel(axes, letter)
        for axes in grid[1]:
            axes.set_xlabel(f"Time ({unit})")
        head = [f"{run.title}: histories{which}", *warning_lines(run)]
        figure.suptitle("\n".join(head), fontsize=9, x=0.02, ha="left")
    return figure


def _draw(axes: Axes, label: str, curves: tuple[tuple[str, str], ...], history: pd.DataFrame, at: Any) -> None:
    values = history[[column for column, _ in curves]].to_numpy(float)
    scale = display_scale(values, split_unit(curves[0][0])[1])
    for index, (_, name) in enumerate(curves):
        axes.plot(at, values[:, index] / scale.factor, color=_COLOURS[index], label=name)
    if len(curves) > 1:
        axes.legend(loc="best", handlelength=1.4)
    axes.set_ylabel(f"{label} ({scale.label})" if scale.label else label)
    axes.spines[["top", "right"]].set_visible(False)


def table_of(run: RunResults, name: str) -> pd.DataFrame:
    """Read a table beside the history.

    Raises
    ------
    OutputError
        If it cannot be read.
    """
    import pandas as pd

    try:
        return pd.read_csv(run.path / name)
    except (OSError, ValueError) as error:
        raise OutputError(f"{run.path / name}: cannot be read ({error})") from error
