"""Displacements, turns, forces and stresses that a case prescribes over time: constant, at a rate, or from a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, TypedDict

import numpy as np
from pydantic import PlainSerializer, PlainValidator

from platingx.config.current_file import MAXIMUM_POINTS
from platingx.config.quantities import Instant, Physical, case_error
from platingx.units import format_si

__all__ = ["AngleCourse", "Course", "DisplacementCourse", "ForceCourse", "MomentCourse", "StressCourse"]

_TIME = Physical("time", minimum=0.0, maximum=1e13)
_DISPLACEMENT = Physical("length", minimum=-10.0, maximum=10.0)
_SPEED = Physical("velocity", minimum=-1e6, maximum=1e6)
_STRESS = Physical("pressure", minimum=-1e15, maximum=1e15)
_FORCE = Physical("force", minimum=-1e12, maximum=1e12)
_ANGLE = Physical("angle", minimum=-1.0, maximum=1.0)
_TURNING_SPEED = Physical("rate", minimum=-1e6, maximum=1e6)
_MOMENT = Physical("moment", minimum=-1e12, maximum=1e12)
_RATE_OF = {"length": "velocity", "angle": "rate"}


@dataclass(frozen=True)
class Course:
    """A quantity over time: ``rate * t``, or linear between points and constant before the first and after the last.

    Parameters
    ----------
    dimension : str
        Dimension of the values, as in `platingx.units`.
    times, values : tuple of float
        Times of the points, s, increasing from 0, and the values there, SI.
    rate : float
        Rate of a quantity that starts at 0, SI.
    """

    dimension: str
    times: tuple[float, ...] = (0.0,)
    values: tuple[float, ...] = (0.0,)
    rate: float = 0.0

    def at(self, time: float) -> float:
        """Give the value at a time (s), SI."""
        return self.rate * time + float(np.interp(time, self.times, self.values))

    @property
    def is_zero(self) -> bool:
        """Whether it is zero at all times."""
        return self.rate == 0.0 and not any(self.values)

    def as_case(self) -> Any:
        """Give the course as a case would write it, in SI."""
        if self.rate != 0.0:
            return {"rate": format_si(self.rate, _RATE_OF[self.dimension])}
        values = [format_si(value, self.dimension) for value in self.values]
        if len(values) == 1:
            return values[0]
        times = [format_si(time, "time") for time in self.times]
        return {"table": [list(row) for row in zip(times, values, strict=True)]}


def _reader(kind: Physical, valid: str, speed: Physical | None = None) -> Callable[[Any], Course]:
    """Reader of courses of a kind of values; those of a motion have a speed, too, and may be a bare 0."""

    def read(value: Any) -> Course:
        if isinstance(value, Course):
            return value
        if speed is not None and isinstance(value, dict) and set(value) == {"rate"}:
            return Course(dimension=kind.dimension, rate=float(speed.read(value["rate"])))
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if speed is not None and number and value == 0:
            return Course(dimension=kind.dimension)  # nothing has no unit
        return _read(value, kind, valid)

    return read


def _read(value: Any, kind: Physical, valid: str) -> Course:
    if not isinstance(value, dict):
        return Course(dimension=kind.dimension, values=(float(kind.read(value)),))
    if set(value) != {"table"} or not isinstance(value["table"], list) or not value["table"]:
        raise case_error(f"nothing over time can be made from {', '.join(map(str, value)) or 'an empty block'}", valid)
    rows = value["table"]
    if len(rows) > MAXIMUM_POINTS:
        raise case_error(f"the table has {len(rows)} rows", f"at most {MAXIMUM_POINTS}")
    pairs = [_row(row, number, kind) for number, row in enumerate(rows, start=1)]
    times = tuple(time for time, _ in pairs)
    _check_times(times)
    return Course(dimension=kind.dimension, times=times, values=tuple(number for _, number in pairs))


def _row(row: Any, number: int, kind: Physical) -> tuple[float, float]:
    if not isinstance(row, list) or len(row) != 2:
        raise case_error(f"row {number} of the table has not two values", "[time, value], both with units")
    return float(_TIME.read(row[0])), float(kind.read(row[1]))


def _check_times(times: Sequence[float]) -> None:
    if times[0] != 0.0:
        raise case_error(f"the table starts at {times[0]:g} s", "a first row at 0 s")
    for row, (before, after) in enumerate(pairwise(times), start=2):
        if after <= before:
            message = f"row {row} of the table: the time {after:g} s does not come after {before:g} s"
            raise case_error(message, "increasing times")


class _Rate(TypedDict):
    rate: Annotated[float, _SPEED]


class _TurningRate(TypedDict):
    rate: Annotated[float, _TURNING_SPEED]


class _DisplacementTable(TypedDict):
    table: list[tuple[Instant, Annotated[float, _DISPLACEMENT]]]


class _AngleTable(TypedDict):
    table: list[tuple[Instant, Annotated[float, _ANGLE]]]


class _StressTable(TypedDict):
    table: list[tuple[Instant, Annotated[float, _STRESS]]]


class _ForceTable(TypedDict):
    table: list[tuple[Instant, Annotated[float, _FORCE]]]


class _MomentTable(TypedDict):
    table: list[tuple[Instant, Annotated[float, _MOMENT]]]


DisplacementCourse = Annotated[
    Course,
    PlainValidator(
        _reader(
            _DISPLACEMENT, "0, a displacement such as 5 nm, {rate: 2 nm/s} or {table: [[0 s, 0 nm], ...]}", speed=_SPEED
        ),
        json_schema_input_type=Annotated[float, _DISPLACEMENT] | float | _Rate | _DisplacementTable,
    ),
    PlainSerializer(Course.as_case),
]
"""Displacement over time, m."""

AngleCourse = Annotated[
    Course,
    PlainValidator(
        _reader(
            _ANGLE, "0, an angle such as 5 mrad, {rate: 1e-3 1/s} or {table: [[0 s, 0 rad], ...]}", speed=_TURNING_SPEED
        ),
        json_schema_input_type=Annotated[float, _ANGLE] | float | _TurningRate | _AngleTable,
    ),
    PlainSerializer(Course.as_case),
]
"""Angle over time, rad."""

StressCourse = Annotated[
    Course,
    PlainValidator(
        _reader(_STRESS, "a stress such as 3 MPa, or {table: [[0 s, 0 MPa], [1 s, 3 MPa]]}"),
        json_schema_input_type=Annotated[float, _STRESS] | _StressTable,
    ),
    PlainSerializer(Course.as_case),
]
"""Pressure or traction over time, Pa."""

ForceCourse = Annotated[
    Course,
    PlainValidator(
        _reader(_FORCE, "a force such as 3 uN, or {table: [[0 s, 0 uN], [1 s, 3 uN]]}"),
        json_schema_input_type=Annotated[float, _FORCE] | _ForceTable,
    ),
    PlainSerializer(Course.as_case),
]
"""Force over time, N."""

MomentCourse = Annotated[
    Course,
    PlainValidator(
        _reader(_MOMENT, "a moment such as 2 nN*m, or {table: [[0 s, 0 N*m], [1 s, 2 nN*m]]}"),
        json_schema_input_type=Annotated[float, _MOMENT] | _MomentTable,
    ),
    PlainSerializer(Course.as_case),
]
"""Moment over time, N m."""
