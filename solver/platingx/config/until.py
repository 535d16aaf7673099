"""Values of results at which a run ends before its time: ``until: {max_pressure_li: 5 GPa}``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from platingx.columns import COLUMNS, Column, column_of
from platingx.config.base import Finding
from platingx.config.quantities import as_text, case_error
from platingx.nearest import nearest
from platingx.units import DIMENSIONS, Quantity, UnitError, parse

__all__ = ["Until", "check_region", "check_until", "monitored_stems", "read_until", "stem_of"]


def monitored_stems() -> tuple[str, ...]:
    """Quantities of a converged state, with a capital word for the name of a region or boundary."""
    return tuple(
        name if column.of == "model" else f"{name}_{column.of.upper()}"
        for name, column in COLUMNS.items()
        if column.of_state
    )


def check_until(until: Mapping[str, Quantity], metals: Sequence[str], others: Sequence[str]) -> Iterator[Finding]:
    """Check the names of regions in the names of quantities.

    Parameters
    ----------
    until : mapping
        Values by quantity, each of its dimension.
    metals, others : sequence of str
        Names of the regions of metal, which have no principal stress of their own, and of the others.
    """
    for name in until:
        yield from check_region(f"until.{name}", name, metals, others)


def check_region(key: str, name: str, metals: Sequence[str], others: Sequence[str]) -> Iterator[Finding]:
    """Check the name of the region in the name of a quantity.

    Parameters
    ----------
    key : str
        Key that names the quantity.
    name : str
        The quantity.
    metals, others : sequence of str
        As in `check_until`.
    """
    stem = stem_of(name)
    if not stem or COLUMNS[stem].of != "region":
        return
    having = {"any": (*metals, *others), "metal": metals, "other": others}[COLUMNS[stem].regions]
    known = [f"{stem}_{region}" for region in having]
    if name not in known:
        yield Finding(key, f"there is no {name} in this case", " or ".join(known), _near(name, known))


def stem_of(name: str) -> str:
    """The part of a quantity before the name of its region, boundary or flaw; empty where it has none.

    Parameters
    ----------
    name : str
        The quantity without unit.
    """
    stems = [stem for stem, column in COLUMNS.items() if column.of != "model" and name.startswith(f"{stem}_")]
    return max(stems, key=len, default="")


def _near(name: str, known: Sequence[str]) -> str:
    near = nearest(name, known)
    return f"{near}?" if near else ""


def read_until(value: Any, more: Mapping[str, Column] | None = None) -> dict[str, Quantity]:
    """Read values by quantity; every wrong entry is told.

    Parameters
    ----------
    value : object
        What stands in the case.
    more : mapping, optional
        Quantities beside those of a converged state, by name.

    Raises
    ------
    PydanticCustomError
        If it is none.
    """
    if not isinstance(value, Mapping):
        raise case_error("values at which a run ends belong in a block", "{max_pressure_REGION: 5 GPa}")
    read: dict[str, Quantity] = {}
    findings: list[Finding] = []
    for name, given in value.items():
        column = (more or {}).get(str(name)) or column_of(str(name))
        if column is None or not column.of_state:
            stems = (*(more or {}), *monitored_stems())
            message = f"'{name}' is no quantity that a run can end at"
            hint = _near(str(name), stems) or "one of your own, in Python: Reported(..., until=VALUE)"
            findings.append(Finding(str(name), message, ", ".join(stems), hint))
            continue
        try:
            read[str(name)] = _value(given, column)
        except UnitError as error:
            findings.append(Finding(str(name), error.message, _valid(column), error.hint or ""))
    if findings:
        raise PydanticCustomError("findings", "not values of results", {"findings": findings})
    return read


def _value(given: Any, column: Column) -> Quantity:
    """Read a value in the dimension of its quantity.

    Raises
    ------
    UnitError
        If it is none.
    """
    dimensions = column.dimensions
    if isinstance(given, Quantity):
        if given.dimension not in dimensions:
            raise UnitError(f"a quantity of {given.dimension}", _valid(column))
        return given
    if isinstance(given, int | float) and not isinstance(given, bool):
        if dimensions != ("dimensionless",):
            raise UnitError("a number without a unit", _valid(column))
        return Quantity(float(given), "dimensionless")
    if not isinstance(given, str):
        raise UnitError("no value with a unit", _valid(column))
    for dimension in dimensions[:-1]:
        try:
            return parse(given, dimension)
        except UnitError:
            continue
    return parse(given, dimensions[-1])


def _valid(column: Column) -> str:
    return " or ".join(DIMENSIONS[dimension].valid for dimension in column.dimensions)


Until = Annotated[
    dict[str, Any],
    BeforeValidator(read_until),
    PlainSerializer(lambda until: {name: as_text(value) for name, value in until.items()}),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]},
            "examples": [{"deposited_thickness": "1 um"}],
        }
    ),
]
"""Values by the name of a quantity."""
