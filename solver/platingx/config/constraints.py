"""What holds the metal and the ceramic: the current collector and the sides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.plane_side import PlaneSide
from platingx.config.quantities import derived
from platingx.config.rigid_body import DrivenCollector

__all__ = ["Constraints"]


class Constraints(Block):
    """Conditions on boundaries with a role in their name; the symmetry plane or axis is always a roller.

    What a case leaves out it is told by `platingx.config.boundary_conditions.completed_constraints`.
    """

    collector: DrivenCollector = derived(
        "rigid: the metal is bonded to a collector that does not move (if left out); free: nothing on top; or a rigid "
        "body with drives that it is bonded to."
    )
    metal_side: Literal["free", "roller", "wall"] = derived(
        "Outer side of the metal, free if left out. wall: no displacement along its normal, corners shared with the "
        "ceramic included; roller: the same without those corners."
    )
    electrolyte_side: Literal["free", "roller", "clamped", "plane"] = derived(
        "Outer side of the ceramic, free if left out. plane: all of it has one displacement along its normal, of which "
        "plane_side says more; a metal_side of roller or wall goes with it."
    )
    plane_side: PlaneSide | None = Field(
        default=None, description="How a side that stays plane gives way; without net force if left out."
    )
    electrolyte_bottom: Literal["roller", "clamped", "free"] = derived(
        "Bottom of the ceramic, a roller if left out; free where boundary_conditions hold the body elsewhere."
    )

    def check(self) -> Iterator[Finding]:
        """Check that a plane side is asked for where it is described, and that nothing holds its lower edge."""
        if self.plane_side is not None and self.electrolyte_side != "plane":
            yield Finding(
                "plane_side", "plane_side belongs to electrolyte_side: plane", hint="write that, or leave it out"
            )
        if self.electrolyte_side == "plane" and self.electrolyte_bottom == "clamped":
            message = "a clamped bottom holds the lower edge of a side that gives way"
            yield Finding("electrolyte_bottom", message, "roller")
