"""What would hurt most if lost: every kind of direction gives the normal where there is only one."""

from pathlib import Path

import numpy as np
import pytest
from dolfinx.mesh import compute_midpoints
from mpi4py import MPI

from platingx.compat import geometry_nodes
from platingx.config.case import Case
from platingx.config.direction_file import DirectionPoints, direction_file_text
from platingx.config.loader import load_case
from platingx.errors import CaseError, PlatingxError
from platingx.fields.normal_directions import direction_from_normals
from platingx.physics.discretisation import Discretisation, discretise, discretise_mesh
from platingx.physics.growth_directions import growth_directions
from platingx.run.meshing import load_mesh
from platingx_meshes.simple import Box, QuarterAnnulus, build_box, build_quarter_annulus

CASES = Path(__file__).parents[2] / "cases"
FLAT = (
    ("geometry.pit.depth", "4 nm"),
    ("geometry.pit.half_width", "40 nm"),
    ("geometry.collector", "{shape: flat, radius: null}"),
    ("geometry.mesh.refinement", "0.4"),
)


def directions(case: Case, folder: Path, comm: MPI.Intracomm = MPI.COMM_SELF) -> tuple[np.ndarray, np.ndarray]:
    """Directions and places at the quadrature points of the metal of this rank."""
    parts = discretise_mesh(load_mesh(case, comm, folder / "mesh.msh"))
    return growth_directions(case, parts, "li"), places_of(parts)


def places_of(parts: Discretisation) -> np.ndarray:
    geometry = parts.loaded.mesh.geometry
    corners = geometry.x[geometry_nodes(geometry)[parts.cells("li")]][:, :, : geometry.dim]
    return np.einsum("qg,cgi->cqi", parts.tables.geometry, corners)


def case_of(name: str, direction: str, *values: tuple[str, str]) -> Case:
    return load_case(CASES / f"{name}.yaml", [("growth.direction", direction), *values])


@pytest.mark.parametrize(("power", "axisymmetric"), [(2, False), (3, True)])
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_normals_between_circles_and_spheres_are_radial(cell: str, power: int, axisymmetric: bool) -> None:
    worst = []
    for cells in (4, 8):
        parts = discretise(
            build_quarter_annulus(QuarterAnnulus(1.0, 2.0, cells, cells, region="li", cell=cell)), MPI.COMM_SELF
        )
        layer = (parts.loaded.mesh, parts.cells("li", ghosts=True), parts.facets("inner"), parts.facets("outer"))
        radial = places_of(parts)
        radial /= np.linalg.norm(radial, axis=-1, keepdims=True)
        for blended in (False, True):
            field = direction_from_normals(*layer, parts.cells("li"), parts.tables, axisymmetric, blended)
            worst.append(np.degrees(np.arccos(np.clip(np.einsum("cqi,cqi->cq", field[..., :2], radial), -1, 1))).max())
    assert worst[2] < 0.35 * worst[0]
    assert worst[3] < 0.35 * worst[1]
    assert max(worst[2:]) < 0.3


@pytest.mark.mpi
@pytest.mark.parametrize("kind", ["between_faces", "blended", "interface_normal", "{expression: [0, 1]}"])
def test_flat_layer_away_from_a_pit_grows_upright(tmp_path: Path, kind: str) -> None:
    folder = Path(MPI.COMM_WORLD.bcast(str(tmp_path)))
    field, places = directions(case_of("eruption", kind, *FLAT), folder, MPI.COMM_WORLD)
    away = places[..., 0] > 300e-9
    np.testing.assert_allclose(field[away], np.broadcast_to([0.0, 1.0, 0.0], field[away].shape), atol=2e-3)


def test_blend_is_linear_along_the_way(tmp_path: Path) -> None:
    """Over the flat plate under an arc the normal turns from upright to that of the arc in proportion to the height."""
    field, places = directions(case_of("eruption", "blended", ("geometry.mesh.refinement", "0.5")), tmp_path)
    x, y = places[..., 0], places[..., 1]
    radius, height = 2400e-9, 100e-9
    top = height + radius - np.sqrt(radius**2 - x**2)
    share = y / top
    arc = np.stack([-x / radius, np.sqrt(1.0 - (x / radius) ** 2)], axis=-1)
    blend = share[..., None] * arc + (1.0 - share[..., None]) * [0.0, 1.0]
    blend /= np.linalg.norm(blend, axis=-1, keepdims=True)
    away = (x > 150e-9) & (x < 700e-9)
    off = np.degrees(np.arccos(np.clip(np.einsum("cqi,cqi->cq", field[..., :2], blend), -1.0, 1.0)))
    assert off[away].max() < 1.0, "field lines are not quite upright"
    interface, _ = directions(case_of("eruption", "interface_normal", ("geometry.mesh.refinement", "0.5")), tmp_path)
    np.testing.assert_allclose(interface[away][:, 1], 1.0, atol=1e-3)


def test_normals_of_a_pit_in_space_are_those_of_its_section(tmp_path: Path) -> None:
    """On the flat plate around a round pit everything is upright; over the pit the field leans to the axis."""
    field, places = directions(case_of("eruption_3d", "blended", ("geometry.mesh.refinement", "0.6")), tmp_path)
    radius = np.hypot(places[..., 0], places[..., 1])
    near_plate = (radius > 150e-9) & (places[..., 2] < 20e-9)
    assert field[near_plate][:, 2].min() > 0.99
    wall = (radius > 15e-9) & (radius < 30e-9) & (places[..., 2] < -5e-9)
    inwards = -np.einsum("ci,ci->c", field[wall][:, :2], places[wall][:, :2]) / radius[wall]
    assert wall.any()
    assert np.median(inwards) > 0.2


def test_formula_and_file_and_vector_give_the_same(tmp_path: Path) -> None:
    formula, places = directions(case_of("eruption", "{expression: [x/1 um, 1]}", *FLAT), tmp_path)
    expected = np.stack([places[..., 0] / 1e-6, np.ones(places.shape[:2]), np.zeros(places.shape[:2])], axis=-1)
    expected /= np.linalg.norm(expected, axis=-1, keepdims=True)
    np.testing.assert_allclose(formula, expected, rtol=1e-13)
    grid = np.stack(np.meshgrid(np.linspace(0, 8e-7, 9), np.linspace(-4e-9, 1e-7, 5)), axis=-1).reshape(-1, 2)
    path = tmp_path / "directions.csv"
    path.write_text(direction_file_text(DirectionPoints(grid, np.stack([grid[:, 0] / 1e-6, np.ones(45)], axis=-1))))
    found, _ = directions(case_of("eruption", f"{{file: {path}}}", *FLAT), tmp_path)
    np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.mpi
def test_points_that_do_not_reach_the_metal_are_told_on_all_ranks(tmp_path: Path) -> None:
    folder = Path(MPI.COMM_WORLD.bcast(str(tmp_path)))
    grid = np.stack(np.meshgrid(np.linspace(0, 6e-7, 7), np.linspace(-1e-7, 2e-7, 4)), axis=-1).reshape(-1, 2)
    path = folder / "directions.csv"
    if MPI.COMM_WORLD.rank == 0:
        path.write_text(direction_file_text(DirectionPoints(grid, np.ones_like(grid))))
    MPI.COMM_WORLD.barrier()
    case = case_of("eruption", f"{{file: {path}}}", *FLAT)
    with pytest.raises(CaseError, match=r"growth.direction: the points of the file do not reach the metal at \d+ of"):
        directions(case, folder, MPI.COMM_WORLD)


def test_points_on_a_line_and_vanishing_formulas_are_told(tmp_path: Path) -> None:
    line = np.stack([np.linspace(0, 8e-7, 5), np.zeros(5)], axis=-1)
    path = tmp_path / "directions.csv"
    path.write_text(direction_file_text(DirectionPoints(line, np.ones_like(line))))
    with pytest.raises(CaseError, match="on a line"):
        directions(case_of("eruption", f"{{file: {path}}}", *FLAT), tmp_path)
    with pytest.raises(CaseError, match="has no length"):
        directions(case_of("eruption", "{expression: [0, 'max(x - 500 nm, 0 nm)']}", *FLAT), tmp_path)
    with pytest.raises(CaseError, match="no finite value"):
        directions(case_of("eruption", "{expression: [0, log(0*x/1 nm)]}", *FLAT), tmp_path)


@pytest.mark.parametrize(
    ("name", "formula", "words"),
    [
        ("eruption", "[z/1 nm, 1]", "names z"),
        ("eruption", "[r/1 nm, 1]", "names r"),
        ("eruption", "[0, 0, 1]", "3 components"),
        ("eruption_3d", "[0, 1]", "2 components"),
    ],
)
def test_coordinates_that_a_model_has_not_are_told(tmp_path: Path, name: str, formula: str, words: str) -> None:
    with pytest.raises(PlatingxError, match=words):
        directions(case_of(name, f"{{expression: {formula}}}"), tmp_path)


def test_radius_of_a_round_body(tmp_path: Path) -> None:
    case = case_of("eruption", "{expression: [r/1 um, 1]}", ("geometry.symmetry", "axisymmetric"), *FLAT)
    field, places = directions(case, tmp_path)
    np.testing.assert_allclose(field[..., 0] / field[..., 1], places[..., 0] / 1e-6, rtol=1e-12)


def test_two_faces_on_one_line_have_no_blend() -> None:
    """From the left to the right half of a bottom the lines turn round, and the normals are opposite."""
    parts = discretise(build_box(Box(2.0, 1.0, 8, 4, "li")), MPI.COMM_SELF)
    bottom = parts.facets("bottom")
    right = entities_middle(parts, bottom)[:, 0] > 1.0
    layer = (parts.loaded.mesh, parts.cells("li", ghosts=True), bottom[~right], bottom[right], parts.cells("li"))
    with pytest.raises(CaseError, match="opposite"):
        direction_from_normals(*layer, parts.tables, False, True)


def entities_middle(parts: Discretisation, facets: np.ndarray) -> np.ndarray:
    mesh = parts.loaded.mesh
    return compute_midpoints(mesh, mesh.topology.dim - 1, facets)
