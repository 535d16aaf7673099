"""The surface pit in three dimensions: a plate of LLZO with one or more pits, lithium and a collector above it.

Coordinates: x and y along the flat LLZO surface at z = 0, z upwards. The plate is centred at x = y = 0; a quarter
model is its part x >= 0, y >= 0, a half model the part x >= 0. All parameters in m.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from platingx_meshes.checks import check_choice, check_length, length_text
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.profiles import PitProfile
from platingx_meshes.surface_pit import Collector, Electrolyte, Interlayer, MeshSize, SurfacePit

Array = NDArray[np.float64]
Place = tuple[float, float]
Extent = Literal["quarter", "half", "full"]

#: Distance between the rims of neighbouring pits, and of a rim from a plane of symmetry, over the half width.
SMALLEST_GAP = 0.1


@dataclass(frozen=True)
class Block:
    """LLZO plate: half widths along x and y and depth, m; a ``cylinder`` has ``half_width`` as its radius."""

    half_width: float
    depth: float
    half_length: float | None = None
    outline: Literal["box", "cylinder"] = "box"

    def __post_init__(self) -> None:
        check_length("electrolyte half_width", self.half_width)
        check_length("electrolyte depth", self.depth)
        check_choice("electrolyte outline", self.outline, ("box", "cylinder"))
        if self.half_length is not None:
            check_length("electrolyte half_length", self.half_length)
            if self.outline == "cylinder":
                raise MeshBuildError("electrolyte half_length belongs to outline box, not to outline cylinder")

    @property
    def reach(self) -> tuple[float, float]:
        """Half widths along x and y, m."""
        return self.half_width, self.half_length or self.half_width


@dataclass(frozen=True)
class Cap:
    """Rigid collector: ``flat``, an ``arc`` (cylinder along y) or a ``sphere`` of ``radius`` (m), lowest at x = 0."""

    shape: Literal["flat", "arc", "sphere"] = "flat"
    radius: float | None = None

    def __post_init__(self) -> None:
        check_choice("collector shape", self.shape, ("flat", "arc", "sphere"))
        _ = self.section

    @property
    def section(self) -> Collector:
        """The same in the plane y = 0."""
        return Collector("flat" if self.shape == "flat" else "arc", self.radius)

    def rise(self, x: ArrayLike, y: ArrayLike) -> Array:
        """Height of the face above its lowest point, m."""
        return self.section.rise(np.hypot(x, y) if self.shape == "sphere" else x)


@dataclass(frozen=True)
class SurfacePit3D:
    """All parameters of the geometry; sizes that do not fit together are refused here.

    Parameters
    ----------
    electrolyte : the plate
    pit : profile, turned about the vertical axis (``round``) or drawn out along y (``groove``)
    interlayer : lithium; an island is round over a round pit and a strip over a groove
    collector : rigid face above the lithium
    form : see ``pit``
    places : axes of round pits, m
    extent : which part of the plate is modelled
    cell : ``hexahedron`` (27 nodes) for one round pit in the middle or a groove, ``tetrahedron`` (10 nodes) else
    mesh : sizes, as of the section, whose kind of cell does not matter here
    """

    electrolyte: Block
    pit: PitProfile
    interlayer: Interlayer
    collector: Cap = field(default_factory=Cap)
    form: Literal["round", "groove"] = "round"
    places: tuple[Place, ...] = ((0.0, 0.0),)
    extent: Extent = "quarter"
    cell: Literal["hexahedron", "tetrahedron"] = "hexahedron"
    mesh: MeshSize = field(default_factory=MeshSize)

    def __post_init__(self) -> None:
        check_choice("pit form", self.form, ("round", "groove"))
        check_choice("extent", self.extent, ("quarter", "half", "full"))
        check_choice("mesh cell", self.cell, ("hexahedron", "tetrahedron"))
        _ = self.section
        for size in self.electrolyte.reach:
            if self.form == "round":
                check_length("pit half_width", self.pit.half_width, 0.0, 0.8 * size)
                if self.interlayer.half_length is not None:
                    check_length("interlayer half_length", self.interlayer.half_length, 0.0, 0.95 * size)
        self._check_collector()
        self._check_places()
        self._check_cells()

    def _check_collector(self) -> None:
        reach, radius = self.lithium_reach, self.collector.radius
        if self.collector.shape == "sphere" and radius is not None and radius <= 1.01 * reach:
            raise MeshBuildError(
                f"collector radius = {length_text(radius)} is out of range: it must be above "
                f"{length_text(1.01 * reach)}, the reach of the lithium beneath it"
            )

    def _check_places(self) -> None:
        if not self.places:
            raise MeshBuildError("places is empty: give the place of one pit at least")
        if self.form == "groove":
            if self.places != ((0.0, 0.0),):
                raise MeshBuildError("places are those of round pits; a groove lies along x = 0")
            return
        for i, place in enumerate(self.places):
            fault = self._fault(place, self.places[:i])
            if fault:
                raise MeshBuildError(f"places[{i}] = ({length_text(place[0])}, {length_text(place[1])}): {fault}")

    def _fault(self, place: Place, others: tuple[Place, ...]) -> str:
        """What is wrong with the place of a pit beside others; empty when nothing is."""
        (reach_x, reach_y), radius = self.electrolyte.reach, self.pit.half_width
        x, y = place
        clear = (1.0 + SMALLEST_GAP) * radius
        outside = max(abs(x) - reach_x, abs(y) - reach_y)
        if self.interlayer.half_length is not None:
            outside = max(outside, float(np.hypot(x, y)) - self.interlayer.half_length)
        if outside + clear > 0.0:
            return "the pit there does not lie under the lithium"
        for axis, value in self._symmetric(x, y).items():
            if value != 0.0 and value < clear:
                return (
                    f"the axis must lie on {axis} = 0, the plane of symmetry of a {self.extent} model, or the pit "
                    f"clear of it: {axis} above {length_text(clear)}"
                )
        if any(np.hypot(x - other[0], y - other[1]) < radius + clear for other in others):
            return "the pit there overlaps another one"
        return ""

    def _symmetric(self, x: float, y: float) -> dict[str, float]:
        """Coordinates across the planes of symmetry."""
        return {"quarter": {"x": x, "y": y}, "half": {"x": x}, "full": {}}[self.extent]

    def _check_cells(self) -> None:
        if self.cell == "hexahedron" and self.form == "round":
            if self.places != ((0.0, 0.0),):
                raise MeshBuildError("mesh cell = hexahedron is for one pit at x = y = 0; try cell: tetrahedron")
            if self.pit.name == "semi_ellipse":
                raise MeshBuildError(
                    "mesh cell = hexahedron is not for the vertical flank of a semi_ellipse; try cell: tetrahedron"
                )
        if self.cell == "tetrahedron":
            if self.form == "groove":
                raise MeshBuildError("mesh cell = tetrahedron is for round pits; a groove has hexahedra")
            if self.electrolyte.outline == "cylinder":
                raise MeshBuildError("mesh cell = tetrahedron is for outline box; a cylinder has hexahedra")
            if self.meniscus_depth > 0.0 and self.collector.shape == "arc":
                raise MeshBuildError(
                    "a meniscus under an arc needs mesh cell = hexahedron; or give the collector the shape sphere"
                )

    @property
    def section(self) -> SurfacePit:
        """The plane y = 0 of the geometry with a pit in its middle: its sizes are those of the three dimensions."""
        plate = Electrolyte(self.electrolyte.half_width, self.electrolyte.depth)
        return SurfacePit(plate, self.pit, self.interlayer, self.collector.section, self.mesh)

    @property
    def lithium_reach(self) -> float:
        """Largest distance of the lithium from the middle, m."""
        if self.form == "round" and self.interlayer.half_length is not None:
            return self.interlayer.half_length
        x, y = self.electrolyte.reach
        if self.electrolyte.outline == "cylinder":
            return x
        return float(np.hypot(self.interlayer.half_length or x, y))

    @property
    def meniscus_depth(self) -> float:
        """Depth of the meniscus, m; zero for a straight side."""
        return self.interlayer.meniscus_depth or 0.0

    def collector_height(self, x: ArrayLike, y: ArrayLike) -> Array:
        """Height z of the collector, m."""
        return self.interlayer.thickness + self.collector.rise(x, y)
