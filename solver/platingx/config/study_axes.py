"""What a parameter study varies: axes over keys of a case, and how they are combined to points."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from platingx.config.base import Block, Finding
from platingx.config.expressions import FUNCTIONS
from platingx.config.quantities import case_error
from platingx.nearest import nearest
from platingx.units import DIMENSIONS, Quantity, UnitError, any_quantity, base_powers, format_si

__all__ = ["Axis", "Design", "Setting", "between", "check_names", "name_problem", "same_dimension", "setting"]

LARGEST_STUDY = 100_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_NUMBER_AND_UNIT = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([^\d\s].*?)?\s*")
_WAYS = ("values", "linspace", "logspace", "uniform", "loguniform")
SAMPLED = ("latin_hypercube", "sobol")


@dataclass(frozen=True)
class Setting:
    """One value of an axis.

    Attributes
    ----------
    raw
        As a case file holds it.
    number
        Value in SI; None for words and blocks.
    dimension
        Dimension of the number.
    position
        Where it stands in a list of values; None if it follows from others.
    """

    raw: Any
    number: float | None = None
    dimension: str | None = None
    position: int | None = None

    @property
    def text(self) -> str:
        """The value for people: as it stands in a file, a block in one line."""
        return _in_a_line(self.raw)


def _in_a_line(raw: Any) -> str:
    if isinstance(raw, Mapping):
        return "{" + ", ".join(f"{key}: {_in_a_line(value)}" for key, value in raw.items()) + "}"
    if isinstance(raw, list | tuple):
        return f"[{', '.join(map(_in_a_line, raw))}]"
    return {True: "true", False: "false", None: "null"}[raw] if raw is None or isinstance(raw, bool) else str(raw)


def setting(raw: Any) -> Setting:
    """Read a value of an axis: a quantity, a number, or anything else that a case can hold."""
    if isinstance(raw, Quantity):
        return Setting(raw.given or format_si(raw, raw.dimension), float(raw), raw.dimension)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return Setting(raw, float(raw), "dimensionless")
    if isinstance(raw, str):
        try:
            found = any_quantity(raw)
        except UnitError:
            return Setting(raw)
        return Setting(raw, float(found), found.dimension)
    return Setting(raw)


def same_dimension(values: Sequence[Any]) -> bool:
    """Tell whether all values that are quantities are of one dimension."""
    return len({base_powers(found.dimension) for found in map(setting, values) if found.dimension}) <= 1


def name_problem(name: str) -> str:
    """What is wrong with a name that formulas and columns are to use; empty if nothing is."""
    if not _NAME.fullmatch(name) or "__" in name:
        return f"'{name}' is no name for formulas and columns"
    return f"'{name}' has a meaning in formulas already" if name in (*FUNCTIONS, "pi") else ""


def check_names(blocks: Mapping[str, Iterable[str]], taken: Collection[str], example: str) -> Iterator[Finding]:
    """Find names that formulas or the columns of results.csv cannot have.

    Parameters
    ----------
    blocks : mapping
        Names by the block that gives them.
    taken : collection of str
        Columns of the program's own.
    example : str
        Two names that would do.
    """
    for block, names in blocks.items():
        for name in names:
            problem = name_problem(name)
            if problem:
                yield Finding(f"{block}.{name}", problem, f"letters, digits and _, such as {example}")
            elif name in taken:
                yield Finding(f"{block}.{name}", f"results.csv has a column {name} already", "another name")


class Spacing(Block):
    """Values from the first to the last."""

    start: str | float = Field(description="First value.")
    stop: str | float = Field(description="Last value.")
    num: int = Field(ge=1, le=LARGEST_STUDY, description="How many values.")


class Range(Block):
    """Bounds between which a sampled design chooses."""

    low: str | float = Field(description="Lower bound.")
    high: str | float = Field(description="Upper bound.")


class Axis(Block):
    """Values of one key, or of a parameter that formulas of other keys use."""

    key: str | None = Field(
        default=None,
        min_length=1,
        description="Key of the case with dots, such as growth.current_density; left out for a parameter of formulas.",
    )
    values: tuple[Any, ...] | None = Field(
        default=None, min_length=1, max_length=LARGEST_STUDY, description="The values, with units, words or blocks."
    )
    linspace: Spacing | None = Field(default=None, description="Equally spaced values.")
    logspace: Spacing | None = Field(default=None, description="Values of equal ratio; start and stop are the values.")
    uniform: Range | None = Field(default=None, description="Equally likely between two bounds, for sampled designs.")
    loguniform: Range | None = Field(default=None, description="The same in the logarithm.")

    def check(self) -> Iterator[Finding]:
        """Check that there is one way to find values, and that its ends go together."""
        given = [way for way in _WAYS if getattr(self, way) is not None]
        if len(given) > 1:
            yield Finding(given[1], f"an axis with both {given[0]} and {given[1]}", "one of them")
        for way in given[:1]:
            yield from self._check_ends(way)
        if self.values is not None and not same_dimension(self.values):
            yield Finding("values", "values of different dimensions", "values of one unit, or of units alike")

    def _check_ends(self, way: str) -> Iterator[Finding]:
        block = getattr(self, way)
        if isinstance(block, tuple):
            return
        names = ("start", "stop") if isinstance(block, Spacing) else ("low", "high")
        low, high = (setting(getattr(block, name)) for name in names)
        for name, end in zip(names, (low, high), strict=True):
            if end.number is None or end.dimension is None:
                yield Finding(f"{way}.{name}", f"'{end.text}' is no quantity", "a number with its unit")
            elif way.startswith("log") and end.number <= 0.0:
                yield Finding(f"{way}.{name}", "no logarithm of such a value", "a value above zero")
        if low.dimension and high.dimension and base_powers(low.dimension) != base_powers(high.dimension):
            words = f"{DIMENSIONS[low.dimension].words} and {DIMENSIONS[high.dimension].words}"
            yield Finding(f"{way}.{names[1]}", f"the ends are of {words}", "ends of one dimension")
        elif isinstance(block, Range) and (high.number or 0.0) <= (low.number or 0.0):
            problem = "both bounds are the same" if low.number == high.number else "the upper bound is the lower one"
            yield Finding(f"{way}.high", problem, f"a value above {low.text}")

    @property
    def way(self) -> str | None:
        """Which of the ways to find values is given, and so where they stand in the file; None without one."""
        return next((way for way in _WAYS if getattr(self, way) is not None), None)

    @property
    def sampled(self) -> bool:
        """Whether a sampled design chooses the values."""
        return self.way in ("uniform", "loguniform")

    @property
    def dimension(self) -> str | None:
        """Dimension of the values; None for words and where there are none yet."""
        if self.values is not None:
            return setting(self.values[0]).dimension
        block = self.linspace or self.logspace
        bounds = self.uniform or self.loguniform
        first = block.start if block else bounds.low if bounds else None
        return None if first is None else setting(first).dimension

    @property
    def length(self) -> int:
        """Number of values of an axis that is not sampled."""
        block = self.linspace or self.logspace
        return block.num if block is not None else len(self.values or ())

    def settings(self) -> list[Setting]:
        """List the values of an axis that is not sampled."""
        if self.values is not None:
            return [replace(setting(value), position=position) for position, value in enumerate(self.values)]
        block = self.linspace or self.logspace
        if block is None:
            return []
        shares = [k / (block.num - 1) for k in range(block.num)] if block.num > 1 else [0.0]
        return [between(block.start, block.stop, share, self.logspace is not None) for share in shares]

    def at(self, share: float) -> Setting:
        """Give the value of a sampled axis at a share of its range, 0 to 1."""
        bounds = self.uniform or self.loguniform
        if bounds is None:
            raise ValueError("an axis with values is not sampled")
        return between(bounds.low, bounds.high, share, self.loguniform is not None)


def between(low: str | float, high: str | float, share: float, logarithmic: bool) -> Setting:
    """Give a value between two others, in their unit if they share one.

    It has twelve digits, which no processor rounds apart.

    Parameters
    ----------
    low, high : str or float
        Quantities of one dimension.
    share : float
        0 is the one, 1 the other.
    logarithmic : bool
        Whether equal shares are equal ratios.
    """
    if share in (0.0, 1.0):
        return setting(high if share else low)
    (a, unit), (b, other) = _split(low), _split(high)
    if unit != other or (logarithmic and unit.startswith("deg")):  # degC and degF have a zero of their own
        first, last = setting(low), setting(high)
        a, b = first.number or 0.0, last.number or 0.0
        unit = DIMENSIONS[first.dimension or "dimensionless"].si_unit
    value = a * (b / a) ** share if logarithmic else a + share * (b - a)
    return setting(f"{value:.12g} {unit}" if unit else float(f"{value:.12g}"))


def _split(value: str | float) -> tuple[float, str]:
    """Number and unit as they are written; no number where it stands in an unusual form."""
    match = _NUMBER_AND_UNIT.fullmatch(str(value))
    return (float(match.group(1)), match.group(2) or "") if match else (math.nan, f"of {value}")


class DesignBlock(Block):
    """How the axes are combined to points."""

    method: Literal["grid", "zip", "points", "latin_hypercube", "sobol"] = Field(
        default="grid",
        description="grid: every value with every other; zip: the first of each axis, the second of each ...; points: "
        "a list; latin_hypercube, sobol: chosen in the ranges of the axes.",
    )
    points: tuple[dict[str, Any], ...] | None = Field(
        default=None, min_length=1, max_length=LARGEST_STUDY, description="For points: a value for each axis."
    )
    num: int | None = Field(default=None, ge=1, le=LARGEST_STUDY, description="Number of points of a sampled design.")
    seed: int = Field(default=0, ge=0, description="The same seed gives the same points.")

    def check(self) -> Iterator[Finding]:
        """Check that a design has what it needs."""
        if self.method == "points" and self.points is None:
            yield Finding("points", "the design lists no points", "a list such as [{i: 1 A/cm^2}, {i: 2 A/cm^2}]")
        if self.method != "points" and self.points is not None:
            yield Finding("points", f"the design {self.method} has no list of points", "method: points")
        if self.method in SAMPLED and self.num is None:
            yield Finding("num", "the number of points is missing", "a whole number such as 64")
        if self.method not in SAMPLED and self.num is not None:
            yield Finding("num", f"the axes give the number of points of the design {self.method}", "no num")
        if self.method == "sobol" and self.num is not None and self.num & (self.num - 1):
            below = 1 << (self.num.bit_length() - 1)
            yield Finding("num", "a Sobol design is balanced for powers of two only", f"{below} or {2 * below}")


def _from_word(value: Any) -> Any:
    methods = get_args(DesignBlock.model_fields["method"].annotation)
    if isinstance(value, str) and value not in methods:
        near = nearest(value, methods)
        raise case_error(f"there is no design '{value}'", ", ".join(methods), f"{near}?" if near else "")
    return {"method": value} if isinstance(value, str) else value


Design = Annotated[DesignBlock, BeforeValidator(_from_word, json_schema_input_type=str | DesignBlock)]
"""A design by its word, such as ``grid``, or as a block."""
