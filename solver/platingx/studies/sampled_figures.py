"""Pictures of sampled designs: distributions, Sobol indices, and tornadoes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import ascii_lowercase

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.config.study_axes import setting
from platingx.config.study_figures import Distribution, Indices, SampledFigure
from platingx.config.study_parameters import ParameterStudy
from platingx.errors import OutputError
from platingx.post.scales import display_scale
from platingx.post.style import label_panel
from platingx.studies.sensitivity import Surrogate, fit_surrogate
from platingx.studies.shown_columns import ShownColumn, check_unit, shown_column
from platingx.units import DIMENSIONS, Quantity

__all__ = ["axis_shares", "sampled_figure"]

_BLUE, _LIGHT, _RED = "#2f5d8a", "#9fb9d1", "#c55a11"
_FEWEST = 8
"""Points that make a distribution."""


def sampled_figure(study: ParameterStudy, figure: SampledFigure, frame: pd.DataFrame) -> Figure:
    """Draw a figure of a sampled design.

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
    height = 2.7 if isinstance(figure, Distribution) else 1.5 + 0.26 * len(study.axes)
    drawn = Figure(figsize=(3.6 * len(figure.y), height), layout="constrained")
    panels = drawn.subplots(1, len(figure.y), squeeze=False)[0]
    for letter, name, axes in zip(ascii_lowercase, figure.y, panels, strict=False):
        quantity = shown_column(frame, name)
        if isinstance(figure, Distribution):
            _distribution(axes, quantity, figure.thresholds.get(name))
        else:
            surrogate, used = _surrogate(study, frame, quantity)
            if isinstance(figure, Indices):
                _indices(axes, surrogate, list(study.axes))
            else:
                _tornado(axes, surrogate, study, quantity)
            axes.set_title(_judgement(quantity, surrogate, used), fontsize=7, loc="right")
        axes.spines[["top", "right"]].set_visible(False)
        if len(figure.y) > 1:
            label_panel(axes, letter)
    return drawn


def axis_shares(study: ParameterStudy, frame: pd.DataFrame) -> Array:
    """Points as shares of the ranges of the axes, shape (n, d): of the logarithm where that is sampled."""
    columns = []
    for name, axis in study.axes.items():
        bounds = axis.uniform or axis.loguniform
        if bounds is None:
            raise OutputError(f"{name} has no range")
        low, high = (float(setting(end).number or 0.0) for end in (bounds.low, bounds.high))
        values = np.asarray(shown_column(frame, name).values, dtype=float)
        if axis.loguniform is not None:
            low, high, values = np.log(low), np.log(high), np.log(values)
        columns.append((values - low) / (high - low))
    return np.column_stack(columns)


def _surrogate(study: ParameterStudy, frame: pd.DataFrame, quantity: ShownColumn) -> tuple[Surrogate, int]:
    """Polynomial through the points that have a value of the quantity, and how many these are."""
    values = np.asarray(quantity.values, dtype=float)
    there = np.isfinite(values)
    return fit_surrogate(axis_shares(study, frame)[there], values[there]), int(there.sum())


def _judgement(quantity: ShownColumn, surrogate: Surrogate, used: int) -> str:
    words = quantity.name.replace("_", " ")
    return f"{words}\npolynomial of {used} points, unexplained {100.0 * surrogate.unexplained:.2g} %"


def _distribution(axes: Axes, quantity: ShownColumn, threshold: Quantity | None) -> None:
    values = np.asarray(quantity.values, dtype=float)
    values = values[np.isfinite(values)]
    if len(values) < _FEWEST:
        raise OutputError(f"{len(values)} completed points make no distribution")
    shown = values / quantity.scale.factor
    axes.hist(shown, bins="auto", color=_LIGHT, edgecolor="white", linewidth=0.6)
    low, middle, high = np.percentile(values, [5.0, 50.0, 95.0])
    for value, style in ((low, ":"), (middle, "-"), (high, ":")):
        axes.axvline(value / quantity.scale.factor, color=_BLUE, linestyle=style, linewidth=1.0)
    deviation = quantity.scale.text(float(values.std(ddof=1)), 2)
    lines = [
        f"mean {quantity.scale.text(float(values.mean()))}, deviation {deviation}",
        f"5, 50, 95 %: {', '.join(quantity.scale.text(float(value)) for value in (low, middle, high))}",
    ]
    if threshold is not None:
        check_unit(quantity, threshold)
        beyond = float((values > float(threshold)).mean())
        axes.axvline(float(threshold) / quantity.scale.factor, color=_RED, linestyle="--", linewidth=1.0)
        lines.append(f"{100.0 * beyond:.0f} % of the points above {quantity.scale.text(float(threshold))}")
    axes.set_title("\n".join(lines), fontsize=7, loc="right")
    axes.set_xlabel(quantity.label)
    axes.set_ylabel("points")


def _indices(axes: Axes, surrogate: Surrogate, names: Sequence[str]) -> None:
    total, first = surrogate.total(), surrogate.first_order()
    order = np.argsort(-total)
    rows = np.arange(len(names))
    axes.barh(rows - 0.2, first[order], 0.38, color=_BLUE, label="alone (first order)")
    axes.barh(rows + 0.2, total[order], 0.38, color=_LIGHT, label="with others (total)")
    for row, axis in enumerate(order):
        text = f"{first[axis]:.2f}, {total[axis]:.2f}"
        axes.annotate(
            text,
            (max(first[axis], total[axis]), row),
            xytext=(3, 0),
            textcoords="offset points",
            fontsize=6,
            va="center",
        )
    _rows(axes, [names[axis] for axis in order])
    axes.set_xlim(0.0, 1.12)
    axes.set_xlabel("share of the variance")
    axes.legend(loc="lower right")


def _tornado(axes: Axes, surrogate: Surrogate, study: ParameterStudy, quantity: ShownColumn) -> None:
    mean = float(surrogate.coefficients[0]) / quantity.scale.factor
    ends = {
        name: surrogate.main_effect(axis, np.array([0.0, 1.0])) / quantity.scale.factor
        for axis, name in enumerate(study.axes)
    }
    order = sorted(ends, key=lambda name: -abs(ends[name][1] - ends[name][0]))
    for row, name in enumerate(order):
        for end, colour, text in zip(ends[name], (_LIGHT, _BLUE), _bounds(study, name), strict=True):
            axes.barh(row, end - mean, 0.6, left=mean, color=colour)
            outside = 1 if end >= mean else -1
            axes.annotate(
                text, (end, row), xytext=(3 * outside, 0), textcoords="offset points", fontsize=6, va="center",
                ha="left" if outside > 0 else "right",
            )  # fmt: skip
    axes.axvline(mean, color="#7f7f7f", linewidth=0.6)
    axes.margins(x=0.22)
    _rows(axes, order)
    axes.set_xlabel(f"mean {quantity.label}")


def _bounds(study: ParameterStudy, name: str) -> Iterator[str]:
    axis = study.axes[name]
    bounds = axis.uniform or axis.loguniform
    for end in () if bounds is None else (bounds.low, bounds.high):
        found = setting(end)
        unit = DIMENSIONS[found.dimension or "dimensionless"].si_unit
        scale = display_scale([found.number or 0.0], unit)
        yield str(end) if unit else scale.text(float(found.number or 0.0))


def _rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
    axes.invert_yaxis()
