"""A case written out in full: every value in SI, with a comment that says how it was given and where it comes from.

The text is itself a valid case that gives the same numbers to the last digit.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from platingx.config.base import Block
from platingx.config.case import Case
from platingx.config.library import load_material
from platingx.config.materials import Material
from platingx.units import Quantity

__all__ = ["dump_resolved", "fingerprint", "fingerprint_of_past", "fingerprint_of_results"]

#: Keys of a case that say how it is solved, how far and what is written; all others are physics, also those to come.
SETTINGS = ("name", "description", "calibration", "published", "time", "solver", "output")

_REMOVABLE = ("molar_volume", "melting_temperature", "fracture")


def _data(case: Case) -> dict[str, Any]:
    """Plain data of a case in SI that validates to the same case."""
    data: dict[str, Any] = case.model_dump(exclude_none=True, mode="json")
    for region, material in case.materials.items():
        known = {} if material.base is None else load_material(material.base).parameters()
        removed = [name for name in _REMOVABLE if name in known and getattr(material, name) is None]
        data["materials"][region] |= dict.fromkeys(removed)  # null keeps the library's value away
    return data


def fingerprint(case: Case) -> str:
    """SHA-256 of the numbers and choices of a case: the same for 40 nm and 4e-8 m."""
    return _digest(_data(case))


def fingerprint_of_results(case: Case) -> str:
    """SHA-256 of all that the numbers of a run depend on: the case without its output."""
    return _digest({key: value for key, value in _data(case).items() if key != "output"})


def fingerprint_of_past(case: Case, time: float = math.inf) -> str:
    """SHA-256 of the physics that a state depends on, as far as it has acted up to a time.

    Parameters
    ----------
    case : Case
        A validated case.
    time : float
        Time of the state, s. A current that differs later only gives the same; infinity counts all of it.
    """
    data = {key: value for key, value in _data(case).items() if key not in SETTINGS}
    current = case.growth.current_density.until(time)
    data["growth"]["current_density"] = [current.times, current.values]
    return _digest(data)


def _digest(data: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def dump_resolved(case: Case) -> str:
    """Write a case out in full as YAML.

    Parameters
    ----------
    case : Case
        A validated case.

    Returns
    -------
    str
        Text for ``case.resolved.yaml``: SI values, and as comments how they were given, their source and status.
    """
    tree = _commented(_data(case))
    _annotate(tree, case)
    for region, material in case.materials.items():
        _annotate_sources(tree["materials"][region], material)
    writer = YAML()
    writer.width = 4096
    stream = io.StringIO()
    writer.dump(tree, stream)
    return f"# {case.name}, resolved: SI units; given as in the comments\n{stream.getvalue()}"


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


def _annotate_sources(tree: CommentedMap, material: Material) -> None:
    for key, source in material.sources.items():
        if source.status == "user":
            continue
        *blocks, name = key.split(".")
        block = tree
        for part in blocks:
            block = block[part]
        _comment(block, name, f"library: {source.text}; {source.status}; {source.source}")


def _comment(tree: CommentedMap | CommentedSeq, name: Any, text: str) -> None:
    tree.yaml_add_eol_comment(" ".join(text.split()), name, column=0)
