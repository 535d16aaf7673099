"""Cases that extend other cases."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platingx.config.base import Block
from platingx.config.document import Document, Key, paths_of, read_document, similar_file
from platingx.config.former_names import rename_former_keys
from platingx.config.inherited import drop_stale
from platingx.config.keys import slot_at
from platingx.config.text_files import is_file
from platingx.errors import CaseError, InputError
from platingx.paths import absolute_path, user_path

__all__ = ["Merge", "copy_of", "forget", "has_library_base", "make_paths_absolute", "read_with_parents"]

MAXIMUM_PARENTS = 20
_LIBRARY_NAME = "base"
_LIBRARY_BLOCKS = ("materials", "transport")
_PATHS: tuple[Key, ...] = (
    ("geometry", "path"),
    ("growth", "current_density", "file"),
    ("growth", "direction", "file"),
    ("electrochemistry", "control", "*", "voltage", "file"),
    ("electrochemistry", "control", "*", "current", "file"),
    ("electrochemistry", "control", "*", "current_density", "file"),
    ("materials", "*", "viscoplasticity", "file"),
    ("materials", "*", "crystallinity", "file"),
    ("potential", "file"),
    ("potential", "parameter_file"),
)
_NULL_IS_VALUE: Key = ("solver", "petsc_options")
_KIND = "kind"


ModelOf = Callable[[Document], type[Block]]
"""Finds the model of a kind of cases by what its file says; refuses a kind that there is not."""


def read_with_parents(path: Path, model_of: ModelOf) -> Document:
    """Read a case file and the files it extends, the child's values over the parent's.

    A null in the child removes the parent's value; lists are replaced as a whole.

    Parameters
    ----------
    path : Path
        The case file.
    model_of : callable
        Gives the model of a case: it knows which blocks are replaced as a whole, and what makes a block another kind
        of block.

    Raises
    ------
    CaseError
        If a file cannot be read, the files extend each other in a circle, or are cases of different kinds.
    """
    return _read(path, model_of, ())


def _read(path: Path, model_of: ModelOf, children: tuple[Path, ...]) -> Document:
    document = rename_former_keys(read_document(path))
    make_paths_absolute(document.data, path.parent)
    if "extends" not in document.data:
        return document
    parent = document.data.pop("extends")
    chain = (*children, Path(os.path.realpath(path)))
    usable = isinstance(parent, str) and "\0" not in parent
    target = Path(os.path.normpath(path.parent / user_path(parent))) if usable else path
    message, valid = _why_not(parent, target, chain)
    if message:
        place = document.values[("extends",)]
        similar = similar_file(target) if usable and not is_file(target) else None
        hint = os.path.relpath(similar, path.parent) if similar is not None else None
        given = (place.file, place.line, place.column, "extends", str(parent))
        raise CaseError(InputError(message, *given, valid=valid, hint=hint))
    below = _read(target, model_of, chain)
    model = model_of(below)
    if _KIND in document.data and model_of(document) is not model:
        place = document.values[(_KIND,)]
        given = (place.file, place.line, place.column, _KIND, str(document.data[_KIND]))
        raise CaseError(InputError(f"{target.name} is a case of another kind, which this one cannot extend", *given))
    return _lay_over(below, document, model)


def _why_not(parent: Any, target: Path, chain: tuple[Path, ...]) -> tuple[str, str]:
    """Say why a case cannot extend another, and what it could; nothing if it can."""
    valid = "a case file, relative to this one"
    if not isinstance(parent, str) or not parent.strip() or "\0" in parent:
        return "extends needs the name of a case file", valid
    if Path(os.path.realpath(target)) in chain:
        circle = " -> ".join(item.name for item in (*chain, target))
        return f"cases extend each other in a circle: {circle}", valid
    if len(chain) > MAXIMUM_PARENTS:
        return "too many cases extend each other", f"at most {MAXIMUM_PARENTS}"
    return ("", "") if is_file(target) else (f"there is no case file {target} to extend", valid)


def make_paths_absolute(data: dict[str, Any], folder: Path) -> None:
    """Make the paths in the plain data of a case absolute, in place.

    Parameters
    ----------
    data : dict
        Plain data, perhaps not valid.
    folder : Path
        What relative paths are relative to.
    """
    for key in _PATHS:
        for block in _blocks(data, key[:-1]):
            name = block.get(str(key[-1]))
            if isinstance(name, str) and name.strip() and "\0" not in name:
                block[str(key[-1])] = os.path.realpath(absolute_path(name, folder))


def _blocks(data: Any, key: Key) -> Iterator[dict[str, Any]]:
    """Blocks at a key, of which a star stands for any name, or any entry of a list."""
    if isinstance(data, list) and key and key[0] == "*":
        for item in data:
            yield from _blocks(item, key[1:])
        return
    if not isinstance(data, dict):
        return
    if not key:
        yield data
        return
    for name in data if key[0] == "*" else (key[0],):
        yield from _blocks(data.get(name), key[1:])


def _lay_over(parent: Document, child: Document, model: type[Block]) -> Document:
    places = dict(parent.keys), dict(parent.values)
    notes = [*parent.former, *child.former], list(parent.dropped)
    result = Document(deepcopy(parent.data), *places, parent.files | child.files, *notes)
    Merge(result, child, model).lay(result.data, child.data, ())
    drop_stale(parent, result, child.data, model)
    return result


@dataclass(frozen=True)
class Merge:
    """The values of a child over those of its parent, in place; places follow the values."""

    result: Document
    child: Document
    model: type[Block]

    def lay(self, below: dict[str, Any], above: dict[str, Any], path: Key) -> None:
        """Lay the values of one block over those of the other."""
        result, child = self.result, self.child
        for key, value in above.items():
            here = (*path, key)
            if (
                has_library_base(here)
                and isinstance(below.get(key), str)
                and isinstance(value, dict)
                and "base" not in value
            ):
                below[key] = {"base": below[key]}
            old = below.get(key)
            if isinstance(value, dict) and isinstance(old, dict) and not self.replaced(here, old, value):
                result.keys[here], result.values[here] = child.keys[here], child.values[here]
                self.lay(old, value, here)
                continue
            forget(result, here)
            if value is None and self.removes(here, below):
                below.pop(key, None)
                _copy_place(child, result, here)  # where it was taken away, if something misses it
                continue
            below[key] = deepcopy(value)
            for tail in paths_of(value):
                _copy_place(child, result, here + tail)

    def removes(self, path: Key, below: dict[str, Any]) -> bool:
        """Whether a null takes a value away: one that is there, or a key that could be; any other key is told later."""
        if path[:-1] == _NULL_IS_VALUE or self.is_of_library(path):
            return False
        slot = slot_at(self.model, path[:-1], self.result.data)
        return path[-1] in below or slot.is_container or any(path[-1] in block.model_fields for block in slot.blocks)

    def is_of_library(self, path: Key) -> bool:
        """Whether a value is one of a block of the library, which only a null in the case itself keeps away."""
        block = self.result.data[str(path[0])].get(path[1]) if has_library_base(path[:2]) and len(path) > 2 else None
        return isinstance(block, dict) and _LIBRARY_NAME in block and path[2] != _LIBRARY_NAME

    def replaced(self, path: Key, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        """Whether a block takes the place of the one below: it always does, or it is of another kind."""
        slot = slot_at(self.model, path, {})
        if not slot.is_container and any(getattr(block, "replaced_whole", False) for block in slot.blocks):
            return True
        kind_keys = {slot.kind_key, _LIBRARY_NAME if has_library_base(path) else ""}
        return any(key in new and key in old and old[key] != new[key] for key in kind_keys)


def has_library_base(path: Key) -> bool:
    """Whether a block at a path can be given by a name of the library: the material of a region, or a diffusion."""
    return len(path) == 2 and path[0] in _LIBRARY_BLOCKS


def forget(document: Document, path: Key) -> None:
    """Take the places of a key, and of all below it, out of a document."""
    for places in (document.keys, document.values):
        for known in [known for known in places if known[: len(path)] == path]:
            del places[known]


def _copy_place(source: Document, target: Document, path: Key) -> None:
    if path in source.keys:
        target.keys[path] = source.keys[path]
    if path in source.values:
        target.values[path] = source.values[path]


def copy_of(document: Document) -> Document:
    """Copy a document, so that values can be set in it."""
    places = dict(document.keys), dict(document.values)
    notes = list(document.former), list(document.dropped)
    return Document(deepcopy(document.data), *places, dict(document.files), *notes)
