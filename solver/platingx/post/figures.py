"""All figures of a run, made from the files in its folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from platingx.post.field_figures import field_figure
from platingx.post.field_reader import FieldSeries
from platingx.post.field_views import FieldView, views_of
from platingx.post.history_figures import history_figure
from platingx.post.mesh_figures import mesh_figure
from platingx.post.movie import write_movie
from platingx.post.results import open_run
from platingx.post.style import save
from platingx.post.view_3d import view_figure

__all__ = ["make_all"]


def make_all(run: str | Path, movie: bool = False, announce: Callable[[str], None] | None = None) -> list[Path]:
    """Make the figures of a run: histories, mesh, pressure in the metal, principal stress in the electrolyte.

    Of a three-dimensional model the fields are shown in a section through the pit, and once more on its surfaces.

    Serial: under MPI call it on one rank, after the field writer is closed.

    Parameters
    ----------
    run : str or Path
        Run folder; the figures go into its folder ``figures``.
    movie : bool
        Also write ``movie.gif`` (and ``movie.mp4`` where ffmpeg is installed).
    announce : callable, optional
        Receives a sentence for each figure that is left out because the run did not write what it shows.

    Returns
    -------
    list of Path
        Files written. Figures that need no fields come first, so that they exist also when the fields cannot be read.

    Raises
    ------
    OutputError
        When a file of the run is missing or incomplete, or the cells cannot be drawn.
    """
    results = open_run(run)
    folder = results.path / "figures"
    written = [save(history_figure(results), folder / "histories.png")]
    written.append(save(mesh_figure(results), folder / "mesh.png"))
    fields = results.plane_fields
    views = views_of(results.regions)
    for name, view in _file_names(views).items():
        if _drawable(name, [view], fields, announce):
            written.append(save(field_figure(results, view), folder / name))
    if views and fields.plane is not None and _drawable("view_3d.png", views, fields, announce):
        written.append(save(view_figure(results), folder / "view_3d.png"))
    if views and movie and _drawable("movie", views, fields, announce):
        written += write_movie(results, folder)
    return written


def _file_names(views: Sequence[FieldView]) -> dict[str, FieldView]:
    """Name of the file of each view, such as ``pressure_na.png``: letters, digits and what is as harmless."""
    names: dict[str, FieldView] = {}
    for view in views:
        stem = re.sub(r"[^\w.+-]", "_", f"{view.field.removesuffix('_1')}_{view.region}")
        name = next(name for name in (f"{stem}{'_' * number}.png" for number in count()) if name not in names)
        names[name] = view
    return names


def _drawable(
    name: str, views: Sequence[FieldView], fields: FieldSeries, announce: Callable[[str], None] | None
) -> bool:
    """Whether all that a figure shows was written; say what was not."""
    missing = [text for text in (view.missing(fields) for view in views) if text is not None]
    if missing and announce is not None:
        announce(f"{name} left out: {missing[0]}")
    return not missing
