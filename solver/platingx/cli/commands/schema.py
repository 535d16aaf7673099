"""``platingx schema``: the JSON schemas of the files that users write, for editors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from platingx.cli.terminal import mpi_rank, say
from platingx.errors import OutputError
from platingx.paths import user_path

__all__ = ["schema"]


def schema(
    out: Annotated[
        Path | None, typer.Option("--out", parser=user_path, metavar="FILE", help="Write it to a file.")
    ] = None,
    of_study: Annotated[bool, typer.Option("--study", help="That of study files.")] = False,
    of_calibration: Annotated[bool, typer.Option("--calibration", help="That of calibration files.")] = False,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="KIND", help="That of cases of a kind without a mesh, such as tubule."),
    ] = None,
    of_profile: Annotated[bool, typer.Option("--profile", help="That of profiles of clusters.")] = False,
) -> None:
    """Print the JSON schema of a case, or of another kind of file; editors complete and check files with it."""
    from platingx.config import schema as texts

    kinds: dict[str, tuple[bool, Callable[[], str]]] = {
        "--study": (of_study, texts.study_schema_text),
        "--calibration": (of_calibration, texts.calibration_schema_text),
        "--kind": (kind is not None, partial(texts.kind_schema_text, kind or "")),
        "--profile": (of_profile, texts.profile_schema_text),
    }
    wanted = [name for name, (given, _) in kinds.items() if given]
    if len(wanted) > 1:
        raise typer.BadParameter("one schema at a time", param_hint=wanted[-1])
    text = kinds[wanted[0]][1]() if wanted else texts.schema_text()
    if out is None:
        say(text.rstrip("\n"))
        return
    if mpi_rank() == 0:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise OutputError(f"the schema cannot be written to {out}: {error.strerror or error}") from error
    say(f"wrote {out}")
