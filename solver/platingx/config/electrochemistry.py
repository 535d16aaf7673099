"""The circuit that drives the growth: electrolyte, electrode, counter electrode, leads, and what is held over time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.control import ControlStep
from platingx.config.quantities import (
    AreaResistance,
    Length,
    Physical,
    PositiveNumber,
    SmallLength,
    Voltage,
    with_default,
)
from platingx.constants import VACUUM_PERMITTIVITY

__all__ = ["BlockedFace", "Circuit", "Counter", "Electrochemistry", "Electrode", "Electrolyte", "StressTerm"]

Resistance = Annotated[float, Physical("resistance", minimum=0.0, maximum=1e18)]
Conductivity = Annotated[float, Physical("conductivity", above=0.0, maximum=1e6, usual=(1e-6, 100.0))]
Area = Annotated[float, Physical("area", above=0.0, maximum=100.0, usual=(1e-18, 1e-1))]
ExchangeCurrentDensity = Annotated[float, Physical("current_density", above=0.0, maximum=1e9, usual=(1e-3, 1e5))]
TransferResistance = Annotated[float, Physical("area_resistance", above=0.0, maximum=1e9, usual=(1e-6, 10.0))]
Transfer = Annotated[float, Physical("dimensionless", above=0.0, below=1.0)]
Capacitance = Annotated[float, Physical("capacitance_per_area", above=0.0, maximum=1e3, usual=(1e-5, 10.0))]
Permittivity = Annotated[float, Physical("dimensionless", minimum=1.0, maximum=1e7, usual=(1.0, 1e5))]
Ratio = Annotated[float, Physical("dimensionless", minimum=0.05, below=1.0)]
StressTerm = Literal["consistent", "constant_volume", "normal_traction", "none"]


class Electrolyte(Block):
    """Path of the ions from the counter electrode to the plated metal, as a resistance, or as a conducting region."""

    replaced_whole: ClassVar[bool] = True

    area_resistance: AreaResistance | None = Field(default=None, description="Resistance times plated area, ohm m^2.")
    resistance: Resistance | None = Field(default=None, description="Resistance, ohm.")
    conductivity: Conductivity | None = Field(
        default=None,
        description="Conductivity, S/m; of a plate of a thickness, of a body under a contact_radius, or of the region "
        "of the model behind which counter.boundary lies.",
    )
    region: str | None = Field(
        default=None, description="Region that conducts, with counter.boundary; the only electrolyte if left out."
    )
    relative_permittivity: Permittivity | None = Field(
        default=None, description="Of its bulk, for its impedance; none if left out."
    )
    thickness: Length | None = Field(default=None, description="Thickness of a plate that the current crosses, m.")
    contact_radius: Length | None = Field(
        default=None,
        description="Radius of a plated disc on an electrolyte much larger than it, m: the resistance of spreading is "
        "1/(4 conductivity radius), and the plated area that of the disc.",
    )

    def check(self) -> Iterator[Finding]:
        """Check that one way leads through the electrolyte, and one only."""
        given = [name for name in ("area_resistance", "resistance", "conductivity") if getattr(self, name) is not None]
        ways = "area_resistance, resistance, or conductivity with thickness or contact_radius"
        if not given:
            hint = "of an electrolyte without resistance it is area_resistance: 0 ohm m^2"
            yield Finding("", "the circuit is open: no path leads through the electrolyte", ways, hint)
        if len(given) > 1:
            yield Finding(given[1], f"{given[0]} and {given[1]} say the same", ways)
        if self.conductivity is None and self.lengths and given:
            yield Finding(self.lengths[0], f"{self.lengths[0]} means nothing without a conductivity", ways)

    @property
    def lengths(self) -> tuple[str, ...]:
        """Names of the lengths that are given."""
        return tuple(name for name in ("thickness", "contact_radius") if getattr(self, name) is not None)


class Electrode(Block):
    """Charge transfer at the interface of the plated metal."""

    exchange_current_density: ExchangeCurrentDensity | None = Field(
        default=None, description="i0 of Butler-Volmer kinetics, A/m^2; none or infinite if left out."
    )
    charge_transfer_resistance: TransferResistance | None = Field(
        default=None, description="RT/(F i0), ohm m^2: i0 in other words, as impedance measures it."
    )
    alpha: Transfer = with_default(0.5, "Transfer coefficient of plating; that of stripping is 1 - alpha.")
    film_resistance: AreaResistance = with_default("0 ohm m^2", "Resistance of a film on the interface, ohm m^2.")
    double_layer: Capacitance | None = Field(
        default=None, description="Capacitance of the interface per area, F/m^2, for its impedance; none if left out."
    )
    spent_below: Ratio = with_default(
        0.3,
        "Volume ratio of growth of a column (growth.spread: columns) below which its face stops being stripped, "
        "gradually down to two thirds of it.",
    )
    closes_within: SmallLength = with_default(
        "2 nm",
        "Gap at which no current passes any more where the interface may part (contact: {interface: ...}); the share "
        "of the area that conducts falls to it smoothly.",
    )
    stress_term: StressTerm = Field(
        default="consistent",
        description="How stress takes part in the overpotential: consistent (the work that growth does against it, "
        "stored energy included), constant_volume (mean pressure times molar volume over F), normal_traction "
        "(minus the normal stress on the interface), none.",
    )

    def check(self) -> Iterator[Finding]:
        """Check that i0 is given once."""
        if self.exchange_current_density is not None and self.charge_transfer_resistance is not None:
            message = "charge_transfer_resistance and exchange_current_density say the same"
            yield Finding("charge_transfer_resistance", message, "one of the two")


class BlockedFace(Block):
    """A face of the electrolyte that no ions pass, as its impedance sees it: a gap to the metal, or a double layer."""

    gap: Length | None = Field(default=None, description="Width of an empty gap to the metal, m: capacitance eps0/gap.")
    double_layer: Capacitance | None = Field(
        default=None, description="Capacitance per area, F/m^2, of a contact that blocks ions."
    )

    @property
    def capacitance(self) -> float:
        """Capacitance per area, F/m2."""
        return VACUUM_PERMITTIVITY / float(self.gap) if self.gap is not None else float(self.double_layer or 0.0)

    def check(self) -> Iterator[Finding]:
        """Check that one of the two is given."""
        if (self.gap is None) == (self.double_layer is None):
            message = "a blocked face is a gap or has a double layer" + (", not both" if self.gap is not None else "")
            yield Finding("", message, "{gap: 1 um} or {double_layer: 5 uF/cm^2}")


class Counter(Block):
    """The counter electrode."""

    potential: Voltage = with_default(
        "0 V", "Its equilibrium potential against the plated metal, V: 0 of the same metal, 0.62 V of LiIn."
    )
    boundary: str | None = Field(
        default=None,
        description="Boundary of the model at which the ions enter the electrolyte. With it the potential in the "
        "electrolyte is solved for; without it the electrolyte is a resistance.",
    )
    area_resistance: AreaResistance = with_default(
        "0 ohm m^2", "Resistance of its interface times its area, ohm m^2; 0 of an ideal electrode."
    )


class Circuit(Block):
    """What lies between the source and the cell."""

    resistance: Resistance = with_default("0 ohm", "Resistance of leads and contacts, in series, ohm.")
    area: Area | None = Field(
        default=None,
        description="Plated area that the current in A flows through, m^2. If left out: that of the model with what "
        "its planes of symmetry stand for; a section has none.",
    )


class Electrochemistry(Block):
    """What drives the growth of the metal in the place of a current density."""

    electrolyte: Electrolyte = Field(description="Path of the ions, as a resistance.")
    electrode: Electrode = with_default({}, "Kinetics of the plated interface.")
    blocked: dict[str, BlockedFace] = Field(
        default_factory=dict,
        description="Faces of a conducting electrolyte that no ions pass, by boundary, with their capacitance towards "
        "the metal; for the impedance.",
    )
    counter: Counter = with_default({}, "Counter electrode.")
    circuit: Circuit = with_default({}, "Source and leads.")
    control: tuple[ControlStep, ...] = Field(
        min_length=1,
        description="Steps one after the other: {voltage: 0.2 V, until: {time: 1 s}}, or in words: Charge at "
        "2 A/cm^2 for 30 ms or until 0.2 V; Hold at 0.2 V until 1 mA/cm^2; Rest for 1 h.",
    )
    current_error: PositiveNumber = with_default(
        1e-3, "Largest error of the logarithm of the growth volume ratio in a step by a current that changes in it."
    )

    @property
    def area(self) -> float | None:
        """Plated area that the case gives, m2."""
        radius = self.electrolyte.contact_radius
        if radius is not None:
            return math.pi * float(radius) ** 2
        return None if self.circuit.area is None else float(self.circuit.area)

    @property
    def needs_area(self) -> str:
        """The key that means nothing without a plated area in m2; empty where there is none."""
        if self.electrolyte.resistance:
            return "electrolyte.resistance"
        if self.circuit.resistance:
            return "circuit.resistance"
        held = [f"control.{n}.current" for n, step in enumerate(self.control) if step.current is not None]
        ends = [f"control.{n}.until.current" for n, step in enumerate(self.control) if "current" in step.until]
        return next(iter((*held, *ends)), "")

    def check(self) -> Iterator[Finding]:
        """Check the circuit as a whole."""
        if self.electrolyte.contact_radius is not None and self.circuit.area is not None:
            yield Finding("circuit.area", "the area is that of the disc of electrolyte.contact_radius", "leave it out")
        for number, step in enumerate(self.control[:-1]):
            if not step.until:
                yield Finding(
                    f"control.{number}", "the step has no end, and others come behind it", "until: {time: 1 s}"
                )
        yield from self._check_path()
        if self.blocked and self.counter.boundary is None:
            name = next(iter(self.blocked))
            yield Finding(f"blocked.{name}", "only an electrolyte that conducts has faces", "counter.boundary")
        voltages = [number for number, step in enumerate(self.control) if step.voltage is not None]
        if voltages and not self._limits_current():
            yield Finding(
                f"control.{voltages[0]}.voltage",
                "nothing in the circuit limits the current that a voltage drives",
                "a resistance of electrolyte, film or circuit, or kinetics of the electrode",
            )

    def _check_path(self) -> Iterator[Finding]:
        """Check the way of the ions: through a region of the model, or a resistance."""
        path, counter = self.electrolyte, self.counter.boundary
        if counter is None:
            if path.conductivity is not None and len(path.lengths) != 1:
                hint = "or give counter.boundary, for the electrolyte of the model to conduct"
                valid = "thickness or contact_radius"
                yield Finding(
                    "electrolyte.conductivity", "a resistance takes a conductivity and one length", valid, hint
                )
            if path.region is not None:
                yield Finding("electrolyte.region", "no boundary is given at which ions enter it", "counter.boundary")
        elif path.conductivity is None or path.lengths:
            message = "an electrolyte behind counter.boundary has a conductivity and no length"
            yield Finding("electrolyte", message, "electrolyte: {conductivity: 0.069 S/m}")

    def _limits_current(self) -> bool:
        path, electrode = self.electrolyte, self.electrode
        numbers = (path.area_resistance, path.resistance, path.conductivity, electrode.exchange_current_density)
        more = (
            electrode.charge_transfer_resistance,
            electrode.film_resistance,
            self.circuit.resistance,
            self.counter.area_resistance,
        )
        return any(numbers) or any(more)
