"""What would hurt most if lost: the radius of curvature of the tip, which sets mesh sizes and stress comparisons."""

import numpy as np
import pytest
from mesh_geometries import NM, PROFILES

from platingx_meshes import Electrolyte, MeshSize, pit_profile
from platingx_meshes.pit_sizes import surface_nodes
from platingx_meshes.surface_pit import PitPlate


@pytest.mark.parametrize("name", list(PROFILES))
def test_radius_of_curvature_is_that_of_the_curve(name):
    pit = PROFILES[name]
    x = 1e-3 * min(pit.curvature_radius, pit.half_width)
    rise = float(pit.height(x)) + pit.depth
    assert x**2 / (2.0 * rise) == pytest.approx(pit.curvature_radius, rel=1e-4)


@pytest.mark.parametrize("name", list(PROFILES))
def test_curve_runs_from_tip_to_rim_along_the_height(name):
    pit = PROFILES[name]
    points = pit.curve(np.linspace(0.0, 1.0, 101))
    np.testing.assert_allclose(points[0], [0.0, -pit.depth], rtol=1e-12)
    np.testing.assert_allclose(points[-1], [pit.half_width, 0.0], atol=1e-12 * pit.depth)
    np.testing.assert_allclose(points[:, 1], pit.height(points[:, 0]), atol=1e-7 * pit.depth)
    assert (pit.height(-points[:, 0]) == pit.height(points[:, 0])).all()
    assert float(pit.height(2 * pit.half_width)) == pytest.approx(0.0, abs=1e-12 * pit.depth)


@pytest.mark.parametrize("radius", [0.5, 5.0, 20.0, 39.0])
@pytest.mark.parametrize("depth", [20.0, 40.0, 100.0])
def test_rounded_v_is_tangent_continuous(depth, radius):
    pit = pit_profile("rounded_v", depth * NM, 40 * NM, radius * NM)
    x = pit.tangent_point[0]
    step = 1e-6 * x
    before = (pit.height(x) - pit.height(x - step)) / step
    after = (pit.height(x + step) - pit.height(x)) / step
    assert float(np.arctan(before)) == pytest.approx(float(np.arctan(after)), abs=1e-4)
    assert 0.0 < x < pit.half_width
    assert float(pit.height(0.0)) == pytest.approx(-pit.depth)


def test_cosine_radius_of_the_study():
    assert pit_profile("cosine_squared", 40 * NM, 40 * NM).curvature_radius == pytest.approx(8.106 * NM, rel=1e-3)


@pytest.mark.parametrize("refinement", [0.5, 1.0, 2.0])
def test_a_short_arc_has_elements_of_its_own(refinement):
    """A shallow V of radius 0.2 nm whose arc is 0.025 nm long: five elements to the flank at refinement 1."""
    pit = pit_profile("rounded_v", 5 * NM, 40 * NM, 0.2 * NM)
    x, y = pit.tangent_point
    chord = np.hypot(x, y + pit.depth)
    assert chord < pit.tip_arc < 1.001 * chord
    plate = PitPlate(Electrolyte(800 * NM, 1000 * NM), pit, MeshSize(refinement=refinement))
    ends = surface_nodes(plate, None).points[::2, 0]
    assert np.count_nonzero(ends < 1.0001 * x) - 1 >= round(5 * refinement)


def test_smooth_profiles_are_sized_by_their_radius_alone():
    pit = pit_profile("cosine_squared", 56.1 * NM, 40 * NM)
    plate = PitPlate(Electrolyte(800 * NM, 1000 * NM), pit, MeshSize())
    assert plate.tip_size == 0.15 * pit.curvature_radius
