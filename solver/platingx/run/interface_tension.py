"""Notes when the metal is under tension, which a model of bonded metal bears and a real cell does not."""

from __future__ import annotations

from typing import Any

from platingx.config.geometry_specimen import SpecimenGeometry
from platingx.materials.layout import BULK_MODULUS
from platingx.physics.model import Model
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.physics.snapshot import Snapshot
from platingx.post.scales import format_value
from platingx.problems.force_scale import SMALLEST_STRAIN


class TensionMonitor:
    """Keeps the first step after which the mean pressure of the metal is negative.

    Parameters
    ----------
    model
        Model of the run. Pressures of its round-off do not count, nor tension of a specimen, which is meant; an
        interface that may part bears no more than its adhesion.
    """

    name = "interface_tension"

    def __init__(self, model: Model, _surfaces: RegionSurfaces | None = None) -> None:
        self._quantity = f"mean_pressure_{model.case.growth.region}"
        self._resolved = SMALLEST_STRAIN * float(model.growing.region.parameters[BULK_MODULUS])
        self._pulled = isinstance(model.case.geometry, SpecimenGeometry)
        self._parts = model.case.growth.interface in model.case.contact
        self._key = f"contact.{model.case.growth.interface}"
        self._since: float | None = None

    def update(self, snapshot: Snapshot) -> list[str]:
        """Take a step into account; gives the warning when it is new."""
        bears = self._pulled or self._parts
        if bears or self._since is not None or snapshot.numbers[self._quantity] >= -self._resolved:
            return []
        self._since = snapshot.time
        return self.sentences()

    def sentences(self) -> list[str]:
        """The warning, if there is reason for it."""
        if self._since is None:
            return []
        return [
            f"the metal is under tension from t = {format_value(self._since, 's')}: its mean pressure is negative. It "
            "is bonded to ceramic and collector here, while a real interface would open: do not trust stresses from "
            f"then on; with {self._key} in the case it parts"
        ]

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return {"since_s": self._since}

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self._since = saved["since_s"]
