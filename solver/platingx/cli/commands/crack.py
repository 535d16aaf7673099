"""``platingx crack``: which flaws of the ceramic of a run grow, from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platingx.cli.terminal import mpi_rank, say
from platingx.paths import user_path

__all__ = ["crack"]


def crack(
    run_folder: Annotated[Path, typer.Argument(parser=user_path, metavar="RUN", help="Run folder.")],
    flaws: Annotated[
        Path | None,
        typer.Option(
            "--flaws", parser=user_path, metavar="FILE", help="File of flaws (YAML); those of the case if left out."
        ),
    ] = None,
    grow: Annotated[
        bool, typer.Option("--grow", help="Grow the crack that the block names under growth, instead of judging flaws.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="With --grow: go on from its checkpoint.")] = False,
    movie: Annotated[bool, typer.Option("--movie", help="With --grow: make a movie of the path too.")] = False,
) -> None:
    """Judge flaws in the ceramic of a run: stress intensities, critical length and pressure, time, dose and current.

    A file of flaws has the keys of the block fracture of a case. Leaves flaws.json, flaws.csv and figures in the
    folder. With --grow one of the flaws grows through the ceramic, fed with the metal of the run: crack_growth.json,
    crack_growth.csv, and figures of its path and history.
    """
    for option, given in (("--resume", resume), ("--movie", movie)):
        if given and not grow:
            raise typer.BadParameter("goes with --grow", param_hint=option)
    if grow:
        _grow(run_folder, flaws, resume, movie)
    else:
        _judge(run_folder, flaws)


def _grow(run_folder: Path, flaws: Path | None, resume: bool, movie: bool) -> None:
    from platingx.run.crack_growth import grow

    result = grow(run_folder, flaws, resume, say)
    say(*(f"verdict: {sentence}" for sentence in result.content["sentences"]))
    say(*(f"assumed: {sentence}" for sentence in result.content["assumptions"]))
    say(*(f"wrote {path}" for path in result.files))
    if mpi_rank() == 0:
        from platingx.post.crack_figures import crack_figures, write_crack_movie

        say(*(f"wrote {path}" for path in crack_figures(run_folder)))
        say(*(f"wrote {path}" for path in (write_crack_movie(run_folder) if movie else [])))


def _judge(run_folder: Path, flaws: Path | None) -> None:
    from platingx.run.crack import crack as judge

    result = judge(run_folder, flaws, say)
    say(*(f"verdict: {sentence}" for sentence in result.content["sentences"]))
    say(*(f"assumed: {sentence}" for sentence in result.content["assumptions"]))
    say(*(f"wrote {path}" for path in result.files))
    if mpi_rank() == 0:
        from platingx.post.figures import FLAW_FIGURE
        from platingx.post.flaw_figures import flaw_figure
        from platingx.post.results import open_run
        from platingx.post.style import save

        figure = flaw_figure(result.content, open_run(run_folder).title)
        say(f"wrote {save(figure, run_folder / 'figures' / FLAW_FIGURE)}")
