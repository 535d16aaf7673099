"""Springs that hold a rigid body: by their stiffness, or by the beam that they are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_serializer, model_validator

from platingx.config.base import Block, Finding
from platingx.config.quantities import Physical, SmallLength, YoungModulus, as_text

__all__ = ["Cantilever", "SpringStiffness", "StiffnessOfTurn", "Wire"]

STIFFNESS = Physical("force_per_length", above=0.0, maximum=1e20)
Stiffness = Annotated[float, STIFFNESS]
"""Force over displacement, N/m."""

StiffnessPerArea = Annotated[float, Physical("stiffness_per_area", above=0.0, maximum=1e25)]
"""Stress over displacement, Pa/m."""

StiffnessOfTurn = Annotated[float, Physical("moment", above=0.0, maximum=1e20)]
"""Moment over angle, N m."""

SecondMoment = Annotated[float, Physical("second_moment_of_area", above=0.0, maximum=1.0)]
"""Second moment of the area of a cross-section, m^4."""


class Cantilever(Block):
    """A slender beam that is clamped at one end and bent by a force at the other."""

    young_modulus: YoungModulus = Field(description="Young's modulus E, Pa.")
    second_moment: SecondMoment = Field(description="Second moment I of the area of its cross-section, m^4.")
    length: SmallLength = Field(description="Length L, m.")

    @property
    def stiffness(self) -> float:
        """3 E I / L^3, N/m (Timoshenko and Gere, Mechanics of Materials, 1972, section 6.2)."""
        return 3.0 * float(self.young_modulus) * float(self.second_moment) / float(self.length) ** 3


class Wire(Block):
    """A round wire that is clamped at one end and loaded at the other."""

    young_modulus: YoungModulus = Field(description="Young's modulus E, Pa.")
    radius: SmallLength = Field(description="Radius r, m.")
    length: SmallLength = Field(description="Length L, m.")
    loaded: Literal["bending", "axially"] = Field(
        description="bending: across the wire, 3 E I / L^3 with I = pi r^4 / 4; axially: along it, E pi r^2 / L."
    )

    @property
    def stiffness(self) -> float:
        """Stiffness of its end along the load, N/m (Timoshenko and Gere, Mechanics of Materials, 1972, appendix D)."""
        young, radius, length = float(self.young_modulus), float(self.radius), float(self.length)
        if self.loaded == "axially":
            return young * math.pi * radius**2 / length
        return 3.0 * young * math.pi * radius**4 / 4.0 / length**3


class SpringStiffness(Block):
    """Stiffness of a linear spring, in one of several ways."""

    replaced_whole: ClassVar[bool] = True

    stiffness: Stiffness | None = Field(
        default=None, description="Force over displacement of the whole body, N/m. Also as a value alone."
    )
    per_area: StiffnessPerArea | None = Field(
        default=None, description="Stress over displacement, Pa/m: times the area of the face, seen along the axis."
    )
    cantilever: Cantilever | None = Field(default=None, description="That of a clamped beam.")
    wire: Wire | None = Field(default=None, description="That of a round wire.")

    @model_validator(mode="before")
    @classmethod
    def _from_value(cls, value: Any) -> Any:
        return value if isinstance(value, dict | SpringStiffness) else {"stiffness": STIFFNESS.read(value)}

    @model_serializer
    def as_case(self) -> Any:
        """Give the spring as a case would write it."""
        if self.stiffness is not None:
            return as_text(self.stiffness)
        if self.per_area is not None:
            return {"per_area": as_text(self.per_area)}
        beams = {"cantilever": self.cantilever, "wire": self.wire}
        return {name: beam.model_dump() for name, beam in beams.items() if beam is not None}

    def check(self) -> Iterator[Finding]:
        """Check that there is one way only."""
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            found = f"the stiffness is given by {' and '.join(given)}" if given else "the spring has no stiffness"
            yield Finding("", found, "one of 0.05 N/m, {per_area: ...}, {cantilever: ...} and {wire: ...}")

    @property
    def needs_depth(self) -> bool:
        """Whether it is that of a body as a whole, of which a plane section models a metre."""
        return self.per_area is None

    def value(self, area: float) -> float:
        """Stiffness, N/m.

        Parameters
        ----------
        area : float
            Area that a stiffness per area is times, m2 (m in plane strain).
        """
        if self.per_area is not None:
            return float(self.per_area) * area
        if self.stiffness is not None:
            return float(self.stiffness)
        beam = self.cantilever or self.wire
        return 0.0 if beam is None else beam.stiffness
