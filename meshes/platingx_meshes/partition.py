"""Which ranks know which cells of a mesh whose parts touch each other."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from dolfinx.graph import adjacencylist

from platingx_meshes.mesh_data import MeshData

Partitioner = Callable[..., Any]
"""From communicator, number of parts, types and corners of cells to the ranks that know each cell, owner first."""


def knowing_both_sides(data: MeshData | None, base: Partitioner) -> Partitioner:
    """Partitioner that gives cells behind one side of an interface also to the ranks that own those of the other.

    Cells that all ranks are to know it gives to all.

    Parameters
    ----------
    data : mesh on the rank that has all cells, None elsewhere
    base : partitioner that says who owns a cell
    """

    def partition(comm: Any, parts: int, cell_types: Any, cells: Any) -> Any:
        found = base(comm, parts, cell_types, cells)
        if data is None:
            return found
        ranks, starts = np.array(found.array), np.array(found.offsets)
        known = [list(ranks[first:last]) for first, last in pairwise(starts)]
        places = _places(data, np.asarray(cells[0]).reshape(len(known), -1))
        for own, other in data.parted_cells:
            owner = known[places[own]][0]
            if owner not in known[places[other]]:
                known[places[other]].append(owner)
        for cell in data.known_cells:
            here = known[places[cell]]
            here.extend(rank for rank in range(parts) if rank not in here)
        sizes = np.array([len(each) for each in known])
        flat = np.array([rank for each in known for rank in each], dtype=np.int32)
        made = adjacencylist(flat, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32))
        return getattr(made, "_cpp_object", made)  # a wrapper in dolfinx 0.10 and later

    return partition


def _places(data: MeshData, corners: Any) -> dict[int, int]:
    """Where those cells of a mesh that others know stand in a list of the corners of all cells."""
    by_corners = {tuple(row): place for place, row in enumerate(np.sort(corners, axis=1).tolist())}
    own = np.sort(data.cells[:, : corners.shape[1]], axis=1)
    return {int(cell): by_corners[tuple(own[cell].tolist())] for cell in _wanted(data)}


def _wanted(data: MeshData) -> Any:
    return np.unique(np.concatenate([data.parted_cells.ravel(), data.known_cells]))
