"""Diffusion along the interfaces of a case: its unknowns, its ends, and what is reported of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.compat import known_by_all
from platingx.config.case import Case
from platingx.errors import CaseError, MeshError
from platingx.fields.constraints import Constraint, Prescribed
from platingx.fields.growth_columns import GrowthColumns
from platingx.fields.interface_field import InterfaceField
from platingx.fields.measure import face_area
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.fields.point_data import GROWTH
from platingx.materials.coble import diffusion_coefficient
from platingx.physics.columns import build_columns
from platingx.physics.discretisation import Discretisation
from platingx.physics.growth import PlatedLayer
from platingx.physics.part import Part
from platingx.physics.quantities import ConvergedState, Quantity, reported
from platingx.problems.accretion import AccretingEnd, edge_lengths, total_length
from platingx.problems.grown_solid import ColumnDeposit, GrownSolid
from platingx.problems.interface_diffusion import DiffusionPath, InterfaceDiffusion
from platingx.problems.interface_surface import interface_surface
from platingx.problems.shifted_solid import FaceDeposit, ShiftedSolid
from platingx.problems.solid import Solid
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
    solid = next(c for c in parts["solids"].contributions if isinstance(c, ShiftedSolid | GrownSolid))
    if not isinstance(layer, PlatedLayer):
        raise TypeError("there is no layer that grows")
    plated, symmetry = case.growth.interface, case.geometry.symmetry
    coefficients = {plated: 0.0} | {name: diffusion_coefficient(case, path) for name, path in given.paths.items()}

    def columns(name: str) -> GrowthColumns:
        if name == plated and layer.columns is not None:
            return layer.columns
        area = face_area(
            discretisation.loaded.mesh, solid.region.cells, discretisation.facets(name), symmetry == "axisymmetric"
        )
        return build_columns(case, discretisation, solid.region, area, name)

    diffusion, held = couple_diffusion(
        discretisation,
        solid,
        coefficients,
        plated,
        {name: None if end.grows else end.pressure for name, end in given.ends.items()},
        [constraint for part in parts.values() for constraint in part.constraints],
        layer.growth.deposited_thickness,
        symmetry == "axisymmetric",
        {name: end.pressure or 0.0 for name, end in given.ends.items() if end.grows},
        columns,
    )
    comm = diffusion.pressure.comm
    grown = isinstance(solid, GrownSolid)
    return Part(
        name=INTERFACE_DIFFUSION,
        fields=(diffusion.pressure, *(path.deposit for path in diffusion.paths)),
        contributions=(diffusion,),
        constraints=tuple(held),
        states=(discretisation.points.get(solid.name, GROWTH),) if grown else (),
        step_limits=(FoundIncrement(comm, solid.deposit_increment, LARGEST_INCREMENT, name="interface_increment"),),
        quantities=(*_quantities(diffusion, discretisation, solid.name, grown), *_column_quantities(solid)),
    )


def couple_diffusion(
    discretisation: Discretisation,
    solid: ShiftedSolid | GrownSolid,
    coefficients: Mapping[str, float],
    plated: str,
    ends: Mapping[str, float | None],
    supports: Sequence[Constraint],
    thickness: Callable[[float], float],
    axisymmetric: bool,
    accreting: Mapping[str, float] = MappingProxyType({}),
    columns: Callable[[str], GrowthColumns] | None = None,
) -> tuple[InterfaceDiffusion, list[Prescribed]]:
    """Diffusion along boundaries of a metal, and the pressures that its ends hold. Collective.

    Parameters
    ----------
    discretisation
        Mesh and displacement.
    solid
        The metal, which takes up the deposits at its faces or in its columns.
    coefficients
        C of each path, m5/(N s), by the name of its boundary; 0 where nothing diffuses.
    plated
        The path that is plated.
    ends
        Pressures at other boundaries by their names, Pa; None where nothing leaves, or what leaves makes it grow.
    supports
        Constraints of the displacement.
    thickness
        Plated thickness (m) as a function of time.
    axisymmetric
        Whether the model is swept around the axis.
    accreting
        Pressures at ends that grow by what leaves there, Pa.
    columns
        Gives the columns that stand on a boundary, for a metal that takes up deposits in columns.
    """
    paths = [
        _path(discretisation, solid, name, coefficient, name == plated, axisymmetric)
        for name, coefficient in coefficients.items()
    ]
    if isinstance(solid, ShiftedSolid):
        solid.attach([FaceDeposit(path, _normals(path, supports, discretisation)) for path in paths])
    elif columns is not None:
        array = discretisation.points.get(solid.name, GROWTH)
        solid.attach([ColumnDeposit.build(path, columns(path.name)) for path in paths], array)
    marked = np.unique(np.concatenate([path.deposit.places for path in paths])).astype(np.int32)
    pressure = InterfaceField(PRESSURE, discretisation.space, marked)
    held = [found for name, value in ends.items() if (found := _end(discretisation, pressure, name, value)) is not None]
    pressures = {end.name: end.motion(0.0) for end in held}
    growing = [_accreting(discretisation, solid, paths, name, value, axisymmetric) for name, value in accreting.items()]
    grown = isinstance(solid, GrownSolid)
    return InterfaceDiffusion(pressure, paths, thickness, pressures, growing, grown), held


def _accreting(
    discretisation: Discretisation,
    solid: Solid,
    paths: Sequence[DiffusionPath],
    name: str,
    pressure: float,
    axisymmetric: bool,
) -> AccretingEnd:
    """An end that grows. Collective."""
    domain, space = discretisation.loaded.mesh, discretisation.space
    nodes = known_by_all(space.dofmap.index_map, discretisation.nodes(name))
    places = discretisation.coordinates()
    edges = [edge_lengths(space, path.surface, nodes, places, axisymmetric) for path in paths]
    area = face_area(domain, solid.region.cells, discretisation.facets(name), axisymmetric)
    if area <= 0.0:
        raise CaseError(
            f"interface_diffusion.ends.{name}: no side of the metal '{solid.name}' is there that could grow"
        )
    return AccretingEnd(name, pressure, area, total_length(domain.comm, edges), edges)


def _path(
    discretisation: Discretisation,
    solid: Solid,
    name: str,
    coefficient: float,
    plated: bool,
    axisymmetric: bool,
) -> DiffusionPath:
    domain, space = discretisation.loaded.mesh, discretisation.space
    everywhere = linear = isinstance(solid, GrownSolid)
    surface = interface_surface(domain, space, solid.region.cells, discretisation.facets(name), axisymmetric, linear)
    if domain.comm.allreduce(len(surface.areas), MPI.SUM) == 0:
        raise MeshError(f"the boundary '{name}' does not touch the metal '{solid.name}', which cannot diffuse on it")
    nodes = np.unique(surface.nodes).astype(np.int32)
    field = InterfaceField(f"deposit_{name}", space, nodes, everywhere)
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


def _column_quantities(solid: Solid) -> tuple[Quantity, ...]:
    """What is reported of columns."""
    if not isinstance(solid, GrownSolid):
        return ()
    return (
        reported("lowest_column_ratio", lambda _: min(float(ratios.min()) for ratios in solid.column_ratios())),
        reported("highest_column_ratio", lambda _: max(float(ratios.max()) for ratios in solid.column_ratios())),
    )


def _quantities(
    diffusion: InterfaceDiffusion, discretisation: Discretisation, metal: str, grown: bool
) -> tuple[Quantity, ...]:
    """What is reported of it; ``grown`` where the metal takes deposits into its columns."""
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

    def deposited(state: ConvergedState) -> float:
        """What is there, in the columns or at the faces, and what has left."""
        totals = state.totals(metal)
        there = float(totals[1] - totals[0]) if grown else diffusion.books.added
        return over_plated(there + diffusion.books.left, 1.0)

    def occupied(state: ConvergedState) -> float:
        """The region itself, and what was added between it and its neighbours."""
        totals = state.totals(metal)
        return over_plated(float(totals[2] - totals[0]) + (0.0 if grown else diffusion.books.added), 1.0)

    thickened = (reported("accreted_thickness", lambda _: diffusion.accreted()),) if diffusion.accreting else ()
    return (
        reported("max_interface_pressure", largest),
        reported("extruded_volume", extruded),
        *thickened,
        reported("diffused_share", lambda _: over_plated(diffusion.books.moved, 0.0)),
        reported("deposited_volume_ratio", deposited),
        reported("occupied_volume_ratio", occupied),
    )
