"""Inputs of the reduced model of voids that no measurement gives for a cell: named and told at every run."""

from __future__ import annotations

from typing import Final

__all__ = ["INPUTS"]

INPUTS: Final[dict[str, str]] = {
    "follow.share": "calibrated: a free foil opens no void, and nobody has measured how much a foil is held",
    "cell.period": "unknown: distance of voids; focusing and surface diffusion depend on it",
    "cell.void_aspect": "unknown: height of a void or insert over its width",
    "insert.double_layer": "plausible: of contacts that block; not measured in the cell",
    "insert.oxidation.exchange_current_density": "unknown: nobody has measured it",
    "interface.charge_transfer_resistance": "plausible: of good contacts; not measured in the cell",
    "interface.exchange_current_density": "plausible: of good contacts; not measured in the cell",
    "interface.adhesion": "calibrated: decides with the surface energy at which angle metal and electrolyte meet",
    "interface.adhesion_range": "a regularisation of some atoms' width",
    "interface.closes_within": "a regularisation of some atoms' width",
    "electrolyte.conductivity": "plausible: of the class of electrolytes",
    "surface_energy": "plausible: the size of what is known of lithium",
    "transport.surface.diffusivity": "plausible: spans decades in the literature, and lower under films",
    "transport.interface.diffusivity": "unknown: nobody has measured it",
}
"""Keys of a case, and what is known of them."""
