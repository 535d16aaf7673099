"""Notes when the metal is under tension, which a model of bonded metal bears and a real cell does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from platingx.materials.layout import BULK_MODULUS
from platingx.physics.model import Model
from platingx.physics.snapshot import Snapshot
from platingx.post.scales import format_value
from platingx.problems.equilibrium import SMALLEST_STRAIN


@dataclass
class TensionMonitor:
    """First step after which the mean pressure of the metal is negative.

    Attributes
    ----------
    since
        Time of that step, s, or None.
    """

    since: float | None = None

    def update(self, model: Model, snapshot: Snapshot) -> list[str]:
        """Take a step into account; gives the warning when it is new. Pressures of round-off do not count."""
        name = model.case.growth.region
        resolved = SMALLEST_STRAIN * float(model.growing.region.parameters[BULK_MODULUS])
        if self.since is not None or snapshot.numbers[f"mean_pressure_{name}"] >= -resolved:
            return []
        self.since = snapshot.time
        return self.sentences()

    def sentences(self) -> list[str]:
        """The warning, if there is reason for it."""
        if self.since is None:
            return []
        return [
            f"the metal is under tension from t = {format_value(self.since, 's')}: its mean pressure is negative. It "
            "is bonded to ceramic and collector here, while a real interface would open: do not trust stresses from "
            "then on"
        ]

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return {"since_s": self.since}

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self.since = saved["since_s"]
