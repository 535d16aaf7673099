"""summary.json of a tubule: extremes, how its half cycles ended, what it was designed for, and what is doubtful."""

from __future__ import annotations

import math
from typing import Any

from platingx.columns import ColumnTable
from platingx.config.tubule import TubuleCase
from platingx.physics.tubule_design import (
    allowed_pressure,
    capacities,
    creep_record,
    design_sums,
    relaxation_time,
    required,
)
from platingx.post.scales import format_value
from platingx.run.extremes import records
from platingx.run.tubule_state import TubuleState
from platingx.stepping.tubule_model import TubuleModel

__all__ = ["content", "ending", "warnings"]

_OF_NEIGHBOURS = ("max_wall_pressure_difference", "max_wall_bending_stress")
_AT_END = ("stored_charge", "filled_fraction")
_WORDS = {
    "capacity": "by its charge", "full": "with the tubes full", "empty": "with the tubes empty",
    "limit": "by the limit of the overpotential", "duration": "by its duration",
    "strength": "by the strength of the wall",
    "blocked": "at once, because no path leads to the metal",
}  # fmt: skip
_SLOW = 0.1
"""Share of a half of a cycle that the relaxation of the pressure may take before it is doubted."""


def ending(state: TubuleState) -> str:
    """How the halves of the cycles ended, in a sentence without a full stop."""
    parts = [
        f"{count} times {'plated' if half == 'plate' else 'stripped'}, ended {_WORDS[end]}"
        for half, ends in state.ends.items()
        for end, count in ends.items()
    ]
    return "; ".join(parts) or "nothing was done"


def warnings(case: TubuleCase, model: TubuleModel, state: TubuleState) -> list[str]:
    """Sentences about what makes the results of a run doubtful."""
    found = []
    if state.burst is not None and case.wall.strength is not None:
        found.append(
            f"the stress of the wall passes its strength of {format_value(case.wall.strength, 'Pa')} at "
            f"t = {format_value(state.burst.time, 's')} with {format_value(state.burst.value, 'Pa')}: the wall "
            f"would burst{'; the run ends there' if case.wall.on_strength == 'stop' else ''}"
        )
    lowest = state.peaks.get("min_root_pressure")
    strip = case.drive.strip
    touches = strip is not None and strip.leaves_at == "front"  # no metal is at the root once a void has opened there
    if touches and lowest is not None and lowest.value < -model.gas_outside:
        found.append(
            f"the pressure in the metal at the root falls to {format_value(lowest.value, 'Pa')}, below a vacuum: it "
            "would have to bear that tension, or lets go (strip.leaves_at: root)"
        )
    relaxation = relaxation_time(case, model.conductances.along_metal)
    halves = sum(sum(ends.values()) for ends in state.ends.values())
    if halves and math.isfinite(relaxation) and state.time > 0.0 and relaxation > _SLOW * state.time / halves:
        found.append(
            f"the pressure along the metal takes about {format_value(relaxation, 's')} to become that of a steady "
            "flow (estimate), which this model takes to be there at once"
        )
    return found


def content(case: TubuleCase, model: TubuleModel, state: TubuleState, columns: ColumnTable) -> dict[str, Any]:
    """What summary.json says beside outcome and message.

    Parameters
    ----------
    case, model, state
        The case, its tube, and how far the run has come.
    columns
        Names of the quantities in files.
    """
    peaks = {name: peak for name, peak in state.peaks.items() if model.imbalance or name not in _OF_NEIGHBOURS}
    quantities = records(peaks, state.last, _AT_END, state.time, columns)
    flows = model.conductances
    return {
        "quantities": quantities,
        "ended_by": state.ends,
        "flux_coefficients_m5_per_Ns": {
            "interface": flows.interface, "wall": flows.wall, "surface": flows.surface
        },
        "interface_share": flows.interface / flows.along_metal if flows.along_metal else None,
        "design": _design(case),
        "capacity": capacities(case),
        "creep": creep_record(case, _shear(model, state)),
        "estimates": {"pressure_relaxation_time_s": _finite(relaxation_time(case, flows.along_metal))},
    }  # fmt: skip


def _shear(model: TubuleModel, state: TubuleState) -> float:
    """Equivalent stress of metal that sticks to the wall under the pressure gradient, sqrt(3) (W/4) dp/dz, Pa."""
    pressure, way = state.peaks.get("max_root_pressure"), state.peaks.get("max_front_position")
    if pressure is None or way is None or pressure.value <= 0.0 or way.value == 0.0:
        return 0.0
    return math.sqrt(3.0) * model.shape.hydraulic_length * pressure.value / way.value


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _design(case: TubuleCase) -> dict[str, Any]:
    """Design sums: what is needed, and the smallest share of the wall for each mixed conductor in three readings."""
    needed = required(case)
    thickness = float(case.tube.wall_thickness)
    return {
        "allowed_pressure_Pa": allowed_pressure(case),
        "required_conductivity_S_per_m": needed,
        "wall_share": thickness / (thickness + float(case.tube.diameter)),
        "smallest_wall_share": {
            entry.name: dict(zip(("bulk", "as_printed", "amended"), entry.fills(), strict=True))
            for entry in design_sums(case)
        },
    }
