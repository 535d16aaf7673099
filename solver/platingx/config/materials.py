"""Materials of a case: parameters of the library with the case's own over them, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, ModelWrapValidatorHandler, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from platingx.config.base import Block, Finding
from platingx.config.library import LibraryValue, Role, Status, flatten, load_material, overlay
from platingx.config.quantities import (
    FractureToughness,
    MolarVolume,
    Physical,
    PoissonRatio,
    PositiveNumber,
    Pressure,
    Temperature,
    YoungModulus,
    case_error,
)
from platingx.config.viscoplasticity import NoViscoplasticity, Viscoplasticity
from platingx.units import Quantity, UnitError, parse

__all__ = ["Elasticity", "Fracture", "Material", "ValueSource"]


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


@dataclass(frozen=True)
class ValueSource:
    """Where a value of a material comes from.

    Parameters
    ----------
    text : str
        The value as written.
    source : str
        Paper, code or data set; ``case`` for a value of the case itself.
    status : str
        verified, verified-secondary (read in a digest that quotes the source), derived, unverified, or user.
    note : str
        Remark.
    range : tuple of float, optional
        What else is plausible, relative to the value: (0.9, 1.1).
    """

    text: str
    source: str
    status: Status | Literal["user"]
    note: str = ""
    range: tuple[float, float] | None = None


class Material(Block):
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
    _sources: dict[str, ValueSource] = PrivateAttr(default_factory=dict)

    @property
    def sources(self) -> Mapping[str, ValueSource]:
        """Where each value comes from, by its key, e.g. ``"elasticity.young_modulus"``."""
        return self._sources

    @model_validator(mode="wrap")
    @classmethod
    def _from_library(cls, value: Any, handler: ModelWrapValidatorHandler[Material]) -> Material:
        if isinstance(value, Material):
            return value
        given = {"base": value} if isinstance(value, str) else value
        if not isinstance(given, dict):
            raise case_error("a material is a name of the library or a block", "a name, or {base: NAME, ...}")
        library: dict[str, ValueSource] = {}
        if given.get("base") is not None:
            given, library = _over_base(given)
        material = handler(given)
        material._sources = dict(_sources(material, library))
        return material


def _over_base(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, ValueSource]]:
    """Lay the values of the case over those of its library material."""
    entry = load_material(given["base"])
    merged = overlay(entry.parameters(), given)
    merged["base"] = given["base"]
    present = {path for path, leaf in flatten(merged) if leaf is not None}
    unknown = [path for path, value in entry.values() if value.value is None and path not in present]
    if unknown:
        hint = f"give {' and '.join(unknown)} in the case"
        raise PydanticCustomError(
            "findings",
            "unknown values",
            {
                "findings": [
                    Finding(path, f"the library does not know this value of {entry.name}", hint=hint)
                    for path in unknown
                ]
            },
        )
    sources = {
        path: ValueSource(str(value.value), value.source, value.status, value.note, _relative(value))
        for path, value in entry.values()
    }
    return merged, sources


def _relative(value: LibraryValue) -> tuple[float, float] | None:
    """Range of a value of the library over the value; all three have one unit."""
    if value.range is None:
        return None
    low, centre, high = (float(str(text).split()[0]) for text in (value.range[0], value.value, value.range[1]))
    return low / centre, high / centre


def _sources(material: Material, library: dict[str, ValueSource]) -> Iterator[tuple[str, ValueSource]]:
    for path, value in quantities_of(material):
        known = library.get(path)
        if known is not None and _same(known.text, value):
            yield path, known
        elif value.given is not None or value.dimension == "dimensionless":
            yield path, ValueSource(value.given or repr(float(value)), "case", "user")


def _same(text: str, value: Quantity) -> bool:
    try:
        return parse(text, value.dimension) == value
    except UnitError:
        return False


def quantities_of(block: Block, prefix: str = "") -> Iterator[tuple[str, Quantity]]:
    """Yield every quantity of a block and of the blocks in it, with its key."""
    for name in type(block).model_fields:
        value = getattr(block, name)
        if isinstance(value, Quantity):
            yield f"{prefix}{name}", value
        elif isinstance(value, Block):
            yield from quantities_of(value, f"{prefix}{name}.")
