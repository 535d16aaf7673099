"""Time by phase of a run over all ranks, for profile.json; compilation is a phase of its own."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numba
from mpi4py import MPI

from platingx.errors import ConvergenceError, InterruptedRunError
from platingx.parallel import on_rank_0
from platingx.profiling import Profile, Spent
from platingx.run.provenance import write_json

__all__ = ["profile_content", "recorded", "watch_compiler"]

COMPILE = "compile"


class _CompilerWatch(numba.core.event.Listener):  # type: ignore[misc]
    """Makes compiling kernels, or reading them from the cache, a phase of a profile."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def on_start(self, event: Any) -> None:  # noqa: ARG002
        """Compiling starts."""
        self._profile.enter(COMPILE)

    def on_end(self, event: Any) -> None:  # noqa: ARG002
        """Compiling ends."""
        self._profile.leave()


@contextmanager
def watch_compiler(profile: Profile) -> Iterator[None]:
    """Count the time of the compiler, the reading of its cache included, as a phase."""
    with numba.core.event.install_listener("numba:compiler_lock", _CompilerWatch(profile)):
        yield


@contextmanager
def recorded(profile: Profile | None, path: Path, comm: MPI.Intracomm) -> Iterator[None]:
    """Collect the times of a block and leave them in a file, also when all ranks end with the same error. Collective.

    Parameters
    ----------
    profile
        Where to collect; nothing happens without one.
    path
        The file.
    comm
        Communicator.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    if profile is None:
        yield
        return
    try:
        with profile.active(), watch_compiler(profile):
            yield
    except (ConvergenceError, InterruptedRunError):
        _write(profile, path, comm)
        raise
    _write(profile, path, comm)


def _write(profile: Profile, path: Path, comm: MPI.Intracomm) -> None:
    content = profile_content(profile, comm)
    on_rank_0(comm, lambda: write_json(path, content))


def profile_content(profile: Profile, comm: MPI.Intracomm) -> dict[str, Any]:
    """Gather a profile over all ranks. Collective.

    Returns
    -------
    dict
        Ranks; wall time (largest) and processor time (sum) of the whole in s; memory high-water of the largest rank
        in bytes; by phase the mean and the largest wall and processor time of the ranks in s, and calls on
        rank 0; counts and marks (s after the start) of rank 0.
    """
    mine = (profile.spent, profile.elapsed(), peak_memory())
    ranks = comm.allgather(mine)
    names = list(dict.fromkeys(name for spent, _, _ in ranks for name in spent))
    phases = {}
    for name in names:
        times = [spent.get(name, Spent()) for spent, _, _ in ranks]
        walls, cpus = [one.wall for one in times], [one.cpu for one in times]
        phases[name] = {
            "wall_mean_s": sum(walls) / len(walls),
            "wall_max_s": max(walls),
            "cpu_mean_s": sum(cpus) / len(cpus),
            "cpu_max_s": max(cpus),
            "calls": times[0].calls,
        }
    return {
        "ranks": comm.size,
        "wall_s": max(elapsed for _, elapsed, _ in ranks),
        "cpu_s": sum(one.cpu for spent, _, _ in ranks for one in spent.values()),
        "peak_memory_bytes": max(memory for _, _, memory in ranks),
        "phases": phases,
        "counts": dict(profile.counts),
        "marks_s": dict(profile.marks),
    }


def peak_memory() -> int:
    """Largest resident memory of this process so far, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
