"""Growth of the plated metal: which region, in which directions, driven by which current."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, model_serializer, model_validator

from platingx.config.base import Block
from platingx.config.current import CurrentProgram, CurrentProgramInput
from platingx.config.growth_direction import GrowthDirection
from platingx.config.quantities import Length, Number, Physical, as_text, case_error

__all__ = ["Growth", "GrowthDirection", "GrowthMode"]

MODES = {"fibre": (1.0, 0.0, 0.0), "areal": (0.0, 0.5, 0.5), "isotropic": (1 / 3, 1 / 3, 1 / 3)}
"""Exponents alpha of lambda_i = Jg^alpha_i, the first along the growth direction (Narayan and Anand 2020)."""


class GrowthMode(Block):
    """How the volume growth is shared by the directions: lambda_i = Jg^alpha_i."""

    replaced_whole: ClassVar[bool] = True

    name: Literal["fibre", "areal", "isotropic", "custom"] = Field(
        default="custom", description="fibre: (1, 0, 0); areal: (0, 1/2, 1/2); isotropic: (1/3, 1/3, 1/3)."
    )
    alpha: tuple[Number, Number, Number] = Field(
        description="Shares along the growth direction, across it in the plane, and out of the plane; their sum is 1."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        if isinstance(value, str):
            if value not in MODES:
                near = "fibre?" if value.lower().startswith("fib") else None
                raise case_error(f"unknown growth mode '{value}'", ", ".join(MODES) + " or {alpha: [1, 0, 0]}", near)
            return {"name": value, "alpha": list(MODES[value])}
        return value

    @model_validator(mode="after")
    def _shares(self) -> GrowthMode:
        if any(not 0.0 <= share <= 1.0 for share in self.alpha) or not math.isclose(sum(self.alpha), 1.0, abs_tol=1e-9):
            raise case_error("the three shares alpha must be from 0 to 1 with the sum 1", "for example [1, 0, 0]")
        if self.name != "custom" and any(abs(a - b) > 1e-12 for a, b in zip(self.alpha, MODES[self.name], strict=True)):
            raise case_error(f"these shares are not those of the mode {self.name}", "leave out name, or alpha")
        return self

    @model_serializer
    def _as_case(self) -> Any:
        """Give the mode as a case would write it."""
        return self.name if self.name != "custom" else {"alpha": [float(share) for share in self.alpha]}


def _thickness(value: Any) -> Any:
    return value if value == "mean" else Physical("length", minimum=1e-12, maximum=10.0).read(value)


Thickness = Annotated[
    Literal["mean"] | float,
    PlainValidator(_thickness, json_schema_input_type=Literal["mean"] | Length),
    PlainSerializer(as_text),
]


def _without_default(schema: dict[str, Any]) -> None:
    """Keep a default out of the schema that is no value a case could write."""
    schema.pop("default")


class Growth(Block):
    """Growth by plating (or shrinkage by stripping)."""

    region: str = Field(
        default="",
        description="Region that grows; the only metal of the case if left out.",
        json_schema_extra=_without_default,
    )
    interface: str = Field(default="interface", description="Boundary through which the ions arrive.")
    mode: GrowthMode = Field(
        default_factory=lambda: GrowthMode.model_validate("fibre"),
        description="fibre (along the direction), areal (across it), isotropic, or {alpha: [a1, a2, a3]}.",
    )
    direction: GrowthDirection = Field(
        default_factory=lambda: GrowthDirection.model_validate("between_faces"),
        description="Direction of growth: between_faces, blended, interface_normal, {vector: [0, 1]}, "
        "{expression: [x/200 nm, 1]} or {file: directions.csv}. With a free top the result depends on it.",
    )
    thickness: Thickness = Field(
        default="mean",
        description="Length h in the growth stretch 1 + v t/h, m; mean is the region's volume over the area of the "
        "interface, which conserves the Faraday volume.",
    )
    spread: Literal["even", "columns"] = Field(
        default="even",
        description="Where the deposit goes: even (the same growth per volume everywhere in the region), or columns "
        "(what passes through a part of the interface stays in the column along the growth direction that stands on "
        "it).",
    )
    rows: Annotated[int, Field(strict=True, ge=1, le=1000)] = Field(
        default=1,
        description="With columns and electrochemistry: rows of each column, from the interface on, that stripping "
        "takes one after the other, each down to electrode.spent_below, so that the rest of a foil descends as it is.",
    )
    current_density: (
        Annotated[CurrentProgram, BeforeValidator(CurrentProgram.read, json_schema_input_type=CurrentProgramInput)]
        | None
    ) = Field(
        default=None,
        description="Current density at the interface, A/m^2; plating > 0, stripping < 0. A value, "
        "{table: [[0 s, 0 A/cm^2], ...]} or {file: current.csv}; linear between the points, constant after the last. "
        "In its place a case can have electrochemistry.",
    )

    @property
    def given_current(self) -> CurrentProgram:
        """The current density of a case that gives one.

        Raises
        ------
        ValueError
            If electrochemistry drives the growth.
        """
        if self.current_density is None:
            raise ValueError("the current of this case is a result, of its electrochemistry")
        return self.current_density
