"""The direction of growth of a case at the quadrature points of its metal."""

from __future__ import annotations

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Mask
from platingx.compat import geometry_nodes
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.direction_file import DirectionPoints
from platingx.config.expressions import ExpressionError
from platingx.config.loader import case_error_at
from platingx.fields.directions import direction_between_faces, fixed_direction
from platingx.fields.normal_directions import direction_from_normals
from platingx.fields.scattered_vectors import interpolate_vectors
from platingx.parallel import first_problem
from platingx.physics.discretisation import Discretisation

__all__ = ["growth_directions"]

SHORTEST = 1e-9
"""Length of a vector over the longest one, below which it has no direction."""


def growth_directions(case: Case, discretisation: Discretisation, region: str) -> Array:
    """Fibre directions of a region at its quadrature points, shape (cells, points, 3). Collective.

    Raises
    ------
    MeshError
        If the mesh lacks a face that they are found from.
    CaseError
        If a formula or the vectors of a file give no direction somewhere.
    """
    owned, tables = discretisation.cells(region), discretisation.tables
    chosen = case.growth.direction
    if region != case.growth.region:
        return fixed_direction(np.array([0.0, 1.0]), len(owned), len(tables.weights))
    if chosen.vector is not None:
        return fixed_direction(np.array(chosen.vector), len(owned), len(tables.weights))
    if chosen.expression is not None or chosen.points is not None:
        return _given_direction(case, discretisation, region)
    layer = (
        discretisation.loaded.mesh,
        discretisation.cells(region, ghosts=True),
        discretisation.facets(case.growth.interface),
        discretisation.facets("collector"),
        owned,
        tables,
        case.geometry.symmetry == "axisymmetric",
    )
    if chosen.kind == "between_faces":
        return direction_between_faces(*layer)
    return direction_from_normals(*layer, blended=chosen.kind == "blended")


def _given_direction(case: Case, discretisation: Discretisation, region: str) -> Array:
    """Directions of a formula or a file."""
    geometry, tables = discretisation.loaded.mesh.geometry, discretisation.tables
    node_coordinates = geometry.x[geometry_nodes(geometry)[discretisation.cells(region)]][:, :, : geometry.dim]
    places = np.einsum("qg,cgi->cqi", tables.geometry, node_coordinates)
    flat = places.reshape(-1, geometry.dim)
    points = case.growth.direction.points
    problem, vectors = "", np.zeros_like(flat)
    try:
        vectors = _of_formulas(case, flat) if points is None else _of_file(points, flat)
    except ValueError as error:
        problem = str(error)
    comm = discretisation.loaded.mesh.comm
    length = np.linalg.norm(vectors, axis=-1)
    longest = comm.allreduce(float(length.max(initial=0.0)), MPI.MAX)
    problem = problem or _first(flat, length <= SHORTEST * longest, "the direction has no length")
    found = first_problem(comm, problem or None)
    if found is not None:
        raise case_error_at(case, Finding("growth.direction", found, "a direction everywhere in the metal"))
    result = np.zeros((*places.shape[:2], 3))
    result[..., : geometry.dim] = (vectors / length[:, None]).reshape(places.shape)
    return result


def _of_formulas(case: Case, places: Array) -> Array:
    variables = dict(zip("xyz", places.T, strict=False))
    variables["r"] = places[:, 0] if places.shape[1] == 2 else np.hypot(places[:, 0], places[:, 1])
    if not len(places):
        return np.zeros_like(places)
    try:
        return np.stack([formula(variables) for formula in case.growth.direction.formulas], axis=-1)
    except ExpressionError as error:
        raise ValueError(f"{error.message}: {error.hint}") from None


def _of_file(points: DirectionPoints, places: Array) -> Array:
    vectors, covered = interpolate_vectors(points.places, points.vectors, places)
    wrong = _first(places, ~covered, "the points of the file do not reach the metal")
    if wrong:
        raise ValueError(wrong)
    return vectors


def _first(places: Array, wrong: Mask, what: str) -> str:
    """Sentence about the first place where something is wrong; empty if there is none."""
    found = np.flatnonzero(wrong)
    if not len(found):
        return ""
    at = ", ".join(f"{x:.4g}" for x in places[found[0]])
    return f"{what} at {len(found)} of {len(places)} points of the mesh on a rank, the first at ({at}) m"
