"""Plane bodies with a slit and handbook loads: boxes and notches, pressure on the faces, tension from afar."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array
from platingx.fracture.crack_integrals import interaction_functional, ring_at
from platingx.fracture.plane_body import Elastic, PlaneBody
from platingx.fracture.weight_functions import SlitWeights, slit_weights
from platingx_meshes.slit import SlitMesh, slit_mesh
from platingx_meshes.slit_body import Line, Slit, SlitSizes

__all__ = ["ELASTIC", "box", "far_intensities", "line", "notched_half", "pressed", "slit_in", "stretched"]

ELASTIC = Elastic(150e9, 0.26)
"""Of all bodies here; stress intensities of given tractions do not depend on it."""


def line(start: tuple[float, float], end: tuple[float, float], held: tuple[bool, bool] = (False, False)) -> Line:
    """Straight line of an outline."""
    share = np.linspace(0.0, 1.0, 17, dtype=np.float64)[:, None]
    return Line(np.array(start) + share * (np.array(end) - np.array(start)), held)


def box(
    left: float, right: float, bottom: float, top: float, held: dict[str, tuple[bool, bool]] | None = None
) -> list[list[Line]]:
    """Outline of a rectangle; what holds its sides by ``left``, ``bottom``, ``right``, ``top``."""
    corners = [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)]
    sides = held or {}
    names = ("left", "bottom", "right", "top")
    return [
        [line(a, b, sides.get(name, (False, False))) for name, a, b in zip(names, corners, corners[1:], strict=False)]
    ]


def notched_half(radius: float, width: float, depth: float) -> list[list[Line]]:
    """Right half of a block whose upper surface y = 0 has a semicircular notch about the origin."""
    angle = np.linspace(-0.5 * np.pi, 0.0, 81, dtype=np.float64)
    arc = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    arc[0], arc[-1] = (0.0, -radius), (radius, 0.0)
    symmetric = (True, False)
    return [
        [
            Line(arc[::-1]),
            line((0.0, -radius), (0.0, -depth), symmetric),
            line((0.0, -depth), (width, -depth), (False, True)),
            line((width, -depth), (width, 0.0)),
            line((width, 0.0), (radius, 0.0)),
        ]
    ]


def slit_in(
    loops: list[list[Line]], start: tuple[float, float], end: tuple[float, float], kind: str, refinement: float
) -> SlitMesh:
    """Mesh of a slit from start to end, of a kind of :class:`platingx_meshes.slit_outline.Slit`."""
    slit = Slit(np.array(start), np.array(end), kind)  # type: ignore[arg-type]
    return slit_mesh(loops, slit, SlitSizes(refinement=refinement))


def pressed(mesh: SlitMesh) -> tuple[Array, SlitWeights]:
    """K_I and K_II of each tip under a unit pressure on the faces, shape (tips, 2), and the weights."""
    weights = slit_weights(mesh, ELASTIC)
    return weights.intensities(np.zeros((len(weights.places), 3)), 1.0), weights


def stretched(mesh: SlitMesh, stress: tuple[float, float, float]) -> Array:
    """K_I and K_II of each tip where the body without slit has a uniform stress (xx, yy, xy), shape (tips, 2)."""
    weights = slit_weights(mesh, ELASTIC)
    return weights.intensities(np.broadcast_to(np.array(stress), (len(weights.places), 3)))


def far_intensities(mesh: SlitMesh, x: float) -> float:
    """K_I of a symmetric slit under a unit tension along x on the straight side at some x; the faces are free."""
    body = PlaneBody(mesh, ELASTIC)
    solved = body.solve(interaction_functional(body, ring_at(body), 1))
    return float((solved[:, 0] * _side_load(mesh, x)).sum())


def _side_load(mesh: SlitMesh, x: float) -> Array:
    """Nodal forces of a unit traction on the side at some x, shape (nodes,): 1/6, 1/6, 4/6 of each edge."""
    load = np.zeros(len(mesh.points))
    close = 1e-9 * abs(x)
    for first, second, middle in ((0, 1, 3), (1, 2, 4), (2, 0, 5)):
        ends = mesh.cells[:, [first, second, middle]]
        own = ends[(np.abs(mesh.points[ends][..., 0] - x) < close).all(axis=1)]
        length = np.linalg.norm(mesh.points[own[:, 1]] - mesh.points[own[:, 0]], axis=1)
        for column, share in ((0, 1 / 6), (1, 1 / 6), (2, 4 / 6)):
            np.add.at(load, own[:, column], share * length)
    return load
