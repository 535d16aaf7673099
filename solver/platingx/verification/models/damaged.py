"""Elastic bodies with a phase field of cracks, stepped by given displacements and pressures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Mask
from platingx.errors import ConvergenceError
from platingx.fields.constraints import Constraint
from platingx.fields.damage_grid import DamageGrid, build_grid
from platingx.physics.discretisation import discretise
from platingx.physics.solid_model import SolidModel, solid_model
from platingx.problems.balances import EnergyAccount, outside_forces
from platingx.problems.contribution import Contribution, Iterate
from platingx.problems.damage import Damage
from platingx.problems.damage_law import Content, DamageLaw, Dry, Filling
from platingx.problems.filled_cracks import CrackReach
from platingx.problems.newton import NewtonOptions
from platingx.problems.solid import Solid
from platingx.stepping.staggered import Stage, Stages
from platingx.verification.models.vectors import elastic
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.tags import LLZO

__all__ = ["DamagedBody", "GivenPressure", "GivenVolume", "damaged_body"]


@dataclass
class GivenPressure(Filling):
    """A pressure in cracks that is a function of time, Pa."""

    course: Callable[[float], float]

    def content(self, iterate: Iterate, mouths: Mask, volume: float, before: Content) -> Content:  # noqa: ARG002
        """Pressure at the end of the step."""
        return Content(float(self.course(iterate.time)))


@dataclass
class GivenVolume(Filling):
    """Cracks of a given volume, m2, in a body that nothing else loads: pressure and volume are proportional."""

    course: Callable[[float], float]
    first: float

    def content(self, iterate: Iterate, mouths: Mask, volume: float, before: Content) -> Content:  # noqa: ARG002
        """Pressure that gives the volume; that to begin with where there is none yet."""
        if before.pressure <= 0.0 or volume <= 0.0:
            return Content(self.first)
        return Content(before.pressure * float(self.course(iterate.time)) / volume)


@dataclass
class DamagedBody:
    """A body with its damage.

    Attributes
    ----------
    model, damage
        Both.
    stages
        Equilibrium and damage in turn.
    account
        Its energies.
    passes
        Alternations of the last step.
    """

    model: SolidModel
    damage: Damage
    stages: Stages
    account: EnergyAccount
    passes: int = 0

    def advance(self, time: float) -> None:
        """Take one step to a time (s).

        Raises
        ------
        ConvergenceError
            If it does not settle.
        """
        problem, dt = self.model.problem, time - self.model.time
        self.stages.begin(time, dt, 0.0)
        result = self.stages.solve()
        self.passes = self.damage.passes
        if not result.converged:
            raise ConvergenceError(f"t = {time:g} s: {result.describe()}")
        self.stages.commit()
        self.model.last_dt, self.model.time = dt, time
        region = self.model.solids[LLZO].region
        self.account.step({LLZO: region.point_results(problem.displacement)}, outside_forces(problem))

    @property
    def stress(self) -> Array:
        """Cauchy stress of the cells of this rank, shape (cells, points, 6), Pa."""
        return self.model.stress(LLZO)


def damaged_body(
    data: MeshData,
    law: DamageLaw,
    young: float,
    poisson: float,
    supports: Callable[..., Sequence[Constraint]],
    cracked: Callable[[DamageGrid], Mask] | None = None,
    filling: Filling | None = None,
    comm: MPI.Intracomm = MPI.COMM_WORLD,
) -> DamagedBody:
    """Make a body of one elastic region. Collective.

    Parameters
    ----------
    data
        Its mesh, with the region ``llzo``.
    law, young, poisson
        Damage, modulus (Pa) and Poisson's ratio.
    supports
        Makes the constraints of a discretisation.
    cracked
        Which vertices are broken from the start.
    filling
        What is in all cracks, wherever they are; nothing if left out.
    comm
        Of the ranks that share it.
    """
    parts = discretise(data, comm)
    made: list[Damage] = []

    def damage_of(solids: Mapping[str, Solid]) -> list[Contribution]:
        region = solids[LLZO].region
        grid = build_grid(parts.loaded.mesh, region, parts.tables)
        nowhere, everywhere = np.zeros(grid.size, dtype=bool), np.ones(grid.size, dtype=bool)
        reach = CrackReach(grid, law.length, nowhere if filling is None else everywhere, nowhere, everywhere)
        broken = nowhere if cracked is None else cracked(grid)
        made.append(Damage(region, grid, law, reach, broken, filling or Dry()))
        return [*made]

    model = solid_model(parts, {LLZO: elastic(young, poisson)}, supports(parts), extra=damage_of)
    damage, options = made[0], NewtonOptions(1e-9, 40)
    stages = Stages([Stage("mechanics", model.problem, options, (damage,))])
    return DamagedBody(model, damage, stages, EnergyAccount(model.problem, {LLZO: model.solids[LLZO].region}))
