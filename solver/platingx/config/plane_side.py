"""How a side of the electrolyte that stays plane gives way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.quantities import Instant, Number, Physical

__all__ = ["PlaneSide"]


class PlaneSide(Block):
    """One displacement for all of the side; what holds it is one of the keys, or nothing (`share: 1`)."""

    share: Annotated[float, Physical("dimensionless", minimum=0.0, maximum=1.0)] | None = Field(
        default=None,
        description="Share of the free expansion of a uniform plate that is let through: 1, if nothing is given, has "
        "no net force on the side, 0 is a roller.",
    )
    stiffness: Annotated[float, Physical("stiffness_per_area", minimum=0.0, maximum=1e25)] | None = Field(
        default=None, description="Stress on the ceramic's side over its displacement, Pa/m."
    )
    strain: Number | None = Field(
        default=None, description="Displacement of the side over its distance from the middle, in proportion to time."
    )
    strain_table: tuple[tuple[Instant, Number], ...] | None = Field(
        default=None,
        min_length=1,
        description="The same at times, [[0 s, 0], [10 ms, 0.1 %]]; linear between them, constant after the last.",
    )

    def check(self) -> Iterator[Finding]:
        """Check that there is one way only."""
        given = [name for name in ("share", "stiffness", "strain", "strain_table") if getattr(self, name) is not None]
        if len(given) > 1:
            yield Finding(given[1], f"the side has {' and '.join(given)}", "one of these")
        for (before, _), (after, _) in pairwise(self.strain_table or ()):
            if after <= before:
                yield Finding("strain_table", "the times of the table do not increase", "increasing times")
                return
