"""Solids of problems and tests: materials, growth and loads on a small mesh, and steps in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from platingx.arrays import Array, Int32Array, RealArray
from platingx.compat import geometry_nodes
from platingx.errors import ConvergenceError
from platingx.fields.constraints import Constraint, Motion
from platingx.fields.directions import fixed_direction
from platingx.fields.nodal_field import DISPLACEMENT, Field, NodalField
from platingx.fields.point_data import GROWTH, PointArray
from platingx.fields.recovery import NodalRecovery
from platingx.fields.recovery_kernel import stress_measures
from platingx.fields.solid_region import MODELS, SolidRegion, build_region
from platingx.materials import layout
from platingx.physics.discretisation import Discretisation
from platingx.problems.contribution import Contribution
from platingx.problems.growth import PrescribedGrowth
from platingx.problems.newton import NewtonOptions, NewtonResult, solve
from platingx.problems.problem import Problem
from platingx.problems.solid import Solid
from platingx.problems.surface_load import SurfaceLoad, loaded_facets
from platingx_meshes.tags import LI

__all__ = ["AREAL", "FIBRE", "ISOTROPIC", "Growth", "Load", "SolidModel", "solid_model"]

Shares = tuple[float, float, float]

FIBRE: Shares = (1.0, 0.0, 0.0)
AREAL: Shares = (0.0, 0.5, 0.5)
ISOTROPIC: Shares = (1 / 3, 1 / 3, 1 / 3)
LARGEST_RATIO = 2.0
"""Steps that grow faster are not extrapolated; the step controller stays below."""


@dataclass(frozen=True)
class Growth:
    """Growth of a region.

    Parameters
    ----------
    ratio : callable
        Jg as a function of time.
    shares : tuple of float
        Shares of its logarithm along the direction and across it.
    direction : sequence of float or callable
        A vector, or a function of coordinates (cells, points, dimension).
    """

    ratio: Motion
    shares: Shares = FIBRE
    direction: Sequence[float] | Array | Callable[[Array], Array] = (0.0, 1.0)


@dataclass(frozen=True)
class Load:
    """A given load on a boundary of a region: pressure or traction in Pa, as functions of time."""

    boundary: str
    region: str
    pressure: Motion | None = None
    traction: Callable[[float], tuple[float, ...]] | None = None


@dataclass
class SolidModel:
    """A solid with its problem; ``advance`` takes a converged step or raises ConvergenceError."""

    parts: Discretisation
    solids: dict[str, Solid]
    problem: Problem
    loads: list[SurfaceLoad]
    growth: dict[str, PrescribedGrowth] = field(default_factory=dict)
    options: NewtonOptions = field(default_factory=lambda: NewtonOptions(1e-9, 25))
    time: float = 0.0
    last_dt: float = 0.0

    def try_step(self, time: float, extrapolate: bool = True) -> NewtonResult:
        """Solve at a time (s) without committing the state."""
        dt = time - self.time
        ratio = dt / self.last_dt if extrapolate and self.last_dt > 0.0 else 0.0
        self.problem.begin(time, dt, ratio if ratio <= LARGEST_RATIO else 0.0)
        return solve(self.problem, self.options)

    def advance(self, time: float, extrapolate: bool = True) -> NewtonResult:
        """Take one step to a time (s)."""
        result = self.try_step(time, extrapolate)
        if not result.converged and extrapolate:
            self.problem.rollback()
            result = self.try_step(time, False)
        if not result.converged:
            raise ConvergenceError(f"t = {time:g} s: {result.describe()}")
        self.problem.commit()
        self.last_dt, self.time = time - self.time, time
        return result

    def march(self, times: Sequence[float] | RealArray) -> None:
        """Take one step to each time (s)."""
        for time in times:
            self.advance(float(time))

    def region(self, name: str = LI) -> SolidRegion:
        """Arrays of a region."""
        return self.solids[name].region

    def stress(self, name: str = LI) -> Array:
        """Cauchy stress (cells, points, 6), Pa."""
        return self.region(name).stress_and_volumes(self.problem.displacement)[0]

    def nodal_stress(self, name: str = LI) -> tuple[Array, Array]:
        """Recovered Cauchy stress (cells, nodes, 6) and reference coordinates (cells, nodes, dimension)."""
        recovery = NodalRecovery(self.parts.loaded.mesh, self.parts.tables)
        region = self.region(name)
        return recovery.average(region.cells, self.stress(name)), recovery.coordinates(region.geometry.coordinates)

    def nodal_displacement(self, name: str = LI) -> Array:
        """Displacement at the same nodes (cells, nodes, dimension), m."""
        recovery = NodalRecovery(self.parts.loaded.mesh, self.parts.tables)
        return recovery.displacements(self.region(name).geometry.nodes, self.problem.displacement)

    def nodal_measures(self, name: str = LI) -> Array:
        """Recovered pressure, largest principal and von Mises stress (cells, nodes, 3), Pa."""
        stress = self.nodal_stress(name)[0]
        measures = np.empty((stress.shape[0] * stress.shape[1], 3))
        stress_measures(np.ascontiguousarray(stress.reshape(-1, 6)), measures)
        return measures.reshape(*stress.shape[:2], 3)

    def point_coordinates(self, name: str = LI) -> Array:
        """Reference coordinates of the quadrature points (cells, points, dimension)."""
        coordinates: Array = np.einsum(
            "qg,cgi->cqi", self.parts.tables.geometry, self.region(name).geometry.coordinates
        )
        return coordinates

    def displacement_at(self, place: Sequence[float]) -> Array:
        """Displacement of the node at a reference place (serial), m.

        Raises
        ------
        ValueError
            When there is no node.
        """
        distance = np.linalg.norm(np.nan_to_num(self.parts.coordinates(), nan=np.inf) - np.array(place), axis=1)
        if distance.min() > 1e-9 * np.linalg.norm(place):
            raise ValueError(f"there is no node at {place}")
        return self.problem.displacement[distance.argmin()]


def solid_model(
    parts: Discretisation,
    materials: dict[str, Array],
    supports: Sequence[Constraint],
    model: str = "plane_strain",
    growth: dict[str, Growth] | None = None,
    loads: Sequence[Load] = (),
    extra: Sequence[Contribution] | Callable[[Mapping[str, Solid]], Sequence[Contribution]] = (),
    petsc_options: dict[str, str] | None = None,
    preset: str = "direct",
    fields: Sequence[Field] = (),
) -> SolidModel:
    """Compose a model.

    Parameters
    ----------
    parts : Discretisation
        Mesh and space.
    materials : dict
        Parameter vector of each region.
    supports : sequence of Constraint
        Given displacements, and ties to global unknowns.
    model : str
        ``plane_strain``, ``axisymmetric`` or ``three_dimensional``.
    growth : dict, optional
        Growth of regions.
    loads : sequence of Load
        Given loads.
    extra : sequence of Contribution
        Further contributions to the residuals, or what makes them of the solids by region.
    petsc_options : dict, optional
        Options of the linear solver.
    fields : sequence of Field
        Further unknowns.
    """
    growth = growth or {}
    solids = {name: _solid(parts, name, vector, model, growth.get(name)) for name, vector in materials.items()}
    arrays = {name: PointArray(name, GROWTH, s.region.cells, s.region.growth) for name, s in solids.items()}
    grown = {name: PrescribedGrowth(arrays[name], given.ratio) for name, given in growth.items()}
    domain = parts.loaded.mesh
    pressed = [
        SurfaceLoad(
            loaded_facets(domain, parts.space, parts.cells(load.region), parts.facets(load.boundary)),
            model == "axisymmetric",
            load.pressure,
            load.traction,
            load.boundary,
        )
        for load in loads
    ]
    scale = max(float(vector[layout.BULK_MODULUS]) for vector in materials.values())
    problem = Problem(
        [NodalField(DISPLACEMENT, parts.space), *fields],
        [*solids.values(), *pressed, *(extra(solids) if callable(extra) else extra)],
        supports,
        scale,
        preset,
        petsc_options,
        list(grown.values()),
    )
    return SolidModel(parts, solids, problem, pressed, grown)


def _solid(parts: Discretisation, name: str, vector: Array, model: str, grows: Growth | None) -> Solid:
    cells = parts.cells(name)
    region = build_region(
        name,
        parts.loaded.mesh,
        parts.space,
        cells,
        parts.tables,
        vector,
        MODELS[model],
        np.array(grows.shares if grows else FIBRE),
        _directions(parts, cells, grows),
    )
    return Solid(region)


def _directions(parts: Discretisation, cells: Int32Array, grows: Growth | None) -> Array:
    points = len(parts.tables.weights)
    chosen = grows.direction if grows is not None else (0.0, 1.0)
    if not callable(chosen):
        return fixed_direction(np.array(chosen), len(cells), points)
    domain = parts.loaded.mesh
    node_coordinates = domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, : domain.geometry.dim]
    coordinates = np.einsum("qg,cgi->cqi", parts.tables.geometry, node_coordinates)
    result = np.zeros((len(cells), points, 3))
    result[..., : coordinates.shape[-1]] = chosen(coordinates)
    return result
