"""What would hurt most if lost: verification problems are solved on the geometry they are named after."""

import numpy as np
import pytest

from platingx_meshes import MeshBuildError
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import (
    Box,
    CooksMembrane,
    QuarterAnnulus,
    build_box,
    build_cooks_membrane,
    build_quarter_annulus,
)

CELLS = ("quadrilateral", "triangle")


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("distortion", [0.0, 0.25])
def test_box(cell, distortion):
    mesh = build_box(Box(3e-9, 2e-9, 5, 4, cell=cell, distortion=distortion))
    assert mesh.region_measure("li") == pytest.approx(6e-18)
    assert set(mesh.boundary_names) == {"left", "right", "bottom", "top"}
    assert len(mesh.cells) == (20 if cell == "quadrilateral" else 40)
    assert len(mesh.points) == 11 * 9
    assert mesh.quality > 0.3
    np.testing.assert_allclose(mesh.boundary_points("right")[:, 0], 3e-9)


@pytest.mark.parametrize("cell", CELLS)
def test_box_of_two_regions(cell):
    mesh = build_box(Box(1.0, 1.0, 3, 4, interface_height=0.3, cell=cell))
    assert mesh.region_measure("llzo") == pytest.approx(0.3)
    assert mesh.region_measure("li") == pytest.approx(0.7)
    np.testing.assert_allclose(mesh.boundary_points("interface")[:, 1], 0.3)


@pytest.mark.parametrize("cell", CELLS)
def test_cooks_membrane(cell):
    mesh = build_cooks_membrane(CooksMembrane(4, cell=cell))
    assert mesh.region_measure("li") == pytest.approx(1440.0)
    corners = mesh.points[:, :2]
    for corner in ((0, 0), (48, 44), (48, 60), (0, 44), (48, 52)):
        assert np.linalg.norm(corners - corner, axis=1).min() < 1e-9
    np.testing.assert_allclose(mesh.boundary_points("right")[:, 0], 48.0)


@pytest.mark.parametrize("cell", CELLS)
def test_quarter_annulus(cell):
    mesh = build_quarter_annulus(QuarterAnnulus(1.0, 3.0, 4, 8, cell=cell))
    assert mesh.region_measure("llzo") == pytest.approx(2.0 * np.pi, rel=1e-4)
    np.testing.assert_allclose(np.linalg.norm(mesh.boundary_points("inner"), axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(mesh.boundary_points("outer"), axis=1), 3.0, rtol=1e-12)
    assert np.abs(mesh.boundary_points("bottom")[:, 1]).max() == 0.0
    assert np.abs(mesh.boundary_points("left")[:, 0]).max() == 0.0


@pytest.mark.parametrize("cell", ["hexahedron", "tetrahedron"])
def test_block(cell):
    mesh = build_block3d(Block3D(2.0, 3.0, 4.0, 1, 2, 3, cell=cell))
    assert mesh.dimension == 3
    assert mesh.region_measure("li") == pytest.approx(24.0)
    assert set(mesh.boundary_names) == {"left", "right", "front", "back", "bottom", "top"}
    for i, (low, high) in enumerate((("left", "right"), ("front", "back"), ("bottom", "top"))):
        assert np.abs(mesh.boundary_points(low)[:, i]).max() < 1e-12
        np.testing.assert_allclose(mesh.boundary_points(high)[:, i], (2.0, 3.0, 4.0)[i])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Box(cells_x=0), "cells_x"),
        (lambda: Box(width=-1.0), "box width"),
        (lambda: Box(region="gold"), "gold"),
        (lambda: Box(cell="quad"), "quadrilateral"),
        (lambda: Box(interface_height=1.0), "interface_height"),
        (lambda: Box(interface_height=0.5, cells_y=1), "cells_y"),
        (lambda: Box(distortion=0.5), "distortion"),
        (lambda: QuarterAnnulus(2.0, 1.0), "outer_radius"),
        (lambda: CooksMembrane(0), "membrane cells"),
        (lambda: Block3D(cell="wedge"), "hexahedron"),
        (lambda: Block3D(interface_height=2.0), "interface_height"),
    ],
)
def test_nonsense_is_refused(make, words):
    with pytest.raises(MeshBuildError, match=words):
        make()


def test_names_that_are_not_there_are_listed():
    mesh = build_box(Box())
    with pytest.raises(MeshBuildError, match=r"no boundary 'collector'.*left, right, bottom, top"):
        mesh.boundary_points("collector")
    with pytest.raises(MeshBuildError, match=r"no region 'llzo'.*li"):
        mesh.region_measure("llzo")
