"""The Coble number of a run: whether its metal would rather leave by diffusion along the interface than by flow."""

from __future__ import annotations

from typing import Any

from platingx.config.transport import Transport
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.materials.coble import diffusion_coefficient, interface_transport
from platingx.physics.interface_spread import interface_spread
from platingx.physics.model import Model
from platingx.physics.snapshot import Snapshot
from platingx.run.coble_estimate import coble_sentence

__all__ = ["CobleWatch"]


class CobleWatch:
    """Sets the largest pressure of the metal beside that at which it would diffuse to its free sides.

    Parameters
    ----------
    model
        The model. Collective.
    """

    def __init__(self, model: Model) -> None:
        self._pressure = f"max_pressure_{model.case.growth.region}"
        given = model.case.interface_diffusion
        self._included = given is not None
        self._case, self._path = model.case, None if given is None else given.paths.get(model.case.growth.interface)
        self._name = (interface_transport(model.case) or "") if self._path is None else _name_of(self._path)
        self._spread: float | None = None
        if self._name:
            self._spread = interface_spread(
                model.discretisation,
                model.growing.region.cells,
                model.case.growth.interface,
                model.axisymmetric,
                model.problem.fields[DISPLACEMENT].held,
            )
        self._largest: dict[str, float] = {}

    def update(self, snapshot: Snapshot) -> None:
        """Take a converged step into account."""
        extreme = snapshot.extremes[self._pressure]
        if extreme.value > self._largest.get("plastic_pressure_Pa", 0.0):
            rate = float(snapshot.numbers["deposition_rate"])
            self._largest = {"plastic_pressure_Pa": extreme.value, "time_s": snapshot.time, "speed_m_per_s": rate}

    def record(self) -> dict[str, Any] | None:
        """The block ``diffusion`` of summary.json; None where nothing is known of the metal or it never was pressed."""
        if not self._name or not self._largest:
            return None
        result: dict[str, Any] = {
            "transport": self._name,
            "included": self._included,
            "free_side": self._spread is not None,
            **self._largest,
        }
        if self._spread is not None:
            path = self._path or Transport.model_validate(self._name)
            coefficient = diffusion_coefficient(self._case, path)
            coble = max(self._largest["speed_m_per_s"], 0.0) * self._spread / coefficient
            result["coble_pressure_Pa"] = coble
            if not self._included:
                result["coble_number"] = coble / self._largest["plastic_pressure_Pa"]
        return result | {"sentence": coble_sentence(result)}

    def saved(self) -> dict[str, float]:
        """What a checkpoint keeps of it; JSON."""
        return dict(self._largest)

    def restore(self, saved: dict[str, float]) -> None:
        """Take over what a checkpoint has kept."""
        self._largest = dict(saved)


def _name_of(path: Transport) -> str:
    return path.base or "values of the case"
