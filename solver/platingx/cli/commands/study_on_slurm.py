"""``platingx study ... --on slurm`` and ``platingx study status | collect | cancel``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from platingx.cli.commands.study_results import show_results
from platingx.cli.terminal import say
from platingx.errors import CaseError, InputError
from platingx.paths import absolute_path, user_path

if TYPE_CHECKING:
    from platingx.studies.local_run import Left
    from platingx.studies.points import Plan
    from platingx.studies.slurm.standing import Standing

__all__ = ["ACTIONS", "act", "submit_study"]

_ORDER = ("completed", "failed", "running", "interrupted", "waiting")
_LONGEST_LIST = 20


def submit_study(plan: Plan, folder: Path, left: Left, profile: Path | None) -> None:
    """Submit what is left of a study, and say how to follow it.

    Raises
    ------
    CaseError
        If there is no profile, no Slurm, or it refuses.
    """
    from platingx.config.slurm_profile import load_profile
    from platingx.studies.slurm.queue import needs_slurm
    from platingx.studies.slurm.submit import needs_submitit

    if profile is None:
        raise CaseError(InputError("jobs need a time limit", hint="--profile PROFILE.yaml with at least time: 2 h"))
    chosen = load_profile(profile)
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
