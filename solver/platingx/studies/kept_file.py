"""A copy of the file that asked for a folder of runs, so that the folder says what it answers."""

from __future__ import annotations

from pathlib import Path

from platingx.errors import OutputError

__all__ = ["keep_file"]


def keep_file(source: Path, path: Path) -> None:
    """Copy a file, so that the copy is the old or the whole new one.

    Parameters
    ----------
    source
        Study or calibration file.
    path
        The copy; its folder is made.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(source.read_bytes())
        partial.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
