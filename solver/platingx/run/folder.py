"""The run folder: what belongs to a run in it, and clearing it for a new one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from platingx.errors import OutputError

FILES = (
    "profile.json",
    "checkpoint",
    "summary.json",
    "figures",
    "fields.bp",
    "fields.parts.json",
    "history.csv",
    "mesh.new.msh",
    "mesh.msh",
    "run.log",
    "case.resolved.yaml",
    "manifest.json",
)
"""In the order of removal: what is left by a crash on the way is still known as a run of its case."""
MARKS = ("case.resolved.yaml", "manifest.json")
"""Every run writes them first and removal takes them last; a folder with neither has never held a run."""


def files_of_run(folder: Path) -> list[str]:
    """Names of the files and folders of a run that are in a folder."""
    parts = sorted(path.name for path in folder.glob("fields.*.bp"))
    return parts + [name for name in FILES if (folder / name).exists()]


def reopen_folder(folder: Path, resolved: str) -> None:
    """Make the folder of a run ready to go on: no summary or profile, and the case as it is now.

    Parameters
    ----------
    folder
        The run folder.
    resolved
        Content of case.resolved.yaml; the settings in it may have changed.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    try:
        for name in ("summary.json", "profile.json"):
            (folder / name).unlink(missing_ok=True)
        fresh = folder / ".case.resolved.yaml.new"
        fresh.write_text(resolved, encoding="utf-8")
        fresh.replace(folder / "case.resolved.yaml")
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror or error}") from error


def prepare_folder(folder: Path, resolved: str, force: bool) -> None:
    """Create the run folder; an older run in it is only replaced when asked for.

    Parameters
    ----------
    folder
        The run folder.
    resolved
        Content of case.resolved.yaml.
    force
        Remove an older run; files of that name in a folder that was never a run stay.

    Raises
    ------
    OutputError
        If the folder holds a run already or files that look like one, is not a folder or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        old = files_of_run(folder)
        if old and not any((folder / name).is_file() for name in MARKS):
            raise OutputError(
                f"{folder} has {', '.join(old)}, but neither {' nor '.join(MARKS)}: it is not the folder of a run, and "
                "--force deletes nothing there; choose another --out, or remove these yourself"
            )
        if old and not force:
            raise OutputError(
                f"{folder} already holds a run ({', '.join(old)}); choose another --out, or --force, "
                "or go on with it: --resume"
            )
        for name in old:
            target = folder / name
            shutil.rmtree(target) if target.is_dir() else target.unlink()
        (folder / "case.resolved.yaml").write_text(resolved, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror or error}") from error
    if not os.access(folder, os.W_OK):
        raise OutputError(f"cannot write to {folder}: no permission")
