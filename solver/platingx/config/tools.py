"""Rigid tools that metal may touch: a shape, a place and a drive for each component of the motion."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, model_serializer, model_validator

from platingx.config.base import Block, Finding
from platingx.config.drives import Drive
from platingx.config.quantities import Length, Number, Physical, Switch, as_text, case_error
from platingx.config.rigid_body import AXES, Coordinate, RigidBody
from platingx.nearest import nearest

__all__ = ["Circle", "FlatTool", "Parabola", "Profile", "RoundedPunch", "Tool", "ToolShape"]

KINDS = ("flat", "circle", "rounded_punch", "parabola", "profile")

Reach = Annotated[float, Physical("length", minimum=0.0, maximum=10.0)]
"""Distance from an axis, m."""


class FlatTool(Block):
    """A plane."""

    kind: Literal["flat"] = Field(description="flat: a plane.")


class Curved(Block):
    """What curved shapes have in common."""

    swept: Switch = Field(
        default=False, description="In three dimensions: the outline is swept along y instead of turned about the axis."
    )


class Circle(Curved):
    """A circle."""

    kind: Literal["circle"] = Field(
        description="circle: a cylinder in plane strain, a sphere in axisymmetry and three dimensions."
    )
    radius: Length = Field(description="Its radius, m.")


class RoundedPunch(Curved):
    """A flat punch with rounded edges."""

    kind: Literal["rounded_punch"] = Field(description="rounded_punch: flat, with rounded edges and upright sides.")
    half_width: Length = Field(description="Half its width over all, or its radius, m.")
    edge_radius: Length = Field(description="Radius of its edges, m.")

    def check(self) -> Iterator[Finding]:
        """Check that the edges fit the width."""
        if self.edge_radius > self.half_width:
            yield Finding("edge_radius", "the edges are wider than the punch", f"at most {self.half_width:g} m")


class Parabola(Curved):
    """A parabola."""

    kind: Literal["parabola"] = Field(description="parabola: with a radius of curvature at its tip.")
    radius: Length = Field(description="Radius of curvature at the tip, m.")


class Profile(Curved):
    """An outline through points."""

    kind: Literal["profile"] = Field(
        description="profile: a cubic spline through points, level at the axis, straight beyond the last one."
    )
    points: tuple[tuple[Reach, Coordinate], ...] = Field(
        min_length=2,
        max_length=1000,
        description="Distance from the axis and height over the tip, [[0 nm, 0 nm], [50 nm, 3 nm], ...].",
    )

    def check(self) -> Iterator[Finding]:
        """Check that the points go outwards from the tip."""
        if self.points[0] != (0.0, 0.0):
            yield Finding("points.0", "the profile does not start at its tip", "a first point [0 nm, 0 nm]")
        for row, (before, after) in enumerate(pairwise(self.points), start=1):
            if after[0] <= before[0]:
                yield Finding(f"points.{row}.0", "the points do not go outwards", f"above {before[0]:g} m")
                return


ToolShape = Annotated[FlatTool | Circle | RoundedPunch | Parabola | Profile, Field(discriminator="kind")]


class Tool(RigidBody):
    """A rigid body that faces may touch; what is not driven does not move, turns are of any size."""

    shape: ToolShape = Field(description="Its outline; flat alone as a word, others with their sizes.")
    at: tuple[Coordinate, ...] | None = Field(
        default=None,
        min_length=2,
        max_length=3,
        description="Where its lowest point is at rest, m; if left out on the middle axis, and just touching.",
    )
    facing: tuple[Number, ...] | None = Field(
        default=None, min_length=2, max_length=3, description="Direction from the tool to the body; down if left out."
    )

    @model_validator(mode="before")
    @classmethod
    def _shape_from_word(cls, value: Any) -> Any:
        """Read the shape as a word."""
        shape = value.get("shape") if isinstance(value, dict) else None
        if not isinstance(shape, str):
            return value
        if shape != "flat":
            near = nearest(shape, KINDS)
            hint = f"{{kind: {near}, ...}}?" if near else None
            raise case_error(
                f"'{shape}' alone is no shape", f"flat, or a kind with its sizes: {', '.join(KINDS)}", hint
            )
        return {**value, "shape": {"kind": "flat"}}

    @model_serializer
    def as_case(self) -> Any:
        """Give the tool as a case would write it."""
        parts: dict[str, Any] = {"shape": _shape_in_case(self.shape)}
        if self.at is not None:
            parts["at"] = [as_text(coordinate) for coordinate in self.at]
        if self.facing is not None:
            parts["facing"] = [float(number) for number in self.facing]
        return {**parts, **self.in_case}

    @property
    def has_unknowns(self) -> bool:
        """Whether forces decide how it moves."""
        return any(not drive.is_motion for drive in self.drives.values())

    @property
    def needs_area(self) -> bool:
        """Whether a drive is per area of the face."""
        return any(isinstance(drive, Drive) and drive.needs_area for drive in self.drives.values())

    def check(self) -> Iterator[Finding]:
        """Check that it faces somewhere, and has a centre only if it turns."""
        if self.facing is not None and not any(self.facing):
            yield Finding("facing", "a direction without length", "such as [0, -1]")
        if self.centre is not None and not any(name.startswith("turn") for name in self.drives):
            yield Finding("centre", "a tool that does not turn has no centre", hint="leave it out")

    def findings(self, dimension: int, symmetry: str, depth_serves: bool = False) -> Iterator[Finding]:
        """Check it against the kind of the model; see :meth:`RigidBody.findings`."""
        yield from super().findings(dimension, symmetry, depth_serves)
        for key in ("at", "facing"):
            given = getattr(self, key)
            if given is not None and len(given) != dimension:
                yield Finding(key, f"{len(given)} numbers in {dimension} dimensions", f"{dimension} of them")
        if dimension == 2 and getattr(self.shape, "swept", False):
            yield Finding("shape.swept", "a plane model is swept already", hint="leave it out")
        if dimension == 2 and symmetry == "axisymmetric" and isinstance(self.shape, Curved):
            if self.at is not None and self.at[0] != 0.0:
                yield Finding("at.0", "a curved tool of an axisymmetric model stands on the axis", "0 nm")
            if self.facing is not None and self.facing[0] != 0.0:
                yield Finding("facing.0", "a curved tool of an axisymmetric model faces along the axis", "0")

    def loose(self, key: str, dimension: int, adheres: bool, hindered: bool) -> Iterator[Finding]:
        """Find what nothing holds, so that no equilibrium decides where it is.

        Parameters
        ----------
        key
            Of the tool.
        dimension
            2 or 3.
        adheres, hindered
            Whether a contact hinders that it is lifted off, and that it slips.
        """
        axes = AXES[:dimension]
        facing = self.facing or (0.0,) * (dimension - 1) + (-1.0,)
        if len(facing) != dimension or sum(number != 0.0 for number in facing) != 1:
            return
        along = next(axis for axis, number in zip(axes, facing, strict=True) if number != 0.0)
        for name, drive in self.drives.items():
            if drive.resists:
                continue
            if name == along and drive.hold == "free" and not adheres:
                message = f"nothing presses the tool along {name}, and nothing holds it"
                yield Finding(f"{key}.{name}", message, "fixed, a motion, a spring, a force or a pressure")
            across = name in axes and name != along and isinstance(self.shape, FlatTool)
            if not hindered and (across or name == f"turn_{along}"):
                how = "about its axis" if name.startswith("turn") else f"along {name}"
                hint = "leave it out, or give the contact a friction"
                yield Finding(
                    f"{key}.{name}", f"nothing holds the tool {how}: it slips freely", "fixed or a spring", hint
                )


def _shape_in_case(shape: Block) -> dict[str, Any]:
    """A shape as a case would write it, defaults left out."""
    found = {}
    for name in type(shape).model_fields:
        value = getattr(shape, name)
        if name == "points":
            found[name] = [[as_text(number) for number in row] for row in value]
        elif name == "kind" or (name == "swept" and value):
            found[name] = value
        elif name != "swept":
            found[name] = as_text(value)
    return found
