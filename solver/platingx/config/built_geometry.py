"""Geometries that the program builds: which there are, and whether a case has the names and sides that they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platingx.config.base import Finding
from platingx.config.constraints import Constraints
from platingx.config.geometry import SurfacePitGeometry
from platingx.config.geometry_3d import SurfacePit3DGeometry
from platingx.config.geometry_specimen import SpecimenGeometry

__all__ = ["BUILT_BOUNDARIES", "BuiltGeometry", "PitGeometry", "check_built"]

BUILT_INTERFACE = "interface"
BUILT_BOUNDARIES = ("collector", "metal_side", "symmetry")
"""Boundaries of the metal in built geometries, beside the interface."""

PitGeometry = SurfacePitGeometry | SurfacePit3DGeometry
BuiltGeometry = PitGeometry | SpecimenGeometry


def check_built(
    geometry: BuiltGeometry, regions: Sequence[str], interface: str, constraints: Constraints
) -> Iterator[Finding]:
    """Check a case against its built geometry; names of a mesh file are known when it is read.

    Parameters
    ----------
    geometry
        The geometry.
    regions
        Regions that the case gives a material, by name.
    interface
        Interface that its metal grows on.
    constraints
        What holds metal and ceramic.
    """
    yield from _check_regions(geometry, regions)
    if interface != BUILT_INTERFACE:
        yield Finding("growth.interface", f"there is no interface {interface}", BUILT_INTERFACE)
    if isinstance(geometry, SpecimenGeometry):
        return
    if geometry.interlayer.extent == "island" and constraints.metal_side != "free":
        hint = "for metal held at its side write geometry.interlayer.extent: wall"
        yield Finding("constraints.metal_side", "the side of an island is free", "free", hint)


def _check_regions(geometry: BuiltGeometry, regions: Sequence[str]) -> Iterator[Finding]:
    there = f"but there are {len(regions)} ({', '.join(regions) or 'none'})"
    if isinstance(geometry, SpecimenGeometry) and geometry.shell is None:
        if len(regions) != 1:
            message = f"a specimen without a shell has one region, {there}"
            yield Finding("materials", message, "a material for it, or geometry.shell")
    elif len(regions) != 2:
        other = "shell" if isinstance(geometry, SpecimenGeometry) else "plate"
        message = f"this geometry has two regions, the metal and its {other}, {there}"
        yield Finding("materials", message, "a material for each of the two, under names of your choice")
