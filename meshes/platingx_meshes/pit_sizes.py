"""Element sizes along the LLZO surface, and the nodes that follow from them."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.profiles import PitProfile
from platingx_meshes.spacing import LineSize, divide, with_midpoints
from platingx_meshes.surface_pit import PitPlate, SurfacePit

Array = NDArray[np.float64]

#: Height of the first LLZO elements over their length along the surface: the stress at a notch falls off into
#: the depth far faster than along the surface. With one half the error of sigma_1 is a third of that with one.
FIRST_ROW = 0.5


@dataclass(frozen=True)
class Cover:
    """What the lithium asks of the LLZO surface below it.

    Attributes
    ----------
    end : x of its last point on the LLZO, m
    end_size, largest_size : element sizes at the end and anywhere below the lithium, m
    spread, spread_size : length beyond the end that lithium may spread over, and largest element size there, m
    """

    end: float
    end_size: float
    largest_size: float
    spread: float = 0.0
    spread_size: float = 0.0

    @classmethod
    def of(cls, geometry: SurfacePit) -> "Cover":
        """Sizes of the lithium: that of its side at its end, at most that or three layers along it."""
        side, layer, spread = geometry.side_size, geometry.layer_size, geometry.interlayer.spread_length or 0.0
        return cls(geometry.lithium_half_length, side, max(3.0 * layer, side), spread, max(layer, side))


@dataclass(frozen=True)
class SurfaceNodes:
    """Nodes of the LLZO surface from the pit tip to the outer side, element ends and middles alternating.

    Attributes
    ----------
    points : m, shape (2 n + 1, 2)
    sizes : wanted element size at each node at refinement 1, m
    near_sizes : element size beside the surface at refinement 1, growing steadily from the tip, m
    rim, covered : positions in ``points`` of the pit's rim and of the last node under the lithium
    """

    points: Array
    sizes: Array
    near_sizes: Array
    rim: int
    covered: int


@dataclass(frozen=True)
class PitArc:
    """Arc length along a pit profile, tabulated."""

    parameters: Array
    lengths: Array

    @classmethod
    def of(cls, pit: PitProfile) -> "PitArc":
        """Tabulate a profile, refined towards tip and rim."""
        near = np.geomspace(1e-6, 1.0, 2000)
        t = np.unique(np.concatenate([[0.0], near, 1.0 - near, np.linspace(0.0, 1.0, 20001)]))
        steps = np.linalg.norm(np.diff(pit.curve(t), axis=0), axis=1)
        return cls(t, np.concatenate([[0.0], np.cumsum(steps)]))

    @property
    def total(self) -> float:
        """Length from tip to rim, m."""
        return float(self.lengths[-1])

    def length_at(self, t: float) -> float:
        """Arc length at a parameter, m."""
        return float(np.interp(t, self.parameters, self.lengths))

    def parameter_at(self, length: Array) -> Array:
        """Parameter at an arc length."""
        return np.asarray(np.interp(length, self.lengths, self.parameters))


def rim_size(plate: PitPlate) -> float:
    """Element size at the rim at refinement 1, m.

    An eighth of the pit (of its half width for a flat pit), or 0.4 of the radius of curvature when that is less.
    """
    depth, half_width, tip = plate.pit.depth, plate.pit.half_width, plate.tip_size
    size = max(min(depth, half_width) / 8.0, min(tip, half_width / 8.0))
    return min(size, max(0.4 * plate.pit.rim_radius, tip))


def surface_nodes(
    plate: PitPlate, cover: Cover | None, extra_breaks: tuple[float, ...] = (), pit_elements: int = 1
) -> SurfaceNodes:
    """Divide the LLZO surface; tip, curvature jumps, rim and end of the lithium are element ends.

    Parameters
    ----------
    plate : the LLZO
    cover : the lithium on it, if any
    extra_breaks : further parameters of the pit curve that must be element ends
    pit_elements : least number of elements along the pit at refinement 1
    """
    pit, refinement, half_width = plate.pit, plate.mesh.refinement, plate.electrolyte.half_width
    arc = PitArc.of(pit)
    shift = arc.total - pit.half_width  # arc length minus x on the flat surface
    size = _line_size(plate, arc, cover, arc.total / pit_elements)
    breaks = sorted({*pit.breaks(), *extra_breaks})
    ends = _chain([0.0, *(arc.length_at(t) for t in breaks), arc.total], size, refinement)
    parameters = arc.parameter_at(with_midpoints(ends))
    for t in breaks:
        parameters[np.abs(parameters - t).argmin()] = t
    curve = pit.curve(parameters)
    curve[0], curve[-1] = (0.0, -pit.depth), (pit.half_width, 0.0)

    stops = [pit.half_width, half_width]
    if cover is not None and cover.end < half_width:
        stops.insert(1, cover.end)
    sections = [divide(a + shift, b + shift, size, refinement) - shift for a, b in pairwise(stops)]
    for section, (first, last) in zip(sections, pairwise(stops), strict=True):
        section[0], section[-1] = first, last
    flat = with_midpoints(np.concatenate([sections[0], *(section[1:] for section in sections[1:])]))[1:]
    lengths = np.concatenate([with_midpoints(ends), flat + shift])
    return SurfaceNodes(
        points=np.concatenate([curve, np.column_stack([flat, np.zeros(len(flat))])]),
        sizes=size(lengths),
        near_sizes=_near_size(plate, cover, lengths),
        rim=len(curve) - 1,
        covered=len(curve) - 1 + 2 * (len(sections[0]) - 1),
    )


def _line_size(plate: PitPlate, arc: PitArc, cover: Cover | None, in_pit: float) -> LineSize:
    """Element size by arc length from the tip: small at the tip, at the rim and at the end of the lithium."""
    rim = rim_size(plate)
    sources = [(0.0, plate.tip_size), (arc.total, rim)]
    caps = [(0.0, arc.total, in_pit)]
    if cover is not None:
        end = arc.total + cover.end - plate.pit.half_width
        sources.append((end, cover.end_size))
        caps.append((0.0, end, max(cover.largest_size, rim)))
        if cover.spread:
            caps.append((end, end + cover.spread, cover.spread_size))
    return LineSize(tuple(sources), plate.mesh.growth_ratio, plate.max_size, tuple(caps))


def _near_size(plate: PitPlate, cover: Cover | None, length: Array) -> Array:
    """Size of elements beside the surface by arc length from the tip, m.

    It grows steadily from the tip size to that at the end of the lithium, so that the rows run smoothly.
    """
    tip = plate.tip_size
    far = rim_size(plate) if cover is None else cover.end_size
    rest = max(far - tip, 1e-3 * tip)
    return np.asarray(tip + rest * -np.expm1(-0.5 * np.log(plate.mesh.growth_ratio) * length / rest))


def _chain(stops: list[float], size: LineSize, refinement: float) -> Array:
    """Divide consecutive sections of a line."""
    sections = [divide(a, b, size, refinement) for a, b in pairwise(stops)]
    return np.concatenate([sections[0], *(section[1:] for section in sections[1:])])
