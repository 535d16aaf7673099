"""A parameter study: a base case, axes over its keys, and the quantities that are wanted of every point."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from platingx.columns import COLUMNS, column_of
from platingx.config.base import Block, Finding
from platingx.config.expressions import Expression, ExpressionError, read_expression
from platingx.config.quantities import Time
from platingx.config.study_axes import LARGEST_STUDY, SAMPLED, Axis, Design, DesignBlock, check_names, same_dimension
from platingx.config.study_figures import StudyFigure, check_figures
from platingx.config.study_meshes import Factor, check_factors
from platingx.config.until import Until
from platingx.nearest import nearest

__all__ = ["ParameterStudy", "Wanted", "WantedBlock"]

_TABLE_NAMES = ("point", "status", "reason", "wall_time_s", "folder")


class WantedBlock(Block):
    """A number that is taken of the history of a run."""

    of: str = Field(min_length=1, description="Quantity, as in history.csv without its unit: max_pressure_li.")
    take: Literal["end", "maximum", "minimum"] = Field(
        default="end", description="The value at the end, or the largest or smallest of the run."
    )
    at: Time | None = Field(default=None, description="The value at this time, linear between the steps.")
    when: Until | None = Field(
        default=None,
        description="The value when another quantity first reaches a value, linear between the steps: "
        "{max_principal_stress_llzo: 16.1 GPa}.",
    )

    def check(self) -> Iterator[Finding]:
        """Check the quantity, and that one instant is meant."""
        column = column_of(self.of)
        if column is None:
            near = nearest(self.of, [*COLUMNS, *(f"{name}_REGION" for name in COLUMNS)])
            hint = f"{near}?" if near else ""
            yield Finding("of", f"there is no quantity {self.of}", "a column of history.csv without its unit", hint)
        given = [name for name in ("take", "at", "when") if name in self.model_fields_set]
        if len(given) > 1:
            yield Finding(given[1], f"{given[0]} and {given[1]} name two instants", "one of them")
        if self.when is not None and len(self.when) != 1:
            yield Finding("when", f"{len(self.when)} values to reach", "one quantity and its value")


def _from_name(value: Any) -> Any:
    return {"of": value} if isinstance(value, str) else value


Wanted = Annotated[WantedBlock, BeforeValidator(_from_name, json_schema_input_type=str | WantedBlock)]
"""The name of a quantity, meaning its value at the end, or a block."""


def _formula(value: Any) -> Any:
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Formula = Annotated[str, BeforeValidator(_formula, json_schema_input_type=str | float)]


class ParameterStudy(Block):
    """One case at many points of its parameters."""

    kind: Literal["parameters"] = Field(default="parameters", description="What kind of study it is.")
    name: str = Field(
        min_length=1,
        max_length=100,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.+-]*$",
        description="Short name, used for the folder of the runs.",
    )
    description: str = Field(default="", description="The question that the study answers.")
    base: str = Field(min_length=1, description="Case file that is varied, relative to the study file.")
    set: dict[str, Any] = Field(
        default_factory=dict,
        description="Values over the base, the same at all points, by keys with dots: {time.end: 1 s}.",
    )
    axes: dict[str, Axis] = Field(min_length=1, description="What varies, by a name of your choice.")
    derived: dict[str, Formula] = Field(
        default_factory=dict,
        description="Keys that follow from the axes, as formulas of their names: {time.end: 565 C/m^2 / i}.",
    )
    design: Design = Field(default_factory=DesignBlock, description="How the axes are combined to points.")
    meshes: tuple[Factor, Factor, Factor] | None = Field(
        default=None,
        description="Factors on geometry.mesh.refinement, one of them 1: every point runs on three meshes, and "
        "the table has an upper estimate of the error of the mesh of the case for each quantity.",
    )
    quantities: dict[str, Wanted] = Field(
        min_length=1, description="Columns of the table, by a name of your choice: {p: max_pressure_li}."
    )
    figures: dict[str, StudyFigure] = Field(
        default_factory=dict, description="Pictures of the table, by a name of your choice."
    )

    def check(self) -> Iterator[Finding]:
        """Check names, keys given twice, what the design needs of the axes, and formulas."""
        yield from self._check_names()
        yield from self._check_keys()
        yield from self._check_design()
        if self.meshes is not None:
            yield from check_factors("meshes", self.meshes)
        for key in self.derived:
            try:
                self.formula(key)
            except ExpressionError as error:
                yield Finding(f"derived.{key}", error.message, error.valid, error.hint)
        columns = {name: column_of(wanted.of) for name, wanted in self.quantities.items()}
        quantities = {name: column.dimensions for name, column in columns.items() if column is not None}
        numbers, sampled = self.dimensions(), self.design.method in SAMPLED
        yield from check_figures(self.figures, {name: numbers.get(name) for name in self.axes}, quantities, sampled)

    def _check_names(self) -> Iterator[Finding]:
        blocks: dict[str, Iterable[str]] = {"axes": self.axes, "quantities": self.quantities, "figures": self.figures}
        yield from check_names(blocks, _TABLE_NAMES, "current or p_max")
        for name in self.axes:
            if name in self.quantities:
                yield Finding(f"quantities.{name}", f"'{name}' is an axis already", "another name")

    def _check_keys(self) -> Iterator[Finding]:
        seen = {key: f"set.{key}" for key in self.set}
        keys = [(axis.key, f"axes.{name}.key") for name, axis in self.axes.items() if axis.key is not None]
        for key, place in [*keys, *((key, f"derived.{key}") for key in self.derived)]:
            for other in seen:
                if key == other or key.startswith(f"{other}.") or other.startswith(f"{key}."):
                    yield Finding(place, f"{key} is given by {seen[other]} already", "one place for each key")
                    break
            seen[key] = place
        used = {name for key in self.derived for name in _words(self.derived[key])}
        for name, axis in self.axes.items():
            if axis.key is None and name not in used:
                hint = f"axes.{name}.key, or {name} in a formula of derived"
                yield Finding(f"axes.{name}", "the axis changes nothing", hint)

    def _check_design(self) -> Iterator[Finding]:
        method, points = self.design.method, self.design.points or ()
        for name, axis in self.axes.items():
            if method == "points" and axis.way is not None:
                yield Finding(f"axes.{name}.{axis.way}", "the points of the design give the values", "key alone")
            elif method in SAMPLED and not axis.sampled:
                yield Finding(f"axes.{name}", f"{method} chooses between bounds", "uniform: {low, high} or loguniform")
            elif method in ("grid", "zip") and (axis.way is None or axis.sampled):
                yield Finding(f"axes.{name}", f"{method} needs values", "values, linspace or logspace")
        for index, point in enumerate(points):
            if set(point) != set(self.axes):
                odd = sorted(set(point) ^ set(self.axes))
                what = f"a point without {odd[0]}" if odd[0] in self.axes else f"there is no axis {odd[0]}"
                yield Finding(f"design.points.{index}", what, f"a value for each of {', '.join(self.axes)}")
        for name in self.axes:
            if not same_dimension([point[name] for point in points if name in point]):
                yield Finding("design.points", f"values of different dimensions for {name}", "values of units alike")
        yield from self._check_lengths()

    def _check_lengths(self) -> Iterator[Finding]:
        method = self.design.method
        lengths = {name: axis.length for name, axis in self.axes.items() if axis.way and not axis.sampled}
        if method == "grid" and math.prod(lengths.values()) > LARGEST_STUDY:
            message = f"a grid of {' x '.join(map(str, lengths.values()))} points"
            yield Finding("design", message, f"at most {LARGEST_STUDY} points", "fewer values, or sobol")
        if method == "zip" and len(set(lengths.values())) > 1:
            each = ", ".join(f"{name} has {length}" for name, length in lengths.items())
            yield Finding("design", f"zip needs axes of one length; {each}", "as many values on each axis")

    def dimensions(self) -> dict[str, str]:
        """Dimension of each axis whose values are numbers."""
        found = {name: axis.dimension for name, axis in self.axes.items()}
        for point in (self.design.points or ())[:1]:
            found |= {name: Axis(values=(value,)).dimension for name, value in point.items() if name in self.axes}
        return {name: dimension for name, dimension in found.items() if dimension is not None}

    def formula(self, key: str) -> Expression:
        """Read the formula of a derived key.

        Raises
        ------
        ExpressionError
            If it is none, or gives a quantity that no key can have.
        """
        expression = read_expression(self.derived[key], self.dimensions())
        if expression.dimension is None:
            unit = "*".join(f"{base.strip('[]')}^{power:g}" for base, power in expression.powers)
            raise ExpressionError(f"the formula gives {unit}, which no key of a case is of")
        return expression


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() or letter == "_" else " " for letter in text).split()
