"""A case written out in full: every value in SI, with a comment that says how it was given and where it comes from.

The text is itself a valid case that gives the same numbers to the last digit.
"""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from platingx.config.base import Block
from platingx.config.case import Case
from platingx.config.current_file import current_file_text
from platingx.config.direction_file import direction_file_text
from platingx.config.geometry import FileGeometry
from platingx.config.inherited import ABOUT_RESULTS
from platingx.config.kinds import AnyCase
from platingx.config.library import keep_away
from platingx.config.value_sources import LibraryBlock
from platingx.config.yaml_text import yaml_text
from platingx.units import Quantity

__all__ = [
    "CURRENT_FILE",
    "DIRECTION_FILE",
    "MESH_COPY",
    "RESOLVED_CASE",
    "dump_resolved",
    "fingerprint",
    "fingerprint_of_past",
    "fingerprint_of_results",
    "plain_resolved",
    "resolved_files",
]

RESOLVED_CASE, CURRENT_FILE, MESH_COPY = "case.resolved.yaml", "case.resolved.current.csv", "mesh.msh"
"""Names in a run folder: the case, its current if that has many points, and its mesh."""
DIRECTION_FILE = "case.resolved.direction.csv"
"""Name in a run folder of the directions of growth that came from a file."""
LONGEST_TABLE = 100
"""Points of a current that stand in the case itself."""

#: Keys of a case that say how it is solved, how far and what is written; all others are physics, also those to come.
SETTINGS = ("name", *ABOUT_RESULTS, "time", "solver", "output")


def _data(case: AnyCase) -> dict[str, Any]:
    """Plain data of a case in SI that validates to the same case."""
    data: dict[str, Any] = case.model_dump(exclude_none=True, mode="json")
    for key, block in case.library_blocks().items():
        of_library = block.library_parameters()
        if of_library is not None:
            keep_away(_at(data, key), of_library)
    return data


def _at(data: Any, key: str) -> Any:
    """Block at a key of the data of a case."""
    for part in key.split("."):
        data = data[part]
    return data


def _by_content(case: AnyCase) -> dict[str, Any]:
    """Data of a case with the content of the directions of a file instead of its name."""
    data = _data(case)
    points = case.growth.direction.points if isinstance(case, Case) else None
    if points is not None:
        data["growth"]["direction"] = points.digest
    return data


def fingerprint(case: AnyCase) -> str:
    """SHA-256 of the numbers and choices of a case: the same for 40 nm and 4e-8 m, and wherever its files lie.

    The mesh of a mesh file is left out: its content is known when it has been read, and is checked by its own hash.
    """
    return _digest(_without_files(_by_content(case)))


def fingerprint_of_results(case: AnyCase) -> str:
    """SHA-256 of all that the numbers of a run depend on: the case without its output, the bytes of a mesh file too."""
    data = {key: value for key, value in _by_content(case).items() if key != "output"}
    if isinstance(case, Case) and isinstance(case.geometry, FileGeometry):
        data["geometry"]["path"] = _digest_of_file(Path(case.geometry.path))
    return _digest(data)


def fingerprint_of_past(case: AnyCase, time: float = math.inf) -> str:
    """SHA-256 of the physics that a state depends on, as far as it has acted up to a time, without the mesh of a file.

    Parameters
    ----------
    case : Case
        A validated case.
    time : float
        Time of the state, s. A current that differs later only gives the same; infinity counts all of it.
    """
    data = {key: value for key, value in _without_files(_by_content(case)).items() if key not in SETTINGS}
    if isinstance(case, Case) and case.growth.current_density is not None:
        current = case.growth.current_density.until(time)
        data["growth"]["current_density"] = [current.times, current.values]
    return _digest(data)


def plain_resolved(case: AnyCase) -> dict[str, Any]:
    """Plain data of the case that :func:`resolved_files` writes, with the table of its current in any case."""
    data = _data(case)
    if not isinstance(case, Case):
        return data
    if isinstance(case.geometry, FileGeometry):
        data["geometry"] = _geometry_of_copy(case.geometry).model_dump(exclude_none=True, mode="json")
    if case.growth.direction.points is not None:
        data["growth"]["direction"] = {"file": DIRECTION_FILE}
    return data


def _without_files(data: dict[str, Any]) -> dict[str, Any]:
    """Leave out of the geometry of a mesh file how it is found and read."""
    geometry = data.get("geometry")
    if geometry is None or geometry["builder"] != "file":
        return data
    return data | {"geometry": {key: geometry[key] for key in ("builder", "symmetry")}}


def _digest_of_file(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "cannot be read"


def _digest(data: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def dump_resolved(case: AnyCase) -> str:
    """Write a case out in full as YAML, with its mesh file where it is.

    Parameters
    ----------
    case : Case
        A validated case.

    Returns
    -------
    str
        SI values, and as comments how they were given, their source and status.
    """
    return _text_of(_tree(case), case)


def resolved_files(case: AnyCase, mesh_is_there: bool) -> dict[str, str]:
    """Write a case out in full for its run folder, so that it is valid wherever the folder goes.

    Parameters
    ----------
    case : Case
        A validated case.
    mesh_is_there : bool
        Whether the folder has its copy of the mesh; a case with a mesh file then names the copy.

    Returns
    -------
    dict
        Text of ``case.resolved.yaml`` and, if its current has many points, of the CSV file of the current.
    """
    tree = _tree(case)
    files: dict[str, str] = {}
    if not isinstance(case, Case):
        return {RESOLVED_CASE: _text_of(tree, case)}
    if mesh_is_there and isinstance(case.geometry, FileGeometry):
        copy = _geometry_of_copy(case.geometry)
        tree["geometry"] = _commented(copy.model_dump(exclude_none=True, mode="json"))
        _comment(tree["geometry"], "path", f"copy, in m and with the names of this case, of {case.geometry.path}")
    program = case.growth.current_density
    if program is not None and len(program.times) > LONGEST_TABLE:
        files[CURRENT_FILE] = current_file_text(program.times, program.values)
        tree["growth"]["current_density"] = CommentedMap(file=CURRENT_FILE)
        _comment(tree["growth"]["current_density"], "file", f"{len(program.times)} points, given: {program.given}")
    points = case.growth.direction.points
    if points is not None:
        files[DIRECTION_FILE] = direction_file_text(points)
        tree["growth"]["direction"] = CommentedMap(file=DIRECTION_FILE)
        _comment(tree["growth"]["direction"], "file", f"copy, in m, of {case.growth.direction.file}")
    return {RESOLVED_CASE: _text_of(tree, case)} | files


def _geometry_of_copy(geometry: FileGeometry) -> FileGeometry:
    """How the copy of a mesh in a run folder is read."""
    return FileGeometry.model_construct(builder="file", path=MESH_COPY, symmetry=geometry.symmetry)


def _tree(case: AnyCase) -> CommentedMap:
    tree: CommentedMap = _commented(_data(case))
    _annotate(tree, case)
    for key, block in case.library_blocks().items():
        _annotate_sources(_at(tree, key), block)
    return tree


def _text_of(tree: CommentedMap, case: AnyCase) -> str:
    name = " ".join(case.name.split())
    return f"# {name}, resolved: SI units; given as in the comments\n{yaml_text(tree)}"


def _commented(data: Any) -> Any:
    if isinstance(data, dict):
        return CommentedMap((key, _commented(value)) for key, value in data.items())
    if isinstance(data, list):
        return CommentedSeq(_commented(value) for value in data)
    return data


def _annotate(tree: Any, value: Any) -> None:
    """Add how each quantity was given, unless it was in SI already."""
    if isinstance(value, Block) and isinstance(tree, CommentedMap):
        fields: Any = {name: getattr(value, name) for name in type(value).model_fields}
    elif isinstance(value, dict) and isinstance(tree, CommentedMap):
        fields = value
    elif isinstance(value, tuple) and isinstance(tree, CommentedSeq):
        fields = dict(enumerate(value))
    else:
        return
    for name, item in fields.items():
        written = name in tree if isinstance(tree, CommentedMap) else True
        if item is None or not written:  # what is written in another form carries its text already
            continue
        given = getattr(item, "given", None)
        if isinstance(given, str) and given and given != str(tree[name]):
            _comment(tree, name, f"given: {given}")
        if not isinstance(item, Quantity):
            _annotate(tree[name], item)


def _annotate_sources(tree: CommentedMap, block: LibraryBlock) -> None:
    for key, source in block.sources.items():
        if source.status == "user":
            continue
        *blocks, name = key.split(".")
        place = tree
        for part in blocks:
            place = place[part]
        _comment(place, name, f"library: {source.text}; {source.status}; {source.source}")


def _comment(tree: CommentedMap | CommentedSeq, name: Any, text: str) -> None:
    tree.yaml_add_eol_comment(" ".join(text.split()), name, column=0)
