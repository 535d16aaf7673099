"""Solids of LLZO and lithium with round pits in Gmsh's OpenCASCADE kernel, and straight-sided tetrahedra in them."""

from dataclasses import dataclass
from itertools import pairwise

import gmsh
import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.gmsh_session import gmsh_model, set_option
from platingx_meshes.pit_sizes import rim_size
from platingx_meshes.surface_pit_3d import SurfacePit3D

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Solid = tuple[int, int]

#: What Gmsh does to badly shaped tetrahedra, in turn: swaps, then moves of nodes.
_IMPROVEMENTS = ("", "Relocate3D", "", "Relocate3D", "")

#: Least number of elements around a full turn of a curved surface: larger tetrahedra fold when their faces are curved.
AROUND = 16


@dataclass(frozen=True)
class StraightMesh:
    """Straight-sided tetrahedra.

    Attributes
    ----------
    points : m, shape (n, 3)
    cells : by region, shape (cells, 4)
    surfaces : triangles of each surface between or around the regions, shape (facets, 3)
    neighbours : regions beside each surface
    """

    points: Array
    cells: dict[str, IntArray]
    surfaces: list[IntArray]
    neighbours: list[tuple[str, ...]]


def straight_tetrahedra(geometry: SurfacePit3D, finer: float = 1.0) -> StraightMesh:
    """Mesh the solids of a geometry.

    Parameters
    ----------
    geometry : all parameters
    finer : divides all sizes, besides the refinement

    Raises
    ------
    MeshBuildError
        When Gmsh cannot make or mesh the solids.
    """
    unit = geometry.pit.depth  # OpenCASCADE's tolerances suit numbers of order 1
    with gmsh_model("solids"):
        try:
            regions = _solids(geometry, unit)
            _sizes(geometry, unit, finer * geometry.mesh.refinement)
            set_option("General.NumThreads", 1)  # the same mesh on any number of processors
            set_option("Mesh.Algorithm3D", 1)
            gmsh.model.mesh.generate(3)
            set_option("Mesh.OptimizeThreshold", 0.5)
            for method in _IMPROVEMENTS:
                gmsh.model.mesh.optimize(method)
        except MeshBuildError:
            raise
        except Exception as error:  # Gmsh raises plain Exception
            raise MeshBuildError(f"Gmsh cannot mesh the geometry with tetrahedra: {error}") from error
        return _extract(regions, unit)


def _solids(geometry: SurfacePit3D, unit: float) -> dict[int, str]:
    """Make the solids; name of the region of each volume."""
    occ = gmsh.model.occ
    plate = _box(geometry, -geometry.electrolyte.depth, 0.0, unit)
    body, _ = occ.fuse([plate], _lithium(geometry, unit), removeObject=False)
    pits = [_pit(geometry, place, unit) for place in geometry.places]
    llzo, _ = occ.cut([plate], pits)
    # The body less the LLZO is the lithium in one piece, without faces across the mouths of the pits.
    plane = _section_plane(geometry, unit)
    if plane:
        plane, _ = occ.intersect(plane, body, removeTool=False)
    _, origin = occ.fragment(body, [*llzo, *plane])
    occ.synchronize()
    ceramic = {tag for parts in origin[len(body) : len(body) + len(llzo)] for _, tag in parts}
    return {tag: tags.LLZO if tag in ceramic else tags.LI for _, tag in gmsh.model.getEntities(3)}


def _section_plane(geometry: SurfacePit3D, unit: float) -> list[Solid]:
    """A face that the mesh follows where no plane of symmetry cuts the first pit along x: figures show it."""
    if geometry.extent == "quarter" and geometry.places[0][1] == 0.0:
        return []
    occ = gmsh.model.occ
    reach = (geometry.electrolyte.depth + geometry.interlayer.thickness + sum(geometry.electrolyte.reach)) / unit
    face = occ.addRectangle(-reach, -reach, 0.0, 2.0 * reach, 2.0 * reach)  # larger than the body, and cut off at it
    occ.rotate([(2, face)], 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.5 * np.pi)
    occ.translate([(2, face)], 0.0, geometry.places[0][1] / unit, 0.0)
    return [(2, face)]


def _box(geometry: SurfacePit3D, low: float, high: float, unit: float) -> Solid:
    x, y = (reach / unit for reach in geometry.electrolyte.reach)
    left = -x if geometry.extent == "full" else 0.0
    front = 0.0 if geometry.extent == "quarter" else -y
    return 3, gmsh.model.occ.addBox(left, front, low / unit, x - left, y - front, (high - low) / unit)


def _lithium(geometry: SurfacePit3D, unit: float) -> list[Solid]:
    """Lithium above the flat surface, without that in the pits."""
    occ, thickness = gmsh.model.occ, geometry.interlayer.thickness
    top = float(thickness + geometry.section.collector.rise(geometry.lithium_reach)) * 1.01 + 0.01 * thickness
    if geometry.collector.shape == "flat":
        top = thickness
    lithium = [_box(geometry, 0.0, top, unit)]
    if geometry.interlayer.extent == "island":
        lithium, _ = occ.intersect(lithium, [_island(geometry, top, unit)])
    if geometry.collector.radius is None:
        return lithium
    radius, reach = geometry.collector.radius / unit, geometry.electrolyte.reach[1] / unit
    centre = thickness / unit + radius
    if geometry.collector.shape == "sphere":
        body = 3, occ.addSphere(0.0, 0.0, centre, radius)
    else:
        body = 3, occ.addCylinder(0.0, -1.1 * reach, centre, 0.0, 2.2 * reach, 0.0, radius)
    return list(occ.cut(lithium, [body])[0])


def _island(geometry: SurfacePit3D, top: float, unit: float) -> Solid:
    """Body of revolution of an island's side, higher than the lithium where the collector is curved."""
    length = geometry.lithium_reach
    end = geometry.section.collector_height(length)
    t = np.linspace(0.0, 1.0, 41) if geometry.meniscus_depth > 0.0 else np.array([0.0, 1.0])
    side = np.column_stack([geometry.section.side_curve(t)[:, 0], t * float(end)])
    corners = [(0.0, 0.0)]
    upper = [(length, top), (0.0, top)] if top > float(end) * (1.0 + 1e-9) else [(0.0, float(end))]
    return _turned(corners, side, upper, (0.0, 0.0), unit)


def _pit(geometry: SurfacePit3D, place: tuple[float, float], unit: float) -> Solid:
    breaks = [0.0, *geometry.pit.breaks(), 1.0]
    nodes = [geometry.pit.curve(np.linspace(a, b, 201)) for a, b in pairwise(breaks)]
    return _turned([], nodes[0], [(0.0, 0.0)], place, unit, nodes[1:])


def _turned(
    before: list[tuple[float, float]],
    curve: Array,
    after: list[tuple[float, float]],
    place: tuple[float, float],
    unit: float,
    more: list[Array] | None = None,
) -> Solid:
    """Turn a closed outline in the plane of radius and height about a vertical axis.

    Parameters
    ----------
    before, after : corners joined by straight lines to the start and the end of the curve, m
    curve, more : consecutive smooth curves, m, shape (n, 2)
    place : of the axis, m
    unit : m
    """
    occ = gmsh.model.occ

    def point(corner: tuple[float, float]) -> int:
        return int(occ.addPoint((place[0] + corner[0]) / unit, place[1] / unit, corner[1] / unit))

    start = point(tuple(curve[0]))
    joints, lines = [start], []
    for nodes in [curve, *(more or [])]:
        end = point(tuple(nodes[-1]))
        inner = [point(tuple(node)) for node in nodes[1:-1]]
        lines.append(occ.addBSpline([joints[-1], *inner, end]) if not inner else _spline(joints[-1], inner, end))
        joints.append(end)
    corners = [joints[-1], *(point(corner) for corner in after), *(point(corner) for corner in before), start]
    lines += [occ.addLine(a, b) for a, b in pairwise(corners)]
    face = occ.addPlaneSurface([occ.addCurveLoop(lines)])
    axis = (place[0] / unit, place[1] / unit, 0.0, 0.0, 0.0, 1.0)
    solids = [entity for entity in occ.revolve([(2, face)], *axis, 2.0 * np.pi) if entity[0] == 3]
    return solids[0]


def _spline(start: int, inner: list[int], end: int) -> int:
    return int(gmsh.model.occ.addSpline([start, *inner, end]))


def _sizes(geometry: SurfacePit3D, unit: float, refinement: float) -> None:
    """Element sizes: those of the section at tips and rims, growing with the distance from them."""
    section = geometry.section
    growth, field = float(np.log(geometry.mesh.growth_ratio)), gmsh.model.mesh.field
    tip, rim = section.plate.tip_size, rim_size(section.plate)
    depth, radius = geometry.pit.depth, geometry.pit.half_width
    terms = []
    for x, y in geometry.places:
        flat = f"(x-({x / unit!r}))^2+(y-({y / unit!r}))^2"
        at_tip = f"sqrt({flat}+(z+({depth / unit!r}))^2)"
        at_rim = f"sqrt((sqrt({flat})-({radius / unit!r}))^2+z^2)"
        terms += [(tip, at_tip), (rim, at_rim)]
    # through the lithium, and growing into the LLZO below it
    terms.append((1.4 * section.layer_size, "0.5*(fabs(z)-z)"))
    if geometry.interlayer.extent == "island":
        terms.append(_at_island_side(geometry, unit))
    formulas = [f"{size / unit!r}+{growth!r}*{distance}" for size, distance in terms]
    numbers = []
    for formula in [*formulas, f"{section.plate.max_size / unit!r}"]:
        numbers.append(field.add("MathEval"))
        field.setString(numbers[-1], "F", f"({formula})/{refinement!r}")
    least = field.add("Min")
    field.setNumbers(least, "FieldsList", numbers)
    field.setAsBackgroundMesh(least)
    options = {
        "MeshSizeFromPoints": 0,
        "MeshSizeFromCurvature": AROUND * max(1.0, refinement),
        "MeshSizeExtendFromBoundary": -3,  # into the volumes only
    }
    for option, value in options.items():
        set_option(f"Mesh.{option}", value)


def _at_island_side(geometry: SurfacePit3D, unit: float) -> tuple[float, str]:
    """Half a layer, less where a meniscus is strongly curved, and the distance from a ring around the free side."""
    depth, height = geometry.meniscus_depth, geometry.interlayer.thickness
    size = 0.5 * geometry.section.layer_size
    if depth > 0.0:
        size = min(size, 0.5 * height**2 / (8.0 * depth))  # half the radius of its parabola
    middle, half_width = (geometry.lithium_reach - 0.5 * depth) / unit, 0.5 * (depth + height) / unit
    distance = f"(fabs(sqrt(x^2+y^2)-({middle!r}))+fabs(z-({0.5 * height / unit!r}))-({half_width!r}))"
    return size, f"0.5*({distance}+fabs{distance})"


def _extract(regions: dict[int, str], unit: float) -> StraightMesh:
    """Nodes, tetrahedra by region, and triangles of the surfaces that bound a region."""
    node_tags, coordinates, _ = gmsh.model.mesh.getNodes()
    position = np.zeros(int(node_tags.max()) + 1, dtype=np.int64)
    position[node_tags.astype(np.int64)] = np.arange(len(node_tags))

    def cells(kind: int, corners: int, entity: int) -> IntArray:
        nodes = np.asarray(gmsh.model.mesh.getElementsByType(kind, entity)[1], dtype=np.int64)
        return position[nodes].reshape(-1, corners)

    by_region = {
        name: np.concatenate([cells(4, 4, volume) for volume, region in regions.items() if region == name])
        for name in (tags.LI, tags.LLZO)
    }
    surfaces, neighbours = [], []
    for _, surface in gmsh.model.getEntities(2):
        beside = tuple(regions[int(volume)] for volume in gmsh.model.getAdjacencies(2, surface)[0])
        if beside in ((tags.LI,), (tags.LLZO,)) or len(set(beside)) == 2:
            surfaces.append(cells(2, 3, surface))
            neighbours.append(beside)
    points = np.asarray(coordinates).reshape(-1, 3) * unit
    used = np.unique(np.concatenate(list(by_region.values())))  # Gmsh also meshes what the solids were turned from
    number = np.full(len(points), -1)
    number[used] = np.arange(len(used))
    by_region = {name: number[own] for name, own in by_region.items()}
    return StraightMesh(points[used], by_region, [number[own] for own in surfaces], neighbours)
