"""Figure of the histories of a run: pressures, stress, force, growth, and how the time steps went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from platingx.arrays import Array
from platingx.columns import split_unit
from platingx.errors import OutputError
from platingx.post.results import RunResults
from platingx.post.run_regions import RunRegions
from platingx.post.scales import Scale, display_scale
from platingx.post.style import label_panel, styled
from platingx.post.warning_lines import warning_lines

__all__ = ["history_figure"]


@dataclass(frozen=True)
class _Panel:
    """Curves that share a vertical axis, by the names of their columns; a line for a strength in their unit."""

    label: str
    curves: tuple[tuple[str, str], ...]
    strength: float | None = None

    def shown(self, history: pd.DataFrame) -> list[tuple[str, str]]:
        """Its curves that a history has."""
        return [(column, name) for column, name in self.curves if column in history]


def _panels(regions: RunRegions) -> Iterator[_Panel]:
    metal = regions.metal
    if metal is not None:
        curves = (f"max_pressure_{metal.name}_Pa", "maximum"), (f"mean_pressure_{metal.name}_Pa", "mean")
        yield _Panel(f"Pressure in {metal.label}", curves)
    for region in regions.electrolytes:
        curve = (f"max_principal_stress_{region.name}_Pa", "maximum")
        yield _Panel(f"Max. principal stress\nin {region.label}", (curve,), region.theoretical_strength)
    yield _Panel("Force on the collector", tuple((f"collector_force_{unit}", "force") for unit in ("N_per_m", "N")))
    yield _Panel("Growth stretch", (("growth_stretch", "growth stretch"),))
    yield _Panel(_STEP, (("dt_s", "step"),))
    yield _Panel(_ITERATIONS, (("newton_iterations", "iterations"),))


_STEP, _ITERATIONS = "Time step", "Newton iterations"
_COLOURS = ("#1f4e79", "#c55a11")


def history_figure(run: RunResults) -> Figure:
    """Draw pressure, principal stress, force, growth, step size and Newton iterations against time.

    Parameters
    ----------
    run : RunResults

    Raises
    ------
    OutputError
        When history.csv cannot be read or has no time.
    """
    history = run.history
    if "time_s" not in history:
        raise OutputError(f"{run.path / 'history.csv'}: no column time_s; columns are {', '.join(history.columns)}")
    panels = [panel for panel in _panels(run.regions) if panel.shown(history)]
    time = display_scale(history["time_s"], "s")
    with styled():
        rows = -(-len(panels) // 3) or 1
        figure = Figure(figsize=(7.2, 2.1 * rows + 0.4), layout="constrained")
        grid = figure.subplots(rows, 3, squeeze=False, sharex=True)
        for letter, panel, axes in zip(ascii_lowercase, panels, grid.flat, strict=False):
            _draw(axes, panel, history, time)
            label_panel(axes, letter)
        for axes in grid.flat[len(panels) :]:
            axes.set_axis_off()
        for index in range(len(panels)):
            if index + 3 >= len(panels):
                grid.flat[index].set_xlabel(f"Time ({time.label})")
                grid.flat[index].tick_params(labelbottom=True)
        head = [f"{run.title}: histories, {len(history)} steps", *warning_lines(run)]
        figure.suptitle("\n".join(head), fontsize=9, x=0.02, ha="left")
    return figure


def _draw(axes: Axes, panel: _Panel, history: pd.DataFrame, time: Scale) -> None:
    curves = panel.shown(history)
    values = history[[column for column, _ in curves]].to_numpy(float)
    scale = display_scale(values, split_unit(curves[0][0])[1])
    at = history["time_s"].to_numpy(float) / time.factor
    if panel.label in (_STEP, _ITERATIONS):
        _draw_steps(axes, panel, at, values[:, 0] / scale.factor)
    else:
        dots = "." if len(history) <= 60 else None
        for index, (_, name) in enumerate(curves):
            number = values[:, index] / scale.factor
            axes.plot(at, number, color=_COLOURS[index], marker=dots, markersize=3, label=name)
        if len(curves) > 1:
            axes.legend(loc="upper left", handlelength=1.4)
        if panel.strength is not None:
            _draw_strength(axes, scale, panel.strength, float(np.nanmax(values)))
    axes.set_ylabel(f"{panel.label} ({scale.label})" if scale.label else panel.label)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_steps(axes: Axes, panel: _Panel, at: Array, numbers: Array) -> None:
    """Draw what belongs to a step as dots at its end."""
    done = numbers > 0
    axes.plot(at[done], numbers[done], linestyle="none", marker="o", markersize=2.5, color=_COLOURS[0])
    if panel.label == _STEP and done.any() and numbers[done].max() > 100 * numbers[done].min():
        axes.set_yscale("log")
    else:
        axes.set_ylim(0, 1.12 * float(numbers[done].max()) if done.any() else None)
    if panel.label == _ITERATIONS:
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))


def _draw_strength(axes: Axes, scale: Scale, strength: float, largest: float) -> None:
    """Show the theoretical strength of an electrolyte when the stress comes near it."""
    if largest < 0.4 * strength:
        return
    axes.axhline(strength / scale.factor, color="#7f7f7f", linestyle="--", linewidth=0.8)
    axes.text(
        0.02, strength / scale.factor, f"theoretical strength {scale.text(strength)}",
        transform=axes.get_yaxis_transform(), va="bottom", ha="left", fontsize=6.5, color="#555555",
    )  # fmt: skip
    axes.margins(y=0.1)
