"""``platingx doctor``: what this machine has, and what is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from platingx import __version__
from platingx.cli.terminal import mpi_size, say
from platingx.errors import CaseError, InputError

__all__ = ["doctor"]


def doctor() -> None:
    """Say what this machine has and what is missing: environment, MPI, BLAS, compiler, disk, Slurm.

    Ends with 1 if runs cannot work here. Example: platingx doctor
    """
    if mpi_size() > 1:
        raise CaseError(InputError("doctor starts ranks itself", hint="platingx doctor, without mpirun or -n"))
    from platingx.run.doctor import DOUBTFUL, MISSING, examine

    say(f"platingx {__version__}")
    states = []
    for finding in examine(Path.cwd()):
        say(f"{finding.state:>9}  {finding.topic}: {finding.text}")
        if finding.remedy:
            say(f"{'':>9}  try: {finding.remedy}")
        sys.stdout.flush()
        states.append(finding.state)
    if MISSING in states:
        say("Runs do not work here; what is missing stands above.")
        raise typer.Exit(1)
    doubts = states.count(DOUBTFUL)
    say(
        f"Runs work here; {doubts} thing{'s' if doubts > 1 else ''} above may be slow or fail."
        if doubts
        else "All that runs need is here."
    )
