"""The largest and smallest values of the quantities of a run so far, and when they were first reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from platingx.columns import ColumnTable

__all__ = ["Peak", "records", "take_extremes"]


@dataclass(frozen=True)
class Peak:
    """The largest or smallest value of a quantity so far, and when it was first reached, s."""

    value: float
    time: float


def take_extremes(
    peaks: dict[str, Peak], values: Mapping[str, float], time: float, largest: Sequence[str], smallest: Sequence[str]
) -> None:
    """Take up the quantities of a row at a time (s), in extremes by ``max_NAME`` and ``min_NAME``.

    Parameters
    ----------
    peaks
        Extremes so far, changed in place.
    values, time
        The row.
    largest, smallest
        Quantities of which one or the other counts.
    """
    for prefix, sign, names in (("max", 1.0, largest), ("min", -1.0, smallest)):
        for name in names:
            known = peaks.get(f"{prefix}_{name}")
            if known is None or sign * values[name] > sign * known.value:
                peaks[f"{prefix}_{name}"] = Peak(values[name], time)


def records(
    peaks: Mapping[str, Peak], last: Mapping[str, float], at_end: Sequence[str], time: float, columns: ColumnTable
) -> dict[str, Any]:
    """Entries of summary.json: extremes with their times, and some quantities at the end.

    Parameters
    ----------
    peaks
        Extremes by ``max_NAME`` and ``min_NAME``.
    last, at_end, time
        The last row, the quantities of it that count, and its time, s.
    columns
        Names of the quantities in files.
    """
    found = {
        name: {columns.header("value", name.partition("_")[2]): peak.value, "time_s": peak.time}
        for name, peak in peaks.items()
    }
    found |= {name: {columns.header("value", name): last[name], "time_s": time} for name in at_end if name in last}
    return found
