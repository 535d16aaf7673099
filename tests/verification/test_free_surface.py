"""A line of free surface: exact derivatives of its area, and nothing where its curvature is even."""

import numpy as np
import pytest

from platingx.verification.models.free_surface import FreeSurface
from platingx.verification.problems.free_surface import COEFFICIENT, ENERGY, NM, cylinder, wave


def area(surface: FreeSurface, points: np.ndarray) -> float:
    sides = np.diff(points, axis=0)
    widths = np.pi * (points[:-1, 1] + points[1:, 1]) if surface.axisymmetric else 1.0
    return float((widths * np.linalg.norm(sides, axis=1)).sum())


@pytest.mark.parametrize("surface", [wave(8), cylinder(0.7, 8)], ids=["flat", "round"])
def test_derivatives_of_the_area(surface: FreeSurface) -> None:
    surface.points[2:4, 1] *= 1.2
    normals = surface._normals()
    first, second = surface._area(normals)
    step = 1e-3 * NM

    def moved(*by: tuple[int, float]) -> float:
        points = surface.points.copy()
        for node, thickness in by:
            points[node] += thickness * normals[node]
        return area(surface, points)

    for i in range(len(first)):
        slope = (moved((i, step)) - moved((i, -step))) / (2.0 * step)
        assert first[i] == pytest.approx(slope, rel=1e-6, abs=1e-6 * np.abs(first).max())
        for j in range(len(first)):
            signs = [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)]
            sums = sum(a * b * moved((i, 100 * a * step), (j, 100 * b * step)) for a, b in signs)
            curvature = sums / (4.0 * (100 * step) ** 2)
            assert second[i, j] == pytest.approx(curvature, abs=2e-4 * np.abs(second).max())


def test_even_surfaces_stay() -> None:
    for bent in (wave(8), cylinder(0.5, 8)):
        bent.points[:, 1] = 50 * NM
        still = FreeSurface(bent.points.copy(), ENERGY, COEFFICIENT, bent.axisymmetric)
        still.step(1.0)
        assert np.abs(still.points - bent.points).max() < 1e-9 * NM
