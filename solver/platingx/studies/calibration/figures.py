"""Pictures of a calibration: computed beside targets, what is identified, and profiles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from platingx.post.scales import display_scale, format_value
from platingx.post.style import label_panel, put_head, save, styled
from platingx.studies.calibration.identification import RESOLVED
from platingx.studies.calibration.outcome import Outcome
from platingx.studies.calibration.profile import LEVEL, Profile
from platingx.units import DIMENSIONS

__all__ = ["draw_calibration"]

FORMATS = ("png", "pdf")
_BLUE, _RED = "#2f5d8a", "#c55a11"
_LARGEST_LIST = 40
"""Residuals that a picture lists one by one."""


def draw_calibration(outcome: Outcome, folder: Path) -> list[Path]:
    """Draw the pictures of a calibration into its folder ``figures``.

    Parameters
    ----------
    outcome
        The result.
    folder
        Folder of the calibration.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    paths = []
    with styled():
        for name, figure in _figures(outcome):
            paths += [save(figure, folder / "figures" / f"{name}.{ending}") for ending in FORMATS]
    return paths


def _figures(outcome: Outcome) -> Iterator[tuple[str, Figure]]:
    yield "targets", _targets(outcome)
    yield "identification", _identification(outcome)
    for name in outcome.problem.file.tables:
        yield f"curve_{name}", _curve(outcome, name)
    if outcome.profiles:
        yield "profiles", _profiles(outcome)


def _head(outcome: Outcome, figure: Figure) -> None:
    calibration = outcome.problem.calibration
    counts = f"{len(outcome.names)} chosen numbers, {len(outcome.best.residuals)} targets"
    put_head(figure, f"{calibration.description or calibration.name}   ({counts})")


def _targets(outcome: Outcome) -> Figure:
    """Deviations in percent of the targets, with the uncertainty of these."""
    shown = [
        (residual, float(computed))
        for residual, computed in zip(outcome.problem.residuals, outcome.best.computed, strict=True)
        if residual.value != 0.0
    ][:_LARGEST_LIST]
    figure = Figure(figsize=(5.6, 1.4 + 0.26 * len(shown)), layout="constrained")
    axes = figure.subplots()
    for row, (residual, computed) in enumerate(shown):
        target = float(residual.value)
        unit = DIMENSIONS[residual.value.dimension].si_unit
        percent = 100.0 * residual.sigma / abs(target)
        axes.errorbar(0.0, row, xerr=percent, color="#9a9a9a", capsize=2, elinewidth=1.0, marker="|", markersize=8)
        axes.plot(100.0 * (computed / target - 1.0), row, "o", color=_BLUE, markersize=4)
        words = f"{format_value(computed, unit, 4)} for {format_value(target, unit, 4)}"
        axes.annotate(
            words, (1.01, row), xycoords=("axes fraction", "data"), fontsize=7, va="center", annotation_clip=False
        )
    axes.axvline(0.0, color="#7f7f7f", linewidth=0.6)
    axes.set_yticks(range(len(shown)), [residual.name for residual, _ in shown])
    axes.invert_yaxis()
    axes.set_xlabel("computed against target (%); bars: standard uncertainty of the target")
    axes.spines[["top", "right"]].set_visible(False)
    _head(outcome, figure)
    return figure


def _identification(outcome: Outcome) -> Figure:
    """Values in their bounds, singular values, and the directions that belong to them."""
    found, count = outcome.identification, len(outcome.names)
    figure = Figure(figsize=(7.2, 1.9 + 0.28 * count), layout="constrained")
    left, middle, right = figure.subplots(1, 3, width_ratios=[1.0, 0.8, 1.1])
    _bounds(outcome, left)
    numbers = np.arange(1, count + 1)
    smallest = max(1.0, RESOLVED * float(found.singular_values[0]))
    colours = [_BLUE if k < found.identified else _RED for k in range(count)]
    middle.bar(numbers, np.maximum(found.singular_values, 1e-3), color=colours)
    middle.axhline(smallest, color="#7f7f7f", linestyle="--", linewidth=0.8)
    middle.set_yscale("log")
    middle.set_xticks(numbers)
    middle.set_xlabel("direction")
    middle.set_ylabel("singular value")
    middle.spines[["top", "right"]].set_visible(False)
    image = right.imshow(found.directions.T, cmap="RdBu_r", vmin=-1.0, vmax=1.0, aspect="auto")
    right.set_yticks(range(count), outcome.names)
    right.set_xticks(range(count), [str(k) for k in numbers])
    right.set_xlabel("direction")
    figure.colorbar(image, ax=right, label="component")
    for letter, axes in zip("abc", (left, middle, right), strict=True):
        label_panel(axes, letter)
    _head(outcome, figure)
    return figure


def _bounds(outcome: Outcome, axes: Axes) -> None:
    """Values and intervals within the bounds; a grey bar where the targets say nothing."""
    for row, name in enumerate(outcome.names):
        share = float(outcome.best.shares[row])
        interval = outcome.interval(row)
        ends = interval if interval is not None else (0.0, 1.0)
        colour = _BLUE if interval is not None else "#c9c9c9"
        axes.plot(ends, (row, row), color=colour, linewidth=3.0, alpha=0.5, solid_capstyle="butt")
        axes.plot(share, row, "o", color=_BLUE if interval is not None else _RED, markersize=4)
        unit = DIMENSIONS[outcome.problem.parameters[name].dimension].si_unit
        axes.annotate(
            format_value(outcome.number(row, share), unit, 4), (share, row), xytext=(0, 5), fontsize=7, ha="center",
            textcoords="offset points",
        )  # fmt: skip
    axes.set_yticks(range(len(outcome.names)), outcome.names)
    axes.set_ylim(len(outcome.names) - 0.4, -0.7)
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks([0.0, 0.5, 1.0], ["low", "", "high"])
    axes.set_xlabel("within its bounds")
    axes.spines[["top", "right"]].set_visible(False)


def _curve(outcome: Outcome, name: str) -> Figure:
    """A measured curve and the computed one, at the same places."""
    table = outcome.problem.file.tables[name]
    rows = [k for k, residual in enumerate(outcome.problem.residuals) if residual.target == name]
    places, values = np.array(table.places, dtype=float), np.array(table.values, dtype=float)
    sigmas = np.array([outcome.problem.residuals[k].sigma for k in rows])
    computed = outcome.best.computed[rows]
    units = [DIMENSIONS[column[0].dimension].si_unit for column in (table.places, table.values)]
    across, up = display_scale(places, units[0]), display_scale(np.concatenate([values, computed]), units[1])
    figure = Figure(figsize=(4.2, 3.0), layout="constrained")
    axes = figure.subplots()
    bars = {"fmt": "o", "color": "#7f7f7f", "markersize": 3, "elinewidth": 0.8}
    axes.errorbar(places / across.factor, values / up.factor, sigmas / up.factor, label="target", **bars)
    order = np.argsort(places)
    axes.plot(places[order] / across.factor, computed[order] / up.factor, "-", color=_BLUE, label="computed")
    axes.set_xlabel(f"{table.over.replace('_', ' ')} ({across.label})")
    axes.set_ylabel(f"{outcome.problem.calibration.targets[name].of.replace('_', ' ')} ({up.label})")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend()
    _head(outcome, figure)
    return figure


def _profiles(outcome: Outcome) -> Figure:
    """Rise of the sum of squares over each parameter that was followed."""
    count = len(outcome.profiles)
    columns = min(count, 3)
    rows = -(-count // columns)
    figure = Figure(figsize=(2.5 * columns + 0.4, 2.2 * rows + 0.6), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes, profile in zip(grid.flat, outcome.profiles, strict=False):
        _profile(outcome, axes, profile)
    for axes in list(grid.flat)[count:]:
        axes.set_axis_off()
    _head(outcome, figure)
    return figure


def _profile(outcome: Outcome, axes: Axes, profile: Profile) -> None:
    index = outcome.names.index(profile.name)
    unit = DIMENSIONS[outcome.problem.parameters[profile.name].dimension].si_unit
    values = np.array([outcome.number(index, share) for share in profile.shares])
    scale = display_scale(values, unit)
    axes.plot(values / scale.factor, profile.rises, "o-", color=_BLUE, markersize=3)
    deviation = float(outcome.identification.deviations[index])
    if math.isfinite(deviation) and deviation > 0.0:
        line = np.linspace(profile.shares[0], profile.shares[-1], 60)
        linear = ((line - outcome.best.shares[index]) / deviation) ** 2
        shown = np.array([outcome.number(index, share) for share in line]) / scale.factor
        axes.plot(shown, linear, color="#9a9a9a", linewidth=0.8, linestyle=":")
    axes.axhline(LEVEL, color="#7f7f7f", linestyle="--", linewidth=0.8)
    axes.set_xlabel(f"{profile.name.replace('_', ' ')} ({scale.label})" if scale.label else profile.name)
    axes.set_ylabel("rise of chi²")
    axes.spines[["top", "right"]].set_visible(False)
