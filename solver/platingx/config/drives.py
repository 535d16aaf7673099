"""What drives a component of the motion of a rigid body: held, moved, on a spring, under a force, or free."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from pydantic import Field, model_serializer, model_validator

from platingx.config.base import Block, Finding
from platingx.config.courses import AngleCourse, Course, DisplacementCourse, ForceCourse, MomentCourse, StressCourse
from platingx.config.quantities import as_text, case_error
from platingx.config.springs import SpringStiffness, StiffnessOfTurn
from platingx.nearest import nearest

__all__ = ["Drive", "DriveOfTurn", "RigidDrive"]

WORDS = ("fixed", "free")


class RigidDrive(Block):
    """What drives of displacements and of turns have in common."""

    replaced_whole: ClassVar[bool] = True
    ways: ClassVar[str] = ""

    hold: Literal["fixed", "free"] | None = Field(
        default=None, description="fixed: it does not move; free: no force holds it. Also as a word alone."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        if isinstance(value, dict | RigidDrive):
            return value
        if value not in WORDS:
            near = nearest(value, WORDS) if isinstance(value, str) else None
            raise case_error(f"'{value}' drives nothing", cls.ways, f"{near}?" if near else None)
        return {"hold": value}

    @model_serializer
    def as_case(self) -> Any:
        """Give the drive as a case would write it."""
        return self.hold if self.hold is not None else {name: _written(given) for name, given in self.given.items()}

    def __str__(self) -> str:
        return str(self.as_case()).replace("'", "")

    @property
    def given(self) -> dict[str, Any]:
        """What it has beside a word, by key."""
        found = {name: getattr(self, name) for name in type(self).model_fields if name != "hold"}
        return {name: value for name, value in found.items() if value is not None}

    @property
    def is_fixed(self) -> bool:
        """Whether the component does not move."""
        return self.hold == "fixed"

    @property
    def is_motion(self) -> bool:
        """Whether the component follows a function of time."""
        return "motion" in self.given

    @property
    def resists(self) -> bool:
        """Whether the component cannot move without a force."""
        return self.is_fixed or self.is_motion or "spring" in self.given

    @property
    def courses(self) -> tuple[Course, ...]:
        """All that it prescribes over time."""
        return tuple(value for value in self.given.values() if isinstance(value, Course))

    def check(self) -> Iterator[Finding]:
        """Check that it says something, and nothing that excludes the rest of it."""
        keys = list(self.given)
        alone = [self.hold] if self.hold is not None else [key for key in keys if key == "motion"]
        others = keys if self.hold is not None else [key for key in keys if key != "motion"]
        if alone and others:
            yield Finding(others[0], f"{alone[0]} says already how it moves", "one of the two")
        if not alone and not keys:
            yield Finding("", "the drive is empty", self.ways)
        if "base" in keys and "spring" not in keys:
            yield Finding("base", "the base is the far end of a spring, and there is none", "a spring beside it")


class Drive(RigidDrive):
    """What drives the displacement of a rigid body along an axis."""

    ways: ClassVar[str] = (
        "fixed, free, {motion: {rate: 2 nm/s}}, {spring: 0.05 N/m}, {force: 3 uN} or {pressure: 1 MPa}"
    )

    motion: DisplacementCourse | None = Field(default=None, description="Displacement, m.")
    spring: SpringStiffness | None = Field(default=None, description="Spring between the body and its base, N/m.")
    base: DisplacementCourse | None = Field(
        default=None, description="Displacement of the far end of the spring, m; at rest if left out."
    )
    force: ForceCourse | None = Field(
        default=None, description="Force on the whole body along the axis, N; beside a spring it adds to it."
    )
    pressure: StressCourse | None = Field(
        default=None,
        description="Force over the area of the face seen along the axis, Pa; positive presses the body onto what it "
        "is bonded to. Beside a spring it adds to it.",
    )

    def check(self) -> Iterator[Finding]:
        """Check that there is one force only."""
        yield from super().check()
        if self.force is not None and self.pressure is not None:
            yield Finding("pressure", "there is a force, too", "one of the two")

    @property
    def needs_depth(self) -> bool:
        """Whether it has forces of a body as a whole, of which a plane section models a metre."""
        return self.force is not None or (self.spring is not None and self.spring.needs_depth)

    @property
    def needs_area(self) -> bool:
        """Whether it has forces over the area of the face."""
        return self.pressure is not None or (self.spring is not None and not self.spring.needs_depth)


class DriveOfTurn(RigidDrive):
    """What drives the turn of a rigid body about an axis."""

    ways: ClassVar[str] = "fixed, free, {motion: 5 mrad}, {spring: 2 nN*m} (over an angle in rad) or {moment: 2 nN*m}"

    motion: AngleCourse | None = Field(default=None, description="Angle, rad.")
    spring: StiffnessOfTurn | None = Field(default=None, description="Moment on the whole body over the angle, N m.")
    moment: MomentCourse | None = Field(default=None, description="Moment on the whole body, N m.")

    @property
    def needs_depth(self) -> bool:
        """Whether it has moments of a body as a whole, of which a plane section models a metre."""
        return self.spring is not None or self.moment is not None


def _written(given: Any) -> Any:
    return given.as_case() if isinstance(given, Course | SpringStiffness) else as_text(given)
