"""Current density, current or voltage as a function of time: a constant, a table in the case, or a CSV file."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, ClassVar, Self, TypedDict

from pydantic import Field, model_serializer

from platingx.config.base import Block
from platingx.config.current_file import KINDS, MAXIMUM_POINTS, TIME, read_cell, read_current_file
from platingx.config.quantities import Current, CurrentDensity, Instant, Voltage, case_error
from platingx.units import DIMENSIONS, describe_si, format_si

__all__ = [
    "CurrentProgram",
    "CurrentProgramInput",
    "TotalCurrentProgram",
    "TotalCurrentProgramInput",
    "VoltageProgram",
    "VoltageProgramInput",
]


class CurrentTable(TypedDict):
    """A table in the case: rows of time and current density."""

    table: list[tuple[Instant, CurrentDensity]]


class CurrentFile(TypedDict):
    """A CSV file with the columns ``time_s`` and ``current_density_A_per_m2`` (or other units)."""

    file: str


class TotalCurrentTable(TypedDict):
    """A table in the case: rows of time and current."""

    table: list[tuple[Instant, Current]]


class VoltageTable(TypedDict):
    """A table in the case: rows of time and voltage."""

    table: list[tuple[Instant, Voltage]]


CurrentProgramInput = CurrentDensity | CurrentTable | CurrentFile
TotalCurrentProgramInput = Current | TotalCurrentTable | CurrentFile
VoltageProgramInput = Voltage | VoltageTable | CurrentFile


class CurrentProgram(Block):
    """Piecewise linear current density i(t), constant after its last point.

    A constant is one point at zero time. Two points at the same time are a jump.
    """

    replaced_whole: ClassVar[bool] = True
    dimension: ClassVar[str] = "current_density"
    """Dimension of the values, and name of their column in a file."""

    times: tuple[float, ...] = Field(description="Times of the points, s, increasing from 0; twice the same at a jump.")
    values: tuple[float, ...] = Field(description="Values at the points, SI; plating > 0.")
    given: str = Field(default="", description="Where the points come from, as written in the case.")

    @classmethod
    def read(cls, value: Any) -> Self:
        """Read what stands in a case: a value, ``{table: ...}`` or ``{file: ...}``.

        Raises
        ------
        PydanticCustomError
            If it is none of these, or the points are not increasing and finite.
        """
        if isinstance(value, cls):
            return value
        if not isinstance(value, dict):
            found = KINDS[cls.dimension].read(value)
            return cls(times=(0.0,), values=(float(found),), given=found.given or "")
        if set(value) == {"table"}:
            return cls._from_points(*_read_table(value["table"], cls), given="table")
        if set(value) == {"file"} and isinstance(value["file"], str):
            points = read_current_file(Path(value["file"]), cls.dimension)
            return cls._from_points(*points, given=value["file"])
        made_of = ", ".join(map(str, value)) or "an empty block"
        raise case_error(f"a {cls.words()} cannot be made from {made_of}", cls.valid())

    @classmethod
    def words(cls) -> str:
        """What the values are."""
        return DIMENSIONS[cls.dimension].words

    @classmethod
    def valid(cls) -> str:
        """What a program looks like in a case."""
        first = DIMENSIONS[cls.dimension].examples[0]
        table = f"{{table: [[0 s, 0 {first.split(' ', 1)[1]}], [1 s, {first}]]}}"
        return f"a {cls.words()} such as {first}, {table} or {{file: {cls.words().split()[0]}.csv}}"

    @classmethod
    def _from_points(cls, times: list[float], values: list[float], given: str) -> Self:
        what = f"the table of the {cls.words()}" if given == "table" else given
        if not times:
            raise case_error(f"{what} has no rows", cls.valid())
        if len(times) > MAXIMUM_POINTS:
            raise case_error(f"{what} has {len(times)} rows", f"at most {MAXIMUM_POINTS}")
        if times[0] != 0.0:
            raise case_error(f"{what} starts at {times[0]:g} s", "a first row at 0 s")
        for row, (before, after) in enumerate(pairwise(times), start=2):
            if after < before:
                message = f"{what}: row {row}: the time {after:g} s comes before {before:g} s"
                raise case_error(message, "increasing times; twice the same for a jump")
            if row > 2 and after == times[row - 3]:
                message = f"{what}: row {row}: the time {after:g} s stands there three times"
                raise case_error(message, "two rows at the time of a jump: the value before and after it")
        return cls(times=tuple(times), values=tuple(values), given=given)

    @model_serializer
    def _as_case(self) -> Any:
        """Give the program as a case would write it, in SI."""
        values = [format_si(value, self.dimension) for value in self.values]
        if len(values) == 1:
            return values[0]
        times = [format_si(time, "time") for time in self.times]
        return {"table": [list(row) for row in zip(times, values, strict=True)]}

    @property
    def is_constant(self) -> bool:
        """Whether the current never changes."""
        return len(set(self.values)) == 1

    @property
    def description(self) -> str:
        """The program in words: its range, the number of points and when the last of them is."""
        lowest, highest = (describe_si(value, self.dimension) for value in (min(self.values), max(self.values)))
        if self.is_constant:
            return f"{highest}, constant"
        source = "table" if self.given in ("table", "") else self.given
        return f"{lowest} to {highest}, {len(self.times)} points until {describe_si(self.times[-1], 'time')} ({source})"

    def at(self, time: float) -> float:
        """Give the current density at a time, A/m^2; where it jumps, that after the jump.

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

    def before(self, time: float) -> float:
        """Give the current density at a time, A/m^2; where it jumps, that before the jump.

        Parameters
        ----------
        time : float
            Time from the start, s.
        """
        first = bisect_left(self.times, time)
        jumps = first > 0 and self.times[first : first + 2] == (time, time)
        return self.values[first] if jumps else self.at(time)

    def until(self, time: float) -> Self:
        """Give the program as it is up to a time: programs that differ only later give the same.

        Parameters
        ----------
        time : float
            Time from the start, s, not negative; may be infinite.
        """
        points = [point for point in zip(self.times, self.values, strict=True) if point[0] < time]
        if math.isfinite(time):
            points.append((time, self.before(time)))
        return type(self)(times=tuple(at for at, _ in points), values=tuple(value for _, value in points))

    def charge(self, time: float) -> float:
        """Charge per area that has passed from the start to a time, C/m^2 (exact integral of the lines).

        Parameters
        ----------
        time : float
            Time from the start, s, not negative.
        """
        last = max(bisect_left(self.times, time) - 1, 0)
        start = self.times[last]
        return self._charges[last] + (time - start) * (self.values[last] + self.before(time)) / 2

    def turning_times(self, end: float) -> tuple[float, ...]:
        """Give the instants before the end of a run at which plating turns into stripping or back, s, increasing."""
        turns: list[float] = []
        sign, zero_since = 0.0, 0.0
        previous: tuple[float, float] | None = None
        for time, value in zip(self.times, self.values, strict=True):
            if value != 0.0:
                if sign * value < 0.0:
                    crosses = previous is not None and previous[1] != 0.0
                    turns.append(_crossing(*previous, time, value) if previous and crosses else zero_since)
                sign = value
            elif previous is None or previous[1] != 0.0:
                zero_since = time
            previous = (time, value)
        return tuple(turn for turn in turns if 0.0 < turn < end)

    def extreme_charges(self, end: float) -> tuple[float, float]:
        """Give the smallest and the largest charge per area that has passed at any time of a run, C/m^2."""
        charges = [self.charge(time) for time in (0.0, *self.turning_times(end), end)]
        return min(charges), max(charges)

    @cached_property
    def _charges(self) -> tuple[float, ...]:
        """Charge per area that has passed at each point, C/m^2."""
        points = zip(self.times, self.values, strict=True)
        parts = ((end - start) * (before + after) / 2 for (start, before), (end, after) in pairwise(points))
        return tuple(accumulate(parts, initial=0.0))


def _crossing(start: float, before: float, end: float, after: float) -> float:
    """Time at which the line between two points of opposite sign is zero, s."""
    return start + (end - start) * before / (before - after)


class TotalCurrentProgram(CurrentProgram):
    """Piecewise linear current I(t) through the whole electrode."""

    dimension: ClassVar[str] = "current"


class VoltageProgram(CurrentProgram):
    """Piecewise linear voltage V(t)."""

    dimension: ClassVar[str] = "voltage"


def _read_table(rows: Any, program: type[CurrentProgram]) -> tuple[list[float], list[float]]:
    if not isinstance(rows, list | tuple):
        raise case_error("a table is a list of rows", program.valid())
    times: list[float] = []
    values: list[float] = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list | tuple) or len(row) != 2:
            message = f"row {number} of the table is not a pair of time and {program.words()}"
            raise case_error(message, program.valid(), _comma_hint(row))
        times.append(float(read_cell(TIME, row[0], f"row {number}")))
        values.append(float(read_cell(KINDS[program.dimension], row[1], f"row {number}")))
    return times, values


def _comma_hint(row: Any) -> str | None:
    """Hint for a row that a decimal comma has torn: a number without a unit is the first part of one."""
    torn = isinstance(row, list | tuple) and any(isinstance(cell, int | float) for cell in row)
    return "write a decimal point, not a comma" if torn else None
