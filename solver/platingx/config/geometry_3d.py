"""The surface pit in three dimensions: blocks of a case for the builder surface_pit_3d."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.geometry import Interlayer, Pit, pit_in_plate
from platingx.config.quantities import Fraction, Length, Physical, with_default

__all__ = ["Collector3D", "Electrolyte3D", "MeshSizes3D", "Place", "SurfacePit3DGeometry"]

Coordinate = Annotated[float, Physical("length", minimum=-10.0, maximum=10.0)]


class Electrolyte3D(Block):
    """The ceramic plate, centred at x = y = 0."""

    half_width: Length = Field(description="Half width of the plate along x (radius of a cylinder), m.")
    half_length: Length | None = Field(
        default=None, description="Half width of the plate along y, m; half_width if left out. For a box only."
    )
    depth: Length = Field(description="Thickness of the plate below its surface, m.")
    outline: Literal["box", "cylinder"] = Field(default="box", description="Outline of the plate seen from above.")

    def check(self) -> Iterator[Finding]:
        """Check that only a box has a length of its own."""
        if self.outline == "cylinder" and self.half_length is not None:
            yield Finding("half_length", "a cylinder has its radius, half_width, only", hint="leave it out")


class Collector3D(Block):
    """The current collector: the shape of the top face of the metal."""

    shape: Literal["flat", "arc", "sphere"] = Field(
        default="flat", description="flat, an arc (a cylinder along y) or a sphere; convex, lowest at x = 0."
    )
    radius: Length | None = Field(default=None, description="Radius of the arc or sphere, m.")

    def check(self) -> Iterator[Finding]:
        """Check that a curved collector, and only that, has a radius."""
        if self.shape != "flat" and self.radius is None:
            yield Finding("radius", f"the shape {self.shape} needs a radius", "a length with its unit, such as 2400 nm")
        if self.shape == "flat" and self.radius is not None:
            hint = "leave it out (write null if the case extends another), or write shape: arc or sphere"
            yield Finding("radius", "a flat collector has no radius", hint=hint)


class Place(Block):
    """Where the axis of a pit is."""

    x: Coordinate = with_default("0 nm", "Distance from the middle of the plate along x, m.")
    y: Coordinate = with_default("0 nm", "Distance from the middle of the plate along y, m.")


class MeshSizes3D(Block):
    """How fine the mesh is; every size is divided by `refinement`."""

    tip_fraction: Fraction = with_default(
        0.5, "Element size at the pit tip as a fraction of the tip's radius of curvature."
    )
    growth_ratio: Annotated[float, Physical("dimensionless", above=1.0, below=2.0)] = with_default(
        1.6, "Largest ratio of the sizes of neighbouring elements away from the tip."
    )
    layers: Annotated[int, Field(strict=True, ge=2, le=200)] = Field(
        default=4, description="Number of elements through the interlayer away from the pit."
    )
    max_size: Length | None = Field(
        default=None, description="Largest element, m; a quarter of the plate's smallest side if left out."
    )
    cell: Literal["hexahedron", "tetrahedron"] = Field(
        default="hexahedron",
        description="Shape of the second-order elements: hexahedra for one pit in the middle without a vertical flank "
        "or a groove, tetrahedra for any round pits.",
    )
    refinement: Annotated[float, Physical("dimensionless", minimum=0.1, maximum=16.0)] = with_default(
        1.0, "One factor that divides all sizes: 0.5 is coarse, 2 is fine; for convergence studies."
    )


class SurfacePit3DGeometry(Block):
    """A plate with one or more surface pits under a layer of metal and a collector, in three dimensions."""

    builder: Literal["surface_pit_3d"] = Field(description="surface_pit_3d: made from the lengths below, z upwards.")
    extent: Literal["quarter", "half", "full"] = Field(
        default="quarter", description="Part that is modelled: x and y from 0, x from 0, or the whole plate."
    )
    form: Literal["round", "groove"] = Field(
        default="round", description="The pit's profile turned about its vertical axis, or drawn out along y."
    )
    electrolyte: Electrolyte3D
    pit: Pit
    places: Annotated[tuple[Place, ...], Field(min_length=1)] = Field(
        default=(Place.model_validate({}),),
        description="Axes of the pits; one in the middle if left out. Round pits only.",
    )
    interlayer: Interlayer
    collector: Collector3D = Collector3D()
    mesh: MeshSizes3D = MeshSizes3D.model_validate({})

    @property
    def symmetry(self) -> Literal["three_dimensional"]:
        """Meaning of the model, beside those of two dimensions."""
        return "three_dimensional"

    def check(self) -> Iterator[Finding]:
        """Check that pit and plate fit each other; the builder knows the rest."""
        yield from pit_in_plate(self.pit, float(self.electrolyte.half_width), float(self.electrolyte.depth))
        if self.interlayer.spread_length is not None:
            hint = "leave it out: metal slides on ceramic in plane strain and axisymmetry"
            yield Finding("interlayer.spread_length", "only plane meshes have it", hint=hint)
        if self.form == "groove" and any(place.x != 0.0 or place.y != 0.0 for place in self.places):
            yield Finding("places", "places are those of round pits; a groove lies along x = 0", "no places")
        if self.mesh.cell == "hexahedron" and self.form == "round":
            if self.pit.profile == "semi_ellipse":
                message = "hexahedra cannot follow the vertical flank of a semi_ellipse"
                yield Finding("mesh.cell", message, "tetrahedron")
            if any(place.x != 0.0 or place.y != 0.0 for place in self.places):
                yield Finding("mesh.cell", "hexahedra are for one pit in the middle", "tetrahedron")
        if self.mesh.cell == "tetrahedron" and self.form == "groove":
            yield Finding("mesh.cell", "a groove is made of hexahedra", "hexahedron")
