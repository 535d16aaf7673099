"""Movie of a run: pressure in the metal, and principal stress in the electrolyte around the pit, with fixed colours."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb

from platingx.arrays import Array
from platingx.errors import OutputError
from platingx.post.annotations import colour_bar, name_coordinates, name_regions
from platingx.post.field_figures import draw_scene
from platingx.post.field_views import (
    FieldView,
    Limits,
    Window,
    colour_map,
    full_window,
    length_scale,
    pit_window,
    robust_limits,
    views_of,
)
from platingx.post.movie_files import DPI, Frame, frame_of, save_movie
from platingx.post.results import RunResults
from platingx.post.scene import Scene, make_scene
from platingx.post.style import GREY, paired_panels, styled

__all__ = ["movie_frames", "write_movie"]


def movie_frames(run: RunResults, most: int = 80, deformation_scale: float = 1.0) -> list[Frame]:
    """Draw the steps of a run with one colour scale and one window for all of them.

    Parameters
    ----------
    run : RunResults
    most : int
        Draw no more frames than this, evenly chosen; first and last step are always among them.
    deformation_scale : float
        Factor of the displacement.

    Returns
    -------
    list of ndarray, shape (height, width, 3)
        RGB, 0 to 255; even height and width, as video codecs want them.
    """
    fields = run.plane_fields
    steps = np.unique(np.linspace(0, len(fields) - 1, min(most, len(fields))).round().astype(int))
    views = _views(run)
    scenes = [[make_scene(fields, view, int(step), deformation_scale) for view in views] for step in steps]
    last = scenes[-1]
    windows = [full_window(fields, last[0].place), pit_window(fields, last[1].place, last[1].view, last[1].step)]
    limits = [
        reduce(Limits.union, [_limits(row[index], windows[index]) for row in scenes]) for index in range(len(views))
    ]
    return [_frame(run, row, windows, limits) for row in scenes]


def _views(run: RunResults) -> tuple[FieldView, FieldView]:
    """What the two panels show: the metal and its first electrolyte, or one region twice.

    Raises
    ------
    OutputError
        When the folder does not say which regions there are.
    """
    views = views_of(run.regions)
    if not views:
        raise OutputError(f"{run.path}: no region to draw; is its case.resolved.yaml there?")
    return views[0], views[min(1, len(views) - 1)]


def _limits(scene: Scene, window: Window) -> Limits:
    return robust_limits(scene.fields, scene.values, scene.displacement, scene.view, window)


def _frame(run: RunResults, scenes: list[Scene], windows: list[Window], limits: list[Limits]) -> Frame:
    with styled():
        figure, panels = paired_panels(windows[0].aspect, windows[1].aspect, space=2.9)
        figure.set_dpi(DPI)
        for axes, scene, window, limit in zip(panels, scenes, windows, limits, strict=True):
            draw_scene(axes, scene, window, limit)
            name_regions(axes, scene, window, length_scale(window))
            name_coordinates(axes, run.coordinates, length_scale(window))
            colour_bar(figure, axes, scene.view, limit)
        time = float(scenes[0].fields.times[scenes[0].step])
        note = ",  colours clipped at the pointed ends" if any(limit.clipped for limit in limits) else ""
        head = f"{run.title}\n{run.state_text(time)}{note}"
        figure.suptitle(head, fontsize=9, x=0.02, ha="left", linespacing=1.4)
        return frame_of(figure)


def write_movie(run: RunResults, folder: str | Path, most: int = 80) -> list[Path]:
    """Write ``movie.gif``, and ``movie.mp4`` as well where the program ffmpeg is installed.

    Parameters
    ----------
    run : RunResults
    folder : str or Path
        Folder of the movie.
    most : int
        Largest number of frames.

    Raises
    ------
    OutputError
        When the fields cannot be read or a file cannot be written.
    """
    return save_movie(movie_frames(run, most), _colours(run), Path(folder), "movie")


def _colours(run: RunResults) -> Array:
    """Colours of the two colour maps, so that no colour scale of the GIF shows steps, shape (colours, 3), 0 to 1."""
    samples = np.linspace(0, 1, 80), np.linspace(0.3, 1, 146)
    maps = [colour_map(view, Limits(-1, 1, -1, 1)) for view in _views(run)]
    shares = [colours(at)[:, :3] for colours, at in zip(maps, samples, strict=True)]
    return np.concatenate([*shares, np.array(to_rgb(GREY))[None]])
