"""What would hurt most if lost: a body that lies in itself is found, at its depth, and no sound body is suspected."""

from __future__ import annotations

import numpy as np
import pytest

from platingx.arrays import Array, IntArray
from platingx.physics.overlap import depth_below, node_normals, winding_numbers

GENERATOR = np.random.default_rng(3)


def polygon(*corners: tuple[float, float]) -> Array:
    """Segments of a closed polygon, its inside on the left, as corners (segments, 2, 2)."""
    points = np.array(corners)
    return np.stack([points, np.roll(points, -1, axis=0)], axis=1)


def cube(low: float, high: float) -> Array:
    """Twelve triangles of a cube with their normals outwards, as corners (12, 3, 3)."""
    faces = []
    for axis in range(3):
        for side, order in ((low, (0, 2, 3, 1)), (high, (0, 1, 3, 2))):
            square = np.array([(u, v) for v in (low, high) for u in (low, high)])[list(order)]
            corners = np.insert(square, axis, side, axis=1)
            if axis == 1:
                corners = corners[::-1]
            faces += [corners[[0, 1, 2]], corners[[0, 2, 3]]]
    return np.array(faces)


def test_plane_body_once() -> None:
    """An L: every random point is inside once or outside."""
    corners = polygon((0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2))
    points = GENERATOR.uniform(-0.5, 2.5, (400, 2))
    inside = (points >= 0).all(axis=1) & (points <= 2).all(axis=1) & ~((points > 1).all(axis=1))
    np.testing.assert_array_equal(winding_numbers(points, corners), inside.astype(int))


def test_plane_body_that_folds_over_itself() -> None:
    """A strip that is bent round until its end lies in its beginning: twice where both are."""
    strip = polygon(
        (0, 0), (4, 0), (4, 3), (0.5, 3), (0.5, 0.2), (1.0, 0.2), (1.0, 2.5), (3.5, 2.5), (3.5, 0.5), (0, 0.5)
    )
    np.testing.assert_array_equal(
        winding_numbers(np.array([[0.75, 0.3], [0.75, 0.6], [2.0, 0.3], [2.0, 1.0]]), strip), [2, 1, 1, 0]
    )


def test_rays_through_corners_count_them_once() -> None:
    square = polygon((0, 0), (1, 0), (1, 1), (0.5, 1), (0, 1))
    np.testing.assert_array_equal(winding_numbers(np.array([[0.5, 0.5], [0.5, -1.0], [0.5, 2.0]]), square), [1, 0, 0])


def test_solid_body_once_and_twice() -> None:
    points = GENERATOR.uniform(-0.5, 1.8, (500, 3))
    first, second = ((points > a).all(axis=1) & (points < b).all(axis=1) for a, b in ((0.0, 1.0), (0.5, 1.5)))
    corners = np.concatenate([cube(0.0, 1.0), cube(0.5, 1.5)])
    np.testing.assert_array_equal(winding_numbers(points, corners), first.astype(int) + second.astype(int))
    assert first.any()
    assert (first & second).any()


@pytest.mark.parametrize("place", [0.5, 0.25, 0.0])
def test_solid_rays_along_the_edges_of_a_structured_surface(place: float) -> None:
    """Feet of the rays on edges and corners of the faces: the turned ray meets none of them."""
    corners = np.concatenate([cube(-1.0, 1.0)])
    points = np.array([[place, place, 0.3], [place, -place, -0.4], [0.0, 0.0, 0.9], [0.0, 0.0, 1.1]])
    np.testing.assert_array_equal(winding_numbers(points, corners), [1, 1, 1, 0])


@pytest.mark.parametrize("dimension", [2, 3])
def test_depth_is_the_distance_to_the_surface_that_faces_the_point(dimension: int) -> None:
    corners = polygon((-1, -1), (1, -1), (1, 1), (-1, 1)) if dimension == 2 else cube(-1.0, 1.0)
    point, normal = np.zeros(dimension), np.zeros(dimension)
    point[-1], normal[-1] = 0.93, -1.0
    assert depth_below(point, corners) == pytest.approx(0.07)
    assert depth_below(point, corners, facing=normal) == pytest.approx(0.07)
    assert depth_below(point, corners, facing=-normal) == pytest.approx(1.93), "its own side does not face it"
    assert depth_below(3.0 * -normal, corners, facing=normal) == np.inf


def test_normals_of_a_box_point_out_of_its_corners() -> None:
    places = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    pieces: IntArray = np.array([[0, 1], [1, 2], [2, 3], [3, 0]])
    expected = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / np.sqrt(2.0)
    np.testing.assert_allclose(node_normals(places, pieces), expected)
