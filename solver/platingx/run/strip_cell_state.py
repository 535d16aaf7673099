"""What evolves in the run of a stripping cell, as it is kept on disk, too, and profiles of its interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from platingx.physics.strip_cell import local_current, pressure
from platingx.run.extremes import Peak, take_extremes
from platingx.stepping.strip_cell_march import CellInstant
from platingx.stepping.strip_cell_model import StripCellModel
from platingx.stepping.strip_cell_system import CellState

__all__ = ["CellProfile", "StripCellState", "profile_rows"]

_LARGEST = (
    "max_gap",
    "peak_current_density",
    "peak_interface_pressure",
    "peak_interface_tension",
    "volume_error",
    "insert_volume_error",
)
_SMALLEST = ("contact_share",)


@dataclass(frozen=True)
class CellProfile:
    """The interface at a time (s): all that a state has, as plain numbers."""

    time: float
    packed: list[float]

    @property
    def state(self) -> CellState:
        """The state."""
        return CellState.of_packed(np.array(self.packed))

    @classmethod
    def of(cls, time: float, state: CellState) -> CellProfile:
        """Profile of a state."""
        return cls(time, [float(value) for value in state.packed()])


@dataclass
class StripCellState:
    """State of a run after a step.

    Attributes
    ----------
    cell
        The interface.
    part
        Parts of the program that are finished.
    instant
        Last step of a part that is not finished; None at its start.
    time
        s.
    rows
        Rows of the history.
    stripped, moved, descent
        Thickness stripped less plated, stripped and plated, and way of the foil so far, m.
    charge
        Plating less stripping, C/m2.
    peaks, last
        Extremes by ``max_NAME`` and ``min_NAME``, and the last row.
    profiles
        Of the interface.
    oxidised
        Charge of the oxidation of the insert in half of the cell, not above 0, C/m.
    end
        What has ended the run; empty before.
    started
        Time at which the part began that is on, s.
    wall_seconds
        Wall time used so far.
    """

    cell: CellState
    part: int = 0
    instant: CellInstant | None = None
    time: float = 0.0
    rows: int = 0
    stripped: float = 0.0
    moved: float = 0.0
    descent: float = 0.0
    charge: float = 0.0
    peaks: dict[str, Peak] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    profiles: list[CellProfile] = field(default_factory=list)
    oxidised: float = 0.0
    end: str = ""
    started: float = 0.0
    wall_seconds: float = 0.0

    def take(self, instant: CellInstant, values: Mapping[str, float], last_part: bool) -> None:
        """Take up the end of a step with its quantities."""
        self.cell, self.rows = instant.state, self.rows + 1
        self.time = self.started + instant.time
        self.last = dict(values)
        take_extremes(self.peaks, values, self.time, _LARGEST, _SMALLEST)
        self.instant = instant
        if instant.end:
            self.part, self.instant, self.started = self.part + 1, None, self.time
            if instant.end != "duration" or last_part:
                self.end = instant.end

    def plain(self) -> dict[str, Any]:
        """Plain data, from which :meth:`of` makes the same bits."""
        data = {
            name: value for name, value in vars(self).items() if name not in ("cell", "instant", "peaks", "profiles")
        }
        data["cell"] = self.cell.packed().tolist()
        data["peaks"] = {name: asdict(peak) for name, peak in self.peaks.items()}
        data["profiles"] = [asdict(profile) for profile in self.profiles]
        data["instant"] = None
        if self.instant is not None:
            data["instant"] = {
                **{name: value for name, value in vars(self.instant).items() if name not in ("state", "rate")},
                "state": self.instant.state.packed().tolist(),
                "rate": self.instant.rate.tolist(),
            }
        return data

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> StripCellState:
        """State of the plain data of :meth:`plain`."""
        instant = data["instant"]
        if instant is not None:
            arrays = {"state": CellState.of_packed(np.array(instant["state"])), "rate": np.array(instant["rate"])}
            instant = CellInstant(**{**instant, **arrays})
        return cls(
            **{
                **data,
                "cell": CellState.of_packed(np.array(data["cell"])),
                "instant": instant,
                "peaks": {name: Peak(**peak) for name, peak in data["peaks"].items()},
                "profiles": [CellProfile(**profile) for profile in data["profiles"]],
            }
        )


def profile_rows(model: StripCellModel, profiles: Sequence[CellProfile]) -> Iterator[dict[str, float]]:
    """Rows of profiles.csv: the interface over the place, from the middle of the void, at each time.

    Parameters
    ----------
    model
        The cell.
    profiles
        What was kept of it.
    """
    for profile in profiles:
        state = profile.state
        contact = model.contact(state.height, state.insert)
        under = model.under(state.insert)[0]
        columns = zip(
            model.places, state.height, under, contact, local_current(model, state), pressure(model, state), strict=True
        )
        for place, height, below, share, current, acting in columns:
            yield {
                "time_s": profile.time,
                "place_m": float(place),
                "height_m": float(height),
                "insert_m": float(below),
                "contact_share": float(share),
                "current_density_A_per_m2": float(current),
                "interface_pressure_Pa": float(acting),
            }
