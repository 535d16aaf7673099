"""Current density as a function of time: a constant, a table in the case, or a CSV file."""

from __future__ import annotations

import csv
import math
import re
from bisect import bisect_right
from itertools import pairwise
from pathlib import Path
from typing import Any, TypedDict

from pydantic import Field, model_serializer
from pydantic_core import PydanticCustomError

from platingx.config.base import Block
from platingx.config.quantities import CurrentDensity, Instant, Physical, case_error
from platingx.units import Quantity, UnitError, format_si, parse

__all__ = ["CurrentProgram", "CurrentProgramInput", "read_current_file"]

MAXIMUM_POINTS = 1_000_000
_TIME = Physical("time", minimum=0.0, maximum=1e13)
_DENSITY = Physical("current_density", minimum=-1e9, maximum=1e9)
_VALID = "a current density such as 2 A/cm^2, {table: [[0 s, 0 A/cm^2], [1 s, 2 A/cm^2]]} or {file: current.csv}"
_HEADER = re.compile(
    r"^\s*(?P<name>time|current_density)\s*(?:_(?P<words>\S+)|\[(?P<square>[^\]]+)\]|\((?P<round>.+)\))\s*$"
)


class CurrentTable(TypedDict):
    """A table in the case: rows of time and current density."""

    table: list[tuple[Instant, CurrentDensity]]


class CurrentFile(TypedDict):
    """A CSV file with the columns ``time_s`` and ``current_density_A_per_m2`` (or other units)."""

    file: str


CurrentProgramInput = CurrentDensity | CurrentTable | CurrentFile


class CurrentProgram(Block):
    """Piecewise linear current density i(t), constant after its last point.

    A constant is one point at zero time.
    """

    times: tuple[float, ...] = Field(description="Times of the points, s, increasing from 0.")
    values: tuple[float, ...] = Field(description="Current density at the points, A/m^2; plating > 0.")
    given: str = Field(default="", description="Where the points come from, as written in the case.")

    @classmethod
    def read(cls, value: Any) -> CurrentProgram:
        """Read what stands in a case: a value, ``{table: ...}`` or ``{file: ...}``.

        Raises
        ------
        PydanticCustomError
            If it is none of these, or the points are not increasing and finite.
        """
        if isinstance(value, CurrentProgram):
            return value
        if not isinstance(value, dict):
            density = _DENSITY.read(value)
            return cls(times=(0.0,), values=(float(density),), given=density.given or "")
        if set(value) == {"table"}:
            return cls._from_points(*_read_table(value["table"]), given="table")
        if set(value) == {"file"} and isinstance(value["file"], str):
            return cls._from_points(*read_current_file(Path(value["file"])), given=value["file"])
        raise case_error(
            f"a current density cannot be made from {', '.join(map(str, value)) or 'an empty block'}", _VALID
        )

    @classmethod
    def _from_points(cls, times: list[float], values: list[float], given: str) -> CurrentProgram:
        if not times:
            raise case_error("the table of the current density has no rows", _VALID)
        if len(times) > MAXIMUM_POINTS:
            raise case_error(f"the table of the current density has {len(times)} rows", f"at most {MAXIMUM_POINTS}")
        if times[0] != 0.0:
            raise case_error(f"the table of the current density starts at {times[0]:g} s", "a first row at 0 s")
        for row, (before, after) in enumerate(pairwise(times), start=2):
            if after <= before:
                hint = "for a jump give two times that differ a little"
                raise case_error(
                    f"row {row}: the time {after:g} s does not come after {before:g} s", "increasing times", hint
                )
        return cls(times=tuple(times), values=tuple(values), given=given)

    @model_serializer
    def _as_case(self) -> Any:
        """Give the program as a case would write it, in SI."""
        values = [format_si(value, "current_density") for value in self.values]
        if len(values) == 1:
            return values[0]
        times = [format_si(time, "time") for time in self.times]
        return {"table": [list(row) for row in zip(times, values, strict=True)]}

    @property
    def is_constant(self) -> bool:
        """Whether the current never changes."""
        return len(set(self.values)) == 1

    def at(self, time: float) -> float:
        """Give the current density at a time, A/m^2.

        Parameters
        ----------
        time : float
            Time from the start, s.
        """
        right = bisect_right(self.times, time)
        if right == len(self.times) or right == 0:
            return self.values[-1] if right else self.values[0]
        if self.values[right - 1] == self.values[right]:
            return self.values[right]  # to the last bit, whatever the length of the line
        start, end = self.times[right - 1], self.times[right]
        weight = (time - start) / (end - start)
        return self.values[right - 1] * (1 - weight) + self.values[right] * weight

    def until(self, time: float) -> CurrentProgram:
        """Give the program as it is up to a time: programs that differ only later give the same.

        Parameters
        ----------
        time : float
            Time from the start, s, not negative; may be infinite.
        """
        points = [point for point in zip(self.times, self.values, strict=True) if point[0] < time]
        if math.isfinite(time):
            points.append((time, self.at(time)))
        return CurrentProgram(times=tuple(at for at, _ in points), values=tuple(value for _, value in points))

    def charge(self, time: float) -> float:
        """Charge per area that has passed from the start to a time, C/m^2 (exact integral of the lines).

        Parameters
        ----------
        time : float
            Time from the start, s, not negative.
        """
        points = [point for point in self.times if point < time] + [time]
        pairs = pairwise(points)
        return sum((end - start) * (self.at(start) + self.at(end)) / 2 for start, end in pairs)


def _read_table(rows: Any) -> tuple[list[float], list[float]]:
    if not isinstance(rows, list | tuple):
        raise case_error("a table is a list of rows", _VALID)
    times: list[float] = []
    values: list[float] = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list | tuple) or len(row) != 2:
            raise case_error(f"row {number} of the table is not a pair of time and current density", _VALID)
        times.append(float(_cell(_TIME, row[0], f"row {number}")))
        values.append(float(_cell(_DENSITY, row[1], f"row {number}")))
    return times, values


def _cell(kind: Physical, value: Any, place: str) -> Quantity:
    try:
        return kind.read(value)
    except PydanticCustomError as error:
        context = error.context or {}
        raise case_error(f"{place}: {error.message()}", context.get("valid"), context.get("hint")) from None


def _unit_factors(header: list[str], path: Path) -> list[tuple[int, Physical, str]]:
    columns: dict[str, tuple[int, str]] = {}
    for index, text in enumerate(header):
        match = _HEADER.match(text)
        if match:
            unit = (match["words"] or match["square"] or match["round"]).replace("_per_", "/").replace("_", " ")
            columns[match["name"]] = (index, unit)
    valid = "a header such as time_s,current_density_A_per_m2 or time [ms],current_density [A/cm^2]"
    missing = [name for name in ("time", "current_density") if name not in columns]
    if missing:
        raise case_error(
            f"{path}:1: the columns are {', '.join(header) or 'empty'}; there is no {missing[0]} with a unit", valid
        )
    kinds = {"time": _TIME, "current_density": _DENSITY}
    for name, (_, unit) in columns.items():
        try:
            parse(f"1 {unit}", kinds[name].dimension)
        except UnitError as error:
            raise case_error(f"{path}:1: column {name}: {error.message}", valid) from None
    return [(*columns[name][:1], kinds[name], columns[name][1]) for name in ("time", "current_density")]


def read_current_file(path: Path) -> tuple[list[float], list[float]]:
    """Read a CSV file with a current density over time.

    Parameters
    ----------
    path : Path
        File whose header names the columns and units, ``time_s,current_density_A_per_m2`` or ``time [ms],...``;
        lines that start with # are left out.

    Returns
    -------
    times, values : list of float
        In s and A/m^2.

    Raises
    ------
    PydanticCustomError
        If the file cannot be read, or a column, unit or number is missing or wrong.
    """
    try:
        if path.stat().st_size > 50_000_000:
            raise case_error(f"{path} is larger than 50 MB", "a table of at most a million rows")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise case_error(f"{path} is not UTF-8 text", "a CSV file") from None
    except OSError as error:
        raise case_error(
            f"{path} cannot be read: {error.strerror or error}", "a CSV file, relative to the case file"
        ) from None
    numbered = [
        (number, line) for number, line in enumerate(lines, start=1) if line.strip() and not line.startswith("#")
    ]
    if not numbered:
        raise case_error(f"{path} is empty", "a CSV file with a header and rows")
    columns = _unit_factors(next(csv.reader([numbered[0][1]])), path)
    result: tuple[list[float], list[float]] = ([], [])
    for number, line in numbered[1:]:
        cells = next(csv.reader([line]))
        for (index, kind, unit), values in zip(columns, result, strict=True):
            if index >= len(cells):
                raise case_error(f"{path}:{number}: the row has {len(cells)} columns", "as many as the header")
            values.append(float(_cell(kind, f"{cells[index].strip()} {unit}", f"{path}:{number}")))
    return result
