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
        {"left": tags.SYMMETRY, "bottom": tags.INTERFACE, "top": tags.COLLECTOR, "right": tags.METAL_SIDE},
    )
    llzo = llzo_lattice(geometry.plate, surface)
    return [lithium, *llzo_patches(llzo, surface.covered, None)]


def plate_patches(plate: PitPlate) -> list[Patch]:
    """Patches of the LLZO alone; its surface is named ``pit`` up to the rim, ``electrolyte_top`` beyond."""
    surface = surface_nodes(plate, None)
    return llzo_patches(llzo_lattice(plate, surface), surface.rim, tags.PIT)


def llzo_patches(lattice: Array, split: int, name: str | None) -> list[Patch]:
    """Cut the LLZO where its surface changes its name, from ``name`` (None: no boundary here) to electrolyte_top."""
    named = {"top": name} if name else {}
    left = {"left": tags.SYMMETRY, "bottom": tags.ELECTROLYTE_BOTTOM, **named}
    if split == len(lattice) - 1:
        return [Patch(lattice, tags.LLZO, {**left, "right": tags.ELECTROLYTE_SIDE})]
    right = {"right": tags.ELECTROLYTE_SIDE, "bottom": tags.ELECTROLYTE_BOTTOM, "top": tags.ELECTROLYTE_TOP}
    return [Patch(lattice[: split + 1], tags.LLZO, left), Patch(lattice[split:], tags.LLZO, right)]


def llzo_lattice(plate: PitPlate, surface: SurfaceNodes) -> Array:
    """Nodes of the LLZO from the bottom (j = 0) to the surface, shape (columns, rows, 2)."""
    even = plate.electrolyte.half_width * np.linspace(0.0, 1.0, len(surface.points))
    return columns_below(plate, surface.points, evened(even, surface.points[:, 0])[:, None], surface.near_sizes)


def evened(even: Array, surface: Array) -> Array:
    """Positions at the bottom of the LLZO, between equal spacing and that of the surface."""
    return np.asarray(BOTTOM_EVENNESS * even + (1.0 - BOTTOM_EVENNESS) * surface)


def columns_below(plate: PitPlate, top: Array, bottom: Array, near_sizes: Array) -> Array:
    """Nodes of the LLZO in columns from the bottom (j = 0) to the surface, shape (columns, rows, dimension).

    Parameters
    ----------
    plate : all parameters
    top : highest node of each column, m, shape (columns, dimension); the last coordinate is the height
    bottom : horizontal place of the lowest node of each column, m, shape (columns, dimension - 1)
    near_sizes : element size beside the surface at refinement 1, m, shape (columns,)
    """
    rows, depth = rows_below(plate), plate.electrolyte.depth
    thickness = top[:, -1] + depth
    down = exponential_division(
        scaled_count(rows, plate.mesh.refinement),
        FIRST_ROW * near_sizes / thickness,
        np.log(plate.mesh.growth_ratio),
        rows,
    )
    fan = (1.0 - (1.0 - down) ** 2)[..., None]
    flat = (1.0 - fan) * top[:, None, :-1] + fan * bottom[:, None]
    height = top[:, -1:] - thickness[:, None] * down
    height[:, -1] = -depth
    return np.ascontiguousarray(np.concatenate([flat, height[..., None]], axis=-1)[:, ::-1])


def lithium_above(geometry: SurfacePit, foot: Array, near_sizes: Array) -> Array:
    """Nodes of the lithium in columns up to the collector, shape (columns, rows, 2).

    Parameters
    ----------
    geometry : all parameters
    foot : lowest node of each column, m, shape (columns, 2); the last one is where the lithium ends
    near_sizes : wanted height of the lowest elements, m, shape (columns,)
    """
    return columns_above(geometry, foot, geometry.collector_height(foot[:, 0]), near_sizes)


def columns_above(geometry: SurfacePit, foot: Array, top: Array, near_sizes: Array) -> Array:
    """Nodes of the lithium in columns of given heights, drawn in by the meniscus, shape (columns, rows, dimension).

    Parameters
    ----------
    geometry : layers, and reach and meniscus of the lithium
    foot : lowest node of each column, m, shape (columns, dimension); the last coordinate is the height
    top : height of the collector over each column, m, shape (columns,)
    near_sizes : wanted height of the lowest elements, m, shape (columns,)
    """
    thickness = (top - foot[:, -1])[:, None]
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
    radius = np.linalg.norm(foot[:, :-1], axis=1)[:, None]
    outwards = foot[:, :-1] / np.where(radius > 0.0, radius, 1.0)
    drawn_in = (radius / length) ** power * (length - geometry.side_curve(up)[..., 0])
    flat = foot[:, None, :-1] - outwards[:, None] * drawn_in[..., None]
    height = foot[:, -1:] + thickness * up
    height[:, -1] = top
    return np.concatenate([flat, height[..., None]], axis=-1)


def rows_below(plate: PitPlate) -> int:
    """Rows of elements through the LLZO below the tip at refinement 1."""
    height = plate.electrolyte.depth - plate.pit.depth
    size = LineSize(((0.0, FIRST_ROW * plate.tip_size),), plate.mesh.growth_ratio, plate.max_size)
    return len(divide(0.0, height, size, 1.0)) - 1
