"""Figure of the histories of a run: pressures, stress, force, growth, and how the time steps went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from platingx.arrays import Array
from platingx.errors import OutputError
from platingx.post.quantities import THEORETICAL_STRENGTH_LLZO
from platingx.post.results import RunResults
from platingx.post.scales import Scale, display_scale
from platingx.post.style import label_panel, styled

__all__ = ["history_figure"]


@dataclass(frozen=True)
class _Panel:
    """Curves that share a vertical axis: columns without unit suffix and their names."""

    label: str
    curves: tuple[tuple[str, str], ...]
    unit: str


_PANELS = (
    _Panel("Pressure in Li", (("max_pressure_li_Pa", "maximum"), ("mean_pressure_li_Pa", "mean")), "Pa"),
    _Panel("Max. principal stress\nin LLZO", (("max_principal_stress_llzo_Pa", "maximum"),), "Pa"),
    _Panel("Force on the collector", (("collector_force_N_per_m", "force"),), "N/m"),
    _Panel("Force on the collector", (("collector_force_N", "force"),), "N"),
    _Panel("Growth stretch", (("growth_stretch", "growth stretch"),), ""),
    _Panel("Time step", (("dt_s", "step"),), "s"),
    _Panel("Newton iterations", (("newton_iterations", "iterations"),), ""),
)
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
    panels = [panel for panel in _PANELS if any(column in history for column, _ in panel.curves)]
    time = display_scale(history["time_s"], "s")
    with styled():
        rows = -(-len(panels) // 3) or 1
        figure = Figure(figsize=(7.2, 2.1 * rows + 0.4), layout="constrained")
        grid = figure.subplots(rows, 3, squeeze=False, sharex=True)
        for letter, panel, axes in zip("abcdefgh", panels, grid.flat, strict=False):
            _draw(axes, panel, history, time)
            label_panel(axes, letter)
        for axes in grid.flat[len(panels) :]:
            axes.set_axis_off()
        for index in range(len(panels)):
            if index + 3 >= len(panels):
                grid.flat[index].set_xlabel(f"Time ({time.label})")
                grid.flat[index].tick_params(labelbottom=True)
        figure.suptitle(f"{run.title}: histories, {len(history)} steps", fontsize=9, x=0.02, ha="left")
    return figure


def _draw(axes: Axes, panel: _Panel, history: pd.DataFrame, time: Scale) -> None:
    curves = [(column, name) for column, name in panel.curves if column in history]
    values = history[[column for column, _ in curves]].to_numpy(float)
    scale = display_scale(values, panel.unit)
    at = history["time_s"].to_numpy(float) / time.factor
    if panel.label in ("Time step", "Newton iterations"):
        _draw_steps(axes, panel, at, values[:, 0] / scale.factor)
    else:
        dots = "." if len(history) <= 60 else None
        for index, (_, name) in enumerate(curves):
            number = values[:, index] / scale.factor
            axes.plot(at, number, color=_COLOURS[index], marker=dots, markersize=3, label=name)
        if len(curves) > 1:
            axes.legend(loc="upper left", handlelength=1.4)
        if panel.label.startswith("Max. principal"):
            _draw_strength(axes, scale, float(np.nanmax(values)))
    axes.set_ylabel(f"{panel.label} ({scale.label})" if scale.label else panel.label)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_steps(axes: Axes, panel: _Panel, at: Array, numbers: Array) -> None:
    """Draw what belongs to a step as dots at its end."""
    done = numbers > 0
    axes.plot(at[done], numbers[done], linestyle="none", marker="o", markersize=2.5, color=_COLOURS[0])
    if panel.label == "Time step" and done.any() and numbers[done].max() > 100 * numbers[done].min():
        axes.set_yscale("log")
    else:
        axes.set_ylim(0, 1.12 * float(numbers[done].max()) if done.any() else None)
    if panel.label == "Newton iterations":
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))


def _draw_strength(axes: Axes, scale: Scale, largest: float) -> None:
    """Show the theoretical strength of the electrolyte when the stress comes near it."""
    if largest < 0.4 * THEORETICAL_STRENGTH_LLZO:
        return
    axes.axhline(THEORETICAL_STRENGTH_LLZO / scale.factor, color="#7f7f7f", linestyle="--", linewidth=0.8)
    axes.text(
        0.02, THEORETICAL_STRENGTH_LLZO / scale.factor, f"theoretical strength {scale.text(THEORETICAL_STRENGTH_LLZO)}",
        transform=axes.get_yaxis_transform(), va="bottom", ha="left", fontsize=6.5, color="#555555",
    )  # fmt: skip
    axes.margins(y=0.1)
