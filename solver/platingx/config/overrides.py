"""Values set over a case, on the command line as text or in Python."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from platingx.config.base import Block
from platingx.config.document import Document, Key, Place, paths_of, read_value
from platingx.config.former_names import present_key, sentence
from platingx.config.inherited import drop_stale
from platingx.config.keys import slot_at
from platingx.config.merge import Merge, copy_of, forget, has_library_base
from platingx.errors import CaseError, InputError

__all__ = ["apply_overrides", "set_value", "top_keys"]


def apply_overrides(document: Document, overrides: Sequence[tuple[str, str]], model: type[Block]) -> Document:
    """Set values given on the command line as text.

    Parameters
    ----------
    document : Document
        The case; it is not changed.
    overrides : sequence of (str, str)
        Key with dots, and YAML of the value: ``("growth.current_density", "3 A/cm^2")``.
    model : type
        Model of a case.

    Raises
    ------
    CaseError
        If a value is no YAML, or a key goes through something that is no block.
    """
    result = copy_of(document)
    problems: list[InputError] = []
    for key, text in overrides:
        origin = f"--set {key}={text}"
        try:
            set_value(result, key, read_value(text, origin), origin, model)
        except CaseError as error:
            problems.extend(error.problems)
    if problems:
        raise CaseError(problems)
    drop_stale(document, result, top_keys(key for key, _ in overrides), model)
    return result


def top_keys(keys: Iterable[str]) -> set[str]:
    """Keys at the top of a case under which keys with dots stand."""
    return {key.strip().partition(".")[0] for key in keys}


def set_value(document: Document, key: str, value: Any, origin: str | Place, model: type[Block]) -> None:
    """Set one value in a document, in place; a null removes one, as in a case that extends another.

    Parameters
    ----------
    document : Document
        The case.
    key : str
        Path with dots; a number counts entries of a list from 0.
    value : object
        Plain data or a quantity.
    origin : str or Place
        Where the value comes from, for messages.
    model : type
        Model of a case.

    Raises
    ------
    CaseError
        If the key is empty or goes through something that is no block.
    """
    place = origin if isinstance(origin, Place) else Place(origin)
    at = (place.file, place.line, place.column)
    present = present_key(key.strip())
    parts = present.split(".")
    if present != key.strip():
        document.former.append(sentence(key.strip(), parts[-1], place))
    if not all(parts):
        raise CaseError(
            InputError("not a key", *at, key=key, valid="names with dots between, such as geometry.pit.depth")
        )
    block: Any = document.data
    path: Key = ()
    for part in parts[:-1]:
        block, path = _step_into(document, block, part, path, place, key, model)
    name: str | int = int(parts[-1]) if isinstance(block, list) and parts[-1].isdecimal() else parts[-1]
    path = (*path, name)
    if isinstance(block, list) and not (isinstance(name, int) and name < len(block)):
        raise CaseError(InputError(f"the list has {len(block)} entries", *at, key=key, valid="a number counted from 0"))
    forget(document, path)
    if value is None and isinstance(block, dict) and Merge(document, document, model).removes(path, block):
        block.pop(name, None)
        document.keys[path] = document.values[path] = place  # where it was taken away, if something misses it
        return
    block[name] = value
    for tail in paths_of(value):
        document.keys[path + tail] = document.values[path + tail] = place


def _step_into(
    document: Document, block: Any, part: str, path: Key, place: Place, key: str, model: type[Block]
) -> tuple[Any, Key]:
    name: str | int = int(part) if isinstance(block, list) and part.isdecimal() else part
    here, at = (*path, name), (place.file, place.line, place.column)
    if isinstance(block, list):
        if not (isinstance(name, int) and name < len(block)):
            raise CaseError(
                InputError(f"the list has {len(block)} entries", *at, key=key, valid="a number counted from 0")
            )
    elif name not in block or block[name] is None:
        block[name] = {}
        document.keys[here] = document.values[here] = place
    if has_library_base(here) and isinstance(block[name], str):
        block[name] = {"base": block[name]}
    if not isinstance(block[name], dict | list) and any(
        item.replaced_whole for item in slot_at(model, here, {}).blocks if issubclass(item, Block)
    ):
        block[name] = {}  # mode: fibre gives way to mode: {alpha: ...}
    if not isinstance(block[name], dict | list):
        where = ".".join(map(str, here))
        raise CaseError(InputError(f"{where} is a value, not a block", *at, key=key, value=str(block[name])))
    return block[name], here
