"""What would hurt most if lost: charge, on its way from a face into the columns that stand on it."""

import numpy as np
import pytest
from fibres import INNER, OUTER, radial, transport
from mpi4py import MPI

from platingx.compat import geometry_nodes
from platingx.fields.growth_columns import FacePoints, GrowthColumns, hats_at_feet
from platingx.fields.surface_hats import Hats, hats_of_face
from platingx.physics.discretisation import Discretisation, discretise
from platingx.problems.surface_load import area_vectors, loaded_facets
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, QuarterAnnulus, build_box, build_quarter_annulus

SHAPES = ["quadrilateral", "triangle", "hexahedron", "tetrahedron"]


def columns_of(
    parts: Discretisation, direction, start: str, *ends: str, axisymmetric: bool = False, height: float = 0.0
):
    """Columns of a layer on a face, with places (cells, points, dimension) and volumes of its quadrature points.

    A height that is known is that of the columns, times the area, as the flux of a uniform supply has it.
    """
    domain, tables, cells = parts.loaded.mesh, parts.tables, parts.cells("li")
    facets = parts.facets(start)
    corners = domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, : domain.geometry.dim]
    places = np.einsum("qg,cgi->cqi", tables.geometry, corners)
    jacobian = np.einsum("cgi,qgj->cqij", corners, tables.geometry_gradient)
    volumes = np.abs(np.linalg.det(jacobian)) * tables.weights
    table = loaded_facets(domain, parts.space, cells, facets)
    areas = np.linalg.norm(area_vectors(table.jacobian, table.normal), axis=-1)
    if axisymmetric:
        volumes = volumes * 2.0 * np.pi * places[..., 0]
        areas = areas * 2.0 * np.pi * table.coordinates[..., 0]
    hats = hats_of_face(domain, cells, facets)
    fibres = transport(parts, direction, start, *ends, axisymmetric=axisymmetric)
    of_points = hats_at_feet(fibres, hats, cells, tables, along=True)
    face = FacePoints(table.coordinates, areas, areas * height)
    columns = GrowthColumns.build(domain.comm, hats, of_points, volumes, face)
    return columns, places, volumes, hats.at(table.coordinates), table.coordinates, areas


def flat(shape: str, count: int = 4):
    """A layer of 1 on a square or a segment of 1, with distorted cells, and fibres upwards."""
    if shape in ("hexahedron", "tetrahedron"):
        mesh = build_block3d(Block3D(1.0, 1.0, 1.0, count, count, 3, region="li", cell=shape))
        return columns_of(discretise(mesh), lambda x: np.broadcast_to([0.0, 0.0, 1.0], x.shape), "bottom", "top")
    mesh = build_box(Box(1.0, 1.0, count, 3, region="li", cell=shape, distortion=0.1))
    return columns_of(discretise(mesh), lambda x: np.broadcast_to([0.0, 1.0], x.shape), "bottom", "top")


def total(amount: float) -> float:
    return float(MPI.COMM_WORLD.allreduce(float(amount)))


@pytest.mark.mpi
@pytest.mark.parametrize("shape", SHAPES)
def test_what_enters_is_what_grows(shape: str) -> None:
    """Any flux: volume per time to 1e-12, and power by the transpose to 1e-12; more where the flux is larger."""
    columns, places, volumes, at_face, face_places, areas = flat(shape)
    assert columns.volumes.sum() == pytest.approx(1.0, rel=1e-12)
    assert columns.areas.sum() == pytest.approx(1.0, rel=1e-12)
    flux = 0.2 + np.exp(-8.0 * face_places[..., 0])
    entered = columns.fluxes(at_face, flux * areas)
    growth = columns.at_points(entered / columns.volumes)
    assert total((growth * volumes).sum()) == pytest.approx(total((flux * areas).sum()), rel=1e-12)
    drive = np.cos(3.0 * places[..., 0]) + places[..., 1] ** 2
    taken = columns.sums(drive * volumes) / columns.volumes
    assert float(taken @ entered) == pytest.approx(total((drive * volumes * growth).sum()), rel=1e-12)
    assert growth.size == 0 or np.corrcoef(growth.ravel(), -places[..., 0].ravel())[0, 1] > 0.7


@pytest.mark.mpi
@pytest.mark.parametrize("shape", SHAPES)
def test_columns_of_one_height_grow_alike(shape: str) -> None:
    """A uniform flux into an even layer is even growth: to round-off in cells that follow the fibres, or nearly."""
    columns, _, volumes, at_face, _, areas = flat(shape)
    growth = columns.at_points(columns.fluxes(at_face, areas) / columns.volumes)
    sampled = 2e-3 if shape in ("quadrilateral", "triangle") else 1e-12  # those are distorted
    assert growth == pytest.approx(np.ones_like(volumes), rel=sampled)
    assert columns.heights == pytest.approx(1.0, rel=sampled)


@pytest.mark.mpi
@pytest.mark.parametrize(("power", "axisymmetric"), [(2, False), (3, True)])
@pytest.mark.parametrize("shape", ["quadrilateral", "triangle"])
def test_columns_of_rings_and_shells(shape: str, power: int, axisymmetric: bool) -> None:
    """Height (b^k - a^k)/(k a^(k-1)) everywhere, k = 2 in a ring, 3 in a shell: twice and more the thickness."""
    expected = (OUTER**power - INNER**power) / (power * INNER ** (power - 1))
    annulus = QuarterAnnulus(INNER, OUTER, 8, 8, region="li", cell=shape)
    found = columns_of(discretise(build_quarter_annulus(annulus)), radial, "inner", "outer", axisymmetric=axisymmetric)
    columns, volumes, at_face, areas = found[0], found[2], found[3], found[5]
    heights = columns.heights[columns.areas > 0.05 * columns.areas.max()]
    assert heights == pytest.approx(expected, rel=0.03)
    assert float(columns.volumes.sum() / columns.areas.sum()) == pytest.approx(expected, rel=1e-5)
    entered = columns.fluxes(at_face, areas)
    grown = total((columns.at_points(entered / columns.volumes) * volumes).sum())
    assert grown == pytest.approx(total(areas.sum()), rel=1e-12)


def test_places_find_the_nearest_piece() -> None:
    """Against all pieces one by one, on a face whose pieces differ in size by a factor of 500; a corner is its own."""
    rng = np.random.default_rng(3)
    corners = np.concatenate([rng.normal(size=(60, 3)) * 0.002, rng.normal(size=(40, 3))])
    pieces = rng.integers(0, 100, size=(150, 3))
    pieces = pieces[[len(set(piece)) == 3 for piece in pieces.tolist()]]
    hats = Hats(corners, pieces)
    places = np.concatenate([rng.normal(size=(300, 3)), 0.004 * rng.normal(size=(300, 3)), corners[pieces[:, 0]]])
    found = hats.at(places)
    values = found.values.toarray()
    assert values.sum(axis=1) == pytest.approx(1.0, rel=1e-12)
    assert values.min() >= 0.0
    distance = np.linalg.norm(values @ corners - places, axis=1)
    alone = [
        np.linalg.norm(Hats(corners, piece[None]).at(places).values.toarray() @ corners - places, axis=1)
        for piece in pieces
    ]
    assert distance == pytest.approx(np.min(alone, axis=0), rel=1e-9, abs=1e-15)
    assert distance[600:] == pytest.approx(0.0, abs=1e-15)
