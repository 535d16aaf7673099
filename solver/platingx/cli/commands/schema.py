"""``platingx schema``: the JSON schema of a case, for editors."""

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
) -> None:
    """Print the JSON schema of a case, a study or a calibration; editors complete and check files with it."""
    from platingx.config.schema import calibration_schema_text, schema_text, study_schema_text

    if of_study and of_calibration:
        raise typer.BadParameter("one schema at a time", param_hint="--calibration")
    text = study_schema_text() if of_study else calibration_schema_text() if of_calibration else schema_text()
    if out is None:
        say(text.rstrip("\n"))
        return
    if mpi_rank() == 0:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise OutputError(f"the schema cannot be written to {out}: {error.strerror or error}") from error
    say(f"wrote {out}")
