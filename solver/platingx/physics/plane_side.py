"""A side of the electrolyte that stays plane and gives way, with the side of the metal on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.config.case import Case
from platingx.errors import CaseError
from platingx.fields.constraints import Constraint, Prescribed, Tied, nodes_on_facets
from platingx.fields.measure import face_area
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.physics.boundary_conditions import ELECTROLYTE_SIDE, DisplacementBC, displacement_conditions
from platingx.physics.discretisation import Discretisation
from platingx.physics.part import Part
from platingx.physics.planar_faces import mesh_faces_across
from platingx.physics.quantities import ConvergedState, Quantity
from platingx.problems.spring import Spring

__all__ = ["PLANE_SIDE", "build_plane_side"]

PLANE_SIDE = "plane_side"
"""Name of the part and of its unknowns: the strain between the middle and the side, along each axis it gives way."""
AXES = "xyz"


def build_plane_side(case: Case, discretisation: Discretisation, _parts: Mapping[str, Part]) -> Part | None:
    """Tie the sides that stay plane to one strain along each axis. Collective.

    Raises
    ------
    MeshError
        If the mesh lacks a boundary.
    CaseError
        If the side has no elastic region that a share could be of.
    """
    loaded = discretisation.loaded
    conditions = displacement_conditions(case, loaded.mesh.geometry.dim, loaded.boundary_names)
    supports = [support for support in conditions if support.follows]
    if not supports:
        return None
    axes = supports[0].components
    unknowns = GlobalUnknowns(PLANE_SIDE, len(axes), loaded.mesh.comm)
    facets = [_facets(discretisation, ELECTROLYTE_SIDE, axis) for axis in axes]
    origins = [_origin(discretisation, own, axis) for own, axis in zip(facets, axes, strict=True)]
    ties: list[Constraint] = [tie for support in supports for tie in _ties(discretisation, support, axes, origins)]
    given = _strain(case)
    if given is not None:
        ties += [Prescribed(PLANE_SIDE, np.array([i], np.int32), 0, given, PLANE_SIDE) for i in range(len(axes))]
    stiffness = tuple(
        _stiffness(case, discretisation, own, axis, origin)
        for own, axis, origin in zip(facets, axes, origins, strict=True)
    )
    return Part(
        name=PLANE_SIDE,
        fields=(unknowns,),
        contributions=(Spring(PLANE_SIDE, unknowns, np.diag(stiffness)),) if any(stiffness) else (),
        constraints=tuple(ties),
        quantities=tuple(_quantity(index, axis, len(axes)) for index, axis in enumerate(axes)),
    )


def _quantity(index: int, axis: int, count: int) -> Quantity:
    name = "electrolyte_side_strain" + (f"_{AXES[axis]}" if count > 1 else "")
    words = f"displacement of the plane side of the electrolyte along {AXES[axis]} over its distance from the middle"
    return Quantity(name, "dimensionless", False, words, partial(_value, index))


def _value(index: int, state: ConvergedState) -> float:
    return float(state.problem.fields[PLANE_SIDE].values[index, 0])


def _facets(discretisation: Discretisation, boundary: str, axis: int) -> Int32Array:
    """Facets of a boundary in planes across an axis."""
    facets = discretisation.facets(boundary)
    if discretisation.loaded.mesh.geometry.dim == 2:
        return facets
    return np.asarray(facets[mesh_faces_across(discretisation.loaded, facets)[:, axis]])


def _origin(discretisation: Discretisation, facets: Int32Array, axis: int) -> float:
    """Where nothing moves along an axis: the plane of symmetry, the middle of two sides, or the end of the mesh."""
    loaded = discretisation.loaded
    places = discretisation.coordinates()[:, axis]
    side = places[nodes_on_facets(discretisation.space, facets)]
    ends = np.array([-side.min(initial=np.inf), side.max(initial=-np.inf), -np.nanmin(places), np.nanmax(places)])
    loaded.mesh.comm.Allreduce(MPI.IN_PLACE, ends, MPI.MAX)
    low, high, first, last = -ends[0], ends[1], -ends[2], ends[3]
    if high - low > 0.5 * (last - first):
        return float(0.5 * (low + high))
    return float(first if high > 0.5 * (first + last) else last)


def _ties(
    discretisation: Discretisation, support: DisplacementBC, axes: tuple[int, ...], origins: list[float]
) -> list[Tied]:
    """Let each plane of a boundary be displaced by strain times distance."""
    places = discretisation.coordinates()
    result = []
    for index, (axis, origin) in enumerate(zip(axes, origins, strict=True)):
        nodes = nodes_on_facets(discretisation.space, _facets(discretisation, support.boundary, axis))
        if support.without is not None:
            nodes = np.setdiff1d(nodes, discretisation.nodes(support.without)).astype(np.int32)
        transfer: Array = np.zeros((len(nodes), len(axes)))
        transfer[:, index] = places[nodes, axis] - origin
        result.append(Tied(support.boundary, nodes, axis, PLANE_SIDE, transfer))
    return result


def _strain(case: Case) -> Callable[[float], float] | None:
    """Prescribed strain as a function of time; None where it is found."""
    given, end = case.constraints.plane_side, float(case.time.end)
    if given is None:
        return None
    if given.share == 0.0:
        return lambda _time: 0.0
    if given.strain is not None:
        final = float(given.strain)
        return lambda time: final * time / end
    if given.strain_table is not None:
        times, values = (np.array(column, dtype=float) for column in zip(*given.strain_table, strict=True))
        return lambda time: float(np.interp(time, times, values))
    return None


def _stiffness(case: Case, discretisation: Discretisation, facets: Int32Array, axis: int, origin: float) -> float:
    """Stiffness of the strain: that of the side per area, times its area and the square of its distance."""
    given = case.constraints.plane_side
    if given is None or (given.stiffness is None and given.share in (None, 0.0, 1.0)):
        return 0.0
    loaded = discretisation.loaded
    cells = np.concatenate([discretisation.cells(name) for name in case.materials])
    axisymmetric = case.geometry.symmetry == "axisymmetric"
    area = face_area(loaded.mesh, np.sort(cells), facets, axisymmetric)
    side = discretisation.coordinates()[nodes_on_facets(discretisation.space, facets), axis]
    distance = loaded.mesh.comm.allreduce(float(np.abs(side - origin).max(initial=0.0)), MPI.MAX)
    if given.stiffness is not None:
        return float(given.stiffness) * area * distance**2
    share = float(given.share or 1.0)
    return (1.0 - share) / share * _plate_modulus(case, loaded.mesh.geometry.dim, axisymmetric) * area * distance


def _plate_modulus(case: Case, dimension: int, axisymmetric: bool) -> float:
    """Stress over strain of a plate along its side: plane strain, or the same in both directions of the plane."""
    names = case.regions("electrolyte")
    if not names:
        raise CaseError(
            "constraints.plane_side.share needs a region with the role electrolyte; write stiffness instead"
        )
    elasticity = case.materials[names[0]].elasticity
    young, poisson = float(elasticity.young_modulus), float(elasticity.poisson_ratio)
    biaxial = dimension == 3 or axisymmetric
    return young / (1.0 - poisson) if biaxial else young / (1.0 - poisson**2)
