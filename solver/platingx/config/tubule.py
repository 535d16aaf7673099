"""A case of ``kind: tubule``: tubes of a mixed conductor that metal fills and leaves by diffusion along their walls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from platingx.config.base import Block, Finding
from platingx.config.one_metal_case import OneMetalCase
from platingx.config.quantities import (
    Count,
    Length,
    Physical,
    Pressure,
    SmallLength,
    Switch,
    Time,
    as_text,
    case_error,
    with_default,
)
from platingx.config.transport import PathName, Transport, Transports
from platingx.units import describe_si

__all__ = ["Charging", "Gas", "Stripping", "TubuleCase"]

_SECONDS_OF_ROW = 1.0e-4

Voltage = Annotated[float, Physical("voltage", above=0.0, maximum=100.0, usual=(1e-4, 5.0))]
Share = Annotated[float, Physical("dimensionless", minimum=0.0, below=1.0)]
Density = Annotated[float, Physical("density", above=0.0, maximum=1e5, usual=(100.0, 3e4))]
AnyPressure = Annotated[float, Physical("pressure", minimum=0.0, maximum=1e12)]
AnyLength = Annotated[float, Physical("length", minimum=0.0, maximum=10.0)]
Magnitude = Annotated[float, Physical("current_density", above=0.0, maximum=1e9, usual=(1e-3, 5e5))]
Charge = Annotated[float, Physical("charge_per_area", above=0.0, maximum=1e12)]


def _vent(value: object) -> object:
    if value in ("closed", "open"):
        return value
    try:
        return Physical("pressure", above=0.0, maximum=1e12).read(value)
    except PydanticCustomError:
        raise case_error("not a way in which gas gets out", 'closed, open, or a pressure such as "2 MPa"') from None


Vent = Annotated[
    float | Literal["closed", "open"],
    PlainValidator(_vent, json_schema_input_type=Literal["closed", "open"] | Pressure),
    PlainSerializer(as_text),
]


class Tube(Block):
    """Shape of the tubes, side by side, and what is in them at the start."""

    length: Length = Field(description="Length h of a tube from its root to its tip, m.")
    diameter: SmallLength = Field(description="Width W of the bore, across flats, m.")
    wall_thickness: SmallLength = Field(description="Thickness w of the wall between two bores, m.")
    packing: Literal["square", "hexagonal", "round_square", "round_hexagonal"] = Field(
        default="square",
        description="square or hexagonal bores, which leave walls of one thickness, or round ones in such an array.",
    )
    filled_length: AnyLength = with_default("0 m", "Where the metal reaches to at the start, from the root, m.")
    void_length: AnyLength = with_default("0 m", "Length of a void between the root and the metal at the start, m.")

    def check(self) -> Iterator[Finding]:
        """Check that metal and void are within the tube."""
        if self.filled_length >= self.length:
            yield Finding("filled_length", "the tube is full at the start", f"less than {self.length:g} m")
        if self.void_length > 0.0 and self.void_length >= self.filled_length:
            message = "the void reaches as far as the metal"
            yield Finding("void_length", message, f"less than filled_length, {self.filled_length:g} m")


class Wall(Block):
    """Strength and density of the wall."""

    strength: Pressure | None = Field(
        default=None, description="Stress at which the wall bursts, Pa; left out, stresses are reported, not judged."
    )
    on_strength: Literal["warn", "stop"] = Field(
        default="warn", description="Whether a run warns where the strength is passed, or ends there."
    )
    edges: Literal["clamped", "supported"] = Field(
        default="clamped", description="How the wall between two tubes is held at its edges as it bends."
    )
    density: Density | None = Field(default=None, description="Density of the wall, kg/m^3; for capacities by mass.")


class Gas(Block):
    """Gas in the tubes in front of the metal."""

    initial: AnyPressure = with_default("1 atm", "Pressure in the empty tube, Pa.")
    outside: AnyPressure = with_default("1 atm", "Pressure around the tubes and in a void, Pa.")
    vent: Vent = Field(
        default="closed",
        description="closed: no gas gets out; open: it has the outer pressure; or a pressure at which it escapes.",
    )
    neighbour_imbalance: Share = with_default(
        0.0, "How much less filled a neighbouring tube is, as a share: the wall between the two bends."
    )


class Charging(Block):
    """Half a cycle: at a current or at a voltage, until it ends."""

    current_density: Magnitude | None = Field(
        default=None, description="Size of the current density over the whole section, A/m^2."
    )
    voltage: Voltage | None = Field(default=None, description="Size of a constant overpotential instead, V.")
    capacity: Charge | None = Field(
        default=None, description="Charge per area at which it ends, C/m^2; all there is or fits if left out."
    )
    limit: Voltage = with_default("250 mV", "Size of the overpotential at which a constant current ends, V.")
    duration: Time | None = Field(default=None, description="Time after which it ends at the latest, s.")

    def check(self) -> Iterator[Finding]:
        """Check that one of current and voltage drives it, and that a voltage comes to an end."""
        if (self.current_density is None) == (self.voltage is None):
            what = "neither a current nor a voltage" if self.voltage is None else "both a current and a voltage"
            yield Finding("", f"{what} drives this half of the cycle", "one of current_density and voltage")
        elif self.voltage is not None and self.duration is None:
            message = "at a voltage the speed falls for ever as gas is compressed"
            yield Finding("duration", message, "the longest time that it may take, such as 1 h")


class Stripping(Charging):
    """Stripping; metal leaves at the root, where a void opens, or at the face in front."""

    leaves_at: Literal["root", "front"] = Field(
        default="root",
        description="Face of the metal that atoms leave: at the root a void opens, along whose bare wall they go; at "
        "the front the metal becomes shorter.",
    )


class Drive(Block):
    """Cycles of plating and stripping."""

    cycles: Count = Field(default=1, description="Number of cycles.")
    plate: Charging | None = Field(default=None, description="Plating in each cycle; none if left out.")
    strip: Stripping | None = Field(
        default=None, description="Stripping in each cycle, after plating; none if left out."
    )
    allowed_voltage: Voltage = with_default("50 mV", "Voltage that transport may cost in the design sums, V.")

    def check(self) -> Iterator[Finding]:
        """Check that something is done."""
        if self.plate is None and self.strip is None:
            yield Finding("", "neither plating nor stripping: nothing happens", "plate, strip, or both")


class TubuleOutput(Block):
    """What a run of a tubule writes."""

    rows: Annotated[int, Field(strict=True, ge=2, le=10_000)] = Field(
        default=20, description="Rows of the history for each half of a cycle, evenly spaced in time."
    )
    figures: Switch = Field(default=True, description="Draw the figures at the end of the run.")


class TubuleCase(OneMetalCase):
    """Tubes that metal fills and leaves by diffusion along their walls, in one dimension. All numbers are SI."""

    kind: Literal["tubule"] = Field(description="tubule: tubes of a mixed conductor, filled by diffusion.")
    tube: Tube = Field(description="Shape of the tubes, and what is in them at the start.")
    wall: Wall = with_default({}, "Strength and density of the wall.")
    transport: Transports = with_default({}, "Diffusion along each path.")
    paths: tuple[PathName, ...] = Field(
        default=("interface", "wall", "surface"),
        description="Paths that atoms take; without one, [], metal can neither come nor go.",
    )
    drive: Drive = Field(description="Cycles of plating and stripping.")
    gas: Gas = with_default({}, "Gas in front of the metal.")
    capillary_pressure: AnyPressure = with_default(
        "0 Pa", "Pressure by which the curved front of the metal holds it back, Pa."
    )
    metal_density: Density | None = Field(
        default=None, description="Density of the metal, kg/m^3; for capacities by mass."
    )
    output: TubuleOutput = with_default({}, "What is written.")

    def transports(self) -> Mapping[str, Transport]:
        """Diffusion that the case gives, by path."""
        return self.transport.given()

    def counting_paths(self) -> tuple[str, ...]:
        """Paths that atoms take."""
        return self.paths

    def outline(self) -> Iterator[str]:
        """What a dry run says of it."""
        tube, drive = self.tube, self.drive
        length, diameter, wall = (
            describe_si(value, "length") for value in (tube.length, tube.diameter, tube.wall_thickness)
        )
        yield f"{self.region}: {self.metal.base or 'given in the case'}"
        yield f"tubes: {length} long, {diameter} wide, walls of {wall}, {tube.packing}"
        yield f"paths: {', '.join(self.paths) or 'none'}"
        for name, half in (("plate", drive.plate), ("strip", drive.strip)):
            if half is not None:
                at_voltage = half.current_density is None
                value, what = (half.voltage, "voltage") if at_voltage else (half.current_density, "current_density")
                yield f"{name}: at {describe_si(float(value or 0.0), what)}"
        yield f"cycles: {drive.cycles}"

    @property
    def estimated_cost(self) -> tuple[float, float]:
        """Wall time, s, and rows of its history, on one of two cores, AMD EPYC."""
        rows = 2.0 * self.drive.cycles * self.output.rows
        return _SECONDS_OF_ROW * rows, rows

    def check(self) -> Iterator[Finding]:
        """Check what only the whole case shows."""
        if len(self.materials) != 1:
            message = f"a tubule has one metal, but there are {len(self.materials)} materials"
            hint = "strength and density of the wall stand in wall, its diffusion in transport.wall"
            yield Finding("materials", message, "one material, under a name of your choice", hint)
            return
        yield from self.check_metal("the tubes are filled with", "plated")
        yield from self._check_paths()
        if self.drive.plate is None and self.tube.filled_length == 0.0:
            message = "there is nothing to strip: the tubes are empty at the start, and nothing is plated"
            yield Finding("tube.filled_length", message, "a length above zero", "or drive.plate")
        if isinstance(self.gas.vent, float) and self.gas.vent < self.gas.outside:
            message = "the vent opens below the outer pressure"
            yield Finding("gas.vent", message, f"at least {self.gas.outside:g} Pa")

    def _check_paths(self) -> Iterator[Finding]:
        for index, path in enumerate(self.paths):
            if path in self.paths[:index]:
                yield Finding(f"paths.{index}", f"{path} is listed twice", "each path once")
            elif getattr(self.transport, path) is None:
                hint = f"transport: {{{path}: NAME}}, or leave {path} out of paths"
                yield Finding(
                    f"paths.{index}", f"there is no diffusion for the path {path}", "a path of transport", hint
                )
