"""The parts of a field file: ``fields.bp`` of the first start, ``fields.2.bp`` ... of each resumption."""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["existing_segments", "new_segment"]


def _segment(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_name(f"{path.stem}.{number}{path.suffix}")


def existing_segments(path: Path) -> list[Path]:
    """Parts of a field file that exist, in the order they were written.

    Parameters
    ----------
    path : Path
        The first part, e.g. ``run/fields.bp``.
    """
    found = []
    number = 1
    while _segment(path, number).exists():
        found.append(_segment(path, number))
        number += 1
    return found


def new_segment(path: Path, *, resume: bool) -> Path:
    """Path of the part to write next.

    Parameters
    ----------
    path : Path
        The first part.
    resume : bool
        Keep what exists and return the first free part; otherwise remove all existing parts.

    Raises
    ------
    OSError
        When an existing part cannot be removed.
    """
    existing = existing_segments(path)
    if resume:
        return _segment(path, len(existing) + 1)
    for part in existing:
        if part.is_dir() and not part.is_symlink():
            shutil.rmtree(part)
        else:
            part.unlink()
    return path
