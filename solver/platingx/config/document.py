"""A YAML file as plain data together with the place of every key and value in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from platingx.characters import characters_in
from platingx.config.scalars import SCALARS, ScalarError, read_scalar
from platingx.config.text_files import TextFileError, read_text_file
from platingx.config.yaml_nodes import MAXIMUM_DEPTH, compose
from platingx.errors import CaseError, InputError
from platingx.nearest import nearest

__all__ = ["Document", "Key", "Place", "read_document", "read_value", "similar_file"]

Key = tuple[str | int, ...]
"""Path of a value from the top of a case."""

MAXIMUM_BYTES = 200_000  # some 4 s of parsing
MAXIMUM_VALUES = 200_000
RESOLVED_ENDING = "resolved.yaml"
_TAG = "tag:yaml.org,2002:"
_HINT_MISSING = "platingx init DIR copies the shipped cases to DIR"
_HINT_LARGE = "a case is a text file of a few kB; long tables of a current belong into a CSV file"


@dataclass(frozen=True)
class Place:
    """Where something stands: file (or option of the command line), line and column from 1."""

    file: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Document:
    """Plain data of a case before validation, and where each key and value stands.

    Parameters
    ----------
    data : dict
        Blocks, lists, text, numbers, booleans and None.
    keys, values : dict
        Places of the keys and of the values, by path.
    files : dict
        SHA-256 of every file that was read, by path.
    former : list of str
        Sentences on keys with the name of an earlier version (:mod:`platingx.config.former_names`).
    dropped : list of str
        Sentences on what a case does not inherit (:mod:`platingx.config.inherited`).
    """

    data: dict[str, Any]
    keys: dict[Key, Place] = field(default_factory=dict)
    values: dict[Key, Place] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    former: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


class _Reader:
    """Turn nodes of the YAML parser into plain data; nothing but plain data passes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.keys: dict[Key, Place] = {}
        self.values: dict[Key, Place] = {}
        self.problems: list[InputError] = []
        self.count = 0
        self.open: set[int] = set()

    def place(self, node: Node) -> Place:
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def fail(self, node: Node, path: Key, message: str, valid: str = "", hint: str = "") -> None:
        place = self.place(node)
        key = ".".join(map(str, path))
        value = str(node.value)[:80] if isinstance(node, ScalarNode) and not message.startswith("the key") else None
        self.problems.append(InputError(message, self.file, place.line, place.column, key, value, valid, hint))

    def read(self, node: Node, path: Key) -> Any:
        self.count += 1
        if self.count > MAXIMUM_VALUES or len(path) > MAXIMUM_DEPTH:
            self.fail(
                node,
                path[:3],
                "too many values, or blocks too deep",
                f"{MAXIMUM_VALUES} values, {MAXIMUM_DEPTH} levels",
            )
            raise CaseError(self.problems)
        if id(node) in self.open:
            self.fail(node, path, "an alias that contains itself", "an alias of a block that stands above")
            raise CaseError(self.problems)
        self.values[path] = self.place(node)
        kind = str(node.tag).removeprefix(_TAG)
        if isinstance(node, ScalarNode):
            return self.scalar(node, kind, path)
        if kind not in ("map", "seq"):
            self.fail(node, path, f"the tag {_tag_text(node)} is not allowed", "plain values without tags")
            return None
        self.open.add(id(node))
        result = self.mapping(node, path) if isinstance(node, MappingNode) else self.sequence(node, path)
        self.open.discard(id(node))
        return result

    def scalar(self, node: ScalarNode, kind: str, path: Key) -> Any:
        text = str(node.value)
        if kind not in SCALARS:
            if kind in ("timestamp", "value", "merge"):
                return text
            self.fail(node, path, f"the tag {_tag_text(node)} is not allowed", "plain values without tags")
            return None
        try:
            return read_scalar(kind, text)
        except ScalarError as error:
            self.fail(node, path, error.message, error.valid, error.hint)
            return None

    def sequence(self, node: SequenceNode, path: Key) -> list[Any]:
        return [self.read(item, (*path, index)) for index, item in enumerate(node.value)]

    def mapping(self, node: MappingNode, path: Key) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.fail(key_node, path, "a key that is not text", "a word, then a colon")
                continue
            key = str(key_node.value)
            if key_node.tag == f"{_TAG}merge":
                self.fail(
                    key_node,
                    path,
                    "merge keys (<<) are not read",
                    hint="write extends: FILE, or an alias for the whole block",
                )
                continue
            if key in result:
                first = self.keys[(*path, key)]
                self.fail(
                    key_node,
                    (*path, key),
                    f"the key {key} is given twice",
                    hint=f"it is first given in line {first.line}",
                )
                continue
            self.keys[(*path, key)] = self.place(key_node)
            result[key] = self.read(value_node, (*path, key))
        return result


def _tag_text(node: Node) -> str:
    return str(node.tag).replace(_TAG, "!!")


def _read_text(path: Path) -> tuple[str, str]:
    """Text of a case file and the SHA-256 of its bytes."""
    written_here = path.name.endswith(RESOLVED_ENDING)  # with comments and more digits than what it was made from
    try:
        text, raw = read_text_file(path, MAXIMUM_BYTES * (10 if written_here else 1))
    except TextFileError as error:
        hint = error.hint or (str(similar_file(path) or _HINT_MISSING) if error.missing else _HINT_LARGE)
        message = error.message if error.missing else f"not a case file: {error.message}"
        value = path.name if error.missing and characters_in(path.name) else None  # named, since it looks like another
        raise CaseError(InputError(message, path, error.line, value=value, valid=error.valid, hint=hint)) from None
    return text, hashlib.sha256(raw).hexdigest()


def similar_file(path: Path) -> Path | None:
    """Find the YAML file beside a file that is not there whose name is nearest to its."""
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix in (".yaml", ".yml")]
    except OSError:
        return None
    near = nearest(path.name, names, cutoff=0.5)
    return path.parent / near if near else None


def read_document(path: Path) -> Document:
    """Read one YAML file; ``extends`` is left to :mod:`platingx.config.merge`.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    CaseError
        If the file cannot be read, is no YAML, is too large, or has tags, duplicate keys or aliases of itself.
    """
    text, digest = _read_text(path)
    file = str(path)
    node = compose(text, file)
    if node is None:
        raise CaseError(InputError("the case file is empty", file, hint="platingx init DIR copies cases to start from"))
    if not isinstance(node, MappingNode):
        line = node.start_mark.line + 1
        raise CaseError(InputError("a case file is a block of keys and values", file, line, hint="start with name: a"))
    reader = _Reader(file)
    data = reader.read(node, ())
    if reader.problems:
        raise CaseError(reader.problems)
    return Document(data, reader.keys, reader.values, {file: digest})


def read_value(text: str, origin: str) -> Any:
    """Read the value of an override, such as ``40 nm``, ``true`` or ``[1 s, 2 s]``.

    Parameters
    ----------
    text : str
        YAML of one value.
    origin : str
        Where it stands, for messages, e.g. ``--set time.end``.

    Raises
    ------
    CaseError
        If it is no YAML.
    """
    node = compose(text, origin)
    if node is None:
        return None
    reader = _Reader(origin)
    value = reader.read(node, ())
    if reader.problems:
        raise CaseError(reader.problems)
    return value


def paths_of(data: Any, prefix: Key = ()) -> Iterator[Key]:
    """Yield the path of every block and value of plain data, from the top down."""
    yield prefix
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from paths_of(value, (*prefix, key))
