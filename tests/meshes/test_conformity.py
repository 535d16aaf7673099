"""What would hurt most if lost: a mesh whose parts are not joined is refused wherever it is cut; a sound one is not."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mesh_geometries import surface_pit
from numpy.typing import NDArray

from platingx_meshes import MeshBuildError, MeshData, build_surface_pit
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.conformity import check_joined
from platingx_meshes.facets import all_facets
from platingx_meshes.orientation import check_sides_opposite, oriented
from platingx_meshes.simple import Box, build_box
from platingx_meshes.soundness import check_overlaps

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Mesh = tuple[Array, IntArray, str]

FIRST_ORDER = {"triangle6": "triangle", "quad9": "quad", "tetra10": "tetra", "hexahedron27": "hexahedron"}
BEND = 0.3


def arrays(data: MeshData) -> Mesh:
    return data.points, data.cells, data.cell_type


def first_order(mesh: Mesh) -> Mesh:
    points, cells, kind = mesh
    used, compact = np.unique(cells[:, : CELL_TYPES[kind].corners], return_inverse=True)
    return points[used], compact.reshape(len(cells), -1), FIRST_ORDER[kind]


def bent(mesh: Mesh) -> Mesh:
    """All sides curved."""
    points, cells, kind = mesh
    x, y, z = points.T
    moved = np.column_stack([x + BEND * 0.2 * y * y, y + BEND * np.sin(x) * 0.3, z])
    if CELL_TYPES[kind].dimension == 3:
        moved[:, 2] += BEND * 0.2 * x * y
    return moved, cells, kind


def box(cell: str) -> Mesh:
    return arrays(build_box(Box(2.0, 1.0, 4, 3, interface_height=1.0 / 3.0, cell=cell)))


def block(cell: str) -> Mesh:
    return arrays(build_block3d(Block3D(2.0, 1.0, 3.0, 2, 2, 3, interface_height=1.0, cell=cell)))


MESHES = {
    "quadrilaterals": lambda: box("quadrilateral"),
    "triangles": lambda: box("triangle"),
    "hexahedra": lambda: block("hexahedron"),
    "tetrahedra": lambda: block("tetrahedron"),
    "curved quadrilaterals": lambda: bent(box("quadrilateral")),
    "curved triangles": lambda: bent(box("triangle")),
    "curved hexahedra": lambda: bent(block("hexahedron")),
    "curved tetrahedra": lambda: bent(block("tetrahedron")),
    "linear quadrilaterals": lambda: first_order(box("quadrilateral")),
    "linear triangles": lambda: first_order(box("triangle")),
    "linear hexahedra": lambda: first_order(block("hexahedron")),
    "linear tetrahedra": lambda: first_order(block("tetrahedron")),
    "warped hexahedra": lambda: first_order(bent(block("hexahedron"))),
    "pit": lambda: arrays(build_surface_pit(surface_pit())),
    "pit of triangles": lambda: arrays(build_surface_pit(surface_pit(cell="triangle"))),
}
ALL = pytest.mark.parametrize("name", MESHES)
RANDOM = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(mesh: Mesh) -> None:
    """All that a mesh file goes through, with numbers of nodes and cells from 1."""
    points, cells, kind = mesh
    labels, path = np.arange(1, len(cells) + 1), Path("mesh")
    cells, turned = oriented(points, cells, kind, labels, path)
    facets = all_facets(cells, kind)
    check_overlaps(cells, kind, facets, labels, path)
    check_sides_opposite(points, cells, kind, facets, turned, labels, path)
    check_joined(points, cells, kind, facets, labels, np.arange(1, len(points) + 1), path)


def split(mesh: Mesh, part: NDArray[np.bool_], copied: IntArray | None = None) -> Mesh:
    """Give some cells their own copies of nodes that they share with the others."""
    points, cells, kind = mesh
    shared = np.intersect1d(cells[part], cells[~part]) if copied is None else copied
    number = np.arange(len(points))
    number[shared] = len(points) + np.arange(len(shared))
    changed = cells.copy()
    changed[part] = number[cells[part]]
    return np.concatenate([points, points[shared]]), changed, kind


def joined(one: Mesh, other: Mesh) -> Mesh:
    """Two meshes in one file, which share nothing."""
    return np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1] + len(one[0])]), one[2]


def grid(columns: int, rows: int, low: tuple[float, float], high: tuple[float, float]) -> Mesh:
    """Quadrilaterals of first order on a rectangle."""
    x, y = np.meshgrid(np.linspace(low[0], high[0], columns + 1), np.linspace(low[1], high[1], rows + 1))
    points = np.column_stack([x.ravel(), y.ravel(), np.zeros(x.size)])
    first = (np.arange(rows)[:, None] * (columns + 1) + np.arange(columns)).ravel()
    return points, first[:, None] + np.array([0, 1, columns + 2, columns + 1]), "quad"


def bricks(counts: tuple[int, int, int], low: tuple[float, ...], high: tuple[float, ...]) -> Mesh:
    """Hexahedra of first order in a box."""
    axes = [np.linspace(a, b, n + 1) for a, b, n in zip(low, high, counts, strict=True)]
    z, y, x = np.meshgrid(axes[2], axes[1], axes[0], indexing="ij")
    nx, ny = counts[0] + 1, counts[1] + 1
    k, j, i = np.meshgrid(*(np.arange(n) for n in counts[::-1]), indexing="ij")
    first = (i + nx * (j + ny * k)).ravel()
    below = np.array([0, 1, nx + 1, nx])
    cells = first[:, None] + np.concatenate([below, below + nx * ny])
    return np.column_stack([x.ravel(), y.ravel(), z.ravel()]), cells, "hexahedron"


@ALL
def test_sound_meshes_pass(name: str) -> None:
    check(MESHES[name]())


@ALL
@RANDOM
@given(seed=st.integers(0, 10**9))
def test_meshes_cut_along_random_sides_are_refused(name: str, seed: int) -> None:
    """Any set of cells takes copies of all or of some nodes that it shares with the others."""
    mesh, random = MESHES[name](), np.random.default_rng(seed)
    part = random.random(len(mesh[1])) < random.uniform(0.05, 0.95)
    part[random.integers(len(part))] = True
    shared = np.intersect1d(mesh[1][part], mesh[1][~part])
    if len(shared) == 0:
        check(mesh)
        return
    some = shared[random.random(len(shared)) < random.uniform(0.1, 1.0)]
    with pytest.raises(MeshBuildError, match=r"not joined|not the nodes between them"):
        check(split(mesh, part, some if len(some) else shared[:1]))


@pytest.mark.parametrize("name", [name for name in MESHES if not name.startswith(("curved", "warped", "pit"))])
@RANDOM
@given(layer=st.integers(1, 2), power=st.floats(-5.0, -1.0))
def test_parts_that_are_apart_pass_and_parts_that_overlap_do_not(name: str, layer: int, power: float) -> None:
    """A cut between two layers, opened or closed beyond contact by a small part of an edge."""
    mesh = MESHES[name]()
    axis = CELL_TYPES[mesh[2]].dimension - 1
    height = np.ptp(mesh[0][:, axis])
    part = mesh[0][mesh[1]].mean(axis=1)[:, axis] > height * layer / 3.0
    points, cells, kind = split(mesh, part)
    gap = 10.0**power * height / 3.0
    moved = points.copy()
    moved[np.unique(cells[part]), axis] += gap
    check((moved, cells, kind))
    moved[np.unique(cells[part]), axis] -= 2.0 * gap
    with pytest.raises(MeshBuildError, match=r"lies within|lies on"):
        check((moved, cells, kind))


@RANDOM
@given(columns=st.tuples(st.integers(1, 9), st.integers(1, 9)), shift=st.floats(0.0, 0.95), angle=st.floats(0.0, 6.3))
def test_plates_of_other_divisions_are_refused(columns: tuple[int, int], shift: float, angle: float) -> None:
    """Hanging nodes and sides that overlap in part, at any angle; plates that meet in all nodes have copies of them."""
    lower = grid(columns[0], 2, (0.0, 0.0), (1.0, 1.0))
    upper = grid(columns[1], 2, (shift, 1.0), (shift + 1.0, 1.7))
    points, cells, kind = joined(lower, upper)
    turn = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    with pytest.raises(MeshBuildError, match=r"not joined|lies within"):
        check((points @ turn, cells, kind))


@RANDOM
@given(
    counts=st.tuples(*[st.integers(1, 4)] * 4),
    low=st.tuples(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9)),
    width=st.tuples(st.floats(0.2, 3.0), st.floats(0.2, 3.0)),
)
def test_bricks_of_other_divisions_are_refused(
    counts: tuple[int, int, int, int], low: tuple[float, float], width: tuple[float, float]
) -> None:
    """Faces that overlap in part, crosswise, too, where no node of one lies on the other."""
    lower = bricks((counts[0], counts[1], 1), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    end = (max(low[0] + width[0], 0.1), max(low[1] + width[1], 0.1))
    upper = bricks((counts[2], counts[3], 1), (*low, 1.0), (*end, 1.5))
    with pytest.raises(MeshBuildError, match="not joined"):
        check(joined(lower, upper))


def test_curved_interface_of_other_chords_is_refused() -> None:
    """Two rings of straight sides meshed apart: their chords cross, and few nodes lie on foreign sides."""

    def ring(inner: float, outer: float, count: int, start: float = 0.0) -> Mesh:
        points, cells, kind = grid(count, 2, (0.0, inner), (1.0, outer))
        angle, radius = start + 1.2 * (1.0 - points[:, 0]), points[:, 1]
        return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), points[:, 2]]), cells, kind

    with pytest.raises(MeshBuildError, match="lies within element"):
        check(joined(ring(1.0, 2.0, 7), ring(2.0, 3.0, 9, 0.03)))
    check(joined(ring(1.0, 2.0, 7), ring(2.1, 3.0, 9, 0.03)))


def test_faces_divided_along_the_other_diagonal_are_refused() -> None:
    """All nodes are shared, but no face is: two cubes of six tetrahedra each."""
    corners = np.array([[x, y, z] for z in (0.0, 1.0) for y in (0.0, 1.0) for x in (0.0, 1.0)])
    paths = [(1, 3), (1, 5), (2, 3), (2, 6), (4, 5), (4, 6)]
    below = np.array([[0, a, b, 7] for a, b in paths])
    mirrored = below ^ 1  # x reflected: the diagonals of the faces across y and z, too
    points = np.concatenate([corners, corners[4:] + np.array([0.0, 0.0, 1.0])])
    with pytest.raises(MeshBuildError, match=r"a side of element \d+, near .* lies on a side of element \d+"):
        check((points, np.concatenate([below, mirrored + 4]), "tetra"))
    check((points, np.concatenate([below, below + 4]), "tetra"))


def test_middle_node_on_a_corner_is_refused() -> None:
    """One quadratic side against two: its middle node lies on their common corner."""
    one = arrays(build_box(Box(2.0, 1.0, 1, 1)))
    points, cells, kind = arrays(build_box(Box(2.0, 1.0, 2, 1)))
    with pytest.raises(MeshBuildError, match=r"the nodes \d+ \(element \d+\) and \d+ \(element \d+\) are both at"):
        check(joined(one, (points + np.array([0.0, 1.0, 0.0]), cells, kind)))


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_middle_node_that_is_a_corner_of_others_is_refused(cell: str) -> None:
    """The node is the same, but it joins nothing: between corners a side moves by itself."""
    one = arrays(build_box(Box(2.0, 1.0, 1, 1, cell=cell)))
    points, cells, kind = arrays(build_box(Box(2.0, 1.0, 2, 1, cell=cell)))
    both, every, _ = joined(one, (points + np.array([0.0, 1.0, 0.0]), cells, kind))
    _, first = np.unique(np.round(both, 9), axis=0, return_inverse=True)
    same = np.full(len(both), -1)
    for position, place in reversed(list(enumerate(first.reshape(-1)))):
        same[place] = position
    with pytest.raises(MeshBuildError, match=r"(a side of element \d+, near|node \d+ at) .* lies on a side of element"):
        check((both, same[first.reshape(-1)][every], kind))


@pytest.mark.parametrize("name", [name for name in MESHES if not name.startswith(("linear", "warped", "pit"))])
def test_middle_nodes_that_differ_are_refused(name: str) -> None:
    """The corners are joined; one of two cells has another node between them, elsewhere."""
    points, cells, kind = MESHES[name]()
    facets = all_facets(cells, kind)
    side = int(np.flatnonzero(~facets.outer)[0])
    cell, node = int(facets.cells[side, 1]), int(facets.nodes[side, facets.corners])
    changed = cells.copy()
    changed[cell][changed[cell] == node] = len(points)
    with pytest.raises(MeshBuildError, match="share the corners of a side, but not the nodes between them"):
        check((np.concatenate([points, points[[node]] + 0.01]), changed, kind))


def test_part_within_another_is_refused() -> None:
    """An inclusion that was not cut out of its plate: none of their sides meet."""
    with pytest.raises(MeshBuildError, match=r"node \d+ at .* lies within element \d+"):
        check(joined(grid(3, 3, (0.0, 0.0), (3.0, 3.0)), grid(2, 2, (1.2, 1.2), (1.8, 1.8))))
    with pytest.raises(MeshBuildError, match=r"node \d+ at .* lies within element \d+"):
        check(joined(bricks((1, 1, 1), (0.0,) * 3, (3.0,) * 3), bricks((2, 2, 2), (1.2,) * 3, (1.8,) * 3)))


def test_point_contact_is_joined_by_its_node_or_refused() -> None:
    """Two cells corner to corner: a common node is a hinge, two are nothing that a mesh can say."""
    points = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [2, 1, 0], [2, 2, 0], [1, 2, 0.0]])
    check((points, np.array([[0, 1, 2, 3], [2, 4, 5, 6]]), "quad"))
    twice = np.concatenate([points, points[[2]]])
    with pytest.raises(MeshBuildError, match=r"the nodes 3 \(element 1\) and 8 \(element 2\) are both at \(1, 1, 0\)"):
        check((twice, np.array([[0, 1, 2, 3], [7, 4, 5, 6]]), "quad"))


def test_narrow_notch_that_ends_in_a_common_node_passes() -> None:
    """An open crack of a thousandth of an edge with a common node at its tip."""
    points, cells, kind = grid(4, 2, (0.0, 0.0), (4.0, 2.0))
    upper = np.arange(len(cells)) >= 4
    mouth = np.flatnonzero((points[:, 1] == 1.0) & (points[:, 0] < 2.0))
    opened, changed, _ = split((points, cells, kind), upper, mouth)
    with pytest.raises(MeshBuildError, match="not joined"):
        check((opened, changed, kind))
    opened[len(points) :, 1] += 1e-3
    check((opened, changed, kind))


def test_size_is_that_of_the_place() -> None:
    """A gap of 1e-3 of the fine elements passes, though it is 1e-9 of the width of the mesh."""
    fine = grid(2, 2, (0.0, 0.0), (1e-6, 1e-6))
    coarse = grid(1, 1, (-0.5, 1e-6 + 1e-9), (0.5, 1.0))
    check(joined(fine, coarse))
    with pytest.raises(MeshBuildError, match="not joined"):
        check(joined(fine, grid(1, 1, (-0.5, 1e-6 + 1e-13), (0.5, 1.0))))
