"""What holds the metal and the ceramic: the current collector and the sides."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from platingx.config.base import Block

__all__ = ["Constraints"]


class Constraints(Block):
    """Conditions on the named boundaries; the symmetry plane or axis is always a roller."""

    collector: Literal["rigid", "free"] = Field(
        default="rigid",
        description="rigid: the metal is bonded to a collector that does not move; free: nothing on top.",
    )
    metal_side: Literal["free", "roller", "wall"] = Field(
        default="free",
        description="Outer side of the metal. wall: no displacement along its normal, corners shared with the ceramic "
        "included; roller: the same without those corners.",
    )
    electrolyte_side: Literal["free", "roller", "clamped"] = Field(
        default="free", description="Outer side of the ceramic."
    )
    electrolyte_bottom: Literal["roller", "clamped"] = Field(default="roller", description="Bottom of the ceramic.")
