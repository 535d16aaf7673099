"""What the command line prints: on rank 0 only, tables as wide as they need to be when nobody watches."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["console", "counted", "mpi_rank", "mpi_size", "say", "say_error"]

_RANK_VARIABLES = ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "MV2_COMM_WORLD_RANK")
_SIZE_VARIABLES = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE")
_WIDTH_OF_FILES = 200


def _communicator() -> Any:
    """COMM_WORLD if MPI has been started in this process; asking must not start it."""
    module = sys.modules.get("mpi4py.MPI")
    if module is None or not module.Is_initialized() or module.Is_finalized():
        return None
    return module.COMM_WORLD


def _from_environment(names: tuple[str, ...], default: int) -> int:
    values = (os.environ.get(name, "") for name in names)
    return next((int(value) for value in values if value.isdigit()), default)


def mpi_rank() -> int:
    """Give the rank of this process, 0 without MPI."""
    world = _communicator()
    return int(world.rank) if world is not None else _from_environment(_RANK_VARIABLES, 0)


def mpi_size() -> int:
    """Count the ranks, 1 without MPI."""
    world = _communicator()
    return int(world.size) if world is not None else _from_environment(_SIZE_VARIABLES, 1)


def console() -> Console:
    """Console on standard output that writes on rank 0 only."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_OF_FILES
    return Console(quiet=mpi_rank() != 0, width=width, highlight=False, soft_wrap=False)


def counted(number: int, word: str) -> str:
    """Give a number of things in words: ``1 run``, ``2 runs``."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def say(*lines: str) -> None:
    """Print lines on rank 0."""
    if mpi_rank() == 0:
        for line in lines:
            print(line)


def say_error(text: str) -> None:
    """Print to standard error on rank 0."""
    if mpi_rank() == 0:
        print(text, file=sys.stderr, flush=True)
