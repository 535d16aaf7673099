"""``platingx init``: copy the shipped cases to start from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from platingx.cli.terminal import mpi_rank, say
from platingx.errors import OutputError
from platingx.paths import user_path

__all__ = ["init"]


def init(
    folder: Annotated[
        Path, typer.Argument(parser=user_path, metavar="DIR", help="Folder to copy to; made if it is not there.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that differ.")] = False,
) -> None:
    """Copy the shipped cases and their JSON schema into a folder."""
    if mpi_rank() == 0:
        copied = _copy(folder, force)
        files = [path.name for path in copied if path.suffix == ".yaml"]
        studies, fits = (sum(name.endswith(kind) for name in files) for kind in (".study.yaml", ".calibration.yaml"))
        say(
            f"{len(files) - studies - fits} cases, {studies} studies and {fits} calibrations in {folder}",
            f"next: platingx run {folder / 'eruption.yaml'}",
        )


def _copy(folder: Path, force: bool) -> list[Path]:
    """Copy all files, or none if one of them would be lost.

    Raises
    ------
    OutputError
        If a file is in the way, or the folder cannot be written.
    """
    from platingx.run.shipped import shipped_cases_folder

    source = shipped_cases_folder()
    files = [path.relative_to(source) for path in sorted(source.rglob("*")) if path.is_file()]
    try:
        changed = [name for name in files if (folder / name).exists() and not _same(source / name, folder / name)]
        if changed and not force:
            names = ", ".join(map(str, changed))
            raise OutputError(
                f"{folder} has other files of these names: {names}\n    try:   another folder, or --force"
            )
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, folder / name)
    except OSError as error:
        raise OutputError(f"the cases cannot be copied to {folder}: {error.strerror or error}") from error
    return files


def _same(first: Path, second: Path) -> bool:
    return second.is_file() and first.read_bytes() == second.read_bytes()
