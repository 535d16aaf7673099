"""``platingx study ... --on slurm`` and ``platingx study status | collect | cancel``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from platingx.cli.commands.study_results import show_results
from platingx.cli.terminal import counted, say
from platingx.errors import CaseError, InputError
from platingx.paths import absolute_path, user_path

if TYPE_CHECKING:
    from platingx.config.slurm_profile import SlurmProfile
    from platingx.studies.local_run import Left
    from platingx.studies.points import Plan
    from platingx.studies.slurm.standing import Standing

__all__ = ["ACTIONS", "act", "asked_of_slurm", "submit_study"]

_ORDER = ("completed", "failed", "running", "interrupted", "waiting")
_LONGEST_LIST = 20


def submit_study(plan: Plan, folder: Path, left: Left, profile: Path | None) -> None:
    """Submit what is left of a study, and say how to follow it.

    Raises
    ------
    CaseError
        If there is no profile, no Slurm, or it refuses.
    """
    from platingx.studies.slurm.queue import needs_slurm
    from platingx.studies.slurm.submit import needs_submitit

    chosen = _profile(profile)
    needs_slurm()
    needs_submitit()
    from platingx.studies.slurm.control import submit_left

    if left.kept:
        say(f"{len(left.kept)} of {len(plan.points) + len(plan.refined)} runs are done, kept")
    given = submit_left(plan, folder, left, chosen)
    if given.queued:
        say(f"{given.queued} runs are in the queue already")
    if given.points:
        jobs = -(-given.points // chosen.points_per_job)
        say(f"submitted {given.points} runs in {jobs} jobs: {', '.join(given.numbers)}")
    say(f"next: platingx study status {folder}", f"      platingx study collect {folder}")


def _profile(path: Path | None) -> SlurmProfile:
    """Read what jobs ask for."""
    from platingx.config.slurm_profile import load_profile

    if path is None:
        raise CaseError(InputError("jobs need a time limit", hint="--profile PROFILE.yaml with at least time: 2 h"))
    return load_profile(path)


def asked_of_slurm(points: int, profile: Path | None) -> tuple[str, int, int]:
    """Say what would be submitted; neither Slurm nor submitit need be here.

    Parameters
    ----------
    points
        Runs that are left.
    profile
        File with what jobs ask for.

    Returns
    -------
    str, int, int
        The sentence, runs at a time, and MPI ranks of each.

    Raises
    ------
    CaseError
        If there is no profile, or it is wrong.
    """
    chosen = _profile(profile)
    jobs = -(-points // chosen.points_per_job)
    together = min(jobs, chosen.jobs_at_a_time)
    of = ", ".join(f"{name} {value}" for name in ("account", "partition", "memory") if (value := getattr(chosen, name)))
    each = f"{counted(chosen.ranks, 'core')} of one node and {chosen.minutes} min each{f', {of}' if of else ''}"
    runs = f"up to {counted(chosen.points_per_job, 'run')} in each"
    sentence = f"on Slurm: {counted(jobs, 'job')}, {together} at a time, {runs}; {each}"
    return sentence, together, chosen.ranks


def _status(folder: Path) -> None:
    """Say how the submitted points of a study stand."""
    from platingx.studies.slurm.record import Record
    from platingx.studies.slurm.standing import standings

    record = Record.read(folder)
    found = standings(record, folder)
    say(f"{record.study} in {folder}: {len(found)} runs submitted")
    _say_counts(found)
    told = [(record.points[key], standing) for key, standing in found.items() if standing.status != "completed"]
    for point, standing in sorted(told, key=lambda pair: abs(pair[0].number))[:_LONGEST_LIST]:
        reason = f": {standing.reason.splitlines()[0]}" if standing.reason else ""
        say(f"    point {point.number}, {point.label}: {standing.status}{reason}")
    if len(told) > _LONGEST_LIST:
        say(f"    ... and {len(told) - _LONGEST_LIST} more")
    if any(not standing.queued and standing.status in ("waiting", "interrupted") for standing in found.values()):
        say(f"next: platingx study {record.study} --on slurm --profile PROFILE, which goes on")


def _say_counts(found: dict[str, Standing]) -> None:
    counts = Counter(standing.status for standing in found.values())
    say("    " + ", ".join(f"{counts[status]} {status}" for status in _ORDER if counts[status]))


def _collect(folder: Path) -> None:
    """Write the table and figures of a study from what there is, and say what is missing."""
    from platingx.studies.slurm.control import collect

    plan, rows, found = collect(folder)
    _say_counts(found)
    show_results(plan, rows, folder)


def _cancel(folder: Path) -> None:
    """Take a study out of the queue."""
    from platingx.studies.slurm.control import cancel_study
    from platingx.studies.slurm.record import Record

    Record.read(folder)  # before anything is said of its points
    say("points that run save their state after the step")
    jobs = cancel_study(folder, _PATIENCE)
    say(f"cancelled {jobs} jobs; what is done and saved is kept", "next: the command that submitted the study goes on")


_PATIENCE = 120.0
"""How long points may take to save when a study is cancelled, s."""

_OF_FOLDER: dict[str, Callable[[Path], None]] = {"status": _status, "collect": _collect, "cancel": _cancel}

ACTIONS = tuple(_OF_FOLDER)
"""First words of a command line that is about the folder of a submitted study."""


def act(words: list[str]) -> None:
    """Do what the first word says to the folder that the second one names.

    Raises
    ------
    typer.BadParameter
        If there is not exactly one folder.
    """
    action, *folders = words
    if len(folders) != 1:
        raise typer.BadParameter(f"one folder of a study: platingx study {action} FOLDER", param_hint=action)
    _OF_FOLDER[action](absolute_path(user_path(folders[0])))
