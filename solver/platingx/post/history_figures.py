"""Figures of the histories of runs: what came out over time, how the steps went, and several runs in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from string import ascii_lowercase

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from platingx.post.history_panels import COLOURS, Panel, draw_panel, history_of, result_panels, solver_panels
from platingx.post.results import RunResults
from platingx.post.run_regions import RunRegions
from platingx.post.scales import display_scale
from platingx.post.style import label_panel, styled
from platingx.post.warning_lines import warning_lines

__all__ = ["history_figure", "overlay_figure", "solver_figure"]

_COLUMNS = 3


def history_figure(run: RunResults) -> Figure:
    """Draw pressure, principal stress, force, current, deposit and growth against time.

    Parameters
    ----------
    run : RunResults

    Raises
    ------
    OutputError
        When history.csv cannot be read or has no time.
    """
    head = [f"{run.title}: histories, {len(history_of(run))} steps", *warning_lines(run)]
    return _figure([run], result_panels, head)


def solver_figure(run: RunResults) -> Figure:
    """Draw how the steps went: sizes, Newton iterations, rejected attempts, residuals, plastic increments.

    Parameters
    ----------
    run : RunResults

    Raises
    ------
    OutputError
        As for `history_figure`.
    """
    return _figure([run], solver_panels, [f"{run.title}: time steps and solver, {len(history_of(run))} steps"])


def overlay_figure(runs: Sequence[RunResults]) -> Figure:
    """Draw the histories of several runs in the same panels: a colour for each run, the mean value dashed.

    Parameters
    ----------
    runs : sequence of RunResults
        Panels are those of all of them; a run without the quantity of a panel is left out there.

    Raises
    ------
    OutputError
        As for `history_figure`.
    """
    return _figure(runs, result_panels, [f"histories of {len(runs)} runs"])


def _figure(runs: Sequence[RunResults], panels_of: Callable[[RunRegions], Iterable[Panel]], head: list[str]) -> Figure:
    histories = [history_of(run) for run in runs]
    rows_of = _aligned(runs, histories, panels_of)
    time = display_scale(pd.concat([history["time_s"] for history in histories]), "s")
    names = _names(runs)
    with styled():
        rows = -(-len(rows_of) // _COLUMNS) or 1
        figure = Figure(figsize=(7.2, 2.1 * rows + 0.4), layout="constrained")
        grid = figure.subplots(rows, _COLUMNS, squeeze=False, sharex=True)
        for letter, panels, axes in zip(ascii_lowercase, rows_of, grid.flat, strict=False):
            draw_panel(axes, panels, histories, names, time)
            label_panel(axes, letter)
        for axes in grid.flat[len(rows_of) :]:
            axes.set_axis_off()
        for index in range(len(rows_of)):
            if index + _COLUMNS >= len(rows_of):
                grid.flat[index].set_xlabel(f"Time ({time.label})")
                grid.flat[index].tick_params(labelbottom=True)
        if len(runs) > 1:
            lines = [Line2D([], [], color=COLOURS[index % len(COLOURS)]) for index in range(len(runs))]
            figure.legend(lines, names, loc="outside lower center", ncols=min(4, len(runs)))
        figure.suptitle("\n".join(head), fontsize=9, x=0.02, ha="left")
    return figure


def _aligned(
    runs: Sequence[RunResults], histories: Sequence[pd.DataFrame], panels_of: Callable[[RunRegions], Iterable[Panel]]
) -> list[list[Panel | None]]:
    """Panels of the runs side by side, by their kind: regions may have other names in each."""
    kinds: dict[str, list[Panel | None]] = {}
    for index, (run, history) in enumerate(zip(runs, histories, strict=True)):
        seen: dict[str, int] = {}
        for panel in panels_of(run.regions):
            seen[panel.kind] = seen.get(panel.kind, 0) + 1
            if panel.shown(history):
                kinds.setdefault(f"{panel.kind} {seen[panel.kind]}", [None] * len(runs))[index] = panel
    return list(kinds.values())


def _names(runs: Sequence[RunResults]) -> list[str]:
    """Names of the cases; of the folders where two are alike."""
    titles = [run.title for run in runs]
    return titles if len(set(titles)) == len(titles) else [run.path.name for run in runs]
