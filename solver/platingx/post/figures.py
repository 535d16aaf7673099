"""All figures of a run, made from the files in its folder."""

from __future__ import annotations

from pathlib import Path

from platingx.post.field_figures import field_figure
from platingx.post.field_views import PRESSURE, PRINCIPAL_STRESS
from platingx.post.history_figures import history_figure
from platingx.post.mesh_figures import mesh_figure
from platingx.post.movie import write_movie
from platingx.post.results import open_run
from platingx.post.style import save
from platingx.post.view_3d import view_figure

__all__ = ["make_all"]


def make_all(run: str | Path, movie: bool = False) -> list[Path]:
    """Make the figures of a run: histories, mesh, pressure in the metal, principal stress in the electrolyte.

    Of a three-dimensional model the fields are shown in a section through the pit, and once more on its surfaces.

    Serial: under MPI call it on one rank, after the field writer is closed.

    Parameters
    ----------
    run : str or Path
        Run folder; the figures go into its folder ``figures``.
    movie : bool
        Also write ``movie.gif`` (and ``movie.mp4`` where ffmpeg is installed).

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
    written.append(save(field_figure(results, PRESSURE), folder / "pressure_li.png"))
    written.append(save(field_figure(results, PRINCIPAL_STRESS), folder / "principal_stress_llzo.png"))
    if results.plane_fields.plane is not None:
        written.append(save(view_figure(results), folder / "view_3d.png"))
    if movie:
        written += write_movie(results, folder)
    return written
