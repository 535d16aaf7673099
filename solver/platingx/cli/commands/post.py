"""``platingx post``: figures and movie of a finished run, from its files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platingx.cli.terminal import mpi_rank, say
from platingx.errors import OutputError
from platingx.paths import user_path

__all__ = ["post"]


def post(
    run_folder: Annotated[Path, typer.Argument(parser=user_path, metavar="RUN", help="Run folder.")],
    movie: Annotated[bool, typer.Option("--movie", help="Make a movie of the evolution too.")] = False,
) -> None:
    """Draw the figures of a run again from its files."""
    if mpi_rank() != 0:
        return
    if not run_folder.is_dir():
        if run_folder.exists():
            raise OutputError(f"{run_folder} is a file, not the folder of a run\n    try:   platingx post runs/NAME")
        raise OutputError(f"there is no run folder {run_folder}\n    try:   platingx run CASE --out {run_folder}")
    from platingx.post.figures import make_all

    for path in make_all(run_folder, movie=movie, announce=say):
        say(f"wrote {path}")
