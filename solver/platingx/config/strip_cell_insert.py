"""The inert metal of a stripping cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.electrochemistry import Capacitance, ExchangeCurrentDensity, Transfer
from platingx.config.materials import Material
from platingx.config.quantities import Voltage, with_default

__all__ = ["InertInsert", "check_insert"]


class Oxidation(Block):
    """Oxidation of an insert: Tafel kinetics, for the electrolyte has none of its ions to go back with."""

    potential: Voltage = with_default("0.33 V", "Its equilibrium potential against the stripped metal, V.")
    exchange_current_density: ExchangeCurrentDensity = Field(description="i0 at that potential, A/m^2.")
    alpha: Transfer = with_default(0.5, "Transfer coefficient of reduction; that of oxidation is 1 - alpha.")


class InertInsert(Block):
    """A second metal in the place of the void, of the same shape: it keeps its volume and blocks the current."""

    region: str = Field(description="Which of the two materials it is.")
    double_layer: Capacitance = with_default("5 uF/cm^2", "Capacitance of its contact with the electrolyte, F/m^2.")
    oxidation: Oxidation | None = Field(default=None, description="Its own oxidation; none if left out.")


def check_insert(insert: InertInsert, materials: Mapping[str, Material]) -> Iterator[Finding]:
    """Check that there is a metal for it, which can creep and has a volume."""
    inert, place = materials.get(insert.region), f"materials.{insert.region}"
    if inert is None:
        yield Finding("insert.region", f"there is no material {insert.region}", " or ".join(materials))
    elif inert.role != "metal":
        yield Finding(f"{place}.role", f"the insert is a {inert.role}", "metal")
    elif inert.viscoplasticity.law in ("none", "user"):
        message = f"no steady creep rate is known of the flow law of {insert.region}"
        yield Finding(f"{place}.viscoplasticity", message, "norton or a law of the library")
    elif inert.molar_volume is None:
        message = f"{insert.region} is oxidised or kept, and needs a molar volume"
        yield Finding(f"{place}.molar_volume", message, "a value such as 23.7 cm^3/mol")
