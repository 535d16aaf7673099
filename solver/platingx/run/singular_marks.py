"""Marks at largest values that sit at a singular point: what is there, and the largest value away from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platingx.columns import ColumnTable
from platingx.post.scales import format_place, format_value
from platingx.run.judged_stresses import JudgedStresses

__all__ = ["GROWS", "singular_marks", "singular_sentence"]

GROWS = "stresses there grow without bound as the mesh is refined"


def singular_marks(
    name: str, record: Mapping[str, Any], judged: JudgedStresses | None, columns: ColumnTable
) -> dict[str, Any]:
    """What summary.json says of a largest value at a singular point; nothing of one elsewhere.

    Parameters
    ----------
    name
        Quantity.
    record
        Its largest value, with ``place_m``.
    judged
        Largest values away from singular points.
    columns
        Names of the quantities in files.
    """
    point = None if judged is None else judged.near(record["place_m"])
    if judged is None or point is None:
        return {}
    marks: dict[str, Any] = {"singular_point": f"{point.words}: {GROWS}", "singular_radius_m": point.radius}
    other = judged.records.get(name)
    if other is not None and other["place_m"] != record["place_m"]:
        value = {columns.header("value", name): other["value"]}
        marks["away_from_it"] = {**value, "place_m": other["place_m"], "time_s": other["time_s"]}
    return marks


def singular_sentence(record: Mapping[str, Any], judged: JudgedStresses | None) -> str:
    """Words behind a verdict about a larger stress at a singular point, or nothing.

    Parameters
    ----------
    record
        The largest value anywhere, with ``place_m``.
    judged
        Largest values away from singular points.
    """
    point = None if judged is None else judged.near(record["place_m"])
    if point is None:
        return ""
    largest, place = format_value(record["value"], "Pa"), format_place(record["place_m"])
    return (
        f" The largest value of the mesh, {largest} at {place}, is no part of this: it lies within "
        f"{format_value(point.radius, 'm')} of {point.words}, and {GROWS}."
    )
