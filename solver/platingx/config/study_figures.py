"""Figures of a parameter study: curves and families of curves, filled maps, and what a sampled design tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from platingx.config.base import Block, Finding
from platingx.config.quantities import as_text
from platingx.units import DIMENSIONS, Quantity, UnitError, any_quantity, base_powers

__all__ = ["Curves", "Distribution", "Indices", "Map", "SampledFigure", "StudyFigure", "Tornado", "check_figures"]


def _quantity(value: Any) -> Quantity:
    if isinstance(value, Quantity):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Quantity(float(value))
    try:
        return any_quantity(str(value))
    except UnitError as error:
        raise PydanticCustomError("case", "{text}", {"text": error.message, "valid": error.valid, "hint": ""}) from None


Level = Annotated[Any, BeforeValidator(_quantity, json_schema_input_type=str | float)]
"""A value of a quantity of any dimension."""


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...])]
"""One name, or a list of them."""


class Curves(Block):
    """Quantities over an axis, a panel for each; a curve for each setting of the other axes."""

    kind: Literal["curves"] = Field(description="Curves over an axis.")
    x: str = Field(description="Axis along the figure.")
    y: Names = Field(min_length=1, description="Quantities, a panel for each.")
    log: tuple[Literal["x", "y"], ...] = Field(default=(), description="Directions with a logarithmic scale.")
    thresholds: dict[str, Level] = Field(
        default_factory=dict, description="Values of the quantities to mark, with where curves cross them."
    )

    def names(self) -> Iterator[tuple[str, str, str]]:
        """Key, name and what it names: ``axis`` or ``quantity``."""
        yield "x", self.x, "axis"
        yield from ((f"y.{index}", name, "quantity") for index, name in enumerate(self.y))

    def levels(self) -> Iterator[tuple[str, str, Quantity]]:
        """Key, quantity and value of what is marked."""
        yield from ((f"thresholds.{name}", name, value) for name, value in self.thresholds.items())


class Map(Block):
    """A quantity over two axes, as a filled map, or one for each value of a third."""

    kind: Literal["map"] = Field(description="A filled map over two axes.")
    x: str = Field(description="Axis along the figure.")
    y: str = Field(description="Axis up the figure.")
    value: str = Field(description="Quantity that is shown.")
    panels: str | None = Field(
        default=None, description="Axis of which each value has a map of its own, beside the others, in one scale."
    )
    log: tuple[Literal["x", "y", "value"], ...] = Field(
        default=(), description="Directions with a logarithmic scale; value is that of the colours."
    )
    contours: tuple[Level, ...] = Field(default=(), description="Values with a thin line.")
    threshold: Level | None = Field(default=None, description="Value with a thick line.")

    def names(self) -> Iterator[tuple[str, str, str]]:
        """As :meth:`Curves.names`."""
        yield from (("x", self.x, "axis"), ("y", self.y, "axis"), ("value", self.value, "quantity"))
        if self.panels is not None:
            yield "panels", self.panels, "axis"

    def levels(self) -> Iterator[tuple[str, str, Quantity]]:
        """As :meth:`Curves.levels`."""
        yield from ((f"contours.{index}", self.value, value) for index, value in enumerate(self.contours))
        if self.threshold is not None:
            yield "threshold", self.value, self.threshold

    def check(self) -> Iterator[Finding]:
        """Check that the axes differ."""
        if self.x == self.y:
            yield Finding("y", "both axes of the map are the same", "two axes")
        if self.panels in (self.x, self.y):
            yield Finding("panels", "an axis of the map has no panels", "a third axis")


class Distribution(Block):
    """How often values of quantities come, a panel for each."""

    kind: Literal["distribution"] = Field(description="Histograms with mean and quantiles, for sampled designs.")
    y: Names = Field(min_length=1, description="Quantities, a panel for each.")
    thresholds: dict[str, Level] = Field(
        default_factory=dict, description="Values of the quantities to mark, with the share of points beyond."
    )

    def names(self) -> Iterator[tuple[str, str, str]]:
        """As :meth:`Curves.names`."""
        yield from ((f"y.{index}", name, "quantity") for index, name in enumerate(self.y))

    def levels(self) -> Iterator[tuple[str, str, Quantity]]:
        """As :meth:`Curves.levels`."""
        yield from ((f"thresholds.{name}", name, value) for name, value in self.thresholds.items())


class Indices(Block):
    """Shares of the variance of quantities that the axes make, alone and with others, a panel for each quantity."""

    kind: Literal["indices"] = Field(description="First-order and total Sobol indices, for sampled designs.")
    y: Names = Field(min_length=1, description="Quantities, a panel for each.")

    def names(self) -> Iterator[tuple[str, str, str]]:
        """As :meth:`Curves.names`."""
        yield from ((f"y.{index}", name, "quantity") for index, name in enumerate(self.y))

    def levels(self) -> Iterator[tuple[str, str, Quantity]]:
        """As :meth:`Curves.levels`."""
        yield from ()


class Tornado(Block):
    """How far each axis alone moves quantities, the most influential one on top, a panel for each quantity."""

    kind: Literal["tornado"] = Field(description="Bars from the low to the high end of each axis, for sampled designs.")
    y: Names = Field(min_length=1, description="Quantities, a panel for each.")

    def names(self) -> Iterator[tuple[str, str, str]]:
        """As :meth:`Curves.names`."""
        yield from ((f"y.{index}", name, "quantity") for index, name in enumerate(self.y))

    def levels(self) -> Iterator[tuple[str, str, Quantity]]:
        """As :meth:`Curves.levels`."""
        yield from ()


SampledFigure = Distribution | Indices | Tornado
"""Figures that need points chosen in the ranges of the axes."""

StudyFigure = Annotated[Curves | Map | SampledFigure, Field(discriminator="kind")]


def check_figures(
    figures: Mapping[str, Curves | Map | SampledFigure],
    axes: Mapping[str, str | None],
    quantities: Mapping[str, tuple[str, ...]],
    sampled: bool,
) -> Iterator[Finding]:
    """Check the names and dimensions in figures.

    Parameters
    ----------
    figures : mapping
        Figures by name.
    axes, quantities : mapping
        Dimensions of the axes (None for words), and those that values of the quantities may have.
    sampled : bool
        Whether the design chooses points in the ranges of the axes.
    """
    for name, figure in figures.items():
        if isinstance(figure, SampledFigure) and not sampled:
            message = f"the points of this design do not fill the ranges that {figure.kind} is about"
            yield Finding(f"figures.{name}.kind", message, "the designs sobol and latin_hypercube")
        for key, used, what in figure.names():
            known = axes if what == "axis" else quantities
            if used not in known:
                yield Finding(f"figures.{name}.{key}", f"there is no {what} {used}", ", ".join(known))
            elif isinstance(figure, Map) and what == "axis" and axes[used] is None and key != "panels":
                yield Finding(f"figures.{name}.{key}", f"the values of {used} are no numbers", "an axis of numbers")
        for key, quantity, level in figure.levels():
            if quantity not in quantities:
                yield Finding(f"figures.{name}.{key}", f"there is no quantity {quantity}", ", ".join(quantities))
            elif base_powers(level.dimension) not in map(base_powers, quantities[quantity]):
                message = f"{as_text(level)} is no value of {quantity}"
                valid = " or ".join(DIMENSIONS[dimension].valid for dimension in quantities[quantity])
                yield Finding(f"figures.{name}.{key}", message, valid)
