"""Two values side by side for people: one prefix, digits enough to tell them apart, the change with its sign."""

from __future__ import annotations

import math
import re
from typing import Any

from platingx.columns import split_unit
from platingx.post.scales import display_scale, rounded

__all__ = ["change_text", "pair_text", "unit_of_key", "value_and_unit"]

_QUANTITY = re.compile(r"([-+]?\d[\d.]*(?:[eE][-+]?\d+)?) ([A-Za-z%/^0-9*]+)")
_MOST_DIGITS = 15
_LARGEST_PERCENT, _LARGEST_FACTOR = 900.0, 10.0
_ONE_PREFIX = 0.1
"""Ratio of two values down to which they are shown with one prefix."""


def unit_of_key(key: str) -> str:
    """SI unit that the last part of a dotted key ends with; empty for a number without one."""
    return split_unit(key.rsplit(".", 1)[-1])[1]


def value_and_unit(value: Any, key: str) -> tuple[float, str] | None:
    """Number and SI unit of a value, from its text or its key; None for what is no number.

    Parameters
    ----------
    value : object
        Such as 4.9e9 or ``"20000.0 A/m^2"``.
    key : str
        Dotted key, such as ``summary.max_pressure_li.value_Pa``.
    """
    if isinstance(value, str):
        found = _QUANTITY.fullmatch(value)
        return (float(found[1]), found[2]) if found else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value), unit_of_key(key)


def pair_text(first: float, second: float, unit: str, digits: int = 3) -> tuple[str, str]:
    """Texts of two values with one prefix, with so many digits that a difference is seen.

    Parameters
    ----------
    first, second : float
        In the SI unit `unit`.
    unit : str
        SI unit; an empty text for numbers without one.
    digits : int
        Digits at least.
    """
    if not unit and all(value == int(value) for value in (first, second) if math.isfinite(value)):
        return f"{first:g}", f"{second:g}"
    largest, apart = max(abs(first), abs(second)), abs(first - second)
    if math.isfinite(apart) and apart > 0.0:
        digits = min(max(digits, 1 - math.floor(math.log10(apart / largest))), _MOST_DIGITS)
    scales = [display_scale([first, second], unit)] * 2
    if min(abs(first), abs(second)) < _ONE_PREFIX * largest:
        scales = [display_scale([value], unit) for value in (first, second)]
    texts = [scale.text(value, digits) for scale, value in zip(scales, (first, second), strict=True)]
    return texts[0], texts[1]


def change_text(first: float, second: float) -> str:
    """Change from the first to the second in percent, with its sign, or as a factor; empty where the first is zero."""
    if first == second:
        return "same"
    if first == 0.0 or not math.isfinite(first) or not math.isfinite(second):
        return ""
    percent = 100.0 * (second - first) / abs(first)
    if abs(percent) >= _LARGEST_PERCENT or (0.0 < second / first < 1.0 / _LARGEST_FACTOR):
        return f"x {rounded(second / first)}"
    return f"{'+' if percent > 0 else '-'}{rounded(abs(percent), 2 if abs(percent) < 100 else 3)} %"
