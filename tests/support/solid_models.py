"""Small solid models for tests, in the real finite-element code path: mesh, regions, supports, loads, steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import basix.ufl
import numpy as np
from dolfinx import fem
from mpi4py import MPI

from platingx.fields.directions import fixed_direction
from platingx.fields.recovery import NodalRecovery
from platingx.fields.solid_region import MODELS, SolidRegion, build_region
from platingx.fields.tables import ElementTables, build_tables, scalar_displacement_element
from platingx.materials import layout
from platingx.problems.constraints import PrescribedDisplacement, nodes_on_facets
from platingx.problems.contribution import Contribution
from platingx.problems.equilibrium import Equilibrium
from platingx.problems.newton import NewtonOptions, NewtonResult, solve
from platingx.problems.solid import Solid
from platingx.problems.surface_load import SurfaceLoad, loaded_facets
from platingx_meshes.io import LoadedMesh, distribute
from platingx_meshes.mesh_data import MeshData

FIBRE, AREAL, ISOTROPIC = (1.0, 0.0, 0.0), (0.0, 0.5, 0.5), (1 / 3, 1 / 3, 1 / 3)
LARGEST_RATIO = 2.0  # steps that grow faster are not extrapolated; the step controller stays below
Motion = Callable[[float], float]


@dataclass(frozen=True)
class Growth:
    """Growth of a region: Jg(t), shares of its logarithm, and a direction (a vector, or a function of places)."""

    ratio: Motion
    shares: tuple[float, float, float] = FIBRE
    direction: Sequence[float] | Callable[[np.ndarray], np.ndarray] = (0.0, 1.0)


@dataclass(frozen=True)
class Load:
    """A given load on a boundary of a region."""

    boundary: str
    region: str
    pressure: Motion | None = None
    traction: Callable[[float], tuple[float, ...]] | None = None


@dataclass
class Parts:
    """Mesh and displacement space, before supports and loads are chosen."""

    loaded: LoadedMesh
    space: fem.FunctionSpace
    tables: ElementTables

    @property
    def domain(self) -> object:
        return self.loaded.mesh

    def facets(self, name: str) -> np.ndarray:
        return self.loaded.facet_tags.find(self.loaded.boundary_names[name]).astype(np.int32)

    def nodes(self, *names: str) -> np.ndarray:
        """Displacement nodes on named boundaries."""
        return np.unique(np.concatenate([nodes_on_facets(self.space, self.facets(name)) for name in names]))

    def cells(self, region: str) -> np.ndarray:
        """Owned cells of a region."""
        domain = self.loaded.mesh
        cells = self.loaded.cell_tags.find(self.loaded.region_names[region]).astype(np.int32)
        return np.sort(cells[cells < domain.topology.index_map(domain.topology.dim).size_local])

    def places(self) -> np.ndarray:
        """Coordinates of the displacement nodes; NaN for bubbles, which have none."""
        domain = self.loaded.mesh
        name, dimension = domain.topology.cell_name(), domain.geometry.dim
        shape = self.tables.output_shape
        rows = np.where(shape.max(axis=0) > 0.5, shape.argmax(axis=0), -1)
        points = np.where(rows[:, None] >= 0, self.tables.output_points[rows], np.nan)
        inside = np.nan_to_num(points, nan=1 / 3)
        geometry = basix.ufl.element("Lagrange", name, domain.geometry.cmap.degree).tabulate(0, inside)[0]
        corners = domain.geometry.x[domain.geometry.dofmap][:, :, :dimension]
        values = np.einsum("ag,cgi->cai", geometry, corners)
        values[:, rows < 0] = np.nan
        index_map = self.space.dofmap.index_map
        result = np.full((index_map.size_local + index_map.num_ghosts, dimension), np.nan)
        result[self.space.dofmap.list] = values
        return result


def parts_of(data: MeshData, comm: MPI.Comm = MPI.COMM_WORLD) -> Parts:
    """Distribute a mesh that every rank has built, and make its displacement space."""
    loaded = distribute(data if comm.rank == 0 else None, comm)
    domain = loaded.mesh
    cell = domain.topology.cell_name()
    tables = build_tables(cell, domain.geometry.cmap.degree)
    element = basix.ufl.blocked_element(scalar_displacement_element(cell), shape=(domain.geometry.dim,))
    return Parts(loaded, fem.functionspace(domain, element), tables)


def hold(parts: Parts, boundary: str, component: int, motion: Motion | None = None) -> PrescribedDisplacement:
    """A prescribed displacement component on a boundary; at rest without a motion."""
    nodes = parts.nodes(boundary)
    return PrescribedDisplacement(boundary, nodes, component, motion or (lambda _time: 0.0))


def affine(parts: Parts, gradient: Callable[[float], np.ndarray], *boundaries: str) -> list[PrescribedDisplacement]:
    """Displacement H(t) X of all nodes on boundaries, one support for each node and component."""
    places = parts.places()
    supports = []
    for node in parts.nodes(*boundaries):
        where = places[node]
        if np.isnan(where).any():
            continue
        for component in range(places.shape[1]):

            def motion(time: float, where: np.ndarray = where, component: int = component) -> float:
                return float(gradient(time)[component] @ where)

            supports.append(PrescribedDisplacement("affine", np.array([node], dtype=np.int32), component, motion))
    return supports


@dataclass
class SolidModel:
    """A solid with its problem; ``advance`` takes a converged step or fails the test."""

    parts: Parts
    solids: dict[str, Solid]
    problem: Equilibrium
    loads: list[SurfaceLoad]
    options: NewtonOptions = field(default_factory=lambda: NewtonOptions(1e-9, 25))
    time: float = 0.0
    last_dt: float = 0.0

    def try_step(self, time: float, extrapolate: bool = True) -> NewtonResult:
        dt = time - self.time
        ratio = dt / self.last_dt if extrapolate and self.last_dt > 0.0 else 0.0
        self.problem.begin(time, ratio if ratio <= LARGEST_RATIO else 0.0)
        return solve(self.problem, time, dt, self.options)

    def advance(self, time: float, extrapolate: bool = True) -> NewtonResult:
        result = self.try_step(time, extrapolate)
        if not result.converged and extrapolate:
            self.problem.rollback()
            result = self.try_step(time, False)
        assert result.converged, f"t = {time:g}: {result.describe()}"
        self.problem.commit()
        self.last_dt, self.time = time - self.time, time
        return result

    def march(self, times: Sequence[float]) -> None:
        for time in times:
            self.advance(float(time))

    def region(self, name: str = "li") -> SolidRegion:
        return self.solids[name].region

    def stress(self, name: str = "li") -> np.ndarray:
        """Cauchy stress (cells, points, 6), Pa."""
        return self.region(name).stress_and_volumes(self.problem.displacement)[0]

    def nodal_stress(self, name: str = "li") -> tuple[np.ndarray, np.ndarray]:
        """Recovered Cauchy stress (cells, nodes, 6) and reference places (cells, nodes, dimension)."""
        recovery = NodalRecovery(self.parts.loaded.mesh, self.parts.tables)
        region = self.region(name)
        return recovery.average(region.cells, self.stress(name)), recovery.places(region.geometry.corners)

    def point_places(self, name: str = "li") -> np.ndarray:
        """Reference coordinates of the quadrature points (cells, points, dimension)."""
        return np.einsum("qg,cgi->cqi", self.parts.tables.geometry, self.region(name).geometry.corners)

    def displacement_at(self, place: Sequence[float]) -> np.ndarray:
        """Displacement of the node at a reference place (serial)."""
        distance = np.linalg.norm(np.nan_to_num(self.parts.places(), nan=np.inf) - np.array(place), axis=1)
        assert distance.min() <= 1e-9 * np.linalg.norm(place)
        return self.problem.displacement[distance.argmin()]


def solid_model(
    parts: Parts,
    materials: dict[str, np.ndarray],
    supports: Sequence[PrescribedDisplacement],
    model: str = "plane_strain",
    growth: dict[str, Growth] | None = None,
    loads: Sequence[Load] = (),
    extra: Sequence[Contribution] = (),
    petsc_options: dict[str, str] | None = None,
) -> SolidModel:
    """Compose a model."""
    domain = parts.loaded.mesh
    solids = {}
    for name, vector in materials.items():
        cells = parts.cells(name)
        grows = (growth or {}).get(name)
        solids[name] = Solid(
            build_region(
                name,
                domain,
                parts.space,
                cells,
                parts.tables,
                vector,
                MODELS[model],
                np.array(grows.shares if grows else FIBRE),
                _directions(parts, cells, grows),
            ),
            grows.ratio if grows else None,
        )
    pressed = [
        SurfaceLoad(
            loaded_facets(domain, parts.space, parts.cells(load.region), parts.facets(load.boundary)),
            model == "axisymmetric",
            load.pressure,
            load.traction,
        )
        for load in loads
    ]
    scale = max(float(vector[layout.BULK_MODULUS]) for vector in materials.values())
    contributions: list[Contribution] = [*solids.values(), *pressed, *extra]
    problem = Equilibrium(parts.space, contributions, supports, scale, petsc_options=petsc_options)
    return SolidModel(parts, solids, problem, pressed)


def _directions(parts: Parts, cells: np.ndarray, grows: Growth | None) -> np.ndarray:
    points = len(parts.tables.weights)
    if grows is None or not callable(grows.direction):
        chosen = grows.direction if grows is not None else (0.0, 1.0)
        return fixed_direction(np.array(chosen), len(cells), points)
    domain = parts.loaded.mesh
    corners = domain.geometry.x[domain.geometry.dofmap[cells]][:, :, : domain.geometry.dim]
    places = np.einsum("qg,cgi->cqi", parts.tables.geometry, corners)
    result = np.zeros((len(cells), points, 3))
    result[..., : places.shape[-1]] = grows.direction(places)
    return result
