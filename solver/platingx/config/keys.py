"""The keys that a case can have: for messages about unknown ones."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

__all__ = ["all_keys", "blocks_at", "child", "nearest_key"]


def blocks_of(annotation: Any) -> list[type[BaseModel]]:
    """Models that an annotation allows, through Annotated, optional, union, tuple and dict."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return [block for part in get_args(annotation) for block in blocks_of(part)]
    if origin is Annotated:
        return blocks_of(get_args(annotation)[0])
    if origin in (tuple, list):
        return blocks_of(get_args(annotation)[0])
    if origin is dict:
        return blocks_of(get_args(annotation)[1])
    return []


def _is_container(annotation: Any) -> bool:
    return get_origin(annotation) in (tuple, list, dict)


def blocks_at(model: type[BaseModel], path: Sequence[str | int], data: Any) -> list[type[BaseModel]]:
    """Models that can stand at a path, those of the given kind first.

    Parameters
    ----------
    model : type
        Model at the top.
    path : sequence of str or int
        Path of a block.
    data : object
        Plain data from the top, to tell the members of a union apart.
    """
    blocks, skip = [model], False
    for part in path:
        data = child(data, part)
        if skip:
            skip = False
        else:
            fields = [block.model_fields[str(part)] for block in blocks if str(part) in block.model_fields]
            skip = any(_is_container(field.annotation) for field in fields)
            blocks = [found for field in fields for found in blocks_of(field.annotation)]
        blocks = _of_kind(blocks, data)
    return blocks


def child(data: Any, part: str | int) -> Any:
    """Value under a key or index of plain data, None if there is none."""
    if isinstance(data, dict):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return data[part]
    return None


def _of_kind(blocks: list[type[BaseModel]], data: Any) -> list[type[BaseModel]]:
    if len(blocks) < 2 or not isinstance(data, dict):
        return blocks
    same = [block for block in blocks if any(data.get(kind) in _kinds(block, kind) for kind in ("law", "builder"))]
    return same or blocks


def _kinds(block: type[BaseModel], kind: str) -> tuple[Any, ...]:
    return get_args(block.model_fields[kind].annotation) if kind in block.model_fields else ()


@cache
def all_keys(model: type[BaseModel]) -> tuple[str, ...]:
    """Every key below a model with dots between; a * stands for a name or number chosen by the user."""
    return tuple(dict.fromkeys(_walk(model, "")))


def _walk(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield prefix + name
        star = "*." if _is_container(field.annotation) else ""
        for block in blocks_of(field.annotation):
            yield from _walk(block, f"{prefix}{name}.{star}")


def nearest_key(model: type[BaseModel], key: str, valid: Sequence[str]) -> str | None:
    """Hint for an unknown key: a similar one in the same block, or the place where it belongs.

    Parameters
    ----------
    model : type
        Model at the top.
    key : str
        The unknown key.
    valid : sequence of str
        Keys of the block it stands in.
    """
    near = difflib.get_close_matches(key.lower().replace("-", "_").replace(" ", "_"), valid, n=1, cutoff=0.6)
    if near:
        return f"{near[0]}?"
    places = [path for path in all_keys(model) if path.rsplit(".", 1)[-1] == key]
    return f"it belongs at {' or '.join(places[:2])}" if places else None
