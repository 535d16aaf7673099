"""Quadrilaterals in columns for pits whose flanks are never vertical.

The nodes of the LLZO surface, pit included, start columns down into the LLZO (fanning out towards equal
spacing at the bottom) and up through the lithium (drawn in towards the meniscus).
"""

import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.patches import Patch
from platingx_meshes.pit_sizes import SurfaceNodes, surface_nodes
from platingx_meshes.spacing import LineSize, divide, exponential_division, scaled_count
from platingx_meshes.surface_pit import SurfacePit

Array = NDArray[np.float64]

#: How even the nodes at the bottom are spaced: 0 as on the surface, 1 equally.
BOTTOM_EVENNESS = 0.6

#: Where across the lithium, as a fraction of the layers from the LLZO, the elements are highest.
LITHIUM_PEAK = 0.67


def column_patches(geometry: SurfacePit) -> list[Patch]:
    """Patches of the lithium and of the LLZO with their boundaries."""
    surface = surface_nodes(geometry)
    covered = surface.lithium_end
    llzo = llzo_lattice(geometry, surface)
    patches = [
        Patch(
            lithium_lattice(geometry, surface),
            tags.LI,
            {"left": tags.SYMMETRY, "bottom": tags.INTERFACE, "top": tags.COLLECTOR, "right": tags.LI_SIDE},
        )
    ]
    if covered == len(surface.points) - 1:
        sides = {"left": tags.SYMMETRY, "right": tags.LLZO_SIDE, "bottom": tags.LLZO_BOTTOM}
        return [*patches, Patch(llzo, tags.LLZO, sides)]
    left = {"left": tags.SYMMETRY, "bottom": tags.LLZO_BOTTOM}
    right = {"right": tags.LLZO_SIDE, "bottom": tags.LLZO_BOTTOM, "top": tags.LLZO_TOP}
    return [*patches, Patch(llzo[: covered + 1], tags.LLZO, left), Patch(llzo[covered:], tags.LLZO, right)]


def llzo_lattice(geometry: SurfacePit, surface: SurfaceNodes) -> Array:
    """Nodes of the LLZO from the bottom (j = 0) to the surface, shape (columns, rows, 2)."""
    depth, half_width = geometry.electrolyte.depth, geometry.electrolyte.half_width
    rows = _rows_below(geometry)
    top = surface.points
    thickness = (top[:, 1] + depth)[:, None]
    down = exponential_division(
        scaled_count(rows, geometry.mesh.refinement),
        surface.first_rows / thickness[:, 0],
        np.log(geometry.mesh.growth_ratio),
        rows,
    )
    bottom = BOTTOM_EVENNESS * half_width * np.linspace(0.0, 1.0, len(top)) + (1.0 - BOTTOM_EVENNESS) * top[:, 0]
    fan = 1.0 - (1.0 - down) ** 2
    x = (1.0 - fan) * top[:, :1] + fan * bottom[:, None]
    y = top[:, 1:] - thickness * down
    y[:, -1] = -depth
    return np.ascontiguousarray(np.stack([x, y], axis=-1)[:, ::-1])


def lithium_lattice(geometry: SurfacePit, surface: SurfaceNodes) -> Array:
    """Nodes of the lithium from the interface (j = 0) to the collector, shape (columns, rows, 2)."""
    foot = surface.points[: surface.lithium_end + 1]
    top = geometry.collector_height(foot[:, 0])[:, None]
    thickness = top - foot[:, 1:]
    layers, refinement = geometry.mesh.layers, geometry.mesh.refinement
    up = exponential_division(
        scaled_count(layers, refinement),
        surface.first_rows[: len(foot)] / thickness[:, 0],
        np.log(geometry.mesh.growth_ratio),
        layers,
        LITHIUM_PEAK,
    )
    length, meniscus = geometry.lithium_half_length, geometry.meniscus_depth
    power = np.clip(0.7 * length / meniscus, 1.0, 3.0) if meniscus > 0.0 else 1.0
    drawn = meniscus * (foot[:, :1] / length) ** power
    x = foot[:, :1] - drawn * 4.0 * up * (1.0 - up)
    y = foot[:, 1:] + thickness * up
    y[:, -1:] = top
    return np.stack([x, y], axis=-1)


def _rows_below(geometry: SurfacePit) -> int:
    """Rows of elements through the LLZO below the tip at refinement 1."""
    height = geometry.electrolyte.depth - geometry.pit.depth
    size = LineSize(((0.0, geometry.tip_size),), geometry.mesh.growth_ratio, geometry.max_size)
    return len(divide(0.0, height, size, 1.0)) - 1
