"""Pictures of the table of a study: families of curves, filled maps, and those of sampled designs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogFormatterSciNotation
from matplotlib.tri import Triangulation

from platingx.arrays import Array
from platingx.config.study_figures import Curves, Map, SampledFigure
from platingx.config.study_parameters import ParameterStudy
from platingx.errors import OutputError
from platingx.post.style import label_panel, put_head, save, styled
from platingx.studies.sampled_figures import sampled_figure
from platingx.studies.shown_columns import ShownColumn, check_unit, setting_text, shown_column
from platingx.studies.table import Row, frame_of
from platingx.units import Quantity

__all__ = ["crossings", "draw_study", "study_figure"]

FORMATS = ("png", "pdf")
_PLAIN = (1e-4, 1e4)
_LINES_OF_CURVES = ("-", "--", "-.", ":")
"""In turn, so that a curve under another one is seen through its gaps."""
MOST_INSIDE = 4
"""Curves that a legend inside of the axes has room for; more get one beside the panels."""
_FEWEST = 2
"""Points that a curve needs; a map needs one more that is not in line with them."""


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
            drawn = _curves(study, figure, frame) if isinstance(figure, Curves) else _map(figure, frame)
        missing = len(rows) - len(frame)
        note = f"   ({missing} of {len(rows)} points have no result)" if missing else ""
        put_head(drawn, f"{study.description or study.name}{note}")
    return drawn


def _curves(study: ParameterStudy, figure: Curves, frame: pd.DataFrame) -> Figure:
    if len(frame) < _FEWEST:
        raise OutputError(f"{len(frame)} completed points make no curve")
    x = shown_column(frame, figure.x)
    others = [shown_column(frame, name) for name in study.axes if name != figure.x]
    drawn = Figure(figsize=(3.6 * min(len(figure.y), 2), 2.9 * -(-len(figure.y) // 2)), layout="constrained")
    grid = drawn.subplots(-(-len(figure.y) // 2), min(len(figure.y), 2), squeeze=False)
    families = _families(others, len(frame))
    for letter, name, axes in zip(ascii_lowercase, figure.y, grid.flat, strict=False):
        y = shown_column(frame, name)
        for index, (label, points) in enumerate(families):
            look = {"color": colormaps["viridis"](0.9 * index / max(1, len(families) - 1)), "label": label}
            _draw_curve(axes, x, y, points, look | {"linestyle": _LINES_OF_CURVES[index % len(_LINES_OF_CURVES)]})
        if name in figure.thresholds:
            _draw_threshold(axes, x, y, figure.thresholds[name], [points for _, points in families])
        _scales(axes, figure.log, x, y)
        axes.set_xlabel(x.label)
        axes.set_ylabel(y.label)
        axes.spines[["top", "right"]].set_visible(False)
        if 1 < len(families) <= MOST_INSIDE:
            axes.legend(handlelength=1.4)
        if len(figure.y) > 1:
            label_panel(axes, letter)
    free = grid.flat[len(figure.y) :]
    for axes in free:
        axes.set_axis_off()
    if len(families) > MOST_INSIDE:
        handles, labels = grid.flat[0].get_legend_handles_labels()
        if len(free):
            free[0].legend(handles, labels, loc="center", handlelength=3.6)
        else:
            drawn.legend(handles, labels, loc="outside lower center", ncols=2, handlelength=3.6)
    return drawn


def _families(others: Sequence[ShownColumn], count: int) -> list[tuple[str, list[int]]]:
    """Rows of each curve, by a label that says what the other axes are set to."""
    found: dict[str, list[int]] = {}
    for row in range(count):
        parts = []
        for column in others:
            value = column.values[row]
            shown = value if isinstance(value, str) else setting_text(float(value), column.unit)
            parts.append(f"{column.name.replace('_', ' ')} {shown}")
        found.setdefault(", ".join(parts), []).append(row)
    return list(found.items())


def _draw_curve(axes: Axes, x: ShownColumn, y: ShownColumn, points: list[int], look: dict[str, Any]) -> None:
    """Draw one curve, or its points alone over words."""
    if isinstance(x.values, list):
        places = [x.values[k] for k in points]
        axes.plot(places, y.shown[points], **(look | {"linestyle": "none"}), marker="o", markersize=3)
        return
    order = sorted(points, key=lambda row: x.values[row])
    axes.plot(x.shown[order], y.shown[order], marker="o", markersize=3, **look)
    if y.errors is not None:
        bars = y.errors[order] / y.scale.factor
        axes.errorbar(x.shown[order], y.shown[order], bars, fmt="none", ecolor=look["color"], elinewidth=0.8, capsize=2)


def _draw_threshold(axes: Axes, x: ShownColumn, y: ShownColumn, level: Quantity, families: list[list[int]]) -> None:
    """Mark a value, and where each curve crosses it."""
    check_unit(y, level)
    axes.axhline(float(level) / y.scale.factor, color="#7f7f7f", linestyle="--", linewidth=0.8)
    at = (0.01, float(level) / y.scale.factor)
    text = {"xytext": (0, 2), "textcoords": "offset points", "fontsize": 7}
    axes.annotate(y.scale.text(float(level)), at, xycoords=("axes fraction", "data"), color="#5f5f5f", **text)
    if isinstance(x.values, list) or isinstance(y.values, list):
        return
    for points in families:
        for place in crossings(x.values[points], y.values[points], float(level)):
            at = (place / x.scale.factor, float(level) / y.scale.factor)
            axes.plot(*at, "o", markersize=5, markerfacecolor="none", color="#c55a11")
            if len(families) == 1:
                axes.annotate(
                    x.scale.text(place), at, xytext=(5, -10), textcoords="offset points", fontsize=7, color="#c55a11"
                )


def crossings(x: Array, y: Array, level: float) -> list[float]:
    """Find where a curve through points crosses a value, linear between them.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Points in any order.
    level : float
        The value, in the unit of `y`.
    """
    order = np.argsort(x)
    x, y = x[order], y[order] - level
    found = []
    for k in range(len(x) - 1):
        a, b = float(y[k]), float(y[k + 1])
        if a == 0.0 or a * b < 0.0:
            found.append(float(x[k] + (x[k + 1] - x[k]) * a / (a - b)) if a else float(x[k]))
    return [*found, float(x[-1])] if len(y) and y[-1] == 0.0 else found


def _map(figure: Map, frame: pd.DataFrame) -> Figure:
    shown = np.asarray(shown_column(frame, figure.value).values, dtype=np.float64)
    complete = frame[np.isfinite(shown) & ((shown > 0.0) | ("value" not in figure.log))]
    if len(complete) <= _FEWEST:
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
    drawn.colorbar(filled, ax=list(row), label=columns[2].label, format=plain)
    return drawn


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
    if len(shown) <= _FEWEST or np.linalg.matrix_rank(spread / np.where(sizes > 0.0, sizes, 1.0)[:, None], 1e-9) < 2:
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
    _scales(axes, tuple(name for name in figure.log if name != "value"), x, y)
    return filled


def _level_text(figure: Map, value: ShownColumn, number: float) -> str:
    shown = 10.0**number if "value" in figure.log else number
    return f"{shown:.3g} {value.scale.label}"


def _lines(figure: Map) -> Iterator[tuple[list[float], float]]:
    """Values with a line, and its width."""
    yield [float(level) for level in figure.contours], 0.7
    yield [] if figure.threshold is None else [float(figure.threshold)], 1.8


def _scales(axes: Axes, log: Sequence[str], x: ShownColumn, y: ShownColumn) -> None:
    """Make axes logarithmic.

    Raises
    ------
    OutputError
        If nothing of a column can be shown on one.
    """
    for name in log:
        column = x if name == "x" else y
        if not (np.asarray(column.values, dtype=np.float64) > 0.0).any():
            raise OutputError(f"{column.label} has no value above zero, and its axis is logarithmic (log: [{name}])")
        getattr(axes, f"set_{name}scale")("log")
        axis = axes.xaxis if name == "x" else axes.yaxis
        axis.set_major_formatter(_PlainLogarithmic())
        axis.set_minor_formatter(_PlainLogarithmic(labelOnlyBase=False))


class _PlainLogarithmic(LogFormatterSciNotation):  # type: ignore[misc]
    """Numbers at the ticks that matplotlib chooses: 0.01, 0.1, 1, powers only beyond four places."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        text = super().__call__(x, pos)
        return f"{x:g}" if text and _PLAIN[0] <= x <= _PLAIN[1] else text
