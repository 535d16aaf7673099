"""Geometries and closed forms shared by the tests of this folder."""

import numpy as np
from scipy.integrate import quad

from platingx_meshes import Collector, Electrolyte, Interlayer, MeshSize, PitProfile, SurfacePit, pit_profile

NM = 1e-9
PLATE = Electrolyte(800 * NM, 1000 * NM)
ARC = Collector("arc", 2400 * NM)
ISLAND = Interlayer(100 * NM, "island", 240 * NM, 70 * NM)
WALL = Interlayer(100 * NM, "wall")
PROFILES = {
    "cosine_squared": pit_profile("cosine_squared", 40 * NM, 40 * NM),
    "semi_ellipse": pit_profile("semi_ellipse", 40 * NM, 30 * NM),
    "rounded_v": pit_profile("rounded_v", 40 * NM, 40 * NM, 5 * NM),
    "spherical_cap": pit_profile("spherical_cap", 25 * NM, 40 * NM),
}


def surface_pit(
    profile: str = "cosine_squared", extent: str = "island", collector: Collector = ARC, **mesh: object
) -> SurfacePit:
    layer = ISLAND if extent == "island" else WALL
    return SurfacePit(PLATE, PROFILES[profile], layer, collector, MeshSize(**mesh))  # type: ignore[arg-type]


def pit_area(pit: PitProfile) -> float:
    """Area of half the pit, m^2."""
    a, b = pit.depth, pit.half_width
    if pit.name == "cosine_squared":
        return 0.5 * a * b
    if pit.name == "semi_ellipse":
        return 0.25 * np.pi * a * b
    if pit.name == "spherical_cap":
        radius, angle = pit.curvature_radius, 2.0 * np.arctan(a / b)
        return 0.5 * radius**2 * (angle - np.sin(angle) * np.cos(angle))
    radius, angle = pit.curvature_radius, pit.flank_angle  # type: ignore[attr-defined]
    x, y = pit.tangent_point  # type: ignore[attr-defined]
    below_chord = 0.5 * radius**2 * (angle - np.sin(angle) * np.cos(angle))
    return below_chord + x * -y + 0.5 * (b - x) * -y


def pit_length(pit: PitProfile) -> float:
    """Length of half the pit's curve, m."""
    a, b = pit.depth, pit.half_width
    if pit.name == "cosine_squared":
        return quad(
            lambda x: np.hypot(1.0, 0.5 * np.pi * a / b * np.sin(np.pi * x / b)), 0.0, b, epsabs=0, epsrel=1e-12
        )[0]
    if pit.name == "semi_ellipse":
        return quad(lambda t: np.hypot(b * np.cos(t), a * np.sin(t)), 0.0, 0.5 * np.pi, epsabs=0, epsrel=1e-12)[0]
    if pit.name == "spherical_cap":
        return 2.0 * pit.curvature_radius * np.arctan(a / b)
    x, y = pit.tangent_point  # type: ignore[attr-defined]
    return pit.curvature_radius * pit.flank_angle + np.hypot(b - x, y)  # type: ignore[attr-defined]


def lithium_area(geometry: SurfacePit) -> float:
    """Area of the lithium, m^2."""
    length, height = geometry.lithium_half_length, geometry.interlayer.thickness
    gap = length * height
    radius = geometry.collector.radius
    if radius is not None:
        chord = np.sqrt(radius**2 - length**2)
        gap += length * radius - 0.5 * (length * chord + radius**2 * np.arcsin(length / radius))
    end = float(geometry.collector_height(length))
    return pit_area(geometry.pit) + gap - 2.0 / 3.0 * geometry.meniscus_depth * end


def boundary_lengths(geometry: SurfacePit) -> dict[str, float]:
    """Lengths of the named boundaries, m (without metal_side of an island)."""
    length, plate, radius = geometry.lithium_half_length, geometry.electrolyte, geometry.collector.radius
    lengths = {
        "collector": length if radius is None else radius * np.arcsin(length / radius),
        "interface": pit_length(geometry.pit) + length - geometry.pit.half_width,
        "electrolyte_side": plate.depth,
        "electrolyte_bottom": plate.half_width,
        "symmetry": plate.depth + geometry.interlayer.thickness,
    }
    if geometry.interlayer.extent == "island":
        lengths["electrolyte_top"] = plate.half_width - length
    else:
        lengths["metal_side"] = float(geometry.collector_height(length))
    return lengths
