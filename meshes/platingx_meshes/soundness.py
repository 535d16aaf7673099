"""Refuse what no mesh generator means: coordinates without a place, sizes off by a unit, cells and nodes twice."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.checks import length_text
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.facets import Facets, row_numbers

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

SMALLEST_SPAN, LARGEST_SPAN = 1e-9, 100.0
"""Widths of a mesh in m beyond which its unit is wrong."""


def check_coordinates(points: Array, used: IntArray, labels: IntArray, length_unit: float, path: Path) -> None:
    """Check that all nodes of the cells are somewhere, and that the mesh has a size that a length can have.

    Parameters
    ----------
    points : in the file's unit, shape (n, 3)
    used : positions of the nodes of the cells
    labels : numbers of the nodes in the file
    length_unit : m
    path : for the message

    Raises
    ------
    MeshBuildError
        Naming the first such node, or the width.
    """
    lost = np.flatnonzero(~np.isfinite(points[used]).all(axis=1))
    if len(lost):
        raise MeshBuildError(
            f"{path}: node {int(labels[used[lost[0]]])} is at {_place(points[used[lost[0]]])}; "
            f"{len(lost)} of {len(used)} nodes have no finite coordinates",
            "look for failed projections or divisions in what wrote the file",
        )
    low, high = points[used].min(axis=0), points[used].max(axis=0)
    span = float((high - low).max()) * length_unit
    if not SMALLEST_SPAN <= span <= LARGEST_SPAN:
        far = used[int(np.abs(points[used] - np.median(points[used], axis=0)).max(axis=1).argmax())]
        raise MeshBuildError(
            f"{path}: the mesh would be {span:.4g} m wide; {length_text(SMALLEST_SPAN)} to {LARGEST_SPAN:g} m are "
            f"possible (the node farthest out is {int(labels[far])} at {_place(points[far])} in the file's unit)",
            f"geometry.length_unit is the length of one unit of the file, here {length_unit:g} m",
        )


def check_overlaps(cells: IntArray, kind: str, facets: Facets, labels: IntArray, path: Path) -> None:
    """Check that no cell is there twice and no more than two cells share a side.

    Raises
    ------
    MeshBuildError
        Naming the elements.
    """
    twins = row_numbers(np.sort(cells[:, : CELL_TYPES[kind].corners], axis=1))
    _, first, inverse = np.unique(twins, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[inverse.reshape(-1)] != np.arange(len(cells)))
    if len(again):
        twin = first[inverse.reshape(-1)[again[0]]]
        raise MeshBuildError(
            f"{path}: elements {int(labels[twin])} and {int(labels[again[0]])} have the same nodes; "
            f"number of elements that are there twice: {len(again)}",
            "remove the copies (Gmsh: Mesh.Remove duplicate elements); one cell belongs to one region",
        )
    crowded = np.flatnonzero(facets.counts > 2)
    if len(crowded):
        owners = np.isin(cells[:, : CELL_TYPES[kind].corners], facets.keys[crowded[0]]).sum(axis=1) == facets.corners
        listed = ", ".join(str(int(label)) for label in labels[owners])
        raise MeshBuildError(
            f"{path}: the elements {listed} share one side; number of sides with more than two cells: {len(crowded)}",
            "remove the cells that lie over others",
        )


def _place(point: Array) -> str:
    return f"({', '.join(f'{value:.6g}' for value in point)})"
