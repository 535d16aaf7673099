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
) -> None:
    """Judge flaws in the ceramic of a run: stress intensities, critical length and pressure, time, dose and current.

    A file of flaws has the keys of the block fracture of a case. Leaves flaws.json, flaws.csv and figures in the
    folder.
    """
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
