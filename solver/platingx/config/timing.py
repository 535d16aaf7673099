"""How long to run, and how large the steps may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from platingx.config.base import Block, Finding
from platingx.config.quantities import Physical, PositiveNumber, Time, derived, with_default
from platingx.config.until import Until

__all__ = ["TimeStepping"]

Share = Annotated[float, Physical("dimensionless", above=0.0, below=1.0)]


class TimeStepping(Block):
    """End of the run and limits of the adaptive step."""

    end: Time = Field(description="Time at which the run ends, s.")
    initial_step: Time = derived("First step, s; a hundredth of the end time if left out.")
    minimum_step: Time = derived(
        "Step below which the run gives up, s; 1e-6 of the end time (or the first step) if left out."
    )
    maximum_step: Time = derived("Largest step, s; a tenth of the end time if left out.")
    until: Until = Field(
        default_factory=dict,
        description="Values of results at which the run ends before that time, hit exactly; names of history columns "
        "without their units.",
    )
    milestones: tuple[Time, ...] = Field(
        default=(), description="Times that the steps hit exactly and at which fields are written, s, increasing."
    )
    maximum_growth_increment: PositiveNumber = with_default(
        0.05, "Largest change of the logarithm of the growth volume ratio in a step; ways there and back add up."
    )
    maximum_current_change: Share = with_default(
        0.25, "Largest change of the current within a step, over its larger value there, where the charge matters."
    )
    current_tolerance: PositiveNumber = with_default(
        1e-5,
        "Largest error of the logarithm of the growth volume ratio, at any time, by points of a long current table at "
        "which no step ends.",
    )
    maximum_plastic_increment: PositiveNumber = with_default(
        0.2, "Wished largest equivalent plastic strain in a step, anywhere; a step beyond three times it is repeated."
    )

    @model_validator(mode="after")
    def _fill_defaults(self) -> TimeStepping:
        given = self.model_fields_set
        if "initial_step" not in given:
            first = min(self.end / 100, self.maximum_step) if "maximum_step" in given else self.end / 100
            self._fill("initial_step", max(first, self.minimum_step or 0.0), "time", "end / 100")
        if "maximum_step" not in given:
            self._fill("maximum_step", max(self.end / 10, self.initial_step), "time", "end / 10")
        if "minimum_step" not in given:
            self._fill("minimum_step", min(self.end * 1e-6, self.initial_step), "time", "end * 1e-6")
        return self

    def check(self) -> Iterator[Finding]:
        """Check the order of the step limits and of the milestones."""
        end, first = self.end, self.initial_step
        for name in ("initial_step", "minimum_step", "maximum_step"):
            if (step := getattr(self, name)) is not None and step > end:
                yield Finding(name, "the step is longer than the run", f"at most {end:g} s")
        if first is not None and self.minimum_step is not None and self.minimum_step > first:
            yield Finding("minimum_step", "the smallest step is larger than the first", f"at most {first:g} s")
        if first is not None and self.maximum_step is not None and self.maximum_step < first:
            yield Finding("maximum_step", "the largest step is smaller than the first", f"at least {first:g} s")
        before = 0.0
        for index, milestone in enumerate(self.milestones):
            if milestone <= before:
                yield Finding(f"milestones.{index}", "the milestones do not increase", "increasing times")
            if milestone > end:
                yield Finding(f"milestones.{index}", "a milestone after the end of the run", f"at most {end:g} s")
            before = milestone
