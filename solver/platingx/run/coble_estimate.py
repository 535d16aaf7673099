"""What a case without diffusion has to say of it, in words; the estimate needs no mesh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platingx.config.case import Case
from platingx.materials.coble import estimated_coble
from platingx.post.scales import format_value

__all__ = ["coble_sentence", "estimate_sentence"]


def coble_sentence(record: Mapping[str, Any]) -> str:
    """What a run has to say of diffusion."""
    if record.get("included"):
        return _included(record)
    if "coble_number" not in record:
        return "left out; the plated interface has no free side to which metal could diffuse"
    return f"left out; {_compared(record)}"


def estimate_sentence(case: Case) -> str | None:
    """What is known of a case before it runs, by formulas of a flat layer; None where they say nothing."""
    record = estimated_coble(case)
    if record is None:
        return None
    return f"{'included' if record['included'] else 'left out'}; estimated for a flat layer: {_compared(record)}"


def _included(record: Mapping[str, Any]) -> str:
    """What a run has to say whose metal diffused."""
    largest = format_value(record["plastic_pressure_Pa"], "Pa")
    if "coble_pressure_Pa" not in record:
        return f"included; largest pressure {largest}"
    alone = format_value(record["coble_pressure_Pa"], "Pa")
    return f"included, with a diffusivity to be varied; largest pressure {largest}, by diffusion alone {alone}"


def _compared(record: Mapping[str, Any]) -> str:
    coble, plastic = (format_value(record[key], "Pa") for key in ("coble_pressure_Pa", "plastic_pressure_Pa"))
    number = float(record["coble_number"])
    meaning = "the metal would rather diffuse" if number < 1.0 else "the metal would rather flow"
    return (
        f"along the interface ({record['transport']}, an unverified value) metal would leave at {coble}, by flow at "
        f"{plastic}: Coble number {number:.3g}, {meaning}"
    )
