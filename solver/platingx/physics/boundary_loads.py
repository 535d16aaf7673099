"""Pressures and tractions of a case on boundaries by their names, and the forces on all named boundaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.config.boundary_conditions import AXES, BoundaryCondition
from platingx.config.case import Case
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.physics.discretisation import Discretisation
from platingx.physics.part import Part
from platingx.physics.quantities import ConvergedState, Quantity, reported
from platingx.problems.surface_load import SurfaceLoad, loaded_facets

__all__ = ["build_loads", "force_on"]


def build_loads(case: Case, discretisation: Discretisation, _parts: Mapping[str, Part]) -> Part | None:
    """Loads on the boundaries of a case, and what is reported of every boundary that it has a condition for.

    Raises
    ------
    MeshError
        If the mesh lacks a boundary.
    """
    if not case.boundary_conditions:
        return None
    loads = {
        boundary: _load(case, discretisation, boundary, condition)
        for boundary, condition in case.boundary_conditions.items()
        if condition.is_load
    }
    dimension = discretisation.loaded.mesh.geometry.dim
    quantities = tuple(
        force_on(boundary, component, loads.get(boundary))
        for boundary in case.boundary_conditions
        for component in range(dimension)
    )
    return Part(name="loads", contributions=tuple(loads.values()), quantities=quantities)


def _load(case: Case, discretisation: Discretisation, boundary: str, condition: BoundaryCondition) -> SurfaceLoad:
    domain = discretisation.loaded.mesh
    owned = domain.topology.index_map(domain.topology.dim).size_local
    cells = np.arange(owned, dtype=np.int32)
    facets = loaded_facets(domain, discretisation.space, cells, discretisation.facets(boundary))
    pressure, traction = condition.pressure, condition.traction
    return SurfaceLoad(
        facets,
        case.geometry.symmetry == "axisymmetric",
        None if pressure is None else pressure.at,
        None if traction is None else _traction(condition, domain.geometry.dim),
        f"the boundary {boundary}",
    )


def _traction(condition: BoundaryCondition, dimension: int) -> Callable[[float], tuple[float, ...]]:
    courses = [getattr(condition.traction, axis) for axis in AXES[:dimension]]
    return lambda time: tuple(0.0 if course is None else course.at(time) for course in courses)


def force_on(boundary: str, component: int, load: SurfaceLoad | None) -> Quantity:
    """Force of support, rigid body and load at a boundary along one component, of the part that is modelled."""

    def value(state: ConvergedState) -> float:
        problem = state.problem
        total: Array = problem.reaction(boundary)[component : component + 1].copy()
        if load is not None:
            applied = {name: np.zeros_like(field.values) for name, field in problem.fields.items()}
            load.add_applied_force(problem.iterate, applied)
            pushed = applied[DISPLACEMENT][:, component].sum(keepdims=True)
            problem.comm.Allreduce(MPI.IN_PLACE, pushed)
            total += pushed
        return float(total[0])

    return reported(f"force_{AXES[component]}", value, boundary)
