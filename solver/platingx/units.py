"""Quantities with units: text such as ``"2 A/cm^2"`` in, SI floats out.

A :class:`Quantity` is a float in SI units that remembers the text it was given as. Arithmetic gives plain floats, so it
can be handed to NumPy, numba or UFL as it is. A bare number where a unit belongs is an error, so that nobody gets
metres for nanometres.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from platingx.dimensions import DIMENSIONS, Dimension
from platingx.unit_registry import REGISTRY_LOCK, unit_registry
from platingx.unit_text import plain_quantity

if TYPE_CHECKING:
    import pint

__all__ = [
    "DIMENSIONS",
    "Dimension",
    "Quantity",
    "UnitError",
    "any_quantity",
    "base_powers",
    "describe_si",
    "format_si",
    "parse",
    "quantity",
]

_MAXIMUM_TEXT: Final = 80
_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?)(?![\d.])", re.ASCII)
_UNIT_TEXT = re.compile(r"[A-Za-z\u00b5\u00b0%*/^()\d.\s+-]*", re.ASCII)
_CHAINED_POWER = re.compile(r"(?:\^|\*\*)[\s(+-]*[\d.]+[\s)]*(?:\^|\*\*)")
_EXPONENT_WITHOUT_CARET = re.compile(r"(?<=[A-Za-z\u00b5\u00b0])(-?\d)", re.ASCII)
_GROUPED = re.compile(r"\s*[+-]?\d{1,3}(?:([,_' ])\d{3}){1,}(?!\d)", re.ASCII)
_CLOCK = re.compile(r"\s*\d+(:\d\d?){1,2}(\.\d*)?\s*", re.ASCII)


class UnitError(ValueError):
    """A text is not a quantity of the wanted dimension.

    Parameters
    ----------
    message : str
        What is wrong.
    valid : str
        What would be valid.
    hint : str, optional
        The next thing to try.
    """

    def __init__(self, message: str, valid: str = "", hint: str | None = None) -> None:
        self.message, self.valid, self.hint = message, valid, hint
        super().__init__("; ".join(part for part in (message, valid and f"valid: {valid}", hint) if part))


class Quantity(float):
    """A float in SI units that remembers how it was given.

    Parameters
    ----------
    value : float
        Value in the SI unit of `dimension`.
    dimension : str
        Name in :data:`DIMENSIONS`.
    given : str, optional
        The text it was read from.
    """

    dimension: str
    given: str | None

    def __new__(cls, value: float, dimension: str = "dimensionless", given: str | None = None) -> Quantity:
        """Make the float; the dimension must be known."""
        if dimension not in DIMENSIONS:
            raise UnitError(f"unknown dimension '{dimension}'", ", ".join(DIMENSIONS))
        self = super().__new__(cls, value)
        self.dimension, self.given = dimension, given
        return self

    def __reduce__(self) -> tuple[type[Quantity], tuple[float, str, str | None]]:
        """Pickle with dimension and text, so that it survives a broadcast between ranks."""
        return type(self), (float(self), self.dimension, self.given)

    @property
    def unit(self) -> str:
        """The SI unit."""
        return DIMENSIONS[self.dimension].si_unit


def _split(text: str, dimension: Dimension) -> tuple[float, str]:
    """Split ``"2 A/cm^2"`` into the number and the text of the unit, with all that is dangerous refused."""
    if len(text) > _MAXIMUM_TEXT:
        raise UnitError(f"{len(text)} characters are too many for a quantity", dimension.valid)
    text = plain_quantity(text)
    match = _NUMBER.match(text)
    if _GROUPED.match(text):
        raise UnitError(f"'{text}' has signs between the digits of its number", dimension.valid, _number_hint(text))
    if match is None:
        raise UnitError(f"'{text}' does not start with a number", dimension.valid, _number_hint(text))
    if _CLOCK.fullmatch(text):
        raise UnitError(f"'{text}' is a time of the clock", dimension.valid, _number_hint(text))
    value, unit = float(match.group(1)), text[match.end() :].strip()
    if not math.isfinite(value):
        raise UnitError(f"'{text}' is not a finite number", dimension.valid)
    if re.match(r",\d", unit):
        raise UnitError(f"'{text}' has a comma in its number", dimension.valid, _number_hint(text))
    if (
        not _UNIT_TEXT.fullmatch(unit)
        or _CHAINED_POWER.search(unit)
        or re.search(r"\d{3}", unit)
        or unit.count("(") > 2
    ):
        raise UnitError(f"'{unit}' is not a unit", dimension.valid)
    return value, unit


def _number_hint(text: str) -> str | None:
    """What to write for a number with a comma, with groups of three digits, or like a clock."""
    if _GROUPED.match(text):
        return "write a decimal point, not a comma, and nothing between groups of digits"
    if re.match(r"\s*[+-]?\d*,\d", text):
        return "write a decimal point, not a comma"
    if _CLOCK.fullmatch(text):
        return "write one number with its unit: 90 s for one and a half minutes"
    return None


@lru_cache(maxsize=512)
def _unit(unit: str, dimension: Dimension) -> pint.Unit:
    """Read the text of a unit and check its dimension.

    Raises
    ------
    UnitError
        If the unit is unknown or of another dimension.
    """
    registry = unit_registry()
    normal = _EXPONENT_WITHOUT_CARET.sub(r"^\1", unit)
    normal = re.sub(r"^/", "1/", normal)
    try:
        found = registry.Unit(normal)
        same = found.dimensionality == registry.Unit(dimension.si_unit).dimensionality
    except Exception as error:  # pint lets errors of its tokenizer through, of many classes
        raise UnitError(f"'{unit}' is not a unit", dimension.valid, _nearest_unit(unit, dimension)) from error
    if not same:
        raise UnitError(_wrong_dimension(unit, found, dimension), dimension.valid, _nearest_unit(unit, dimension))
    return found


def _wrong_dimension(unit: str, found: pint.Unit, dimension: Dimension) -> str:
    registry = unit_registry()
    wanted = "but a plain number belongs here" if dimension.name == "dimensionless" else f"not of {dimension.words}"
    for other in DIMENSIONS.values():
        if registry.Unit(other.si_unit).dimensionality == found.dimensionality:
            return f"'{unit}' is a unit of {other.words}, {wanted}"
    return f"'{unit}' is not a unit of {dimension.words}"


def _nearest_unit(unit: str, dimension: Dimension) -> str | None:
    if dimension.name == "temperature" and unit.strip() in {"C", "F", "c", "deg", "degrees"}:
        return "write degC for degrees Celsius, K for kelvin"
    if unit and unit[0] in "mM" and unit[1:].lower() in {"pa", "a/cm^2", "a/cm2"}:
        return "m is milli, M is mega: MPa, mA/cm^2"
    return None


def parse(text: str, dimension: str) -> Quantity:
    """Read a quantity with its unit from text.

    Parameters
    ----------
    text : str
        For example ``"2 A/cm^2"``, ``"40 nm"``, ``"25 degC"``, ``"0.05 1/s"``; also ``cm2`` for ``cm^2``, and what
        :func:`platingx.unit_text.plain_quantity` reads.
    dimension : str
        Name in :data:`DIMENSIONS`.

    Returns
    -------
    Quantity
        In SI units, with the text it was given as.

    Raises
    ------
    UnitError
        If there is no number, no unit, an unknown unit, or a unit of another dimension.
    """
    wanted = DIMENSIONS[dimension]
    value, unit = _split(text, wanted)
    if not unit and dimension != "dimensionless":
        raise UnitError(f"'{text.strip()}' has no unit", wanted.valid)
    if unit == wanted.si_unit or not unit:
        return Quantity(value, dimension, text.strip())
    with REGISTRY_LOCK:  # pint fills its caches while it converts
        found = _unit(unit, wanted)
        registry = unit_registry()
        si = registry.Quantity(value, found).to(registry.Unit(wanted.si_unit)).magnitude
    if not math.isfinite(si):
        raise UnitError(f"'{text}' is not a finite number in {wanted.si_unit}", wanted.valid)
    return Quantity(float(f"{si:.15g}"), dimension, text.strip())  # 40 nm is 4e-08 m, without the digits of rounding


@lru_cache(maxsize=4096)
def any_quantity(text: str) -> Quantity:
    """Read a quantity of any dimension of :data:`DIMENSIONS`; of several of one unit it is the first.

    Raises
    ------
    UnitError
        If it is none.
    """
    for dimension in DIMENSIONS:
        with suppress(UnitError):
            return parse(text, dimension)
    raise UnitError(f"'{text}' is no quantity", "a number with its unit, such as 2 A/cm^2", "is the unit spelt right?")


@cache
def base_powers(dimension: str) -> tuple[tuple[str, float], ...]:
    """Powers of length, time, mass and so on that make a dimension, by name; nothing for pure numbers."""
    with REGISTRY_LOCK:
        found = unit_registry().Unit(DIMENSIONS[dimension].si_unit).dimensionality
    return tuple(sorted((str(name), float(power)) for name, power in found.items()))


def quantity(value: str | float, dimension: str, unit: str | None = None) -> Quantity:
    """Make a quantity in Python, from text or from a number and a unit.

    Parameters
    ----------
    value : str or float
        Text with a unit, or a number in `unit`.
    dimension : str
        Name in :data:`DIMENSIONS`.
    unit : str, optional
        Unit of a number; the SI unit of the dimension when left out.

    Raises
    ------
    UnitError
        As :func:`parse`.

    Examples
    --------
    >>> quantity("40 nm", "length")
    4e-08
    >>> quantity(25.0, "temperature", "degC")
    298.15
    """
    if isinstance(value, str):
        return parse(value, dimension)
    if dimension not in DIMENSIONS:
        raise UnitError(f"unknown dimension '{dimension}'", ", ".join(DIMENSIONS))
    si_unit = DIMENSIONS[dimension].si_unit
    return parse(f"{float(value)!r} {unit if unit is not None else si_unit}".strip(), dimension)


def format_si(value: float, dimension: str) -> str:
    """Text that :func:`parse` reads back to the same float: number with all its digits, SI unit."""
    return f"{float(value)!r} {DIMENSIONS[dimension].si_unit}".strip()


def describe_si(value: float, dimension: str) -> str:
    """Short text for people: six digits, SI unit."""
    return f"{float(value):.6g} {DIMENSIONS[dimension].si_unit}".strip()
