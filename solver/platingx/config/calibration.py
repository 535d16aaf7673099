"""Which numbers of a case are fitted to what, and what others have published."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from platingx.columns import COLUMNS, Column, column_of
from platingx.config.base import Block, Finding
from platingx.config.quantities import as_text, case_error
from platingx.nearest import nearest
from platingx.units import DIMENSIONS, Quantity, UnitError, parse

__all__ = [
    "CalibrationEntry",
    "PublishedValue",
    "QuotableName",
    "ResultValue",
    "check_quoted",
    "published_column",
    "result_value_at",
]


def _published() -> tuple[list[str], list[str]]:
    """Names of the quantities that a case can quote: whole ones, and those that a region's name follows."""
    columns = [column for column in COLUMNS.values() if column.published]
    whole = [column.name for column in columns if column.of == "model"]
    return whole, [column.name for column in columns if column.of == "region"]


_WHOLE, _OF_REGIONS = _published()


def published_column(name: str) -> Column | None:
    """Find the quantity of a name that a case can quote, such as ``max_pressure_na``; None when there is none."""
    column = column_of(name)
    return column if column is not None and column.published else None


def _is_reported(name: str, regions: Iterable[str]) -> bool:
    """Whether a quantity that can be quoted is one of a run with some regions."""
    stems = [stem for stem in _OF_REGIONS if name.startswith(f"{stem}_")]
    return name in _WHOLE or any(name == f"{stem}_{region}" for stem in stems for region in regions)


def _quantity_name(value: Any) -> Any:
    if isinstance(value, str) and published_column(value) is not None:
        return value
    region = str(value).rsplit("_", 1)[-1]
    near = nearest(value, [*_WHOLE, *(f"{stem}_{region}" for stem in _OF_REGIONS)])
    hint = f"{near}?" if near else None
    valid = ", ".join([*(f"{name}_REGION" for name in _OF_REGIONS), *_WHOLE])
    raise case_error(f"'{value}' is not a result of a run", valid, hint)


_PATTERN = f"^({'|'.join(_WHOLE)}|({'|'.join(_OF_REGIONS)})_.+)$"
QuotableName = Annotated[str, BeforeValidator(_quantity_name)]
"""Name of a result that a case can quote."""
ResultName = Annotated[QuotableName, Field(json_schema_extra={"pattern": _PATTERN})]


def _result_value(value: Any, column: Column) -> Quantity:
    """Read the value of a result in its own dimension."""
    dimensions = column.dimensions
    if isinstance(value, Quantity) and value.dimension in dimensions:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and dimensions == ("dimensionless",):
        return Quantity(float(value), "dimensionless")
    valid = DIMENSIONS[dimensions[0]].valid
    if not isinstance(value, str):
        raise case_error(f"the value of {column.name} has no unit", valid)
    for dimension in dimensions:
        try:
            return parse(value, dimension)
        except UnitError as error:
            failure = error
    raise case_error(f"{column.name}: {failure.message}", valid, failure.hint)


def result_value_at(value: Any, column: Column, key: str) -> Quantity:
    """Read the value of a result in its own dimension.

    Parameters
    ----------
    value : object
        As a file holds it.
    column : Column
        The result.
    key : str
        Key that errors point at, from the block.

    Raises
    ------
    PydanticCustomError
        If it is no such value.
    """
    try:
        return _result_value(value, column)
    except PydanticCustomError as error:
        context = error.context or {}
        finding = Finding(key, error.message(), context.get("valid", ""), context.get("hint", ""))
        raise PydanticCustomError("findings", "not the value of a result", {"findings": [finding]}) from None


class _ResultEntry(Block):
    quantity: ResultName

    @classmethod
    def _with_value(cls, value: Any, key: str) -> Any:
        name = value.get("quantity") if isinstance(value, dict) else None
        column = published_column(name) if isinstance(name, str) else None
        if column is not None and key in value:
            return {**value, key: result_value_at(value[key], column, key)}
        return value


def _as_read(value: Any) -> Any:
    """Leave the value as the entry has read it; without a known quantity beside it, that is the error."""
    return value


ResultValue = Annotated[
    Quantity, PlainValidator(_as_read, json_schema_input_type=str | float), PlainSerializer(as_text)
]


class CalibrationEntry(_ResultEntry):
    """A number of the case that was fitted, or chosen with knowledge of it, so that a result hits a target."""

    quantity: ResultName = Field(description="The result that was fitted.")
    target: ResultValue = Field(description="Its target, with its unit.")
    parameter: str = Field(description="Key of the number or choice that was changed, e.g. time.end.")
    case: str = Field(
        default="",
        description="Name of the case whose result it is, if it was fitted there; results of this one are then "
        "predictions given that number.",
    )
    source: str = Field(min_length=1, description="Where the target is printed.")
    note: str = Field(default="", description="Remark.")

    @property
    def sentence(self) -> str:
        """What was fitted or chosen to reach what, e.g. ``time.end to max_pressure_li of eruption``."""
        where = f" of {self.case}" if self.case else ""
        return f"{self.parameter} to {self.quantity}{where}"

    @model_validator(mode="before")
    @classmethod
    def _read_target(cls, value: Any) -> Any:
        return cls._with_value(value, "target")


class PublishedValue(_ResultEntry):
    """A published value to set beside the computed one."""

    quantity: ResultName = Field(description="The result.")
    value: ResultValue = Field(description="Published value, with its unit.")
    source: str = Field(min_length=1, description="Where it is printed.")
    note: str = Field(default="", description="Remark.")

    @model_validator(mode="before")
    @classmethod
    def _read_value(cls, value: Any) -> Any:
        return cls._with_value(value, "value")


def check_quoted(blocks: Mapping[str, Sequence[_ResultEntry]], regions: Collection[str]) -> Iterator[Finding]:
    """Check that the quantities of regions that a case quotes are those of its own regions.

    Parameters
    ----------
    blocks : mapping
        Entries by the key of their list.
    regions : collection of str
        Names of the regions.
    """
    for block, entries in blocks.items():
        for index, entry in enumerate(entries):
            if not _is_reported(entry.quantity, regions):
                valid = f"the name of a region at its end: {' or '.join(regions)}"
                place = f"{block}.{index}.quantity"
                yield Finding(place, f"'{entry.quantity}' belongs to no region of this case", valid)
