"""``platingx study``: many runs of one case, or of several on three meshes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platingx.cli.terminal import console, mpi_size, say
from platingx.errors import CaseError, ConvergenceError, InputError
from platingx.paths import absolute_path, user_path

if TYPE_CHECKING:
    from platingx.studies.local_run import Left, Resources
    from platingx.studies.points import Plan
    from platingx.studies.table import Row

__all__ = ["study"]

_LONGEST_LIST = 100


def study(
    words: Annotated[
        list[str], typer.Argument(metavar="STUDY | new CASE KEY...", help="Study file, or what a new one is to vary.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", parser=user_path, metavar="PATH", help="Folder, runs/NAME if left out; of new: the study file."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the points and what they will cost; run and write nothing.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Points at a time; as many as the cores allow if left out.")
    ] = None,
    ranks: Annotated[int, typer.Option(min=1, help="MPI ranks of each point.")] = 1,
    retry: Annotated[bool, typer.Option("--retry", help="Run points again that have failed.")] = False,
) -> None:
    """Run a study and write its table; points that are done are kept. `new` writes a first study file."""
    if mpi_size() > 1:
        raise CaseError(InputError("a study starts its own processes", hint="platingx study, without mpirun or -n"))
    of_points = {"--jobs": jobs is not None, "--ranks": ranks != 1, "--retry": retry}
    if words[0] == "new" and len(words) > 1:
        _refuse({"--dry-run": dry_run, **of_points}, "study new writes a file and runs nothing")
        _new(words[1:], out)
        return
    if len(words) > 1:
        raise typer.BadParameter(f"one study file at a time; got also {words[1]}", param_hint="STUDY")
    from platingx.config.study import load_study
    from platingx.config.study_parameters import ParameterStudy

    file = load_study(words[0])
    if not isinstance(file.study, ParameterStudy):
        from platingx.cli.commands.report import report

        _refuse(of_points, "a study that compares meshes runs one case after the other")
        if dry_run:
            say(f"{file.study.name}: {len(file.study.cases)} cases, each on three meshes and once with half the steps")
        else:
            report(file.path, out)
        return
    from platingx.studies.local_run import Resources, still_to_run
    from platingx.studies.points import expand

    plan = expand(file, file.study)
    folder = absolute_path(out if out is not None else Path("runs") / file.study.name)
    left = still_to_run(plan, folder, retry)
    if dry_run:
        _describe(plan, left, folder, Resources(jobs, ranks))
    else:
        _run(plan, left, folder, Resources(jobs, ranks))


def _refuse(options: dict[str, bool], reason: str) -> None:
    """Refuse options that are given and would do nothing.

    Raises
    ------
    typer.BadParameter
        With the reason.
    """
    for name, given in options.items():
        if given:
            raise typer.BadParameter(f"{reason}; leave it out", param_hint=name)


def _new(words: list[str], out: Path | None) -> None:
    from platingx.studies.first_file import first_study

    if len(words) < 2:
        raise typer.BadParameter("a case and at least one key: platingx study new CASE KEY", param_hint="new")
    path = first_study(user_path(words[0]), words[1:], out)
    say(f"wrote {path}", f"next: platingx study {path} --dry-run")


def _describe(plan: Plan, left: Left, folder: Path, resources: Resources) -> None:
    """Print the points by what tells them apart, and what those that are left will cost."""
    from platingx.studies.cost import estimate
    from platingx.studies.pool import usable_cores

    workers = resources.workers(usable_cores())
    done = {point.number: outcome for point, outcome in left.kept}
    say(f"{plan.study.name}: {len(plan.points)} points of {os.path.normpath(plan.file.case_files[0])} in {folder}")
    for point in plan.points[:_LONGEST_LIST]:
        follows = [f"{key} = {value}" for key, value, _ in point.values if key in plan.study.derived]
        note = f"  ({done[point.number]} before, kept)" if point.number in done else ""
        say(f"    {point.number}: {', '.join((point.label, *follows))}{note}")
    if len(plan.points) > _LONGEST_LIST:
        say(f"    ... and {len(plan.points) - _LONGEST_LIST} more")
    cost = estimate(plan, left.tasks)
    if plan.refined:
        say(f"each on three meshes: {', '.join(f'{run.mesh:g}' for run in plan.on_meshes(1))} times as fine")
    say(
        f"to run: {len(left.tasks)} runs, {workers} at a time on {resources.ranks} "
        f"rank{'s' if resources.ranks > 1 else ''} each",
        f"estimated: {cost.seconds / workers / 60.0:.2g} min, {cost.size / 1e6:.2g} MB on disk ({cost.source})",
    )


def _run(plan: Plan, left: Left, folder: Path, resources: Resources) -> None:
    """Run what is left, print the table, and say which points failed.

    Raises
    ------
    ConvergenceError
        If there are points without result.
    """
    from platingx.cli.study_display import watching
    from platingx.studies.local_run import run_parameters
    from platingx.studies.table import RESULTS

    if left.kept:
        say(f"{len(left.kept)} of {len(plan.points) + len(plan.refined)} runs are done, kept")
    labels = {point.number: point.label for point in (*plan.points, *plan.refined)}
    with watching(labels, len(left.tasks)) as watcher:
        rows = run_parameters(plan, folder, left, resources, watcher)
    _print_rows(rows)
    say(f"wrote {folder / RESULTS}")
    if plan.study.figures:
        from platingx.studies.figures import draw_study

        pictures, notes = draw_study(plan.study, rows, folder)
        say(*(f"wrote {path}" for path in pictures), *notes)
    failed = [row for row in rows if row["status"] == "failed"]
    if failed:
        numbers = ", ".join(str(row["point"]) for row in failed[:10]) + (" ..." if len(failed) > 10 else "")
        raise ConvergenceError(
            f"{len(failed)} of {len(rows)} points failed (point {numbers}); {folder / RESULTS} has the reasons\n"
            "    try:   --retry, once what they name is mended"
        )


def _print_rows(rows: list[Row]) -> None:
    """Print the table without the columns that only files need."""
    from rich.table import Table

    from platingx.studies.table import frame_of

    frame = frame_of(rows).drop(columns=["reason", "folder"])
    table = Table(caption="" if len(rows) <= _LONGEST_LIST else f"the first {_LONGEST_LIST} of {len(rows)} points")
    for name in frame:
        table.add_column(str(name), justify="right")
    for _, row in frame.head(_LONGEST_LIST).iterrows():
        table.add_row(
            *("" if value != value else f"{value:.5g}" if isinstance(value, float) else str(value) for value in row)
        )
    console().print(table)
