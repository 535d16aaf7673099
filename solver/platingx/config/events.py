"""Events of a run: when a result reaches a value, the run stops, or a drive or the current is switched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_serializer, model_validator

from platingx.columns import Column
from platingx.config.base import Block, Finding
from platingx.config.current import CurrentProgram, CurrentProgramInput
from platingx.config.drives import Drive, DriveOfTurn, RigidDrive
from platingx.config.quantities import Physical, as_text, block_of_word, case_error
from platingx.config.rigid_body import rigid_components
from platingx.config.until import read_until
from platingx.units import Quantity, describe_si

__all__ = ["OF_A_FACE", "OTHERS", "STALLED", "Condition", "EventAction", "RunEvent", "SwitchedDrives", "later_drives"]

OTHERS: Mapping[str, Column] = {
    "strength": Column("strength", "dimensionless", "largest stress of a ceramic over its theoretical strength"),
    "pressure_of_bias": Column("pressure_of_bias", "voltage", "mean pressure of the metal, times V_m / F"),
}
"""What an event can wait for beside the quantities of a converged state, by name."""
OF_A_FACE = ("first_touch", "all_open")
STALLED = "stalled"
_SHARE = Physical("dimensionless", above=0.0, maximum=1e3)
_VALID = (
    "one quantity with its value, such as {contact_force_y_collector: -20 N/m}; {strength: 1}, "
    "{pressure_of_bias: 3 V}, {first_touch: FACE}, {all_open: FACE} or {stalled: {tool: tip, share: 0.1}}"
)


@dataclass(frozen=True)
class Condition:
    """What an event waits for.

    Attributes
    ----------
    name
        A quantity of the history, ``strength``, ``pressure_of_bias``, ``first_touch``, ``all_open`` or ``stalled``.
    value
        Value of a quantity, SI with its dimension; of ``stalled`` the share; 0 of the others.
    of
        Face or tool of the last three.
    """

    name: str
    value: Any = 0.0
    of: str = ""

    @classmethod
    def read(cls, value: Any) -> Condition:
        """Read what stands in a case.

        Raises
        ------
        PydanticCustomError
            If it is none.
        """
        if isinstance(value, cls):
            return value
        if not isinstance(value, Mapping) or len(value) != 1:
            found = f"{len(value)} conditions" if isinstance(value, Mapping) else "no condition in a block"
            raise case_error(f"an event waits for one condition, and here are {found}", _VALID)
        (name, given) = next(iter(value.items()))
        if name in OF_A_FACE:
            if not isinstance(given, str) or not given:
                raise case_error(f"{name} is that of a face by its name, and '{given}' is none", f"{name}: collector")
            return cls(name, of=given)
        if name == STALLED:
            return cls._stalled(given)
        ((name, number),) = read_until(value, OTHERS).items()
        return cls(name, number)

    @classmethod
    def _stalled(cls, given: Any) -> Condition:
        if not isinstance(given, Mapping) or set(given) != {"tool", "share"}:
            message = "a stall is that of a tool, at a share of its way in the thickness deposited"
            raise case_error(message, "stalled: {tool: tip, share: 0.1}")
        return cls(STALLED, _SHARE.read(given["share"]), str(given["tool"]))

    def as_case(self) -> dict[str, Any]:
        """Give the condition as a case would write it."""
        if self.name in OF_A_FACE:
            return {self.name: self.of}
        if self.name == STALLED:
            return {STALLED: {"tool": self.of, "share": float(self.value)}}
        return {self.name: as_text(self.value)}

    def __str__(self) -> str:
        if self.name in OF_A_FACE:
            return f"{self.name} of {self.of}"
        if self.name == STALLED:
            return f"stall of {self.of} at {float(self.value):g}"
        return f"{self.name} = {_in_words(self.value)}"


def _in_words(value: Any) -> str:
    return describe_si(value, value.dimension) if isinstance(value, Quantity) else f"{value:g}"


_TEXT: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "object"}]}
When = Annotated[
    Any,
    BeforeValidator(Condition.read),
    PlainSerializer(lambda condition: condition.as_case()),
    WithJsonSchema(
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": _TEXT,
            "examples": [{"collector_force": "20 N/m"}, {"first_touch": "collector"}],
        }
    ),
]


class SwitchedDrives(Block):
    """Drives that components of a body get at an event; what is not here stays as it was."""

    replaced_whole: ClassVar[bool] = True

    x: Drive | None = Field(default=None, description="Along x.")
    y: Drive | None = Field(default=None, description="Along y (the axis if axisymmetric).")
    z: Drive | None = Field(default=None, description="Along z; in 3D only.")
    turn_x: DriveOfTurn | None = Field(default=None, description="About x; in 3D.")
    turn_y: DriveOfTurn | None = Field(default=None, description="About y; in 3D.")
    turn_z: DriveOfTurn | None = Field(default=None, description="About z; in plane strain and in 3D.")

    @property
    def drives(self) -> dict[str, RigidDrive]:
        """The drives by component, those that hold it where it is included."""
        found = {name: getattr(self, name) for name in rigid_components(3)}
        return {name: drive for name, drive in found.items() if drive is not None}

    @model_serializer
    def as_case(self) -> Any:
        """Give the drives as a case would write them."""
        return {name: drive.as_case() for name, drive in self.drives.items()}

    def check(self) -> Iterator[Finding]:
        """Check that something is switched."""
        if not self.drives:
            yield Finding("", "no component gets a drive", "{y: fixed}, or {y: {motion: {rate: -2 nm/s}}}")


class EventAction(Block):
    """What an event does."""

    replaced_whole: ClassVar[bool] = True

    end: Literal["stop"] | None = Field(default=None, description="stop: the run ends. Also as a word alone.")
    current_density: (
        Annotated[CurrentProgram, BeforeValidator(CurrentProgram.read, json_schema_input_type=CurrentProgramInput)]
        | None
    ) = Field(default=None, description="Current density from then on, A/m^2; times of a table count from the event.")
    tools: dict[str, SwitchedDrives] = Field(
        default_factory=dict,
        description="Drives of tools from then on; times, displacements and bases of springs count from the event.",
    )
    bodies: dict[str, SwitchedDrives] = Field(
        default_factory=dict, description="The same of bodies that boundaries are bonded to, by the boundary."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        valid = "stop, or some of current_density, tools and bodies: {tools: {tip: {y: fixed}}}"
        return block_of_word(value, "end", ("stop",), "is nothing that an event does", valid)

    @model_serializer
    def as_case(self) -> Any:
        """Give the action as a case would write it."""
        if self.end is not None:
            return self.end
        parts: dict[str, Any] = {}
        if self.current_density is not None:
            parts["current_density"] = self.current_density.model_dump()
        for key, given in (("tools", self.tools), ("bodies", self.bodies)):
            if given:
                parts[key] = {name: drives.as_case() for name, drives in given.items()}
        return parts

    @property
    def switched(self) -> dict[str, SwitchedDrives]:
        """Switched drives, by the key of what they drive: ``tools.NAME`` or ``bodies.BOUNDARY``."""
        tools = {f"tools.{name}": drives for name, drives in self.tools.items()}
        return tools | {f"bodies.{name}": drives for name, drives in self.bodies.items()}

    def __str__(self) -> str:
        return "stop" if self.end else str(self.as_case()).replace("'", "")

    def check(self) -> Iterator[Finding]:
        """Check that it does something, and nothing after the end."""
        does = [key for key in ("current_density", "tools", "bodies") if getattr(self, key)]
        if self.end is not None and does:
            yield Finding(does[0], "the run stops there, and nothing comes after", "one of the two")
        if self.end is None and not does:
            yield Finding("", "the event does nothing", "stop, or some of current_density, tools and bodies")


class RunEvent(Block):
    """A condition, and what is done where it is met, once."""

    name: str = Field(default="", description="Name, for others to come after it.")
    after: str | None = Field(default=None, description="Name of an event before which it does not wait yet.")
    when: When = Field(description="One condition: " + _VALID + ".")
    do: EventAction = Field(description="stop, or a block of what is switched: current_density, tools, bodies.")

    def __str__(self) -> str:
        return f"{self.when}: {self.do}"


def later_drives(events: Sequence[RunEvent], key: str) -> dict[str, RigidDrive]:
    """Drives that events give to a body of a key, by the keys of these drives.

    Parameters
    ----------
    events : sequence
        The events.
    key : str
        ``tools.NAME`` or ``bodies.BOUNDARY``.
    """
    found: dict[str, RigidDrive] = {}
    for number, event in enumerate(events):
        drives = event.do.switched.get(key)
        if drives is not None:
            found |= {f"events.{number}.do.{key}.{name}": drive for name, drive in drives.drives.items()}
    return found
