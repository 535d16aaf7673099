"""What would hurt most if lost: in 3D too, nodes lie on the exact surfaces and every face has its name."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from mesh_geometries import NM, PROFILES
from mesh_volumes import SHARE, face_area, layer_volume, pit_count, pit_volume, plate_volume

from platingx_meshes import (
    Block,
    Cap,
    Interlayer,
    MeshBuildError,
    MeshData,
    MeshSize,
    SurfacePit3D,
    build_surface_pit_3d,
    pit_profile,
)
from platingx_meshes.conformity import check_joined
from platingx_meshes.facets import all_facets

BOX = Block(400 * NM, 500 * NM, 300 * NM)
WALL = Interlayer(100 * NM)
ISLAND = Interlayer(100 * NM, "island", 180 * NM, 40 * NM)
STRAIGHT = Interlayer(100 * NM, "island", 180 * NM)
SIZES = MeshSize(tip_fraction=0.4, growth_ratio=1.6, layers=4, max_size=100 * NM)
SHALLOW = pit_profile("spherical_cap", 20 * NM, 40 * NM)
STEEP = pit_profile("cosine_squared", 56 * NM, 40 * NM)
TETRAHEDRA = {"cell": "tetrahedron"}
TWO = ((0.0, 0.0), (150 * NM, 90 * NM))


def geometry(pit, layer=WALL, cap=Cap(), plate=BOX, **more):  # noqa: B008
    return SurfacePit3D(plate, pit, layer, cap, **{"mesh": SIZES, **more})


CASES = {
    "cap": geometry(SHALLOW),
    "steep under an arc": geometry(STEEP, cap=Cap("arc", 1200 * NM)),
    "cone under a sphere": geometry(PROFILES["rounded_v"], cap=Cap("sphere", 1200 * NM), extent="half"),
    "island": geometry(STEEP, ISLAND, Cap("arc", 1200 * NM)),
    "cylinder": geometry(SHALLOW, ISLAND, Cap("sphere", 1200 * NM), Block(400 * NM, 500 * NM, outline="cylinder")),
    "full": geometry(SHALLOW, extent="full"),
    "tetrahedra": geometry(PROFILES["semi_ellipse"], **TETRAHEDRA),
    "tetrahedra under an arc": geometry(STEEP, STRAIGHT, Cap("arc", 1200 * NM), **TETRAHEDRA),
    "tetrahedra, meniscus": geometry(SHALLOW, ISLAND, Cap("sphere", 1200 * NM), extent="half", **TETRAHEDRA),
    "two pits": geometry(SHALLOW, places=TWO, **TETRAHEDRA),
    "hemispheres": geometry(pit_profile("spherical_cap", 40 * NM, 40 * NM), places=TWO, extent="full", **TETRAHEDRA),
}
_MESHES: dict[str, MeshData] = {}


def mesh_of(name: str) -> MeshData:
    if name not in _MESHES:
        _MESHES[name] = build_surface_pit_3d(CASES[name])
    return _MESHES[name]


@pytest.mark.parametrize("name", CASES)
def test_cells_are_joined(name: str) -> None:
    mesh = mesh_of(name)
    labels, node_labels = np.arange(len(mesh.cells)), np.arange(len(mesh.points))
    facets = all_facets(mesh.cells, mesh.cell_type)
    check_joined(mesh.points, mesh.cells, mesh.cell_type, facets, labels, node_labels, Path(name))


@pytest.mark.parametrize("name", CASES)
def test_volumes_agree_with_closed_forms(name):
    """Within 1e-3; that the rest is the error of second-order cells is shown below by its order."""
    case, mesh = CASES[name], mesh_of(name)
    pits = pit_count(case) * pit_volume(case.pit)
    assert mesh.region_measure("li") == pytest.approx(layer_volume(case) + pits, rel=1e-3)
    assert mesh.region_measure("llzo") == pytest.approx(plate_volume(case) - pits, rel=1e-3, abs=0.02 * pits)


@pytest.mark.parametrize("name", ["island", "cone under a sphere"])
def test_volumes_converge_with_third_order_at_least(name):
    """Nodes are exact and cells quadratic: the error of a volume falls with the third power of the size or faster."""
    case = replace(CASES[name], extent="quarter")
    exact = layer_volume(case) + pit_count(case) * pit_volume(case.pit)
    errors = []
    for refinement in (1.0, 2.0):
        mesh = build_surface_pit_3d(replace(case, mesh=replace(SIZES, refinement=refinement)))
        errors.append(abs(mesh.region_measure("li") - exact))
    assert np.log2(errors[0] / errors[1]) > 2.7


@pytest.mark.parametrize("name", CASES)
def test_nodes_lie_on_the_exact_surfaces(name):
    case, mesh = CASES[name], mesh_of(name)
    pit, tolerance = case.pit, 1e-9 * case.pit.depth
    points = mesh.boundary_points("interface")
    distances = [np.hypot(points[:, 0] - x, points[:, 1] - y) for x, y in case.places]
    radius = np.min(distances, axis=0)
    inside = radius < pit.half_width * (1 - 1e-9)
    np.testing.assert_allclose(points[~inside, 2], 0.0, rtol=0, atol=tolerance)
    if pit.name == "semi_ellipse" or (pit.depth == pit.half_width == 40 * NM and pit.name == "spherical_cap"):
        on = (radius[inside] / pit.half_width) ** 2 + (points[inside, 2] / pit.depth) ** 2
        np.testing.assert_allclose(on, 1.0, rtol=0, atol=1e-9)
    else:
        np.testing.assert_allclose(points[inside, 2], pit.height(radius[inside]), rtol=0, atol=tolerance)
    x, y, z = mesh.boundary_points("collector").T
    np.testing.assert_allclose(z, case.collector_height(x, y), rtol=0, atol=tolerance)
    if case.interlayer.half_length is not None:
        x, y, z = mesh.boundary_points("metal_side").T
        radius, length = np.hypot(x, y), case.interlayer.half_length
        t = z / case.collector_height(length * x / radius, length * y / radius)
        np.testing.assert_allclose(radius, length - 4 * case.meniscus_depth * t * (1 - t), rtol=0, atol=tolerance)
    bottom = mesh.boundary_points("electrolyte_bottom")
    np.testing.assert_allclose(bottom[:, 2], -case.electrolyte.depth, rtol=1e-12)
    if case.extent != "full":
        planes = mesh.boundary_points("symmetry")
        assert np.abs(planes[:, :2] if case.extent == "quarter" else planes[:, :1]).min(axis=1).max() == 0.0


@pytest.mark.parametrize("name", CASES)
def test_every_outer_face_has_one_name(name):
    case, mesh = CASES[name], mesh_of(name)
    facets = all_facets(mesh.cells, mesh.cell_type)
    corners = facets.corners
    regions = mesh.cell_regions[facets.cells]
    named = facets.find(mesh.facets[:, :corners])
    assert len(named) == len(mesh.facets)
    expected = np.flatnonzero(facets.outer | (regions[:, 0] != regions[:, 1]))
    np.testing.assert_array_equal(np.sort(named), expected)
    names = {"collector", "interface", "metal_side", "electrolyte_side", "electrolyte_bottom"}
    names |= {"symmetry"} if case.extent != "full" else set()
    names |= {"electrolyte_top"} if case.interlayer.extent == "island" else set()
    assert set(mesh.boundary_names) == names
    assert set(mesh.region_names) == {"li", "llzo"}
    assert len(np.unique(mesh.cells)) == len(mesh.points), "no node without a cell"


@pytest.mark.parametrize("name", CASES)
def test_areas_of_the_faces(name):
    """Wetted area: the flat surface with each pit's mouth replaced by its surface (a cap has pi (a^2 + b^2))."""
    case, mesh = CASES[name], mesh_of(name)
    plate, share = case.electrolyte, SHARE[case.extent]
    flat = plate_volume(case) / plate.depth
    assert face_area(mesh, "electrolyte_bottom") == pytest.approx(flat, rel=1e-4)
    wetted = flat if case.interlayer.half_length is None else share * np.pi * case.interlayer.half_length**2
    if case.pit.name == "spherical_cap":
        wetted += pit_count(case) * np.pi * case.pit.depth**2
        assert face_area(mesh, "interface") == pytest.approx(wetted, rel=2e-4)
    if plate.outline == "box":
        sides = {"quarter": 1, "half": 2, "full": 4}[case.extent]
        lengths = {1: sum(plate.reach), 2: 2 * sum(plate.reach), 4: 4 * sum(plate.reach)}[sides]
        if case.extent == "half":  # x = W over the whole length, y = -L and y = L over half of the width
            lengths = 2 * plate.reach[1] + 2 * plate.reach[0]
        assert face_area(mesh, "electrolyte_side") == pytest.approx(lengths * plate.depth, rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_cells_are_well_shaped(name):
    """Scaled Jacobian at corners and quadrature points: hexahedra 0.2, tetrahedra 0.1 as the builder promises."""
    mesh = mesh_of(name)
    assert mesh.quality > (0.2 if CASES[name].cell == "hexahedron" else 0.1)
    assert mesh.jacobians.determinant.min() > 0.0


def test_full_model_is_the_quarter_four_times():
    quarter, full = mesh_of("cap"), mesh_of("full")
    assert len(full.cells) == 4 * len(quarter.cells)
    for region in ("li", "llzo"):
        assert full.region_measure(region) == pytest.approx(4 * quarter.region_measure(region), rel=1e-12)
    places = {tuple(row) for row in np.rint(full.points / (1e-6 * NM)).astype(np.int64)}
    assert len(places) == len(full.points), "nodes at one place are joined"
    for signs in ((-1, 1), (1, -1)):
        assert {(signs[0] * x, signs[1] * y, z) for x, y, z in places} == places


def test_groove_is_its_section_drawn_out():
    case = geometry(PROFILES["rounded_v"], ISLAND, Cap("arc", 1200 * NM), form="groove", extent="full")
    mesh = build_surface_pit_3d(case)
    section = build_section(case)
    for region in ("li", "llzo"):
        assert mesh.region_measure(region) == pytest.approx(4 * 300 * NM * section.region_measure(region), rel=1e-12)
    assert face_area(mesh, "metal_side") > 0.0
    assert set(mesh.boundary_names) == {
        "collector",
        "interface",
        "metal_side",
        "electrolyte_top",
        "electrolyte_side",
        "electrolyte_bottom",
    }


def build_section(case: SurfacePit3D) -> MeshData:
    from platingx_meshes import build_surface_pit

    return build_surface_pit(case.section)


def test_groove_under_a_sphere_touches_it():
    case = geometry(PROFILES["rounded_v"], cap=Cap("sphere", 1200 * NM), form="groove")
    mesh = build_surface_pit_3d(case)
    x, y, z = mesh.boundary_points("collector").T
    np.testing.assert_allclose(z, case.collector_height(x, y), rtol=1e-12)
    assert mesh.quality > 0.2


@pytest.mark.parametrize("cell", ["hexahedron", "tetrahedron"])
def test_refinement_divides_all_sizes(cell):
    """Eight times the hexahedra; for free tetrahedra 8 within a third."""
    coarse, fine = (
        build_surface_pit_3d(geometry(SHALLOW, cell=cell, mesh=MeshSize(0.4, 1.8, 2, 100 * NM, refinement=refinement)))
        for refinement in ((1.0, 2.0) if cell == "hexahedron" else (1.5, 3.0))
    )
    ratio = len(fine.cells) / len(coarse.cells)
    assert ratio == pytest.approx(8.0, rel=1e-12 if cell == "hexahedron" else 0.33)


def test_cells_are_smallest_at_every_tip():
    mesh = mesh_of("two pits")
    sizes = np.cbrt(mesh.jacobians.measures)
    centres = mesh.points[mesh.cells].mean(axis=1)
    tip_size = CASES["two pits"].section.plate.tip_size
    for x, y in TWO:
        distance = np.linalg.norm(centres - [x, y, -SHALLOW.depth], axis=1)
        assert np.median(sizes[np.argsort(distance)[:8]]) < 1.2 * tip_size
    assert np.median(sizes) < sizes.max() / 3


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: geometry(PROFILES["semi_ellipse"]), ["semi_ellipse", "tetrahedron"]),
        (lambda: geometry(SHALLOW, places=TWO), ["hexahedron", "one pit", "tetrahedron"]),
        (lambda: geometry(SHALLOW, places=((0.0, 0.0), (50 * NM, 0.0)), **TETRAHEDRA), ["places[1]", "overlaps"]),
        (lambda: geometry(SHALLOW, places=((20 * NM, 0.0),), **TETRAHEDRA), ["places[0]", "20 nm", "symmetry"]),
        (lambda: geometry(SHALLOW, places=((390 * NM, 0.0),), **TETRAHEDRA), ["places[0]", "390 nm", "lithium"]),
        (lambda: geometry(SHALLOW, places=(), **TETRAHEDRA), ["places", "empty"]),
        (lambda: geometry(SHALLOW, places=((1e-9, 0.0),), form="groove"), ["groove", "x = 0"]),
        (lambda: geometry(SHALLOW, form="groove", **TETRAHEDRA), ["groove", "hexahedra"]),
        (lambda: geometry(SHALLOW, ISLAND, Cap("arc", 1200 * NM), **TETRAHEDRA), ["meniscus", "sphere"]),
        (lambda: geometry(SHALLOW, cap=Cap("sphere", 450 * NM)), ["radius", "450 nm", "505 nm"]),
        (lambda: geometry(SHALLOW, plate=Block(4e-7, 5e-7, outline="cylinder"), **TETRAHEDRA), ["cylinder"]),
        (lambda: Block(1e-6, 1e-6, 1e-6, "cylinder"), ["half_length", "cylinder"]),
        (lambda: Cap("dome"), ["shape", "flat, arc, sphere"]),
        (lambda: geometry(SHALLOW, extent="third"), ["extent", "quarter"]),
        (lambda: pit_profile("spherical_cap", 41 * NM, 40 * NM), ["depth", "41 nm", "40 nm"]),
    ],
)
def test_nonsense_is_refused_with_name_value_and_way_out(make, words):
    with pytest.raises(MeshBuildError) as caught:
        make()
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("name", ["hemispheres", "tetrahedra, meniscus"])
def test_a_whole_plate_has_faces_in_the_section_through_its_first_pit(name):
    """Where no plane of symmetry shows the pit, figures need one that the mesh follows: its area is the section's."""
    case, mesh = CASES[name], mesh_of(name)
    facets = all_facets(mesh.cells, mesh.cell_type)
    inside = (np.abs(mesh.points[facets.nodes][..., 1] - case.places[0][1]) < 1e-12 * case.pit.depth).all(axis=1)
    corners = mesh.points[facets.nodes[inside, :3]][..., [0, 2]]
    sides = corners[:, 1:] - corners[:, :1]
    section = 0.5 * np.abs(np.linalg.det(sides)).sum()
    width = case.electrolyte.half_width * (2 if case.extent == "full" else 1)
    layer = case.interlayer.thickness * (case.interlayer.half_length or width)
    assert section == pytest.approx(width * case.electrolyte.depth + layer, rel=0.05)
