"""From a case and a mesh to a discrete problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import basix.ufl
import numpy as np
from dolfinx import fem
from mpi4py import MPI

from platingx.arrays import Int32Array
from platingx.config.case import Case
from platingx.config.loader import case_error_at
from platingx.errors import CaseError, MeshError
from platingx.fields.directions import direction_between_faces, fixed_direction
from platingx.fields.measure import face_area
from platingx.fields.recovery import NodalRecovery
from platingx.fields.solid_region import MODELS, SolidRegion, build_region
from platingx.fields.tables import ElementTables, build_tables, scalar_displacement_element
from platingx.materials.faraday import LayerGrowth
from platingx.materials.layout import BULK_MODULUS
from platingx.materials.parameters import parameter_vector
from platingx.physics.boundary_conditions import displacement_conditions
from platingx.physics.planar_faces import mesh_faces_across, symmetry_planes
from platingx.problems.constraints import PrescribedDisplacement, nodes_on_facets
from platingx.problems.equilibrium import Equilibrium
from platingx.problems.solid import Solid
from platingx.profiling import count, timed
from platingx_meshes.io import LoadedMesh


@dataclass
class Model:
    """A discrete problem with what is needed to look at its results.

    Attributes
    ----------
    case, loaded
        Where it comes from.
    problem
        Equilibrium with its contributions.
    solids
        Regions by name.
    growth
        Growth of the plated region.
    interface_area
        Area that is plated on, m2 (m in plane strain).
    recovery
        Nodal fields.
    symmetry_multiplicity
        How often the model is in the whole that its planes of symmetry stand for.
    """

    case: Case
    loaded: LoadedMesh
    problem: Equilibrium
    solids: dict[str, Solid]
    growth: LayerGrowth
    interface_area: float
    recovery: NodalRecovery
    symmetry_multiplicity: int

    @property
    def axisymmetric(self) -> bool:
        """Whether the section is swept around the axis."""
        return self.case.geometry.symmetry == "axisymmetric"

    @property
    def forces_are_total(self) -> bool:
        """Whether forces are those of the whole body, N, not of a section, N/m."""
        return self.axisymmetric or bool(self.loaded.mesh.geometry.dim == 3)

    @property
    def growing(self) -> Solid:
        """The plated region."""
        return self.solids[self.case.growth.region]

    def largest_plastic_increment(self) -> float:
        """Largest plastic strain increment of the step on this rank."""
        return max(solid.largest_plastic_increment() for solid in self.solids.values())


@timed("model set-up")
def build_model(case: Case, loaded: LoadedMesh) -> Model:
    """Assemble the problem of a case on a mesh. Collective.

    Parameters
    ----------
    case
        Validated case.
    loaded
        Distributed mesh with named regions and boundaries.

    Raises
    ------
    MeshError
        If the mesh lacks what the case names, or has an unsuitable cell shape.
    CaseError
        If the current grows or strips more metal than the mesh can take.
    """
    domain = loaded.mesh
    cell = domain.topology.cell_name()
    tables = build_tables(cell, domain.geometry.cmap.degree)
    element = basix.ufl.blocked_element(scalar_displacement_element(cell), shape=(domain.geometry.dim,))
    space = fem.functionspace(domain, element)
    regions = {name: _region(case, loaded, space, tables, name) for name in case.materials}
    _check_covered(loaded, regions)
    axisymmetric = case.geometry.symmetry == "axisymmetric"
    growth, area = _layer_growth(case, loaded, regions[case.growth.region], axisymmetric)
    solids = {
        name: Solid(region, growth.volume_ratio if name == case.growth.region else None)
        for name, region in regions.items()
    }
    stiffness = max(float(region.parameters[BULK_MODULUS]) for region in regions.values())
    problem = Equilibrium(
        space,
        list(solids.values()),
        _constraints(case, loaded, space),
        stiffness,
        case.solver.preset,
        {key: _option(value) for key, value in case.solver.petsc_options.items()},
    )
    count("unknowns", problem.unknowns)
    symmetry_multiplicity = 1 if axisymmetric else 2 ** symmetry_planes(loaded)
    return Model(case, loaded, problem, solids, growth, area, NodalRecovery(domain, tables), symmetry_multiplicity)


def _option(value: Any) -> str:
    return "" if value is None else str(value)


def _check_covered(loaded: LoadedMesh, regions: dict[str, SolidRegion]) -> None:
    """Every cell of the mesh must belong to a region that has a material."""
    domain = loaded.mesh
    owned = domain.topology.index_map(domain.topology.dim).size_local
    covered = sum(len(region.cells) for region in regions.values())
    bare = domain.comm.allreduce(owned - covered, MPI.SUM)
    if bare != 0:
        without = [name for name in loaded.region_names if name not in regions]
        raise MeshError(
            f"{bare} cells of the mesh have no material; regions without one: "
            f"{', '.join(without) or 'none (cells outside all named regions)'}"
        )


def _owned_cells(loaded: LoadedMesh, name: str) -> tuple[Int32Array, Int32Array]:
    """Owned cells of a region, and all of them with ghosts."""
    if name not in loaded.region_names:
        there = ", ".join(loaded.region_names) or "none"
        raise MeshError(f"the mesh has no region '{name}'; its regions are: {there}")
    cells = loaded.cell_tags.find(loaded.region_names[name]).astype(np.int32)
    owned = loaded.mesh.topology.index_map(loaded.mesh.topology.dim).size_local
    return np.sort(cells[cells < owned]), np.sort(cells)


def _facets(loaded: LoadedMesh, name: str) -> Int32Array:
    if name not in loaded.boundary_names:
        there = ", ".join(loaded.boundary_names) or "none"
        raise MeshError(f"the mesh has no boundary '{name}'; its boundaries are: {there}")
    facets: Int32Array = loaded.facet_tags.find(loaded.boundary_names[name]).astype(np.int32)
    return facets


def _region(case: Case, loaded: LoadedMesh, space: fem.FunctionSpace, tables: ElementTables, name: str) -> SolidRegion:
    owned, cells = _owned_cells(loaded, name)
    direction = fixed_direction(np.array([0.0, 1.0]), len(owned), len(tables.weights))
    if name == case.growth.region:
        chosen = case.growth.direction
        if chosen.vector is not None:
            direction = fixed_direction(np.array(chosen.vector), len(owned), len(tables.weights))
        else:
            direction = direction_between_faces(
                loaded.mesh,
                cells,
                _facets(loaded, case.growth.interface),
                _facets(loaded, "collector"),
                owned,
                tables,
            )
    symmetry = case.geometry.symmetry if loaded.mesh.geometry.dim == 2 else "three_dimensional"
    return build_region(
        name,
        loaded.mesh,
        space,
        owned,
        tables,
        parameter_vector(case.materials[name], float(case.temperature)),
        MODELS[symmetry],
        np.array(case.growth.mode.alpha, dtype=float),
        direction,
    )


def _layer_growth(case: Case, loaded: LoadedMesh, region: SolidRegion, axisymmetric: bool) -> tuple[LayerGrowth, float]:
    material = case.materials[case.growth.region]
    if material.molar_volume is None:
        raise CaseError(f"the growing region '{case.growth.region}' has no molar_volume")
    facets = _facets(loaded, case.growth.interface)
    area = face_area(loaded.mesh, region.cells, facets, axisymmetric)
    if area <= 0.0:
        raise MeshError(
            f"the boundary '{case.growth.interface}' does not touch the region "
            f"'{case.growth.region}', so nothing can be plated there"
        )
    thickness = case.growth.thickness
    if isinstance(thickness, str):
        nodes = int(region.geometry.nodes.max(initial=0)) + 1
        still = np.zeros((nodes, loaded.mesh.geometry.dim))
        volumes = region.stress_and_volumes(still)[1]
        volume = loaded.mesh.comm.allreduce(float(volumes[..., 0].sum()), MPI.SUM)
        thickness = volume / area
        findings = list(case.check_stretch(float(thickness)))
        if findings:
            raise case_error_at(case, findings[0])
    return (
        LayerGrowth(case.growth.current_density.charge, float(material.molar_volume), float(thickness)),
        area,
    )


def _constraints(case: Case, loaded: LoadedMesh, space: fem.FunctionSpace) -> list[PrescribedDisplacement]:
    """The supports of a case at the nodes of a mesh."""
    result: list[PrescribedDisplacement] = []
    for support in displacement_conditions(case, loaded.mesh.geometry.dim, loaded.boundary_names):
        facets = _facets(loaded, support.boundary)
        across = mesh_faces_across(loaded, facets) if support.by_face else None
        for component in support.components:
            own = facets if across is None else facets[across[:, component]]
            held = nodes_on_facets(space, own)
            if support.without is not None:
                held = np.setdiff1d(held, nodes_on_facets(space, _facets(loaded, support.without))).astype(np.int32)
            result.append(PrescribedDisplacement(support.boundary, held, component))
    return result
