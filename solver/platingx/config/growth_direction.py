"""The direction of growth: from the faces of the layer, fixed, a formula, or from a file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, model_serializer, model_validator

from platingx.config.base import Block, Finding
from platingx.config.direction_file import DirectionPoints, read_direction_file
from platingx.config.expressions import Expression, ExpressionError, read_expression
from platingx.config.quantities import Length, Number, as_text, case_error
from platingx.nearest import nearest

__all__ = ["COORDINATES", "FROM_FACES", "GrowthDirection"]

FROM_FACES = ("between_faces", "blended", "interface_normal")
"""Directions that follow from the faces of the layer."""
COORDINATES = ("x", "y", "z", "r")
"""Variables of a formula: z in 3D only; r is the distance from the axis, x in an axisymmetric model."""
_GIVEN = ("vector", "expression", "file")
_VALID = f"{', '.join(FROM_FACES)}, {{vector: [0, 1]}}, {{expression: [x/200 nm, 1]}} or {{file: directions.csv}}"


def _formula(value: Any) -> Any:
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Formula = Annotated[str, BeforeValidator(_formula, json_schema_input_type=str | float)]
"""Text of a formula; a number of YAML counts as one."""


class GrowthDirection(Block):
    """The fibre direction n: a field that follows from the faces of the layer, fixed, a formula, or from a file."""

    replaced_whole: ClassVar[bool] = True

    kind: Literal["between_faces", "blended", "interface_normal", "vector", "expression", "file"] = Field(
        default="vector",
        description="between_faces: along the potential between interface and collector; blended: from the normal of "
        "the interface to that of the other face, linear along the way; interface_normal: the normal of the interface.",
    )
    vector: tuple[Number, ...] | None = Field(
        default=None, description="Direction in x, y (z in 3D); its length does not matter."
    )
    expression: tuple[Formula, ...] | None = Field(
        default=None,
        description="Components in x, y (z in 3D) as formulas of x, y, z, r and lengths with their unit, such as "
        "[x/200 nm, 1]; their common length does not matter.",
    )
    file: str | None = Field(
        default=None,
        min_length=1,
        description="Vectors at points, relative to the case file: CSV with a header such as x [nm],y [nm],direction_x,"
        "direction_y, or a file of meshio (VTU, XDMF).",
    )
    field: str | None = Field(default=None, description="Name of the vector at the points of a file of meshio.")
    length_unit: Length | None = Field(default=None, description="Length of one unit of its coordinates.")
    _points: DirectionPoints | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        if isinstance(value, str):
            if value not in FROM_FACES:
                near = nearest(value, FROM_FACES)
                raise case_error(f"unknown growth direction '{value}'", _VALID, f"{near}?" if near else None)
            return {"kind": value}
        if isinstance(value, dict) and "kind" not in value:
            given = [name for name in _GIVEN if value.get(name) is not None]
            if len(given) != 1:
                raise case_error("a growth direction is one of several kinds", _VALID)
            return {"kind": given[0], **value}
        return value

    @model_validator(mode="after")
    def _of_one_kind(self) -> GrowthDirection:
        if [name for name in _GIVEN if getattr(self, name) is not None] != [self.kind] * (self.kind in _GIVEN):
            raise case_error(f"a growth direction of the kind {self.kind} has nothing of other kinds", _VALID)
        if self.file is None and (self.field is not None or self.length_unit is not None):
            raise case_error("field and length_unit belong to a file", _VALID)
        if self.vector is not None and (len(self.vector) not in (2, 3) or math.hypot(*self.vector) < 1e-12):
            raise case_error("the growth direction needs 2 or 3 components that are not all zero", "for example [0, 1]")
        if self.expression is not None:
            self._check_formulas()
        if self.file is not None:
            unit = None if self.length_unit is None else float(self.length_unit)
            self._points = read_direction_file(Path(self.file), self.field, unit)
        return self

    def _check_formulas(self) -> None:
        try:
            formulas = self.formulas
        except ExpressionError as error:
            raise case_error(error.message, error.valid, error.hint) from None
        if len(formulas) not in (2, 3):
            raise case_error(f"the growth direction has {len(formulas)} components", "2, or 3 in 3D")
        if len({formula.powers for formula in formulas if formula.text.strip() != "0"}) > 1:
            raise case_error(
                "the components of the growth direction have different units",
                "numbers, or lengths",
                "such as [x/200 nm, 1]",
            )

    @property
    def formulas(self) -> tuple[Expression, ...]:
        """Components of an expression; none for other kinds."""
        return tuple(read_expression(text, dict.fromkeys(COORDINATES, "length")) for text in self.expression or ())

    @property
    def points(self) -> DirectionPoints | None:
        """Vectors of a file, or None for other kinds."""
        return self._points

    @property
    def components(self) -> int | None:
        """Number of components, where the kind says it."""
        if self._points is not None:
            return self._points.dimension
        given = self.vector or self.expression
        return None if given is None else len(given)

    def findings(self, dimension: int, round_body: bool) -> Iterator[Finding]:
        """Check it against the space that it is for.

        Parameters
        ----------
        dimension : int
            2 or 3.
        round_body : bool
            Whether there is an axis to be away from.
        """
        if self.components not in (None, dimension):
            message = f"the growth direction has {self.components} components, but the model {dimension} dimensions"
            yield Finding("", message, f"{dimension} components")
        known = {*"xyz"[:dimension], *("r" * round_body)}
        for formula in self.formulas:
            for name in sorted(set(formula.names) - known):
                model = (
                    "a model in space" if dimension == 3 else "an axisymmetric model" if round_body else "a plane model"
                )
                yield Finding("", f"'{formula.text}' names {name}, which {model} has not", ", ".join(sorted(known)))

    @model_serializer
    def _as_case(self) -> Any:
        """Give the direction as a case would write it."""
        if self.vector is not None:
            return {"vector": [float(component) for component in self.vector]}
        if self.expression is not None:
            return {"expression": list(self.expression)}
        if self.file is None:
            return self.kind
        more = {"field": self.field, "length_unit": as_text(self.length_unit)}
        return {"file": self.file, **{name: value for name, value in more.items() if value is not None}}
