"""Hexahedra for one round pit: columns over a plan, down into the LLZO and up through the lithium.

The radial division, the heights of the first elements and the draw-in of the meniscus are those of the section.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.patches import Patch, join
from platingx_meshes.pit_columns import columns_above, columns_below, evened
from platingx_meshes.pit_sizes import Cover, SurfaceNodes, surface_nodes
from platingx_meshes.plan import Plan
from platingx_meshes.spacing import scaled_count
from platingx_meshes.surface_pit_3d import SurfacePit3D
from platingx_meshes.sweep import swept_cells, swept_lines

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Elements along each side of the core at refinement 1; a quarter turn has twice as many.
CORE_ELEMENTS = 2

#: Nodes from the axis to the rim that a core of one element and the rings which turn its outline into the rim take.
_RIM_NODES = 4


@dataclass(frozen=True)
class _Columns:
    """Plan with the nodes above and below it.

    Attributes
    ----------
    plan : quadrilaterals; region ``li`` where lithium lies above
    below, above : number of each node at each level, shape (plan nodes, levels); the surface is in both
    """

    plan: MeshData
    below: IntArray
    above: IntArray

    @property
    def covered(self) -> NDArray[np.bool_]:
        """Which quadrilaterals of the plan lie under lithium."""
        return np.asarray(self.plan.cell_regions == self.plan.region_names[tags.LI])


def round_pit(geometry: SurfacePit3D) -> MeshData:
    """Mesh the quarter model of one round pit at x = y = 0.

    Raises
    ------
    MeshBuildError
        If the elements are too coarse for a core.
    """
    section = geometry.section
    surface = surface_nodes(section.plate, _cover(geometry))
    if surface.rim < _RIM_NODES:
        raise MeshBuildError(
            f"refinement {geometry.mesh.refinement:g} leaves {surface.rim // 2} element between axis and rim of the "
            f"pit, where hexahedra need {_RIM_NODES // 2}",
            "a larger refinement, or cell: tetrahedron (both in geometry.mesh)",
        )
    radii = surface.points[:, 0]
    last_circle = surface.covered if surface.covered < len(radii) - 1 else surface.rim
    core = min(scaled_count(CORE_ELEMENTS, geometry.mesh.refinement), surface.rim // _RIM_NODES)
    plan = Plan(core, last_circle, geometry.electrolyte.reach, geometry.electrolyte.outline == "cylinder")
    flat = join(_patches(plan, radii, surface.covered))
    bottom = join(_patches(plan, evened(np.linspace(0.0, radii[-1], len(radii)), radii), surface.covered))
    points, columns = _columns(geometry, surface, flat, bottom.points[:, :2])
    return _assemble(points, columns)


def _cover(geometry: SurfacePit3D) -> Cover:
    """As of the section; a wall needs no fine elements at the end of the lithium."""
    cover = Cover.of(geometry.section)
    if geometry.interlayer.extent == "wall":
        return Cover(cover.end, cover.largest_size, cover.largest_size)
    return cover


def _patches(plan: Plan, radii: Array, covered: int) -> list[Patch]:
    """Core and rings, cut where the lithium ends."""
    core, rings = plan.lattices(radii)
    split = covered - 2 * plan.core
    sides = {"bottom": tags.SYMMETRY, "top": tags.SYMMETRY}
    patches = [Patch(core, tags.LI, {"left": tags.SYMMETRY, "bottom": tags.SYMMETRY})]
    if split == len(rings) - 1:
        return [*patches, Patch(rings, tags.LI, {**sides, "right": "outer"})]
    return [
        *patches,
        Patch(rings[: split + 1], tags.LI, {**sides, "right": tags.METAL_SIDE}),
        Patch(rings[split:], tags.LLZO, {**sides, "right": "outer"}),
    ]


def _columns(geometry: SurfacePit3D, surface: SurfaceNodes, plan: MeshData, bottom: Array) -> tuple[Array, _Columns]:
    """Nodes of all columns, and their numbers."""
    section, count = geometry.section, len(plan.points)
    x, y = plan.points[:, 0], plan.points[:, 1]
    radius = np.hypot(x, y)
    near = np.interp(radius, surface.points[:, 0], surface.near_sizes)
    top = np.column_stack([x, y, geometry.pit.height(radius)])
    below = columns_below(section.plate, top, bottom, near)
    wet = np.zeros(count, dtype=bool)
    wet[plan.region_cells(tags.LI)] = True
    above = columns_above(section, top[wet], geometry.collector_height(x[wet], y[wet]), near[wet])
    numbers_below = np.arange(below.shape[0] * below.shape[1]).reshape(below.shape[:2])
    numbers_above = np.full((count, above.shape[1]), -1)
    numbers_above[wet, 0] = numbers_below[wet, -1]
    new = above[:, 1:]
    numbers_above[wet, 1:] = numbers_below.size + np.arange(new.shape[0] * new.shape[1]).reshape(new.shape[:2])
    points = np.concatenate([below.reshape(-1, 3), new.reshape(-1, 3)])
    return points, _Columns(plan, numbers_below, numbers_above)


def _assemble(points: Array, columns: _Columns) -> MeshData:
    """Sweep plan and edges through the columns and name what comes out."""
    plan, wet = columns.plan, columns.covered
    llzo = swept_cells(plan.cells, columns.below)
    lithium = swept_cells(plan.cells[wet], columns.above)
    parts: list[tuple[str, IntArray]] = [
        (tags.COLLECTOR, columns.above[plan.cells[wet], -1]),
        (tags.INTERFACE, columns.below[plan.cells[wet], -1]),
        (tags.ELECTROLYTE_TOP, columns.below[plan.cells[~wet], -1]),
        (tags.ELECTROLYTE_BOTTOM, columns.below[plan.cells, 0]),
    ]
    for edge, name in ((tags.SYMMETRY, tags.SYMMETRY), ("outer", tags.ELECTROLYTE_SIDE)):
        parts.append((name, swept_lines(plan.boundary_facets(edge), columns.below)))
    end = tags.METAL_SIDE if tags.METAL_SIDE in plan.boundary_names else "outer"
    symmetric = plan.boundary_facets(tags.SYMMETRY)
    beneath = (columns.above[symmetric, 0] >= 0).all(axis=1)
    parts.append((tags.SYMMETRY, swept_lines(symmetric[beneath], columns.above)))
    parts.append((tags.METAL_SIDE, swept_lines(plan.boundary_facets(end), columns.above)))
    return named_mesh(points, [(tags.LI, lithium), (tags.LLZO, llzo)], parts)


def named_mesh(points: Array, regions: list[tuple[str, IntArray]], boundaries: list[tuple[str, IntArray]]) -> MeshData:
    """Hexahedra and their facets, given by name, as one mesh; boundaries without facets are left out."""
    filled = [(name, facets) for name, facets in boundaries if len(facets)]
    region_tags = tags.assign_tags([name for name, _ in regions], tags.REGIONS)
    present = {name for name, _ in filled}
    boundary_tags = tags.assign_tags([name for name in tags.BOUNDARIES if name in present], tags.BOUNDARIES)
    return MeshData(
        points=points,
        cell_type="hexahedron27",
        cells=np.concatenate([cells for _, cells in regions]),
        cell_regions=np.concatenate([np.full(len(cells), region_tags[name]) for name, cells in regions]),
        facets=np.concatenate([facets for _, facets in filled]),
        facet_boundaries=np.concatenate([np.full(len(facets), boundary_tags[name]) for name, facets in filled]),
        region_names=region_tags,
        boundary_names=boundary_tags,
    )
