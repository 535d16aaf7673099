"""Values of a nodal field at given places of a region, on any number of ranks."""

from __future__ import annotations

import basix
import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, IntArray
from platingx.physics.model import Model

__all__ = ["RegionSampler"]

OUTSIDE = 0.1
"""How far, in reference coordinates, a place may lie outside of its cell: sides of elements are no exact curves."""
_ITERATIONS = 12


class RegionSampler:
    """Finds places in the cells of a region once, and interpolates nodal fields there. All methods are collective.

    Parameters
    ----------
    model
        The model.
    region
        Name of the region.
    places
        Reference coordinates, shape (n, 2), m; the same on all ranks.

    Raises
    ------
    ValueError
        If a place is not in the region.
    """

    def __init__(self, model: Model, region: str, places: Array) -> None:
        self._comm = model.problem.comm
        cell = model.loaded.mesh.topology.cell_name()
        nodes = model.recovery.coordinates(model.solids[region].region.geometry.coordinates)
        self._cells, self._shape, miss = _locate(cell, nodes, places)
        everywhere = np.array(self._comm.allgather(miss))
        owner = everywhere.argmin(axis=0)
        worst = everywhere.min(axis=0)
        if len(places) and worst.max() > OUTSIDE:
            where = places[int(worst.argmax())]
            raise ValueError(f"({where[0]:g}, {where[1]:g}) m is not in {region}")
        self._own = owner == self._comm.rank

    def values(self, nodal: Array) -> Array:
        """Interpolate a field, shape (cells, nodes, components): shape (places, components), the same on all ranks."""
        result = np.zeros((len(self._own), nodal.shape[2]))
        own = self._own
        result[own] = np.einsum("pn,pnk->pk", self._shape[own], nodal[self._cells[own]])
        self._comm.Allreduce(MPI.IN_PLACE, result)
        return result


def _locate(cell: str, nodes: Array, places: Array) -> tuple[IntArray, Array, Array]:
    """Cell of each place among those here, shape functions there, and how far outside of it the place lies."""
    element = basix.create_element(
        basix.ElementFamily.P, basix.CellType[cell], 2, basix.LagrangeVariant.gll_warped, basix.DPCVariant.unset, True
    )
    count = len(places)
    found, miss = np.zeros(count, dtype=np.int64), np.full(count, np.inf)
    shape = np.zeros((count, element.dim))
    if not len(nodes) or not count:
        return found, shape, miss
    low, high = nodes.min(axis=1), nodes.max(axis=1)
    margin = 0.05 * (high - low).max(axis=1, keepdims=True)
    low, high = low - margin, high + margin
    among = np.flatnonzero(((low <= places.max(axis=0)) & (places.min(axis=0) <= high)).all(axis=1))
    low, high = low[among], high[among]
    points, cells = [], []
    for number, place in enumerate(places):
        near = among[((low <= place) & (place <= high)).all(axis=1)]
        points.append(np.full(len(near), number))
        cells.append(near)
    point, candidate = np.concatenate(points), np.concatenate(cells)
    if not len(point):
        return found, shape, miss
    reference = np.tile(basix.geometry(basix.CellType[cell]).mean(axis=0), (len(point), 1))
    corners = nodes[candidate]
    for _ in range(_ITERATIONS):
        table = element.tabulate(1, reference)[..., 0]
        error = places[point] - np.einsum("pn,pni->pi", table[0], corners)
        jacobian = np.einsum("kpn,pni->pik", table[1:], corners)
        reference = np.clip(reference + np.linalg.solve(jacobian, error[..., None])[..., 0], -0.5, 1.5)
    table = element.tabulate(0, reference)[0, ..., 0]
    gap = np.linalg.norm(places[point] - np.einsum("pn,pni->pi", table, corners), axis=1)
    outside = np.maximum(-reference, 0.0).max(axis=1)
    over = reference.sum(axis=1) - 1.0 if cell == "triangle" else (reference - 1.0).max(axis=1)
    outside = np.maximum(outside, np.maximum(over, 0.0))
    outside[gap > 1e-6 * np.ptp(corners, axis=1).max(axis=1)] = np.inf
    order = np.lexsort((outside, point))
    first = order[np.unique(point[order], return_index=True)[1]]
    found[point[first]], miss[point[first]], shape[point[first]] = candidate[first], outside[first], table[first]
    return found, shape, miss
