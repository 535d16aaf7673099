"""Which displacement components the constraints of a case hold on which boundaries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from platingx.config.case import Case

__all__ = ["DisplacementBC", "displacement_conditions"]


@dataclass(frozen=True)
class DisplacementBC:
    """Components at rest on a named boundary.

    Attributes
    ----------
    boundary
        Name of the boundary; reactions carry it too.
    components
        0, 1 or 2 for x (or r), y and z. Where there are several `along_normal`, each face is held along its own normal.
    without
        Boundary whose nodes are left out, or None.
    key
        Key of the case that asks for it; empty for the symmetry plane.
    along_normal
        Whether the boundary has to be a plane across its component, or planes across its components.
    """

    boundary: str
    components: tuple[int, ...]
    key: str = ""
    without: str | None = None
    along_normal: bool = False

    @property
    def by_face(self) -> bool:
        """Whether faces of the boundary differ in what is held."""
        return self.along_normal and len(self.components) > 1


def displacement_conditions(case: Case, dimension: int, boundaries: Collection[str]) -> list[DisplacementBC]:
    """List the supports of a case on a mesh.

    Parameters
    ----------
    case
        Validated case.
    dimension
        2 or 3.
    boundaries
        Names of the boundaries of the mesh.
    """
    given = case.constraints
    everything = tuple(range(dimension))
    upright, flat = (dimension - 1,), everything[:-1]
    found = [DisplacementBC("symmetry", flat, along_normal=True)] if "symmetry" in boundaries else []
    roller = given.llzo_bottom == "roller"
    found.append(
        DisplacementBC("llzo_bottom", upright if roller else everything, "constraints.llzo_bottom", along_normal=roller)
    )
    if given.llzo_side != "free":
        roller = given.llzo_side == "roller"
        found.append(
            DisplacementBC("llzo_side", flat if roller else everything, "constraints.llzo_side", along_normal=roller)
        )
    if given.li_side != "free":
        without = case.growth.interface if given.li_side == "roller" else None
        found.append(DisplacementBC("li_side", flat, "constraints.li_side", without, along_normal=True))
    if given.collector == "rigid":
        found.append(DisplacementBC("collector", everything, "constraints.collector"))
    return found
