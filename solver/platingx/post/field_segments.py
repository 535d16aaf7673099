"""The parts of a field file: ``fields.bp`` of the first start, ``fields.2.bp`` ... of each resumption.

A part that goes on from a checkpoint voids what the parts before hold of later times. ``fields.parts.json`` says from
which time each part goes on: the part itself may end before its first step.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

__all__ = ["existing_segments", "new_segment", "starts_of_segments"]


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


def _starts_file(path: Path) -> Path:
    return path.with_name(f"{path.stem}.parts.json")


def starts_of_segments(path: Path) -> dict[str, float]:
    """Time in s after which each resumed part goes on, by file name; parts that do not say so are left out.

    Parameters
    ----------
    path : Path
        The first part.
    """
    try:
        content = json.loads(_starts_file(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    known = content.items() if isinstance(content, dict) else ()
    return {name: float(start) for name, start in known if isinstance(start, int | float)}


def new_segment(path: Path, *, resume: bool, after: float | None = None) -> Path:
    """Path of the part to write next.

    Parameters
    ----------
    path : Path
        The first part.
    resume : bool
        Keep what exists and return the first free part; otherwise remove all existing parts.
    after : float, optional
        Time in s of the state that a resumed part goes on from; later steps of the parts before are void.

    Raises
    ------
    OSError
        When an existing part cannot be removed, or the file of the starts not be written.
    """
    existing = existing_segments(path)
    if resume:
        part = _segment(path, len(existing) + 1)
        if after is not None:
            starts = starts_of_segments(path) | {part.name: after}
            fresh = _starts_file(path).with_suffix(".new")
            fresh.write_text(json.dumps(starts, indent=2) + "\n", encoding="utf-8")
            fresh.replace(_starts_file(path))
        return part
    _starts_file(path).unlink(missing_ok=True)
    for part in existing:
        if part.is_dir() and not part.is_symlink():
            shutil.rmtree(part)
        else:
            part.unlink()
    return path
