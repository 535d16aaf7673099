"""The main geometry: a surface pit in LLZO under a lithium interlayer and a current collector, half model.

Coordinates: x (or the radius r) from the symmetry line, y upwards, the flat LLZO surface at y = 0, the pit at
x = 0 below it. Plane strain and axisymmetric models share the geometry. All parameters in m.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from platingx_meshes.checks import check_choice, check_count, check_length, check_number, length_text
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.profiles import PitProfile

ARC_ELEMENTS = 8.0
"""Length of the arc of a tip over the largest element at the tip, at refinement 1: five elements up to the flank."""


@dataclass(frozen=True)
class Electrolyte:
    """LLZO plate: half width and depth, m."""

    half_width: float
    depth: float

    def __post_init__(self) -> None:
        check_length("electrolyte half_width", self.half_width)
        check_length("electrolyte depth", self.depth)


@dataclass(frozen=True)
class Interlayer:
    """Lithium between LLZO and collector.

    Parameters
    ----------
    thickness : height of the collector above the flat LLZO surface at x = 0, m
    extent : ``wall`` fills the gap up to the half width; ``island`` ends at ``half_length``
    half_length : half length of an island on the LLZO and on the collector, m
    meniscus_depth : how far the free side of an island is drawn into the lithium, m (0: straight)
    spread_length : way beyond an island that it may spread over, where the LLZO surface is as fine as the layers, m
    """

    thickness: float
    extent: Literal["wall", "island"] = "wall"
    half_length: float | None = None
    meniscus_depth: float | None = None
    spread_length: float | None = None

    def __post_init__(self) -> None:
        check_length("interlayer thickness", self.thickness)
        check_choice("interlayer extent", self.extent, ("wall", "island"))
        if self.extent == "wall":
            for name in ("half_length", "meniscus_depth", "spread_length"):
                if getattr(self, name) is not None:
                    raise MeshBuildError(f"interlayer {name} belongs to extent island, not to extent wall")
            return
        if self.half_length is None:
            raise MeshBuildError("interlayer half_length is missing: extent island needs it")
        check_length("interlayer half_length", self.half_length)
        if self.meniscus_depth is not None:
            check_length("interlayer meniscus_depth", self.meniscus_depth, 0.0, 0.6 * self.half_length, closed_low=True)
        if self.spread_length is not None:
            check_length("interlayer spread_length", self.spread_length)


@dataclass(frozen=True)
class Collector:
    """Shape of the lithium's top face: ``flat``, or a convex ``arc`` of ``radius`` (m), lowest at x = 0."""

    shape: Literal["flat", "arc"] = "flat"
    radius: float | None = None

    def __post_init__(self) -> None:
        check_choice("collector shape", self.shape, ("flat", "arc"))
        if self.shape == "arc":
            if self.radius is None:
                raise MeshBuildError("collector radius is missing: shape arc needs it")
            check_length("collector radius", self.radius)
        elif self.radius is not None:
            raise MeshBuildError("collector radius belongs to shape arc, not to shape flat")

    def rise(self, x: ArrayLike) -> NDArray[np.float64]:
        """Height of the face above its lowest point, m: R - sqrt(R^2 - x^2) for an arc."""
        x = np.asarray(x, dtype=float)
        if self.radius is None:
            return np.zeros_like(x)
        return np.asarray(x**2 / (self.radius + np.sqrt((self.radius - x) * (self.radius + x))))


@dataclass(frozen=True)
class MeshSize:
    """Element sizes.

    Parameters
    ----------
    tip_fraction : element length along the pit at its tip over the tip's radius of curvature; rounded down to
        whole elements, a sixth of the pit's half width at most, and an eighth of an arc that ends on a straight flank;
        quadrilaterals are half as high there
    growth_ratio : limit of the size ratio of neighbouring elements along a line, at refinement 1
    layers : elements through the interlayer, at refinement 1
    max_size : largest element, m; default: an eighth of the smaller of the plate's half width and depth
    side_size : length along the LLZO of the lithium's last elements before its side, at refinement 1, m; default:
        half the height of a layer
    cell : ``quadrilateral`` (9 nodes) or ``triangle`` (6 nodes)
    refinement : divides all sizes; meshes of different refinement are self-similar
    """

    tip_fraction: float = 0.15
    growth_ratio: float = 1.2
    layers: int = 12
    max_size: float | None = None
    cell: Literal["quadrilateral", "triangle"] = "quadrilateral"
    refinement: float = 1.0
    side_size: float | None = None

    def __post_init__(self) -> None:
        check_number("mesh tip_fraction", self.tip_fraction, 0.0, 1.0)
        check_number("mesh growth_ratio", self.growth_ratio, 1.0, 2.0)
        check_count("mesh layers", self.layers, 2, 200)
        if self.max_size is not None:
            check_length("mesh max_size", self.max_size)
        if self.side_size is not None:
            check_length("mesh side_size", self.side_size)
        check_choice("mesh cell", self.cell, ("quadrilateral", "triangle"))
        check_number("mesh refinement", self.refinement, 0.1, 16.0, closed_low=True)


@dataclass(frozen=True)
class PitPlate:
    """LLZO plate with a pit, without lithium; sizes that do not fit together are refused here."""

    electrolyte: Electrolyte
    pit: PitProfile
    mesh: MeshSize = field(default_factory=MeshSize)

    def __post_init__(self) -> None:
        check_length("pit half_width", self.pit.half_width, 0.0, 0.8 * self.electrolyte.half_width)
        check_length("pit depth", self.pit.depth, 0.0, 0.8 * self.electrolyte.depth)
        if self.mesh.max_size is not None:
            check_length("mesh max_size", self.mesh.max_size, self.tip_size, closed_low=True)

    @property
    def tip_size(self) -> float:
        """Element size at the tip at refinement 1, m; at most a sixth of the half width, an eighth of a short arc."""
        wanted = self.mesh.tip_fraction * self.pit.curvature_radius
        return min(wanted, self.pit.half_width / 6.0, self.pit.tip_arc / ARC_ELEMENTS)

    @property
    def max_size(self) -> float:
        """Largest element size at refinement 1, m."""
        if self.mesh.max_size is not None:
            return self.mesh.max_size
        return max(self.tip_size, min(self.electrolyte.half_width, self.electrolyte.depth) / 8.0)


@dataclass(frozen=True)
class SurfacePit:
    """All parameters of the geometry; sizes that do not fit together are refused here."""

    electrolyte: Electrolyte
    pit: PitProfile
    interlayer: Interlayer
    collector: Collector = field(default_factory=Collector)
    mesh: MeshSize = field(default_factory=MeshSize)

    def __post_init__(self) -> None:
        half_width = self.plate.electrolyte.half_width
        if self.interlayer.half_length is not None:
            check_length(
                "interlayer half_length", self.interlayer.half_length, 1.05 * self.pit.half_width, 0.95 * half_width
            )
        if self.collector.radius is not None and self.collector.radius <= 1.01 * self.lithium_half_length:
            raise MeshBuildError(
                f"collector radius = {length_text(self.collector.radius)} is out of range: it must be above "
                f"{length_text(1.01 * self.lithium_half_length)}, the reach of the lithium beneath it"
            )
        self._check_meniscus()

    def _check_meniscus(self) -> None:
        """Refuse a side whose upper end leaves its edge above the arc: it would cross the arc further in."""
        radius, length = self.collector.radius, self.lithium_half_length
        if radius is None or not self.meniscus_depth:
            return
        slope = length / float(np.sqrt(radius**2 - length**2))
        deepest = float(self.collector_height(length)) / (4.0 * slope)
        if self.meniscus_depth > deepest:
            raise MeshBuildError(
                f"interlayer meniscus_depth = {length_text(self.meniscus_depth)} is out of range: it must be at most "
                f"{length_text(deepest)}, or the side of the lithium crosses the arc of the collector",
                "a flatter arc (a larger radius), or a thicker layer",
            )

    @property
    def plate(self) -> PitPlate:
        """The LLZO part of the geometry."""
        return PitPlate(self.electrolyte, self.pit, self.mesh)

    @property
    def layer_size(self) -> float:
        """Mean height of the elements through the interlayer at refinement 1, m."""
        return self.interlayer.thickness / self.mesh.layers

    @property
    def side_size(self) -> float:
        """Length along the LLZO of the lithium's last elements before its side at refinement 1, m."""
        return 0.5 * self.layer_size if self.mesh.side_size is None else self.mesh.side_size

    @property
    def lithium_half_length(self) -> float:
        """Reach of the lithium along the LLZO, m."""
        return self.interlayer.half_length or self.electrolyte.half_width

    @property
    def meniscus_depth(self) -> float:
        """Depth of the meniscus, m; zero for a wall."""
        return self.interlayer.meniscus_depth or 0.0

    def collector_height(self, x: ArrayLike) -> NDArray[np.float64]:
        """Height y of the collector, m."""
        return self.interlayer.thickness + self.collector.rise(x)

    def side_curve(self, t: ArrayLike) -> NDArray[np.float64]:
        """Points (n, 2) of the lithium's side from the LLZO (t = 0) to the collector (t = 1), m.

        A parabola drawn into the lithium by the meniscus depth at half height; straight for a wall.
        """
        t = np.asarray(t, dtype=float)
        length = self.lithium_half_length
        x = length - 4.0 * self.meniscus_depth * t * (1.0 - t)
        return np.stack([x, float(self.collector_height(length)) * t], axis=-1)
