"""What would hurt most if lost: distance, normal and curvature of a tool belong to one another, and to its shape."""

import numpy as np
import pytest

from platingx.problems.rigid_tool import RigidTool, frame_along
from platingx.problems.tool_curves import Parabola, Profile
from platingx.problems.tool_shapes import Ball, Flat, Revolved, RoundedPunch, Shape

PROFILE = Profile([0.0, 0.4, 0.8, 1.5], [0.0, 0.05, 0.35, 1.0])
SHAPES: dict[str, Shape] = {
    "flat": Flat(),
    "ball": Ball(2.0),
    "cylinder": Ball(2.0, swept=True),
    "punch": Revolved(RoundedPunch(0.8, 0.3)),
    "swept punch": Revolved(RoundedPunch(0.8, 0.3), swept=True),
    "parabola": Revolved(Parabola(1.2)),
    "swept parabola": Revolved(Parabola(1.2), swept=True),
    "profile": Revolved(PROFILE),
}


def points(dimension: int, count: int = 60) -> np.ndarray:
    """Around the tools, mostly in front of them, some on their axis."""
    places = np.random.default_rng(7).uniform(-1.3, 1.3, (count, dimension))
    places[:, -1] = np.random.default_rng(8).uniform(-0.6, 0.15, count)
    places[:3, :-1] = 0.0
    return places


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("name", SHAPES)
def test_gradient_and_hessian_are_derivatives(name: str, dimension: int) -> None:
    """To the error of central differences, at points away from where a shape has a kink."""
    shape, places, step = SHAPES[name], points(dimension), 1e-5
    nothing = np.zeros_like(places)
    found = shape.distances(places, nothing)
    np.testing.assert_allclose(np.linalg.norm(found.gradient, axis=1), 1.0, atol=1e-12)
    smooth = np.ones(len(places), dtype=bool)
    for axis in range(dimension):
        moved = np.zeros_like(places)
        moved[:, axis] = step
        plus, minus = shape.distances(places, moved), shape.distances(places, -moved)
        slope = (plus.value - minus.value) / (2 * step)
        bend = (plus.gradient - minus.gradient) / (2 * step)
        np.testing.assert_allclose(found.gradient[:, axis], slope, atol=2e-5)  # the punch is smooth only once
        smooth = np.abs(bend - found.hessian[:, :, axis]).max(axis=1) < 1e-4  # a spline bends with a kink on its axis
        assert smooth.mean() > 0.97, f"{(~smooth).sum()} of {len(places)} points"


def test_nearest_points_lie_on_the_outline() -> None:
    """A step back along the normal ends on the tool, and no sampled point of it is nearer."""
    outlines = {"parabola": (Parabola(1.2), lambda s: s**2 / 2.4), "profile": (PROFILE, PROFILE._spline)}
    across = np.linspace(0.0, 1.4, 29)
    along = np.linspace(-0.8, 0.3, 29)[::-1]
    for section, height in outlines.values():
        found = section.distances(across, along)
        foot = np.stack([across, along], axis=1) - found.value[:, None] * found.gradient
        np.testing.assert_allclose(foot[:, 1], height(foot[:, 0]), atol=1e-12)
        samples = np.linspace(0.0, 1.5, 40001)
        far = np.hypot(across[:, None] - samples, along[:, None] - height(samples)).min(axis=1)
        np.testing.assert_allclose(np.abs(found.value), far, atol=1e-7)
        assert (np.sign(found.value) == np.sign(height(across) - along)).all()


def test_a_profile_goes_on_straight() -> None:
    """Beyond the last point of the table it is the tangent there."""
    section = Profile([0.0, 1.0, 2.0], [0.0, 0.5, 2.0])
    slope = float(section._spline(2.0, 1))
    down = np.array([slope, -1.0]) / np.hypot(1.0, slope)
    foot = np.array([3.0, 2.0 + slope])
    found = section.distances(*(foot + 0.1 * down)[:, None])
    assert found.value[0] == pytest.approx(0.1, abs=1e-12)
    np.testing.assert_allclose(found.gradient[0], down, atol=1e-12)
    assert not found.hessian.any()


def test_small_displacements_keep_their_digits() -> None:
    """A point on a sphere, moved by 1e-12 of its radius, is away by that to 4 digits."""
    angle = 0.3
    place = np.array([[np.sin(angle), 1.0 - np.cos(angle)]])
    normal = np.array([[np.sin(angle), -np.cos(angle)]])
    still = Ball(1.0).distances(place, np.zeros((1, 2))).value
    moved = Ball(1.0).distances(place, 1e-12 * normal).value
    assert abs(still[0]) < 1e-16
    assert moved[0] - still[0] == pytest.approx(1e-12, rel=1e-4)


@pytest.mark.parametrize("up", [(0.0, 1.0), (1.0, 0.0), (0.6, -0.8), (0.0, 0.0, 1.0), (0.48, 0.6, -0.64)])
def test_tools_stand_anywhere(up: tuple[float, ...]) -> None:
    """Turned and moved, the distances of turned and moved points are the same."""
    frame = frame_along(np.array(up))
    np.testing.assert_allclose(frame @ frame.T, np.eye(len(up)), atol=1e-15)
    np.testing.assert_allclose(frame[-1], up, atol=1e-15)
    assert np.linalg.det(frame) == pytest.approx(1.0)
    local = points(len(up))
    place, shift = np.arange(1.0, len(up) + 1.0), np.full(len(up), 0.25)
    tool = RigidTool("tip", SHAPES["parabola"], place, frame, lambda time: time * shift)
    found = tool.distances(local @ frame + place, np.zeros_like(local) + 2.0 * shift, tool.pose(2.0, {}))
    expected = SHAPES["parabola"].distances(local, np.zeros_like(local))
    np.testing.assert_allclose(found.value, expected.value, atol=1e-13)
    np.testing.assert_allclose(found.gradient, expected.gradient @ frame, atol=1e-12)
