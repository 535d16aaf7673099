"""Diffusion along the interfaces of a case: its unknowns, its ends, and what is reported of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.compat import known_by_all
from platingx.config.case import Case
from platingx.errors import CaseError, MeshError
from platingx.fields.constraints import Constraint, Prescribed
from platingx.fields.interface_field import InterfaceField
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.materials.coble import diffusion_coefficient
from platingx.physics.discretisation import Discretisation
from platingx.physics.growth import PlatedLayer
from platingx.physics.part import Part
from platingx.physics.quantities import ConvergedState, Quantity, reported
from platingx.problems.interface_diffusion import DiffusionPath, InterfaceDiffusion
from platingx.problems.interface_surface import interface_surface
from platingx.problems.shifted_solid import FaceDeposit, ShiftedSolid
from platingx.stepping.step_limits import FoundIncrement

__all__ = ["INTERFACE_DIFFUSION", "build_interface_diffusion", "couple_diffusion"]

INTERFACE_DIFFUSION = "interface diffusion"
PRESSURE = "interface_pressure"
LARGEST_INCREMENT = 0.1
"""Change of the thickness in a step, over the height of the metal's first cells, that steps are chosen for."""
LEAST_LEFT = 0.5
"""Length of a normal without the components in which other boundaries hold its node, below which it keeps them."""


def build_interface_diffusion(case: Case, discretisation: Discretisation, parts: Mapping[str, Part]) -> Part | None:
    """Diffusion of a case that has it. Collective.

    Raises
    ------
    MeshError
        If the mesh lacks a boundary, or the metal does not reach it.
    CaseError
        If an end does not meet a path.
    """
    given, layer = case.interface_diffusion, parts["growth"]
    if given is None:
        return None
    solid = next(c for c in parts["solids"].contributions if isinstance(c, ShiftedSolid))
    if not isinstance(layer, PlatedLayer):
        raise TypeError("there is no layer that grows")
    plated = case.growth.interface
    coefficients = {plated: 0.0} | {name: diffusion_coefficient(case, path) for name, path in given.paths.items()}
    diffusion, held = couple_diffusion(
        discretisation,
        solid,
        coefficients,
        plated,
        {name: end.pressure for name, end in given.ends.items()},
        [constraint for part in parts.values() for constraint in part.constraints],
        layer.growth.deposited_thickness,
        case.geometry.symmetry == "axisymmetric",
    )
    comm = diffusion.pressure.comm
    return Part(
        name=INTERFACE_DIFFUSION,
        fields=(diffusion.pressure, *(path.deposit for path in diffusion.paths)),
        contributions=(diffusion,),
        constraints=tuple(held),
        step_limits=(FoundIncrement(comm, diffusion.largest_increment, LARGEST_INCREMENT, name="interface_increment"),),
        quantities=_quantities(diffusion, discretisation, solid.name),
    )


def couple_diffusion(
    discretisation: Discretisation,
    solid: ShiftedSolid,
    coefficients: Mapping[str, float],
    plated: str,
    ends: Mapping[str, float | None],
    supports: Sequence[Constraint],
    thickness: Callable[[float], float],
    axisymmetric: bool,
) -> tuple[InterfaceDiffusion, list[Prescribed]]:
    """Diffusion along boundaries of a metal, and the pressures that its ends hold. Collective.

    Parameters
    ----------
    discretisation
        Mesh and displacement.
    solid
        The metal, which takes up the deposits.
    coefficients
        C of each path, m5/(N s), by the name of its boundary; 0 where nothing diffuses.
    plated
        The path that is plated.
    ends
        Pressures at other boundaries by their names, Pa; None where nothing leaves.
    supports
        Constraints of the displacement.
    thickness
        Plated thickness (m) as a function of time.
    axisymmetric
        Whether the model is swept around the axis.
    """
    paths = [
        _path(discretisation, solid, name, coefficient, name == plated, axisymmetric)
        for name, coefficient in coefficients.items()
    ]
    solid.attach([FaceDeposit(path.deposit, _normals(path, supports, discretisation)) for path in paths])
    marked = np.unique(np.concatenate([path.deposit.places for path in paths])).astype(np.int32)
    pressure = InterfaceField(PRESSURE, discretisation.space, marked)
    held = [found for name, value in ends.items() if (found := _end(discretisation, pressure, name, value)) is not None]
    pressures = {end.name: end.motion(0.0) for end in held}
    return InterfaceDiffusion(pressure, paths, thickness, pressures), held


def _path(
    discretisation: Discretisation,
    solid: ShiftedSolid,
    name: str,
    coefficient: float,
    plated: bool,
    axisymmetric: bool,
) -> DiffusionPath:
    domain, space = discretisation.loaded.mesh, discretisation.space
    surface = interface_surface(domain, space, solid.region.cells, discretisation.facets(name), axisymmetric)
    if domain.comm.allreduce(len(surface.areas), MPI.SUM) == 0:
        raise MeshError(f"the boundary '{name}' does not touch the metal '{solid.name}', which cannot diffuse on it")
    field = InterfaceField(f"deposit_{name}", space, np.unique(surface.nodes).astype(np.int32))
    places = discretisation.coordinates()[field.places]
    return DiffusionPath(name, field, surface, coefficient, plated, places)


def _normals(path: DiffusionPath, supports: Sequence[Constraint], discretisation: Discretisation) -> Array:
    """Directions from the interface into the metal at local nodes, shape (local nodes, dimension). Collective.

    At a plane in which other boundaries hold the metal, such as one of symmetry, they lie in it.
    """
    field, dimension = path.deposit, discretisation.loaded.mesh.geometry.dim
    sums = np.zeros((field.nodes, dimension))
    np.add.at(sums, path.numbers, path.surface.normals)
    columns = [field.with_ghosts(field.added_up(sums[:, [i]])) for i in range(dimension)]
    normals = _unit(np.concatenate(columns, axis=1))
    kept = normals.copy()
    for support in supports:
        if isinstance(support, Prescribed) and support.field == DISPLACEMENT and support.name != path.name:
            there = field.number[support.nodes]
            kept[there[there >= 0], support.component] = 0.0
    left = np.linalg.norm(kept, axis=1) > LEAST_LEFT
    normals[left] = _unit(kept[left])
    return normals


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1)[:, None])


def _end(
    discretisation: Discretisation, pressure: InterfaceField, boundary: str, value: float | None
) -> Prescribed | None:
    """The pressure that an end holds; None for a closed one. Collective."""
    number = pressure.number[known_by_all(discretisation.space.dofmap.index_map, discretisation.nodes(boundary))]
    nodes = number[number >= 0].astype(np.int32)
    if pressure.comm.allreduce(len(nodes), MPI.SUM) == 0:
        raise CaseError(f"interface_diffusion.ends.{boundary}: no path meets the boundary '{boundary}'")
    if value is None:
        return None
    held = value
    return Prescribed(boundary, nodes, 0, lambda _time: held, PRESSURE)


def _quantities(diffusion: InterfaceDiffusion, discretisation: Discretisation, metal: str) -> tuple[Quantity, ...]:
    """What is reported of it."""
    pressure = diffusion.pressure
    has_place = np.isfinite(discretisation.coordinates()[pressure.places]).all(axis=1)

    def largest(_state: ConvergedState) -> float:
        own = pressure.converged[has_place, 0].max(initial=-np.inf)
        return float(pressure.comm.allreduce(float(own), MPI.MAX))

    def extruded(state: ConvergedState) -> float:
        return float(state.symmetry_multiplicity * diffusion.books.left)

    def over_plated(volume: float, without: float) -> float:
        plated = diffusion.books.plated
        return volume / plated if plated else without

    def occupied(state: ConvergedState) -> float:
        """The region itself, and what was added between it and its neighbours."""
        totals = state.totals(metal)
        return over_plated(float(totals[2] - totals[0]) + diffusion.books.added, 1.0)

    return (
        reported("max_interface_pressure", largest),
        reported("extruded_volume", extruded),
        reported("diffused_share", lambda _: over_plated(diffusion.books.moved, 0.0)),
        reported("deposited_volume_ratio", lambda _: over_plated(diffusion.books.added + diffusion.books.left, 1.0)),
        reported("occupied_volume_ratio", occupied),
    )
