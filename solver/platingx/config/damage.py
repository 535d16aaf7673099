"""A phase field of cracks in a ceramic of a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PlainSerializer, PlainValidator

from platingx.config.base import Block, Finding
from platingx.config.geometry import FileGeometry, SurfacePitGeometry
from platingx.config.geometry_3d import SurfacePit3DGeometry
from platingx.config.geometry_specimen import SpecimenGeometry
from platingx.config.materials import Material
from platingx.config.quantities import Count, Fraction, Physical, SmallLength, as_text, with_default
from platingx.config.viscoplasticity import NoViscoplasticity

__all__ = [
    "ELEMENTS",
    "LENGTHS",
    "NO_SOURCE",
    "DamageCrack",
    "PhaseField",
    "check_damage",
    "damaged_region",
    "fracture_energy",
]

NO_SOURCE = (
    "metal in cracks is missing where it comes from, and only the growth by a given current can be told so: not one by "
    "a circuit, with diffusion along the interface, or of a part of your own"
)
LENGTHS = 5.0
"""Lengths l that a flaw, a pit or a flake has to have at least."""
ELEMENTS = 2.0
"""Elements that a length l has to have at least where a crack is."""

_LENGTH = Physical("length", minimum=1e-12, maximum=10.0, usual=(1e-9, 1e-3))
_Coordinate = Annotated[float, Physical("length", minimum=-10.0, maximum=10.0)]
_Energy = Annotated[float, Physical("surface_energy", above=0.0, maximum=1e6, usual=(0.05, 1e3))]


def _length(value: Any) -> Any:
    return value if value == "strength" else _LENGTH.read(value)


class DamagePoint(Block):
    """A place in the section."""

    x: _Coordinate = Field(description="m.")
    y: _Coordinate = Field(description="m.")


class DamageCrack(Block):
    """A straight crack that is there from the start, one row of elements wide."""

    replaced_whole: ClassVar[bool] = True

    start: DamagePoint = Field(description="One end.")
    end: DamagePoint = Field(description="The other end.")

    @property
    def size(self) -> float:
        """Length, m."""
        return float(((self.end.x - self.start.x) ** 2 + (self.end.y - self.start.y) ** 2) ** 0.5)

    def check(self) -> Iterator[Finding]:
        """Check that it has a length."""
        if self.size == 0.0:
            yield Finding("end", "a crack from a point to itself is none", "another point than start")


class PhaseField(Block):
    """Cracks of a ceramic by a phase field (AT1); experimental, see docs/theory.md."""

    replaced_whole: ClassVar[bool] = True

    length: Annotated[
        float | Literal["strength"],
        PlainValidator(_length, json_schema_input_type=SmallLength),
        PlainSerializer(as_text),
    ] = Field(description="Length l of the model, m: an input that has to be small beside flaws, pit and flakes.")
    region: str | None = Field(default=None, description="The ceramic, where there are several.")
    energy: _Energy | None = Field(
        default=None,
        description="Energy of a crack per area G_c, J/m^2; K_IC^2 (1 - nu^2)/E of the ceramic if left out.",
    )
    cracks: tuple[DamageCrack, ...] = Field(default=(), max_length=100, description="Cracks that are there already.")
    faces: Literal["metal", "dry"] = Field(
        description="metal: what is connected to the metal bears its pressure, until it meets a free surface; dry: "
        "nothing does."
    )
    irreversible: Literal["cracked", "all"] = Field(
        default="cracked", description="cracked: damage above 0.95 does not heal; all: no damage heals."
    )
    over_relaxation: Annotated[float, Physical("dimensionless", minimum=1.0, below=2.0)] = with_default(
        1.7, "Factor of the change of the damage from one alternation to the next; 1 for none."
    )
    tolerance: Fraction = with_default(1e-3, "Largest change of the damage at which a step is done.")
    largest_alternations: Count = Field(default=500, description="Alternations after which a step is given up.")


def damaged_region(block: PhaseField, materials: Mapping[str, Material]) -> str | None:
    """Region that is damaged: the one that is named, else the only electrolyte; None where that is not clear."""
    electrolytes = [name for name, material in materials.items() if material.role == "electrolyte"]
    if block.region is not None:
        return block.region if block.region in materials else None
    return electrolytes[0] if len(electrolytes) == 1 else None


def fracture_energy(block: PhaseField, material: Material) -> float | None:
    """Energy of a crack per area, J/m2; None where neither it nor the toughness is known."""
    if block.energy is not None:
        return float(block.energy)
    if material.fracture is None or material.fracture.toughness is None:
        return None
    return float(material.fracture.toughness**2 * (1.0 - material.elasticity.poisson_ratio**2)) / float(
        material.elasticity.young_modulus
    )


def check_damage(
    block: PhaseField | None,
    materials: Mapping[str, Material],
    geometry: SurfacePitGeometry | SurfacePit3DGeometry | SpecimenGeometry | FileGeometry,
    dimension: int | None,
    flaws: bool,
    given_current: bool,
) -> Iterator[Finding]:
    """Check the phase field against the rest of a case.

    Parameters
    ----------
    block : PhaseField or None
        The block.
    materials : mapping
        Materials by region.
    geometry
        Of the case.
    dimension : int or None
        Of the model; None where only a mesh file knows.
    flaws : bool
        Whether the case has flaws that are judged by the stress of an intact ceramic.
    given_current
        Whether nothing but a given current tells how the metal grows.
    """
    if block is None:
        return
    if geometry.symmetry == "axisymmetric" or dimension == 3:
        message = "the phase field is verified in plane strain only, and this is another model"
        yield Finding("damage", message, "a plane-strain model", "leave the block out")
        return
    if flaws:
        message = "flaws are judged by the stress of an intact ceramic, which a phase field does not leave intact"
        yield Finding("damage", message, "fracture or damage, one of the two", "leave one of the blocks out")
    if block.faces == "metal" and not given_current:
        yield Finding("damage.faces", NO_SOURCE, "growth.current_density without interface_diffusion", "or faces: dry")
    region = damaged_region(block, materials)
    if region is None or materials[region].role == "metal":
        message = (
            "the case does not say which ceramic is damaged" if block.region is None else "there is no such ceramic"
        )
        valid = " or ".join(name for name in materials if materials[name].role != "metal")
        yield Finding("damage.region", message, valid)
        return
    yield from _of_material(block, region, materials[region])
    yield from _of_length(block, region, materials[region], geometry)


def _of_material(block: PhaseField, region: str, material: Material) -> Iterator[Finding]:
    if not isinstance(material.viscoplasticity, NoViscoplasticity):
        yield Finding(
            "damage.region", f"{region} flows, and damage is that of an elastic material", "an elastic ceramic"
        )
    if material.elasticity.pressure_law != "hencky_kirchhoff":
        message = (
            f"an open crack stretches its elements, where the law {material.elasticity.pressure_law} of {region} fails"
        )
        yield Finding("damage.region", message, f"materials.{region}.elasticity.pressure_law: hencky_kirchhoff")
    if fracture_energy(block, material) is None:
        message = f"cracks in {region} cannot be judged: neither damage.energy nor its toughness is known"
        yield Finding("damage.energy", message, "an energy, such as 5.6 J/m^2")


def _of_length(block: PhaseField, region: str, material: Material, geometry: object) -> Iterator[Finding]:
    if isinstance(block.length, str):
        yield Finding("damage.length", _of_strength(region, material), "a length, such as a fifth of the shortest flaw")
        return
    length, words = float(block.length), f"{float(block.length) * 1e9:.3g} nm"
    for index, crack in enumerate(block.cracks):
        if crack.size < LENGTHS * length:
            message = f"the crack is {crack.size * 1e9:.3g} nm long, less than {LENGTHS:g} lengths l of {words}"
            valid = f"damage.length at most {crack.size / LENGTHS * 1e9:.3g} nm, or a longer crack"
            yield Finding(f"damage.cracks.{index}", message, valid)
    if not block.cracks and isinstance(geometry, SurfacePitGeometry):
        radius = float(geometry.pit.radius_at_tip)
        if radius < LENGTHS * length:
            message = (
                f"without cracks it begins at the pit, whose tip has a radius of {radius * 1e9:.3g} nm, less than "
                f"{LENGTHS:g} lengths l of {words}"
            )
            yield Finding("damage.length", message, f"at most {radius / LENGTHS * 1e9:.3g} nm", "or give damage.cracks")


def _of_strength(region: str, material: Material) -> str:
    """Why the length is not that of a strength, with the number."""
    reason = "the length l is not taken from a strength"
    found = material.fracture
    if found is None or found.toughness is None or found.theoretical_strength is None:
        return f"{reason}: it is an input, and {region} has not both a toughness and a strength"
    size = float(found.toughness / found.theoretical_strength) ** 2
    return (
        f"{reason}: toughness and theoretical strength of {region} give (K/s)^2 = {size * 1e9:.2g} nm and l = 3/8 of "
        f"that, {0.375e9 * size:.2g} nm, with elements of {0.375e9 * size / 4.0:.2g} nm: smaller than the cell of a "
        "crystal, where there is no continuum"
    )
