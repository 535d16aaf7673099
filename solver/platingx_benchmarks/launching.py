"""Starting a program of this package in a process of its own, or on several ranks: mpirun, or srun in a Slurm job."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence

from platingx.errors import CaseError, InputError
from platingx_benchmarks.machine import usable_cores

__all__ = ["alone", "on_ranks", "rank_command"]

MORE_THAN_CORES = {"OMPI_MCA_rmaps_base_oversubscribe": "1", "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe"}
"""Let Open MPI 4 and 5 start two ranks on one core; other MPI libraries do so anyway."""
YIELDING = {"OMPI_MCA_mpi_yield_when_idle": "1"}
STARTED_BY_MPI = ("OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE", "MV2_COMM_WORLD_SIZE")
"""One of these is set in a process that mpirun or srun has started as a rank."""
_OF_THE_RANK = ("OMPI_COMM_WORLD_", "OMPI_UNIVERSE_", "PMIX_", "PMI_", "PRTE_LAUNCHED", "MV2_COMM_", "PMI2_")


def alone(arguments: Sequence[str], limit: float | None = None) -> tuple[int, str]:
    """Run ``platingx`` with some arguments as a process of its own, which is no rank even if this one is.

    Parameters
    ----------
    arguments
        Of the command.
    limit
        Wall time in s after which it is asked to stop (SIGTERM), or None.

    Returns
    -------
    code, complaints
        Exit code, and what it wrote to standard error.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_OF_THE_RANK)}
    command = [sys.executable, "-m", "platingx", *arguments]
    with tempfile.TemporaryFile("w+") as complaints:
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=complaints, env=environment) as process:
            try:
                process.wait(limit)
            except subprocess.TimeoutExpired:
                process.terminate()
        complaints.seek(0)
        return process.returncode, complaints.read()


def rank_command(environment: Mapping[str, str], ranks: int | None, cores: int) -> list[str]:
    """Command that starts ranks from a single process.

    Parameters
    ----------
    environment
        Variables of this process.
    ranks
        How many; None for those of the Slurm job, or one for each core.
    cores
        Cores that this process may use.

    Raises
    ------
    CaseError
        If this process is a rank itself, if there is nothing to start ranks with, or nothing to scale over.
    """
    if any(name in environment for name in STARTED_BY_MPI):
        raise CaseError(
            InputError(
                "this process is the only rank of an mpirun or srun, within which no other can be started",
                hint="leave mpirun out, or give it all ranks: mpirun -n 4 platingx bench ranks",
            )
        )
    tasks = environment.get("SLURM_NTASKS", "")
    by_slurm = "SLURM_JOB_ID" in environment and shutil.which("srun", path=environment.get("PATH"))
    number = ranks or (int(tasks) if by_slurm and tasks.isdigit() else cores)
    if number < 2:
        raise CaseError(
            InputError("there is one core or task only, so that there is nothing to scale over", hint="give --ranks 2")
        )
    program = by_slurm or shutil.which("mpirun", path=environment.get("PATH"))
    if not program:
        raise CaseError(
            InputError("there is no mpirun on the path", hint="start the benchmark under the MPI of this machine")
        )
    return [program, "-n", str(number)]


def on_ranks(
    ranks: int | None, arguments: Sequence[str], say: Callable[[str], None], patient: bool = False
) -> tuple[int, str]:
    """Run ``platingx`` with some arguments on several ranks; its exit code, and what it complained about.

    Parameters
    ----------
    ranks
        How many, or None.
    arguments
        Of the command.
    say
        Told the indented lines that it prints, while it prints them.
    patient
        Ranks that wait leave their core to others, for trials on a busy machine.

    Raises
    ------
    CaseError
        As :func:`rank_command`.
    """
    command = rank_command(os.environ, ranks, usable_cores())
    command += [sys.executable, "-m", "mpi4py", "-m", "platingx", *arguments]
    say(f"    {' '.join(command)}")
    # Two mpirun of one process number, as in containers, would share their folder of sessions.
    with tempfile.TemporaryDirectory(prefix="px") as sessions, tempfile.TemporaryFile("w+") as complaints:
        environment = os.environ | MORE_THAN_CORES | {"PYTHONUNBUFFERED": "1"}
        if patient:
            environment |= YIELDING
        if "SLURM_JOB_ID" not in environment:
            environment |= {"TMPDIR": sessions}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=complaints, text=True, env=environment
        ) as process:
            for line in process.stdout or ():
                if line.startswith("    "):
                    say(line.rstrip())
        complaints.seek(0)
        return process.returncode, complaints.read()
