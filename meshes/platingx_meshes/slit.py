"""Second-order triangles in the outline of a body with a slit in it, for fracture mechanics.

The slit starts at the surface of the body, lies inside of it, or on a plane of symmetry that bounds it. Its faces have
nodes of their own at the same places. The middle nodes of the sides at a tip stand at a quarter of them, which gives
the displacement its square root of the distance (Barsoum, Int. J. Numer. Methods Eng. 10, 1976, 25).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import gmsh
import numpy as np
from numpy.typing import NDArray

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.gmsh_session import gmsh_model, set_option
from platingx_meshes.slit_body import Line, Slit, SlitSizes
from platingx_meshes.slit_outline import Division, divided

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]

ALGORITHMS = (6, 5, 1)
"""Those of Gmsh in plane meshes, in the order in which they are tried: frontal, Delaunay, adaptive."""
FLAT = 1e-9
"""Area of a triangle relative to the squares of its sides below which it has none."""


class _FlatTriangleError(Exception):
    """Gmsh has left a triangle of three points in line, which it does along bent slits."""


@dataclass(frozen=True)
class SlitMesh:
    """A body with a slit.

    Attributes
    ----------
    points : nodes, shape (n, 2), m
    cells : corners, then middles of the sides 01, 12, 20, shape (cells, 6), counter-clockwise
    held : displacement components that are held at each node, shape (n, 2)
    upper, lower : ends and middle of the sides along each face from the start to the end of the slit, shape (k, 3); of
        a symmetric slit one of them has no rows
    slit : the slit
    clearance : distance from each tip to the outline, m, that of the end first
    """

    points: Array
    cells: IntArray
    held: Mask
    upper: IntArray
    lower: IntArray
    slit: Slit
    clearance: tuple[float, ...]


def slit_mesh(loops: Sequence[Sequence[Line]], slit: Slit, sizes: SlitSizes | None = None) -> SlitMesh:
    """Mesh a body with a slit.

    Parameters
    ----------
    loops : closed outlines of the body, each of lines in order, the outer one first
    slit : the slit
    sizes : of the elements; the usual ones if left out

    Raises
    ------
    MeshBuildError
        When the slit does not begin where it has to, or Gmsh cannot mesh the body.
    """
    unit = slit.length  # the tolerances of Gmsh suit numbers of order 1
    scaled = Slit(np.asarray(slit.start / unit), np.asarray(slit.end / unit), slit.kind, np.asarray(slit.bends / unit))
    lines = [[Line(np.asarray(line.nodes / unit), line.held) for line in loop] for loop in loops]
    division = divided(lines, scaled, sizes or SlitSizes())
    corners, cells, chains = _triangles_by_some_algorithm(division)
    made = _second_order(corners, cells, chains, division, scaled)
    clearance = tuple(unit * room for room in division.clearance)
    return SlitMesh(made.points * unit, made.cells, made.held, made.upper, made.lower, slit, clearance)


def _triangles_by_some_algorithm(division: Division) -> tuple[Array, IntArray, list[IntArray]]:
    for algorithm in ALGORITHMS:
        try:
            with gmsh_model("slit"):
                return _triangles(division, algorithm)
        except _FlatTriangleError:
            continue
    raise MeshBuildError("Gmsh leaves triangles without area along the slit; its pieces differ too much in length")


def _triangles(division: Division, algorithm: int) -> tuple[Array, IntArray, list[IntArray]]:
    """Corner nodes, triangles, and the nodes along each chain and then the slit."""
    geo = gmsh.model.geo
    tags: dict[tuple[float, float], int] = {}

    def tag(place: Array) -> int:
        key = (round(float(place[0]), 9), round(float(place[1]), 9))
        if key not in tags:
            tags[key] = int(geo.addPoint(place[0], place[1], 0.0))
        return tags[key]

    def edges(chain: Sequence[int]) -> list[int]:
        found = [geo.addLine(first, second) for first, second in pairwise(chain)]
        for edge in found:
            geo.mesh.setTransfiniteCurve(edge, 2)
        return found

    chains = [[tag(place) for place in nodes[::2]] for nodes in (*(c.nodes for c in division.chains), division.slit)]
    loops: dict[int, list[int]] = {}
    for chain, tags_of_chain in zip(division.chains, chains, strict=False):
        loops.setdefault(chain.loop, []).extend(edges(tags_of_chain))
    surface = geo.addPlaneSurface([geo.addCurveLoop(loops[number]) for number in sorted(loops)])
    embedded = [] if any(chain.is_slit for chain in division.chains) else edges(chains[-1])
    geo.synchronize()
    if embedded:
        gmsh.model.mesh.embed(1, embedded, 2, surface)
    _set_sizes(division, algorithm)
    try:
        gmsh.model.mesh.generate(2)
    except Exception as error:  # Gmsh raises plain Exception
        raise MeshBuildError(f"Gmsh cannot mesh the body with a slit: {error}") from error
    return _extract(chains)


def _set_sizes(division: Division, algorithm: int) -> None:
    """Sizes inside of the body: from those of the sides, and from the tips and the slit outwards."""
    set_option("Mesh.Algorithm", algorithm)
    set_option("Mesh.MeshSizeExtendFromBoundary", 1)
    for option in ("MeshSizeFromPoints", "MeshSizeFromCurvature"):
        set_option(f"Mesh.{option}", 0)
    field, found = gmsh.model.mesh.field, []
    points = [gmsh.model.geo.addPoint(place[0], place[1], 0.0) for place, _ in division.sources]
    gmsh.model.geo.synchronize()
    for point, (_, size) in zip(points, division.sources, strict=True):
        distance, ball = field.add("Distance"), field.add("Threshold")
        field.setNumbers(distance, "PointsList", [point])
        numbers = {
            "InField": distance,
            "SizeMin": size,
            "SizeMax": division.largest,
            "DistMin": 0.0,
            "DistMax": (division.largest - size) / division.growth,
        }
        for name, value in numbers.items():
            field.setNumber(ball, name, value)
        found.append(ball)
    least = field.add("Min")
    field.setNumbers(least, "FieldsList", found)
    field.setAsBackgroundMesh(least)


def _extract(chains: Sequence[Sequence[int]]) -> tuple[Array, IntArray, list[IntArray]]:
    """Nodes of the triangles, the triangles counter-clockwise, and the nodes at the points of each chain."""
    tags, coordinates, _ = gmsh.model.mesh.getNodes()
    places = np.asarray(coordinates, dtype=np.float64).reshape(-1, 3)[:, :2]
    position = np.full(int(tags.max()) + 1, -1, dtype=np.int64)
    position[tags.astype(np.int64)] = np.arange(len(tags))
    cells = position[np.asarray(gmsh.model.mesh.getElementsByType(2)[1], dtype=np.int64)].reshape(-1, 3)
    a, b, c = (places[cells[:, i]] for i in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    cells[area < 0.0] = cells[area < 0.0][:, [0, 2, 1]]
    if (np.abs(area) <= FLAT * ((b - a) ** 2 + (c - a) ** 2).sum(axis=1)).any():
        raise _FlatTriangleError
    used = np.unique(cells)  # the points of the size fields have nodes, too
    compact = np.full(len(places), -1, dtype=np.int64)
    compact[used] = np.arange(len(used))
    entities = [entity for _, entity in gmsh.model.getEntities(0)]  # each has one node, in the same order
    at_points = np.zeros(max(entities) + 1, dtype=np.int64)
    at_points[entities] = gmsh.model.mesh.getNodes(0)[0]
    along = [compact[position[at_points[np.asarray(chain)]]] for chain in chains]
    return places[used], compact[cells], along


@dataclass
class _Made:
    """A mesh in the making."""

    points: Array
    cells: IntArray
    held: Mask
    upper: IntArray
    lower: IntArray


def _second_order(corners: Array, cells: IntArray, chains: Sequence[IntArray], division: Division, slit: Slit) -> _Made:
    """Add the middle nodes, give both faces their own nodes, hold what is held, and move the nodes at the tips."""
    pairs = np.sort(cells[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    sides, number = np.unique(pairs, axis=0, return_inverse=True)
    points = np.concatenate([corners, 0.5 * (corners[sides[:, 0]] + corners[sides[:, 1]])])
    middle = {(int(a), int(b)): len(corners) + i for i, (a, b) in enumerate(sides)}
    made = _Made(
        points, np.column_stack([cells, len(corners) + number.reshape(-1, 3)]), np.zeros((len(points), 2), dtype=bool),
        np.zeros((0, 3), dtype=np.int64), np.zeros((0, 3), dtype=np.int64),
    )  # fmt: skip

    def edges(chain: IntArray) -> IntArray:
        ends = np.stack([chain[:-1], chain[1:]], axis=1)
        between = [middle[int(min(a, b)), int(max(a, b))] for a, b in ends]
        return np.column_stack([ends, between])

    for chain, nodes in zip(division.chains, chains, strict=False):
        own = edges(nodes)
        points[own[:, 2]] = chain.nodes[1::2]
        made.held[own] |= np.array(chain.held)
    face = edges(chains[-1])
    if slit.kind == "symmetric":
        body_is_above = (corners.mean(axis=0) - slit.start) @ slit.normal > 0.0
        made.upper, made.lower = (face, face[:0]) if body_is_above else (face[:0], face)
    else:
        _split(made, face, slit)
    tips = (face[-1, 1], face[0, 0]) if slit.kind == "buried" else (face[-1, 1],)
    for tip in tips:
        _quarter_points(made, int(tip))
    return made


def _split(made: _Made, face: IntArray, slit: Slit) -> None:
    """Give the cells at the left of the slit nodes of their own along it; the tips stay common.

    Around each node of the slit the cells that meet at sides which are not of the slit belong together; those with a
    side of the slit tell on which side of it they all are.
    """
    common = {int(face[-1, 1])} | ({int(face[0, 0])} if slit.kind == "buried" else set())
    doubled = np.array(sorted(set(face.ravel().tolist()) - common))
    new = dict(zip(doubled.tolist(), range(len(made.points), len(made.points) + len(doubled)), strict=True))
    left_of = {(int(a), int(b)) for a, b, _ in face}
    right_of = {(b, a) for a, b in left_of}
    at_node: dict[int, list[int]] = {}
    for cell in np.flatnonzero(np.isin(made.cells, doubled).any(axis=1)):
        for node in made.cells[cell]:
            at_node.setdefault(int(node), []).append(int(cell))
    turned = [(cell, node) for node in new for cell in _at_the_left(made.cells, node, at_node[node], left_of, right_of)]
    made.points = np.concatenate([made.points, made.points[doubled]])
    made.held = np.concatenate([made.held, made.held[doubled]])
    for cell, node in turned:
        made.cells[cell][made.cells[cell] == node] = new[node]
    copies = np.arange(len(made.points))
    copies[doubled] = list(new.values())
    made.upper, made.lower = copies[face], face


_Sides = set[tuple[int, int]]


def _at_the_left(cells: IntArray, node: int, around: Sequence[int], left_of: _Sides, right_of: _Sides) -> list[int]:
    """Cells around a node of the slit that are at its left."""
    sides = {cell: [(int(cells[cell, i]), int(cells[cell, (i + 1) % 3])) for i in range(3)] for cell in around}
    found = [cell for cell in around if left_of & set(sides[cell])]
    cut = left_of | right_of
    reached = list(found)
    while reached:
        open_sides = {frozenset(side) for side in sides[reached.pop()] if node in side and side not in cut}
        new = [cell for cell in around if cell not in found and open_sides & {frozenset(side) for side in sides[cell]}]
        found += new
        reached += new
    return found


def _quarter_points(made: _Made, tip: int) -> None:
    """Move the middle nodes of all sides at a tip to a quarter of them from it."""
    for corner, (first, second) in enumerate(((3, 5), (4, 3), (5, 4))):
        own = made.cells[made.cells[:, corner] == tip]
        others = own[:, [(corner + 1) % 3, (corner + 2) % 3]]
        made.points[own[:, first]] = 0.75 * made.points[tip] + 0.25 * made.points[others[:, 0]]
        made.points[own[:, second]] = 0.75 * made.points[tip] + 0.25 * made.points[others[:, 1]]
