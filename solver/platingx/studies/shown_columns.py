"""Columns of the table of a study as figures show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from platingx.arrays import Array
from platingx.columns import split_unit
from platingx.config.quantities import as_text
from platingx.errors import OutputError
from platingx.post.scales import Scale, display_scale
from platingx.studies.table import MESH_ERROR
from platingx.units import Quantity, any_quantity, base_powers

__all__ = ["ShownColumn", "check_unit", "setting_text", "shown_column"]


@dataclass(frozen=True)
class ShownColumn:
    """Values of an axis or quantity, and how they are shown."""

    name: str
    values: Array | list[str]
    scale: Scale
    unit: str = ""
    errors: Array | None = None

    @property
    def label(self) -> str:
        """Name and unit for an axis of a figure."""
        words = self.name.replace("_", " ")
        return f"{words} ({self.scale.label})" if self.scale.label else words

    @property
    def shown(self) -> Any:
        """Values in the unit that is shown, or words."""
        return self.values if isinstance(self.values, list) else self.values / self.scale.factor


def shown_column(frame: pd.DataFrame, name: str) -> ShownColumn:
    """Find the column of an axis or quantity.

    Parameters
    ----------
    frame
        Table of completed points.
    name
        Name without unit.

    Raises
    ------
    OutputError
        If no point has a value of it.
    """
    for header in map(str, frame.columns):
        stem, unit = split_unit(header)
        if name in (stem, header):
            if not pd.api.types.is_numeric_dtype(frame[header]):
                return ShownColumn(name, [str(value) for value in frame[header]], Scale(1.0, ""))
            values = frame[header].to_numpy(float)
            percent = frame.get(f"{name}{MESH_ERROR}")
            errors = None if percent is None else np.abs(values) * percent.to_numpy(float) / 100.0
            return ShownColumn(name, values, display_scale(values, unit), unit, errors)
    raise OutputError(f"no point has a value of {name}")


def check_unit(column: ShownColumn, level: Quantity) -> None:
    """Refuse a value in another unit than the table, which is known before the runs unless they are of a mesh file."""
    there = any_quantity(f"1 {column.unit}").dimension if column.unit else "dimensionless"
    if base_powers(there) != base_powers(level.dimension):
        raise OutputError(f"{column.name} is in {column.unit}, not in that of {as_text(level)}")


def setting_text(value: float, unit: str) -> str:
    """Give a value of an axis as a legend has it, in the unit that suits it: ``4 mA/cm²``, ``2 A/cm²``."""
    scale = display_scale([value], unit)
    return f"{value / scale.factor:.4g} {scale.label}".strip()
