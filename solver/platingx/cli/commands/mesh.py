"""``platingx mesh``: only the mesh of a case, with a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platingx.cli.commands.options import CaseFile, Overrides, split_overrides
from platingx.cli.terminal import mpi_rank, say
from platingx.paths import user_path

__all__ = ["mesh"]


def mesh(
    case_file: CaseFile,
    out: Annotated[
        Path | None,
        typer.Option("--out", parser=user_path, metavar="DIR", help="Folder to write to; NAME_mesh if left out."),
    ] = None,
    overrides: Overrides = None,
) -> None:
    """Build or read the mesh of a case and write it as .msh, XDMF and a picture."""
    from platingx.config.loader import load_case

    case = load_case(case_file, split_overrides(overrides))
    if mpi_rank() != 0:
        return
    from platingx.run.meshing import build_mesh_files

    for path in build_mesh_files(case, out if out is not None else Path(f"{case.name}_mesh")):
        say(f"wrote {path}")
