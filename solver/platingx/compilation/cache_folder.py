"""Folders of compiled code that many processes use at once: files appear whole or not at all, and old ones go.

Nothing here waits for another process, so that none can be kept waiting by one that was killed.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from contextlib import suppress
from pathlib import Path

from platingx.paths import absolute_path

__all__ = [
    "LEFT_OVER",
    "cache_root",
    "made_before",
    "mark_used",
    "prune",
    "publish_folder",
    "read_whole",
    "remove_left_overs",
    "write_whole",
]

DAY = 86_400.0
LEFT_OVER = "platingx-aside-"
"""How names of files and folders begin that are not complete yet."""

_marked: set[Path] = set()


def cache_root() -> Path:
    """Folder of what is kept for later starts.

    ``PLATINGX_CACHE_DIR``, ``NUMBA_CACHE_DIR`` or a folder in the user's cache folder; it need not exist.
    """
    given = os.environ.get("PLATINGX_CACHE_DIR") or os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return absolute_path(given)
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "platingx" / "numba"


def made_before() -> Path | None:
    """Folder of what an image or an administrator has compiled for all users, which is only read; None without one.

    ``PLATINGX_COMPILED``. What is in it is found by its content, as in the user's own folder.
    """
    given = os.environ.get("PLATINGX_COMPILED")
    return absolute_path(given) if given else None


def write_whole(path: Path, parts: tuple[bytes, ...]) -> None:
    """Write a file that other processes see whole or not at all; one of the same name is replaced.

    Parameters
    ----------
    path
        The file; its folder is created.
    parts
        Content, one part after the other.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{LEFT_OVER}{uuid.uuid4().hex}")
    try:
        with aside.open("wb") as file:
            for part in parts:
                file.write(part)
        aside.replace(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise


def read_whole(path: Path) -> bytes | None:
    """Content of a file; None where there is none that can be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def publish_folder(aside: Path, target: Path) -> None:
    """Rename a finished folder into place. Where another process was faster, its folder stays and this one is removed.

    The files are brought to the disk first: after a power failure a name without content would stand there.

    Parameters
    ----------
    aside
        The folder, on the file system of the target.
    target
        Its place.

    Raises
    ------
    OSError
        If it cannot be renamed and there is none at its place.
    """
    for path in aside.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    try:
        aside.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        shutil.rmtree(aside, ignore_errors=True)


def mark_used(folder: Path) -> None:
    """Note that a folder is in use, for :func:`prune`: once for each process, where it may be written."""
    if folder not in _marked:
        _marked.add(folder)
        with suppress(OSError):
            os.utime(folder)


def prune(root: Path, pattern: str, keep: int, days: float, own: Path) -> None:
    """Remove folders that nobody has used for some time, and the oldest of too many.

    A folder is renamed before it is removed, so that no process finds half of it; one that needs it compiles anew.

    Parameters
    ----------
    root
        Where they are.
    pattern
        What their names match.
    keep
        How many stay, the most recently used ones.
    days
        After how many days without use they go.
    own
        A folder that stays.
    """
    ages = sorted((age, path) for path in root.glob(pattern) if path != own and (age := _age(path)) is not None)
    for rank, (age, path) in enumerate(ages, start=1):
        if age > days * DAY or rank >= keep:
            aside = root / f"{LEFT_OVER}{uuid.uuid4().hex}"
            with suppress(OSError):
                path.rename(aside)
                shutil.rmtree(aside, ignore_errors=True)


def remove_left_overs(folder: Path, pattern: str = f"{LEFT_OVER}*") -> None:
    """Remove what processes that were killed have left half done in a folder: a day old, nobody is at it any more."""
    for path in folder.glob(pattern):
        age = _age(path)
        if age is not None and age > DAY:
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _age(path: Path) -> float | None:
    """Seconds since a path was changed or marked; None if it has gone."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return None
