"""The section of a three-dimensional model through its deepest pit, as plane fields that the figures of 2D models draw.

The section consists of faces of cells in an upright plane: a plane of symmetry, or one that the mesh follows.
Nothing is interpolated.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.errors import OutputError
from platingx.post.cell_nodes import nodes_between
from platingx.post.field_reader import FieldSeries
from platingx.post.plane_of import PlaneOf

__all__ = ["deepest_points", "faces", "plane_fields"]


#: Corners of the faces of each cell in their order around the face, and the plane cell that a face is.
_FACES = {
    "hexahedron27": (
        ((0, 1, 2, 3), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)),
        "quad9",
    ),
    "tetra10": (((0, 1, 2), (0, 1, 3), (1, 2, 3), (0, 2, 3)), "triangle6"),
}
_TOLERANCE = 1e-6
"""Distance from a plane, over the size of the model, up to which a point counts as in it; above single precision."""


@lru_cache(maxsize=4)
def plane_fields(fields: FieldSeries) -> FieldSeries:
    """Give fields of a plane model as they are, and of a three-dimensional one those of its section.

    The plane is that of the deepest point of the metal: y constant where faces of cells lie in it, or else x constant.
    Of several pits of equal depth it is one that has such a plane.

    Raises
    ------
    OutputError
        When the mesh has no faces in such a plane.
    """
    if fields.cell_type not in _FACES:
        return fields
    tolerance = _TOLERANCE * float(np.ptp(fields.points, axis=0).max())
    tips = deepest_points(fields)
    nodes, cells = faces(fields)
    middles = fields.points[fields.cells].mean(axis=1)
    for across, along in ((1, 0), (0, 1)):
        for place in tips[:, across]:
            within = (np.abs(fields.points[nodes][..., across] - place) <= tolerance).all(axis=1)
            side = middles[cells, across] > place
            for chosen in (within & side, within & ~side):
                if chosen.any():
                    return _section(fields, nodes[chosen], along)
    raise OutputError(
        f"{fields.path}: no faces of cells lie in an upright plane through the pit, so no section can be drawn; open "
        "fields.bp in ParaView instead"
    )


def deepest_points(fields: FieldSeries) -> Array:
    """Deepest points of the metal (of the model without metal), those of pits of equal depth nearest to y = 0 first."""
    tolerance = _TOLERANCE * float(np.ptp(fields.points, axis=0).max())
    growing = fields.regions.metal
    metal = fields.cells[fields.region_mask(growing.name)] if growing is not None else fields.cells[:0]
    points = (fields.points[metal] if metal.size else fields.points).reshape(-1, 3)
    lowest = points[points[:, 2] <= points[:, 2].min() + tolerance]
    _, first = np.unique(np.rint(lowest[:, :2] / tolerance), axis=0, return_index=True)
    tips = lowest[np.sort(first)]
    return np.asarray(tips[np.argsort(np.abs(tips[:, 1]), kind="stable")])


def _section(fields: FieldSeries, nodes: IntArray, along: int) -> FieldSeries:
    """Fields on some faces, with the coordinate along the section and the height as first and second."""
    used, cells = np.unique(nodes, return_inverse=True)
    plane = PlaneOf(used, (along, 2))
    return replace(
        fields,
        points=plane.vectors(fields.points[used]),
        cells=cells.reshape(nodes.shape),
        cell_type=_FACES[fields.cell_type][1],
        plane=plane,
    )


def faces(fields: FieldSeries, cells: IntArray | None = None) -> tuple[IntArray, IntArray]:
    """Points of the faces of three-dimensional cells as plane second-order cells, and the cell of each face.

    Parameters
    ----------
    fields : FieldSeries
    cells : ndarray of int, optional
        Numbers of the cells; all when None.

    Returns
    -------
    ndarray, shape (faces, nodes of a face)
    ndarray, shape (faces,)
    """
    pattern = _face_nodes(fields)
    numbers = np.arange(len(fields.cells)) if cells is None else cells
    nodes = fields.cells[numbers][:, pattern]
    return nodes.reshape(-1, pattern.shape[1]), np.repeat(numbers, len(pattern))


def _face_nodes(fields: FieldSeries) -> IntArray:
    """Node positions of each face in a cell, in the order of quad9 or triangle6.

    Versions of VTK number middle nodes differently, so that they are found by their places, over all cells.
    """
    corners = _FACES[fields.cell_type][0]
    pairs_of = [[tuple(sorted(pair)) for pair in zip(face, (*face[1:], face[0]), strict=True)] for face in corners]
    sides = sorted({pair for pairs in pairs_of for pair in pairs})
    whole = [face for face in corners if len(face) == 4]
    middles = dict(zip([*sides, *whole], nodes_between(fields, [*sides, *whole]), strict=True))
    rows = []
    for face, pairs in zip(corners, pairs_of, strict=True):
        row = [*face, *(middles[pair] for pair in pairs)]
        rows.append([*row, middles[face]] if len(face) == 4 else row)
    return np.array(rows, dtype=np.int64)
