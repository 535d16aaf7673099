"""``platingx schema``: the JSON schemas of the files that users write, for editors."""

from __future__ import annotations

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
    of_tubule: Annotated[bool, typer.Option("--tubule", help="That of cases of kind tubule.")] = False,
    of_profile: Annotated[bool, typer.Option("--profile", help="That of profiles of clusters.")] = False,
) -> None:
    """Print the JSON schema of a case, or of another kind of file; editors complete and check files with it."""
    from platingx.config import schema as texts

    kinds = {
        "--study": (of_study, texts.study_schema_text),
        "--calibration": (of_calibration, texts.calibration_schema_text),
        "--tubule": (of_tubule, texts.tubule_schema_text),
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
