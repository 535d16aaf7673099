"""Plain geometries for verification: box, Cook's membrane, quarter of a thick cylinder, filled tube. Lengths in m."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.checks import check_choice, check_count, check_length, check_number
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.patches import Patch, join
from platingx_meshes.spacing import with_midpoints

Array = NDArray[np.float64]
CELLS = ("quadrilateral", "triangle")
OUTER_SIDES = {"left": "left", "right": "right", "bottom": "bottom", "top": "top"}


@dataclass(frozen=True)
class Box:
    """Rectangle [0, width] x [0, height], as one region or as LLZO below and lithium above.

    Parameters
    ----------
    width, height : m
    cells_x, cells_y : number of elements
    region : name of the region, or of the lower one when ``interface_height`` is given
    interface_height : m; when given, ``llzo`` lies below it and ``li`` above, with boundary ``interface``
    cell : ``quadrilateral`` or ``triangle``, second order
    distortion : moves inner nodes by this fraction of an element (0 to 0.3), for patch tests
    """

    width: float = 1.0
    height: float = 1.0
    cells_x: int = 4
    cells_y: int = 4
    region: str = tags.LI
    interface_height: float | None = None
    cell: Literal["quadrilateral", "triangle"] = "quadrilateral"
    distortion: float = 0.0

    def __post_init__(self) -> None:
        check_length("box width", self.width)
        check_length("box height", self.height)
        check_count("box cells_x", self.cells_x, 1, 4096)
        check_count("box cells_y", self.cells_y, 1 if self.interface_height is None else 2, 4096)
        check_choice("box region", self.region, tuple(tags.REGIONS))
        check_choice("box cell", self.cell, CELLS)
        check_number("box distortion", self.distortion, 0.0, 0.3, closed_low=True)
        if self.interface_height is not None:
            check_length("box interface_height", self.interface_height, 0.0, self.height)
            if self.interface_height >= self.height:
                raise MeshBuildError("box interface_height must be below the box height")


def build_box(box: Box) -> MeshData:
    """Mesh a box with boundaries left, right, bottom, top (and interface)."""
    x = np.linspace(0.0, box.width, box.cells_x + 1, dtype=np.float64)
    if box.interface_height is None:
        y = np.linspace(0.0, box.height, box.cells_y + 1, dtype=np.float64)
        return join([Patch(_grid(x, y, box.distortion), box.region, OUTER_SIDES)], box.cell)
    below = int(np.clip(round(box.cells_y * box.interface_height / box.height), 1, box.cells_y - 1))
    lower = np.linspace(0.0, box.interface_height, below + 1, dtype=np.float64)
    upper = np.linspace(box.interface_height, box.height, box.cells_y - below + 1, dtype=np.float64)
    sides = {"left": "left", "right": "right"}
    patches = [
        Patch(_grid(x, upper, box.distortion), tags.LI, {**sides, "bottom": tags.INTERFACE, "top": "top"}),
        Patch(_grid(x, lower, box.distortion), tags.LLZO, {**sides, "bottom": "bottom"}),
    ]
    return join(patches, box.cell)


def _grid(x: Array, y: Array, distortion: float) -> Array:
    """Lattice of a rectangle; inner element corners are moved by a fixed pattern, middles follow."""
    corners = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)
    i, j = np.meshgrid(np.arange(len(x)), np.arange(len(y)), indexing="ij")
    pattern = np.stack([np.sin(2.1 * i + 3.7 * j), np.cos(4.3 * i + 1.9 * j)], axis=-1)
    steps = np.array([x[1] - x[0], y[1] - y[0]])
    corners[1:-1, 1:-1] += (distortion * steps * pattern)[1:-1, 1:-1]
    return _bilinear(corners)


def _bilinear(corners: Array) -> Array:
    """Insert straight-sided middle and centre nodes between element corners."""
    lattice = np.empty((2 * corners.shape[0] - 1, 2 * corners.shape[1] - 1, 2))
    lattice[::2, ::2] = corners
    lattice[1::2, ::2] = 0.5 * (corners[1:] + corners[:-1])
    lattice[:, 1::2] = 0.5 * (lattice[:, 2::2] + lattice[:, :-2:2])
    return lattice


@dataclass(frozen=True)
class CooksMembrane:
    """Cook's tapered panel with corners (0, 0), (48, 44), (48, 60), (0, 44), times ``scale``."""

    cells: int = 8
    scale: float = 1.0
    region: str = tags.LI
    cell: Literal["quadrilateral", "triangle"] = "quadrilateral"

    def __post_init__(self) -> None:
        check_count("membrane cells", self.cells, 1, 1024)
        check_number("membrane scale", self.scale, 0.0)
        check_choice("membrane region", self.region, tuple(tags.REGIONS))
        check_choice("membrane cell", self.cell, CELLS)


def build_cooks_membrane(membrane: CooksMembrane) -> MeshData:
    """Mesh Cook's membrane with boundaries left (clamped), right (loaded), bottom, top."""
    u = np.linspace(0.0, 1.0, membrane.cells + 1, dtype=np.float64)
    s, t = np.meshgrid(u, u, indexing="ij")
    corners = np.stack([48.0 * s, 44.0 * s + t * (44.0 - 28.0 * s)], axis=-1) * membrane.scale
    return join([Patch(_bilinear(corners), membrane.region, OUTER_SIDES)], membrane.cell)


@dataclass(frozen=True)
class QuarterAnnulus:
    """Quarter of a thick cylinder about the origin (Lame), with nodes on the exact circles."""

    inner_radius: float = 1.0
    outer_radius: float = 2.0
    cells_radial: int = 4
    cells_angular: int = 8
    region: str = tags.LLZO
    cell: Literal["quadrilateral", "triangle"] = "quadrilateral"

    def __post_init__(self) -> None:
        check_length("annulus inner_radius", self.inner_radius)
        check_length("annulus outer_radius", self.outer_radius, self.inner_radius)
        check_count("annulus cells_radial", self.cells_radial, 1, 1024)
        check_count("annulus cells_angular", self.cells_angular, 1, 1024)
        check_choice("annulus region", self.region, tuple(tags.REGIONS))
        check_choice("annulus cell", self.cell, CELLS)


def build_quarter_annulus(annulus: QuarterAnnulus) -> MeshData:
    """Mesh a quarter annulus with boundaries inner, outer, bottom (y = 0) and left (x = 0)."""
    radius = with_midpoints(
        np.linspace(annulus.inner_radius, annulus.outer_radius, annulus.cells_radial + 1, dtype=np.float64)
    )
    angle = with_midpoints(np.linspace(0.0, 0.5 * np.pi, annulus.cells_angular + 1, dtype=np.float64))
    cosine, sine = np.cos(angle), np.sin(angle)
    cosine[-1] = 0.0
    points = np.stack([radius[:, None] * cosine, radius[:, None] * sine], axis=-1)
    sides = {"left": "inner", "right": "outer", "bottom": "bottom", "top": "left"}
    return join([Patch(points, annulus.region, sides)], annulus.cell)


@dataclass(frozen=True)
class FilledTube:
    """Half a section of a tube filled with metal, about the axis x = 0: ``li`` inside, its wall as ``llzo``."""

    inner_radius: float = 5e-8
    outer_radius: float = 6e-8
    length: float = 2e-6
    cells_metal: int = 4
    cells_wall: int = 4
    cells_along: int = 40
    cell: Literal["quadrilateral", "triangle"] = "quadrilateral"

    def __post_init__(self) -> None:
        check_length("tube inner_radius", self.inner_radius)
        check_length("tube outer_radius", self.outer_radius, self.inner_radius)
        check_length("tube length", self.length)
        for name in ("cells_metal", "cells_wall", "cells_along"):
            check_count(f"tube {name}", getattr(self, name), 1, 4096)
        check_choice("tube cell", self.cell, CELLS)


def build_filled_tube(tube: FilledTube) -> MeshData:
    """Mesh it with boundaries bottom (root), top (tip), left (axis) of the metal, interface, and those of the wall."""
    along = np.linspace(0.0, tube.length, tube.cells_along + 1, dtype=np.float64)
    inside = np.linspace(0.0, tube.inner_radius, tube.cells_metal + 1, dtype=np.float64)
    outside = np.linspace(tube.inner_radius, tube.outer_radius, tube.cells_wall + 1, dtype=np.float64)
    metal = {"left": "left", "right": tags.INTERFACE, "bottom": "bottom", "top": "top"}
    wall = {"right": "outer", "bottom": tags.ELECTROLYTE_BOTTOM, "top": tags.ELECTROLYTE_TOP}
    patches = [
        Patch(_grid(inside, along, 0.0), tags.LI, metal),
        Patch(_grid(outside, along, 0.0), tags.LLZO, wall),
    ]
    return join(patches, tube.cell)
