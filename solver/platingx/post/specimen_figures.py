"""Figure of a specimen that is pressed or pulled: its force over shortening and over deflection, and its stresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from platingx.post.history_panels import COLOURS, history_of
from platingx.post.results import RunResults
from platingx.post.scales import display_scale
from platingx.post.style import label_panel, styled
from platingx.post.warning_lines import warning_lines

__all__ = ["FORCE_FIGURE", "Measured", "has_force_curve", "specimen_figure"]

FORCE_FIGURE = "force_curve.png"
_FORCE, _SHORTENING = "compression_force_N", "shortening_m"


@dataclass(frozen=True)
class Measured:
    """A measured curve to draw beside a run: force (N), shortening and deflection (m) of its rows."""

    source: str
    force: Sequence[float]
    shortening: Sequence[float]
    deflection: Sequence[float]


def has_force_curve(run: RunResults) -> bool:
    """Whether a run is one of a specimen."""
    return _FORCE in run.history


def specimen_figure(run: RunResults, measured: Measured | None = None) -> Figure:
    """Draw force over shortening, force over deflection, and nominal and true stress over shortening.

    Parameters
    ----------
    run : RunResults
        Of a specimen.
    measured : Measured, optional
        A measured curve beside it.

    Raises
    ------
    OutputError
        When history.csv cannot be read.
    """
    history = history_of(run)
    bent = next((name for name in history if name.startswith("deflection_y_")), None)
    force = history[_FORCE].to_numpy(float)
    curves = [(_SHORTENING, "Shortening", None if measured is None else measured.shortening)]
    if bent is not None:
        curves.append((bent, "Deflection", None if measured is None else measured.deflection))
    with styled():
        panels = len(curves) + 1
        figure = Figure(figsize=(0.4 + 2.6 * panels, 2.6), layout="constrained")
        grid = figure.subplots(1, panels, squeeze=False)[0]
        for letter, axes, (column, words, points) in zip("ab", grid, curves, strict=False):
            _curve(axes, (history[column].to_numpy(float), force), words, measured, points)
            label_panel(axes, letter)
        _stresses(grid[-1], run)
        label_panel(grid[-1], "abc"[panels - 1])
        head = [f"{run.title}: force of the specimen, {len(history)} steps", *warning_lines(run)]
        if measured is not None:
            head.append(f"points: {measured.source}")
        figure.suptitle("\n".join(head), fontsize=9, x=0.02, ha="left")
    return figure


def _curve(axes: Axes, curve: tuple, words: str, measured: Measured | None, points: Sequence[float] | None) -> None:  # type: ignore[type-arg]
    ways, force = curve
    seen = [*force, *(() if measured is None else measured.force)]
    along, up = display_scale([*ways, *(points or ())], "m"), display_scale(seen, "N")
    axes.plot([0.0, *(ways / along.factor)], [0.0, *(force / up.factor)], color=COLOURS[0], label="computed")
    if measured is not None and points is not None:
        shown = [
            [value / scale.factor for value in values] for values, scale in ((points, along), (measured.force, up))
        ]
        axes.plot(*shown, linestyle="none", marker="o", markersize=3.5, color=COLOURS[1], label="measured")
        axes.legend(loc="best")
    axes.set_xlabel(f"{words} ({along.label})")
    axes.set_ylabel(f"Force ({up.label})")
    axes.spines[["top", "right"]].set_visible(False)


def _stresses(axes: Axes, run: RunResults) -> None:
    history = history_of(run)
    ways = history[_SHORTENING].to_numpy(float)
    both = {name: history[f"{name}_stress_Pa"].to_numpy(float) for name in ("nominal", "true")}
    along, up = display_scale(ways, "m"), display_scale([value for stress in both.values() for value in stress], "Pa")
    for colour, (name, stress) in zip(COLOURS, both.items(), strict=False):
        axes.plot([0.0, *(ways / along.factor)], [0.0, *(stress / up.factor)], color=colour, label=name)
    axes.legend(loc="best")
    axes.set_xlabel(f"Shortening ({along.label})")
    axes.set_ylabel(f"Stress ({up.label})")
    axes.spines[["top", "right"]].set_visible(False)
