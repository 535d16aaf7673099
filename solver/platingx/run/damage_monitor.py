"""Notes what a phase field of cracks comes to, and where it is no longer what it stands for."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from platingx.config.damage import ELEMENTS, LENGTHS
from platingx.physics.damage import DAMAGE
from platingx.physics.model import Model
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.physics.snapshot import Snapshot
from platingx.post.scales import format_value
from platingx.problems.damage import Damage
from platingx.problems.filled_cracks import OPEN

__all__ = ["DamageMonitor"]

GROWN = 1.0
"""Lengths l of new crack from which growth is told."""
LEAP = 2.0
"""Lengths l of new crack in one step from which it may have been a jump."""


class DamageMonitor:
    """Keeps since when cracks grow, are vented, leave the fine mesh, come near a free surface and cut pieces off.

    Parameters
    ----------
    model
        Model of the run.
    """

    name = "damage"

    def __init__(self, model: Model, _surfaces: RegionSurfaces | None = None) -> None:
        part = model.parts.get(DAMAGE)
        parts = () if part is None else part.contributions
        self._damage = next((given for given in parts if isinstance(given, Damage)), None)
        self._since: dict[str, float] = {}
        self._first = 0.0 if self._damage is None else self._damage.surface_energy(self._damage.damage)
        self._last, self._leap = self._first, 0.0

    def update(self, snapshot: Snapshot) -> list[str]:
        """Take a step into account; gives the sentences that are new."""
        if self._damage is None:
            return []
        surface = self._damage.surface_energy(self._damage.damage)
        grown, self._last = (surface - self._last) / self._damage.law.energy, surface
        news = [key for key in self._states(self._damage, grown) if key not in self._since]
        self._leap = grown if "leap" in news else self._leap
        self._since |= dict.fromkeys(news, snapshot.time)
        return [self._sentence(key) for key in news]

    def _states(self, damage: Damage, grown: float) -> list[str]:
        """What is the case in the present state, to which cracks have grown by a length (m)."""
        grid, reach, length = damage.grid, damage.reach, damage.law.length
        core = damage.damage >= OPEN
        large = grid.sizes > length / ELEMENTS
        cracked = damage.surface_energy(damage.damage) - self._first
        found = {
            "grown": cracked > GROWN * length * damage.law.energy,
            "leap": grown > LEAP * length,
            "vented": bool(damage.vented.any()),
            "coarse": bool(core[grid.cells[large]].any()) if large.any() else False,
            "near": self._near(damage, core),
            "split": reach.ends is not None and bool((core & reach.ends).any()),
            "cut_off": damage.cut_off,
        }
        return [key for key, holds in found.items() if holds]

    @staticmethod
    def _near(damage: Damage, core: Any) -> bool:
        """Whether an open crack that does not come from a free surface passes near one."""
        reach, grid = damage.reach, damage.grid
        inner = core & ~damage.vented
        if not inner.any() or not reach.free.any():
            return False
        distance = cKDTree(grid.places[reach.free]).query(grid.places[inner])[0]
        return bool(np.min(distance) < LENGTHS * damage.law.length)

    def sentences(self) -> list[str]:
        """What has come about, and since when."""
        return [self._sentence(key) for key in self._since]

    def _sentence(self, key: str) -> str:
        damage = self._damage
        at = f"from t = {format_value(self._since[key], 's')}"
        length = "" if damage is None else format_value(damage.law.length, "m")
        words = {
            "grown": f"cracks of the phase field (experimental) have grown by its length l of {length} and more {at}; "
            "the stress of the ceramic is bounded by that length, and its comparison with a strength means nothing",
            "leap": f"cracks of the phase field have grown by {format_value(self._leap, 'm')} in one step {at}: where "
            "they need no more metal or load for it they jump, and what a jump sets free beyond the energy of faces "
            "is missing in the energy balance, whatever the size of the steps",
            "vented": f"a crack of the phase field is open to a free surface {at}: nothing presses on its faces",
            "coarse": f"a crack of the phase field runs through elements of more than l/{ELEMENTS:g} {at}: its path "
            "and its energy are those of the mesh",
            "near": f"a crack of the phase field is nearer than {LENGTHS:g} l to a free surface {at}: what is between "
            "them is not resolved by this length",
            "split": f"a crack of the phase field has reached a boundary that is held {at}",
            "cut_off": f"cracks of the phase field would cut a piece off {at}: the run ends with the state before, for "
            "what a loose piece does is no equilibrium",
        }
        return words[key]

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return {"since": dict(self._since), "first": self._first, "leap": self._leap}

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self._since, self._first = dict(saved["since"]), float(saved["first"])
        if self._damage is not None:
            self._last = self._damage.surface_energy(self._damage.damage)  # which is restored before
        self._leap = float(saved.get("leap", 0.0))  # a checkpoint may be older than what it is asked for
