"""Notes when a rigid body turns farther than its linearised turn is good for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from platingx.physics.drives import is_turn
from platingx.physics.model import Model
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.physics.snapshot import Snapshot
from platingx.post.scales import format_value

__all__ = ["LARGEST_STRETCH", "TurnMonitor"]

LARGEST_STRETCH = 1e-3
"""Stretch w^2/2 of a body by its linearised turn w from which it is told."""


@dataclass
class _Turn:
    """Time from which the turn of a body has been told, s, and the largest so far, rad."""

    since: float
    largest: float


class TurnMonitor:
    """Keeps the first step with a large turn of a rigid body, and the largest turn.

    Parameters
    ----------
    model
        Model of the run.
    """

    name = "turns"

    def __init__(self, model: Model, _surfaces: RegionSurfaces | None = None) -> None:
        self._quantities = [
            f"{component}_{boundary}"
            for boundary, body in model.bodies.items()
            for component in body.driven.components
            if is_turn(component)
        ]
        self._found: dict[str, _Turn] = {}

    def update(self, snapshot: Snapshot) -> list[str]:
        """Take a step into account; gives the sentences that are new."""
        news = []
        for quantity in self._quantities:
            turn = abs(snapshot.numbers[quantity])
            if 0.5 * turn**2 <= LARGEST_STRETCH:
                continue
            known = self._found.get(quantity)
            if known is None:
                self._found[quantity] = _Turn(snapshot.time, turn)
                news.append(self._sentence(quantity))
            else:
                known.largest = max(known.largest, turn)
        return news

    def sentences(self) -> list[str]:
        """One for each turn that became large."""
        return [self._sentence(quantity) for quantity in self._found]

    def _sentence(self, quantity: str) -> str:
        known = self._found[quantity]
        return (
            f"{quantity} is large from t = {format_value(known.since, 's')}, at most {known.largest:.2g} rad: turns of "
            f"rigid bodies are linearised, which stretches the body by {50.0 * known.largest**2:.2g} %"
        )

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return {quantity: asdict(known) for quantity, known in self._found.items()}

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self._found = {quantity: _Turn(**known) for quantity, known in saved.items()}
