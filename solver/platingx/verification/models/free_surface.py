"""Lines of free surface that move by diffusion along themselves, driven by their own curvature.

With the area A of a polygon (swept around the axis or per depth), outward normals n at its nodes, lumped mass M and
stiffness L along it, and the thickness g that a step adds,

    M p = gamma dA/dg,      M g + dt C L p = 0,

a pressure that is surface energy times curvature, and the volume that is kept. Each step is implicit, with A to second
order in g about the shape before it. Both ends stand on planes of symmetry; a boundary of two grains that ends at the
first pulls there by its energy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array

__all__ = ["FreeSurface"]


@dataclass
class FreeSurface:
    """A line of surface from one plane of symmetry to the next.

    Attributes
    ----------
    points
        Abscissas and heights (radii around the axis) of its nodes, shape (nodes, 2), m; outwards is up.
    energy
        Surface energy, J/m2.
    coefficient
        C of the surface, m5/(N s).
    axisymmetric
        Whether it is swept around the axis of abscissas.
    groove
        Sine of the slope at the first end, where a boundary of two grains pulls: half its energy over that of the
        surface.
    """

    points: Array
    energy: float
    coefficient: float
    axisymmetric: bool = False
    groove: float = 0.0

    def step(self, duration: float) -> None:
        """Move it by a step of a duration (s)."""
        normals = self._normals()
        mass, stiffness = self._along()
        first, second = self._area(normals)
        rows = np.diag(mass) + duration * self.coefficient * self.energy * stiffness @ (second / mass[:, None])
        added = np.linalg.solve(rows, -duration * self.coefficient * self.energy * stiffness @ (first / mass))
        self.points = self.points + added[:, None] * normals

    def volume(self) -> float:
        """Volume below it (m2 per depth, m3 around the axis)."""
        edges, height = np.diff(self.points[:, 0]), self.points[:, 1]
        low, high = height[:-1], height[1:]
        if self.axisymmetric:
            return float(np.pi / 3.0 * (edges * (low**2 + low * high + high**2)).sum())
        return float(0.5 * (edges * (low + high)).sum())

    def amplitude(self) -> float:
        """Half the difference of its ends, m."""
        return 0.5 * float(self.points[0, 1] - self.points[-1, 1])

    def _edges(self) -> tuple[Array, Array, Array]:
        """Directions, lengths, and how much area a length has, of the edges."""
        sides = np.diff(self.points, axis=0)
        lengths = np.linalg.norm(sides, axis=1)
        radii = self.points[:-1, 1] + self.points[1:, 1]
        return sides / lengths[:, None], lengths, np.pi * radii if self.axisymmetric else np.ones_like(lengths)

    def _normals(self) -> Array:
        """Outward normals at the nodes, upright at both ends."""
        along, lengths, _ = self._edges()
        outward = np.stack((-along[:, 1], along[:, 0]), axis=1) * lengths[:, None]
        sums = np.zeros_like(self.points)
        sums[:-1] += outward
        sums[1:] += outward
        sums[[0, -1]] = (0.0, 1.0)
        return np.asarray(sums / np.linalg.norm(sums, axis=1)[:, None])

    def _along(self) -> tuple[Array, Array]:
        """Lumped mass and stiffness."""
        _, lengths, widths = self._edges()
        count = len(self.points)
        mass, stiffness = np.zeros(count), np.zeros((count, count))
        for edge, (length, width) in enumerate(zip(lengths, widths, strict=True)):
            both = slice(edge, edge + 2)
            mass[both] += 0.5 * width * length
            stiffness[both, both] += width / length * np.array(((1.0, -1.0), (-1.0, 1.0)))
        return mass, stiffness

    def _area(self, normals: Array) -> tuple[Array, Array]:
        """First and second derivatives of the area, and what pulls, by the thickness added at the nodes."""
        along, lengths, widths = self._edges()
        count, upward = len(self.points), np.array((0.0, np.pi if self.axisymmetric else 0.0))
        first, second = np.zeros(count), np.zeros((count, count))
        first[0] = self.groove
        for edge, (tangent, length, width) in enumerate(zip(along, lengths, widths, strict=True)):
            both = slice(edge, edge + 2)
            own = normals[both] * np.array((-1.0, 1.0))[:, None]
            stretch, widening = own @ tangent, normals[both] @ upward
            first[both] += width * stretch + length * widening
            turned = own @ (np.eye(2) - np.outer(tangent, tangent)) @ own.T / length
            second[both, both] += width * turned + np.outer(stretch, widening) + np.outer(widening, stretch)
        return first, second
