"""Files of the book: written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from platingx.errors import OutputError

__all__ = ["write_file"]


def write_file(path: Path, content: str | bytes) -> Path:
    """Write a file beside its place and put it there when it is complete.

    Raises
    ------
    OutputError
        If the folder cannot be made or written.
    """
    partial = path.with_name(f".{path.name}.partial")
    data = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        os.replace(partial, path)  # noqa: PTH105
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error
    return path
