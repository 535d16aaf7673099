"""All figures of a run, made from the files in its folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

from platingx.columns import MD_DEPOSITION, MD_NUCLEATION, STRIP_CELL, TUBULE
from platingx.post.crack_figures import crack_figures, has_crack, write_crack_movie
from platingx.post.field_choice import FieldChoice, damage_views
from platingx.post.field_figures import field_figure
from platingx.post.field_reader import FieldSeries
from platingx.post.field_views import FieldView, views_of
from platingx.post.flaw_figures import flaw_figure
from platingx.post.history_figures import history_figure, solver_figure
from platingx.post.interface_figures import has_interface, interface_figure
from platingx.post.mesh_figures import mesh_figure
from platingx.post.molecular_figures import deposition_figures, nucleation_figures
from platingx.post.movie import write_movie
from platingx.post.results import RunResults, open_run
from platingx.post.space_views import Sight, space_figure
from platingx.post.specimen_figures import FORCE_FIGURE, has_force_curve, specimen_figure
from platingx.post.strip_cell_figures import strip_cell_figures
from platingx.post.style import Look, save
from platingx.post.tubule_figures import tubule_figures
from platingx.post.view_3d import view_figure

FLAW_FIGURE = "flaws.png"

__all__ = ["FLAW_FIGURE", "make_all", "make_chosen", "make_views"]


_OF_KINDS: Final[dict[str, Callable[[RunResults], dict[str, Figure]]]] = {
    TUBULE: tubule_figures,
    STRIP_CELL: strip_cell_figures,
    MD_NUCLEATION: nucleation_figures,
    MD_DEPOSITION: deposition_figures,
}
"""Figures of kinds of cases without a mesh, by the names of their files."""


def make_all(
    run: str | Path,
    movie: bool = False,
    announce: Callable[[str], None] | None = None,
    look: Look | None = None,
    folder: Path | None = None,
    solver: bool = True,
) -> list[Path]:
    """Make the figures of a run: histories, steps, mesh, pressure in the metal, principal stress in the electrolyte.

    Where cracks are a phase field, damage too.

    Fields are those of the instant of the largest value of the run. Of a three-dimensional model they are shown in a
    section through the pit, and once more on its surfaces. Of a tubule there are histories, conductivities of walls,
    and maps of creep and capacity; of a stripping cell histories and profiles.

    Serial: under MPI call it on one rank, after the field writer is closed.

    Parameters
    ----------
    run : str or Path
        Run folder.
    movie : bool
        Also write ``movie.gif``, and ``crack_movie.gif`` of a grown crack (``.mp4`` where ffmpeg is installed).
    announce : callable, optional
        Receives a sentence for each figure that is left out because the run did not write what it shows.
    look : Look, optional
        Format, and whether with heads; PNG with heads when None.
    folder : Path, optional
        Folder to write into; ``figures`` in that of the run when None.
    solver : bool
        Also the figure of the steps and the solver.

    Returns
    -------
    list of Path
        Files written. Figures that need no fields come first, so that they exist also when the fields cannot be read.

    Raises
    ------
    OutputError
        When a file of the run is missing or incomplete, or the cells cannot be drawn.
    """
    results, look = open_run(run), look or Look()
    folder = folder or results.path / "figures"
    of_kind = _OF_KINDS.get(str(results.case.get("kind")))
    if of_kind is not None:
        return [save(figure, folder / name, look) for name, figure in of_kind(results).items()]
    written = [save(history_figure(results), folder / "histories.png", look)]
    if solver:
        written.append(save(solver_figure(results), folder / "solver.png", look))
    written.append(save(mesh_figure(results), folder / "mesh.png", look))
    written += [save(figure, folder / name, look) for name, figure in _of_families(results).items()]
    fields = results.plane_fields
    views = (*views_of(results.regions), *damage_views(results))
    for name, view in _file_names(views).items():
        if _drawable(name, [view], fields, announce):
            written.append(save(field_figure(results, view), folder / name, look))
    views = views_of(results.regions)
    if views and fields.plane is not None and _drawable("view_3d.png", views, fields, announce):
        written.append(save(view_figure(results), folder / "view_3d.png", look))
    if views and movie and _drawable("movie", views, fields, announce):
        written += write_movie(results, folder)
    if has_crack(results.path):
        written += crack_figures(results.path, folder, look)
        written += write_crack_movie(results.path, folder) if movie else []
    return written


def _of_families(results: RunResults) -> dict[str, Figure]:
    """Figures of what only some runs have, by the names of their files."""
    figures = {}
    if has_force_curve(results):
        figures[FORCE_FIGURE] = specimen_figure(results)
    if has_interface(results):
        figures["interface.png"] = interface_figure(results)
    if results.flaws:
        figures[FLAW_FIGURE] = flaw_figure(results.flaws, results.title)
    return figures


def make_chosen(run: str | Path, choice: FieldChoice, look: Look, folder: Path | None = None) -> list[Path]:
    """Make figures of one field, one for each region that is asked for.

    Parameters
    ----------
    run, look, folder
        As for `make_all`.
    choice : FieldChoice
        What to show.

    Returns
    -------
    list of Path
        Files written.

    Raises
    ------
    OutputError
        When the run has no such field, region or time.
    """
    results = open_run(run)
    folder = folder or results.path / "figures"
    written = []
    for name, view in _file_names(choice.views(results)).items():
        figure = field_figure(results, view, choice.step(results), limits=choice.limits(view))
        written.append(save(figure, folder / name.replace(".png", f"{choice.suffix}.png"), look))
    return written


def make_views(
    run: str | Path, choice: FieldChoice, sight: Sight, look: Look, folder: Path | None = None
) -> list[Path]:
    """Make views in space of a three-dimensional run by pyvista, one for each field and region that is asked for.

    Parameters
    ----------
    run, choice, look, folder
        As for `make_chosen`.
    sight : Sight
        From where, and what of it.

    Returns
    -------
    list of Path
        Files written.

    Raises
    ------
    OutputError
        When the run is plane or has no such field, region or time, or pyvista is missing or cannot draw here.
    """
    results = open_run(run)
    folder = folder or results.path / "figures"
    written = []
    for name, view in _file_names(choice.views(results, results.fields)).items():
        figure = space_figure(results, view, sight, choice.step(results), choice.limits(view))
        written.append(save(figure, folder / f"view_{sight.stem}_{name.removesuffix('.png')}{choice.suffix}.png", look))
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
