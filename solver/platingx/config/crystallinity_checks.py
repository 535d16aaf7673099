"""What the crystalline share of a plated metal needs of the rest of its case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from platingx.config.base import Finding
from platingx.config.growth import Growth
from platingx.config.materials import Material

__all__ = ["check_crystallinity"]


def check_crystallinity(materials: Mapping[str, Material], growth: Growth, end: float) -> Iterator[Finding]:
    """Check that a share is of a metal that a given current plates and that resists, and covers current and time.

    Parameters
    ----------
    materials : mapping
        Materials by region.
    growth : Growth
        Growth of the case.
    end : float
        End of the run, s.
    """
    for region, material in materials.items():
        given, key = material.crystallinity, f"materials.{region}.crystallinity"
        if given is None:
            continue
        program = growth.current_density
        if region != growth.region or program is None:
            message = "a crystalline share over the current is that of a metal that is plated by a given current"
            yield Finding(key, message, f"the region {growth.region} and growth.current_density")
        elif material.viscoplasticity.law in {"none", "user"}:
            message = f"the flow law {material.viscoplasticity.law} has no resistance that it could multiply"
            yield Finding(key, message, "another flow law")
        elif given.rows:
            for finding in given.outside(max(map(abs, program.values)), end):
                yield replace(finding, key=f"{key}.{finding.key}")
