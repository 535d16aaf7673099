"""Results of one converged state: nodal fields of every region, and the quantities of a history row."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from mpi4py import MPI

from platingx.parallel import global_maximum
from platingx.physics.model import Model
from platingx.physics.quantities import EXTREMES, ConvergedState
from platingx.physics.region_fields import RegionFields
from platingx.profiling import timed

#: Coordinates below this share of the size of the body are round-off of the mesh.
PLACE_ROUND_OFF = 1e-12


@dataclass(frozen=True)
class Extreme:
    """Largest value of a field and its reference place (m)."""

    value: float
    place: tuple[float, ...]


@dataclass(frozen=True)
class Snapshot:
    """State at an instant.

    Attributes
    ----------
    time
        s.
    regions
        Fields by region name.
    numbers
        Quantities in SI, by the name of their history column without unit.
    extremes
        Largest pressure, principal and von Mises stress with their coordinates, by quantity name; no principal stress
        of metals, which are under pressure.
    balance_errors
        Relative error of each balance; see :mod:`platingx.run.balances`, which fills it.
    flaws
        Numbers of the flaws of the case in SI, by the name of their column; see :mod:`platingx.run.flaw_table`.
    """

    time: float
    regions: dict[str, RegionFields]
    numbers: dict[str, float]
    extremes: dict[str, Extreme]
    balance_errors: dict[str, float] = field(default_factory=dict)
    flaws: dict[str, float] = field(default_factory=dict)


@timed("snapshots")
def take_snapshot(model: Model, time: float) -> Snapshot:
    """Evaluate the converged state of a model. Collective.

    Parameters
    ----------
    model
        Model at a converged state.
    time
        Its time, s.
    """
    regions = model.last_fields.of(model.problem, model.solids, model.recovery)
    state = ConvergedState(time, model.problem, regions, model.symmetry_multiplicity)
    numbers = {quantity.name: quantity.value(state) for quantity in model.quantities}
    return Snapshot(time, regions, numbers, _extremes(model, regions))


def _extremes(model: Model, regions: dict[str, RegionFields]) -> dict[str, Extreme]:
    """Largest values over all ranks; coordinates that are round-off of the size of the body are zero."""
    comm = model.problem.comm
    far = max((float(np.abs(fields.coordinates).max(initial=0.0)) for fields in regions.values()), default=0.0)
    round_off = PLACE_ROUND_OFF * comm.allreduce(far, MPI.MAX)
    extremes: dict[str, Extreme] = {}
    for name, fields in regions.items():
        coordinates = fields.coordinates.reshape(-1, fields.coordinates.shape[-1])
        for label, attribute in EXTREMES.items():
            if attribute == "principal_stress" and model.case.materials[name].role == "metal":
                continue
            value, place = global_maximum(comm, getattr(fields, attribute).ravel(), coordinates)
            clean = tuple(x if abs(x) > round_off else 0.0 for x in place)
            extremes[f"{label}_{name}"] = Extreme(value, clean)
    return extremes
