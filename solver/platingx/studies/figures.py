"""Pictures of the table of a study: filled maps, and the way to those of curves and of sampled designs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.tri import Triangulation

from platingx.arrays import Array
from platingx.config.study_figures import Curves, Map, SampledFigure
from platingx.config.study_parameters import ParameterStudy
from platingx.errors import OutputError
from platingx.post.style import put_head, save, styled
from platingx.studies.curves import FEWEST, curves_figure, scale_axes
from platingx.studies.sampled_figures import sampled_figure
from platingx.studies.shown_columns import ShownColumn, check_unit, shown_column
from platingx.studies.table import Row, frame_of

__all__ = ["draw_study", "study_figure"]

FORMATS = ("png", "pdf")


def draw_study(study: ParameterStudy, rows: Sequence[Row], folder: Path) -> tuple[list[Path], list[str]]:
    """Draw all figures of a study into its folder ``figures``.

    Parameters
    ----------
    study
        The study.
    rows
        Its table.
    folder
        Folder of the study.

    Returns
    -------
    paths, notes
        Files, and sentences on figures that have too few points.
    """
    paths: list[Path] = []
    notes: list[str] = []
    for name, figure in study.figures.items():
        try:
            drawn = study_figure(study, figure, rows)
        except OutputError as error:
            notes.append(f"no figure {name}: {error}")
            continue
        paths += [save(drawn, folder / "figures" / f"{name}.{ending}") for ending in FORMATS]
    return paths, notes


def study_figure(study: ParameterStudy, figure: Curves | Map | SampledFigure, rows: Sequence[Row]) -> Figure:
    """Draw one figure of a study.

    Parameters
    ----------
    study
        The study.
    figure
        What is to be drawn.
    rows
        Its table; only completed points are shown.

    Raises
    ------
    OutputError
        If too few points are completed.
    """
    frame = frame_of([row for row in rows if row["status"] == "completed"])
    with styled():
        if isinstance(figure, SampledFigure):
            drawn = sampled_figure(study, figure, frame)
        else:
            drawn = curves_figure(study, figure, frame) if isinstance(figure, Curves) else _map(figure, frame)
        missing = len(rows) - len(frame)
        note = f"   ({missing} of {len(rows)} points have no result)" if missing else ""
        put_head(drawn, f"{study.description or study.name}{note}")
    return drawn


def _map(figure: Map, frame: pd.DataFrame) -> Figure:
    shown = np.asarray(shown_column(frame, figure.value).values, dtype=np.float64)
    complete = frame[np.isfinite(shown) & ((shown > 0.0) | ("value" not in figure.log))]
    if len(complete) <= FEWEST:
        raise OutputError(f"{len(complete)} completed points in a line make no map")
    columns = [shown_column(complete, name) for name in (figure.x, figure.y, figure.value)]
    for level in (*figure.contours, *([] if figure.threshold is None else [figure.threshold])):
        check_unit(columns[2], level)
    panels = _panels(figure, complete)
    drawn = Figure(figsize=(1.2 + 3.4 * len(panels), 3.4), layout="constrained")
    row = drawn.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    values = np.asarray(columns[2].shown, dtype=np.float64)
    values = np.log10(values) if "value" in figure.log else values
    levels = np.linspace(values.min(), values.max() + 1e-9 * max(abs(values.max()), 1.0), 25)
    for axes, (title, rows) in zip(row, panels, strict=True):
        filled = _fill(axes, figure, columns, rows, levels)
        axes.set_title(title, fontsize=8)
        axes.set_xlabel(columns[0].label)
    row[0].set_ylabel(columns[1].label)
    plain = FuncFormatter(lambda number, _place: f"{10.0**number:.2g}") if "value" in figure.log else None
    ticks = _ticks(values.min(), values.max(), "value" in figure.log)
    drawn.colorbar(filled, ax=list(row), label=columns[2].label, format=plain, ticks=ticks)
    return drawn


def _ticks(low: float, high: float, logarithmic: bool) -> Array:
    """Round numbers on the scale of a map; of one in decades their logarithms."""
    if logarithmic and high - low > 0.5:
        decades = np.arange(np.floor(low), np.ceil(high) + 1.0)
        steps = (1.0,) if high - low > 4.0 else (1.0, 2.0, 5.0)
        found = np.sort(np.add.outer(decades, np.log10(steps)).ravel())
    elif logarithmic:
        found = np.log10(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(10.0**low, 10.0**high))
    else:
        found = MaxNLocator(8, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    room = 1e-9 * max(abs(low), abs(high))
    return np.asarray(found[(found >= low - room) & (found <= high + room)], dtype=np.float64)


def _panels(figure: Map, frame: pd.DataFrame) -> list[tuple[str, Array]]:
    """Title and rows of each panel of a map."""
    if figure.panels is None:
        return [("", np.ones(len(frame), dtype=bool))]
    column = shown_column(frame, figure.panels)
    values = np.asarray(column.values)
    words = figure.panels.replace("_", " ")
    found = []
    for value in dict.fromkeys(values.tolist()):
        text = column.scale.text(value) if isinstance(value, float) else str(value)
        found.append((f"{words} {text}", np.asarray(values == value)))
    return found


def _fill(axes: Axes, figure: Map, columns: Sequence[ShownColumn], rows: Array, levels: Array) -> Any:
    """Draw one map, linear between its points, in the logarithm of what is shown logarithmically."""
    x, y, value = columns
    across, up, shown = (np.asarray(column.shown, dtype=np.float64)[rows] for column in columns)
    flat = [np.log(values) if name in figure.log else values for name, values in (("x", across), ("y", up))]
    spread = np.array([values - values.mean() for values in flat])
    sizes = np.abs(spread).max(axis=1, initial=0.0)
    if len(shown) <= FEWEST or np.linalg.matrix_rank(spread / np.where(sizes > 0.0, sizes, 1.0)[:, None], 1e-9) < 2:
        raise OutputError(f"{len(shown)} completed points in a line make no map")
    if len(np.unique(np.column_stack([across, up]), axis=0)) < len(shown):
        raise OutputError("another axis gives several values at one place of the map")
    scaled = np.log10 if "value" in figure.log else np.asarray
    triangles = Triangulation(*flat).triangles
    points = (Triangulation(across, up, triangles), scaled(shown))
    filled = axes.tricontourf(*points, levels=levels, cmap="viridis")
    for marked, width in _lines(figure):
        places = [float(scaled(level / value.scale.factor)) for level in marked]
        inside = sorted(place for place in places if points[1].min() < place < points[1].max())
        if inside:
            lines = axes.tricontour(*points, levels=inside, colors="white", linewidths=width, linestyles="solid")
            axes.clabel(lines, fmt=lambda number: _level_text(figure, value, number), fontsize=7)
    axes.plot(across, up, "k.", markersize=2)
    scale_axes(axes, tuple(name for name in figure.log if name != "value"), x, y)
    return filled


def _level_text(figure: Map, value: ShownColumn, number: float) -> str:
    shown = 10.0**number if "value" in figure.log else number
    return f"{shown:.3g} {value.scale.label}"


def _lines(figure: Map) -> Iterator[tuple[list[float], float]]:
    """Values with a line, and its width."""
    yield [float(level) for level in figure.contours], 0.7
    yield [] if figure.threshold is None else [float(figure.threshold)], 1.8
