"""``platingx report``: the page of a run, a study or a calibration, or a study that compares meshes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platingx.cli.terminal import console, mpi_rank, mpi_size, say
from platingx.errors import CaseError, ConvergenceError, InputError
from platingx.paths import user_path

if TYPE_CHECKING:
    from platingx.studies.local_run import Resources

__all__ = ["compare", "report"]


def report(
    source: Annotated[
        Path,
        typer.Argument(
            parser=user_path,
            metavar="RUN | STUDY | CALIBRATION",
            help="Folder of a run, study or calibration, or study file with cases.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            parser=user_path,
            metavar="PATH",
            help="The page, report.html in the folder if left out; of a study file the folder of its runs, runs/NAME.",
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Runs at a time; as many as the cores allow if left out.")
    ] = None,
    ranks: Annotated[int, typer.Option(min=1, help="MPI ranks of each run.")] = 1,
    retry: Annotated[bool, typer.Option("--retry", help="Run again what has failed.")] = False,
) -> None:
    """Write one self-contained HTML page on a run, a study or a calibration: numbers, figures, warnings, limits.

    Of a study file with cases: run each on three meshes and print computed beside published numbers. --jobs, --ranks
    and --retry are for that.
    """
    if source.is_dir():
        for name, given in {"--jobs": jobs is not None, "--ranks": ranks != 1, "--retry": retry}.items():
            if given:
                raise typer.BadParameter("the page of a folder runs nothing; leave it out", param_hint=name)
        if mpi_rank() == 0:
            from platingx.post.reports import write_report

            say(f"wrote {write_report(source, out)}")
        return
    if mpi_size() > 1:
        raise CaseError(InputError("a study starts its own processes", hint="platingx report, without mpirun or -n"))
    from platingx.studies.local_run import Resources

    compare(source, out, Resources(jobs, ranks), retry)


def compare(study_file: Path, out: Path | None, resources: Resources, retry: bool) -> None:
    """Run what a study that compares meshes lacks, and print its table.

    Raises
    ------
    ConvergenceError
        If there are cases without result.
    """
    from platingx.cli.study_display import watching
    from platingx.post.table import comparison_table
    from platingx.studies.mesh_convergence import compare_meshes, plan_comparison
    from platingx.studies.whole import finish_comparison

    comparison = plan_comparison(study_file, out)
    runs = comparison.on_meshes()
    lacking = len(comparison.lacking(runs, retry))
    if lacking < len(runs):
        say(f"{len(runs) - lacking} of {len(runs)} runs are done, kept")
    with watching(comparison.labels, lacking + len(comparison.meshes)) as watcher:
        rows = compare_meshes(comparison, resources, watcher, retry)
    console().print(comparison_table(rows))
    say(*(f"wrote {path}" for path in finish_comparison(rows, comparison)))
    failed = sorted({row.case for row in rows if row.computed is None})
    if failed:
        raise ConvergenceError(
            f"without result: {', '.join(failed)}; the table and the logs in {comparison.folder} say why"
        )
