"""What a case says of its results (published values, calibration, description) holds for its own numbers only.

A case that takes another and changes what results depend on does not inherit it. Mesh, solver, step sizes and output
are no physics: a study on three meshes keeps the published values.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from platingx.config.document import Document
from platingx.config.library import flatten

__all__ = ["ABOUT_RESULTS", "drop", "drop_stale"]

ABOUT_RESULTS: Final = ("description", "calibration", "published")
"""Keys that speak of the results of a case."""

_NO_PHYSICS: Final = ("name", *ABOUT_RESULTS, "solver", "output", "geometry.mesh", "fracture")
_PHYSICS_OF_TIME: Final = "time.end"
_MOST_NAMED: Final = 3


def drop_stale(before: Document, after: Document, restated: Collection[str], model: type[BaseModel]) -> None:
    """Take what speaks of the results of another case out of a document, in place, and note it there.

    Parameters
    ----------
    before : Document
        The case that is extended or changed.
    after : Document
        The case made of it.
    restated : collection of str
        Keys at the top that the new case gives itself.
    model : type
        Model of a case.
    """
    stale = [key for key in ABOUT_RESULTS if key not in restated and after.data.get(key)]
    changed = _changed(before.data, after.data, model) if stale else []
    if changed:
        drop(after, stale, f"this case differs in {_first_of(changed)}")


def drop(document: Document, stale: Collection[str], because: str) -> None:
    """Take keys at the top out of a document, in place, and note it there.

    Parameters
    ----------
    document : Document
        The case.
    stale : collection of str
        Keys that it has.
    because : str
        Why, as the end of a sentence.
    """
    place = document.keys.get((next(iter(stale)),))
    for key in stale:
        del document.data[key]
        for places in (document.keys, document.values):
            for path in [path for path in places if path[:1] == (key,)]:
                del places[path]
    source = f" of {Path(place.file).name}" if place is not None else ""
    document.dropped.append(f"{', '.join(stale)}{source}, because {because}")


def _first_of(keys: list[str]) -> str:
    """The first few keys, and how many are left."""
    more = len(keys) - _MOST_NAMED
    return ", ".join(keys[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _changed(before: dict[str, Any], after: dict[str, Any], model: type[BaseModel]) -> list[str]:
    """Keys of the physics that differ between two cases.

    Valid cases are compared by their numbers, so that 40 nm and 0.04 um are the same, and by what is left out. A case
    that is valid only with what is laid over it has no results yet: of it, only values that are replaced count.
    """
    here, there = _physics(before), _physics(after)
    if here == there:  # as mostly, word for word
        return []
    old, new = (_resolved(data, model) for data in (before, after))
    if old is None or new is None:
        return [key for key, value in here.items() if there.get(key, value) != value]
    differing = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]
    return [key for key in differing if not _is_below(key, tuple(block for block in differing if block != key))]


def _resolved(data: dict[str, Any], model: type[BaseModel]) -> dict[str, Any] | None:
    try:
        physics = {key: value for key, value in data.items() if key not in ABOUT_RESULTS}
        return _physics(model.model_validate(physics).model_dump(mode="json", exclude_none=True))
    except ValidationError:
        return None


def _physics(data: dict[str, Any]) -> dict[str, Any]:
    """Values that results depend on, by their keys with dots."""
    return {
        key: value
        for key, value in flatten(data)
        if key == _PHYSICS_OF_TIME or not _is_below(key, (*_NO_PHYSICS, _PHYSICS_OF_TIME.partition(".")[0]))
    }


def _is_below(key: str, blocks: tuple[str, ...]) -> bool:
    return any(key == block or key.startswith(f"{block}.") for block in blocks)
