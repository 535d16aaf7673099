"""What would hurt most if lost: a user sees in one picture which boundary has which name, and how fine the tip is."""

import matplotlib.image
import pytest
from mesh_geometries import surface_pit

from platingx_meshes import MeshBuildError, PitPlate, build_pit_plate, build_surface_pit
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.picture import _legend, _tip_window, picture
from platingx_meshes.simple import Box, build_box


def test_picture_of_a_pit(tmp_path):
    mesh = build_surface_pit(surface_pit(refinement=0.5))
    path = picture(mesh, tmp_path / "mesh.png")
    height, width, _ = matplotlib.image.imread(path).shape
    assert width > 1500
    assert height > 800
    labels = [handle.get_label() for handle in _legend(mesh)]
    assert labels == [*mesh.region_names, *mesh.boundary_names]
    (left, right), (bottom, top) = _tip_window(mesh, None)
    assert left < 0.0 < right < 80e-9
    assert bottom < -40e-9 < top


@pytest.mark.parametrize(
    "make", [lambda: build_pit_plate(PitPlate(surface_pit().electrolyte, surface_pit().pit)), lambda: build_box(Box())]
)
def test_pictures_of_other_meshes(make, tmp_path):
    assert picture(make(), tmp_path / "mesh.png").stat().st_size > 10_000


def test_no_picture_in_three_dimensions(tmp_path):
    with pytest.raises(MeshBuildError, match="ParaView"):
        picture(build_block3d(Block3D()), tmp_path / "mesh.png")
