"""The regions of a run: names, roles, labels and strengths, from the files in its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platingx.columns import headlines
from platingx.errors import OutputError
from platingx.post.history import read_case, read_manifest
from platingx.units import UnitError, parse

__all__ = ["Region", "RunRegions", "read_run_regions"]

_FORMER_FIRST = ("li", "llzo")
"""Regions that runs of the first version counted first, whose manifest does not say how they were counted."""


@dataclass(frozen=True)
class Region:
    """A region of a run.

    Attributes
    ----------
    name : str
        As in the case, in names of columns and in meshes.
    role : str
        metal, electrolyte, collector or other.
    label : str
        How figures call it, ready for matplotlib.
    theoretical_strength : float or None
        Pa; None where it is not known.
    """

    name: str
    role: str
    label: str
    theoretical_strength: float | None = None


@dataclass(frozen=True)
class RunRegions:
    """The regions of a run by their number in the field ``region``.

    Attributes
    ----------
    regions : tuple of Region
        Empty for a folder that does not say.
    growing : str
        Name of the metal that grows; empty when it is not known.
    """

    regions: tuple[Region, ...] = ()
    growing: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names by number."""
        return tuple(region.name for region in self.regions)

    @property
    def metal(self) -> Region | None:
        """The metal that grows."""
        return next((region for region in self.regions if region.name == self.growing), None)

    @property
    def electrolytes(self) -> tuple[Region, ...]:
        """All electrolytes, in the order of their numbers."""
        return tuple(region for region in self.regions if region.role == "electrolyte")

    @property
    def headlines(self) -> tuple[str, ...]:
        """Quantities that the run is told by; none where nothing grows."""
        if self.metal is None:
            return ()
        return headlines(self.metal.name, [region.name for region in self.electrolytes])


def read_run_regions(folder: str | Path) -> RunRegions:
    """Read the regions of a run folder; none where its case is missing.

    Runs of the first version wrote no roles: there the region that grows is the metal, any other an electrolyte.
    """
    case, manifest = (_or_nothing(read, folder) for read in (read_case, read_manifest))
    materials = _block(case, "materials")
    growing = str(_block(case, "growth").get("region") or next(iter(materials), ""))
    numbered = manifest.get("regions")
    if not isinstance(numbered, list) or set(numbered) != set(materials):
        rank = {name: position for position, name in enumerate(_FORMER_FIRST)}
        numbered = sorted(materials, key=lambda name: rank.get(name, len(rank)))
    return RunRegions(tuple(_region(str(name), materials[name], growing) for name in numbered), growing)


def _region(name: str, material: Any, growing: str) -> Region:
    block = material if isinstance(material, dict) else {}
    role = block.get("role") or ("metal" if name == growing else "electrolyte")
    label = str(block.get("label") or name).replace("$", r"\$")  # no formula for matplotlib
    return Region(name, str(role), label, _strength(_block(block, "fracture").get("theoretical_strength")))


def _strength(text: Any) -> float | None:
    try:
        return None if text is None else float(parse(str(text), "pressure"))
    except UnitError:
        return None


def _or_nothing(read: Any, folder: str | Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = read(folder)
    except OutputError:
        return {}
    return content


def _block(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}
