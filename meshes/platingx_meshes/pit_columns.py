"""Quadrilaterals in columns for pits whose flanks are never vertical.

The nodes of the LLZO surface, pit included, start columns down into the LLZO (fanning out towards equal
spacing at the bottom) and up through the lithium (drawn in towards the meniscus).
"""

import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.patches import Patch
from platingx_meshes.pit_sizes import FIRST_ROW, Cover, SurfaceNodes, surface_nodes
from platingx_meshes.spacing import LineSize, divide, exponential_division, scaled_count
from platingx_meshes.surface_pit import PitPlate, SurfacePit

Array = NDArray[np.float64]

#: How even the nodes at the bottom are spaced: 0 as on the surface, 1 equally.
BOTTOM_EVENNESS = 0.6

#: Where across the lithium, as a fraction of the layers from the LLZO, the elements are highest.
LITHIUM_PEAK = 0.67


def column_patches(geometry: SurfacePit) -> list[Patch]:
    """Patches of the lithium and of the LLZO with their boundaries."""
    surface = surface_nodes(geometry.plate, Cover.of(geometry))
    below = surface.covered + 1
    lithium = Patch(
        lithium_above(geometry, surface.points[:below], surface.near_sizes[:below]),
        tags.LI,
        {"left": tags.SYMMETRY, "bottom": tags.INTERFACE, "top": tags.COLLECTOR, "right": tags.LI_SIDE},
    )
    llzo = llzo_lattice(geometry.plate, surface)
    return [lithium, *llzo_patches(llzo, surface.covered, None)]


def plate_patches(plate: PitPlate) -> list[Patch]:
    """Patches of the LLZO alone; its surface is named ``pit`` up to the rim, ``llzo_top`` beyond."""
    surface = surface_nodes(plate, None)
    return llzo_patches(llzo_lattice(plate, surface), surface.rim, tags.PIT)


def llzo_patches(lattice: Array, split: int, name: str | None) -> list[Patch]:
    """Cut the LLZO where its surface changes its name, from ``name`` (None: no boundary here) to ``llzo_top``."""
    named = {"top": name} if name else {}
    left = {"left": tags.SYMMETRY, "bottom": tags.LLZO_BOTTOM, **named}
    if split == len(lattice) - 1:
        return [Patch(lattice, tags.LLZO, {**left, "right": tags.LLZO_SIDE})]
    right = {"right": tags.LLZO_SIDE, "bottom": tags.LLZO_BOTTOM, "top": tags.LLZO_TOP}
    return [Patch(lattice[: split + 1], tags.LLZO, left), Patch(lattice[split:], tags.LLZO, right)]


def llzo_lattice(plate: PitPlate, surface: SurfaceNodes) -> Array:
    """Nodes of the LLZO from the bottom (j = 0) to the surface, shape (columns, rows, 2)."""
    depth, half_width = plate.electrolyte.depth, plate.electrolyte.half_width
    rows = rows_below(plate)
    top = surface.points
    thickness = (top[:, 1] + depth)[:, None]
    down = exponential_division(
        scaled_count(rows, plate.mesh.refinement),
        FIRST_ROW * surface.near_sizes / thickness[:, 0],
        np.log(plate.mesh.growth_ratio),
        rows,
    )
    bottom = BOTTOM_EVENNESS * half_width * np.linspace(0.0, 1.0, len(top)) + (1.0 - BOTTOM_EVENNESS) * top[:, 0]
    fan = 1.0 - (1.0 - down) ** 2
    x = (1.0 - fan) * top[:, :1] + fan * bottom[:, None]
    y = top[:, 1:] - thickness * down
    y[:, -1] = -depth
    return np.ascontiguousarray(np.stack([x, y], axis=-1)[:, ::-1])


def lithium_above(geometry: SurfacePit, foot: Array, near_sizes: Array) -> Array:
    """Nodes of the lithium in columns up to the collector, shape (columns, rows, 2).

    Parameters
    ----------
    geometry : all parameters
    foot : lowest node of each column, m, shape (columns, 2); the last one is where the lithium ends
    near_sizes : wanted height of the lowest elements, m, shape (columns,)
    """
    top = geometry.collector_height(foot[:, 0])[:, None]
    thickness = top - foot[:, 1:]
    layers, refinement = geometry.mesh.layers, geometry.mesh.refinement
    up = exponential_division(
        scaled_count(layers, refinement),
        near_sizes / thickness[:, 0],
        np.log(geometry.mesh.growth_ratio),
        layers,
        LITHIUM_PEAK,
    )
    length, meniscus = geometry.lithium_half_length, geometry.meniscus_depth
    power = np.clip(0.7 * length / meniscus, 1.0, 3.0) if meniscus > 0.0 else 1.0
    x = foot[:, :1] - (foot[:, :1] / length) ** power * (length - geometry.side_curve(up)[..., 0])
    y = foot[:, 1:] + thickness * up
    y[:, -1:] = top
    return np.stack([x, y], axis=-1)


def rows_below(plate: PitPlate) -> int:
    """Rows of elements through the LLZO below the tip at refinement 1."""
    height = plate.electrolyte.depth - plate.pit.depth
    size = LineSize(((0.0, FIRST_ROW * plate.tip_size),), plate.mesh.growth_ratio, plate.max_size)
    return len(divide(0.0, height, size, 1.0)) - 1
