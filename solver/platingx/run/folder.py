"""The run folder: what belongs to a run in it, and clearing it for a new one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from platingx.config.resolved import CURRENT_FILE, DIRECTION_FILE, MESH_COPY, RESOLVED_CASE
from platingx.errors import OutputError
from platingx.post.file_names import INTERFACE_TABLE, REPORT

VTK_FILES = {"vtkhdf": "fields.vtkhdf", "vtu": "vtu"}
"""File or folder of the fields for VTK, by format."""
TUBULE_TABLES = ("design_sums.csv", "wall_conductivity.csv", "creep_map.csv", "capacity_map.csv")
"""Tables beside the history of a tubule."""
STRIP_CELL_TABLES = ("profiles.csv",)
"""Those of a stripping cell."""
FILES = (
    "profile.json",
    REPORT,
    *VTK_FILES.values(),
    "checkpoint",
    "summary.json",
    "crack_checkpoint.json",
    "crack_growth.csv",
    "crack_growth.json",
    "flaws.json",
    "flaws.csv",
    "figures",
    "fields.bp",
    "fields.parts.json",
    INTERFACE_TABLE,
    *TUBULE_TABLES,
    *STRIP_CELL_TABLES,
    "front.csv",
    "lammps",
    "history.csv",
    "mesh.new.msh",
    MESH_COPY,
    "run.log",
    CURRENT_FILE,
    DIRECTION_FILE,
    RESOLVED_CASE,
    "manifest.json",
)
"""In the order of removal: what is left by a crash on the way is still known as a run of its case."""
MARKS = (RESOLVED_CASE, "manifest.json")
"""Every run writes them first and removal takes them last; a folder with neither has never held a run."""


def files_of_run(folder: Path) -> list[str]:
    """Names of the files and folders of a run that are in a folder."""
    parts = sorted(path.name for path in folder.glob("fields.*.bp"))
    return parts + [name for name in FILES if (folder / name).exists()]


def write_case(folder: Path, files: Mapping[str, str]) -> None:
    """Write the case of a run so that each file is the old or the new one, the case itself last. Rank 0 only.

    Parameters
    ----------
    folder
        The run folder.
    files
        Text of case.resolved.yaml and of the files that it names.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    try:
        for name, text in sorted(files.items(), key=lambda file: file[0] == RESOLVED_CASE):
            fresh = folder / f".{name}.new"
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(folder / name)
        for name in {CURRENT_FILE, DIRECTION_FILE} - set(files):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror or error}") from error


def reopen_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Make the folder of a run ready to go on: no summary, profile or report, and the case as it is now.

    Parameters
    ----------
    folder
        The run folder.
    files
        As in :func:`write_case`; the settings in it may have changed.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    try:
        for name in ("summary.json", "profile.json", REPORT):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror or error}") from error
    write_case(folder, files)


def prepare_folder(folder: Path, files: Mapping[str, str], force: bool, needed: Path | None = None) -> None:
    """Create the run folder; an older run in it is only replaced when asked for.

    Parameters
    ----------
    folder
        The run folder.
    files
        As in :func:`write_case`.
    force
        Remove an older run; files of that name in a folder that was never a run stay.
    needed
        A file that the new run will read; no run that contains it is removed.

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
        if needed is not None and needed.resolve() in [(folder / name).resolve() for name in old]:
            raise OutputError(
                f"{needed} is needed by this case and would be removed with the run in {folder}: "
                "choose another --out, or copy the file first"
            )
        for name in old:
            target = folder / name
            shutil.rmtree(target) if target.is_dir() else target.unlink()
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror or error}") from error
    if not os.access(folder, os.W_OK):
        raise OutputError(f"cannot write to {folder}: no permission")
    write_case(folder, files)
