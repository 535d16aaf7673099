"""Element sizes along the LLZO surface, and the nodes that follow from them."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.profiles import PitProfile
from platingx_meshes.spacing import LineSize, divide, with_midpoints
from platingx_meshes.surface_pit import SurfacePit

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SurfaceNodes:
    """Nodes of the LLZO surface from the pit tip to the outer side, element ends and middles alternating.

    Attributes
    ----------
    points : m, shape (2 n + 1, 2)
    first_rows : wanted height of the first row of elements beside each node at refinement 1, m
    rim, lithium_end : positions in ``points`` of the pit's rim and of the last node under the lithium
    """

    points: Array
    first_rows: Array
    rim: int
    lithium_end: int


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


def surface_size(geometry: SurfacePit, arc: PitArc) -> LineSize:
    """Element size by arc length from the tip: small at the tip, at the rim and at the end of the lithium."""
    mesh, pit = geometry.mesh, geometry.pit
    layer = geometry.interlayer.thickness / mesh.layers
    tip = geometry.tip_size
    rim = max(min(3.0 * tip, geometry.max_size), min(pit.depth, pit.half_width, arc.total) / 8.0)
    end = arc.total + geometry.lithium_half_length - pit.half_width
    sources = ((0.0, tip), (arc.total, rim), (end, 0.5 * layer))
    return LineSize(sources, mesh.growth_ratio, geometry.max_size, ((0.0, end, max(3.0 * layer, rim)),))


def surface_nodes(geometry: SurfacePit) -> SurfaceNodes:
    """Divide the LLZO surface; tip, curvature jumps, rim and end of the lithium are element ends."""
    pit = geometry.pit
    arc = PitArc.of(pit)
    size = surface_size(geometry, arc)
    refinement = geometry.mesh.refinement
    stops = [0.0, *(arc.length_at(t) for t in pit.breaks()), arc.total]
    in_pit = _chain(stops, size, refinement)
    parameters = with_midpoints(arc.parameter_at(in_pit))
    parameters[1:-1:2] = arc.parameter_at(0.5 * (in_pit[1:] + in_pit[:-1]))
    curve = pit.curve(parameters)
    curve[0], curve[-1] = (0.0, -pit.depth), (pit.half_width, 0.0)

    flat_stops = [pit.half_width, geometry.lithium_half_length]
    if geometry.interlayer.extent == "island":
        flat_stops.append(geometry.electrolyte.half_width)
    shift = arc.total - pit.half_width
    flat_sections = [_chain([a + shift, b + shift], size, refinement) - shift for a, b in pairwise(flat_stops)]
    for section, (first, last) in zip(flat_sections, pairwise(flat_stops), strict=True):
        section[0], section[-1] = first, last
    lithium_end = len(curve) - 1 + 2 * (len(flat_sections[0]) - 1)
    flat = with_midpoints(np.concatenate([flat_sections[0], *(section[1:] for section in flat_sections[1:])]))
    points = np.concatenate([curve, np.column_stack([flat[1:], np.zeros(len(flat) - 1)])])
    lengths = np.concatenate([np.interp(parameters, arc.parameters, arc.lengths), flat[1:] + shift])
    return SurfaceNodes(points, first_row(geometry, lengths), len(curve) - 1, lithium_end)


def first_row(geometry: SurfacePit, length: Array) -> Array:
    """Height of the first row of elements by arc length from the tip, m.

    It grows steadily from the tip size to half a layer of the lithium, so that the rows run smoothly.
    """
    tip = geometry.tip_size
    rest = max(0.5 * geometry.interlayer.thickness / geometry.mesh.layers - tip, 1e-3 * tip)
    return np.asarray(tip + rest * -np.expm1(-0.5 * np.log(geometry.mesh.growth_ratio) * length / rest))


def _chain(stops: list[float], size: LineSize, refinement: float) -> Array:
    """Divide consecutive sections of a line."""
    sections = [divide(a, b, size, refinement) for a, b in pairwise(stops)]
    return np.concatenate([sections[0], *(section[1:] for section in sections[1:])])
