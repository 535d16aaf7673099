"""Conditions on boundaries by their names in the mesh, beside the short words of the built geometries."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, model_serializer, model_validator

from platingx.config.base import Block, Finding
from platingx.config.constraints import Constraints
from platingx.config.courses import Course, DisplacementCourse, StressCourse
from platingx.config.quantities import case_error
from platingx.config.rigid_body import AXES, DrivenCollector, RigidBody

__all__ = ["AXES", "BoundaryCondition", "Traction", "bodies_of", "check_named", "completed_constraints"]

HOLDS = ("fixed", "roller")
SYMMETRY = "symmetry"

DEFAULTS: Mapping[str, str] = {
    "collector": "rigid",
    "metal_side": "free",
    "electrolyte_side": "free",
    "electrolyte_bottom": "roller",
}
"""Short words of a case that has none of its own."""


class Traction(Block):
    """Force per reference area, fixed in direction."""

    x: StressCourse | None = Field(default=None, description="Along x (the radius if axisymmetric), Pa.")
    y: StressCourse | None = Field(default=None, description="Along y (the axis if axisymmetric), Pa.")
    z: StressCourse | None = Field(default=None, description="Along z, Pa; in three dimensions only.")

    def check(self) -> Iterator[Finding]:
        """Check that there is a component."""
        if not any(getattr(self, axis) for axis in AXES):
            yield Finding("", "the traction has no component", "x, y or z, such as {y: -3 MPa}")


class BoundaryCondition(Block):
    """What holds, moves or loads one boundary."""

    replaced_whole: ClassVar[bool] = True

    hold: Literal["fixed", "roller"] | None = Field(
        default=None, description="fixed: nothing moves; roller: nothing moves along the normal. Also as a word alone."
    )
    x: DisplacementCourse | None = Field(default=None, description="Displacement along x (the radius), m.")
    y: DisplacementCourse | None = Field(default=None, description="Displacement along y (the axis), m.")
    z: DisplacementCourse | None = Field(default=None, description="Displacement along z, m; in 3D only.")
    pressure: StressCourse | None = Field(
        default=None, description="Pressure on the deformed boundary, Pa; positive pushes into the body."
    )
    traction: Traction | None = Field(default=None, description="Force per reference area by component, Pa.")
    body: RigidBody | None = Field(default=None, description="A rigid body that the boundary is bonded to.")

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value not in HOLDS:
            valid = (
                "fixed, roller, or {y: 0}, {x: {rate: 2 nm/s}}, {pressure: 3 MPa}, {traction: {y: -3 MPa}}, "
                "{body: {y: {spring: 0.05 N/m}}}"
            )
            near = next((word for word in HOLDS if word[:3] == value[:3].lower()), None)
            raise case_error(f"'{value}' is no condition of a boundary", valid, f"{near}?" if near else None)
        return {"hold": value}

    @model_serializer
    def as_case(self) -> Any:
        """Give the condition as a case would write it."""
        parts: dict[str, Any] = {axis: course.as_case() for axis, course in self.moves.items()}
        if self.pressure is not None:
            parts["pressure"] = self.pressure.as_case()
        if self.traction is not None:
            loads = {axis: getattr(self.traction, axis) for axis in AXES}
            parts["traction"] = {axis: load.as_case() for axis, load in loads.items() if load is not None}
        if self.body is not None:
            parts["body"] = self.body.as_case()
        if self.hold is not None:
            return {"hold": self.hold, **parts} if parts else self.hold
        return parts

    @property
    def moves(self) -> dict[str, Course]:
        """Prescribed displacements by component."""
        return {axis: getattr(self, axis) for axis in AXES if getattr(self, axis) is not None}

    @property
    def courses(self) -> tuple[Course, ...]:
        """All that it prescribes over time."""
        loads = [self.pressure, *(getattr(self.traction, axis) for axis in AXES if self.traction is not None)]
        driven = () if self.body is None else self.body.courses
        return (*self.moves.values(), *(course for course in loads if course is not None), *driven)

    @property
    def is_load(self) -> bool:
        """Whether it pushes on the boundary."""
        return self.pressure is not None or self.traction is not None

    def __str__(self) -> str:
        return str(self.as_case()).replace("'", "")

    def check(self) -> Iterator[Finding]:
        """Check that it says something, and nothing twice."""
        if self.body is not None:
            yield from self._beside_body()
        elif self.hold is None and not self.moves and not self.is_load:
            yield Finding("", "the condition is empty", "fixed, roller, body, or some of x, y, z, pressure, traction")
        for axis in self.moves if self.hold is not None else ():
            yield Finding(axis, f"{self.hold} says already what holds the boundary", hint="leave out one of the two")

    def _beside_body(self) -> Iterator[Finding]:
        """Check that what is bonded to a body has no other condition."""
        others = {"hold": self.hold, **self.moves, "pressure": self.pressure, "traction": self.traction}
        for key, other in others.items():
            if other is not None:
                hint = "what moves and loads the body are drives of its components"
                yield Finding(key, "the boundary is bonded to a body, which moves it", "one of the two", hint)

    def components(self) -> set[str]:
        """Names of the components that it mentions, with their keys."""
        loads = () if self.traction is None else AXES
        return set(self.moves) | {f"traction.{axis}" for axis in loads if getattr(self.traction, axis) is not None}


def completed_constraints(given: Constraints, named: Collection[str], only_written: bool) -> Constraints:
    """Fill in the short words that a case leaves out.

    A boundary with a condition or a contact by its name has no other. In a mesh file of the user, with a condition on
    any boundary by its name, only what is written counts.

    Parameters
    ----------
    given : Constraints
        As written.
    named : collection of str
        Boundaries with a condition or a contact by name.
    only_written : bool
        Whether nothing is held but by a word or a condition.
    """
    words: dict[str, Any] = {}
    for boundary, default in DEFAULTS.items():
        if getattr(given, boundary) is None:
            word = "free" if boundary in named or only_written else default
            words[boundary] = DrivenCollector.model_validate(word) if boundary == "collector" else word
    return given.model_copy(update=words)


def bodies_of(constraints: Constraints, named: Mapping[str, BoundaryCondition]) -> dict[str, tuple[str, RigidBody]]:
    """Keys of the rigid bodies that can move, and the bodies, by the boundaries that are bonded to them.

    Parameters
    ----------
    constraints : Constraints
        Short words, filled in.
    named : mapping
        Conditions by boundary.
    """
    found: dict[str, tuple[str, RigidBody]] = {}
    if constraints.collector.is_body:
        found["collector"] = ("constraints.collector", constraints.collector)
    for boundary, condition in named.items():
        if condition.body is not None:
            found[boundary] = (f"boundary_conditions.{boundary}.body", condition.body)
    return found


def check_named(
    named: Mapping[str, BoundaryCondition],
    constraints: Constraints,
    dimension: int | None,
    symmetry: str,
    switched: Collection[str] = (),
) -> Iterator[Finding]:
    """Check conditions and bodies against the short words and the kind of the model.

    Parameters
    ----------
    named : mapping
        Conditions by boundary.
    constraints : Constraints
        Short words, filled in.
    dimension : int or None
        2 or 3; None where only the mesh file knows.
    symmetry : str
        ``plane_strain`` or ``axisymmetric``, or another word in three dimensions.
    switched : collection of str
        Boundaries of bodies that events give forces to.
    """
    if dimension is not None:
        for boundary, (key, body) in bodies_of(constraints, named).items():
            yield from body.findings_at(key, dimension, symmetry, boundary in switched)
    for boundary, condition in named.items():
        key = f"boundary_conditions.{boundary}"
        word = str(getattr(constraints, boundary)) if boundary in DEFAULTS else "free"
        if word != "free":
            message = f"the boundary {boundary} has a short word, too: constraints.{boundary}: {word}"
            yield Finding(key, message, "one of the two", f"leave out constraints.{boundary}, or this")
        if boundary == SYMMETRY:
            yield Finding(key, "the plane or axis of symmetry is a roller always", hint="leave it out")
        if dimension == 2:
            for component in sorted(part for part in condition.components() if part.endswith("z")):
                yield Finding(f"{key}.{component}", "a plane model has no component z", "x and y (r and z as x and y)")
