"""Keys of a case that had another name in the last version: they are read as their new ones, and the user is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from platingx.config.document import Document, Key, Place
from platingx.errors import CaseError, InputError

__all__ = ["FORMER_KEYS", "present_key", "rename_former_keys", "sentence"]

_SIDES: Final = {
    "li_side": "metal_side",
    "llzo_side": "electrolyte_side",
    "llzo_bottom": "electrolyte_bottom",
}

FORMER_KEYS: Final[dict[Key, str]] = {
    **{("constraints", old): new for old, new in _SIDES.items()},
    **{("geometry", "boundaries", old): new for old, new in (_SIDES | {"llzo_top": "electrolyte_top"}).items()},
}
"""New name of the last part of a key, by the former key. What stands here for one version is then taken out."""


def sentence(key: str, name: str, place: Place | None) -> str:
    """Say that a key (with dots) has a new name for its last part."""
    where = [] if place is None else [str(place.file), str(place.line or "")]
    head = ":".join(part for part in where if part)
    return f"{head}{': ' if head else ''}{key} is now called {name}; the next version reads only that"


def present_key(key: str) -> str:
    """Give a key with dots under its present name."""
    parts = tuple(key.split("."))
    return ".".join((*parts[:-1], FORMER_KEYS[parts])) if parts in FORMER_KEYS else key


def rename_former_keys(document: Document) -> Document:
    """Give a document the present names of its keys; it then knows which former ones it had.

    Parameters
    ----------
    document : Document
        Of one file, or of a dictionary; its data are changed in place.

    Raises
    ------
    CaseError
        If a key stands there under both names.
    """
    problems = []
    for path, name in _former(document.data):
        block = _block(document.data, path[:-1])
        new, place = (*path[:-1], name), document.keys.get(path, document.values.get(path))
        key = ".".join(map(str, path))
        if name in block:
            file, line, column = (None, None, None) if place is None else (place.file, place.line, place.column)
            message = f"the key is given under its former name and as {name}"
            problems.append(InputError(message, file, line, column, key, hint=f"leave {path[-1]} out"))
            continue
        items = {(name if key == path[-1] else key): value for key, value in block.items()}
        block.clear()
        block.update(items)
        for places in (document.keys, document.values):
            for known in [known for known in places if known[: len(path)] == path]:
                places[new + known[len(path) :]] = places.pop(known)
        document.former.append(sentence(key, name, place))
    if problems:
        raise CaseError(problems)
    return document


def _former(data: Any) -> Iterator[tuple[Key, str]]:
    for path, name in FORMER_KEYS.items():
        block = _block(data, path[:-1])
        if isinstance(block, dict) and path[-1] in block:
            yield path, name


def _block(data: Any, path: Key) -> Any:
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data
