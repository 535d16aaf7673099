"""Profiles of a surface pit, symmetric about x = 0, below the flat surface y = 0.

Each profile has a depth a and a half width b (m), gives its curve y(x) for |x| <= b and zero outside, the
same curve by a parameter from 0 (tip) to 1 (rim), and the radius of curvature of its tip.
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from platingx_meshes.checks import check_choice, check_length
from platingx_meshes.errors import MeshBuildError

Array = NDArray[np.float64]
PROFILES = ("cosine_squared", "semi_ellipse", "spherical_cap", "rounded_v")


class PitProfile(Protocol):
    """What a mesh builder needs to know of a pit."""

    name: ClassVar[str]

    @property
    def depth(self) -> float:
        """Depth a, m."""

    @property
    def half_width(self) -> float:
        """Half width b at the surface, m."""

    @property
    def curvature_radius(self) -> float:
        """Radius of curvature at the tip, m."""

    @property
    def tip_arc(self) -> float:
        """Length from the tip over which its radius of curvature holds, m; infinite where nothing ends it."""

    @property
    def rim_radius(self) -> float:
        """Radius of curvature just inside the rim, m; infinite for a straight flank."""

    def height(self, x: ArrayLike) -> Array:
        """Height y(x) of the ceramic surface, m; zero for |x| >= half_width."""

    def curve(self, t: ArrayLike) -> Array:
        """Points (n, 2) of the curve in m, from the tip (t = 0) to the rim (t = 1)."""

    def breaks(self) -> list[float]:
        """Parameters t strictly between 0 and 1 where the curvature jumps."""


def _check_size(depth: float, half_width: float) -> None:
    check_length("pit depth", depth)
    check_length("pit half_width", half_width)
    if not 0.02 <= depth / half_width <= 20.0:
        raise MeshBuildError(
            f"pit depth / half_width = {depth / half_width:.4g} is out of range: it must be from 0.02 to 20"
        )


@dataclass(frozen=True)
class CosineSquared:
    """y = -a cos^2(pi x / 2b): smooth at the tip and at the rim."""

    depth: float
    half_width: float
    name: ClassVar[str] = "cosine_squared"

    def __post_init__(self) -> None:
        _check_size(self.depth, self.half_width)

    @property
    def curvature_radius(self) -> float:
        """Radius 2 b^2 / (pi^2 a), m."""
        return 2.0 * self.half_width**2 / (np.pi**2 * self.depth)

    @property
    def tip_arc(self) -> float:
        """Infinite: the curvature has no jump."""
        return float(np.inf)

    @property
    def rim_radius(self) -> float:
        """The same as at the tip, m."""
        return self.curvature_radius

    def height(self, x: ArrayLike) -> Array:
        """Height y(x), m."""
        u = np.minimum(np.abs(np.asarray(x, dtype=float)), self.half_width)
        return np.asarray(-self.depth * np.cos(0.5 * np.pi * u / self.half_width) ** 2)

    def curve(self, t: ArrayLike) -> Array:
        """Points of the curve from tip to rim, m."""
        u = np.asarray(t, dtype=float)
        y = -self.depth * np.cos(0.5 * np.pi * u) ** 2
        return np.stack([self.half_width * u, np.where(u >= 1.0, 0.0, y)], axis=-1)

    def breaks(self) -> list[float]:
        """Parameters where the curvature jumps."""
        return []


@dataclass(frozen=True)
class SemiEllipse:
    """(x/b)^2 + (y/a)^2 = 1 below the surface: vertical at the rim."""

    depth: float
    half_width: float
    name: ClassVar[str] = "semi_ellipse"

    def __post_init__(self) -> None:
        _check_size(self.depth, self.half_width)

    @property
    def curvature_radius(self) -> float:
        """Radius b^2 / a, m."""
        return self.half_width**2 / self.depth

    @property
    def tip_arc(self) -> float:
        """Infinite: the curvature has no jump."""
        return float(np.inf)

    @property
    def rim_radius(self) -> float:
        """Radius a^2 / b, m."""
        return self.depth**2 / self.half_width

    def height(self, x: ArrayLike) -> Array:
        """Height y(x), m."""
        u = np.minimum(np.abs(np.asarray(x, dtype=float)) / self.half_width, 1.0)
        return np.asarray(-self.depth * np.sqrt((1.0 - u) * (1.0 + u)))

    def curve(self, t: ArrayLike) -> Array:
        """Points of the curve from tip to rim, m."""
        angle = 0.5 * np.pi * np.asarray(t, dtype=float)
        x = self.half_width * np.sin(angle)
        y = -self.depth * np.cos(angle)
        return np.stack([x, np.where(angle >= 0.5 * np.pi, 0.0, y)], axis=-1)

    def breaks(self) -> list[float]:
        """Parameters where the curvature jumps."""
        return []


@dataclass(frozen=True)
class SphericalCap:
    """A circular arc through rim and tip, of radius (a^2 + b^2) / 2 a: a spherical cap when turned about its axis."""

    depth: float
    half_width: float
    name: ClassVar[str] = "spherical_cap"

    def __post_init__(self) -> None:
        _check_size(self.depth, self.half_width)
        check_length("pit depth", self.depth, 0.0, self.half_width)

    @property
    def curvature_radius(self) -> float:
        """Radius of the arc, m."""
        return (self.depth**2 + self.half_width**2) / (2.0 * self.depth)

    @property
    def tip_arc(self) -> float:
        """Infinite: the curvature has no jump."""
        return float(np.inf)

    @property
    def rim_radius(self) -> float:
        """The same as at the tip, m."""
        return self.curvature_radius

    def height(self, x: ArrayLike) -> Array:
        """Height y(x), m."""
        u = np.minimum(np.abs(np.asarray(x, dtype=float)), self.half_width)
        radius = self.curvature_radius
        y = -self.depth + u**2 / (radius + np.sqrt((radius - u) * (radius + u)))
        return np.asarray(np.where(u >= self.half_width, 0.0, y))

    def curve(self, t: ArrayLike) -> Array:
        """Points of the curve from tip to rim, m."""
        t = np.asarray(t, dtype=float)
        angle = 2.0 * np.arctan2(self.depth, self.half_width) * t
        x = np.where(t >= 1.0, self.half_width, self.curvature_radius * np.sin(angle))
        y = -self.depth + 2.0 * self.curvature_radius * np.sin(0.5 * angle) ** 2
        return np.stack([x, np.where(t >= 1.0, 0.0, y)], axis=-1)

    def breaks(self) -> list[float]:
        """Parameters where the curvature jumps."""
        return []


@dataclass(frozen=True)
class RoundedV:
    """Straight flanks through the rim (b, 0), tangent to an arc of ``tip_radius`` at the tip (0, -a).

    The flank angle theta to the surface follows from b sin(theta) - (a - r) cos(theta) = r.
    """

    depth: float
    half_width: float
    tip_radius: float
    name: ClassVar[str] = "rounded_v"

    def __post_init__(self) -> None:
        _check_size(self.depth, self.half_width)
        largest = 0.99 * (self.depth**2 + self.half_width**2) / (2.0 * self.depth)
        if self.depth > self.half_width:
            largest = min(largest, 0.99 * self.half_width)
        check_length("pit tip_radius", self.tip_radius, 0.0, largest)

    @property
    def curvature_radius(self) -> float:
        """The tip radius itself, m."""
        return self.tip_radius

    @property
    def tip_arc(self) -> float:
        """Length of the arc up to the straight flank, m."""
        return self.tip_radius * self.flank_angle

    @property
    def rim_radius(self) -> float:
        """Infinite: the flank is straight."""
        return float(np.inf)

    @property
    def flank_angle(self) -> float:
        """Angle between flank and flat surface, rad."""
        rise = self.depth - self.tip_radius
        reach = np.hypot(self.half_width, rise)
        return float(np.arctan2(rise, self.half_width) + np.arcsin(self.tip_radius / reach))

    @property
    def tangent_point(self) -> tuple[float, float]:
        """Point where arc and flank meet, m."""
        angle = self.flank_angle
        return (
            self.tip_radius * float(np.sin(angle)),
            -self.depth + self.tip_radius * (1.0 - float(np.cos(angle))),
        )

    def height(self, x: ArrayLike) -> Array:
        """Height y(x), m."""
        u = np.minimum(np.abs(np.asarray(x, dtype=float)), self.half_width)
        radius, x_tangent = self.tip_radius, self.tangent_point[0]
        inside = np.minimum(u, x_tangent)
        arc = -self.depth + inside**2 / (radius + np.sqrt((radius - inside) * (radius + inside)))
        flank = (u - self.half_width) * np.tan(self.flank_angle)
        return np.asarray(np.where(u <= x_tangent, arc, flank))

    def curve(self, t: ArrayLike) -> Array:
        """Points of the curve from tip to rim, m."""
        x = self.half_width * np.asarray(t, dtype=float)
        return np.stack([x, self.height(x)], axis=-1)

    def breaks(self) -> list[float]:
        """Parameters where the curvature jumps."""
        return [self.tangent_point[0] / self.half_width]


def pit_profile(name: str, depth: float, half_width: float, tip_radius: float | None = None) -> PitProfile:
    """Make a profile by name.

    Parameters
    ----------
    name : one of ``PROFILES``
    depth, half_width : m
    tip_radius : m, for ``rounded_v`` only

    Raises
    ------
    MeshBuildError
        For an unknown name, a size out of range, or a tip radius where none belongs or one is missing.
    """
    check_choice("pit profile", name, PROFILES)
    if name == "rounded_v":
        if tip_radius is None:
            raise MeshBuildError("pit tip_radius is missing: profile rounded_v needs it")
        return RoundedV(depth, half_width, tip_radius)
    if tip_radius is not None:
        raise MeshBuildError(f"pit tip_radius is given, but profile {name} follows from depth and half_width alone")
    if name == "spherical_cap":
        return SphericalCap(depth, half_width)
    return CosineSquared(depth, half_width) if name == "cosine_squared" else SemiEllipse(depth, half_width)
