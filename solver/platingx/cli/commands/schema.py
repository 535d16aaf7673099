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
    of_tubule: Annotated[bool, typer.Option("--tubule", help="That of cases of kind tubule.")] = False,
) -> None:
    """Print the JSON schema of a case, a study or a calibration; editors complete and check files with it."""
    from platingx.config.schema import calibration_schema_text, schema_text, study_schema_text, tubule_schema_text

    if of_study + of_calibration + of_tubule > 1:
        raise typer.BadParameter("one schema at a time", param_hint="--calibration" if of_calibration else "--tubule")
    chosen = (
        (of_study, study_schema_text),
        (of_calibration, calibration_schema_text),
        (of_tubule, tubule_schema_text),
        (True, schema_text),
    )
    text = next(make for wanted, make in chosen if wanted)()
    if out is None:
        say(text.rstrip("\n"))
        return
    if mpi_rank() == 0:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise OutputError(f"the schema cannot be written to {out}: {error.strerror or error}") from error
    say(f"wrote {out}")
