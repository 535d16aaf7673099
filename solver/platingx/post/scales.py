"""Prefixes of units for display: 4.9e9 Pa becomes 4.90 GPa, 21e-3 s becomes 21 ms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Scale", "display_scale", "format_place", "format_value", "raised", "rounded"]

_PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}
_PREFIXED_UNITS = ("Pa", "m", "s", "N", "N/m", "J", "J/m", "V", "W")
_CURRENT_DENSITIES = ((1e4, "A/cm²"), (1e1, "mA/cm²"), (1e-2, "µA/cm²"))
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SMALLEST = 0.1
"""Of a unit of current density: 0.5 A/cm² and 0.25 mA/cm² are written so, 0.05 A/cm² is 50 mA/cm²."""


@dataclass(frozen=True)
class Scale:
    """Display unit: a value in SI divided by `factor` is a number in `label`."""

    factor: float
    label: str

    def text(self, value: float, digits: int = 3) -> str:
        """Give the value with its unit, e.g. ``4.90 GPa``, rounded to significant `digits`."""
        return f"{rounded(value / self.factor, digits)} {self.label}".strip()


def display_scale(values: npt.ArrayLike, unit: str) -> Scale:
    """Choose the prefix in which the largest magnitude lies between 1 and 1000.

    Parameters
    ----------
    values : array_like
        In the SI unit `unit`; values that are not finite are left out.
    unit : str
        SI unit: Pa, m, s, N, N/m, V, W, A/m^2, or anything else, which keeps its size.
    """
    magnitudes = np.abs(np.asarray(values, dtype=float).ravel())
    magnitudes = magnitudes[np.isfinite(magnitudes)]
    largest = float(magnitudes.max()) if magnitudes.size else 0.0
    if unit == "A/m^2":
        fitting = (scale for scale in _CURRENT_DENSITIES if largest >= _SMALLEST * scale[0] * (1 - 1e-12))
        return Scale(*next(fitting, _CURRENT_DENSITIES[1]))
    if unit not in _PREFIXED_UNITS or largest == 0:
        return Scale(1.0, _printed(unit))
    exponent = int(3 * np.floor(np.log10(largest * (1 + 1e-12)) / 3))
    if exponent < min(_PREFIXES):  # round-off, which a prefix would make look like a number
        return Scale(1.0, _printed(unit))
    exponent = min(exponent, 0 if unit == "s" else max(_PREFIXES))
    if unit == "m":
        exponent = min(exponent, 0)
    return Scale(10.0**exponent, _PREFIXES[exponent] + unit)


def _printed(unit: str) -> str:
    """Write a unit as print has it: ``C/m^2`` is C/m², ``Pa*m^0.5`` is Pa√m."""
    return raised(re.sub(r"[* ]?m\^0\.5", "√m", unit)).replace("*", " ")


def raised(text: str) -> str:
    """Write whole powers in a text as print has them: ``2 A/cm^2`` is 2 A/cm².

    Parameters
    ----------
    text : str
        A unit, or a sentence with units in it.
    """
    return re.sub(r"(?<=\w)\^(-?\d+)(?![\d.])", lambda found: found[1].translate(_RAISED), text)


def format_value(value: float | None, unit: str, digits: int = 3) -> str:
    """Give a value in SI as text with a suitable prefix; an empty text for None.

    Parameters
    ----------
    value : float or None
        In the SI unit `unit`.
    unit : str
        SI unit; an empty text for a number without one.
    digits : int
        Significant digits.
    """
    if value is None:
        return ""
    return display_scale([value], unit).text(value, digits)


def format_place(place: Sequence[float], digits: int = 3) -> str:
    """Give coordinates in m as text with one prefix, e.g. ``(0, -37.0) nm``; round-off of the largest shows as 0."""
    scale = display_scale(place, "m")
    smallest = 1e-6 * max((abs(x) for x in place), default=0.0)
    texts = [rounded(x / scale.factor, digits) if abs(x) > smallest else "0" for x in place]
    return f"({', '.join(texts)}) {scale.label}"


def rounded(number: float, digits: int = 3) -> str:
    """Round to significant digits, with an exponent only below 1e-3 and from 1e5 on."""
    if number == 0 or not np.isfinite(number):
        return f"{number:g}"
    if not 1e-3 <= abs(number) < 1e5:
        return f"{number:.{digits - 1}e}"
    decimals = max(digits - 1 - int(np.floor(np.log10(abs(number)))), 0)
    return f"{number:.{decimals}f}"
