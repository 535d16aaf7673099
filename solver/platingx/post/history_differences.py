"""What differs between the histories of two runs: columns, steps, and the largest difference of each column."""

from __future__ import annotations

import numpy as np
import pandas as pd

from platingx.arrays import Array
from platingx.post.run_difference import Difference, Tolerance

__all__ = ["history_differences"]

_ORDER = ("step", "time_s", "dt_s")


def history_differences(
    first: pd.DataFrame | None, second: pd.DataFrame | None, tolerance: Tolerance
) -> tuple[list[Difference], list[str], int]:
    """Compare two histories column by column, each relative to its largest magnitude in either run.

    1. With equal times (within the tolerance of the last one) rows are compared with rows.
    2. Otherwise the second history is interpolated linearly to the times of the first, over the time that both cover.

    Parameters
    ----------
    first, second : pandas.DataFrame or None
        As from `platingx.post.history.read_history`; None for a run without a step so far.
    tolerance : Tolerance

    Returns
    -------
    differences, notes, compared
        What is out of tolerance, how it was compared, and the number of columns that were.
    """
    if first is None or second is None:
        if first is None and second is None:
            return [], ["neither run has a history yet"], 0
        rows = (None if history is None else len(history) for history in (first, second))
        return [Difference("history.rows", next(rows), next(rows))], ["one run has no history yet"], 0
    found = [
        Difference(f"history.{name}", *(("there", None) if name in first else (None, "there")))
        for name in sorted(set(first.columns) ^ set(second.columns))
    ]
    names = [name for name in first.columns if name in second.columns]
    end = max(float(first["time_s"].iloc[-1]), float(second["time_s"].iloc[-1]))
    rows_match = len(first) == len(second) and all(
        tolerance.within(abs(a - b), end) for a, b in zip(first["time_s"], second["time_s"], strict=True)
    )
    if rows_match:
        notes = [f"histories compared row by row: {len(first)} steps"]
        times, pairs = (
            _numbers(first, "time_s"),
            {name: (_numbers(first, name), _numbers(second, name)) for name in names},
        )
    else:
        found += _extent(first, second, tolerance)
        times, pairs = _interpolated(first, second, [name for name in names if name not in _ORDER])
        notes = [
            f"time steps differ ({len(first)} and {len(second)} steps): the second history was interpolated linearly "
            f"to the {len(times)} times of the first up to {times[-1] if len(times) else 0.0:.6g} s"
        ]
    steps = _numbers(first, "step") if rows_match and "step" in first else None
    for name, (a, b) in pairs.items():
        difference = _largest(name, a, b, times, steps, tolerance)
        if difference is not None:
            found.append(difference)
    return found, notes, len(pairs)


def _numbers(table: pd.DataFrame, name: str) -> Array:
    return table[name].to_numpy(np.float64)


def _extent(first: pd.DataFrame, second: pd.DataFrame, tolerance: Tolerance) -> list[Difference]:
    """Differences of what cannot be compared row by row: the number of steps, and how far the runs came."""
    found = []
    if len(first) != len(second):
        found.append(Difference("history.rows", len(first), len(second), counts=tolerance.exact))
    ends = float(first["time_s"].iloc[-1]), float(second["time_s"].iloc[-1])
    if not tolerance.allows(*ends):
        found.append(Difference("history.end_time_s", *ends, abs(ends[0] - ends[1]) / max(ends)))
    return found


def _interpolated(
    first: pd.DataFrame, second: pd.DataFrame, names: list[str]
) -> tuple[Array, dict[str, tuple[Array, Array]]]:
    """Columns of both histories at the times of the first that the second covers too."""
    times, others = _numbers(first, "time_s"), _numbers(second, "time_s")
    shared = (times >= others[0]) & (times <= others[-1] * (1 + 1e-12))
    pairs = {
        name: (_numbers(first, name)[shared], np.interp(times[shared], others, _numbers(second, name)))
        for name in names
    }
    return times[shared], pairs


def _largest(
    name: str, a: Array, b: Array, times: Array, steps: Array | None, tolerance: Tolerance
) -> Difference | None:
    """The row with the largest difference of a column, if it is out of tolerance."""
    if not len(a):
        return None
    with np.errstate(invalid="ignore"):
        apart = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b))
    apart = np.where(np.isnan(apart), np.inf, apart)
    finite = np.abs(np.concatenate([a, b]))
    scale = float(np.max(finite[np.isfinite(finite)], initial=0.0))
    row = int(np.argmax(apart))
    if apart[row] == 0.0 or tolerance.within(float(apart[row]), scale):
        return None
    place = f"t {times[row]:.6g} s" if steps is None else f"step {int(steps[row])}, t {times[row]:.6g} s"
    relative = float(apart[row]) / scale if scale > 0 else None
    return Difference(f"history.{name}", float(a[row]), float(b[row]), relative, place)
