"""Cases without a mesh that are about one metal and its diffusion along paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field

from platingx.config.base import Finding
from platingx.config.library import load_material
from platingx.config.materials import Material
from platingx.config.quantities import Temperature, with_default
from platingx.config.reduced_case import ReducedCase
from platingx.config.regions import check_temperatures, with_roles
from platingx.config.transport import Transport
from platingx.config.value_sources import LibraryBlock
from platingx.constants import AVOGADRO

__all__ = ["OneMetalCase"]


class OneMetalCase(ReducedCase):
    """A case of one metal."""

    temperature: Temperature = with_default("25 degC", "Temperature, the same everywhere, K.")
    materials: dict[str, Material] = Field(description="The metal, by a name of your choice.")

    @property
    def region(self) -> str:
        """Name of the metal."""
        return next(iter(self.materials))

    @property
    def metals(self) -> tuple[str, ...]:
        """Name of the metal."""
        return (self.region,)

    @property
    def metal(self) -> Material:
        """The metal."""
        return self.materials[self.region]

    @property
    def metal_of_library(self) -> str:
        """How the library calls the metal, such as Li; empty for one that the case gives in full."""
        return "" if self.metal.base is None else load_material(self.metal.base).label

    @property
    def atomic_volume(self) -> float:
        """Volume of an atom of the metal, m3."""
        return float(self.metal.molar_volume or 0.0) / AVOGADRO

    def transports(self) -> Mapping[str, Transport]:
        """Diffusion that the case gives, by path."""
        return {}

    def counting_paths(self) -> tuple[str, ...]:
        """Paths of these that count."""
        return tuple(self.transports())

    def library_blocks(self) -> Mapping[str, LibraryBlock]:
        """The metal, and diffusion by path."""
        metals = {f"materials.{name}": material for name, material in self.materials.items()}
        return metals | {f"transport.{path}": given for path, given in self.transports().items()}

    def complete(self) -> None:
        """Give the metal its role and label."""
        if len(self.materials) == 1:
            self.__dict__["materials"] = with_roles(self.materials, self.region)

    def check_metal(self, filled: str, plated: str) -> Iterator[Finding]:
        """Check role, molar volume and temperatures of the metal.

        Parameters
        ----------
        filled, plated
            What is done with it, for the messages.
        """
        place = f"materials.{self.region}"
        if self.metal.role != "metal":
            yield Finding(f"{place}.role", f"{filled} a {self.metal.role}", "metal")
        if self.metal.molar_volume is None:
            message = f"{self.region} is {plated} and needs a molar volume"
            yield Finding(f"{place}.molar_volume", message, "a value such as 13.0 cm^3/mol")
        if self.metal.crystallinity is not None:
            message = "a strength by crystallinity belongs to finite-element cases, whose metal hardens as it flows"
            yield Finding(f"{place}.crystallinity", message, "leave it out")
        yield from check_temperatures(self.materials, float(self.temperature))
