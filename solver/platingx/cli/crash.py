"""How a command ends with an error: one message, a traceback only for errors of the program, and no hanging ranks."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from platingx import __version__
from platingx.cli.terminal import mpi_rank, mpi_size, say_error
from platingx.errors import PlatingxError, SingleRankError

__all__ = ["report_crash", "report_error"]

CRASHED = 1


def report_crash(error: Exception, arguments: Sequence[str]) -> int:
    """Report an unexpected error, and end the other ranks if there are any.

    Parameters
    ----------
    error : Exception
        The error.
    arguments : sequence of str
        The command line; with ``-v`` in it the traceback is printed too.

    Returns
    -------
    int
        The exit code.
    """
    trace = "".join(traceback.format_exception(error))
    place = _save(trace, arguments)
    lines = [
        f"platingx: an error of the program: {type(error).__name__}: {error}".splitlines()[0],
        f"    This is a bug. Please report it with {place or 'the output of the same command with -v'}",
    ]
    if "-v" in arguments or "--verbose" in arguments or place is None:
        lines.append(trace)
    if mpi_size() > 1:
        lines[0] = f"{lines[0]} (rank {mpi_rank()})"
    print("\n".join(lines), file=sys.stderr, flush=True)
    _end_other_ranks(CRASHED)
    return CRASHED


def report_error(error: PlatingxError) -> int:
    """Report an error of all ranks once; end all ranks if it is that of one rank alone.

    Parameters
    ----------
    error : PlatingxError
        The error of this rank.

    Returns
    -------
    int
        The exit code.
    """
    if mpi_size() > 1 and "mpi4py.MPI" in sys.modules and not isinstance(error, SingleRankError):
        from mpi4py import MPI

        from platingx.parallel import raised_everywhere

        if not raised_everywhere(MPI.COMM_WORLD):
            error = SingleRankError(MPI.COMM_WORLD.rank, error)
    if isinstance(error, SingleRankError):
        print(f"platingx: {error}", file=sys.stderr, flush=True)
        _end_other_ranks(error.exit_code)
    say_error(f"platingx: {error}")
    return error.exit_code


def _save(trace: str, arguments: Sequence[str]) -> Path | None:
    """Write the traceback to the working folder, or to the folder of temporary files."""
    name = f"platingx-error-{os.getpid()}.log"
    text = f"platingx {__version__}, Python {sys.version.split()[0]}\nplatingx {' '.join(arguments)}\n\n{trace}"
    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        try:
            (folder / name).write_text(text, encoding="utf-8")
        except OSError:
            continue
        return folder / name
    return None


_FORWARDING = 1.0
"""Seconds that mpirun is given to pass on the message of a rank before all are ended: it drops what comes later."""


def _end_other_ranks(code: int) -> None:
    """End every rank with an exit code: the others may wait for this one for ever."""
    module = sys.modules.get("mpi4py.MPI")
    if module is not None and mpi_size() > 1 and module.Is_initialized() and not module.Is_finalized():
        time.sleep(_FORWARDING)
        module.COMM_WORLD.Abort(code)
