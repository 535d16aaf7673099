"""What the result of a stripping cell rests on and no measurement gives, in the log and in summary.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from platingx.config.base import value_at
from platingx.config.strip_cell import StripCellCase
from platingx.units import Quantity, describe_si

__all__ = ["input_lines", "input_records"]


def input_lines(case: StripCellCase) -> Iterator[str]:
    """One line for each input, such as ``input: follow.share = 0.5 (calibrated: ...)``."""
    for key, words in case.model_inputs.items():
        value = value_at(case, key)
        text = describe_si(value, value.dimension) if isinstance(value, Quantity) else str(value)
        yield f"input: {key} = {text} ({words})"


def input_records(case: StripCellCase) -> dict[str, dict[str, Any]]:
    """Value in SI, unit, and what is known of it, by key."""
    found = {}
    for key, words in case.model_inputs.items():
        value = value_at(case, key)
        unit = value.unit if isinstance(value, Quantity) else ""
        found[key] = {"value": float(value), "unit": unit, "known": words}
    return found
