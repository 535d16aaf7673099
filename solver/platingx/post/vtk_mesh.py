"""The mesh of a run as cells of VTK whose numbering is the same in all its versions.

A point belongs to one region, so that the jump at an interface is kept; within a region cells share their points. The
cells are the quadratic ones of fixed numbering, since VTK 9.1 has changed that of Lagrange hexahedra.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from platingx.arrays import Array, IntArray, Mask
from platingx.errors import OutputError
from platingx.post.cell_nodes import MIDDLES, vtk_order
from platingx.post.field_reader import FieldSeries

__all__ = ["VTK_TYPES", "VtkMesh", "vtk_mesh"]

VTK_TYPES = {"triangle6": 22, "quad9": 28, "tetra10": 24, "hexahedron27": 29}
"""VTK_QUADRATIC_TRIANGLE, VTK_BIQUADRATIC_QUAD, VTK_QUADRATIC_TETRA, VTK_TRIQUADRATIC_HEXAHEDRON."""

_MIRRORED = {
    "triangle6": (0, 2, 1),
    "quad9": (0, 3, 2, 1),
    "tetra10": (0, 2, 1, 3),
    "hexahedron27": (0, 3, 2, 1, 4, 7, 6, 5),
}
"""Corners of the same cell seen from the other side."""
_SPAN = {"triangle6": (1, 2), "quad9": (1, 3), "tetra10": (1, 2, 3), "hexahedron27": (1, 3, 4)}
"""Corners that span a cell from its first one, right-handed."""

_DOUBLE, _SINGLE = 1e-12, 1e-6
"""Differences that count as none, over the largest value, for numbers of eight and four bytes."""


@dataclass(frozen=True, eq=False)
class VtkMesh:
    """Points and cells for VTK.

    Attributes
    ----------
    points : ndarray, shape (points, 3)
        Reference configuration, m.
    cells : ndarray of int, shape (cells, nodes per cell)
        In the order of `VTK_TYPES`.
    cell_type : str
        A key of `VTK_TYPES`.
    region_of_cells, region_of_points : ndarray of int
        Number of the region of each.
    regions : dict of str to int
        Numbers of the regions by their names.
    source : ndarray of int, shape (points,)
        The point of the field series that each point stands for.
    jumps : tuple of str
        Fields that jump between cells of a region: then no points are shared.
    """

    points: Array
    cells: IntArray
    cell_type: str
    region_of_cells: IntArray
    region_of_points: IntArray
    regions: dict[str, int]
    source: IntArray
    jumps: tuple[str, ...]


def vtk_mesh(fields: FieldSeries, regions: Sequence[str] = ()) -> VtkMesh:
    """Make the mesh of some regions for VTK.

    Parameters
    ----------
    fields : FieldSeries
        Fields of a run. All steps are read, to see whether a field jumps within a region.
    regions : sequence of str
        Names; all regions if empty.

    Raises
    ------
    OutputError
        When a region is unknown or was not written, or the cells cannot be told apart.
    """
    order = vtk_order(fields)
    numbers = np.rint(fields.at(0, ["region"])["region"][fields.cells[:, 0]]).astype(np.int64)
    kept = _cells_in(fields, regions)
    cells, numbers = _right_handed(fields, fields.cells[kept][:, order]), numbers[kept]
    own = np.unique(cells)
    region = np.zeros(len(fields.points), dtype=np.int64)
    region[cells] = numbers[:, None]
    first = _first_at_place(fields.points[own], region[own])
    jumps = _jumps(fields, own, own[first])
    source, renumbered = np.unique(own if jumps else own[first], return_inverse=True)
    new = np.zeros(len(fields.points), dtype=np.int64)
    new[own] = renumbered
    names = {name: number for number, name in enumerate(fields.regions.names) if number in numbers}
    return VtkMesh(fields.points[source], new[cells], fields.cell_type, numbers, region[source], names, source, jumps)


def _cells_in(fields: FieldSeries, regions: Sequence[str]) -> Mask:
    """Which cells belong to some regions; all cells if none is named."""
    chosen = np.full(len(fields.cells), not regions)
    for name in regions:
        mask = fields.region_mask(name)
        if not mask.any():
            raise OutputError(f"{fields.path}: the region {name} was not written (output.fields.regions)")
        chosen |= mask
    return chosen


def _right_handed(fields: FieldSeries, cells: IntArray) -> IntArray:
    """Turn the cells that are numbered the other way round, as meshes of simplices have them."""
    groups = MIDDLES[fields.cell_type]
    mirrored = _MIRRORED[fields.cell_type]
    images = (tuple(sorted(mirrored[corner] for corner in group)) for group in groups)
    turned = [*mirrored, *(len(mirrored) + groups.index(image) for image in images)]
    spanned = fields.points[cells[:, _SPAN[fields.cell_type]]] - fields.points[cells[:, :1]]
    plane = spanned.shape[1] == 2
    handed = np.cross(spanned[:, 0], spanned[:, 1])[:, 2] if plane else np.linalg.det(spanned)
    return np.where((handed < 0)[:, None], cells[:, turned], cells)


def _first_at_place(points: Array, region: IntArray) -> IntArray:
    """The first of the points of the same region at the same place, shape (points,)."""
    tolerance = (_SINGLE if _is_single(points) else 1e-9) * float(np.ptp(points, axis=0).max())
    pairs = cKDTree(points).query_pairs(tolerance, output_type="ndarray")
    pairs = pairs[region[pairs[:, 0]] == region[pairs[:, 1]]]
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(points),) * 2)
    _, group = connected_components(graph, directed=False)
    _, leader = np.unique(group, return_index=True)
    return np.asarray(leader[group])


def _jumps(fields: FieldSeries, own: IntArray, shared: IntArray) -> tuple[str, ...]:
    """Fields that differ at a step between a point and the one that would stand for it."""
    tolerance = _SINGLE if _is_single(fields.points) else _DOUBLE
    found: dict[str, None] = {}
    for step in range(len(fields)):
        for name, values in fields.at(step).items():
            largest = float(np.abs(values[own]).max(initial=0.0))
            if float(np.abs(values[own] - values[shared]).max(initial=0.0)) > tolerance * largest:
                found[name] = None
    return tuple(found)


def _is_single(points: Array) -> bool:
    """Whether coordinates were written as numbers of four bytes."""
    return bool(np.array_equal(points, points.astype(np.float32)))
