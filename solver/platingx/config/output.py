"""What a run writes beside history and summary."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from platingx.config.base import Block
from platingx.config.quantities import Count, case_error

__all__ = ["Output"]


def _every(value: object) -> object:
    whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000_000
    if whole or value == "milestones":
        return value
    raise case_error("not an interval of steps", "a whole number of steps from 1, or milestones")


class Output(Block):
    """Files of the run folder that can be left out or thinned."""

    fields_every: Annotated[
        int | Literal["milestones"], BeforeValidator(_every, json_schema_input_type=Count | Literal["milestones"])
    ] = Field(
        default=1, description="Write the fields every N steps, or at milestones only; the last step is always written."
    )
    figures: bool = Field(default=True, strict=True, description="Draw the figures at the end of the run.")
    movie: bool = Field(default=False, strict=True, description="Make a movie of the evolution at the end of the run.")
