"""What drives the circuit of a case, step after step: a voltage, a current or none, each with its ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from platingx.columns import Column
from platingx.config.base import Block, Finding
from platingx.config.control_words import EXAMPLES, step_of_words
from platingx.config.current import (
    CurrentProgram,
    CurrentProgramInput,
    TotalCurrentProgram,
    TotalCurrentProgramInput,
    VoltageProgram,
    VoltageProgramInput,
)
from platingx.config.quantities import Switch, as_text
from platingx.config.until import read_until

__all__ = ["ENDS", "ControlStep"]

ENDS: Mapping[str, Column] = {
    "time": Column("time", "time", "time since the step began"),
    "pressure": Column("pressure", "pressure", "mean pressure of the metal that grows"),
    "strength": Column("strength", "dimensionless", "largest stress of a ceramic over its theoretical strength"),
}
"""What a step can end by beside the quantities of a converged state, by name."""

_ABSOLUTE = ("current", "current_density", "step_capacity")


def _read_ends(value: Any) -> dict[str, Any]:
    return read_until(value, ENDS)


Ends = Annotated[
    dict[str, Any],
    BeforeValidator(_read_ends),
    PlainSerializer(lambda until: {name: as_text(value) for name, value in until.items()}),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]},
            "examples": [{"time": "60 ms"}, {"voltage": "0.5 V"}],
        }
    ),
]


class ControlStep(Block):
    """One step of the control: what is held, and what ends it."""

    voltage: (
        Annotated[VoltageProgram, BeforeValidator(VoltageProgram.read, json_schema_input_type=VoltageProgramInput)]
        | None
    ) = Field(default=None, description="Voltage over the cell, V; a value, {table: ...} or {file: ...}.")
    current: (
        Annotated[
            TotalCurrentProgram,
            BeforeValidator(TotalCurrentProgram.read, json_schema_input_type=TotalCurrentProgramInput),
        ]
        | None
    ) = Field(default=None, description="Current through the whole electrode, A; plating > 0.")
    current_density: (
        Annotated[CurrentProgram, BeforeValidator(CurrentProgram.read, json_schema_input_type=CurrentProgramInput)]
        | None
    ) = Field(default=None, description="Mean current density at the interface, A/m^2; plating > 0.")
    rest: Switch = Field(default=False, description="No current.")
    until: Ends = Field(
        default_factory=dict,
        description="Values at which the step ends, the first of them: time (since its begin), voltage, current, "
        "current_density, step_capacity, pressure, strength, or another quantity of the history.",
    )

    @model_validator(mode="before")
    @classmethod
    def _of_words(cls, value: Any) -> Any:
        return step_of_words(value) if isinstance(value, str) else value

    @property
    def drives(self) -> tuple[str, ...]:
        """Names of what the step holds."""
        held = tuple(name for name in ("voltage", "current", "current_density") if getattr(self, name) is not None)
        return (*held, *(("rest",) if self.rest else ()))

    @property
    def program(self) -> CurrentProgram:
        """What it holds over the time since its begin."""
        found = self.voltage or self.current or self.current_density
        return CurrentProgram(times=(0.0,), values=(0.0,), given="rest") if found is None else found

    @property
    def description(self) -> str:
        """The step in words."""
        held = "rest" if self.rest else f"{self.drives[0].replace('_', ' ')} {self.program.description}"
        ends = " or ".join(f"{name} {as_text(value)}" for name, value in self.until.items())
        return f"{held} until {ends}" if ends else held

    def check(self) -> Iterator[Finding]:
        """Check that one thing is held, and that ends are such that can be reached."""
        names = " and ".join(f"a {name}".replace("_", " ") for name in self.drives)
        if len(self.drives) > 1:
            key, hint = self.drives[1], "hold one of them, and let the other one end the step under until"
            yield Finding(key, f"a step cannot hold {names}", "one of voltage, current, current_density, rest", hint)
        if not self.drives:
            yield Finding(
                "", "the step holds nothing", f"voltage, current, current_density or rest: true; or {EXAMPLES}"
            )
        for name, value in self.until.items():
            if name in self.drives and name != "voltage" and self.program.is_constant:
                yield Finding(f"until.{name}", f"the {name.replace('_', ' ')} is held by this step", "another end")
            if name == "voltage" and self.voltage is not None and self.voltage.is_constant:
                yield Finding("until.voltage", "the voltage is held by this step", "another end, such as a current")
            if value < 0.0 and name in (*_ABSOLUTE, "time"):
                yield Finding(f"until.{name}", f"the {name.replace('_', ' ')} of an end is a size", "a value above 0")
            if name == "time" and value == 0.0:
                yield Finding("until.time", "a step of no duration", "a time above 0 s")
