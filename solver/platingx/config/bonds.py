"""What of a case needs the metal to be bonded to the ceramic."""

from __future__ import annotations

from platingx.config.fracture import Flaws
from platingx.config.interface_diffusion import InterfaceDiffusion

__all__ = ["needs_bond"]


def needs_bond(regions: int, flaws: Flaws | None, diffusion: InterfaceDiffusion | None) -> dict[str, str]:
    """Why the interface of a case cannot part, by the keys that stand against it.

    Parameters
    ----------
    regions
        How many there are.
    flaws, diffusion
        Blocks of the case.
    """
    found = {}
    if regions == 1:
        found["materials"] = "the metal is the only region, so that its interface has one side"
    if flaws is not None:
        found["fracture"] = "flaws are judged by metal that stays bonded to the ceramic"
    if diffusion is not None:
        found["interface_diffusion"] = "metal diffuses along an interface that stays closed"
    return found
