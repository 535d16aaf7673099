"""Diffusion of a metal: along an interface or a surface, through itself, or through a mixed conductor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, model_validator

from platingx.config.base import Block, Finding
from platingx.config.library import LibraryTransport, load_transport
from platingx.config.quantities import MolarEnergy, Physical, Temperature, with_default
from platingx.config.value_sources import LibraryBlock

__all__ = ["PathName", "Transport", "Transports"]

PathName = Literal["interface", "wall", "surface", "bulk"]

Diffusivity = Annotated[float, Physical("diffusivity", above=0.0, maximum=1.0, usual=(1e-22, 1e-7))]
NumberDensity = Annotated[float, Physical("number_density", above=0.0, maximum=1e32, usual=(1e26, 1e30))]
Width = Annotated[float, Physical("length", minimum=1e-12, maximum=1e-3, usual=(1e-10, 1e-8))]

_NEEDS: Mapping[str, tuple[str, str]] = {
    "interface": ("width", "width of the layer, such as 0.2 nm"),
    "surface": ("width", "width of the layer, such as 0.2 nm"),
    "wall": ("concentration", "atoms of the metal per volume of the wall, such as 1.65e22 1/cm^3"),
}


class Transport(LibraryBlock):
    """Diffusivity D exp(-Q/R (1/T - 1/T0)): a name of the library, or values, or a name with values over it."""

    base: str | None = Field(default=None, description="Entry of the library (platingx materials lists them).")
    diffusivity: Diffusivity = Field(description="Diffusivity at the reference temperature, m^2/s.")
    reference_temperature: Temperature = with_default("300 K", "Temperature T0 at which that holds, K.")
    activation_energy: MolarEnergy = with_default("0 J/mol", "Activation energy Q, J/mol; zero for no dependence.")
    width: Width | None = Field(default=None, description="Width of an interface or of a layer at a surface, m.")
    concentration: NumberDensity | None = Field(
        default=None, description="Atoms of the metal per volume of a mixed conductor, 1/m^3."
    )

    @classmethod
    def entry_of(cls, name: str) -> LibraryTransport:
        """Entry of the library of a name."""
        return load_transport(name)

    @model_validator(mode="wrap")
    @classmethod
    def _from_library(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return cls.from_library(value, handler, "diffusion is a name of the library or a block")


class Transports(Block):
    """Diffusion along the paths of a tubule; which of them count is said by ``paths``."""

    interface: Transport | None = Field(default=None, description="Between metal and wall, where the bore is filled.")
    wall: Transport | None = Field(default=None, description="Through the wall, a mixed conductor.")
    surface: Transport | None = Field(default=None, description="Along the bare wall, where the bore is empty.")
    bulk: Transport | None = Field(default=None, description="Through the metal itself.")

    def given(self) -> dict[str, Transport]:
        """Those that the case gives, by path."""
        paths = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: transport for name, transport in paths.items() if transport is not None}

    def check(self) -> Iterator[Finding]:
        """Check that each has what its path needs, and nothing that has no meaning there."""
        for name, transport in self.given().items():
            needed, words = _NEEDS.get(name, ("", ""))
            if needed and getattr(transport, needed) is None:
                yield Finding(f"{name}.{needed}", f"the path {name} needs the key {needed}", words)
            for key in ("width", "concentration"):
                if key != needed and getattr(transport, key) is not None:
                    yield Finding(f"{name}.{key}", f"a {key} has no meaning for the path {name}", "leave it out")
