"""Roles and labels of the regions of a case, whose names are the user's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from platingx.config.base import Finding
from platingx.config.library import Role, load_material
from platingx.config.materials import Material

if TYPE_CHECKING:
    from platingx.config.growth import Growth

__all__ = ["check_roles", "check_temperatures", "growing_region", "regions_of", "with_roles"]


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
    metals = [name for name, material in materials.items() if (material.role or library_role(material)) == "metal"]
    able = [name for name, material in materials.items() if material.molar_volume is not None]
    return next((found[0] for found in (metals, able) if len(found) == 1), "")


def with_roles(materials: Mapping[str, Material], growing: str) -> dict[str, Material]:
    """Fill in the roles and labels that the case leaves out.

    The region that grows is a metal. Any other has the role of its material in the library, or is an electrolyte. The
    label is that of the library, or the name of the region.

    Parameters
    ----------
    materials : mapping
        Materials by region.
    growing : str
        Region that grows.
    """
    filled = {}
    for name, material in materials.items():
        usual: Role = "metal" if name == growing else library_role(material) or "electrolyte"
        known = None if material.base is None else load_material(material.base).label
        words = {"role": material.role or usual, "label": material.label or known or name}
        filled[name] = material.model_copy(update=words)
    return filled


def library_role(material: Material) -> Role | None:
    """Role of a material of the library; None for one that the case gives in full."""
    return None if material.base is None else load_material(material.base).role


def check_roles(growth: Growth, materials: Mapping[str, Material], temperature: float) -> Iterator[Finding]:
    """Check that one region grows, a metal with a molar volume, and that nothing melts at the temperature (K)."""
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
    metal = materials.get(growth.region)
    if metal is not None and metal.molar_volume is None:
        message = f"the region {growth.region} grows and needs a molar volume"
        yield Finding(f"materials.{growth.region}.molar_volume", message, "a value such as 13.0 cm^3/mol")
    yield from check_temperatures(materials, temperature)


def check_temperatures(materials: Mapping[str, Material], temperature: float) -> Iterator[Finding]:
    """Check that nothing melts at a temperature (K)."""
    for region, material in materials.items():
        melting = material.melting_temperature
        if melting is not None and temperature >= melting:
            yield Finding("temperature", f"{region} melts at {melting:g} K", f"below {melting:g} K")


def regions_of(materials: Mapping[str, Material], role: Role) -> tuple[str, ...]:
    """Names of the regions of a role, in the order of the case."""
    return tuple(name for name, material in materials.items() if material.role == role)
