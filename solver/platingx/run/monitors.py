"""What watches every step for states that a model bears and a real cell does not; all monitors are listed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from platingx.physics.model import Model
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.physics.snapshot import Snapshot
from platingx.profiling import timed
from platingx.run.contact_monitor import ContactMonitor
from platingx.run.damage_monitor import DamageMonitor
from platingx.run.interface_tension import TensionMonitor
from platingx.run.interpenetration import InterpenetrationMonitor
from platingx.run.large_turns import TurnMonitor
from platingx.run.law_range import LawRangeMonitor
from platingx.run.spent_columns import SpentMonitor

__all__ = ["MONITORS", "Monitor", "Monitors"]


class Monitor(Protocol):
    """Watches one kind of doubtful state."""

    name: str

    def update(self, snapshot: Snapshot) -> list[str]:
        """Take a converged step into account; gives the sentences that are new. Collective."""

    def sentences(self) -> list[str]:
        """What it has to say of the run so far."""

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it, and summary.json shows; JSON."""

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""


MONITORS: tuple[Callable[[Model, RegionSurfaces], Monitor], ...] = (
    TensionMonitor,
    InterpenetrationMonitor,
    LawRangeMonitor,
    ContactMonitor,
    TurnMonitor,
    SpentMonitor,
    DamageMonitor,
)
"""Each is made from the model of a run, at rest, and the surfaces of its regions; collective."""


class Monitors:
    """The monitors of a run.

    Parameters
    ----------
    model, surfaces
        Its model, at rest, and the surfaces of its regions; None before there is one: nothing is watched.
    """

    def __init__(self, model: Model | None = None, surfaces: RegionSurfaces | None = None) -> None:
        self._all: list[Monitor] = []
        if model is not None and surfaces is not None:
            self._all = [make(model, surfaces) for make in MONITORS]

    @timed("monitors")
    def update(self, snapshot: Snapshot) -> list[str]:
        """Take a converged step into account; gives the sentences that are new. Collective."""
        return [sentence for monitor in self._all for sentence in monitor.update(snapshot)]

    def sentences(self) -> list[str]:
        """What all of them have to say of the run so far."""
        return [sentence for monitor in self._all for sentence in monitor.sentences()]

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of them, by name; JSON."""
        return {monitor.name: monitor.saved() for monitor in self._all}

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        for monitor in self._all:
            if monitor.name in saved:  # a checkpoint may be older than a monitor
                monitor.restore(saved[monitor.name])
