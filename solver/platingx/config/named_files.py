"""Case files that a study or a calibration names: are they there? Asked with the place of the name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from platingx.config.document import Document, Key, similar_file
from platingx.config.keys import child
from platingx.config.text_files import is_file
from platingx.errors import CaseError, InputError
from platingx.paths import user_path

__all__ = ["refuse_missing"]


def refuse_missing(document: Document, keys: Iterable[Key], folder: Path) -> None:
    """Refuse names of case files under which there is none.

    Parameters
    ----------
    document
        File that names them.
    keys
        Where the names stand in it.
    folder
        Folder that they are relative to.

    Raises
    ------
    CaseError
        With the place of each.
    """
    problems = list(_missing(document, keys, folder))
    if problems:
        raise CaseError(problems)


def _missing(document: Document, keys: Iterable[Key], folder: Path) -> Iterator[InputError]:
    for key in keys:
        name: Any = document.data
        for part in key:
            name = child(name, part)
        target = Path(os.path.normpath(folder / user_path(name)))
        if is_file(target):
            continue
        place, similar = document.values[key], similar_file(target)
        message = f"{target} is a folder" if target.is_dir() else f"there is no case file {target}"
        yield InputError(
            message, place.file, place.line, place.column, ".".join(map(str, key)), str(name),
            "a case file, relative to this one", None if similar is None else os.path.relpath(similar, folder),
        )  # fmt: skip
