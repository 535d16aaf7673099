"""``platingx verify``: run problems with known answers and write the verification book."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platingx.cli.terminal import console, mpi_size, say
from platingx.errors import CaseError, InputError, VerificationError
from platingx.paths import user_path

__all__ = ["verify"]


def verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Problems, by name or its beginning; all if none."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", parser=user_path, metavar="DIR", help="Folder of the book.")] = Path(
        "verification"
    ),
    coarse: Annotated[bool, typer.Option("--coarse", help="Coarse meshes, few steps, as the tests run them.")] = False,
    only_list: Annotated[bool, typer.Option("--list", help="List the problems and end.")] = False,
) -> None:
    """Run problems with known answers and write a page for each: equations, figures, numbers, deviations.

    Pages of problems that are not run stay as they are. Problems of contact and of the phase field run on
    several ranks as well. Exit code 6
    says that a problem failed or deviates.
    """
    from platingx.verification.registry import PROBLEMS, find

    problems = find(names or ())
    if only_list:
        from rich.table import Table

        table = Table("name", "what", "part", "minutes")
        for problem in problems:
            table.add_row(problem.name, problem.title, problem.part, f"{problem.minutes:g}")
        console().print(table)
        return
    alone = [problem.name for problem in problems if problem.on_ranks is None]
    if mpi_size() > 1 and alone:
        able = ", ".join(problem.name for problem in PROBLEMS if problem.on_ranks is not None)
        raise CaseError(
            InputError(
                f"these problems run in one process only: {', '.join(alone)}",
                valid=f"on several ranks: {able}" if able else "",
                hint="platingx verify, without mpirun or -n",
            )
        )
    from mpi4py import MPI

    from platingx.verification.book import write_book

    records = write_book(problems, out, "coarse" if coarse else "full", say, PROBLEMS, MPI.COMM_WORLD)
    if not records:
        say(f"nothing was run and nothing written: {'; '.join(dict.fromkeys(each.missing() for each in problems))}")
        return
    say(f"wrote {out / 'README.md'}")
    wrong = [record for record in records if not record.passed]
    if wrong:
        lines = (f"    {record.name}: {record.verdict}" for record in wrong)
        raise VerificationError("\n".join([f"{len(wrong)} of {len(records)} problems are not as expected:", *lines]))
