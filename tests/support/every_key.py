"""Every key that a case can have, read off the models, and for each a case that has it, for tests to spoil."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from platingx.config import Case
from platingx.config.courses import Course
from platingx.config.current import CurrentProgram
from platingx.config.quantities import Physical
from platingx.config.transport import Transport
from platingx.units import DIMENSIONS

__all__ = ["Place", "Spot", "case_with", "is_block", "kind_of", "members", "put", "save", "spots"]

Place = tuple[str | int, ...]
NAMES = {"materials": "li", "regions": "li", "boundaries": "collector", "petsc_options": "ksp_type"}

KNOWN = {"quantity": "max_pressure_li", "base": "copper"}  # names that only the program knows


@dataclass(frozen=True)
class Spot:
    """One key of the schema.

    Attributes
    ----------
    path : tuple
        Where it is; entries of lists have the number 0, those of mappings a name.
    blocks : tuple of (path, model)
        The block it stands in and those around it, from the top.
    field : FieldInfo
        What pydantic knows of it.
    """

    path: Place
    blocks: tuple[tuple[Place, type[BaseModel]], ...]
    field: FieldInfo

    @property
    def owner(self) -> type[BaseModel]:
        return self.blocks[-1][1]

    @property
    def kinds(self) -> list[str]:
        return [kind[1] for _, block in self.blocks if (kind := kind_of(block))]

    @property
    def name(self) -> str:
        return "-".join([".".join(map(str, self.path)), *self.kinds])


def kind_of(block: type[BaseModel]) -> tuple[str, str] | None:
    """Key and value that mark a member of a union: a choice of one."""
    for name, field in block.model_fields.items():
        if get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1:
            return name, get_args(field.annotation)[0]
    return None


def members(annotation: Any, marks: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The annotations behind Annotated and unions, with their marks."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        yield from members(inner, (*marks, *more))
    elif get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from members(part, marks)
    elif annotation is not type(None):
        yield annotation, marks


def is_block(annotation: Any) -> bool:
    return (
        isinstance(annotation, type)
        and issubclass(annotation, BaseModel)
        and not issubclass(annotation, CurrentProgram)
    )


def entry(annotation: Any, path: Place) -> tuple[Any, Place]:
    """Annotation and path of an entry of a container; what is none is its own entry."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (tuple, list):
        return arguments[0], (*path, 0)
    return (arguments[1], (*path, NAMES.get(str(path[-1]), "a_name"))) if origin is dict else (annotation, path)


def spots(
    model: type[BaseModel] = Case, path: Place = (), around: tuple[tuple[Place, type[BaseModel]], ...] = ()
) -> Iterator[Spot]:
    """Yield every key of every block that can stand somewhere below a model."""
    blocks = (*around, (path, model))
    for name, field in model.model_fields.items():
        yield Spot((*path, name), blocks, field)
        for annotation, _ in members(field.annotation):
            inner, below = entry(annotation, (*path, name))
            for block, _ in members(inner):
                if is_block(block):
                    yield from spots(block, below, blocks)


def example(annotation: Any, marks: tuple[Any, ...], path: Place, spot: Spot) -> Any:
    """A value that stands well under a key, as far as one key alone can say."""
    choices = list(members(annotation, marks))
    wanted = dict(spot.blocks).get(path)
    inner, marks = next((choice for choice in choices if choice[0] is wanted), choices[0])
    for mark in marks:
        if isinstance(mark, Physical):
            return 0.1 if mark.dimension == "dimensionless" else DIMENSIONS[mark.dimension].examples[0]
    if isinstance(inner, type) and issubclass(inner, CurrentProgram):
        return DIMENSIONS[inner.dimension].examples[0]
    if inner is Course:
        stresses, turns = {"pressure", "traction"} & set(path), {"turn_x", "turn_y", "turn_z"} & set(path)
        values = {"force": "3 uN", "moment": "2 nN*m", "motion": "5 mrad" if turns else "5 nm"}
        return "4.9 GPa" if stresses else values.get(str(path[-1]), "5 nm")
    if is_block(inner):
        return block_with(inner, path, spot)
    item, below = entry(inner, path)
    if below != path:
        value = example(item, (), below, spot)
        return {below[-1]: value} if isinstance(below[-1], str) else [value]
    if get_origin(inner) is Literal:
        return get_args(inner)[0]
    return {int: 3, bool: True, str: "word", float: 0.1}.get(inner, "4.9 GPa")


def block_with(model: type[BaseModel], path: Place, spot: Spot) -> dict[str, Any]:
    """A block with what it cannot do without, its kind, and what leads to the key of a spot."""
    on_the_way = spot.path[len(path)] if spot.path[: len(path)] == path != spot.path else None
    kind = kind_of(model)
    block = {
        name: example(field.annotation, tuple(field.metadata), (*path, name), spot)
        for name, field in model.model_fields.items()
        if field.is_required() or name == on_the_way or (kind is not None and name == kind[0])
    }
    known = KNOWN | ({"base": "li_surface"} if model is Transport else {})
    return block | {name: value for name, value in known.items() if name in block}


def case_with(spot: Spot) -> dict[str, Any]:
    """Data of a case in which the key of a spot is given."""
    return block_with(Case, (), spot)


def put(data: Any, path: Place, value: Any) -> None:
    for part in path[:-1]:
        data = data[part]
    data[path[-1]] = value


def written(data: Any) -> tuple[str, dict[Place, int]]:
    """YAML with one key in each line, and the line of every key."""
    lines = [""]
    places: dict[Place, int] = {}

    def write(value: Any, path: Place) -> None:
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
        if items is None:
            lines[-1] += json.dumps(value)
            return
        opened, closed = ("{", "}") if isinstance(value, dict) else ("[", "]")
        lines[-1] += opened
        for key, item in items:
            lines.append(f"{key}: " if isinstance(value, dict) else "")
            places[(*path, key)] = len(lines)
            write(item, (*path, key))
            lines[-1] += ","
        lines.append(closed)

    write(data, ())
    return "\n".join(lines) + "\n", places


def save(folder: Path, data: Any) -> tuple[Path, dict[Place, int]]:
    text, places = written(data)
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path, places
