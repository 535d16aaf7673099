"""Find parts of a mesh that the supports leave free to move as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from platingx.arrays import Array, IntArray, Mask
from platingx.config.base import Finding
from platingx.config.boundary_conditions import bodies_of
from platingx.config.case import Case
from platingx.config.loader import case_error_at
from platingx.config.rigid_body import RigidBody, rigid_components
from platingx.physics.boundary_conditions import DisplacementBC
from platingx.physics.rigid_bodies import rigid_motions
from platingx.run.pressed_between import pressed_between
from platingx_meshes import MeshData
from platingx_meshes.across import faces_across

__all__ = ["check_constrained"]


FREE = 1e-9
"""Eigenvalue, relative to the largest possible one, below which a motion meets no support."""

_TRIANGLES = (3, 6)
"""Numbers of nodes of triangular sides of cells."""

_WORDS = {"x": "along x", "y": "along y", "z": "along z"}


def check_constrained(case: Case, data: MeshData, supports: Sequence[DisplacementBC]) -> None:
    """Check that every joined part of a mesh is held against all rigid motions.

    Parameters
    ----------
    case
        Validated case.
    data
        The mesh.
    supports
        What the case holds on it.

    Raises
    ------
    CaseError
        Naming the part, the free motion, and what may hold it.
    """
    held = _held(data, supports) | pressed_between(case, data)
    bodies = [_Body.of(data, boundary, body) for boundary, (_, body) in _bodies(case).items()]
    labels, count = _parts(data)
    for part in range(count):
        inside = labels == part
        round_body = case.geometry.symmetry == "axisymmetric"
        motion = _free_motion(data, held & inside[:, None], inside, round_body, bodies)
        if motion:
            raise case_error_at(case, _finding(data, inside, count, motion))


def _held(data: MeshData, supports: Sequence[DisplacementBC]) -> Mask:
    """Which displacement components of the nodes are held, shape (nodes, dimension)."""
    held = np.zeros((len(data.points), data.dimension), dtype=bool)
    for support in supports:
        facets = data.boundary_facets(support.boundary)
        across = faces_across(data.points[facets]) if support.by_face else np.ones((len(facets), 3), dtype=bool)
        for component in support.components:
            nodes = np.unique(facets[across[:, component]])
            if support.without is not None:
                nodes = np.setdiff1d(nodes, data.boundary_facets(support.without))
            held[nodes, component] = True
    return held


@dataclass(frozen=True)
class _Body:
    """Nodes that go with a rigid body, and which of its motions a force must overcome.

    Attributes
    ----------
    nodes
        Nodes of its boundary.
    motions
        Displacements of them by its unit motions that nothing resists, shape (nodes, dimension, motions).
    """

    nodes: IntArray
    motions: Array

    @classmethod
    def of(cls, data: MeshData, boundary: str, body: RigidBody) -> _Body:
        dimension = data.dimension
        nodes = np.unique(data.boundary_facets(boundary))
        loose = [number for number, name in enumerate(rigid_components(dimension)) if not _resists(body, name)]
        places = data.points[:, :dimension]
        centre = _centroid(data, boundary) if body.centre is None else np.array([float(x) for x in body.centre])
        arms = (places[nodes] - centre) / np.ptp(places, axis=0).max()
        return cls(nodes, rigid_motions(arms)[..., loose])


def _centroid(data: MeshData, boundary: str) -> Array:
    """Centroid of a boundary with straight sides between the corners."""
    sides = data.boundary_facets(boundary)
    corners = 2 if data.dimension == 2 else 3 if sides.shape[1] in _TRIANGLES else 4
    ends = data.points[sides[:, :corners]]
    if data.dimension == 2:
        sizes = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    else:  # twice the area of a triangle, and of a quadrangle by its diagonals
        sizes = np.linalg.norm(np.cross(ends[:, 2] - ends[:, 0], ends[:, -1] - ends[:, 1]), axis=1)
    return np.asarray(np.average(ends.mean(axis=1), axis=0, weights=sizes)[: data.dimension])


def _resists(body: RigidBody, component: str) -> bool:
    drive = body.drives.get(component)
    return drive is None or drive.resists


def _bodies(case: Case) -> dict[str, tuple[str, RigidBody]]:
    return bodies_of(case.constraints, case.boundary_conditions)


def _parts(data: MeshData) -> tuple[IntArray, int]:
    """Number of the joined part of each node, and how many parts there are."""
    first = np.repeat(data.cells[:, 0], data.cells.shape[1] - 1)
    other = data.cells[:, 1:].ravel()
    size = len(data.points)
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, other)), shape=(size, size))
    count, labels = connected_components(graph, directed=False)
    return np.asarray(labels, dtype=np.int64), int(count)


def _free_motion(data: MeshData, held: Mask, inside: Mask, axisymmetric: bool, bodies: Sequence[_Body]) -> str:
    """Describe a rigid motion of a part that no support hinders; empty if there is none.

    Displacements of the motions at the held components form a matrix A; a motion m is free when A m = 0. Of nodes that
    go with a body it is free when the body can follow: those of A are what no motion of the body makes up for.
    """
    places = data.points[inside][:, : data.dimension]
    centre, size = places.mean(axis=0), float(np.ptp(places, axis=0).max())
    names, motions = _rigid_motions((data.points[:, : data.dimension] - centre) / size, axisymmetric)
    matrix = motions[:, held]  # shape (motions, held components)
    rows = [matrix, *(_hindered(motions, body, inside) for body in bodies)]
    matrix = np.concatenate(rows, axis=1)
    gram = matrix @ matrix.T / max(matrix.shape[1], 1)
    translations = [name for i, name in enumerate(names) if name in _WORDS and gram[i, i] <= FREE]
    if translations:
        return " and ".join(_WORDS[name] for name in translations)
    return "" if np.linalg.eigvalsh(gram)[0] > FREE else "by turning as a whole"


def _hindered(motions: Array, body: _Body, inside: Mask) -> Array:
    """Displacements of motions at the nodes of a body that the free motions of the body cannot follow.

    Parameters
    ----------
    motions
        Shape (motions, nodes, dimension).
    body
        The body.
    inside
        Which nodes belong to the part.
    """
    own = inside[body.nodes]
    nodes, basis = body.nodes[own], body.motions[own].reshape(int(own.sum()) * motions.shape[2], -1)
    wanted = motions[:, nodes].reshape(len(motions), -1)
    if basis.size == 0:
        return wanted
    followed = np.linalg.lstsq(basis, wanted.T, rcond=None)[0]
    return np.asarray(wanted - (basis @ followed).T)


def _rigid_motions(places: Array, axisymmetric: bool) -> tuple[list[str], Array]:
    """Names and displacements of the rigid motions, shape (motions, nodes, dimension)."""
    count, dimension = places.shape
    if axisymmetric:
        return ["y"], np.broadcast_to(np.array([0.0, 1.0]), (1, count, 2)).copy()
    names = list("xyz"[:dimension])
    motions = [np.broadcast_to(row, (count, dimension)) for row in np.eye(dimension)]
    for i, j in [(0, 1), (1, 2), (2, 0)][: 1 if dimension == 2 else 3]:
        turn = np.zeros((count, dimension))
        turn[:, i], turn[:, j] = -places[:, j], places[:, i]
        names.append("turn")
        motions.append(turn)
    return names, np.stack(motions)


def _finding(data: MeshData, inside: Mask, parts: int, motion: str) -> Finding:
    own = inside[data.cells[:, 0]]
    names = [name for name, tag in data.region_names.items() if (data.cell_regions[own] == tag).any()]
    what = f"the part of the mesh with {' and '.join(names)}" if parts > 1 else "the body"
    where = ", ".join(f"{value:.4g}" for value in data.points[inside].mean(axis=0)[: data.dimension])
    message = f"nothing holds {what} around ({where}) m: it can move {motion}"
    if parts > 1:
        message += f"; the mesh falls into {parts} parts that share no nodes"
        hint = "join the parts (merge nodes at one place), or hold each of them"
    else:
        hint = (
            "name a 'symmetry' boundary in the mesh, write constraints.electrolyte_bottom: clamped, or hold a boundary "
            "by its name: boundary_conditions: {NAME: fixed}"
        )
    return Finding("constraints", message, "supports against every motion as a whole", hint)
