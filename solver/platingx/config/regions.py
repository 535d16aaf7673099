"""Roles and labels of the regions of a case, whose names are the user's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from platingx.config.base import Finding
from platingx.config.library import Role
from platingx.config.materials import Material

if TYPE_CHECKING:
    from platingx.config.growth import Growth

__all__ = ["check_roles", "growing_region", "regions_of", "with_roles"]


def growing_region(growth: Growth, materials: Mapping[str, Material]) -> str:
    """Name of the region that grows; empty where the case does not say which.

    It is the one that the case names, else the only metal, else the only region with a molar volume.

    Parameters
    ----------
    growth : Growth
        Block of the case.
    materials : mapping
        Materials by region.
    """
    if growth.region:
        return growth.region
    metals = [name for name, material in materials.items() if material.role == "metal"]
    able = [name for name, material in materials.items() if material.molar_volume is not None]
    return next((found[0] for found in (metals, able) if len(found) == 1), "")


def with_roles(materials: Mapping[str, Material], growing: str) -> dict[str, Material]:
    """Fill in roles and labels that neither the case nor the library gives.

    The region that grows is a metal, and any other an electrolyte; the label is the name of the region.

    Parameters
    ----------
    materials : mapping
        Materials by region.
    growing : str
        Region that grows.
    """
    filled = {}
    for name, material in materials.items():
        role: Role = material.role or ("metal" if name == growing else "electrolyte")
        filled[name] = material.model_copy(update={"role": role, "label": material.label or name})
    return filled


def check_roles(growth: Growth, materials: Mapping[str, Material]) -> Iterator[Finding]:
    """Check that one region grows, and that it is a metal."""
    names = " or ".join(materials)
    if not growth.region:
        hint = "name the region that is plated, or give one region role: metal"
        yield Finding("growth.region", "the case does not say which region grows", names, hint)
    elif growth.region not in materials:
        yield Finding("growth.region", f"the region {growth.region} has no material", names)
    elif materials[growth.region].role != "metal":
        found = materials[growth.region].role
        place = f"materials.{growth.region}.role"
        yield Finding(place, f"the region {growth.region} grows, but its role is {found}", "metal")


def regions_of(materials: Mapping[str, Material], role: Role) -> tuple[str, ...]:
    """Names of the regions of a role, in the order of the case."""
    return tuple(name for name, material in materials.items() if material.role == role)
