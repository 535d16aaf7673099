"""Types of the values in a case: one per dimension and range, SI floats after validation.

``Length``, ``Pressure`` and the rest are ``float`` to a type checker; pydantic reads them from text with a unit. The
value is a :class:`platingx.units.Quantity`, which keeps the text as given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from platingx.nearest import nearest
from platingx.units import DIMENSIONS, Quantity, UnitError, format_si, parse

__all__ = [
    "AreaResistance",
    "Count",
    "Current",
    "CurrentDensity",
    "Fraction",
    "FractureToughness",
    "Instant",
    "Length",
    "MolarEnergy",
    "MolarVolume",
    "Number",
    "Physical",
    "PoissonRatio",
    "PositiveNumber",
    "Pressure",
    "Rate",
    "SmallLength",
    "Switch",
    "Temperature",
    "Time",
    "Voltage",
    "YoungModulus",
    "as_text",
    "block_of_word",
    "case_error",
    "derived",
    "marks_of",
    "with_default",
]

_QUANTITY_PATTERN = r"^\s*[+\u2212-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*[^\s\d.,;:].*$"


def case_error(message: str, valid: str | None = None, hint: str | None = None) -> PydanticCustomError:
    """Error of a validator that carries what is valid and what to try, for the report of the loader."""
    text = message.replace("{", "(").replace("}", ")")
    return PydanticCustomError("case", text, {"valid": valid or "", "hint": hint or ""})


def block_of_word(value: Any, key: str, words: Sequence[str], what: str, valid: str) -> Any:
    """Make a block of a word that stands for it; anything but text stays as it is.

    Parameters
    ----------
    value
        What the case gives.
    key
        Key of the block that takes the word.
    words
        Words that may stand alone.
    what
        End of the sentence on another word, such as ``is no friction``.
    valid
        What is possible.
    """
    if not isinstance(value, str):
        return value
    if value not in words:
        near = nearest(value, words)
        raise case_error(f"'{value}' {what}", valid, f"{near}?" if near else None)
    return {key: value}


def with_default(text: Any, description: str) -> Any:
    """Field of a model whose default is written as a user would write it, and validated like any other value."""
    return Field(default=text, validate_default=True, description=description)


def derived(description: str) -> Any:
    """Field of a model that a validator of its block fills in when the case leaves it out."""
    return Field(default=None, description=description)


@dataclass(frozen=True)
class Physical:
    """Marker that makes a float a quantity with a dimension and a range.

    Parameters
    ----------
    dimension : str
        Name in :data:`platingx.units.DIMENSIONS`.
    above, below : float, optional
        Open bounds in SI units.
    minimum, maximum : float, optional
        Closed bounds in SI units.
    usual : tuple of float, optional
        Smallest and largest value that is usual; a case beyond is valid, but told so (:mod:`platingx.config.doubts`).
    """

    dimension: str
    above: float | None = None
    below: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    usual: tuple[float, float] | None = None

    @property
    def range_text(self) -> str:
        """The range in words, empty without bounds."""
        bounds = [("above", self.above), ("at least", self.minimum), ("below", self.below), ("at most", self.maximum)]
        unit = DIMENSIONS[self.dimension].si_unit
        return " and ".join(f"{word} {bound:g} {unit}".strip() for word, bound in bounds if bound is not None)

    @property
    def valid(self) -> str:
        """What is valid, for error messages."""
        return ", ".join(part for part in (DIMENSIONS[self.dimension].valid, self.range_text) if part)

    def read(self, value: Any) -> Quantity:
        """Turn what stands in the case into an SI quantity.

        Raises
        ------
        PydanticCustomError
            If it is no quantity of the dimension, or out of range.
        """
        number = self._read(value)
        too_low = (self.above is not None and number <= self.above) or (
            self.minimum is not None and number < self.minimum
        )
        too_high = (self.below is not None and number >= self.below) or (
            self.maximum is not None and number > self.maximum
        )
        if too_low or too_high:
            given = "" if self.dimension == "dimensionless" else f" ({format_si(number, self.dimension)})"
            raise case_error(f"the value{given} is too {'small' if too_low else 'large'}", self.valid)
        return number

    def _read(self, value: Any) -> Quantity:
        words = DIMENSIONS[self.dimension].words
        if isinstance(value, Quantity):
            if value.dimension != self.dimension:
                raise case_error(f"a quantity of {value.dimension} where one of {words} belongs", self.valid)
            return value
        if isinstance(value, str):
            return self._parse(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            found = "nothing" if value is None else type(value).__name__
            raise case_error(
                f"{_WORDS.get(found, found)} where {DIMENSIONS[self.dimension].valid.split(',')[0]} belongs", self.valid
            )
        if self.dimension != "dimensionless":
            hint = f'write it with its unit, as in "{DIMENSIONS[self.dimension].examples[0]}"'
            raise case_error(f"a number without a unit where a {words} belongs", self.valid, hint)
        if not abs(value) <= 1e300:
            raise case_error("not a finite number", self.valid)
        return Quantity(float(value), self.dimension, None)

    def _parse(self, text: str) -> Quantity:
        try:
            return parse(text, self.dimension)
        except UnitError as error:
            raise case_error(error.message, self.valid, error.hint) from None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(as_text)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        dimension = DIMENSIONS[self.dimension]
        text = {"type": "string", "pattern": _QUANTITY_PATTERN, "examples": list(dimension.examples)}
        if self.dimension != "dimensionless":
            return text
        number: dict[str, Any] = {"type": "number"}
        names = {"above": "exclusiveMinimum", "below": "exclusiveMaximum", "minimum": "minimum", "maximum": "maximum"}
        number |= {
            json_name: getattr(self, name) for name, json_name in names.items() if getattr(self, name) is not None
        }
        return {"anyOf": [number, text | {"examples": ["10 %"]}]}


def marks_of(field: FieldInfo) -> tuple[Physical, ...]:
    """Quantities that a field of a model can hold, alone, in a list or by name."""
    return (*(mark for mark in field.metadata if isinstance(mark, Physical)), *_marks(field.annotation))


def _marks(annotation: Any) -> Iterator[Physical]:
    for part in get_args(annotation):
        if isinstance(part, Physical):
            yield part
        else:
            yield from _marks(part)


_WORDS = {"dict": "a block", "list": "a list", "bool": "true or false", "NoneType": "nothing"}


def as_text(value: Any) -> Any:
    """Value as a case file would hold it: SI text for a quantity, a number without dimension as it is."""
    if not isinstance(value, Quantity):
        return value
    return float(value) if value.dimension == "dimensionless" else format_si(value, value.dimension)


# The outer bounds only keep out slips of a unit: no plating cell is a kilometre wide or lasts a million years.
Length = Annotated[float, Physical("length", minimum=1e-12, maximum=10.0, usual=(1e-10, 0.1))]
"""Length above zero, m."""

SmallLength = Annotated[float, Physical("length", minimum=1e-12, maximum=10.0, usual=(1e-9, 1e-3))]
"""Length above zero of what is small in a cell: a flaw, a layer of metal, m."""

Time = Annotated[float, Physical("time", minimum=1e-18, maximum=1e13, usual=(1e-12, 3.2e8))]
"""Duration above zero, s."""

Instant = Annotated[float, Physical("time", minimum=0.0, maximum=1e13)]
"""Point in time from the start of the run, s; zero is allowed."""

Rate = Annotated[float, Physical("rate", above=0.0, maximum=1e30)]
"""Rate above zero, 1/s."""

Temperature = Annotated[float, Physical("temperature", minimum=1.0, maximum=5000.0, usual=(70.0, 4000.0))]
"""Absolute temperature, K."""

Pressure = Annotated[float, Physical("pressure", above=0.0, maximum=1e15, usual=(1e3, 2e11))]
"""Stress, modulus or pressure above zero, Pa."""

YoungModulus = Annotated[float, Physical("pressure", minimum=1.0, maximum=1e15, usual=(1e8, 1.5e12))]
"""Young's modulus, Pa; below that of any solid the residual forces vanish in the round-off of stiffer parts."""

CurrentDensity = Annotated[float, Physical("current_density", minimum=-1e9, maximum=1e9)]
"""Current density, A/m^2; plating > 0, stripping < 0."""

Current = Annotated[float, Physical("current", minimum=-1e6, maximum=1e6)]
"""Current through the whole electrode, A; plating > 0, stripping < 0."""

Voltage = Annotated[float, Physical("voltage", minimum=-1e4, maximum=1e4)]
"""Voltage, V; what drives plating > 0."""

AreaResistance = Annotated[float, Physical("area_resistance", minimum=0.0, maximum=1e9, usual=(0.0, 10.0))]
"""Resistance times area, ohm m^2."""

MolarEnergy = Annotated[float, Physical("molar_energy", minimum=0.0, maximum=1e7)]
"""Energy per mole, J/mol."""

MolarVolume = Annotated[float, Physical("molar_volume", minimum=1e-8, maximum=1e-2, usual=(3e-6, 1e-3))]
"""Volume per mole, m^3/mol."""

FractureToughness = Annotated[float, Physical("fracture_toughness", above=0.0, maximum=1e10, usual=(1e4, 3e8))]
"""Mode I fracture toughness, Pa m^0.5."""

Number = Annotated[float, Physical("dimensionless")]
"""Any finite number."""

PositiveNumber = Annotated[float, Physical("dimensionless", above=0.0)]
"""Number above zero."""

Fraction = Annotated[float, Physical("dimensionless", above=0.0, maximum=1.0)]
"""Number above zero and at most one."""

PoissonRatio = Annotated[float, Physical("dimensionless", above=-1.0, below=0.5, usual=(0.0, 0.49))]
"""Poisson ratio."""


def _switch(value: Any) -> Any:
    """Read what YAML 1.1 takes for true and false; version 1.2 has it as text."""
    return _SWITCHES.get(value.lower(), value) if isinstance(value, str) else value


_SWITCHES = {"yes": True, "on": True, "no": False, "off": False}

Switch = Annotated[bool, BeforeValidator(_switch), Field(strict=True)]
"""True or false; yes, no, on and off as in YAML 1.1."""

Count = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
"""Whole number from one."""
