"""Stages of a temperature over time: held, or changed at a rate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.quantities import Physical, Temperature

__all__ = ["AtomicTime", "Stage"]

CoolingRate = Annotated[float, Physical("temperature_rate", above=0.0, maximum=1e20)]
AtomicTime = Annotated[float, Physical("time", minimum=1e-18, maximum=1.0, usual=(1e-17, 1e-5))]


class Stage(Block):
    """A stage of the temperature: held, or changed at a rate."""

    hold: Temperature | None = Field(default=None, description="Temperature that is held, K.")
    duration: AtomicTime | None = Field(default=None, description="How long, s.")
    to: Temperature | None = Field(default=None, description="Temperature that is gone to from that before, K.")
    rate: CoolingRate | None = Field(default=None, description="Size of its rate of change, K/s.")

    def check(self) -> Iterator[Finding]:
        """Check that it is one of the two."""
        if (self.hold is None) == (self.to is None):
            yield Finding(
                "",
                "a stage holds a temperature or goes to one",
                "{hold: 300 K, duration: 5 ns}, or {to: 300 K, rate: 1 K/ps}",
            )
        elif self.hold is not None and (self.duration is None or self.rate is not None):
            yield Finding("", "a held temperature has a duration, and no rate", "{hold: 300 K, duration: 5 ns}")
        elif self.to is not None and (self.rate is None or self.duration is not None):
            yield Finding("", "a change of temperature has a rate, and no duration", "{to: 300 K, rate: 1 K/ps}")

    def length(self, before: float) -> float:
        """Duration, s, after a temperature in K."""
        if self.hold is not None:
            return float(self.duration or 0.0)
        return abs(float(self.to or 0.0) - before) / float(self.rate or 1.0)

    @property
    def end(self) -> float:
        """Temperature at the end, K."""
        return float(self.hold if self.hold is not None else self.to or 0.0)
