r"""Quadrilaterals for a semi-elliptic pit, whose flank is vertical at the rim.

LLZO: lines fan out from the pit to the bottom and the outer side; the flat surface is the last of them.
Lithium: three blocks fill the pit, each with a corner at its tip, its rim or its mouth on the symmetry line;
layers above them reach to the collector.

    symmetry  mouth A      rim
        +-------+----------+------- flat surface
        |  core |          |
        B-------C   rim   /
        |  tip   \  block/
        |  block  m----'        m: middle of the pit's curve
        +-----'                 A, B, C: corners of the core block
"""

import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.checks import check_cells
from platingx_meshes.patches import Patch, fractions, transfinite
from platingx_meshes.pit_columns import lithium_above
from platingx_meshes.pit_sizes import FIRST_ROW, Cover, SurfaceNodes, surface_nodes
from platingx_meshes.spacing import LineSize, divide, exponential_division, with_midpoints
from platingx_meshes.surface_pit import PitPlate, SurfacePit

Array = NDArray[np.float64]

#: Parameter of the pit's curve where the tip block and the rim block meet.
MIDDLE = 0.5

#: Size of the core block as a fraction of the pit.
CORE = 0.5

#: Limit of ln(size ratio) of neighbours on the symmetry line, where the flat surface sets the number of rows.
STEEPEST = 0.7


def ogrid_patches(geometry: SurfacePit) -> list[Patch]:
    """Patches of the lithium and of the LLZO with their boundaries."""
    surface = _surface(geometry.plate, Cover.of(geometry))
    blocks, mouth = _pit_blocks(geometry.plate, surface)
    foot = np.concatenate([mouth, surface.points[surface.rim + 1 : surface.covered + 1]])
    rows = np.full(len(foot), 0.5 * geometry.layer_size)
    above = lithium_above(geometry, foot, rows)
    on_mouth = len(mouth) - 1
    top = {"top": tags.COLLECTOR}
    return [
        *blocks,
        Patch(above[: on_mouth + 1], tags.LI, {**top, "left": tags.SYMMETRY}),
        Patch(above[on_mouth:], tags.LI, {**top, "bottom": tags.INTERFACE, "right": tags.METAL_SIDE}),
        *_llzo_patches(geometry.plate, surface, None),
    ]


def ogrid_plate_patches(plate: PitPlate) -> list[Patch]:
    """Patches of the LLZO alone; its surface is named ``pit`` up to the rim, ``electrolyte_top`` beyond."""
    return _llzo_patches(plate, _surface(plate, None), tags.PIT)


def _surface(plate: PitPlate, cover: Cover | None) -> SurfaceNodes:
    """Divide the surface so finely along the pit that the fan's outer elements are not too large."""
    around = plate.electrolyte.half_width + plate.electrolyte.depth
    return surface_nodes(plate, cover, (MIDDLE,), int(np.ceil(around / plate.max_size)))


def _llzo_patches(plate: PitPlate, surface: SurfaceNodes, pit_name: str | None) -> list[Patch]:
    """Cut the fan at the corner of the plate, and where the flat surface changes its name."""
    corner, lattice = _llzo_fan(plate, surface)
    covered = surface.covered if pit_name is None else surface.rim
    split = lattice.shape[1] - 1 - (covered - surface.rim)
    pit = {"top": pit_name} if pit_name else {}
    below, beside = lattice[: corner + 1], lattice[corner:]
    patches = [Patch(below, tags.LLZO, {"left": tags.SYMMETRY, "bottom": tags.ELECTROLYTE_BOTTOM, **pit})]
    if split == 0:
        return [*patches, Patch(beside, tags.LLZO, {"bottom": tags.ELECTROLYTE_SIDE, **pit})]
    outer = {"bottom": tags.ELECTROLYTE_SIDE, "right": tags.ELECTROLYTE_TOP}
    if split == lattice.shape[1] - 1:
        return [*patches, Patch(beside, tags.LLZO, {**outer, **pit})]
    return [*patches, Patch(beside[:, : split + 1], tags.LLZO, outer), Patch(beside[:, split:], tags.LLZO, pit)]


def _llzo_fan(plate: PitPlate, surface: SurfaceNodes) -> tuple[int, Array]:
    """Lattice of the LLZO, i along the pit from tip to rim, j from outside to the pit; and i of the corner."""
    depth, half_width = plate.electrolyte.depth, plate.electrolyte.half_width
    pit, flat = surface.points[: surface.rim + 1], surface.points[surface.rim :, 0]
    elements, rows = len(pit) // 2, len(flat) // 2
    check_cells(elements * rows)
    corner = 2 * int(np.clip(round(elements * half_width / (half_width + depth)), 1, elements - 1))
    along = np.linspace(0.0, half_width, corner + 1, dtype=np.float64)
    up = np.linspace(-depth, 0.0, len(pit) - corner, dtype=np.float64)[1:]
    outside = np.concatenate(
        [np.column_stack([along, np.full(len(along), -depth)]), np.column_stack([np.full(len(up), half_width), up])]
    )
    first = np.array([FIRST_ROW * plate.tip_size / plate.mesh.refinement / (depth - plate.pit.depth)])
    at_axis = exponential_division(rows, first, STEEPEST, rows)[0]
    at_flat = (flat - flat[0]) / (flat[-1] - flat[0])
    weight = np.linspace(0.0, 1.0, len(pit), dtype=np.float64)[:, None]
    fraction = ((1.0 - weight) * at_axis + weight * at_flat)[:, ::-1, None]
    return corner, np.asarray(pit[:, None] + fraction * (outside - pit)[:, None])


def _pit_blocks(plate: PitPlate, surface: SurfaceNodes) -> tuple[list[Patch], Array]:
    """Blocks that fill the pit, and the nodes of its mouth from the symmetry line to the rim."""
    arc = surface.points[: surface.rim + 1]
    tip, rim = arc[0], arc[-1]
    middle = int(np.linalg.norm(arc - plate.pit.curve(MIDDLE), axis=1).argmin())
    mouth, axis = CORE * rim, CORE * tip
    core = 0.58 / 0.5 * CORE * arc[middle]
    size = LineSize(((0.0, plate.tip_size),), plate.mesh.growth_ratio, plate.max_size)
    reach = float((1.0 - CORE) * plate.pit.depth)
    at_tip = np.asarray(with_midpoints(divide(0.0, reach, size, plate.mesh.refinement)) / reach, dtype=np.float64)
    even = np.linspace(0.0, 1.0, len(at_tip), dtype=np.float64)
    tip_axis, rim_mouth = _line(tip, axis, at_tip), _line(rim, mouth, even)
    middle_core = _line(arc[middle], core, 0.5 * (at_tip + even))
    lower, upper = fractions(arc[: middle + 1]), fractions(arc[middle:])
    axis_core = _line(axis, core, 0.5 * (lower + np.linspace(0.0, 1.0, len(lower), dtype=np.float64)))
    core_mouth = _line(core, mouth, 0.5 * (upper + np.linspace(0.0, 1.0, len(upper), dtype=np.float64)))
    origin = np.zeros(2)
    origin_mouth = _line(origin, mouth, np.linspace(0.0, 1.0, len(lower), dtype=np.float64))
    axis_origin = _line(axis, origin, np.linspace(0.0, 1.0, len(upper), dtype=np.float64))
    blocks = [
        Patch(
            transfinite(arc[: middle + 1], axis_core, tip_axis, middle_core),
            tags.LI,
            {"left": tags.SYMMETRY, "bottom": tags.INTERFACE},
        ),
        Patch(transfinite(arc[middle:], core_mouth, middle_core, rim_mouth), tags.LI, {"bottom": tags.INTERFACE}),
        Patch(transfinite(axis_core, origin_mouth, axis_origin, core_mouth), tags.LI, {"left": tags.SYMMETRY}),
    ]
    return blocks, np.concatenate([origin_mouth, rim_mouth[-2::-1]])


def _line(start: Array, end: Array, at: Array) -> Array:
    """Points of a straight line at the given fractions of its length."""
    return np.asarray(start + at[:, None] * (end - start))
