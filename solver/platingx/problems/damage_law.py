"""Parameters of a phase field of cracks, and what fills them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

from platingx.arrays import Mask
from platingx.problems.contribution import Iterate

__all__ = ["Books", "Content", "DamageLaw", "Dry", "Filling"]


@dataclass(frozen=True)
class DamageLaw:
    """Parameters of the phase field.

    Attributes
    ----------
    length
        l, m.
    energy
        Energy of a crack per area G_c, J/m2.
    irreversible
        ``cracked``: what is broken stays so; ``all``: no damage falls.
    over_relaxation
        Factor of the change of the damage in an alternation, 1 for none.
    tolerance
        Change of the damage at which a step is done.
    largest_passes
        Alternations after which a step is given up.
    """

    length: float
    energy: float
    irreversible: Literal["cracked", "all"] = "cracked"
    over_relaxation: float = 1.7
    tolerance: float = 1e-3
    largest_passes: int = 500


@dataclass(frozen=True)
class Content:
    """What is in filled cracks.

    Attributes
    ----------
    pressure
        Pa.
    metal
        Volume without stress of the metal, m3 (m2 in plane strain), where its source reckons with it.
    """

    pressure: float = 0.0
    metal: float = 0.0

    def further(self, present: Content, ratio: float) -> Content:
        """What is to be expected after a step of a ratio to that from this one to the present one."""
        pressure, metal = (
            now + ratio * (now - then) if then > 0.0 else now
            for now, then in ((present.pressure, self.pressure), (present.metal, self.metal))
        )
        return Content(max(pressure, 0.0), max(metal, 0.0))

    def change(self, other: Content) -> float:
        """Largest relative difference from another one."""
        pairs = ((self.pressure, other.pressure), (self.metal, other.metal))
        return max(abs(a - b) / max(abs(a), abs(b)) if a != b else 0.0 for a, b in pairs)


@dataclass(frozen=True)
class Books:
    """What the energy balance needs of a state.

    Attributes
    ----------
    surface
        Energy of the cracks, J (J/m in plane strain).
    volume, pressure
        Of filled cracks, m3 (m2) and Pa.
    """

    surface: float = 0.0
    volume: float = 0.0
    pressure: float = 0.0

    def work_since(self, before: Books) -> tuple[float, float, float]:
        """Work of the pressure since another state, none of growth, and energy spent on cracks, J (J/m)."""
        pushed = 0.5 * (before.pressure + self.pressure) * (self.volume - before.volume)
        return pushed, 0.0, self.surface - before.surface


class Filling(ABC):
    """What tells the pressure in filled cracks; its supply has no limit unless it says so."""

    @abstractmethod
    def content(self, iterate: Iterate, mouths: Mask, volume: float, before: Content) -> Content:
        """What is in filled cracks, from their mouths, their volume (m3; m2), and what was in them. Collective."""

    def draw(self, metal: float) -> None:  # noqa: B027
        """Take metal of a volume without stress (m3; m2) from where it comes from, within a step."""

    def recall(self, metal: float) -> None:  # noqa: B027
        """Know what metal had been taken in a converged state that is returned to."""


class Dry(Filling):
    """Cracks without anything in them."""

    def content(self, iterate: Iterate, mouths: Mask, volume: float, before: Content) -> Content:  # noqa: ARG002
        """Nothing."""
        return Content()
