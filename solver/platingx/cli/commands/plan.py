"""``platingx plan``: what a large run will need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platingx.cli.commands.options import CaseFile, Overrides, split_overrides
from platingx.cli.terminal import mpi_rank, say
from platingx.paths import user_path

__all__ = ["plan"]

_BYTES = {"B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30}


def plan(
    case_file: CaseFile,
    unknowns: Annotated[float, typer.Option(min=1e3, max=1e12, help="Displacement unknowns of the planned run.")] = 1e8,
    ranks: Annotated[int, typer.Option(min=1, max=10_000_000, help="Number of MPI ranks.")] = 1024,
    memory_per_rank: Annotated[str, typer.Option(metavar="SIZE", help="Memory for each rank.")] = "4 GB",
    integers: Annotated[int, typer.Option(help="Bits of an integer in the PETSc to be used: 32 or 64.")] = 32,
    rates: Annotated[
        Path | None,
        typer.Option(
            parser=user_path,
            metavar="RUN",
            help="Take the rates from a run with --profile and solver.preset=iterative.",
        ),
    ] = None,
    overrides: Overrides = None,
) -> None:
    """Tell memory, communication, files and time of a large 3D run of a case, and what would break first."""
    if integers not in (32, 64):
        raise typer.BadParameter("PETSc has integers of 32 or 64 bits", param_hint="--integers")
    size = _bytes(memory_per_rank)
    if mpi_rank() != 0:
        return
    from platingx.config.loader import load_case
    from platingx.run.planning import Machine, make_plan, markdown, rates_of_run

    case = load_case(case_file, split_overrides(overrides))
    measured = None if rates is None else rates_of_run(rates)
    say(markdown(make_plan(case, unknowns, Machine(ranks, size, integers // 8), measured)))


def _bytes(text: str) -> float:
    """Read a size such as ``4 GB``.

    Raises
    ------
    typer.BadParameter
        If it is none.
    """
    number = text.rstrip("BGKMik ")
    try:
        size = float(number) * _BYTES[text[len(number) :].strip()]
    except (ValueError, KeyError):
        size = 0.0
    if not 0.0 < size < float("inf"):
        raise typer.BadParameter(
            f"'{text}' is no size such as 4GB; units: {', '.join(_BYTES)}", param_hint="--memory-per-rank"
        )
    return size
