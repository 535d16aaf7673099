"""The keys that a case can have: for messages about unknown ones."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from platingx.config.document import Key

__all__ = ["all_keys", "blocks_at", "child", "nearest_key"]

_KIND_KEYS = ("law", "builder")


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


def blocks_at(
    model: type[BaseModel], path: Key, data: Any, kinds: Mapping[Key, str] | None = None
) -> list[type[BaseModel]]:
    """Models that can stand at a path, those of the given kind first.

    Parameters
    ----------
    model : type
        Model at the top.
    path : tuple of str or int
        Path of a block.
    data : object
        Plain data from the top, to tell the members of a union apart.
    kinds : mapping, optional
        Kinds (``law``, ``builder``) by path that are known otherwise, e.g. from the material library.
    """
    blocks, skip = [model], False
    for depth, part in enumerate(path, start=1):
        data = child(data, part)
        if skip:
            skip = False
        else:
            fields = [block.model_fields[str(part)] for block in blocks if str(part) in block.model_fields]
            skip = any(_is_container(field.annotation) for field in fields)
            blocks = [found for field in fields for found in blocks_of(field.annotation)]
        known = (kinds or {}).get(path[:depth])
        blocks = _of_kind(blocks, {known} if known else _kinds_in(data))
    return blocks


def child(data: Any, part: str | int) -> Any:
    """Value under a key or index of plain data, None if there is none."""
    if isinstance(data, dict):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return data[part]
    return None


def _kinds_in(data: Any) -> set[str]:
    return {str(data[key]) for key in _KIND_KEYS if key in data} if isinstance(data, dict) else set()


def _of_kind(blocks: list[type[BaseModel]], kinds: set[str]) -> list[type[BaseModel]]:
    if len(blocks) < 2:
        return blocks
    return [block for block in blocks if kinds & _kinds_of(block)] or blocks


def _kinds_of(block: type[BaseModel]) -> set[str]:
    fields = [block.model_fields[key] for key in _KIND_KEYS if key in block.model_fields]
    return {kind for field in fields for kind in get_args(field.annotation)}


def _is_at(path: Key, place: str) -> bool:
    """Whether a path is a place of the schema, which has a * for a name chosen by the user."""
    parts = place.split(".")
    return len(parts) == len(path) and all(want in ("*", str(part)) for want, part in zip(parts, path, strict=True))


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


def nearest_key(model: type[BaseModel], path: Key, valid: Sequence[str]) -> str | None:
    """Hint for an unknown key: a similar one in the same block, or the place where it belongs.

    Parameters
    ----------
    model : type
        Model at the top.
    path : tuple of str or int
        Path of the unknown key.
    valid : sequence of str
        Keys of the block it stands in.
    """
    key = str(path[-1])
    near = difflib.get_close_matches(key.lower().replace("-", "_").replace(" ", "_"), valid, n=1, cutoff=0.6)
    if near:
        return f"{near[0]}?"
    places = [place for place in all_keys(model) if place.rsplit(".", 1)[-1] == key and not _is_at(path, place)]
    return f"it belongs at {' or '.join(places[:2])}" if places else None
