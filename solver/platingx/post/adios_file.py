"""Files of ADIOS2, opened with errors in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from platingx.errors import OutputError

__all__ = ["has_index", "read_file"]

_T = TypeVar("_T")


def has_index(path: Path) -> bool:
    """Whether a file has an index of steps."""
    index = path / "md.idx"
    return index.is_file() and index.stat().st_size > 0


def read_file(path: Path, action: Callable[[Any], _T]) -> _T:
    """Open a file, do something with its reader, and turn what ADIOS2 raises into an `OutputError`."""
    try:
        import adios2
    except ImportError as error:
        raise OutputError("reading fields needs the Python package adios2 (python3-adios2 or conda adios2)") from error
    if not has_index(path):
        raise OutputError(f"{path}: not a complete field file (no index of steps); repeat the run or resume it")
    try:
        with adios2.FileReader(str(path)) as reader:
            return action(reader)
    except (RuntimeError, ValueError, IndexError, KeyError) as error:
        summary = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise OutputError(f"{path}: the field file cannot be read ({summary}); repeat the run or resume it") from error
