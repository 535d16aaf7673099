"""The table of a study: one row for each point, whatever became of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from platingx.columns import split_unit, suffix_of
from platingx.config.study_parameters import WantedBlock
from platingx.errors import OutputError
from platingx.post.convergence import estimate_error
from platingx.post.file_names import RESULTS
from platingx.post.results import RunResults
from platingx.stepping.events import TOLERANCE
from platingx.studies.points import Plan, Point
from platingx.units import DIMENSIONS

__all__ = [
    "MESH_ERROR",
    "PARQUET",
    "Row",
    "absent_quantities",
    "frame_of",
    "has_parquet",
    "header_of",
    "mesh_errors",
    "quantities_of",
    "row_of",
    "write_table",
]

PARQUET = "results.parquet"
"""Name of the same table in a format that keeps every digit and the types of the columns."""

MESH_ERROR = "_mesh_error_percent"
"""End of the names of columns with errors of the mesh."""

Row = dict[str, Any]
"""Cells of a point by the names of their columns."""


def row_of(plan: Plan, point: Point, folder: Path, status: str, reason: str = "") -> Row:
    """Make the row of a point.

    Parameters
    ----------
    plan, point
        The study and the point.
    folder
        Folder of the study.
    status
        ``completed``, ``failed``, ``interrupted`` or ``waiting``.
    reason
        Why a point has no numbers; taken from its run if left out.
    """
    row: Row = {"point": point.number}
    for name, found in point.settings.items():
        header = name if name in plan.words else header_of(name, found.dimension)
        row[header] = found.text if name in plan.words else found.number
    run = RunResults(folder / "points" / point.folder)
    row["status"], row["reason"], row["wall_time_s"] = status, reason, math.nan
    row["folder"] = f"points/{point.folder}"
    if status in ("completed", "failed") and not reason:
        try:
            row["wall_time_s"] = run.manifest.get("wall_seconds", math.nan)
            if status == "completed":
                absent = absent_quantities(plan.study.quantities, run)
                there = {name: wanted for name, wanted in plan.study.quantities.items() if name not in absent}
                row["reason"] = "".join(f"no {name}: this run has no {what}; " for name, what in absent.items())[:-2]
                return row | quantities_of(there, run)
            row["reason"] = str(run.summary.get("message", ""))
        except OutputError as error:
            row["status"], row["reason"] = "failed", str(error)
    return row


def mesh_errors(plan: Plan, runs: Sequence[Point], folder: Path) -> Row:
    """Estimate the error of the mesh of a point for each quantity, from its completed runs on three meshes.

    Parameters
    ----------
    plan
        The study.
    runs
        The point on its own mesh, then on the others.
    folder
        Folder of the study.

    Returns
    -------
    dict
        Upper estimates in percent; none for a quantity that a mesh has no value of.
    """
    results = [RunResults(folder / "points" / run.folder) for run in runs]
    absent = {name for run in results for name in absent_quantities(plan.study.quantities, run)}
    there = {name: wanted for name, wanted in plan.study.quantities.items() if name not in absent}
    values = [quantities_of(there, run) for run in results]
    sizes = [1.0 / run.mesh for run in runs]
    found: Row = {}
    for name, header in zip(there, values[0], strict=True):
        on_meshes = [float(row[header]) for row in values]
        if all(map(math.isfinite, on_meshes)):
            found[f"{name}{MESH_ERROR}"] = estimate_error(sizes, on_meshes, formal_order=2.0).errors_percent[0]
    return found


def header_of(name: str, dimension: str | None) -> str:
    """Name of a column with its SI unit."""
    suffix = suffix_of(DIMENSIONS[dimension].si_unit) if dimension else ""
    return f"{name}_{suffix}" if suffix else name


def absent_quantities(quantities: Mapping[str, WantedBlock], run: RunResults) -> dict[str, str]:
    """Wanted numbers that a run cannot give, by name, with the quantity that its history lacks."""
    there = {split_unit(str(column))[0] for column in run.history.columns}
    lacking = {
        name: [of for of in (wanted.of, *(wanted.when or ())) if of not in there] for name, wanted in quantities.items()
    }
    return {name: missing[0] for name, missing in lacking.items() if missing}


def quantities_of(quantities: Mapping[str, WantedBlock], run: RunResults) -> Row:
    """Take wanted numbers of a run.

    Parameters
    ----------
    quantities
        What is wanted, by name.
    run
        The run.

    Returns
    -------
    dict
        Numbers in SI by name and unit, in the same order.

    Raises
    ------
    OutputError
        If the run has no such quantity.
    """
    history = run.history
    columns = {split_unit(str(column))[0]: str(column) for column in history.columns}
    found: Row = {}
    for name, wanted in quantities.items():
        needed = (wanted.of, *(wanted.when or ()))
        missing = [quantity for quantity in needed if quantity not in columns]
        if missing:
            raise OutputError(f"{run.path / 'history.csv'}: no {missing[0]}; it has {', '.join(columns)}")
        for other, target in (wanted.when or {}).items():
            unit = split_unit(columns[other])[1]
            if unit != DIMENSIONS[target.dimension].si_unit:
                raise OutputError(f"{run.path / 'history.csv'}: {other} is in {unit}, not in {target.given or 'N'}")
        column = columns[wanted.of]
        series = {quantity: history[columns[quantity]].to_numpy(float) for quantity in needed}
        found[name + column.removeprefix(wanted.of)] = _value(wanted, history["time_s"].to_numpy(float), series)
    return found


def _value(wanted: WantedBlock, times: np.ndarray[Any, Any], series: Mapping[str, np.ndarray[Any, Any]]) -> float:
    """Take the number of a history; NaN where its instant is not reached."""
    values = series[wanted.of]
    if wanted.when is not None:
        ((quantity, target),) = wanted.when.items()
        return _when_reached(values, series[quantity], float(target))
    if wanted.at is not None:
        inside = times[0] <= float(wanted.at) <= times[-1] * (1.0 + 1e-12)
        return float(np.interp(float(wanted.at), times, values)) if inside else math.nan
    if wanted.take == "end":
        return float(values[-1])
    return float(values.max() if wanted.take == "maximum" else values.min())


def _when_reached(values: np.ndarray[Any, Any], other: np.ndarray[Any, Any], target: float) -> float:
    """Value at the instant at which another quantity first reaches a target, linear between the steps."""
    distance = other - target
    for k in range(1, len(distance)):
        a, b = float(distance[k - 1]), float(distance[k])
        if a * b <= 0.0 and a != b:
            return float(values[k - 1] + (values[k] - values[k - 1]) * a / (a - b))
    ends_there = abs(float(distance[-1])) <= 2.0 * TOLERANCE * abs(target)  # a run that time.until has ended
    return float(values[-1]) if ends_there else math.nan


def frame_of(rows: Sequence[Row]) -> pd.DataFrame:
    """Table of rows: axes, quantities, status, reason, wall time, folder."""
    last = ("status", "reason", "wall_time_s", "folder")
    names = dict.fromkeys(name for row in rows for name in row)
    order = [*(name for name in names if name not in last), *last]
    return pd.DataFrame(rows, columns=order)


def has_parquet() -> bool:
    """Whether there is a library that writes Parquet."""
    return find_spec("pyarrow") is not None


def write_table(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Write the table as CSV, and as Parquet where there is pyarrow, so that each is the old one or the whole new one.

    Parameters
    ----------
    rows
        Rows of the table.
    folder
        Folder of the study.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    frame = frame_of(rows)
    writers = {RESULTS: partial(frame.to_csv, index=False, float_format="%.12g")}
    if has_parquet():
        writers[PARQUET] = partial(_with_one_type_a_column(frame).to_parquet, engine="pyarrow", index=False)
    for name, write in writers.items():
        aside = folder / f".{name}.partial"
        try:
            write(aside)
            aside.replace(folder / name)
        except OSError as error:
            raise OutputError(f"cannot write {folder / name}: {error.strerror or error}") from error
    return [folder / name for name in writers]


def _with_one_type_a_column(frame: pd.DataFrame) -> pd.DataFrame:
    """The table for Parquet: text where a column is not of numbers, as the words of an axis beside its numbers."""
    words = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    return frame.assign(**{str(name): frame[name].map(str, na_action="ignore").astype("string") for name in words})
