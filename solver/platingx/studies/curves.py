"""Curves of the table of a study: families over an axis, with what they cross, and logarithmic axes."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatterSciNotation, LogLocator, NullFormatter

from platingx.arrays import Array
from platingx.config.study_axes import SAMPLED
from platingx.config.study_figures import Curves
from platingx.config.study_parameters import ParameterStudy
from platingx.errors import OutputError
from platingx.post.style import label_panel
from platingx.studies.shown_columns import ShownColumn, check_unit, setting_text, shown_column
from platingx.units import Quantity

__all__ = ["FEWEST", "MOST_INSIDE", "crossings", "curves_figure", "scale_axes"]

_PLAIN = (1e-4, 1e4)
_FEW_DECADES = (8.0, 300.0)
"""Ranges between which the powers of ten are too few as numbers of a logarithmic axis; 2 and 5 have some there, too."""
_LINES_OF_CURVES = ("-", "--", "-.", ":")
"""In turn, so that a curve under another one is seen through its gaps."""
MOST_INSIDE = 4
"""Curves that a legend inside of the axes has room for; more get one beside the panels."""
FEWEST = 2
"""Points that a curve needs; a map needs one more that is not in line with them."""
_ALIKE = 1e-6
"""Relative range of values that are one value but for round-off."""


def curves_figure(study: ParameterStudy, figure: Curves, frame: pd.DataFrame) -> Figure:
    """Draw quantities over an axis, a panel for each and a curve for each setting of the other axes.

    Parameters
    ----------
    study
        The study.
    figure
        What is to be drawn.
    frame
        Its completed points.

    Raises
    ------
    OutputError
        If there are too few points.
    """
    if len(frame) < FEWEST:
        raise OutputError(f"{len(frame)} completed points make no curve")
    x = shown_column(frame, figure.x)
    others = [shown_column(frame, name) for name in study.axes if name != figure.x]
    drawn = Figure(figsize=(3.6 * min(len(figure.y), 2), 2.9 * -(-len(figure.y) // 2)), layout="constrained")
    grid = drawn.subplots(-(-len(figure.y) // 2), min(len(figure.y), 2), squeeze=False)
    families = _families(x, others, len(frame), together=study.design.method not in ("grid", *SAMPLED))
    for letter, name, axes in zip(ascii_lowercase, figure.y, grid.flat, strict=False):
        y = shown_column(frame, name)
        for index, (label, points) in enumerate(families):
            look = {"color": colormaps["viridis"](0.9 * index / max(1, len(families) - 1)), "label": label}
            _draw_curve(axes, x, y, points, look | {"linestyle": _LINES_OF_CURVES[index % len(_LINES_OF_CURVES)]})
        _make_room(axes, y)
        if name in figure.thresholds:
            _draw_threshold(axes, x, y, figure.thresholds[name], [points for _, points in families])
        scale_axes(axes, figure.log, x, y)
        axes.set_xlabel(f"{x.label}\n{families[0][0]}" if len(families) == 1 and others else x.label)
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


def _families(x: ShownColumn, others: Sequence[ShownColumn], count: int, together: bool) -> list[tuple[str, list[int]]]:
    """Rows of each curve, by a label that says what the other axes are set to; one if they go along with `x`.

    The points that are left of a grid are no such design, nor are those of a sample: what is between them is not known.
    """
    found: dict[str, list[int]] = {}
    for row in range(count):
        parts = []
        for column in others:
            value = column.values[row]
            shown = value if isinstance(value, str) else setting_text(float(value), column.unit)
            parts.append(f"{column.name.replace('_', ' ')} {shown}")
        found.setdefault(", ".join(parts), []).append(row)
    if together and len(found) == count == len(set(x.values)):
        words = " and ".join(column.name.replace("_", " ") for column in others)
        return [(f"{words} along with {x.name.replace('_', ' ')}", list(range(count)))]
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


def _make_room(axes: Axes, y: ShownColumn) -> None:
    """Keep the scale from spreading values that differ by round-off alone, whose ticks would have all their digits."""
    if isinstance(y.values, list):
        return
    shown = np.asarray(y.shown, dtype=np.float64)
    shown = shown[np.isfinite(shown)]
    low, high = float(shown.min(initial=np.inf)), float(shown.max(initial=-np.inf))
    if len(shown) and high != 0.0 and high - low < _ALIKE * abs(high):
        axes.set_ylim(*sorted((0.9 * low, 1.1 * high)))


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


def scale_axes(axes: Axes, log: Sequence[str], x: ShownColumn, y: ShownColumn) -> None:
    """Make the axes that ``log`` names (``x``, ``y``) logarithmic.

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
        axis.set_minor_formatter(_PlainLogarithmic(labelOnlyBase=False))
        low, high = getattr(axes, f"get_{name}lim")()
        if _FEW_DECADES[0] < high / low < _FEW_DECADES[1]:
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axis.set_minor_formatter(NullFormatter())
        axis.set_major_formatter(_PlainLogarithmic(minor_thresholds=(np.inf, np.inf)))


class _PlainLogarithmic(LogFormatterSciNotation):  # type: ignore[misc]
    """Numbers at the ticks that matplotlib chooses: 0.01, 0.1, 1, powers only beyond four places."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        text = super().__call__(x, pos)
        return f"{x:g}" if text and _PLAIN[0] <= x <= _PLAIN[1] else text
