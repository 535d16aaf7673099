"""From the errors of pydantic to problems that name file, line, key, value, what is valid and what to try."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from platingx.config.base import Finding
from platingx.config.document import Document, Key, Place
from platingx.config.keys import blocks_at, child, located, nearest_key, slot_at
from platingx.config.quantities import Physical
from platingx.errors import CaseError, InputError
from platingx.nearest import nearest

__all__ = ["input_error_of", "input_errors_of", "read_as"]

AnyModel = TypeVar("AnyModel", bound=BaseModel)

_WHAT_BELONGS = {
    "model_type": ("a block of keys", ""),
    "model_attributes_type": ("a block of keys", ""),
    "dict_type": ("a block of keys", "one key: value in each line, or {key: value, ...}"),
    "tuple_type": ("a list", "values in square brackets, such as [a, b]"),
    "list_type": ("a list", "values in square brackets, such as [a, b]"),
    "string_type": ("text", "text; in quotes if it looks like a number"),
    "bool_type": ("true or false", "true or false, without quotes"),
    "int_type": ("a whole number", "a whole number without a point or unit, such as 3"),
    "int_from_float": ("a whole number", "a whole number without a point or unit, such as 3"),
}
_LIMITS = {
    "greater_than_equal": ("too small", "at least {ge}"),
    "less_than_equal": ("too large", "at most {le}"),
    "too_short": ("too short", "a list of at least {min_length}"),
    "too_long": ("too long", "a list of at most {max_length}"),
    "string_too_long": ("too long", "at most {max_length} characters"),
    "string_too_short": ("empty", "some text"),
    "string_pattern_mismatch": (
        "not a name: it has other characters, or starts with one of these",
        "letters, digits, space, _ . + -, starting with a letter or digit",
    ),
}


def read_as(model: type[AnyModel], document: Document) -> AnyModel:
    """Make a model of the data of a document.

    Parameters
    ----------
    model : type
        What it should be.
    document : Document
        Plain data with their places.

    Raises
    ------
    CaseError
        If anything is wrong; it lists every problem with its place.
    """
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise CaseError(input_errors_of(error, document, model)) from None


def input_errors_of(error: ValidationError, document: Document, model: type[BaseModel]) -> list[InputError]:
    """Translate a failed validation.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    document : Document
        The case, with its places.
    model : type
        The model that was validated.

    Returns
    -------
    list of InputError
        In the order of the file.
    """
    translator = _Translator(document, model)
    found = [problem for item in error.errors(include_url=False) for problem in translator.problems(item)]
    unique = list(dict.fromkeys(found))
    files = list(document.files)
    return sorted(unique, key=lambda problem: (_rank(files, problem.file), problem.line or 0, problem.column or 0))


def input_error_of(finding: Finding, document: Document, model: type[BaseModel]) -> InputError:
    """Give a finding, whose key counts from the top of the case, its place in the file."""
    return _Translator(document, model).finding((), finding)


def _rank(files: list[str], file: Any) -> int:
    return files.index(file) if file in files else len(files)


class _Translator:
    def __init__(self, document: Document, model: type[BaseModel]) -> None:
        self.document, self.model = document, model
        self.kinds: dict[Key, str] = {}

    def problems(self, item: Any) -> Iterator[InputError]:
        kind, context = item["type"], item.get("ctx", {})
        path, kinds = located(self.model, item["loc"])
        self.kinds |= kinds
        if kind == "findings":
            yield from (self.finding(path, finding) for finding in context["findings"])
        elif kind == "missing":
            yield self.missing(path)
        elif kind == "extra_forbidden":
            yield self.unknown(path)
        elif kind in ("union_tag_not_found", "union_tag_invalid"):
            yield self.kind(path, context)
        elif kind == "case":
            yield self.problem(path, item["msg"], context.get("valid", ""), context.get("hint", ""))
        elif kind == "literal_error":
            yield self.choice(path, [text.strip("'") for text in context["expected"].replace(" or ", ", ").split(", ")])
        else:
            yield self.plain(path, kind, item["msg"], context)

    def value_at(self, path: Key) -> Any:
        data: Any = self.document.data
        for part in path:
            data = child(data, part)
        return data

    def place(self, path: Key, of_key: bool) -> Place | None:
        """Place of a value, or of its key, or of the nearest block around it."""
        for length in range(len(path), -1, -1):
            order = (self.document.keys, self.document.values)
            for places in order if of_key or length < len(path) else reversed(order):
                if path[:length] in places:
                    return places[path[:length]]
        return None

    def problem(self, path: Key, message: str, valid: str = "", hint: str = "", of_key: bool = False) -> InputError:
        place = self.place(path, of_key)
        value = self.value_at(path)
        return InputError(
            message,
            file=place.file if place else None,
            line=place.line if place else None,
            column=place.column if place else None,
            key=".".join(map(str, path)),
            value=None if value is None else _short(value),
            valid=valid or None,
            hint=hint or None,
        )

    def finding(self, path: Key, finding: Finding) -> InputError:
        parts = list(filter(None, finding.key.split(".")))
        while parts:
            block = self.value_at(path)
            found = next((n for n in range(len(parts), 1, -1) if _has(block, ".".join(parts[:n]))), 1)
            part = ".".join(parts[:found])  # a key of a study can have dots, as in set: {time.end: 1 s}
            listed = isinstance(block, list) and part.isdecimal()
            path, parts = (*path, int(part) if listed else part), parts[found:]
        return self.problem(path, finding.message, finding.valid, finding.hint)

    def missing(self, path: Key) -> InputError:
        if isinstance(path[-1], int):
            return self.problem(path[:-1], f"the list has only {path[-1]} entries", "one more")
        field = self.field(path)
        return self.problem(path, f"the key {path[-1]} is missing", _valid_for(field))

    def unknown(self, path: Key) -> InputError:
        valid = [
            name
            for block in blocks_at(self.model, path[:-1], self.document.data, self.kinds)
            for name in block.model_fields
        ]
        valid = list(dict.fromkeys(valid))
        torn = str(path[-1])[:1].isdigit() and self.value_at(path) is None  # {depth: 37,5 nm} has the key 5 nm
        hint = "write a decimal point, not a comma" if torn else nearest_key(self.model, path, valid) or ""
        return self.problem(path, f"unknown key '{path[-1]}'", ", ".join(valid), hint, of_key=True)

    def kind(self, path: Key, context: dict[str, Any]) -> InputError:
        key = (*path, str(context["discriminator"]).strip("'"))
        kinds = list(slot_at(self.model, path, {}).kinds)
        if self.value_at(key) is None:
            return self.problem(key, f"the key {key[-1]} is missing", ", ".join(kinds))
        return self.choice(key, kinds)

    def plain(self, path: Key, kind: str, message: str, context: dict[str, Any]) -> InputError:
        """Message of pydantic in the words of this package."""
        if kind in _WHAT_BELONGS:
            wanted, valid = _WHAT_BELONGS[kind]
            keys = [name for block in blocks_at(self.model, path, {}, self.kinds) for name in block.model_fields]
            valid = valid or f"the keys {', '.join(dict.fromkeys(keys))}"
            return self.problem(path, f"{wanted} belongs here", valid)
        if kind in _LIMITS:
            wrong, valid = _LIMITS[kind]
            if kind == "too_short" and isinstance(self.value_at(path), dict):
                wrong, valid = "empty", "a block with at least one name"
            return self.problem(path, f"the value is {wrong}", valid.format(**context))
        return self.problem(path, message[:1].lower() + message[1:])

    def choice(self, path: Key, choices: list[str]) -> InputError:
        value = self.value_at(path)
        near = nearest(value, choices)
        return self.problem(
            path, f"'{_short(value)}' is not possible here", ", ".join(choices), f"{near}?" if near else ""
        )

    def field(self, path: Key) -> Any:
        for block in blocks_at(self.model, path[:-1], self.document.data, self.kinds):
            if str(path[-1]) in block.model_fields:
                return block.model_fields[str(path[-1])]
        return None


def _has(block: Any, key: str) -> bool:
    return isinstance(block, dict) and key in block


def _valid_for(field: Any) -> str:
    """Say what a missing key means and looks like."""
    if field is None:
        return ""
    physical = [mark.valid for mark in field.metadata if isinstance(mark, Physical)]
    return "; ".join(text for text in (field.description, *physical) if text).replace(".;", ";")


def _inline(value: Any) -> str:
    """Value as a line of a case file would hold it, cut where it is long."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_inline(item)}" for key, item in list(value.items())[:20]) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item) for item in value[:20]) + "]"
    return _short(value)


def _short(value: Any) -> str:
    if isinstance(value, dict | list) and value and len(_inline(value)) <= 60:
        return _inline(value)
    if isinstance(value, dict):
        text = f"a block with the keys {', '.join(map(str, value))}" if value else "an empty block"
    elif isinstance(value, list):
        text = f"a list of {len(value)}"
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = str(value)
    return text if len(text) <= 80 else text[:77] + "..."
