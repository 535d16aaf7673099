"""Which numbers of a case are fitted to what, and what others have published."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from platingx.config.base import Block, Finding
from platingx.config.quantities import as_text, case_error
from platingx.units import DIMENSIONS, Quantity, UnitError, parse

__all__ = ["QUANTITIES", "CalibrationEntry", "PublishedValue"]

QUANTITIES: Final = {
    "max_pressure_li": "pressure",
    "mean_pressure_li": "pressure",
    "max_principal_stress_llzo": "pressure",
    "max_von_mises_stress_li": "pressure",
    "deposited_thickness": "length",
    "deposition_rate": "velocity",
    "collector_force": "force_per_length",
    "deposited_volume_ratio": "dimensionless",
    "growth_stretch": "dimensionless",
    "current_density_at_fracture": "current_density",
    "time_at_fracture": "time",
}
"""Results that a case can quote, with their dimensions; if axisymmetric the collector force is a force, N."""


def _quantity_name(value: Any) -> Any:
    if isinstance(value, str) and value in QUANTITIES:
        return value
    nearest = difflib.get_close_matches(str(value), QUANTITIES, n=1)
    raise case_error(
        f"'{value}' is not a result of a run", ", ".join(QUANTITIES), f"{nearest[0]}?" if nearest else None
    )


ResultName = Annotated[str, BeforeValidator(_quantity_name), Field(json_schema_extra={"enum": list(QUANTITIES)})]


def _result_value(value: Any, name: str) -> Quantity:
    """Read the value of a result in its own dimension."""
    dimensions = [QUANTITIES[name], *(["force"] if name == "collector_force" else [])]
    if isinstance(value, Quantity) and value.dimension in dimensions:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and dimensions == ["dimensionless"]:
        return Quantity(float(value), "dimensionless")
    valid = DIMENSIONS[dimensions[0]].valid
    if not isinstance(value, str):
        raise case_error(f"the value of {name} has no unit", valid)
    for dimension in dimensions:
        try:
            return parse(value, dimension)
        except UnitError as error:
            failure = error
    raise case_error(f"{name}: {failure.message}", valid, failure.hint)


def _located(value: Any, name: str, key: str) -> Quantity:
    """Read the value of a result; an error points at its key."""
    try:
        return _result_value(value, name)
    except PydanticCustomError as error:
        context = error.context or {}
        finding = Finding(key, error.message(), context.get("valid", ""), context.get("hint", ""))
        raise PydanticCustomError("findings", "not the value of a result", {"findings": [finding]}) from None


class _ResultEntry(Block):
    @classmethod
    def _with_value(cls, value: Any, key: str) -> Any:
        name = value.get("quantity") if isinstance(value, dict) else None
        if isinstance(name, str) and name in QUANTITIES and key in value:
            return {**value, key: _located(value[key], name, key)}
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
        """What was fitted to what, e.g. ``time.end was fitted to max_pressure_li``."""
        where = f" of {self.case}" if self.case else ""
        return f"{self.parameter} was fitted to {self.quantity}{where}"

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
