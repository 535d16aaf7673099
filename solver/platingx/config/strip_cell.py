"""A case of ``kind: strip_cell``: metal stripped from an electrolyte, with voids at the interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.electrochemistry import (
    Conductivity,
    ExchangeCurrentDensity,
    Transfer,
    TransferResistance,
)
from platingx.config.materials import Material
from platingx.config.one_metal_case import OneMetalCase
from platingx.config.quantities import (
    CurrentDensity,
    Length,
    Physical,
    Pressure,
    Switch,
    Time,
    with_default,
)
from platingx.config.regions import with_roles
from platingx.config.strip_cell_inputs import INPUTS
from platingx.config.strip_cell_insert import InertInsert, check_insert
from platingx.config.transport import Transport
from platingx.constants import FARADAY
from platingx.units import describe_si

__all__ = ["Follow", "ProgramPart", "StripCellCase"]

_SECONDS_OF_FACTORS = 1.5e-6
"""Wall time of a row over the square of the intervals."""

VoidShare = Annotated[float, Physical("dimensionless", above=0.0, maximum=0.95)]
Aspect = Annotated[float, Physical("dimensionless", above=0.0, maximum=1.0, usual=(0.01, 0.5))]
Share = Annotated[float, Physical("dimensionless", minimum=0.0, maximum=1.0)]
Energy = Annotated[float, Physical("surface_energy", minimum=0.0, maximum=1e3, usual=(0.0, 10.0))]
PositiveEnergy = Annotated[float, Physical("surface_energy", above=0.0, maximum=1e3, usual=(1e-3, 10.0))]
Stiffness = Annotated[float, Physical("stiffness_per_area", above=0.0, maximum=1e24)]
Limit = Annotated[float, Physical("voltage", above=0.0, maximum=100.0, usual=(1e-4, 5.0))]
Ranged = Annotated[float, Physical("length", minimum=1e-11, maximum=1e-6, usual=(1e-10, 1e-7))]


class Cell(Block):
    """A period of the interface, and the void in it, or the insert in its place."""

    period: Length = Field(description="Width L of the cell, from the middle of a contact to the next, m.")
    void_share: VoidShare = Field(description="Width of the void or insert at the start over the period, w/L.")
    void_aspect: Aspect = with_default(
        0.1,
        "Height of the void or insert at the start over its width; it is a parabola, and slopes are taken to be small.",
    )


class Electrolyte(Block):
    """The electrolyte, flat and rigid, with all of its ions coming from one side."""

    conductivity: Conductivity = Field(description="Conductivity kappa, S/m.")
    thickness: Length = Field(description="Thickness, m.")


class Interface(Block):
    """What metal and electrolyte do to each other where they are close."""

    exchange_current_density: ExchangeCurrentDensity | None = Field(
        default=None, description="i0 of Butler-Volmer kinetics, A/m^2."
    )
    charge_transfer_resistance: TransferResistance | None = Field(
        default=None, description="RT/(F i0), ohm m^2: i0 in other words, as impedance measures it."
    )
    alpha: Transfer = with_default(0.5, "Transfer coefficient of plating; that of stripping is 1 - alpha.")
    stress_term: Literal["normal_traction", "none"] = Field(
        default="normal_traction",
        description="How the pressure on the metal takes part in the overpotential: times Vm/F, or not at all.",
    )
    closes_within: Ranged = with_default("2 nm", "Gap at which no current passes any more, m.")
    adhesion: Energy = with_default("0 J/m^2", "Work of adhesion, J/m^2.")
    adhesion_range: Ranged = with_default("6 nm", "Gap beyond which the faces do not attract each other, m.")
    contact_stiffness: Stiffness = with_default("1 MPa/nm", "Pressure over overlap of faces that touch, Pa/m.")

    def check(self) -> Iterator[Finding]:
        """Check that i0 is given once."""
        if (self.exchange_current_density is None) == (self.charge_transfer_resistance is None):
            none = self.exchange_current_density is None
            message = "there is no exchange current density" if none else "the exchange current density is given twice"
            yield Finding("", message, "one of exchange_current_density and charge_transfer_resistance")


class CellTransports(Block):
    """Diffusion of the metal along its face."""

    surface: Transport | None = Field(default=None, description="Along the bare face, in the void; none if left out.")
    interface: Transport | None = Field(
        default=None, description="Along the contact with the electrolyte; none if left out."
    )

    def given(self) -> dict[str, Transport]:
        """Those that the case gives, by path."""
        paths = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: transport for name, transport in paths.items() if transport is not None}

    def check(self) -> Iterator[Finding]:
        """Check that each layer has a width."""
        for name, transport in self.given().items():
            if transport.width is None:
                yield Finding(f"{name}.width", f"the path {name} needs the key width", "such as 0.2 nm")
            if transport.concentration is not None:
                yield Finding(f"{name}.concentration", "a concentration has no meaning here", "leave it out")


class Follow(Block):
    """How the foil comes after the metal that is stripped, as a rigid body."""

    share: Share | None = Field(
        default=None,
        description="It comes down by this share of the mean thickness that is stripped: 1 keeps the volume of the "
        "void, 0 holds the foil.",
    )
    pressure: Pressure | None = Field(default=None, description="It comes down freely under this stack pressure, Pa.")

    def check(self) -> Iterator[Finding]:
        """Check that one of the two is given."""
        if (self.share is None) == (self.pressure is None):
            none = self.share is None
            message = "nothing says how the foil follows" if none else "the foil cannot be held back and free at once"
            yield Finding("", message, "one of share (calibrated: nobody has measured it) and pressure")


class ProgramPart(Block):
    """A current density for some time."""

    current_density: CurrentDensity = Field(description="Mean over the cell; plating > 0, stripping < 0, A/m^2.")
    duration: Time = Field(description="How long, s.")


class Ends(Block):
    """What ends the run before its program."""

    contact_share: Share = with_default(0.02, "Contact share at which contact counts as lost.")
    overpotential: Limit = with_default("0.5 V", "Size of the overpotential of the interface, V.")


class Resolution(Block):
    """Intervals and steps."""

    intervals: Annotated[int, Field(strict=True, ge=16, le=1024)] = Field(
        default=192,
        description="Even intervals of half a period; at the edge of a contact they should be below about 5 nm.",
    )
    gap_tolerance: Ranged = with_default("0.3 nm", "Error in time of the gap in a step, m.")
    maximum_step: Time = with_default("5 s", "Largest step, s.")


class CellOutput(Block):
    """What a run of a stripping cell writes."""

    profiles: Annotated[int, Field(strict=True, ge=2, le=1000)] = Field(
        default=6, description="Profiles of the interface in each part of the program, evenly spaced in time."
    )
    figures: Switch = Field(default=True, description="Draw the figures at the end of the run.")


class StripCellCase(OneMetalCase):
    """A period of metal on an electrolyte, with a void or an inert metal, as current strips it. All numbers are SI."""

    kind: Literal["strip_cell"] = Field(description="strip_cell: voids at the interface of a metal that is stripped.")
    cell: Cell = Field(description="A period of the interface, and the void in it.")
    insert: InertInsert | None = Field(default=None, description="An inert metal in the void; empty if left out.")
    electrolyte: Electrolyte = Field(description="The electrolyte.")
    interface: Interface = Field(description="Kinetics, contact and adhesion.")
    surface_energy: PositiveEnergy = Field(description="Surface energy of the bare metal, J/m^2.")
    transport: CellTransports = Field(default=CellTransports(), description="Diffusion along the face of the metal.")
    creep: Switch = Field(
        default=True, description="Whether the metal creeps, by its flow law in steady state; else it is rigid."
    )
    follow: Follow = Field(description="How the foil comes after the metal that is stripped.")
    program: tuple[ProgramPart, ...] = Field(min_length=1, description="Currents, one after the other.")
    ends: Ends = Field(default=Ends(), description="What ends the run before its program.")
    resolution: Resolution = Field(default=Resolution(), description="Intervals and steps.")
    output: CellOutput = Field(default=CellOutput(), description="What is written.")

    @property
    def region(self) -> str:
        """Name of the metal that is stripped."""
        inert = None if self.insert is None else self.insert.region
        return next((name for name in self.materials if name != inert), next(iter(self.materials)))

    @property
    def inert(self) -> Material | None:
        """Material of the insert; None without one."""
        return None if self.insert is None else self.materials.get(self.insert.region)

    def complete(self) -> None:
        """Give the metals their roles and labels."""
        self.__dict__["materials"] = with_roles(self.materials, self.region)

    def transports(self) -> Mapping[str, Transport]:
        """Diffusion that the case gives, by path."""
        return self.transport.given()

    def outline(self) -> Iterator[str]:
        """What a dry run says of it."""
        cell, follow = self.cell, self.follow
        yield f"{self.region}: {self.metal.base or 'given in the case'}"
        width = describe_si(cell.void_share * cell.period, "length")
        filled = "a void" if self.insert is None else f"an insert of {self.insert.region}"
        yield f"cell: {describe_si(cell.period, 'length')} wide, with {filled} of {width}"
        held = f"by {follow.share:g} of what is stripped" if follow.share is not None else "freely"
        yield f"the foil follows {held}"
        for number, part in enumerate(self.program, start=1):
            current = describe_si(part.current_density, "current_density")
            yield f"part {number}: {current} for {describe_si(part.duration, 'time')}"

    @property
    def estimated_cost(self) -> tuple[float, float]:
        """Wall time, s, and rows of its history, on one of two cores, AMD EPYC.

        Rows by the thickness that is stripped, in steps of the tolerance of the gap.
        """
        charge = sum(abs(part.current_density) * part.duration for part in self.program)
        opened = charge * float(self.metal.molar_volume or 0.0) / FARADAY
        rows = 10.0 + opened / float(self.resolution.gap_tolerance)
        return _SECONDS_OF_FACTORS * self.resolution.intervals**2 * rows, rows

    def check(self) -> Iterator[Finding]:
        """Check what only the whole case shows."""
        wrong = next(self._check_materials(), None)
        if wrong is not None:
            yield wrong
            return
        place = f"materials.{self.region}"
        yield from self.check_metal("what is stripped is", "stripped")
        if self.creep and self.metal.viscoplasticity.law in ("none", "user"):
            message = f"no steady creep rate is known of the flow law of {self.region}"
            hint = "a rigid foil is creep: false"
            yield Finding(f"{place}.viscoplasticity", message, "norton or a law of the library", hint)
        spacing = 0.5 * self.cell.period / self.resolution.intervals
        if self.cell.void_share * self.cell.period < 8.0 * spacing:
            message = "the void is narrower than eight intervals"
            least = int(4.0 / self.cell.void_share) + 1
            yield Finding("resolution.intervals", message, f"at least {least} intervals")
        if self.ends.contact_share >= 1.0 - self.cell.void_share:
            message = "contact is lost already at the start"
            yield Finding("ends.contact_share", message, f"below {1.0 - self.cell.void_share:g}")

    def _check_materials(self) -> Iterator[Finding]:
        """Check that there are as many metals as the case needs, and that an insert can creep."""
        wanted = 1 if self.insert is None else 2
        if len(self.materials) != wanted:
            message = f"one metal is stripped, but there are {len(self.materials)} materials"
            if wanted == 2:
                message = f"a metal is stripped beside an insert, and there are {len(self.materials)} materials"
            hint = "the second one is an insert: {region: NAME}" if wanted == 1 else ""
            valid = f"{'one material' if wanted == 1 else 'two materials'}, under names of your choice"
            yield Finding("materials", message, valid, hint)
            return
        if self.insert is not None:
            yield from check_insert(self.insert, self.materials)

    @property
    def model_inputs(self) -> dict[str, str]:
        """What the results rest on beside laws and library, in words, by key: none of it is measured on a cell."""
        return {key: words for key, words in INPUTS.items() if self._has(key)}

    def _has(self, key: str) -> bool:
        value = self
        for part in key.split("."):
            value = getattr(value, part)
            if value is None:
                return False
        return True
