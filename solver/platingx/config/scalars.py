"""Plain values of YAML: what versions 1.1 and 1.2 read alike is read, what they read apart is refused with a remedy."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["SCALARS", "ScalarError", "read_scalar"]

SCALARS: Final = frozenset({"str", "int", "float", "bool", "null"})
"""Kinds of plain values, as the tags of YAML call them."""

_SWITCHES: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_MAXIMUM_DIGITS: Final = 30
_LEADING_ZERO = re.compile(r"[+-]?0[0-9_]+")
_CLOCK = re.compile(r"[+-]?[0-9_]+(:[0-9]+)+(\.[0-9_]*)?")


class ScalarError(ValueError):
    """A plain value that readers of YAML understand differently, or that is no value at all.

    Parameters
    ----------
    message, valid, hint : str
        What is wrong, what would be valid, and the next thing to try.
    """

    def __init__(self, message: str, valid: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.valid, self.hint = message, valid, hint


def read_scalar(kind: str, text: str) -> str | int | float | bool | None:
    """Read a plain value.

    Parameters
    ----------
    kind : str
        One of `SCALARS`.
    text : str
        The value as written.

    Raises
    ------
    ScalarError
        If the value is a number with a leading zero (octal in YAML 1.1), of base 60 (YAML 1.1 only), or too long.
    """
    if kind == "str":
        return text
    if kind == "bool" and text.lower() in _SWITCHES:
        return _SWITCHES[text.lower()]
    if kind == "null" and text.lower() in ("", "~", "null"):
        return None
    if kind in ("bool", "null"):  # of a tag such as !!bool
        raise ScalarError(f"{text[:60]} is not a {kind}", "true or false" if kind == "bool" else "null")
    return _number(kind, text)


def _number(kind: str, text: str) -> int | float:
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    digits = text.replace("_", "")
    if kind == "int" and _LEADING_ZERO.fullmatch(text):
        hint = f"write {digits.lstrip('+-0') or '0'}, or 0o{digits.lstrip('+-0') or '0'} if it is octal"
        raise ScalarError(f"{shown} starts with a zero: readers of YAML 1.1 take it for octal", "a number", hint)
    if _CLOCK.fullmatch(text):
        hint = "write one number with its unit, such as 90 s"
        raise ScalarError(f"{shown} is a number of base 60 in YAML 1.1 and text in YAML 1.2", "a number", hint)
    if len(text) > _MAXIMUM_DIGITS and kind == "int":
        raise ScalarError(f"a whole number of {len(text)} digits", f"at most {_MAXIMUM_DIGITS} digits")
    try:
        return int(digits, 0) if kind == "int" else float(digits.lower().replace(".inf", "inf").replace(".nan", "nan"))
    except (ValueError, OverflowError):
        raise ScalarError(f"{shown} is not a number", "a number, text, true or false") from None
