"""Which ranks know which cells of a mesh whose parts touch each other."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from dolfinx.graph import adjacencylist

from platingx_meshes.mesh_data import MeshData

Partitioner = Callable[..., Any]
"""From communicator, number of parts, types and corners of cells to the ranks that know each cell, owner first."""


def numbered_by_first_cell(base: Partitioner) -> Partitioner:
    """Partitioner whose parts are numbered by the first cell of each, in the order of the rank that has all cells.

    Which rank gets which part is otherwise left to when messages arrive: two runs have had the same two parts the other
    way round, and with them sums in another order.

    Parameters
    ----------
    base : partitioner that says which cells belong together
    """

    def partition(comm: Any, parts: int, cell_types: Any, cells: Any) -> Any:
        found = base(comm, parts, cell_types, cells)
        ranks, starts = np.array(found.array, dtype=np.int32), np.array(found.offsets, dtype=np.int32)
        if len(starts) < 2:
            return found
        owners = ranks[starts[:-1]]
        used, first = np.unique(owners, return_index=True)
        order = [*used[np.argsort(first)], *(part for part in range(parts) if part not in used)]
        numbers = np.empty(parts, dtype=np.int32)
        numbers[order] = np.arange(parts, dtype=np.int32)
        made = adjacencylist(numbers[ranks], starts)
        return getattr(made, "_cpp_object", made)  # a wrapper in dolfinx 0.10 and later

    return partition


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
