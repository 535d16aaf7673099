"""``platingx report``: run a study that compares meshes, and print its table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platingx.cli.terminal import console, mpi_size, say
from platingx.errors import CaseError, ConvergenceError, InputError
from platingx.paths import user_path

if TYPE_CHECKING:
    from platingx.studies.local_run import Resources

__all__ = ["compare", "report"]


def report(
    study_file: Annotated[Path, typer.Argument(parser=user_path, metavar="STUDY", help="Study file (YAML).")],
    out: Annotated[
        Path | None,
        typer.Option("--out", parser=user_path, metavar="DIR", help="Folder of the runs; runs/NAME if left out."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Runs at a time; as many as the cores allow if left out.")
    ] = None,
    ranks: Annotated[int, typer.Option(min=1, help="MPI ranks of each run.")] = 1,
    retry: Annotated[bool, typer.Option("--retry", help="Run again what has failed.")] = False,
) -> None:
    """Run the cases of a study on three meshes each and print computed beside published numbers.

    Runs that are finished are kept, so an interrupted study goes on where it stopped.
    """
    if mpi_size() > 1:
        raise CaseError(InputError("a study starts its own processes", hint="platingx report, without mpirun or -n"))
    from platingx.studies.local_run import Resources

    compare(study_file, out, Resources(jobs, ranks), retry)


def compare(study_file: Path, out: Path | None, resources: Resources, retry: bool) -> None:
    """Run what a study that compares meshes lacks, and print its table.

    Raises
    ------
    ConvergenceError
        If there are cases without result.
    """
    from platingx.cli.study_display import watching
    from platingx.post.table import comparison_table, write_comparison
    from platingx.studies.mesh_convergence import compare_meshes, plan_comparison

    comparison = plan_comparison(study_file, out)
    runs = comparison.on_meshes()
    lacking = len(comparison.lacking(runs, retry))
    if lacking < len(runs):
        say(f"{len(runs) - lacking} of {len(runs)} runs are done, kept")
    with watching(comparison.labels, lacking + len(comparison.meshes)) as watcher:
        rows = compare_meshes(comparison, resources, watcher, retry)
    files = write_comparison(rows, comparison.folder)
    console().print(comparison_table(rows))
    say(*(f"wrote {path}" for path in files))
    failed = sorted({row.case for row in rows if row.computed is None})
    if failed:
        raise ConvergenceError(
            f"without result: {', '.join(failed)}; the table and the logs in {comparison.folder} say why"
        )
