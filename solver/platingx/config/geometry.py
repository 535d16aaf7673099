"""Where the metal and the electrolyte are: built from a few lengths, or read from a mesh file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.quantities import Fraction, Length, Physical, SmallLength, with_default
from platingx.config.text_files import is_file

__all__ = [
    "Collector",
    "Electrolyte",
    "FileGeometry",
    "Interlayer",
    "MeshSizes",
    "Pit",
    "SurfacePitGeometry",
    "Symmetry",
    "pit_in_plate",
]

LARGEST_PIT = 0.8  # of the plate, in width and depth
Symmetry = Literal["plane_strain", "axisymmetric"]


class Electrolyte(Block):
    """The ceramic plate; the model is its right half, from the symmetry plane or axis outwards."""

    half_width: Length = Field(description="Half width of the plate (radius if axisymmetric), m.")
    depth: Length = Field(description="Thickness of the plate below its surface, m.")


class Pit(Block):
    """The flaw in the surface of the ceramic, centred on the symmetry plane or axis."""

    profile: Literal["cosine_squared", "semi_ellipse", "spherical_cap", "rounded_v"] = Field(
        default="cosine_squared",
        description="Shape: -depth cos^2(pi x / 2 half_width), half an ellipse, an arc, or a V with a rounded tip.",
    )
    depth: SmallLength = Field(description="Depth of the pit below the surface of the plate, m.")
    half_width: SmallLength = Field(description="Half width of the pit at the surface, m.")
    tip_radius: Length | None = Field(default=None, description="Radius of the rounded tip, m; for rounded_v only.")

    def check(self) -> Iterator[Finding]:
        """Check that the tip radius fits the profile."""
        if self.profile == "spherical_cap" and self.depth > self.half_width:
            yield Finding("depth", "an arc is at most as deep as half its width", f"at most {self.half_width:g} m")
        if self.profile != "rounded_v":
            if self.tip_radius is not None:
                yield Finding(
                    "tip_radius", f"the profile {self.profile} has no tip radius of its own", hint="leave it out"
                )
            return
        if self.tip_radius is None:
            yield Finding(
                "tip_radius", "the profile rounded_v needs a tip radius", "a length with its unit, such as 5 nm"
            )
            return
        limit = min(self.half_width, (self.depth**2 + self.half_width**2) / (2 * self.depth))
        if self.tip_radius >= limit:
            yield Finding("tip_radius", "the rounded tip is too wide for this V", f"below {limit:.4g} m")

    @property
    def arc_at_tip(self) -> float | None:
        """Length of the rounded tip from the deepest point to the straight flank, m; None for profiles without one.

        The flank, at the angle t to the surface, touches the arc: b sin(t) - (a - r) cos(t) = r.
        """
        if self.tip_radius is None:
            return None
        rise = self.depth - self.tip_radius
        angle = math.atan2(rise, self.half_width) + math.asin(self.tip_radius / math.hypot(self.half_width, rise))
        return float(self.tip_radius * angle)

    @property
    def radius_at_tip(self) -> float:
        """Radius at the deepest point, m: 2 b^2/(pi^2 a) for cos^2, b^2/a for the ellipse, (a^2+b^2)/2a for the arc."""
        if self.tip_radius is not None:
            return float(self.tip_radius)
        if self.profile == "spherical_cap":
            return (self.depth**2 + self.half_width**2) / (2 * self.depth)
        radius = self.half_width**2 / self.depth
        return 2 * radius / math.pi**2 if self.profile == "cosine_squared" else radius


class Interlayer(Block):
    """The metal between the ceramic and the current collector before growth."""

    thickness: SmallLength = Field(description="Gap between the flat plate and the collector at x = 0, m.")
    extent: Literal["island", "wall"] = Field(
        default="wall", description="wall: the metal fills the gap to the outer side; island: it ends at half_length."
    )
    half_length: Length | None = Field(
        default=None, description="Half length (radius) of the island, m; for island only."
    )
    meniscus_depth: Annotated[float, Physical("length", minimum=0.0, maximum=10.0)] | None = Field(
        default=None,
        description="Depth of the concave meniscus at the free side, m; for island only, 0 nm if left out.",
    )
    spread_length: Length | None = Field(
        default=None,
        description="Way beyond the island that the metal may spread over, where the ceramic's surface has elements no "
        "longer than the layers are high, m; for island only, none if left out.",
    )

    def check(self) -> Iterator[Finding]:
        """Check that the island has what it needs, and the wall nothing of it."""
        if self.extent == "wall":
            for name in ("half_length", "meniscus_depth", "spread_length"):
                if getattr(self, name) is not None:
                    hint = "leave it out (write null if the case extends another), or write extent: island"
                    yield Finding(name, f"{name} belongs to an island, but the extent is wall", hint=hint)
            return
        if self.half_length is None:
            yield Finding("half_length", "an island needs its half length", "a length with its unit, such as 240 nm")
        elif self.meniscus_depth is not None and self.meniscus_depth >= self.half_length:
            yield Finding(
                "meniscus_depth", "the meniscus is deeper than the island is long", f"below {self.half_length:g} m"
            )


class Collector(Block):
    """The current collector: the shape of the top face of the metal."""

    shape: Literal["flat", "arc"] = Field(
        default="flat", description="flat, or a convex circular arc touching down at x = 0."
    )
    radius: Length | None = Field(default=None, description="Radius of the arc, m; for arc only.")

    def check(self) -> Iterator[Finding]:
        """Check that an arc, and only an arc, has a radius."""
        if self.shape == "arc" and self.radius is None:
            yield Finding("radius", "an arc needs a radius", "a length with its unit, such as 2400 nm")
        if self.shape == "flat" and self.radius is not None:
            hint = "leave it out (write null if the case extends another), or write shape: arc"
            yield Finding("radius", "a flat collector has no radius", hint=hint)


class MeshSizes(Block):
    """How fine the mesh is; every size is divided by `refinement`."""

    tip_fraction: Fraction = with_default(
        0.15, "Element size at the pit tip as a fraction of the tip's radius of curvature."
    )
    growth_ratio: Annotated[float, Physical("dimensionless", above=1.0, below=2.0)] = with_default(
        1.2, "Largest ratio of the sizes of neighbouring elements away from the tip."
    )
    layers: Annotated[int, Field(strict=True, ge=2, le=200)] = Field(
        default=12, description="Number of elements through the interlayer away from the pit."
    )
    max_size: Length | None = Field(
        default=None, description="Largest element, m; an eighth of the plate's smaller side if left out."
    )
    side_size: Length | None = Field(
        default=None,
        description="Length of the metal's last elements before its outer side, m; half the height of a layer if left "
        "out. Metal that is squeezed past a free side shears long elements less out of shape.",
    )
    cell: Literal["quadrilateral", "triangle"] = Field(
        default="quadrilateral", description="Shape of the second-order elements."
    )
    refinement: Annotated[float, Physical("dimensionless", minimum=0.1, maximum=16.0)] = with_default(
        1.0, "One factor that divides all sizes: 0.5 is coarse, 2 is fine; for convergence studies."
    )

    def check(self) -> Iterator[Finding]:
        """Check that only elements that may be longer than high are asked to be so."""
        if self.side_size is not None and self.cell == "triangle":
            hint = "leave it out (write null if the case extends another), or write cell: quadrilateral"
            yield Finding("side_size", "triangles are as high as they are long", hint=hint)


class SurfacePitGeometry(Block):
    """A plate with a surface pit under a layer of metal and a collector."""

    builder: Literal["surface_pit"] = Field(description="surface_pit: made from the lengths below.")
    symmetry: Symmetry = Field(default="plane_strain", description="Meaning of the 2D half model.")
    electrolyte: Electrolyte
    pit: Pit
    interlayer: Interlayer
    collector: Collector = Collector()
    mesh: MeshSizes = MeshSizes.model_validate({})

    @property
    def metal_half_width(self) -> float:
        """Half width of the metal, m."""
        island = self.interlayer.half_length
        return float(self.electrolyte.half_width if island is None else island)

    def check(self) -> Iterator[Finding]:
        """Check that pit, island and arc fit each other and the plate."""
        plate, pit, layer = self.electrolyte, self.pit, self.interlayer
        yield from pit_in_plate(pit, float(plate.half_width), float(plate.depth))
        if layer.half_length is not None:
            if layer.half_length >= plate.half_width:
                hint = "for metal up to the outer side write extent: wall"
                yield Finding(
                    "interlayer.half_length",
                    "the island is wider than the plate",
                    f"below {plate.half_width:g} m",
                    hint,
                )
            if layer.half_length - (layer.meniscus_depth or 0.0) <= pit.half_width:
                message = "the island, less its meniscus, does not cover the pit"
                yield Finding(
                    "interlayer.half_length", message, f"above {pit.half_width + (layer.meniscus_depth or 0.0):g} m"
                )
            room = plate.half_width - layer.half_length
            if layer.spread_length is not None and layer.spread_length > room:
                message = "the metal would spread beyond the plate"
                yield Finding("interlayer.spread_length", message, f"at most {room:g} m", "a wider plate")
        if self.collector.radius is not None and self.collector.radius <= self.metal_half_width:
            message = "the arc does not reach over the metal"
            yield Finding(
                "collector.radius", message, f"above {self.metal_half_width:g} m, the half width of the metal"
            )


def pit_in_plate(pit: Pit, half_width: float, depth: float) -> Iterator[Finding]:
    """Check a pit against half width and depth of its plate, m."""
    for key, size, limit in (("half_width", pit.half_width, half_width), ("depth", pit.depth, depth)):
        if size >= LARGEST_PIT * limit:
            message = f"the {key.replace('_', ' ')} of the pit is too large for the plate"
            yield Finding(
                f"pit.{key}", message, f"below {LARGEST_PIT * limit:g} m, {LARGEST_PIT:g} of that of the plate"
            )


class FileGeometry(Block):
    """A mesh made elsewhere, with named regions and boundaries."""

    builder: Literal["file"] = Field(
        description="file: read from a .msh, .inp, .med, .vtu, .vtk, .xdmf, Medit or Nastran file."
    )
    path: str = Field(min_length=1, description="Mesh file, relative to the case file.")
    symmetry: Symmetry = Field(default="plane_strain", description="Meaning of a 2D mesh.")
    length_unit: Length = with_default("1 m", "Length of one unit of the file's coordinates, such as 1 um.")
    regions: dict[str, str] = Field(
        default_factory=dict, description="Names in the file, by the names used here: {li: LITHIUM, llzo: CERAMIC}."
    )
    boundaries: dict[str, str] = Field(
        default_factory=dict, description="Names in the file, by the names used here: {collector: TOP, ...}."
    )
    cell_array: str | None = Field(
        default=None,
        min_length=1,
        description="Numbers by cell that name the groups, where a file (.vtu, .vtk, .xdmf) has several such arrays.",
    )

    def check(self) -> Iterator[Finding]:
        """Check that the file is there."""
        if not is_file(Path(self.path)):
            yield Finding("path", f"there is no mesh file {self.path}", "a file, relative to the case file")
