"""What a run writes beside history and summary."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from platingx.config.base import Block
from platingx.config.quantities import Count, PositiveNumber, case_error, with_default

__all__ = ["Checkpoints", "Output"]


def _every(value: object) -> object:
    whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000_000
    if whole or value == "milestones":
        return value
    raise case_error("not an interval of steps", "a whole number of steps from 1, or milestones")


class Checkpoints(Block):
    """How often the state is saved so that a run can be resumed; also at its end and when it is told to stop."""

    every_steps: Count | None = Field(
        default=None, description="Save the state every N steps; no such rule if left out."
    )
    every_minutes: PositiveNumber = with_default(10.0, "Save the state after so many minutes of wall time.")
    keep: Count = Field(default=2, description="Number of checkpoints to keep, the newest ones.")


class Output(Block):
    """Files of the run folder that can be left out or thinned."""

    fields_every: Annotated[
        int | Literal["milestones"], BeforeValidator(_every, json_schema_input_type=Count | Literal["milestones"])
    ] = Field(
        default=1, description="Write the fields every N steps, or at milestones only; the last step is always written."
    )
    checkpoint: Checkpoints = Field(default=Checkpoints(), description="When the state is saved for a resumption.")
    figures: bool = Field(default=True, strict=True, description="Draw the figures at the end of the run.")
    movie: bool = Field(default=False, strict=True, description="Make a movie of the evolution at the end of the run.")
