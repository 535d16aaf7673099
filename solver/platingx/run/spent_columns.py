"""Watches columns of metal that stripping spends, so that the metal that is left in them can no longer be reached."""

from __future__ import annotations

from typing import Any

from platingx.physics.electrochemistry import CIRCUIT, CircuitPart
from platingx.physics.model import Model
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.physics.snapshot import Snapshot
from platingx.post.scales import format_place, format_value

__all__ = ["SpentMonitor"]


class SpentMonitor:
    """Says when the first column is spent, where, and how much metal is dead in the end.

    Parameters
    ----------
    model, surfaces
        Model of the run, and the surfaces of its regions.
    """

    name = "spent_columns"

    def __init__(self, model: Model, surfaces: RegionSurfaces) -> None:
        del surfaces
        part, given = model.parts.get(CIRCUIT), model.case.electrochemistry
        self._growth = None
        if isinstance(part, CircuitPart) and part.conduction is not None and given is not None:
            self._growth, self._limit = part.deposit.columns, float(given.electrode.spent_below)
        self._since: float | None = None
        self._where = ""
        self._share = self._dead = 0.0

    def update(self, snapshot: Snapshot) -> list[str]:
        """Take a converged step into account; gives the sentences that are new."""
        if self._growth is None:
            return []
        self._share, self._dead = (snapshot.numbers[name] for name in ("spent_share", "dead_metal_thickness"))
        if self._since is not None or self._growth.ratios.min() >= self._limit:
            return []
        shortest = self._growth.columns.hats.corners[int(self._growth.ratios.argmin())]
        self._since, self._where = snapshot.time, format_place(tuple(float(x) for x in shortest))
        return [self._begin()]

    def sentences(self) -> list[str]:
        """What it has to say of the run so far."""
        if self._since is None:
            return []
        share, dead = f"{100 * self._share:.2g} %", format_value(self._dead, "m")
        lost = f"at the end {share} of the interface are spent, with {dead} of dead metal (over the interface)"
        return [f"{self._begin()}; {lost}"]

    def _begin(self) -> str:
        return (
            f"stripping has spent the first column of the metal at t = {format_value(self._since, 's')}, at "
            f"{self._where}: its face stops conducting"
        )

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it, and summary.json shows; JSON."""
        return {"since_s": self._since, "where": self._where, "share": self._share, "dead_metal_m": self._dead}

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self._since, self._where = saved["since_s"], saved["where"]
        self._share, self._dead = saved["share"], saved["dead_metal_m"]
