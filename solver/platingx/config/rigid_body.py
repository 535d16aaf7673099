"""Rigid bodies: a drive for each component of their motion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_serializer, model_validator

from platingx.config.base import Block, Finding
from platingx.config.courses import Course
from platingx.config.drives import Drive, DriveOfTurn, RigidDrive
from platingx.config.quantities import Length, Physical, as_text, block_of_word

__all__ = ["DrivenCollector", "RigidBody", "rigid_components"]

AXES = ("x", "y", "z")
WORDS = ("rigid", "free")

Coordinate = Annotated[float, Physical("length", minimum=-10.0, maximum=10.0)]
"""Coordinate of a place, m."""


def rigid_components(dimension: int) -> tuple[str, ...]:
    """Keys of the components of a rigid motion: displacements first, then turns.

    Parameters
    ----------
    dimension : int
        2 (plane or axisymmetric) or 3.
    """
    turns = AXES if dimension == 3 else AXES[2:]
    return (*AXES[:dimension], *(f"turn_{axis}" for axis in turns))


class RigidBody(Block):
    """A rigid body that a boundary is bonded to; what is not driven does not move."""

    replaced_whole: ClassVar[bool] = True

    x: Drive | None = Field(default=None, description="Displacement along x.")
    y: Drive | None = Field(default=None, description="Displacement along y (the axis if axisymmetric).")
    z: Drive | None = Field(default=None, description="Displacement along z; in 3D only.")
    turn_x: DriveOfTurn | None = Field(default=None, description="Turn about x; in 3D only.")
    turn_y: DriveOfTurn | None = Field(default=None, description="Turn about y; in 3D only.")
    turn_z: DriveOfTurn | None = Field(default=None, description="Turn about z; in plane strain and in 3D.")
    depth: Length | None = Field(
        default=None, description="Depth of the whole body, of which a plane section models a metre, m."
    )
    centre: tuple[Coordinate, ...] | None = Field(
        default=None,
        min_length=2,
        max_length=3,
        description="Where it turns about and is held and pushed, m; the centroid of the face if left out.",
    )

    @property
    def drives(self) -> dict[str, RigidDrive]:
        """What drives it, by component; what is not here does not move."""
        found = {name: getattr(self, name) for name in rigid_components(3)}
        return {name: drive for name, drive in found.items() if drive is not None and not drive.is_fixed}

    @property
    def courses(self) -> tuple[Course, ...]:
        """All that it prescribes over time."""
        return tuple(course for drive in self.drives.values() for course in drive.courses)

    @property
    def in_case(self) -> dict[str, Any]:
        """The body as a case would write it."""
        drives = {name: getattr(self, name) for name in rigid_components(3)}
        parts: dict[str, Any] = {name: drive.as_case() for name, drive in drives.items() if drive is not None}
        if self.depth is not None:
            parts["depth"] = as_text(self.depth)
        if self.centre is not None:
            parts["centre"] = [as_text(coordinate) for coordinate in self.centre]
        return parts

    @model_serializer
    def as_case(self) -> Any:
        """Give the body as a case would write it."""
        return self.in_case

    def __str__(self) -> str:
        return str(self.as_case()).replace("'", "")

    def check(self) -> Iterator[Finding]:
        """Check that it can move."""
        if not self.drives:
            yield Finding("", "the body cannot move: no component has a drive", "{y: {spring: 0.05 N/m}}, for example")

    def findings(self, dimension: int, symmetry: str, depth_serves: bool = False) -> Iterator[Finding]:
        """Check it against the kind of the model.

        Parameters
        ----------
        dimension : int
            2 or 3.
        symmetry : str
            ``plane_strain``, ``axisymmetric``, or another word in three dimensions.
        depth_serves : bool
            Whether forces that come later need the depth.
        """
        round_body = dimension == 2 and symmetry == "axisymmetric"
        possible = ("y",) if round_body else rigid_components(dimension)
        kind = "an axisymmetric" if round_body else "a plane" if dimension == 2 else "a three-dimensional"
        for name in self.drives:
            if name not in possible:
                yield Finding(name, f"the body of {kind} model cannot move so", ", ".join(possible))
        if self.centre is not None and len(self.centre) != dimension:
            yield Finding("centre", f"{len(self.centre)} coordinates in {dimension} dimensions", f"{dimension} of them")
        needing = [name for name, drive in self.drives.items() if getattr(drive, "needs_depth", False)]
        if dimension == 2 and not round_body:
            if needing and self.depth is None:
                message = f"forces of the body as a whole ({', '.join(needing)}) need its depth in plane strain"
                hint = "or give them per area: {spring: {per_area: 1e15 Pa/m}}, {pressure: 1 MPa}"
                yield Finding("depth", message, "the depth of the body, such as depth: 1 um", hint)
            if not needing and self.depth is not None and not depth_serves:
                yield Finding("depth", "no force of the body needs its depth", hint="leave it out")
        elif self.depth is not None:
            yield Finding("depth", f"{kind} model is that of the whole body", hint="leave it out")

    def findings_at(self, key: str, dimension: int, symmetry: str, depth_serves: bool = False) -> Iterator[Finding]:
        """The same, of a body at a key of a case."""
        for finding in self.findings(dimension, symmetry, depth_serves):
            yield replace(finding, key=f"{key}.{finding.key}")


class DrivenCollector(RigidBody):
    """The current collector: at rest, absent, or with a drive."""

    hold: Literal["rigid", "free"] | None = Field(
        default=None, description="rigid: bonded and at rest; free: nothing on top. Also as a word alone."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        valid = "rigid, free, or a body with drives such as {y: {spring: 0.05 N/m}}"
        return block_of_word(value, "hold", WORDS, "is not possible here", valid)

    @model_serializer
    def as_case(self) -> Any:
        """Give the collector as a case would write it."""
        return self.in_case if self.hold is None else self.hold

    @property
    def is_body(self) -> bool:
        """Whether it moves."""
        return self.hold is None

    def check(self) -> Iterator[Finding]:
        """Check that it is said once what holds it."""
        if self.hold is None:
            yield from super().check()
        elif self.in_case:
            yield Finding(next(iter(self.in_case)), f"{self.hold} says already what holds it", "one of the two")
