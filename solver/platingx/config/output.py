"""What a run writes beside history and summary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from pydantic import Field, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from platingx.config.base import Block, Finding
from platingx.config.quantities import Count, Physical, PositiveNumber, Switch, Time, as_text, case_error, with_default

__all__ = ["FIELD_NAMES", "Checkpoints", "FieldChoice", "Output"]

FieldName = Literal[
    "pressure", "principal_stress_1", "von_mises_stress", "plastic_strain", "growth_stretch", "displacement",
    "cauchy_stress",
]  # fmt: skip
FIELD_NAMES: tuple[FieldName, ...] = get_args(FieldName)
"""Fields that can be written, by their names in the file."""
USUAL_NAMES: tuple[FieldName, ...] = tuple(name for name in FIELD_NAMES if name != "cauchy_stress")
"""Those that are written if a case does not choose: the tensor is as large as all of them."""

_DURATION = Physical("time", minimum=1e-18, maximum=1e13)


def _every(value: object) -> object:
    whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000_000
    if whole or value == "milestones":
        return value
    try:
        return _DURATION.read(value)
    except PydanticCustomError:
        valid = 'a whole number of steps from 1, a time such as "0.1 ms", or milestones'
        raise case_error("not an interval of steps or time", valid) from None


class Checkpoints(Block):
    """How often the state is saved so that a run can be resumed; also at its end and when it is told to stop."""

    every_steps: Count | None = Field(
        default=None, description="Save the state every N steps; no such rule if left out."
    )
    every_minutes: PositiveNumber = with_default(10.0, "Save the state after so many minutes of wall time.")
    keep: Count = Field(default=2, description="Number of checkpoints to keep, the newest ones.")


class FieldChoice(Block):
    """What a written step of the fields holds. The field ``region`` is always part of it."""

    names: tuple[FieldName, ...] = Field(
        default=USUAL_NAMES, min_length=1, description="Fields to write; all but cauchy_stress if left out."
    )
    regions: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="Write the cells of these regions only; all if left out."
    )
    precision: Literal["single", "double"] = Field(
        default="double", description="Floating-point numbers of 4 or 8 bytes, coordinates included."
    )
    mesh: Literal["every_step", "once"] = Field(
        default="every_step", description="Repeat the mesh in each step, or write it with the first one only."
    )
    compression: Literal["none", "bzip2", "blosc"] = Field(
        default="none", description="Lossless compression of the finished file, where ADIOS2 has been built with it."
    )

    def check(self) -> Iterator[Finding]:
        """Check that nothing is asked for twice."""
        for key, values in (("names", self.names), ("regions", self.regions or ())):
            for index, value in enumerate(values):
                if value in values[:index]:
                    yield Finding(f"{key}.{index}", f"{value} is listed twice", "each name once")


class Output(Block):
    """Files of the run folder that can be left out or thinned."""

    fields_every: Annotated[
        int | float | Literal["milestones"],
        PlainValidator(_every, json_schema_input_type=Count | Time | Literal["milestones"]),
        PlainSerializer(as_text),
    ] = Field(
        default=1,
        description="Write the fields every N steps, at the first step at or after each multiple of a time, or at "
        "milestones only; milestones and the last step are always written.",
    )
    fields: FieldChoice = with_default({}, "What is written of the fields.")
    checkpoint: Checkpoints = with_default({}, "When the state is saved for a resumption.")
    vtkhdf: Switch = Field(
        default=False, description="Write the fields as fields.vtkhdf too, at the end of the run, for ParaView and VTK."
    )
    figures: Switch = Field(default=True, description="Draw the figures at the end of the run.")
    movie: Switch = Field(default=False, description="Make a movie of the evolution at the end of the run.")
