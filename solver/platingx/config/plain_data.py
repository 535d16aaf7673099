"""Values of Python callers in the form that a case file has: blocks, lists, numbers and text with units."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from typing import Any, Final

from platingx.config.base import Block
from platingx.config.yaml_nodes import MAXIMUM_DEPTH
from platingx.errors import CaseError, InputError

__all__ = ["plain_data"]

_VALID: Final = "text, numbers, true or false, quantities, paths, and dictionaries, lists and arrays of them"


def plain_data(value: Any, origin: str, depth: int = 0) -> Any:
    """Give values as a case file holds them.

    Parameters
    ----------
    value : object
        Numbers and arrays of NumPy become numbers and lists, quantities of pint text with a unit, paths text.
    origin : str
        Where it stands, for messages.
    depth : int
        Blocks and lists around it.

    Raises
    ------
    CaseError
        If there is something in it that no case can hold, or blocks contain themselves.
    """
    if depth > MAXIMUM_DEPTH:
        raise CaseError(InputError("blocks or lists too deep", origin, valid=f"at most {MAXIMUM_DEPTH} levels"))
    if isinstance(value, Mapping):
        return {str(key): plain_data(item, origin, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset | range):
        return [plain_data(item, origin, depth + 1) for item in value]
    if hasattr(value, "magnitude") and hasattr(value, "units"):  # a quantity of pint
        numbers, unit = plain_data(value.magnitude, origin, depth), f"{value.units:C}"
        return [f"{number!r} {unit}" for number in numbers] if isinstance(numbers, list) else f"{numbers!r} {unit}"
    if hasattr(value, "dtype") and hasattr(value, "tolist"):  # a number or an array of NumPy
        return plain_data(value.tolist(), origin, depth + 1)
    if isinstance(value, PathLike):
        return str(fspath(value))
    if value is None or isinstance(value, str | int | float | Block):
        return value
    raise CaseError(
        InputError(f"a value of the type {type(value).__name__} cannot stand in a case", origin, valid=_VALID)
    )
