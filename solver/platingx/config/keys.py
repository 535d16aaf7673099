"""The keys that a case can have, read off its models: for messages about unknown ones, and for cases over cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from platingx.config.document import Key
from platingx.nearest import nearest

__all__ = ["Slot", "all_keys", "blocks_at", "child", "kind_keys", "located", "nearest_key", "slot_at", "slot_of"]


@dataclass(frozen=True)
class Slot:
    """What a model allows in one place.

    Parameters
    ----------
    blocks : tuple of type
        Models of the blocks that can stand here; in a container those of its items.
    kind_key : str
        Key that tells the members of a union apart, such as ``law``; empty if there is no union.
    is_container : bool
        Whether it is a list or a mapping by names of the user's choice.
    """

    blocks: tuple[type[BaseModel], ...] = ()
    kind_key: str = ""
    is_container: bool = False

    @property
    def kinds(self) -> dict[str, type[BaseModel]]:
        """The members of a union by what stands under its `kind_key`."""
        if not self.kind_key:
            return {}
        return {
            str(kind): block for block in self.blocks for kind in get_args(block.model_fields[self.kind_key].annotation)
        }

    @property
    def item(self) -> Slot:
        """What an entry of a container can be."""
        return Slot(self.blocks, self.kind_key)


def slot_of(annotation: Any, kind_key: str = "") -> Slot:
    """Read off an annotation what it allows, through Annotated, optional, union, tuple, list and dict.

    Parameters
    ----------
    annotation : type
        Annotation of a field.
    kind_key : str
        Discriminator of the field.
    """
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Slot((annotation,), kind_key)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        marks = [mark.discriminator for mark in arguments[1:] if isinstance(mark, FieldInfo)]
        return slot_of(arguments[0], next((mark for mark in marks if isinstance(mark, str)), kind_key))
    if origin in (Union, UnionType):
        parts = [slot_of(part, kind_key) for part in arguments]
        blocks = tuple(block for part in parts for block in part.blocks)
        key = next((part.kind_key for part in parts if part.kind_key), "") if len(blocks) > 1 else ""
        return Slot(blocks, key, any(part.is_container for part in parts))
    if origin in (tuple, list, dict):
        inner = slot_of(arguments[1 if origin is dict else 0], kind_key)
        return Slot(inner.blocks, inner.kind_key, is_container=True)
    return Slot()


def _slot(field: FieldInfo) -> Slot:
    return slot_of(field.annotation, field.discriminator if isinstance(field.discriminator, str) else "")


@cache
def kind_keys(model: type[BaseModel]) -> frozenset[str]:
    """Keys that tell the members of unions apart, anywhere below a model, e.g. ``law`` and ``builder``."""
    slots = [_slot(field) for field in model.model_fields.values()]
    own = {slot.kind_key for slot in slots if slot.kind_key}
    return frozenset(own.union(*(kind_keys(block) for slot in slots for block in slot.blocks)))


def _narrowed(slot: Slot, kinds: set[str]) -> Slot:
    """Leave only the members of a union that are of the given kinds; all of them if none is."""
    found = tuple(block for kind, block in slot.kinds.items() if kind in kinds)
    return Slot(found, slot.kind_key, slot.is_container) if found else slot


def _under(slot: Slot, part: str | int) -> Slot:
    """Slot under a key or index of what can stand in a slot."""
    if slot.is_container:
        return slot.item
    fields = [block.model_fields[str(part)] for block in slot.blocks if str(part) in block.model_fields]
    slots = [_slot(field) for field in fields]
    blocks = tuple(dict.fromkeys(block for found in slots for block in found.blocks))
    key = next((found.kind_key for found in slots if found.kind_key), "")
    return Slot(blocks, key, any(found.is_container for found in slots))


def blocks_at(
    model: type[BaseModel], path: Key, data: Any, kinds: Mapping[Key, str] | None = None
) -> list[type[BaseModel]]:
    """Models that can stand at a path, those of the given kind only where it is known.

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
    return [] if (slot := slot_at(model, path, data, kinds)).is_container else list(slot.blocks)


def slot_at(model: type[BaseModel], path: Key, data: Any, kinds: Mapping[Key, str] | None = None) -> Slot:
    """What can stand at a path; see :func:`blocks_at`."""
    slot = Slot((model,))
    for depth, part in enumerate(path, start=1):
        data, slot = child(data, part), _under(slot, part)
        known = (kinds or {}).get(path[:depth]) or child(data, slot.kind_key)
        slot = slot if slot.is_container else _narrowed(slot, {str(known)})
    return slot


def located(model: type[BaseModel], loc: Sequence[str | int]) -> tuple[Key, dict[Key, str]]:
    """Path in a case of the place that pydantic gives, which has the kinds of the members of unions in it.

    Parameters
    ----------
    model : type
        Model that was validated.
    loc : sequence of str or int
        ``loc`` of an error of pydantic, e.g. ``("geometry", "surface_pit", "pit", "depth")``.

    Returns
    -------
    path, kinds
        ``("geometry", "pit", "depth")`` and ``{("geometry",): "surface_pit"}``.
    """
    slot = Slot((model,))
    path: Key = ()
    kinds: dict[Key, str] = {}
    for part in loc:
        if part in slot.kinds and not slot.is_container and path not in kinds:
            kinds[path] = str(part)
            slot = _narrowed(slot, {str(part)})
            continue
        path, slot = (*path, part), _under(slot, part)
    return path, kinds


def child(data: Any, part: str | int) -> Any:
    """Value under a key or index of plain data, None if there is none."""
    if isinstance(data, dict):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return data[part]
    return None


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
        slot = _slot(field)
        star = "*." if slot.is_container else ""
        for block in slot.blocks:
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
    near = nearest(key, valid)
    if near:
        return f"{near}?"
    places = [place for place in all_keys(model) if place.rsplit(".", 1)[-1] == key and not _is_at(path, place)]
    places.sort(key=lambda place: place.count("."))  # the likelier place is the higher one
    return f"it belongs at {' or '.join(places[:2])}" if places else None
