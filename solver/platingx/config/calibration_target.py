"""What a calibration aims at: results of cases, with published values or measured curves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field, model_validator

from platingx.columns import Column, column_of
from platingx.config.base import Finding
from platingx.config.calibration import QuotableName, ResultValue, published_column, result_value_at
from platingx.config.study_parameters import WantedBlock
from platingx.units import UnitError, parse

__all__ = ["Target"]


def _is_share(text: Any, column: Column) -> bool:
    """Whether an uncertainty is a share of its value, such as 2 %."""
    if column.dimension == "dimensionless" or not isinstance(text, str) or not text.rstrip().endswith("%"):
        return False
    try:
        parse(text, "dimensionless")
    except UnitError:
        return False
    return True


class Target(WantedBlock):
    """A result of a case, and the value or curve that it is to come near to."""

    case: str = Field(min_length=1, description="Name of the case in this file.")
    of: QuotableName = Field(description="Quantity, as in history.csv without its unit: max_pressure_li.")
    value: ResultValue | None = Field(default=None, description="The value, with its unit.")
    table: str | None = Field(
        default=None,
        min_length=1,
        description="CSV file, relative to this one, with a column of time or of another quantity and one of this "
        "quantity; their heads have the units.",
    )
    uncertainty: ResultValue = Field(
        description="Standard uncertainty: a value with its unit, or a share of the value such as 2 %."
    )
    source: str = Field(min_length=1, description="Where the target is printed.")
    note: str = Field(default="", description="Remark.")

    @model_validator(mode="before")
    @classmethod
    def _read_values(cls, value: Any) -> Any:
        name = value.get("of") if isinstance(value, dict) else None
        column = published_column(name) if isinstance(name, str) else None
        if column is None:
            return value
        result = dict(value)
        if result.get("value") is not None:
            result["value"] = result_value_at(result["value"], column, "value")
        if "uncertainty" in result and not _is_share(result["uncertainty"], column):
            result["uncertainty"] = result_value_at(result["uncertainty"], column, "uncertainty")
        elif "uncertainty" in result:
            result["uncertainty"] = parse(result["uncertainty"], "dimensionless")
        return result

    def check(self) -> Iterator[Finding]:
        """Check that there is a value or a table, and an uncertainty of it."""
        yield from super().check()
        if (self.value is None) == (self.table is None):
            both = "both a value and a table" if self.value is not None else "neither a value nor a table"
            yield Finding("table" if self.table else "", both, "one of them")
        if self.table is not None:
            for name in ("take", "at", "when"):
                if name in self.model_fields_set:
                    yield Finding(name, "the table says where its values are", f"no {name}")
        if not float(self.uncertainty) > 0.0:
            yield Finding("uncertainty", "without uncertainty the target has no weight", "a value above zero")
        elif self.relative and self.value is not None and float(self.value) == 0.0:
            yield Finding("uncertainty", "a share of zero is no uncertainty", "a value with its unit")

    @property
    def relative(self) -> bool:
        """Whether the uncertainty is a share of the value."""
        column = column_of(self.of)
        return column is not None and self.uncertainty.dimension not in column.dimensions

    def sigma(self, value: float) -> float:
        """Give the standard uncertainty of a value in SI."""
        return float(self.uncertainty) * (abs(value) if self.relative else 1.0)
