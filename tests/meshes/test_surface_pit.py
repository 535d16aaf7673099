"""What would hurt most if lost: nodes follow the pit and the tip is as fine as asked; sigma_1 hangs on both."""

import numpy as np
import pytest
from mesh_geometries import (
    ARC,
    NM,
    PLATE,
    PROFILES,
    WALL,
    boundary_lengths,
    lithium_area,
    pit_area,
    pit_length,
    surface_pit,
)

from platingx_meshes import (
    Collector,
    Electrolyte,
    Interlayer,
    MeshBuildError,
    MeshData,
    MeshSize,
    PitPlate,
    SurfacePit,
    build_pit_plate,
    build_surface_pit,
    pit_profile,
)
from platingx_meshes.facets import all_facets
from platingx_meshes.quality import jacobians

ALL = [(p, e, c) for p in PROFILES for e in ("island", "wall") for c in ("quadrilateral", "triangle")]


def boundary_length(mesh: MeshData, name: str) -> float:
    """Length of the second-order edges by Gauss quadrature."""
    a, b, middle = (mesh.points[mesh.boundary_facets(name)[:, i], :2] for i in range(3))
    total = 0.0
    for s, w in zip(*np.polynomial.legendre.leggauss(6), strict=True):
        total += w * np.linalg.norm(a * (s - 0.5) + b * (s + 0.5) - 2.0 * s * middle, axis=1).sum()
    return total


@pytest.mark.parametrize(("profile", "extent", "cell"), ALL)
def test_areas_and_lengths_agree_with_closed_forms(profile, extent, cell):
    geometry = surface_pit(profile, extent, cell=cell)
    mesh = build_surface_pit(geometry)
    assert mesh.region_measure("li") == pytest.approx(lithium_area(geometry), rel=2e-5)
    llzo = PLATE.half_width * PLATE.depth - pit_area(geometry.pit)
    assert mesh.region_measure("llzo") == pytest.approx(llzo, rel=1e-6)
    expected = boundary_lengths(geometry)
    assert set(mesh.boundary_names) == {*expected, "metal_side"}
    for name, length in expected.items():
        assert boundary_length(mesh, name) == pytest.approx(length, rel=2e-5), name


@pytest.mark.parametrize(("profile", "extent", "cell"), ALL)
def test_nodes_lie_on_the_exact_curves(profile, extent, cell):
    geometry = surface_pit(profile, extent, cell=cell)
    mesh = build_surface_pit(geometry)
    x, y, _ = mesh.boundary_points("interface").T
    tolerance = 1e-9 * geometry.pit.depth
    if profile == "semi_ellipse":
        inside = x < geometry.pit.half_width * (1 - 1e-12)
        ellipse = (x / geometry.pit.half_width) ** 2 + (y / geometry.pit.depth) ** 2
        np.testing.assert_allclose(ellipse[inside], 1.0, rtol=0, atol=1e-9)
        np.testing.assert_allclose(y[~inside], 0.0, atol=tolerance)
    else:
        np.testing.assert_allclose(y, geometry.pit.height(x), rtol=0, atol=tolerance)
    x, y, _ = mesh.boundary_points("collector").T
    np.testing.assert_allclose(np.hypot(x, y - 100 * NM - ARC.radius), ARC.radius, rtol=1e-12)
    x, y, _ = mesh.boundary_points("metal_side").T
    end = float(geometry.collector_height(geometry.lithium_half_length))
    parabola = geometry.lithium_half_length - 4 * geometry.meniscus_depth * y / end * (1 - y / end)
    np.testing.assert_allclose(x, parabola, rtol=0, atol=tolerance)
    assert np.abs(mesh.boundary_points("symmetry")[:, 0]).max() == 0.0
    np.testing.assert_allclose(mesh.boundary_points("electrolyte_bottom")[:, 1], -PLATE.depth, rtol=1e-12)
    np.testing.assert_allclose(mesh.boundary_points("electrolyte_side")[:, 0], PLATE.half_width, rtol=1e-12)


@pytest.mark.parametrize(("profile", "extent", "cell"), ALL)
def test_every_outer_facet_has_one_name(profile, extent, cell):
    mesh = build_surface_pit(surface_pit(profile, extent, cell=cell))
    facets = all_facets(mesh.cells, mesh.cell_type)
    regions = mesh.cell_regions[facets.cells]
    named = facets.find(mesh.facets[:, :2])
    assert len(named) == len(mesh.facets)
    expected = np.flatnonzero(facets.outer | (regions[:, 0] != regions[:, 1]))
    np.testing.assert_array_equal(np.sort(named), expected)
    interface = facets.find(mesh.boundary_facets("interface")[:, :2])
    assert (regions[interface, 0] != regions[interface, 1]).all()


def tip_edges(mesh: MeshData, tip: float) -> tuple[float, float]:
    """Lengths of the interface edge and of the symmetry edge below it that start at the tip."""
    at_tip = np.flatnonzero((mesh.points[:, 0] == 0.0) & (np.abs(mesh.points[:, 1] + tip) < 1e-9 * tip))
    lengths = []
    for name in ("interface", "symmetry"):
        edges = mesh.boundary_facets(name)
        edges = edges[np.isin(edges[:, :2], at_tip).any(axis=1)]
        ends = mesh.points[edges[:, :2]]
        below = ends[:, :, 1].min(axis=1) < -tip * (1 + 1e-9) if name == "symmetry" else np.full(len(edges), True)
        lengths.append(float(np.linalg.norm(ends[below][0, 1] - ends[below][0, 0])))
    return lengths[0], lengths[1]


@pytest.mark.parametrize("fraction", [0.05, 0.1, 0.15])
@pytest.mark.parametrize(("profile", "cell"), [(p, c) for p in PROFILES for c in ("quadrilateral", "triangle")])
def test_tip_is_as_fine_as_asked(profile, cell, fraction):
    geometry = surface_pit(profile, tip_fraction=fraction, cell=cell)
    wanted = min(fraction * geometry.pit.curvature_radius, geometry.pit.tip_arc / 8.0)  # a short arc has its own size
    along, down = tip_edges(build_surface_pit(geometry), geometry.pit.depth)
    assert 0.75 * wanted < along <= 1.1 * wanted
    height = 0.5 * wanted if cell == "quadrilateral" else wanted
    assert 0.6 * height < down <= 1.4 * height


@pytest.mark.parametrize(("profile", "extent"), [(p, e) for p in PROFILES for e in ("island", "wall")])
def test_refinement_halves_all_sizes(profile, extent):
    coarse, fine = (build_surface_pit(surface_pit(profile, extent, refinement=r)) for r in (1.0, 2.0))
    assert len(fine.cells) == 4 * len(coarse.cells)
    depth = PROFILES[profile].depth
    ratio = np.array(tip_edges(coarse, depth)) / np.array(tip_edges(fine, depth))
    np.testing.assert_allclose(ratio, 2.0, atol=0.25)
    largest = [np.sqrt(mesh.jacobians.measures.max()) for mesh in (coarse, fine)]
    assert largest[0] / largest[1] == pytest.approx(2.0, rel=0.15)


def test_areas_converge_with_fourth_order():
    errors = []
    for refinement in (0.5, 1.0, 2.0):
        geometry = surface_pit(refinement=refinement)
        errors.append(abs(build_surface_pit(geometry).region_measure("li") - lithium_area(geometry)))
    orders = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    assert (orders > 3.5).all(), orders


@pytest.mark.parametrize("refinement", [0.5, 1.0, 2.0])
@pytest.mark.parametrize(("profile", "extent", "cell"), ALL)
def test_cells_are_well_shaped(profile, extent, cell, refinement):
    mesh = build_surface_pit(surface_pit(profile, extent, cell=cell, refinement=refinement))
    assert mesh.quality > 0.2
    assert mesh.jacobians.determinant.min() > 0.0


def test_neighbours_along_the_interface_differ_by_the_growth_ratio_at_most():
    mesh = build_surface_pit(surface_pit(growth_ratio=1.2))
    edges = mesh.boundary_facets("interface")
    edges = edges[np.argsort(mesh.points[edges[:, 2], 0])]
    lengths = np.linalg.norm(mesh.points[edges[:, 1]] - mesh.points[edges[:, 0]], axis=1)
    ratios = lengths[1:] / lengths[:-1]
    assert max(ratios.max(), 1.0 / ratios.min()) < 1.3


def test_layers_run_through_the_interlayer():
    mesh = build_surface_pit(surface_pit(extent="wall", layers=9))
    assert len(mesh.boundary_facets("metal_side")) == 9


@pytest.mark.parametrize("profile", ["cosine_squared", "semi_ellipse"])
@pytest.mark.parametrize("refinement", [1.0, 2.0])
def test_last_elements_before_the_side_have_the_length_asked_for(profile, refinement):
    """Up to whole elements and the growth of the size along two of them; the layers stay as they are."""
    asked = 25 * NM
    sized = [surface_pit(profile, "wall", refinement=refinement, side_size=size) for size in (None, asked)]
    plain, long = (build_surface_pit(geometry) for geometry in sized)
    ends = np.sort(long.points[np.unique(long.boundary_facets("interface")[:, :2]), 0])
    assert np.diff(ends)[-2:] * refinement == pytest.approx(asked, rel=0.2)
    assert len(long.boundary_facets("metal_side")) == len(plain.boundary_facets("metal_side"))
    assert len(long.cells) < len(plain.cells)
    assert long.quality > 0.2


def test_shipped_size_of_the_main_geometries():
    for extent in ("island", "wall"):
        assert 1500 < len(build_surface_pit(surface_pit(extent=extent)).cells) < 4000


def test_flat_collector_and_straight_side():
    geometry = SurfacePit(PLATE, PROFILES["cosine_squared"], Interlayer(50 * NM, "island", 300 * NM, 0.0))
    mesh = build_surface_pit(geometry)
    np.testing.assert_allclose(mesh.boundary_points("collector")[:, 1], 50 * NM, rtol=1e-12)
    np.testing.assert_allclose(mesh.boundary_points("metal_side")[:, 0], 300 * NM, rtol=1e-12)
    assert mesh.region_measure("li") == pytest.approx(lithium_area(geometry), rel=1e-5)


@pytest.mark.parametrize("aspect", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_llzo_alone_with_steep_cosine_pits(aspect, cell):
    plate = PitPlate(
        Electrolyte(1e-6, 1e-6), pit_profile("cosine_squared", aspect * 50 * NM, 50 * NM), MeshSize(cell=cell)
    )
    mesh = build_pit_plate(plate)
    assert set(mesh.region_names) == {"llzo"}
    assert set(mesh.boundary_names) == {"pit", "electrolyte_top", "electrolyte_side", "electrolyte_bottom", "symmetry"}
    assert boundary_length(mesh, "pit") == pytest.approx(pit_length(plate.pit), rel=1e-4)
    assert mesh.region_measure("llzo") == pytest.approx(1e-12 - pit_area(plate.pit), rel=1e-6)
    assert mesh.quality > 0.2


def test_llzo_alone_with_an_elliptic_pit():
    plate = PitPlate(PLATE, PROFILES["semi_ellipse"])
    mesh = build_pit_plate(plate)
    assert boundary_length(mesh, "pit") == pytest.approx(pit_length(plate.pit), rel=1e-4)
    assert boundary_length(mesh, "electrolyte_top") == pytest.approx(770 * NM)


def test_scale_does_not_matter():
    """Shapes in metres equal shapes in nanometres: no tolerance is absolute."""
    for cell in ("quadrilateral", "triangle"):
        small = build_surface_pit(surface_pit(cell=cell))
        pit = pit_profile("cosine_squared", 40.0, 40.0)
        layer = Interlayer(100.0, "island", 240.0, 70.0)
        large = build_surface_pit(
            SurfacePit(Electrolyte(800.0, 1000.0), pit, layer, Collector("arc", 2400.0), MeshSize(cell=cell))
        )
        assert len(small.cells) == pytest.approx(len(large.cells), rel=0.02)
        assert small.quality == pytest.approx(large.quality, rel=0.1)


def test_scaled_changes_coordinates_only():
    mesh = build_surface_pit(surface_pit())
    assert mesh.scaled(2.0).region_measure("li") == pytest.approx(4.0 * mesh.region_measure("li"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Electrolyte(-1.0, 1.0), ["electrolyte half_width", "-1 m", "above 0"]),
        (lambda: Electrolyte(float("nan"), 1.0), ["half_width", "finite"]),
        (lambda: pit_profile("square", 1.0, 1.0), ["square", "cosine_squared"]),
        (lambda: pit_profile("rounded_v", 40 * NM, 40 * NM), ["tip_radius", "missing"]),
        (lambda: pit_profile("rounded_v", 40 * NM, 40 * NM, 60 * NM), ["tip_radius", "60 nm", "at most 39.6 nm"]),
        (lambda: pit_profile("cosine_squared", 40 * NM, 40 * NM, 5 * NM), ["tip_radius", "cosine_squared"]),
        (lambda: pit_profile("cosine_squared", 4.0, 0.1), ["depth / half_width", "40", "20"]),
        (lambda: Interlayer(0.0), ["interlayer thickness", "above 0"]),
        (lambda: Interlayer(1.0, "bridge"), ["extent", "bridge", "wall, island"]),
        (lambda: Interlayer(1.0, "wall", 3.0), ["half_length", "island"]),
        (lambda: Interlayer(1.0, "island"), ["half_length", "missing"]),
        (lambda: Interlayer(1.0, "island", 2.0, 1.9), ["meniscus_depth", "1.9 m", "at most 1.2 m"]),
        (lambda: Collector("arc"), ["radius", "missing"]),
        (lambda: Collector("flat", 1.0), ["radius", "arc"]),
        (lambda: MeshSize(tip_fraction=0.0), ["tip_fraction", "above 0", "at most 1"]),
        (lambda: MeshSize(growth_ratio=1.0), ["growth_ratio", "above 1", "at most 2"]),
        (lambda: MeshSize(layers=1), ["layers", "from 2"]),
        (lambda: MeshSize(layers=2.5), ["layers", "whole number"]),
        (lambda: MeshSize(side_size=-1.0), ["side_size", "above 0"]),
        (lambda: MeshSize(cell="hexagon"), ["cell", "triangle"]),
        (lambda: MeshSize(refinement=100.0), ["refinement", "at most 16"]),
        (
            lambda: SurfacePit(PLATE, pit_profile("cosine_squared", 40 * NM, 900 * NM), WALL),
            ["pit half_width", "640 nm"],
        ),
        (
            lambda: SurfacePit(PLATE, PROFILES["rounded_v"], Interlayer(1e-7, "island", 41 * NM)),
            ["half_length", "42 nm"],
        ),
        (lambda: SurfacePit(PLATE, PROFILES["rounded_v"], WALL, Collector("arc", 700 * NM)), ["radius", "808 nm"]),
        (lambda: surface_pit(max_size=0.1 * NM), ["max_size", "at least"]),
    ],
)
def test_nonsense_is_refused_with_name_value_and_range(make, words):
    with pytest.raises(MeshBuildError) as caught:
        make()
    for word in words:
        assert word in str(caught.value)


def test_pit_too_steep_for_columns_is_refused_with_a_way_out():
    geometry = SurfacePit(PLATE, pit_profile("cosine_squared", 300 * NM, 20 * NM), WALL)
    with pytest.raises(MeshBuildError, match=r"scaled Jacobian (.|\n)*try: .*cell: triangle"):
        build_surface_pit(geometry)


def test_quality_measure_of_known_cells():
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1.0]])
    points = np.column_stack([square, np.zeros(4)])
    assert jacobians(points, np.array([[0, 1, 2, 3]]), "quad").scaled.min() == pytest.approx(1.0)
    assert jacobians(points, np.array([[0, 3, 2, 1]]), "quad").scaled.max() == pytest.approx(-1.0)
    regular = np.array([[0, 0, 0], [1, 0, 0], [0.5, np.sqrt(0.75), 0]])
    sampled = jacobians(regular, np.array([[0, 1, 2]]), "triangle")
    assert sampled.scaled.min() == pytest.approx(1.0)
    assert sampled.measures[0] == pytest.approx(np.sqrt(3) / 4)
