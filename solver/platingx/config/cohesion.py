"""Cohesion of a surface inside of the body: what holds its two sides together, and what opening it costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.quantities import Physical, Pressure, as_text, with_default

__all__ = ["Cohesion"]

FractureEnergy = Annotated[float, Physical("surface_energy", above=0.0, maximum=1e6, usual=(1e-3, 1e3))]
Exponent = Annotated[float, Physical("dimensionless", minimum=1.0, maximum=10.0)]
Relaxation = Annotated[float, Physical("time", minimum=0.0, maximum=1e13)]


class Cohesion(Block):
    """A bilinear traction-separation law with damage that does not heal."""

    replaced_whole: ClassVar[bool] = True

    strength: Pressure = Field(description="Largest tensile traction, Pa.")
    fracture_energy: FractureEnergy = Field(description="Energy per area that opening takes, J/m^2.")
    shear_strength: Pressure | None = Field(
        default=None, description="Largest shear traction, Pa; the tensile one if left out."
    )
    shear_fracture_energy: FractureEnergy | None = Field(
        default=None, description="Energy per area that sliding takes, J/m^2; that of opening if left out."
    )
    criterion: Literal["benzeggagh_kenane", "power"] = Field(
        default="benzeggagh_kenane", description="How the energies of opening and sliding mix."
    )
    exponent: Exponent | None = Field(
        default=None, description="Of the mixture; needed where the two energies differ, or with power."
    )
    relaxation_time: Relaxation = with_default(
        "0 s", "With which the damage that acts follows that of the law, s; at once if 0."
    )

    def __str__(self) -> str:
        return f"cohesion {as_text(self.strength)}, {as_text(self.fracture_energy)}"

    def check(self) -> Iterator[Finding]:
        """Check that the energies can be mixed."""
        differs = self.shear_fracture_energy is not None and self.shear_fracture_energy != self.fracture_energy
        if self.exponent is None and (differs or self.criterion == "power"):
            message = "how opening and sliding mix is not said"
            yield Finding("exponent", message, "a number from 1 on", "a measured one; 1 mixes the energies in line")
