"""Read what a run has left beside its fields: history.csv, summary.json, manifest.json, case.resolved.yaml."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from platingx.arrays import Array
from platingx.errors import OutputError
from platingx.paths import user_path

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "crossing_time",
    "read_case",
    "read_columns",
    "read_history",
    "read_json",
    "read_manifest",
    "read_summary",
    "summary_so_far",
]


def read_history(run: str | Path) -> pd.DataFrame:
    """Read the histories of a run, one row for each converged step.

    Parameters
    ----------
    run : str or Path
        Run folder, or the CSV file itself.

    Returns
    -------
    pandas.DataFrame
        Column names carry the units, e.g. ``time_s``, ``max_pressure_li_Pa``. A last line that the program could
        not finish writing is left out.

    Raises
    ------
    OutputError
        When the file is missing, holds no step or is not a table of numbers.
    """
    import pandas as pd  # takes longer to load than a run to its first step, and no run needs it before its end

    path, complete = _complete(run)
    try:
        # Every digit as written; from pandas 3.1 on that is what it does by itself, and the word for it is deprecated.
        exact = tuple(map(int, pd.__version__.split(".")[:2])) >= (3, 1)
        history = pd.read_csv(io.StringIO(complete), **({} if exact else {"float_precision": "round_trip"}))
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise OutputError(f"{path}: not a table with one header line ({error}); repeat the run") from error
    for column in history:
        if not pd.api.types.is_numeric_dtype(history[column]):
            raise OutputError(f"{path}: column {column} holds something else than numbers; repeat the run")
    return history


def read_columns(run: str | Path) -> dict[str, Array]:
    """Columns of the history of a run by their headers, without what a table of pandas takes to load.

    Raises
    ------
    OutputError
        As :func:`read_history`.
    """
    path, complete = _complete(run)
    header, *rows = csv.reader(io.StringIO(complete))
    try:
        table = [[float(value) if value else np.nan for value in row] for row in rows]
        return dict(zip(header, np.array(table).reshape(-1, len(header)).T, strict=True))
    except ValueError as error:
        raise OutputError(f"{path}: not a table of numbers with one header line ({error}); repeat the run") from error


def _complete(run: str | Path) -> tuple[Path, str]:
    """The history of a run without a line that was not finished."""
    path = _file(run, "history.csv")
    text = _text(path)
    complete = text[: text.rfind("\n") + 1]
    if complete.count("\n") < 2:
        raise OutputError(f"{path}: no complete step in this file; the run stopped before its first step")
    return path, complete


def read_summary(run: str | Path) -> dict[str, Any]:
    """Read summary.json of a run folder: outcome, message, quantities. Raises OutputError when it is not there."""
    return read_json(_file(run, "summary.json"))


def summary_so_far(run: str | Path) -> dict[str, Any]:
    """Content of summary.json, or nothing for a run that has not ended."""
    return read_summary(run) if (user_path(run) / "summary.json").is_file() else {}


def read_manifest(run: str | Path) -> dict[str, Any]:
    """Read manifest.json of a run folder: versions, hashes, ranks, times. Raises OutputError when it is not there."""
    return read_json(_file(run, "manifest.json"))


def read_profile(run: str | Path) -> dict[str, Any]:
    """Read profile.json of a run folder: time by phase. Raises OutputError when it is not there."""
    return read_json(_file(run, "profile.json"))


def read_case(run: str | Path) -> dict[str, Any]:
    """Read case.resolved.yaml of a run folder, as nested dictionaries. Raises OutputError when it is not there."""
    path = _file(run, "case.resolved.yaml")
    try:
        content = yaml.safe_load(_text(path))
    except yaml.YAMLError as error:
        raise OutputError(f"{path}: not a readable YAML file ({error}); repeat the run") from error
    return _with_current(content, path.parent) if isinstance(content, dict) else {}


def _with_current(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Put the table of a long current, which stands in a file beside the case, into its place."""
    growth = case.get("growth")
    current = growth.get("current_density") if isinstance(growth, dict) else None
    if isinstance(current, dict) and set(current) == {"file"}:
        path = folder / str(current["file"])
        rows = [line.split(",") for line in _text(path).splitlines()[1:]]
        if any(len(row) != 2 for row in rows):
            raise OutputError(f"{path}: not the current of this run; repeat the run")
        case["growth"]["current_density"] = {"table": [[f"{time} s", f"{value} A/m^2"] for time, value in rows]}
    return case


def crossing_time(history: pd.DataFrame, column: str, threshold: float) -> float | None:
    """Find when a quantity first reaches a threshold, linear between the steps.

    Parameters
    ----------
    history : pandas.DataFrame
        As from `read_history`.
    column : str
        Name of the column.
    threshold : float
        In the unit of the column.

    Returns
    -------
    float or None
        s; None when it is never reached.
    """
    times, values = history["time_s"].to_numpy(float), history[column].to_numpy(float)
    reached = np.flatnonzero(values >= threshold)
    if reached.size == 0:
        return None
    after = int(reached[0])
    if after == 0:
        return float(times[0])
    return float(np.interp(threshold, values[after - 1 : after + 1], times[after - 1 : after + 1]))


def _file(run: str | Path, name: str) -> Path:
    path = user_path(run)
    path = path if path.is_file() else path / name
    if not path.is_file():
        raise OutputError(f"{path}: no such file; is {path.parent} the folder of a run that has started?")
    return path


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(f"{path}: cannot be read ({error})") from error


def read_json(path: Path) -> dict[str, Any]:
    """Named values of a JSON file. Raises OutputError when it cannot be read."""
    try:
        content = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise OutputError(f"{path}: incomplete or not JSON (line {error.lineno}); repeat or resume the run") from error
    if not isinstance(content, dict):
        raise OutputError(f"{path}: expected named values; repeat or resume the run")
    return content
