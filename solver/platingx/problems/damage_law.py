"""Parameters of a phase field of cracks, and what fills them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from platingx.arrays import Mask
from platingx.problems.contribution import Iterate

__all__ = ["DamageLaw", "Dry", "Filling"]


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


class Filling(Protocol):
    """What tells the pressure in filled cracks."""

    def pressure(self, iterate: Iterate, mouths: Mask, volume: float, before: float) -> float:
        """Pressure, Pa, from the mouths and the volume (m3; m2) of filled cracks, and that before. Collective."""


class Dry:
    """Cracks without anything in them."""

    def pressure(self, iterate: Iterate, mouths: Mask, volume: float, before: float) -> float:  # noqa: ARG002
        """None."""
        return 0.0
