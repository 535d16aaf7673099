"""Names of regions and boundaries in a CalculiX deck, which knows no commas, blanks or differences in capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from platingx_meshes.mesh_data import MeshData

__all__ = ["DeckNames", "deck_names"]

LONGEST = 60
"""Characters of a name; CalculiX reads 80, and the deck puts words before and behind some."""
_RESERVED = ("all_nodes", "growth", "growth_axes")


@dataclass(frozen=True)
class DeckNames:
    """Names in a deck by those of the case.

    Attributes
    ----------
    regions, boundaries : dict
        Safe names; equal to those of the case where these are safe.
    """

    regions: dict[str, str]
    boundaries: dict[str, str]

    def renamed(self, data: MeshData) -> MeshData:
        """Mesh with the names of the deck."""
        return replace(
            data,
            region_names={self.regions[name]: tag for name, tag in data.region_names.items()},
            boundary_names={self.boundaries[name]: tag for name, tag in data.boundary_names.items()},
        )

    def support(self, name: str) -> str:
        """Name of a support, which is that of its boundary, with a number behind it where there are several."""
        if name in self.boundaries:
            return self.boundaries[name]
        stem, _, number = name.rpartition("_")
        return f"{self.boundaries[stem]}_{number}"

    def notes(self) -> Iterator[str]:
        """A sentence on each name that is another in the deck."""
        for what, names in (("region", self.regions), ("boundary", self.boundaries)):
            for name, safe in names.items():
                if safe != name:
                    yield f"The {what} '{name}' is called {safe} here: CalculiX allows no such name."


def deck_names(data: MeshData) -> DeckNames:
    """Give every region and boundary of a mesh a name of letters, digits and _, unique whatever the capitals."""
    taken = {name.casefold() for name in _RESERVED}

    def safe(name: str) -> str:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name)[:LONGEST]
        plain = plain if plain[:1].isalpha() else f"set_{plain}"
        candidate, number = plain, 2
        while candidate.casefold() in taken:
            candidate, number = f"{plain}_{number}", number + 1
        taken.add(candidate.casefold())
        return candidate

    return DeckNames(
        {name: safe(name) for name in data.region_names}, {name: safe(name) for name in data.boundary_names}
    )
