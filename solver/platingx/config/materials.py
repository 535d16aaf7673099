"""Materials of a case: parameters of the library with the case's own over them, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, model_validator

from platingx.config.base import Block, Finding
from platingx.config.crystallinity import Crystallinity
from platingx.config.library import LibraryMaterial, Role, load_material
from platingx.config.quantities import (
    FractureToughness,
    MolarVolume,
    Physical,
    PoissonRatio,
    PositiveNumber,
    Pressure,
    Temperature,
    YoungModulus,
)
from platingx.config.value_sources import LibraryBlock
from platingx.config.viscoplasticity import NoViscoplasticity, Viscoplasticity

__all__ = ["Elasticity", "Fracture", "Material"]


class Elasticity(Block):
    """Isotropic Hencky elasticity; the pressure law matters where the metal is compressed by a quarter."""

    young_modulus: YoungModulus = Field(description="Young's modulus E, Pa.")
    poisson_ratio: PoissonRatio = Field(description="Poisson's ratio nu, above -1 and below 0.5.")
    pressure_law: Literal["hencky_kirchhoff", "hencky_cauchy", "murnaghan"] = Field(
        default="hencky_kirchhoff",
        description="Pressure over volume: hencky_kirchhoff K ln J / J, hencky_cauchy K ln J, or murnaghan.",
    )
    bulk_modulus_derivative: Annotated[float, Physical("dimensionless", above=0.0, usual=(1.0, 10.0))] | None = Field(
        default=None, description="Pressure derivative K' of the bulk modulus; for murnaghan only."
    )
    largest_pressure: Pressure | None = Field(
        default=None, description="Pressure up to which the elastic law holds, Pa; a run beyond it says so."
    )

    @property
    def shear_modulus(self) -> float:
        """Shear modulus G, Pa."""
        return float(self.young_modulus / (2 * (1 + self.poisson_ratio)))

    @property
    def bulk_modulus(self) -> float:
        """Bulk modulus K, Pa."""
        return float(self.young_modulus / (3 * (1 - 2 * self.poisson_ratio)))

    def check(self) -> Iterator[Finding]:
        """Check that Murnaghan's law, and only that, has its K'."""
        if (self.pressure_law == "murnaghan") != (self.bulk_modulus_derivative is not None):
            if self.pressure_law == "murnaghan":
                yield Finding("bulk_modulus_derivative", "the pressure law murnaghan needs K'", "a number, such as 3.5")
            else:
                message = f"K' has no meaning for the pressure law {self.pressure_law}"
                yield Finding("bulk_modulus_derivative", message, hint="leave it out, or write pressure_law: murnaghan")


class Fracture(Block):
    """Strength of a ceramic; compared with the stresses after a run."""

    theoretical_strength: Pressure | None = Field(
        default=None, description="Stress that splits the perfect crystal, Pa."
    )
    toughness: FractureToughness | None = Field(default=None, description="Mode I fracture toughness KIC, Pa m^0.5.")
    flaw_geometry_factor: PositiveNumber | None = Field(
        default=None, description="Factor Y of a surface flaw in KIC = Y s sqrt(pi a)."
    )


class Material(LibraryBlock):
    """Parameters of one region: a name of the library, or values, or a name with values over it."""

    base: str | None = Field(default=None, description="Material of the library (platingx materials lists them).")
    role: Role | None = Field(
        default=None,
        description="metal, electrolyte, collector or other. Left out: that of the library, or metal where the region "
        "grows, or electrolyte.",
    )
    label: str | None = Field(
        default=None,
        min_length=1,
        max_length=40,
        description="How figures and sentences call the region, such as Na; the library's or the region's name if left "
        "out.",
    )
    elasticity: Elasticity
    viscoplasticity: Viscoplasticity = NoViscoplasticity()
    molar_volume: MolarVolume | None = Field(
        default=None, description="Molar volume, m^3/mol; needed by the region that grows."
    )
    melting_temperature: Temperature | None = Field(
        default=None, description="Melting temperature, K; a hotter case is refused."
    )
    fracture: Fracture | None = Field(default=None, description="Strength, for the verdict after a run.")
    crystallinity: Crystallinity | None = Field(
        default=None, description="Strength by the crystalline share of a plated metal, from a table of yours."
    )

    @classmethod
    def entry_of(cls, name: str) -> LibraryMaterial:
        """Entry of the library of a name."""
        return load_material(name)

    @model_validator(mode="wrap")
    @classmethod
    def _from_library(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return cls.from_library(value, handler, "a material is a name of the library or a block")
