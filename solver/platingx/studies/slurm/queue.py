"""What Slurm's own commands say and do: the queue, limits, cancelling."""

from __future__ import annotations

import getpass
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from platingx.errors import CaseError, InputError, PlatingxError

__all__ = ["QueuedJob", "cancel", "comment_of", "jobs_of", "largest_array", "needs_slurm", "states_of"]

_RUNNING = {"RUNNING", "COMPLETING", "STAGE_OUT", "SIGNALING", "SUSPENDED", "STOPPED"}
_LONGEST_COMMAND = 500


@dataclass(frozen=True)
class QueuedJob:
    """A job in the queue.

    Attributes
    ----------
    name
        Its number, as ``12_3`` in an array.
    state, reason
        Words of Slurm.
    """

    name: str
    state: str
    reason: str

    @property
    def runs(self) -> bool:
        """Whether it has begun and not ended."""
        return self.state in _RUNNING


def needs_slurm() -> None:
    """Refuse to go on where there is no Slurm.

    Raises
    ------
    CaseError
        If there is no sbatch on the path.
    """
    if shutil.which("sbatch") is None:
        raise CaseError(
            InputError(
                "there is no sbatch on the path",
                hint="a login node of a cluster with Slurm; platingx study FILE without --on runs the study here",
            )
        )


def comment_of(folder: Path) -> str:
    """Comment by which the jobs of a study are known in the queue."""
    return f"platingx study {folder}"


def jobs_of(folder: Path) -> dict[str, QueuedJob]:
    """Give the jobs of a study that are in the queue, by their names.

    Parameters
    ----------
    folder
        Folder of the study.

    Raises
    ------
    PlatingxError
        If Slurm does not answer.
    """
    text = _ask(["squeue", "--noheader", "--array", f"--user={getpass.getuser()}", "--format=%i|%T|%r|%k"])
    found: dict[str, QueuedJob] = {}
    for line in text.splitlines():
        name, state, reason, comment = line.split("|", 3)
        if comment.strip() == comment_of(folder):
            found[name] = QueuedJob(name, state, reason)
    return found


def states_of(arrays: Sequence[str]) -> dict[str, str]:
    """Last states of jobs that are no longer in the queue, as far as Slurm still knows them, by their names."""
    found: dict[str, str] = {}
    for array in arrays:
        try:
            text = _ask(["scontrol", "--oneliner", "show", "job", array])
        except PlatingxError:
            continue  # Slurm has forgotten it
        for line in text.splitlines():
            words = dict(re.findall(r"(\w+)=(\S+)", line))
            name = words.get("JobId", "")
            if "ArrayTaskId" in words:
                name = f"{words.get('ArrayJobId', array)}_{words['ArrayTaskId']}"
            found[name] = words.get("JobState", "")
    return found


def largest_array() -> int:
    """Ask how many jobs an array may have."""
    found = re.search(r"MaxArraySize\s*=\s*(\d+)", _ask(["scontrol", "show", "config"]))
    return max(1, int(found[1]) - 1) if found else 1000


def cancel(jobs: Iterable[str], sign: str | None = None, state: str | None = None) -> None:
    """Cancel jobs, or send them a signal; those that have ended meanwhile are no error.

    Parameters
    ----------
    jobs
        Their names, or numbers of arrays for all of their jobs.
    sign
        Name of the signal, such as ``USR1``; None to cancel.
    state
        Only those in this state, such as ``PENDING``.
    """
    chosen = [f"--signal={sign}"] if sign else [f"--state={state}"] if state else []
    names = list(jobs)
    for first in range(0, len(names), _LONGEST_COMMAND):
        _run(["scancel", "--quiet", *chosen, *names[first : first + _LONGEST_COMMAND]])


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=120.0, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PlatingxError(f"{command[0]} does not answer: {error}") from None


def _ask(command: Sequence[str]) -> str:
    done = _run(command)
    if done.returncode:
        raise PlatingxError(f"{' '.join(command[:4])}: {done.stderr.strip() or f'exit code {done.returncode}'}")
    return done.stdout
