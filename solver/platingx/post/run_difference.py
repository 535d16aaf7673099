"""One difference between two runs, and the tolerance that says what counts as one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from platingx.errors import OutputError

__all__ = ["Difference", "Tolerance", "relative_difference"]


@dataclass(frozen=True)
class Difference:
    """One value that two runs do not share.

    Attributes
    ----------
    key : str
        Dotted name, e.g. ``case.time.end``, ``history.max_pressure_li_Pa``.
    first, second : object
        The two values; None where a run has no such value.
    relative : float or None
        Largest difference over the scale of the values; None where a difference has no size.
    where : str
        Step and time of the largest difference, for histories.
    counts : bool
        Whether the runs count as different for it.
    """

    key: str
    first: Any
    second: Any
    relative: float | None = None
    where: str = ""
    counts: bool = True

    def as_json(self) -> dict[str, Any]:
        """Plain data; numbers that are not finite become null."""
        return {
            "key": self.key,
            "first": _finite(self.first),
            "second": _finite(self.second),
            "relative": _finite(self.relative),
            "where": self.where,
            "counts": self.counts,
        }


@dataclass(frozen=True)
class Tolerance:
    """A difference d of values as large as s is within the tolerance if ``d <= absolute + relative s``.

    Attributes
    ----------
    relative : float
    absolute : float
        In the SI unit of each value.

    Raises
    ------
    OutputError
        If one of them is negative or not a finite number: nothing, or everything, would be within it.
    """

    relative: float = 1e-6
    absolute: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (("relative", self.relative), ("absolute", self.absolute)):
            if not 0.0 <= value < math.inf:
                raise OutputError(f"the {name} tolerance is {value}; it has to be a finite number from zero")

    @property
    def exact(self) -> bool:
        """Whether everything must be equal to the last digit."""
        return self.relative == 0 and self.absolute == 0

    def within(self, difference: float, scale: float) -> bool:
        """Whether a difference of values of some scale is allowed; never where either is not a number."""
        return difference <= self.absolute + self.relative * scale

    def allows(self, first: Any, second: Any) -> bool:
        """Whether two values agree: numbers within the tolerance, all else exactly."""
        if not (_is_number(first) and _is_number(second)):
            return bool(first == second)
        if first == second or (math.isnan(first) and math.isnan(second)):
            return True
        return self.within(abs(first - second), max(abs(first), abs(second)))


def relative_difference(first: Any, second: Any) -> float | None:
    """Difference of two numbers over the larger magnitude; None for anything else."""
    if not (_is_number(first) and _is_number(second)):
        return None
    scale = max(abs(first), abs(second))
    return abs(first - second) / scale if scale > 0 else 0.0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
