"""Quantities with units: text such as ``"2 A/cm^2"`` in, SI floats out.

A :class:`Quantity` is a float in SI units that remembers the text it was given as. Arithmetic gives plain floats, so it
can be handed to NumPy, numba or UFL as it is. A bare number where a unit belongs is an error, so that nobody gets
metres for nanometres.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Final

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


@dataclass(frozen=True)
class Dimension:
    """A physical dimension: its name, SI unit (as pint writes it) and examples of how users write it."""

    name: str
    si_unit: str
    examples: tuple[str, ...]

    @property
    def words(self) -> str:
        """The name in words, e.g. ``current density``."""
        return self.name.replace("_", " ")

    @property
    def valid(self) -> str:
        """What a valid value looks like, for error messages."""
        kind = "a number" if self.name == "dimensionless" else f"a {self.words} with its unit"
        return f"{kind}, such as {' or '.join(self.examples)}"


def _dimensions() -> dict[str, Dimension]:
    table = [
        ("dimensionless", "", ("0.1", "10 %")),
        ("length", "m", ("40 nm", "2.4 um")),
        ("time", "s", ("21 ms", "4.64 s")),
        ("rate", "1/s", ("0.05 1/s", "1e-3 /s")),
        ("velocity", "m/s", ("1940 nm/s", "1 um/h")),
        ("temperature", "K", ("25 degC", "298.15 K")),
        ("pressure", "Pa", ("150 GPa", "0.95 MPa")),
        ("stiffness_per_area", "Pa/m", ("90 GPa/um", "1e17 Pa/m")),
        ("force", "N", ("400 nN", "1 mN")),
        ("force_per_length", "N/m", ("6 N/m", "50 mN/m")),
        ("angle", "rad", ("5 mrad", "0.2 deg")),
        ("second_moment_of_area", "m^4", ("5 um^4", "5e-30 m^4")),
        ("current_density", "A/m^2", ("2 A/cm^2", "4 mA/cm^2")),
        ("current", "A", ("25 nA", "1 mA")),
        ("charge_per_area", "C/m^2", ("56 mC/cm^2", "0.1 mAh/cm^2")),
        ("resistance", "ohm", ("113 MOhm", "50 ohm")),
        ("area_resistance", "ohm*m^2", ("5 ohm cm^2", "5e-4 ohm m^2")),
        ("molar_energy", "J/mol", ("37 kJ/mol", "0.38 eV/particle")),
        ("molar_volume", "m^3/mol", ("13.0 cm^3/mol", "1.3e-5 m^3/mol")),
        ("surface_energy", "J/m^2", ("0.452 J/m^2", "452 mJ/m^2")),
        ("fracture_toughness", "Pa*m^0.5", ("0.95 MPa m^0.5", "1 MPa*m^(1/2)")),
        ("number_density", "1/m^3", ("1.65e22 1/cm^3", "4e28 1/m^3")),
        ("density", "kg/m^3", ("0.534 g/cm^3", "534 kg/m^3")),
        ("conductivity", "S/m", ("0.4 mS/cm", "4e-2 S/m")),
        ("diffusivity", "m^2/s", ("1e-11 cm^2/s", "1e-15 m^2/s")),
        ("thermal_conductivity", "W/(m*K)", ("84.8 W/(m K)", "0.8 W/(cm K)")),
        ("energy", "J", ("2 nJ", "1e-9 J")),
        ("moment", "N*m", ("2 nN*m", "1e-12 N*m")),
        ("energy_per_length", "J/m", ("2 uJ/m", "1e-6 J/m")),
        ("area", "m^2", ("1 um^2", "1e-12 m^2")),
        ("area_per_length", "m", ("40 nm", "2.4 um")),
        ("volume", "m^3", ("1 um^3", "1e-18 m^3")),
        ("voltage", "V", ("50 mV", "0.05 V")),
        ("power", "W", ("2 nW", "1e-9 W")),
    ]
    return {name: Dimension(name, unit, examples) for name, unit, examples in table}


DIMENSIONS: Final = _dimensions()
"""Every dimension that a case or the material library uses, by name."""


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


_REGISTRY_LOCK = RLock()


@cache
def _registry() -> pint.UnitRegistry:
    import pint  # 0.2 s: only when the first quantity is read

    registry = pint.UnitRegistry(autoconvert_offset_to_baseunit=True, on_redefinition="raise")
    registry.define("@alias ohm = Ohm")  # as data sheets of cells write it
    return registry


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
    registry = _registry()
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
    registry = _registry()
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
    with _REGISTRY_LOCK:  # pint fills its caches while it converts
        found = _unit(unit, wanted)
        registry = _registry()
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
    with _REGISTRY_LOCK:
        found = _registry().Unit(DIMENSIONS[dimension].si_unit).dimensionality
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
