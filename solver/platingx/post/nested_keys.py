"""Nested data of a YAML or JSON file as values by their dotted keys, and which keys a pattern names."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

__all__ = ["by_dotted_key", "is_named"]


def by_dotted_key(data: Any, key: str = "") -> dict[str, Any]:
    """Give the values that are neither lists nor mappings, by their dotted key.

    Parameters
    ----------
    data : object
        Nested mappings and lists.
    key : str
        Key of `data` itself.

    Returns
    -------
    dict
        ``{"geometry.pit.depth": 4e-8, "calibration.0.quantity": "..."}``; the positions in a list are keys too.
    """
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else None
    if items is None:
        return {key: data}
    result: dict[str, Any] = {}
    for name, value in items:
        result |= by_dotted_key(value, f"{key}.{name}" if key else str(name))
    return result


def is_named(key: str, patterns: Iterable[str]) -> bool:
    """Whether a key, or one of the blocks it is in, is among some names with ``*`` and ``?`` as in file names."""
    parts = key.split(".")
    blocks = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return any(fnmatchcase(block, pattern) for pattern in patterns for block in blocks)
