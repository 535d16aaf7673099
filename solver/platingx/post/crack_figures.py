"""Figures of a crack that has grown in a run: its path over the principal stress, in frames, and its history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.spatial import cKDTree

from platingx.arrays import Array
from platingx.errors import OutputError
from platingx.post.annotations import colour_bar, name_coordinates
from platingx.post.field_figures import draw_scene
from platingx.post.field_views import Limits, Window, length_scale, robust_limits, views_of
from platingx.post.results import RunResults, open_run
from platingx.post.scene import Scene, make_scene
from platingx.post.style import label_panel, save, styled

__all__ = ["crack_figures", "crack_history_figure", "crack_path_figure"]

FRAMES = 4
"""Frames of the path."""
_COLOUR = "#c2185b"


def crack_figures(folder: Path) -> list[Path]:
    """Draw path and history of the crack in a run folder into its figures.

    Raises
    ------
    OutputError
        If what the growth left cannot be read.
    """
    try:
        content = json.loads((folder / "crack_growth.json").read_text(encoding="utf-8"))
        table = pd.read_csv(folder / "crack_growth.csv")
    except (OSError, ValueError) as error:
        raise OutputError(f"{folder}: what the growth of a crack leaves cannot be read: {error}") from error
    run = open_run(folder)
    target = folder / "figures"
    return [
        save(crack_path_figure(run, content, table), target / "crack_path.png"),
        save(crack_history_figure(content, table, run.title), target / "crack_growth.png"),
    ]


def crack_history_figure(content: Mapping[str, Any], table: pd.DataFrame, title: str) -> Figure:
    """Draw length, pressure, volume and current over time, and pressure and charge over the length.

    Parameters
    ----------
    content
        Of ``crack_growth.json``.
    table
        Of ``crack_growth.csv``.
    title
        Of the run.
    """
    time, length = table["time_s"] * 1e3, table["crack_length_m"] * 1e9
    with styled():
        figure = Figure(figsize=(7.2, 4.4), layout="constrained")
        axes = figure.subplots(2, 2)
        over_time = (
            (axes[0, 0], length, "length / nm"),
            (axes[0, 1], table["crack_pressure_Pa"] / 1e9, "pressure / GPa"),
        )
        for own, values, name in over_time:
            own.plot(time, values, marker="o", ms=2.5, color="#1f4e79")
            own.set_xlabel("time / ms")
            own.set_ylabel(name)
        axes[1, 0].plot(
            length, table["crack_charge_m2"] * 1e18, marker="o", ms=2.5, color="#1f4e79", label="gap and crack"
        )
        axes[1, 0].plot(length, table["crack_metal_m2"] * 1e18, marker="o", ms=2.5, color="#c55a11", label="crack")
        axes[1, 0].set_ylabel("stress-free metal / nm²")
        axes[1, 0].set_yscale("symlog", linthresh=max(1.0, 1e-3 * float(table["crack_charge_m2"].max() * 1e18)))
        axes[1, 0].legend()
        axes[1, 1].plot(length, table["crack_current_A_per_m"] * 1e3, marker="o", ms=2.5, color="#c55a11")
        axes[1, 1].set_ylabel("current into the crack / nA/µm")
        for own in axes[1]:
            own.set_xlabel("length / nm")
        for own, letter in zip(axes.ravel(), "abcd", strict=True):
            label_panel(own, letter)
        figure.suptitle(
            f"{title}: crack {content['flaw']}, {content['fill']}: {content['event']}", fontsize=9, x=0.02, ha="left"
        )
    return figure


def crack_path_figure(run: RunResults, content: Mapping[str, Any], table: pd.DataFrame) -> Figure:
    """Draw the crack at some of its lengths over the largest principal stress of its ceramic at that time.

    The stress is that of the run, without the crack; so are the displacements, which move the path.

    Parameters
    ----------
    run
        The run.
    content, table
        As for `crack_history_figure`.
    """
    view = next(view for view in views_of(run.regions) if view.region == content["region"])
    nodes = np.array(content["path"]["nodes_m"])
    rows = np.unique(np.linspace(0, len(table) - 1, FRAMES).round().astype(int))
    scenes = [make_scene(run.plane_fields, view, run.plane_fields.nearest_step(table["time_s"][row])) for row in rows]
    window = _window(nodes)
    limits = reduce(Limits.union, [_limits(scene, window) for scene in scenes])
    with styled():
        figure = Figure(figsize=(0.4 + 2.2 * len(rows), 2.6), layout="constrained")
        axes = np.atleast_1d(figure.subplots(1, len(rows), sharey=True))
        for own, row, scene in zip(axes, rows, scenes, strict=True):
            _draw_frame(own, scene, window, limits, nodes, float(table["crack_length_m"][row]))
            name_coordinates(own, run.coordinates, length_scale(window))
            own.set_title(
                f"{1e3 * table['time_s'][row]:.4g} ms, {1e9 * table['crack_length_m'][row]:.4g} nm, "
                f"{1e-9 * table['crack_pressure_Pa'][row]:.3g} GPa",
                fontsize=7,
            )
            if own is not axes[0]:
                own.set_ylabel("")
        colour_bar(figure, axes[-1], view, limits)
        figure.suptitle(f"{run.title}: crack {content['flaw']}, {content['fill']}", fontsize=9, x=0.02, ha="left")
    return figure


def _limits(scene: Scene, window: Window) -> Limits:
    return robust_limits(scene.fields, scene.values, scene.displacement, scene.view, window)


def _window(nodes: Array) -> Window:
    """Window around a path, with room at its sides."""
    low, high = nodes.min(axis=0), nodes.max(axis=0)
    margin = 0.35 * float((high - low).max())
    return Window(*(float(x) for x in (low[0] - margin, high[0] + margin, low[1] - margin, high[1] + margin)))


def _draw_frame(axes: Axes, scene: Scene, window: Window, limits: Limits, nodes: Array, length: float) -> None:
    """Draw the stress and the part of a path up to a length; a buried path grows at both ends and is shown whole."""
    draw_scene(axes, scene, window, limits)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(nodes, axis=0), axis=1))])
    reached = np.append(along[along < length], min(length, along[-1]))
    path = np.stack([np.interp(reached, along, nodes[:, i]) for i in (0, 1)], axis=1)
    near = cKDTree(scene.fields.points[:, :2]).query(path)[1]
    moved = (path + scene.displacement[near][:, :2]) / length_scale(window).factor
    axes.plot(moved[:, 0], moved[:, 1], color=_COLOUR, lw=1.4, solid_capstyle="round")
