"""Panels of figures of histories: which columns of one or several runs share an axis, and how they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from platingx.arrays import Array
from platingx.columns import split_unit
from platingx.errors import OutputError
from platingx.post.results import RunResults
from platingx.post.run_regions import RunRegions
from platingx.post.scales import Scale, display_scale

__all__ = ["COLOURS", "Panel", "draw_panel", "history_of", "result_panels", "solver_panels"]

COLOURS = ("#1f4e79", "#c55a11", "#548235", "#7030a0", "#7f7f7f", "#bf9000")
_DASHES = ("-", "--")
_FEW_STEPS = 60


@dataclass(frozen=True)
class Panel:
    """Curves that share a vertical axis.

    Attributes
    ----------
    kind : str
        What it shows, whatever the names of the regions are.
    label : str
        Text of the axis without unit.
    curves : tuple of (str, str)
        Columns of the history and their names.
    strength : float or None
        A strength in their unit, shown as a line when the values come near it.
    dots : bool
        The values belong to steps, and not to the times between them.
    zero : bool
        Zero is a value like others, and is shown.
    """

    kind: str
    label: str
    curves: tuple[tuple[str, str], ...]
    strength: float | None = None
    dots: bool = False
    zero: bool = False

    def shown(self, history: pd.DataFrame) -> list[tuple[str, str]]:
        """Its curves that a history has."""
        return [(column, name) for column, name in self.curves if column in history]


def result_panels(regions: RunRegions) -> Iterator[Panel]:
    """Panels of what came out, and of the current that brought it about."""
    metal = regions.metal
    if metal is not None:
        curves = (f"max_pressure_{metal.name}_Pa", "maximum"), (f"mean_pressure_{metal.name}_Pa", "mean")
        yield Panel("pressure", f"Pressure in {metal.label}", curves)
    for region in regions.electrolytes:
        curve = (f"max_principal_stress_{region.name}_Pa", "maximum")
        yield Panel("stress", f"Max. principal stress\nin {region.label}", (curve,), region.theoretical_strength)
    yield Panel("force per depth", "Force on the collector", (("collector_force_N_per_m", "force"),))
    yield Panel("force", "Force on the collector", (("collector_force_N", "force"),))
    moved = ((f"displacement_{axis}_collector_m", f"along {axis}") for axis in "xyz")
    yield Panel("lift", "Displacement of the collector", tuple(moved), zero=True)
    yield Panel("edge", "Shift of the edge", (("edge_shift_collector_m", "shift"),), zero=True)
    yield Panel("upwards", "Lift over shift of the edge", (("lift_over_spread_collector", "ratio"),), zero=True)
    yield Panel("current", "Current density", (("current_density_A_per_m2", "current density"),), zero=True)
    yield Panel("deposit", "Deposited thickness", (("deposited_thickness_m", "thickness"),))
    yield Panel("growth", "Growth stretch", (("growth_stretch", "growth stretch"),))


def solver_panels(regions: RunRegions) -> Iterator[Panel]:  # noqa: ARG001
    """Panels of how the steps went."""
    yield Panel("step", "Time step", (("dt_s", "step"),), dots=True)
    yield Panel("newton", "Newton iterations", (("newton_iterations", "iterations"),), dots=True)
    yield Panel("rejected", "Rejected attempts", (("rejected_attempts", "attempts"),), dots=True, zero=True)
    yield Panel("residual", "Relative residual", (("residual", "residual"),), dots=True)
    yield Panel("plastic", "Largest plastic increment", (("plastic_increment", "increment"),), dots=True)


def history_of(run: RunResults) -> pd.DataFrame:
    """Histories of a run; OutputError when they cannot be read or have no time."""
    history = run.history
    if "time_s" not in history:
        raise OutputError(f"{run.path / 'history.csv'}: no column time_s; columns are {', '.join(history.columns)}")
    return history


def draw_panel(
    axes: Axes, panels: Sequence[Panel | None], histories: Sequence[pd.DataFrame], names: Sequence[str], time: Scale
) -> None:
    """Draw one panel of several runs, or of one.

    Parameters
    ----------
    axes
        Where.
    panels
        The panel as each run has it, None for a run without it.
    histories, names
        Of the runs.
    time
        Scale of the time.
    """
    drawn = [
        (index, panel, histories[index][[column for column, _ in panel.shown(histories[index])]].to_numpy(float))
        for index, panel in enumerate(panels)
        if panel is not None
    ]
    first = drawn[0][1]
    everything = np.concatenate([values.ravel() for _, _, values in drawn])
    scale = display_scale(everything, split_unit(first.shown(histories[drawn[0][0]])[0][0])[1])
    for index, panel, values in drawn:
        at = histories[index]["time_s"].to_numpy(float) / time.factor
        if panel.dots:
            done = values[:, 0] >= 0 if panel.zero else values[:, 0] > 0
            shown, colour = values[done, 0] / scale.factor, COLOURS[index % len(COLOURS)]
            axes.plot(at[done], shown, linestyle="none", marker="o", markersize=2.5, color=colour)
            continue
        marker = "." if len(at) <= _FEW_STEPS else None
        for number, (_, name) in enumerate(panel.shown(histories[index])):
            alone = len(panels) == 1
            axes.plot(
                at, values[:, number] / scale.factor, color=COLOURS[(number if alone else index) % len(COLOURS)],
                linestyle="-" if alone else _DASHES[number % 2], marker=marker, markersize=3,
                label=name if alone else f"{names[index]}, {name}",
            )  # fmt: skip
    _finish(axes, first, everything, scale, len(panels) == 1)


def _finish(axes: Axes, panel: Panel, values: Array, scale: Scale, alone: bool) -> None:
    """Label the axis; legend, line of the strength, and scale of what belongs to steps."""
    if panel.dots:
        _scale_of_steps(axes, np.asarray(values[values > 0] / scale.factor))
    elif panel.zero:
        low, high = min(0.0, float(np.nanmin(values))), max(0.0, float(np.nanmax(values)))
        axes.set_ylim(1.08 * low / scale.factor, 1.08 * high / scale.factor if high > 0 else None)
    elif alone and len(axes.lines) > 1:
        axes.legend(loc="upper left", handlelength=1.4)
    if panel.strength is not None:
        _draw_strength(axes, scale, panel.strength, float(np.nanmax(values)))
    axes.set_ylabel(f"{panel.label} ({scale.label})" if scale.label else panel.label)
    axes.spines[["top", "right"]].set_visible(False)


def _scale_of_steps(axes: Axes, numbers: Array) -> None:
    whole = bool(np.all(numbers == np.rint(numbers)))
    if numbers.size and not whole and numbers.max() > 100 * numbers.min():
        axes.set_yscale("log")
    else:
        axes.set_ylim(0, 1.12 * float(numbers.max()) if numbers.size else 1)
    if whole:
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
