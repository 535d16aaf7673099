"""``platingx study``: many runs of one case, or of several on three meshes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platingx.cli.commands.study_on_slurm import ACTIONS, act, asked_of_slurm, submit_study
from platingx.cli.commands.study_results import LONGEST_LIST, show_results
from platingx.cli.terminal import counted, mpi_size, say
from platingx.errors import CaseError, InputError
from platingx.paths import absolute_path, user_path

if TYPE_CHECKING:
    from platingx.studies.local_run import Left, Resources
    from platingx.studies.points import Plan

__all__ = ["study"]


class Where(StrEnum):
    """Where the points of a study run."""

    HERE = "here"
    SLURM = "slurm"


def study(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="STUDY | new CASE KEY... | status|collect|cancel FOLDER",
            help="Study file; or what a new one is to vary; or what to do with one that was given to Slurm.",
        ),
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
    on: Annotated[
        Where, typer.Option("--on", help="Run it on this machine, or submit it to the queue of a cluster.")
    ] = Where.HERE,
    profile: Annotated[
        Path | None,
        typer.Option("--profile", parser=user_path, metavar="FILE", help="With --on slurm: what jobs ask for (YAML)."),
    ] = None,
) -> None:
    """Run a study and write its table; points that are done are kept. `new` writes a first study file.

    `status`, `collect` and `cancel` are for a study that was submitted with --on slurm.
    """
    if mpi_size() > 1:
        raise CaseError(InputError("a study starts its own processes", hint="platingx study, without mpirun or -n"))
    of_slurm = {"--on": on is Where.SLURM, "--profile": profile is not None}
    of_points = {"--jobs": jobs is not None, "--ranks": ranks != 1, "--retry": retry, **of_slurm}
    if words[0] == "new" and len(words) > 1:
        _refuse({"--dry-run": dry_run, **of_points}, "study new writes a file and runs nothing")
        _new(words[1:], out)
        return
    if words[0] in ACTIONS and len(words) > 1:
        _refuse({"--out": out is not None, "--dry-run": dry_run, **of_points}, f"study {words[0]} takes a folder alone")
        act(words)
        return
    if len(words) > 1:
        raise typer.BadParameter(f"one study file at a time; got also {words[1]}", param_hint="STUDY")
    from platingx.studies.local_run import Resources

    _run_or_submit(words[0], out, _Options(dry_run, Resources(jobs, ranks), retry, on, profile))


@dataclass(frozen=True)
class _Options:
    """How a study is to run."""

    dry_run: bool
    resources: Resources
    retry: bool
    on: Where
    profile: Path | None


def _run_or_submit(name: str, out: Path | None, options: _Options) -> None:
    """Run a study of any kind here, give it to a cluster, or describe it."""
    from platingx.config.study import load_study
    from platingx.config.study_parameters import ParameterStudy

    file = load_study(name)
    of_slurm = {"--on": options.on is Where.SLURM, "--profile": options.profile is not None}
    if not isinstance(file.study, ParameterStudy):
        from platingx.cli.commands.report import compare

        _refuse(of_slurm, "a study that compares meshes runs here")
        if options.dry_run:
            _describe_comparison(file.path, out, options)
        else:
            compare(file.path, out, options.resources, options.retry)
        return
    from platingx.studies.local_run import still_to_run
    from platingx.studies.points import expand
    from platingx.studies.pool import usable_cores

    plan = expand(file, file.study)
    folder = absolute_path(out if out is not None else Path("runs") / file.study.name)
    left = still_to_run(plan, folder, options.retry)
    resources = options.resources
    if options.on is Where.SLURM:
        given = {"--jobs": resources.jobs is not None, "--ranks": resources.ranks != 1}
        _refuse(given, "on Slurm the profile says this")
        if options.dry_run:
            sentence, workers, ranks = asked_of_slurm(len(left.tasks), options.profile)
            _describe(plan, left, folder, workers, ranks, sentence)
        else:
            submit_study(plan, folder, left, options.profile)
        return
    _refuse({"--profile": options.profile is not None}, "a profile is for --on slurm")
    if options.dry_run:
        _describe(plan, left, folder, resources.workers(usable_cores()), resources.ranks)
    else:
        _run(plan, left, folder, resources)


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


def _describe(plan: Plan, left: Left, folder: Path, workers: int, ranks: int, jobs: str = "") -> None:
    """Print the points by what tells them apart, the cost of those that are left, and the jobs that are asked for."""
    from platingx.cli.study_display import duration
    from platingx.studies.cost import estimate

    done = {point.number: outcome for point, outcome in left.kept}
    base = os.path.normpath(plan.file.case_files[0])
    say(f"{plan.study.name}: {counted(len(plan.points), 'point')} of {base} in {folder}")
    for point in plan.points[:LONGEST_LIST]:
        follows = [f"{key} = {value}" for key, value, _ in point.values if key in plan.study.derived]
        note = f"  ({done[point.number]} before, kept)" if point.number in done else ""
        say(f"    {point.number}: {', '.join((point.label, *follows))}{note}")
    if len(plan.points) > LONGEST_LIST:
        say(f"    ... and {len(plan.points) - LONGEST_LIST} more")
    if not left.tasks:
        say("nothing is left to run")
        return
    cost = estimate(plan, left.tasks)
    if plan.refined:
        say(f"each on three meshes: {', '.join(f'{run.mesh:g}' for run in plan.on_meshes(1))} times as fine")
    if plan.alike:
        say(f"{counted(plan.alike, 'point')} with the numbers of another one, whose run serves both")
    together = f", {workers} at a time" if workers > 1 else ""
    say(
        f"to run: {counted(len(left.tasks), 'run')}{together} on {counted(ranks, 'rank')} each",
        *([jobs] if jobs else []),
        f"estimated: {duration(cost.wall(workers))}, {cost.disk} on disk ({cost.source})",
    )


def _describe_comparison(path: Path, out: Path | None, options: _Options) -> None:
    """Print the runs of cases on three meshes that are left, and what they will cost."""
    from platingx.cli.study_display import duration
    from platingx.studies.cost import estimate_runs
    from platingx.studies.mesh_convergence import plan_comparison
    from platingx.studies.pool import usable_cores

    workers = options.resources.workers(usable_cores())
    comparison = plan_comparison(path, out)
    left = comparison.left(options.retry)
    say(f"{counted(len(comparison.cases), 'case')} on three meshes, once with half the steps, in {comparison.folder}")
    if not left:
        say("nothing is left to run")
        return
    say(*(f"    {label}" for label, *_ in left))
    cost = estimate_runs([(case, finer, more) for _, case, finer, more in left])
    say(
        f"to run: {counted(len(left), 'run')}, {workers} at a time on {counted(options.resources.ranks, 'rank')} each",
        f"estimated: {duration(cost.wall(workers))}, {cost.disk} on disk ({cost.source})",
    )


def _run(plan: Plan, left: Left, folder: Path, resources: Resources) -> None:
    """Run what is left here, and show the results."""
    from platingx.cli.study_display import watching
    from platingx.studies.local_run import run_parameters
    from platingx.studies.slurm.control import refuse_queued

    refuse_queued(folder)
    if left.kept:
        say(f"{len(left.kept)} of {len(plan.points) + len(plan.refined)} runs are done, kept")
    labels = {point.number: point.label for point in (*plan.points, *plan.refined)}
    with watching(labels, len(left.tasks)) as watcher:
        rows = run_parameters(plan, folder, left, resources, watcher)
    show_results(plan, rows, folder)
