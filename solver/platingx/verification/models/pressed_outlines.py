"""Cracked bodies whose outline is pressed in places: intensities of the load without the stress in the body."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from platingx.arrays import Array, IntArray, Mask
from platingx.fracture.crack_integrals import interaction_functional, ring_at
from platingx.fracture.plane_body import PlaneBody
from platingx.fracture.weight_functions import weights_of
from platingx.verification.models.slit_bodies import ELASTIC
from platingx_meshes.slit import SlitMesh

__all__ = ["outline_sides", "pressed_intensities"]


def pressed_intensities(mesh: SlitMesh, pressed: list[Callable[[Array], Mask]], filled: bool) -> Array:
    """K_I and K_II of the end of a slit under a unit pressure on parts of the outline, shape (loads, 2).

    Parameters
    ----------
    mesh
        The body.
    pressed
        For each load which sides bear it, by the places of their middles, shape (sides, 2).
    filled
        Whether the faces of the slit bear it too.
    """
    body = PlaneBody(mesh, ELASTIC)
    ring = ring_at(body)
    functionals = np.stack([interaction_functional(body, ring, mode) for mode in (1, 2)], axis=-1)
    solved = body.solve(functionals)
    sides = outline_sides(mesh)
    loads = [_pressure_load(mesh, sides[where(mesh.points[sides[:, 2]])]) for where in pressed]
    found = np.array([[float((solved[..., mode] * load).sum()) for mode in (0, 1)] for load in loads])
    return found + weights_of(body).weights[0, :, :, 1].sum(axis=-1) if filled else found


def outline_sides(mesh: SlitMesh) -> IntArray:
    """Sides of one cell only that are none of the slit, with the body at their left: ends and middle, shape (k, 3)."""
    own = np.concatenate([mesh.cells[:, columns] for columns in ([0, 1, 3], [1, 2, 4], [2, 0, 5])])
    ends = np.sort(own[:, :2], axis=1)
    _, first, count = np.unique(ends, axis=0, return_index=True, return_counts=True)
    single = own[first[count == 1]]
    faces = np.concatenate([mesh.upper, mesh.lower])[:, 2]
    return np.asarray(single[~np.isin(single[:, 2], faces)])


def _pressure_load(mesh: SlitMesh, sides: IntArray) -> Array:
    """Nodal forces of a unit pressure on sides, shape (nodes, 2)."""
    position, weights = np.polynomial.legendre.leggauss(3)
    t = 0.5 * (position + 1.0)
    shape = np.stack([(1 - t) * (1 - 2 * t), t * (2 * t - 1), 4 * t * (1 - t)])
    rate = np.stack([4 * t - 3, 4 * t - 1, 4 - 8 * t])
    along = np.einsum("aq,kai->kqi", rate, mesh.points[sides])
    inward = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    load = np.zeros_like(mesh.points)
    np.add.at(load, sides, np.einsum("aq,kqi,q->kai", shape, inward, 0.5 * weights))
    return load
