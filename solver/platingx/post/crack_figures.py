"""Figures of a crack that has grown in a run: its path over the principal stress, in frames or a movie; its history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from scipy.spatial import cKDTree

from platingx.arrays import Array, IntArray
from platingx.errors import OutputError
from platingx.post.annotations import colour_bar, name_coordinates
from platingx.post.field_figures import draw_scene
from platingx.post.field_views import FieldView, Limits, Window, colour_map, length_scale, robust_limits, views_of
from platingx.post.movie_files import DPI, Frame, frame_of, save_movie
from platingx.post.results import RunResults, open_run
from platingx.post.scene import Scene, make_scene
from platingx.post.style import GREY, Look, label_panel, save, styled

__all__ = [
    "crack_figures",
    "crack_frames",
    "crack_history_figure",
    "crack_path_figure",
    "has_crack",
    "write_crack_movie",
]

FRAMES = 4
"""Frames of the path."""
ROOM = 0.5
"""Around a path, over half of its longer extent."""
NARROWEST = 0.75
"""Shorter side of a window over the longer one."""
_COLOUR = "#c2185b"


def has_crack(folder: Path) -> bool:
    """Whether a crack has grown in a run folder."""
    return (folder / "crack_growth.json").is_file()


def crack_figures(folder: Path, target: Path | None = None, look: Look | None = None) -> list[Path]:
    """Draw path and history of the crack in a run folder into its figures, or into another folder.

    Raises
    ------
    OutputError
        If what the growth left cannot be read.
    """
    content, table = _read(folder)
    run, target = open_run(folder), target or folder / "figures"
    return [
        save(crack_path_figure(run, content, table), target / "crack_path.png", look),
        save(crack_history_figure(content, table, run.title), target / "crack_growth.png", look),
    ]


def write_crack_movie(folder: Path, target: Path | None = None) -> list[Path]:
    """Write ``crack_movie.gif``: the path over the principal stress, a frame for each length; MP4 as well with ffmpeg.

    Raises
    ------
    OutputError
        If what the growth left cannot be read, or a file cannot be written.
    """
    content, table = _read(folder)
    run = open_run(folder)
    maps = colour_map(_view_of(run, content), Limits(-1, 1, -1, 1))(np.linspace(0.0, 1.0, 220))[:, :3]
    colours = np.concatenate([maps, [to_rgb(_COLOUR), to_rgb(GREY)]])
    return save_movie(crack_frames(run, content, table), colours, target or folder / "figures", "crack_movie")


def _read(folder: Path) -> tuple[dict[str, Any], pd.DataFrame]:
    try:
        content = json.loads((folder / "crack_growth.json").read_text(encoding="utf-8"))
        return content, pd.read_csv(folder / "crack_growth.csv")
    except (OSError, ValueError) as error:
        raise OutputError(f"{folder}: what the growth of a crack leaves cannot be read: {error}") from error


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
            (axes[0, 0], length, "Length (nm)"),
            (axes[0, 1], table["crack_pressure_Pa"] / 1e9, "Pressure (GPa)"),
        )
        for own, values, name in over_time:
            own.plot(time, values, marker="o", ms=2.5, color="#1f4e79")
            own.set_xlabel("Time (ms)")
            own.set_ylabel(name)
        axes[1, 0].plot(
            length, table["crack_charge_m2"] * 1e18, marker="o", ms=2.5, color="#1f4e79", label="gap and crack"
        )
        axes[1, 0].plot(length, table["crack_metal_m2"] * 1e18, marker="o", ms=2.5, color="#c55a11", label="crack")
        axes[1, 0].set_ylabel("Stress-free metal (nm²)")
        axes[1, 0].set_yscale("symlog", linthresh=max(1.0, 1e-3 * float(table["crack_charge_m2"].max() * 1e18)))
        axes[1, 0].legend()
        axes[1, 1].plot(length, table["crack_current_A_per_m"] * 1e3, marker="o", ms=2.5, color="#c55a11")
        axes[1, 1].set_ylabel("Current into it (nA/µm)")
        if not table["crack_current_A_per_m"].notna().any():
            at_once = "no increment takes time: a jump"
            axes[1, 1].text(0.5, 0.5, at_once, ha="center", va="center", transform=axes[1, 1].transAxes)
            axes[1, 1].set_yticks([])
            axes[1, 1].sharex(axes[1, 0])
        for own in axes[1]:
            own.set_xlabel("Length (nm)")
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
    rows = np.unique(np.linspace(0, len(table) - 1, FRAMES).round().astype(int))
    scenes, window, limits = _scenes(run, content, table, rows)
    with styled():
        figure = Figure(figsize=(0.8 + 2.0 * len(rows), 3.0), layout="constrained")
        axes = np.atleast_1d(figure.subplots(1, len(rows), sharey=True))
        for own, row, scene in zip(axes, rows, scenes, strict=True):
            _draw_frame(own, scene, window, limits, _grown_until(content, table, int(row)))
            name_coordinates(own, run.coordinates, length_scale(window))
            own.set_title(_state(table, int(row)).replace(", ", "\n", 1), fontsize=7)
            if own is not axes[0]:
                own.set_ylabel("")
        colour_bar(figure, axes[-1], scenes[-1].view, limits)
        figure.suptitle(f"{run.title}: crack {content['flaw']}, {content['fill']}", fontsize=9, x=0.02, ha="left")
    return figure


def _limits(scene: Scene, window: Window) -> Limits:
    return robust_limits(scene.fields, scene.values, scene.displacement, scene.view, window)


def _window(nodes: Array) -> Window:
    """Window around a path, with room at its sides, neither much higher nor much wider than a square."""
    low, high = nodes.min(axis=0), nodes.max(axis=0)
    middle, half = 0.5 * (low + high), 0.5 * (high - low)
    half = half + ROOM * half.max()
    half = np.maximum(half, NARROWEST * half.max())
    (left, bottom), (right, top) = middle - half, middle + half
    return Window(*(float(x) for x in (left, right, bottom, top)))


def _view_of(run: RunResults, content: Mapping[str, Any]) -> FieldView:
    return next(view for view in views_of(run.regions) if view.region == content["region"])


def _scenes(
    run: RunResults, content: Mapping[str, Any], table: pd.DataFrame, rows: IntArray
) -> tuple[list[Scene], Window, Limits]:
    """Scenes of some rows, with one window and one scale of colours for all."""
    view, fields = _view_of(run, content), run.plane_fields
    window = _window(np.array(content["path"]["nodes_m"]))
    known: dict[int, Scene] = {}
    steps = [int(fields.nearest_step(table["time_s"][row])) for row in rows]
    for step in steps:
        known.setdefault(step, make_scene(fields, view, step))
    limits = reduce(Limits.union, [_limits(scene, window) for scene in known.values()])
    return [known[step] for step in steps], window, limits


def _state(table: pd.DataFrame, row: int) -> str:
    return (
        f"{1e3 * table['time_s'][row]:.4g} ms, {1e9 * table['crack_length_m'][row]:.4g} nm, "
        f"{1e-9 * table['crack_pressure_Pa'][row]:.3g} GPa"
    )


def crack_frames(run: RunResults, content: Mapping[str, Any], table: pd.DataFrame) -> list[Frame]:
    """Draw the crack at each of its lengths, as in `crack_path_figure`, with one window and one scale of colours."""
    rows = np.arange(len(table))
    scenes, window, limits = _scenes(run, content, table, rows)
    frames = []
    for row, scene in zip(rows, scenes, strict=True):
        with styled():
            figure = Figure(figsize=(4.6, 3.8), layout="constrained", dpi=DPI)
            axes = figure.subplots()
            _draw_frame(axes, scene, window, limits, _grown_until(content, table, int(row)))
            name_coordinates(axes, run.coordinates, length_scale(window))
            colour_bar(figure, axes, scene.view, limits)
            head = f"{run.title}: crack {content['flaw']}, {content['fill']}\n{_state(table, int(row))}"
            figure.suptitle(head, fontsize=9, x=0.02, ha="left", linespacing=1.4)
            frames.append(frame_of(figure))
    return frames


def _grown_until(content: Mapping[str, Any], table: pd.DataFrame, row: int) -> Array:
    """Places along the crack when it had the length of a row; the tip that grew is known for each increment."""
    nodes = np.array(content["path"]["nodes_m"])
    tips = content["path"]["grown_tips"]
    if content["path"]["kind"] == "symmetric":
        share = table["crack_length_m"][row] / np.linalg.norm(nodes[-1] - nodes[0])
        return np.stack([nodes[0], nodes[0] + share * (nodes[-1] - nodes[0])])
    later = tips[row:]  # as many increments as rows but the first
    pieces = (len(nodes) - 2) // max(len(tips), 1)
    return nodes[pieces * later.count(1) : len(nodes) - pieces * later.count(0)]


def _draw_frame(axes: Axes, scene: Scene, window: Window, limits: Limits, path: Array) -> None:
    """Draw the stress and a path."""
    draw_scene(axes, scene, window, limits)
    near = cKDTree(scene.fields.points[:, :2]).query(path)[1]
    moved = (path + scene.displacement[near][:, :2]) / length_scale(window).factor
    axes.plot(moved[:, 0], moved[:, 1], color=_COLOUR, lw=1.4, solid_capstyle="round")
