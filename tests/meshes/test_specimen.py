"""What would hurt most if lost: specimens have the volumes and names that forces and stresses are computed with."""

import numpy as np
import pytest

from platingx_meshes import MeshBuildError, Rod, Shell, Specimen, SpecimenMesh, Sphere, build_specimen


def swept(mesh, region):
    """Volume of a region turned about the axis, by the centroids of small cells (second order in their size)."""
    cells = mesh.region_cells(region)
    inside = mesh.cell_regions == mesh.region_names[region]
    return float(2.0 * np.pi * (mesh.points[cells, 0].mean(axis=1) * mesh.jacobians.measures[inside]).sum())


@pytest.mark.parametrize("edge", [0.0, 0.3])
@pytest.mark.parametrize("height", [0.2, 2.0, 6.0])
def test_rod_with_a_shell(edge, height):
    edge = edge * min(1.0, height)
    mesh = build_specimen(Specimen(Rod(1.0, height, edge), Shell(0.05), SpecimenMesh(8, 2.0)))
    lost = edge**2 * (1.0 - 0.25 * np.pi)  # area of a square less that of a quarter of a circle
    area = mesh.region_measure("li") + mesh.region_measure("llzo")
    assert area == pytest.approx(height - lost, rel=2e-5)  # an edge is one parabola or a few
    inner = max(edge - 0.05, 0.0)
    assert mesh.region_measure("li") == pytest.approx(
        0.95 * (height - 0.05) - inner**2 * (1 - 0.25 * np.pi), rel=2e-5
    )  # an edge is one parabola or a few
    assert mesh.quality > 0.3
    assert set(mesh.boundary_names) == {"interface", "shell_base", "side", "top", "symmetry"}
    np.testing.assert_allclose(mesh.boundary_points("interface")[:, 1], 0.0, atol=1e-15)
    assert mesh.boundary_points("interface")[:, 0].max() == pytest.approx(0.95)
    assert mesh.boundary_points("top")[:, 1].max() == pytest.approx(height)
    assert np.abs(mesh.boundary_points("symmetry")[:, 0]).max() == 0.0


@pytest.mark.parametrize("touch", [None, 0.02])
@pytest.mark.parametrize("root", [0.2, 0.5, 0.8])
def test_sphere(root, touch):
    mesh = build_specimen(Specimen(Sphere(1.0, root), None, SpecimenMesh(8, 2.0, touch)))
    centre = np.sqrt(1.0 - root**2)
    cap = 1.0 - centre
    volume = np.pi * (4.0 / 3.0 - cap**2 * (1.0 - cap / 3.0))
    assert swept(mesh, "li") == pytest.approx(volume, rel=3e-3)
    places = np.concatenate([mesh.boundary_points("side"), mesh.boundary_points("top")])
    np.testing.assert_allclose(np.hypot(places[:, 0], places[:, 1] - centre), 1.0, rtol=1e-12)
    assert set(mesh.boundary_names) == {"interface", "side", "top", "symmetry"}
    if touch is not None:
        nearest = np.sort(mesh.boundary_points("top")[:, 0])[2]
        assert nearest == pytest.approx(0.5 * touch, rel=0.15)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Rod(1.0, 0.05), "height"),
        (lambda: Rod(1.0, 2.0, 0.95), "edge_radius"),
        (lambda: Sphere(1.0, 0.9), "root_radius"),
        (lambda: Specimen(Rod(1.0, 2.0), Shell(0.6)), "shell thickness"),
        (lambda: build_specimen(Specimen(Sphere(1.0, 0.3), Shell(0.1))), "reaches the axis"),
        (lambda: Specimen(Rod(1.0, 2.0), None, SpecimenMesh(touch_size=0.1)), "touch_size"),
    ],
)
def test_what_does_not_fit_is_refused(make, words):
    with pytest.raises(MeshBuildError, match=words):
        make()
