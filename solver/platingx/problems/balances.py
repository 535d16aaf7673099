"""Balances that a converged step must satisfy: forces on the body, plastic volume, and energy.

With F = Fe Fp Fg and the energy Jg psi(Fe) per reference volume, the power of the stress is

    P : dF/dt = d(Jg psi)/dt + Jg s r - [dJg/dt psi - Jg tau : (f Lg f^-1)],

s the equivalent stress, r the plastic rate, f = F Fg^-1 and Lg = dFg/dt Fg^-1 = A d(ln Jg)/dt. The bracket is the power
that growth gives to the body, positive where metal is added against a pressure. Integrated over body and time:

    external work + growth work = stored energy + energy of springs + dissipated energy + work of interfaces + friction.

The last two are of interfaces that part and slip between bodies of the model; tools are outside of it.

What is tied to a rigid body gets its forces from it, which is massless: the work of the ties on the solids is that of
the springs, of the forces and of the supports on the motion of the body. Only the last two come from outside.

Each step adds the trapezoidal rule of the external forces over the displacements, of the drive of growth over ln(Jg),
and of the drive of flow over the plastic strain; the stored energy is a function of the state. With equilibrium at both
ends of a step and flow in one direction all that is left is the curvature of the strain path within the step: the
imbalance falls with the square of the step, and with its first power where the flow turns abruptly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.kinematics import AXISYMMETRIC
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.fields.recovery_kernel import FLOW_DRIVE, GROWTH_DRIVE, PLASTIC_VOLUME, STORED
from platingx.fields.solid_region import PointResults, SolidRegion
from platingx.materials.layout import BULK_MODULUS
from platingx.parallel import global_maximum
from platingx.problems.contribution import AppliedLoad, Interfacial, Storing, Working
from platingx.problems.force_scale import SMALLEST_STRAIN
from platingx.problems.problem import Problem
from platingx.problems.tied_forces import TiedForces

Results = Mapping[str, PointResults]
"""Results at the quadrature points of a state by region, this rank's cells."""


@dataclass
class EnergyTotals:
    """Energies since the start of a run over all ranks, J (J/m in plane strain).

    Attributes
    ----------
    external
        Work of supports and loads on the body, and on rigid bodies and springs that hold it.
    growth
        Work of growth on the body.
    stored
        Free energy of the present state.
    springs
        Energy of springs and the like in the present state.
    dissipated
        By plastic flow.
    interface, friction
        Work that parting of interfaces has taken so far, and heat of friction at them.
    scale
        Largest absolute value that one of them has had so far, and at least what can be resolved.
    unresolved
        Upper estimate of what the trapezoidal rule has missed so far, as the steps were; see `_unresolved`.
    """

    external: float = 0.0
    growth: float = 0.0
    stored: float = 0.0
    dissipated: float = 0.0
    scale: float = 0.0
    unresolved: float = 0.0
    springs: float = 0.0
    interface: float = 0.0
    friction: float = 0.0

    @property
    def imbalance(self) -> float:
        """What was put in and is neither stored nor dissipated."""
        kept = self.stored + self.springs + self.dissipated + self.interface + self.friction
        return self.external + self.growth - kept

    @property
    def relative_imbalance(self) -> float:
        """Absolute imbalance over the scale; 0 where there was no energy at all."""
        return abs(self.imbalance) / self.scale if self.scale > 0.0 else 0.0

    @property
    def relative_unresolved(self) -> float:
        """What the size of the steps explains of the relative imbalance."""
        return self.unresolved / self.scale if self.scale > 0.0 else 0.0


@dataclass(frozen=True)
class _RegionEnd:
    """What the trapezoidal rule needs of a region at one end of a step, at its quadrature points."""

    growth_drive: Array
    flow_drive: Array
    growth: Array
    plastic_strain: Array

    def work_until(self, other: _RegionEnd) -> tuple[float, float, float]:
        """Growth work and dissipation on the way to the other end, and what the rule may have missed of them."""
        grown = np.log(other.growth / self.growth)
        growth = 0.5 * float(np.sum((self.growth_drive + other.growth_drive) * grown))
        missed = _unresolved(self.growth_drive, other.growth_drive, grown)
        if self.plastic_strain.size == 0:
            return growth, 0.0, missed
        flowed = other.plastic_strain - self.plastic_strain
        flow = 0.5 * float(np.sum((self.flow_drive + other.flow_drive) * flowed))
        return growth, flow, missed + _unresolved(self.flow_drive, other.flow_drive, flowed)


def _unresolved(before: Array, after: Array, change: Array) -> float:
    """Upper estimate of the error of the trapezoidal rule in a step: twice what it misses of two known paths.

    With x the logarithmic strain of the step: of an elastic body that grows against rigid walls the drive is
    k (x + 3/2 x^2), of which the rule misses (after - before) x^2/4; of a drive that stays while the body is drawn out
    it misses x^2/6 of the work, as sinh(x)/x - 1.
    """
    size = np.abs(change)
    curved = 0.5 * np.abs(after - before) * size**2
    drawn = (np.abs(before) + np.abs(after)) / 6.0 * size**3
    return float(np.sum(curved + drawn))


class EnergyAccount:
    """Adds up the energies of a problem over its steps.

    Parameters
    ----------
    problem
        Problem at rest, or at a converged state that `resume` is told of.
    regions
        Its solid regions by name.
    totals
        What was added up before.
    """

    def __init__(
        self, problem: Problem, regions: Mapping[str, SolidRegion], totals: EnergyTotals | None = None
    ) -> None:
        self._problem, self._regions = problem, regions
        self.totals = totals if totals is not None else EnergyTotals()
        self._forces = np.zeros_like(problem.displacement)
        self._displacement = np.zeros_like(problem.displacement)
        self._tied = TiedForces(problem) if problem.ties else None
        self._storing = [part for part in problem.contributions if isinstance(part, Storing)]
        self._working = [part for part in problem.contributions if isinstance(part, Working)]
        self._interfacial = [part for part in problem.contributions if isinstance(part, Interfacial)]
        nothing = {name: np.zeros((*region.growth.shape, 4)) for name, region in regions.items()}
        self._ends = {name: _region_end(region, nothing[name]) for name, region in regions.items()}

    @property
    def has_springs(self) -> bool:
        """Whether something beside the solids stores energy."""
        return bool(self._storing)

    @property
    def has_interfaces(self) -> bool:
        """Whether interfaces within the model take work."""
        return bool(self._interfacial)

    def resume(self, results: Results, forces: Array) -> None:
        """Take the present converged state as the start of the next step. Collective.

        Parameters
        ----------
        results
            Of the state, by region.
        forces
            Of the state, from `outside_forces`.
        """
        self._take(results, forces, np.zeros(4))

    def step(self, results: Results, forces: Array) -> None:
        """Add the step that ends at the present converged state. Collective.

        Parameters
        ----------
        results, forces
            As for `resume`.
        """
        change = self._problem.displacement - self._displacement
        beyond = 0.0 if self._tied is None else self._tied.work_of_step()
        added = np.array([0.5 * np.sum((self._forces + forces) * change) + beyond, 0.0, 0.0, 0.0])
        for name, region in self._regions.items():
            added[1:] += self._ends[name].work_until(_region_end(region, results[name].energies))
        for part in self._working:
            added[:3] += part.energies_of_step()
        self._take(results, forces, added)

    def _take(self, results: Results, forces: Array, added: Array) -> None:
        stored = sum(float(np.sum(found.energies[..., STORED])) for found in results.values())
        resolved = sum(_resolvable_energy(region, results[name]) for name, region in self._regions.items())
        springs = sum(part.stored_energy(self._problem.iterate) for part in self._storing)
        parting = np.array([part.interface_energies() for part in self._interfacial]).reshape(-1, 2).sum(axis=0)
        sums = np.array([*added, stored, resolved, springs, *parting])
        self._problem.comm.Allreduce(MPI.IN_PLACE, sums)
        totals = self.totals
        totals.external += float(sums[0])
        totals.growth += float(sums[1])
        totals.dissipated += float(sums[2])
        totals.unresolved += float(sums[3])
        totals.stored = float(sums[4])
        totals.springs = float(sums[6])
        totals.friction, totals.interface = float(sums[7]), float(sums[8])
        inner = totals.stored, totals.springs, totals.dissipated, totals.interface, totals.friction
        parts = (totals.external, totals.growth, *inner)
        totals.scale = max(totals.scale, float(sums[5]), *(abs(part) for part in parts))
        self._forces = forces
        if self._tied is not None:
            self._tied.take()
        self._displacement = self._problem.displacement.copy()
        self._ends = {name: _region_end(region, results[name].energies) for name, region in self._regions.items()}


def _region_end(region: SolidRegion, energies: Array) -> _RegionEnd:
    return _RegionEnd(
        energies[..., GROWTH_DRIVE], energies[..., FLOW_DRIVE], region.growth.copy(), region.new.plastic_strain.copy()
    )


def _resolvable_energy(region: SolidRegion, results: PointResults) -> float:
    """Energy of the stress of the smallest strain that forces resolve, elastic and over the growth of the region."""
    reference, grown = results.volumes[..., 0], results.volumes[..., 1]
    added = float(np.sum(np.abs(grown - reference)))
    stress = float(region.parameters[BULK_MODULUS]) * SMALLEST_STRAIN
    return stress * (added + 0.5 * SMALLEST_STRAIN * float(np.sum(reference)))


def outside_forces(problem: Problem) -> Array:
    """Forces of supports and loads on the body at the present converged state.

    Returns
    -------
    Array
        Shape (local nodes, dimension), N (N/m in plane strain). Loads are not summed over ranks: sums over all
        local nodes and all ranks are the right ones.
    """
    field = problem.fields[DISPLACEMENT]
    owned = slice(0, field.owned)
    results = {name: np.zeros_like(other.values) for name, other in problem.fields.items()}
    results[DISPLACEMENT][owned] = np.where(field.held[owned], field.forces.internal[owned], 0.0)
    for part in problem.contributions:
        if isinstance(part, AppliedLoad):
            part.add_applied_force(problem.iterate, results)
    return results[DISPLACEMENT]


def force_imbalance(problem: Problem, forces: Array, model: int) -> float:
    """Resultant of all outside forces over the sum of their absolute values. Collective.

    Stress in the body has no resultant along a direction in which the body can be moved without strain. That is every
    direction but the radial one of an axisymmetric model.

    Parameters
    ----------
    problem
        Problem at a converged state.
    forces
        From `outside_forces`.
    model
        PLANE_STRAIN, AXISYMMETRIC or THREE_DIMENSIONAL.

    Returns
    -------
    float
        Largest component of the resultant, relative; forces below those of a strain of ``SMALLEST_STRAIN`` are not
        resolved and bound the force_scale from below.
    """
    sums = np.array([*forces.sum(axis=0), np.abs(forces).sum()])
    problem.comm.Allreduce(MPI.IN_PLACE, sums)
    first = 1 if model == AXISYMMETRIC else 0
    force_scale = max(float(sums[-1]), problem.resolvable_force)
    return float(np.abs(sums[first:-1]).max()) / force_scale if force_scale > 0.0 else 0.0


def plastic_volume_error(
    problem: Problem, regions: Mapping[str, SolidRegion], results: Results
) -> tuple[float, tuple[float, ...]]:
    """Largest ``|det(Cp^-1) - 1|`` of all quadrature points, and the reference place of it (m). Collective.

    Flow keeps the volume, so it is round-off; the place is empty where nothing flows.
    """
    values, coordinates = [], []
    for name, region in regions.items():
        errors = np.abs(results[name].energies[..., PLASTIC_VOLUME])
        if region.is_plastic and errors.size:
            cell, point = np.unravel_index(int(np.argmax(errors)), errors.shape)
            values.append(errors[cell, point])
            coordinates.append(region.tables.geometry[:, point] @ region.geometry.coordinates[cell])
    error, place = global_maximum(problem.comm, np.array(values), np.array(coordinates))
    return max(error, 0.0), place
