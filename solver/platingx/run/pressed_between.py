"""Faces between which a body is pressed: contacts from two sides hold it along their common normal."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array, IntArray, Mask
from platingx.config.case import Case
from platingx_meshes import MeshData

__all__ = ["pressed_between"]

UPRIGHT = 0.7
"""Component of the mean normal of a face along an axis, from which a contact there hinders motions along it."""


def pressed_between(case: Case, data: MeshData) -> Mask:
    """Which displacement components of the nodes are held by contacts from both sides, shape (nodes, dimension).

    Growth presses metal against both; what lets go of one of them is then as free as metal that hangs on nothing, and
    the run tells.

    Parameters
    ----------
    case
        Its contacts.
    data
        The mesh, its interface parted.
    """
    held = np.zeros((len(data.points), data.dimension), dtype=bool)
    faces = [data.boundary_facets(name) for name in case.contact if name in data.boundary_names]
    if len(faces) < 2:
        return held
    middle = data.points[np.unique(data.region_cells(case.growth.region))].mean(axis=0)
    for axis in range(data.dimension):
        across = [face for face in faces if _mean_normal(data, face)[axis] > UPRIGHT]
        sides = {bool(data.points[face][..., axis].mean() > middle[axis]) for face in across}
        if len(sides) == 2:
            held[np.unique(np.concatenate([face.ravel() for face in across])), axis] = True
    return held


def _mean_normal(data: MeshData, facets: IntArray) -> Array:
    """Components of the normal, without their signs, of a mean over the facets."""
    corners = data.points[facets]
    edges = corners[:, 1] - corners[:, 0]
    other = np.array([0.0, 0.0, 1.0]) if data.dimension == 2 else corners[:, 2] - corners[:, 0]
    normals = np.abs(np.cross(edges, other))
    return np.asarray(normals.sum(axis=0) / np.linalg.norm(normals, axis=1).sum())
