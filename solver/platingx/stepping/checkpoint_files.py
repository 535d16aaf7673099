"""Folders of checkpoints that are either whole or not there: written aside, flushed to disk, then renamed.

A checkpoint is a folder ``step-00000042`` with ``index.json`` and one file of arrays for each rank that wrote it. The
index holds the size and SHA-256 of every file, so that a damaged checkpoint is recognised and the one before it used.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platingx.errors import OutputError

FORMAT = 3
"""Version of the layout; another number is refused."""

INDEX = "index.json"
_ASIDE = ".writing-"
_OLD = ".removing-"


def other_version(writer: str | None) -> str:
    """What to do with a checkpoint of another version of platingx."""
    by = f" ({writer})" if writer else ""
    return f"go on with the version that wrote it{by}, or start the run anew with --force or another --out"


class OtherFormatError(OutputError):
    """A checkpoint of a version of platingx with another layout."""

    def __init__(self, path: Path, index: Any) -> None:
        there = index if isinstance(index, dict) else {}
        super().__init__(
            f"{path}: this checkpoint has layout {there.get('format', 'unknown')}, and this version of platingx reads "
            f"layout {FORMAT} only: {other_version(there.get('platingx'))}"
        )

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        """Pickle by the message."""
        return OutputError, (str(self),)


@dataclass(frozen=True)
class WrittenFile:
    """A file of a checkpoint: its name, length in bytes and SHA-256."""

    name: str
    size: int
    sha256: str


def checkpoint_path(folder: Path, step: int) -> Path:
    """Folder of the checkpoint of a step."""
    return folder / f"step-{step:08d}"


def checkpoints(folder: Path) -> list[Path]:
    """Complete or damaged checkpoints in a folder, the newest first."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if path.name.startswith("step-")), reverse=True)


def start_checkpoint(folder: Path, step: int) -> Path:
    """Make an empty folder for the files of a new checkpoint, and clear what a crash has left.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            if path.name.startswith((_ASIDE, _OLD)):
                shutil.rmtree(path)
        aside = folder / f"{_ASIDE}{step:08d}"
        aside.mkdir()
    except OSError as error:
        raise OutputError(cannot_write(folder, error.strerror or str(error))) from error
    return aside


def cannot_write(folder: Path, reason: str) -> str:
    """Why there is no new checkpoint in a folder, and what to do."""
    return (
        f"cannot write a checkpoint to {folder}: {reason}. The checkpoint before is intact: make room or give "
        "permission, then go on with --resume"
    )


def write_synced(path: Path, content: bytes) -> WrittenFile:
    """Write a file and wait until it is on the disk.

    Raises
    ------
    OSError
        If it cannot be written, e.g. on a full disk.
    """
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return WrittenFile(path.name, len(content), hashlib.sha256(content).hexdigest())


def publish_checkpoint(aside: Path, step: int, facts: dict[str, Any], files: list[WrittenFile], keep: int) -> Path:
    """Give a complete checkpoint its name, and remove all but the newest ones.

    Parameters
    ----------
    aside
        Folder from `start_checkpoint`, with all array files in it.
    step
        Step number.
    facts
        What else the index holds; JSON.
    files
        The array files.
    keep
        Number of checkpoints to keep.

    Raises
    ------
    OSError
        If it cannot be written; the checkpoints before stay.
    """
    index = {
        **facts,
        "format": FORMAT,
        "step": step,
        "files": {file.name: {"bytes": file.size, "sha256": file.sha256} for file in files},
    }
    write_synced(aside / INDEX, (json.dumps(index, indent=2, allow_nan=False) + "\n").encode())
    _sync_folder(aside)
    final = checkpoint_path(aside.parent, step)
    if final.exists():  # a damaged or superseded one of the same step
        _remove(final)
    aside.rename(final)
    _sync_folder(final.parent)
    for path in checkpoints(final.parent):
        if path.name > final.name:  # of a future that has been given up
            _remove(path)
    for path in checkpoints(final.parent)[keep:]:
        _remove(path)
    return final


def discard(aside: Path) -> None:
    """Remove an unfinished checkpoint as far as that is possible."""
    shutil.rmtree(aside, ignore_errors=True)


def read_index(path: Path) -> dict[str, Any]:
    """Index of a checkpoint whose files are all there and unchanged.

    Parameters
    ----------
    path
        Folder of the checkpoint.

    Raises
    ------
    OtherFormatError
        If its layout is another one.
    OutputError
        If it is incomplete or damaged.
    """
    try:
        index: Any = json.loads((path / INDEX).read_bytes())
        if not isinstance(index, dict) or index.get("format") != FORMAT:
            raise OtherFormatError(path, index)
        for name, known in index["files"].items():
            content = (path / name).read_bytes()
            if len(content) != known["bytes"] or hashlib.sha256(content).hexdigest() != known["sha256"]:
                raise OutputError(f"{path}: {name} is damaged (length or SHA-256 differ from the index)")
    except OSError as error:
        raise OutputError(f"{path}: incomplete checkpoint ({error.strerror or error})") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutputError(f"{path}: the index of the checkpoint is damaged ({error})") from error
    return index


def _remove(path: Path) -> None:
    """Remove a checkpoint so that a crash on the way leaves nothing that looks like one."""
    old = path.with_name(f"{_OLD}{path.name}")
    shutil.rmtree(old, ignore_errors=True)
    path.rename(old)
    shutil.rmtree(old)


def _sync_folder(path: Path) -> None:
    """Wait until the entries of a folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
