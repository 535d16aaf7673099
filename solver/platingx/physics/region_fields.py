"""Nodal fields of one region at a converged state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.recovery import NodalRecovery
from platingx.fields.recovery_kernel import stress_measures
from platingx.fields.solid_region import PointResults
from platingx.problems.problem import Problem
from platingx.problems.solid import Solid

__all__ = ["LastFields", "RegionFields", "region_fields"]


@dataclass(frozen=True)
class RegionFields:
    """Nodal fields in the cells of one region, shapes (cells, nodes).

    Attributes
    ----------
    pressure, principal_stress, von_mises_stress
        Pa; pressure positive in compression, principal stress positive in tension.
    plastic_strain, growth_stretch
        Dimensionless.
    cauchy_stress
        (xx, yy, zz, xy, xz, yz), tension positive, shape (cells, nodes, 6), Pa.
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
    cauchy_stress: Array
    coordinates: Array
    displacement: Array
    volumes: Array
    mean_pressure_volume: float
    points: PointResults


def region_fields(solid: Solid, recovery: NodalRecovery, displacement: Array) -> RegionFields:
    """Recover the nodal fields of a region.

    Parameters
    ----------
    solid
        The region at a converged state.
    recovery
        From quadrature points to nodes.
    displacement
        Shape (local nodes, dimension), m.
    """
    region = solid.region
    points = region.point_results(displacement)
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
        cauchy_stress=nodal[..., :6],
        coordinates=recovery.coordinates(region.geometry.coordinates),
        displacement=recovery.displacements(region.geometry.nodes, region.seen(displacement)),
        volumes=volumes.sum(axis=(0, 1)),
        mean_pressure_volume=float((pressure_at_points * volumes[..., 2]).sum()),
        points=points,
    )


class LastFields:
    """Nodal fields of the last state that was looked at.

    What asks whether a step has reached an end and the row of the history of that step look at one state: the second
    one finds the fields of the first.
    """

    def __init__(self) -> None:
        self._time = 0.0
        self._displacement: Array = np.empty((0, 0))
        self._fields: dict[str, RegionFields] = {}

    def of(self, problem: Problem, solids: Mapping[str, Solid], recovery: NodalRecovery) -> dict[str, RegionFields]:
        """Fields of all regions at the converged state of the mechanics, by region. Collective.

        The time and the displacement of a state determine the rest of it, which is found with them.
        """
        displacement = problem.displacement
        known = bool(self._fields) and problem.time == self._time and np.array_equal(displacement, self._displacement)
        if not problem.comm.allreduce(known, MPI.LAND):
            self._fields = {name: region_fields(solid, recovery, displacement) for name, solid in solids.items()}
            self._time, self._displacement = problem.time, displacement.copy()
        return self._fields
