"""Flaws of the ceramic that a run looks at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_serializer, model_validator

from platingx.config.base import Block, Finding
from platingx.config.geometry import FileGeometry, SurfacePitGeometry
from platingx.config.geometry_3d import SurfacePit3DGeometry
from platingx.config.geometry_specimen import SpecimenGeometry
from platingx.config.materials import Material
from platingx.config.quantities import Fraction, Physical, SmallLength, as_text, case_error, with_default

__all__ = ["REFUSAL", "CrackGrowth", "Flaw", "FlawPlace", "Flaws", "check_flaws", "length_tag", "region_of_flaw"]

REFUSAL = (
    "flaws are slits in a plane section: in an axisymmetric body a line of the section is a cone or a ring, and in "
    "space a crack has a front along which its stress intensity varies,"
)
"""Why flaws are judged in plane strain only."""

VALID_PLACES = "pit_tip, {x: 240 nm} for a surface, or {x: 240 nm, y: -300 nm} for the middle of a buried flaw"

_Coordinate = Annotated[float, Physical("length", minimum=-10.0, maximum=10.0)]
_Angle = Annotated[float, Physical("angle", minimum=0.0, below=3.141592653589793)]
_Stress = Annotated[float, Physical("pressure", minimum=-1e12, maximum=1e12)]


class FlawPlace(Block):
    """Where a flaw is: at the tip of the pit, at the surface of the ceramic at some x, or inside of it at x and y."""

    tip: Literal["pit_tip"] | None = Field(
        default=None, description="At the tip of the pit of a built geometry. Also as a word alone."
    )
    x: _Coordinate | None = Field(default=None, description="x of the mouth, or of the middle of a buried flaw, m.")
    y: _Coordinate | None = Field(default=None, description="y of the middle of a buried flaw; left out at a surface.")

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value != "pit_tip":
            raise case_error(f"'{value}' is no place of a flaw", VALID_PLACES)
        return {"tip": value}

    @model_serializer
    def as_case(self) -> Any:
        """Give the place as a case would write it."""
        return self.tip or {
            name: as_text(getattr(self, name)) for name in ("x", "y") if getattr(self, name) is not None
        }

    @property
    def is_buried(self) -> bool:
        """Whether it is inside of the ceramic."""
        return self.y is not None

    def check(self) -> Iterator[Finding]:
        """Check that it says one place."""
        if (self.tip is None) == (self.x is None) or (self.tip is not None and self.y is not None):
            yield Finding("", "the place of a flaw is not clear", VALID_PLACES)


_Place = Annotated[
    FlawPlace, BeforeValidator(lambda value: value, json_schema_input_type=Literal["pit_tip"] | FlawPlace)
]
"""A block, or its word."""


class Flaw(Block):
    """A sharp straight flaw, once for each of its lengths."""

    replaced_whole: ClassVar[bool] = True

    name: str = Field(
        min_length=1,
        max_length=30,
        pattern=r"^[a-z][a-z0-9_]*$",
        description="Short name, part of those of its results.",
    )
    at: _Place = Field(
        description="pit_tip of a built geometry; {x} for the surface towards the metal, or the free one, at that x; "
        "{x, y} for the middle of a buried flaw."
    )
    angle: _Angle = with_default(
        "90 deg", "Angle to the surface, from its side towards larger x; of a buried flaw that to x."
    )
    lengths: tuple[SmallLength, ...] = Field(
        min_length=1,
        max_length=50,
        description="Lengths from mouth to tip; of a buried flaw from tip to tip, ascending.",
    )
    faces: Literal["metal", "dry", "both"] = Field(
        description="metal: its faces bear the pressure of the metal at the mouth; dry: nothing does; both: each is "
        "judged."
    )
    region: str | None = Field(default=None, description="The ceramic it is in, where there are several.")

    def check(self) -> Iterator[Finding]:
        """Check that the lengths ascend, and that a flaw at a surface goes into the ceramic."""
        if float(self.angle) == 0.0 and not self.at.is_buried:
            yield Finding("angle", "a flaw along the surface is none", "above 0 and below 180 deg")
        for index in range(1, len(self.lengths)):
            if self.lengths[index] <= self.lengths[index - 1]:
                yield Finding(
                    f"lengths.{index}", "the lengths of a flaw have to ascend", "each longer than the one before"
                )


class CrackGrowth(Block):
    """Growth of one of the flaws by `platingx crack RUN --grow`, in increments, controlled by the charge."""

    replaced_whole: ClassVar[bool] = True

    flaw: str = Field(description="Name of the flaw that grows; it begins with the shortest of its lengths.")
    fill: Literal["full", "front", "dry"] = Field(
        description="full: the metal of the mouth fills the crack at one pressure; front: it flows along the crack as "
        "a film, up to a front; dry: the crack stays empty."
    )
    aperture: SmallLength | None = Field(
        default=None,
        description="Of fill: front: width between the faces without load, that do not fit, m.",
    )
    increment: Fraction = with_default(0.15, "Longest increment, relative to the length of the crack.")
    refinement: Annotated[float, Physical("dimensionless", minimum=0.5, maximum=8.0)] = with_default(
        1.0, "Divides the sizes of the elements around the crack."
    )

    def check(self) -> Iterator[Finding]:
        """Check that an aperture is given where a film needs it, and only there."""
        if self.fill == "front" and self.aperture is None:
            message = "a film of metal needs a width to enter by, which nobody has measured: it has no default"
            yield Finding("aperture", message, "a length, such as 0.5 nm", "vary it")
        if self.fill != "front" and self.aperture is not None:
            yield Finding("aperture", f"plays no role with fill: {self.fill}", "left out, or fill: front")


class Flaws(Block):
    """Fracture mechanics of given flaws of the ceramic."""

    replaced_whole: ClassVar[bool] = True

    flaws: tuple[Flaw, ...] = Field(min_length=1, max_length=100, description="The flaws.")
    criterion: Literal["energy", "coupled"] = Field(
        default="energy",
        description="energy: growth of the flaws by their stress intensity; coupled: also when a crack appears at the "
        "smooth surface of each place, by stress and energy.",
    )
    residual_stress: _Stress = with_default(
        "0 Pa", "Stress along the surface that the ceramic has before plating, tension positive, Pa."
    )
    growth: CrackGrowth | None = Field(
        default=None, description="Which of the flaws grows by `platingx crack RUN --grow`, and how."
    )

    def check(self) -> Iterator[Finding]:
        """Check that names are unique, and that the flaw that grows is one of them."""
        names = [flaw.name for flaw in self.flaws]
        if self.growth is not None and self.growth.flaw not in names:
            yield Finding("growth.flaw", f"there is no flaw {self.growth.flaw}", " or ".join(names))
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Finding(f"flaws.{index}.name", f"two flaws are called {name}", "a name for each")


def region_of_flaw(flaw: Flaw, materials: Mapping[str, Material]) -> str | None:
    """Region that a flaw is in: the one it names, else the only electrolyte; None where that is not clear."""
    electrolytes = [name for name, material in materials.items() if material.role == "electrolyte"]
    if flaw.region is not None:
        return flaw.region if flaw.region in materials else None
    return electrolytes[0] if len(electrolytes) == 1 else None


def check_flaws(
    block: Flaws | None,
    materials: Mapping[str, Material],
    geometry: SurfacePitGeometry | SurfacePit3DGeometry | SpecimenGeometry | FileGeometry,
    dimension: int | None,
    above: tuple[str, ...] = (),
) -> Iterator[Finding]:
    """Check flaws against the rest of a case.

    Parameters
    ----------
    block : Flaws or None
        The flaws.
    materials : mapping
        Materials by region.
    geometry
        Of the case.
    dimension : int or None
        Of the model; None where only a mesh file knows.
    above : tuple of str
        Keys above the block, which those of the findings begin with.
    """
    if block is None:
        return
    axisymmetric = geometry.symmetry == "axisymmetric"
    if axisymmetric or dimension == 3:
        message = f"{REFUSAL} and this is {'an axisymmetric' if axisymmetric else 'a three-dimensional'} model"
        yield Finding(".".join(above), message, "a plane-strain model", "leave the block out")
        return
    for index, flaw in enumerate(block.flaws):
        for finding in _of_flaw(flaw, materials, isinstance(geometry, SurfacePitGeometry)):
            key = ".".join((*above, f"flaws.{index}", *filter(None, (finding.key,))))
            yield Finding(key, finding.message, finding.valid, finding.hint)


def _of_flaw(flaw: Flaw, materials: Mapping[str, Material], has_pit: bool) -> Iterator[Finding]:
    """What is wrong with one flaw, by its keys."""
    region = region_of_flaw(flaw, materials)
    if region is None or materials[region].role == "metal":
        unclear = "the case does not say which ceramic the flaw is in"
        message = unclear if flaw.region is None else f"there is no ceramic {flaw.region}"
        yield Finding("region", message, " or ".join(name for name in materials if materials[name].role != "metal"))
    elif (found := materials[region].fracture) is None or found.toughness is None:
        message = f"flaws of {region} cannot be judged: its toughness is not known"
        hint = f"give materials.{region}.fracture.toughness"
        yield Finding("region" if flaw.region else "", message, "a ceramic with a toughness", hint)
    if flaw.at.tip is not None and not has_pit:
        yield Finding("at", "the tip of a pit is known in built geometries only", "{x: ...}")


def length_tag(length: float) -> str:
    """Length of a flaw, in m, as part of a name: ``100nm``, ``2p5nm``."""
    return f"{length * 1e9:.6g}nm".replace(".", "p").replace("+", "")
