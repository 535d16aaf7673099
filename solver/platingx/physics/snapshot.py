"""Results of one converged state: nodal fields of every region, and the quantities of a history row."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.constants import FARADAY
from platingx.fields.recovery_kernel import stress_measures
from platingx.fields.solid_region import PointResults
from platingx.parallel import global_maximum
from platingx.physics.model import Model
from platingx.problems.solid import Solid
from platingx.profiling import timed

#: Coordinates below this share of the size of the body are round-off of the mesh.
PLACE_ROUND_OFF = 1e-12


@dataclass(frozen=True)
class RegionFields:
    """Nodal fields in the cells of one region, shapes (cells, nodes).

    Attributes
    ----------
    pressure, principal_stress, von_mises_stress
        Pa; pressure positive in compression, principal stress positive in tension.
    plastic_strain, growth_stretch
        Dimensionless.
    coordinates
        Reference coordinates, shape (cells, nodes, dimension), m.
    displacement
        Shape (cells, nodes, dimension), m.
    volumes
        Reference, grown and current volume of the region on this rank, m3 (m2 in plane strain).
    mean_pressure_volume
        Integral of the pressure over the current volume on this rank.
    points
        Stress, volumes and energies at the quadrature points.
    """

    pressure: Array
    principal_stress: Array
    von_mises_stress: Array
    plastic_strain: Array
    growth_stretch: Array
    coordinates: Array
    displacement: Array
    volumes: Array
    mean_pressure_volume: float
    points: PointResults


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
        of the metal, which is under pressure.
    balance_errors
        Relative error of each balance; see :mod:`platingx.run.balances`, which fills it.
    """

    time: float
    regions: dict[str, RegionFields]
    numbers: dict[str, float]
    extremes: dict[str, Extreme]
    balance_errors: dict[str, float] = field(default_factory=dict)


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
    regions = {name: _region_fields(model, solid) for name, solid in model.solids.items()}
    return Snapshot(time, regions, _numbers(model, regions, time), _extremes(model, regions))


def _extremes(model: Model, regions: dict[str, RegionFields]) -> dict[str, Extreme]:
    """Largest values over all ranks; coordinates that are round-off of the size of the body are zero."""
    comm = model.problem.comm
    far = max((float(np.abs(fields.coordinates).max(initial=0.0)) for fields in regions.values()), default=0.0)
    round_off = PLACE_ROUND_OFF * comm.allreduce(far, MPI.MAX)
    extremes: dict[str, Extreme] = {}
    for name, fields in regions.items():
        coordinates = fields.coordinates.reshape(-1, fields.coordinates.shape[-1])
        found = {"max_pressure": fields.pressure, "max_von_mises_stress": fields.von_mises_stress}
        if name != model.case.growth.region:
            found["max_principal_stress"] = fields.principal_stress
        for label, values in found.items():
            value, place = global_maximum(comm, values.ravel(), coordinates)
            clean = tuple(x if abs(x) > round_off else 0.0 for x in place)
            extremes[f"{label}_{name}"] = Extreme(value, clean)
    return extremes


def _region_fields(model: Model, solid: Solid) -> RegionFields:
    region, recovery = solid.region, model.recovery
    points = region.point_results(model.problem.displacement)
    stress, volumes = points.stress, points.volumes
    plastic = region.new.plastic_strain if region.is_plastic else np.zeros(region.growth.shape)
    stretch = region.growth ** region.growth_exponents[0]
    values = np.concatenate([stress, plastic[..., None], stretch[..., None]], axis=2)
    nodal = recovery.average(region.cells, values)
    shape = nodal.shape[:2]
    flat = np.empty((shape[0] * shape[1], 3))
    stress_measures(np.ascontiguousarray(nodal[..., :6]).reshape(-1, 6), flat)
    measures = flat.reshape(*shape, 3)
    pressure_at_points = -stress[..., :3].sum(axis=2) / 3.0
    return RegionFields(
        pressure=measures[..., 0],
        principal_stress=measures[..., 1],
        von_mises_stress=measures[..., 2],
        plastic_strain=np.maximum(nodal[..., 6], 0.0),
        growth_stretch=nodal[..., 7],
        coordinates=recovery.coordinates(region.geometry.corners),
        displacement=recovery.displacements(region.geometry.nodes, model.problem.displacement),
        volumes=volumes.sum(axis=(0, 1)),
        mean_pressure_volume=float((pressure_at_points * volumes[..., 2]).sum()),
        points=points,
    )


def _numbers(model: Model, regions: dict[str, RegionFields], time: float) -> dict[str, float]:
    """Scalars of the state, reduced over ranks."""
    comm, growth = model.problem.comm, model.growth
    metal = regions[model.case.growth.region]
    sums = np.array([*metal.volumes, metal.mean_pressure_volume])
    comm.Allreduce(MPI.IN_PLACE, sums)
    deposited = growth.deposited_thickness(time)
    supplied = deposited * model.interface_area
    current = model.case.growth.current_density.before(time)  # that of the step which ends here
    name = model.case.growth.region
    # The metal pushes the collector up where the collector pushes the metal down.
    upright = model.problem.dimension - 1
    return {
        "growth_stretch": growth.volume_ratio(time) ** float(model.growing.region.growth_exponents[0]),
        "current_density": current,
        "deposited_thickness": deposited,
        "deposition_rate": current * growth.molar_volume / FARADAY,
        f"mean_pressure_{name}": sums[3] / sums[2],
        "collector_force": -float(model.symmetry_multiplicity * model.problem.reaction("collector")[upright]),
        "deposited_volume_ratio": (sums[1] - sums[0]) / supplied if supplied != 0.0 else 1.0,
        "occupied_volume_ratio": (sums[2] - sums[0]) / supplied if supplied != 0.0 else 1.0,
    }
