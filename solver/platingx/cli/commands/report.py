"""``platingx report``: run a study and print its table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platingx.cli.terminal import console, say
from platingx.errors import ConvergenceError
from platingx.paths import user_path

__all__ = ["report"]


def report(
    study_file: Annotated[Path, typer.Argument(parser=user_path, metavar="STUDY", help="Study file (YAML).")],
    out: Annotated[
        Path | None,
        typer.Option("--out", parser=user_path, metavar="DIR", help="Folder of the runs; runs/NAME if left out."),
    ] = None,
) -> None:
    """Run the cases of a study on three meshes each and print computed beside published numbers.

    Runs that are finished are kept, so an interrupted study goes on where it stopped.
    """
    from mpi4py import MPI

    from platingx.parallel import on_rank_0
    from platingx.post.table import comparison_table, write_comparison
    from platingx.studies.mesh_convergence import run_study

    folder, rows = run_study(study_file, out, say)
    files = on_rank_0(MPI.COMM_WORLD, lambda: write_comparison(rows, folder))
    console().print(comparison_table(rows))
    say(*(f"wrote {path}" for path in files))
    failed = sorted({row.case for row in rows if row.computed is None})
    if failed:
        raise ConvergenceError(f"without result: {', '.join(failed)}; the table and the logs in {folder} say why")
