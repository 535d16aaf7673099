"""What to do about an error of the program itself: a short message, the traceback in a file, and no hanging ranks."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from platingx import __version__
from platingx.cli.terminal import mpi_rank, mpi_size

__all__ = ["report_crash"]

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
    _end_other_ranks()
    return CRASHED


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


def _end_other_ranks() -> None:
    """End every rank: the others may wait for this one for ever."""
    module = sys.modules.get("mpi4py.MPI")
    if module is not None and mpi_size() > 1 and module.Is_initialized() and not module.Is_finalized():
        module.COMM_WORLD.Abort(CRASHED)
