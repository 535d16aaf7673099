"""Meshes whose regions part at an interface: its nodes stand twice, once for each side."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.facets import all_facets
from platingx_meshes.mesh_data import MeshData

IntArray = NDArray[np.int64]

OTHER_SIDE = "_opposite"
"""What follows the name of an interface in that of its other side."""


def parted(data: MeshData, interface: str, region: str) -> MeshData:
    """Give the cells of a region nodes of their own at an interface.

    The interface keeps its name on this region; the other side gets a name of its own, with nodes at the same places.
    Nodes at which the region is joined to others beside the interface stay common to both: there a crack would end.

    Parameters
    ----------
    data : mesh with joined regions
    interface : boundary between the region and others
    region : the region that may part

    Raises
    ------
    MeshBuildError
        If a facet of the interface has not one cell of the region and one of another.
    """
    facets = all_facets(data.cells, data.cell_type)
    own = data.cell_regions == data.region_names[region]
    chosen = data.facet_boundaries == data.boundary_names[interface]
    beside = facets.cells[facets.match(data.facets[:, : facets.corners])]
    if not (own[beside[chosen]].sum(axis=1) == 1).all():
        raise MeshBuildError(f"the boundary '{interface}' does not lie between '{region}' and other regions everywhere")
    across = own[facets.cells].sum(axis=1) == 1
    across[facets.outer] = False
    across[facets.find(data.facets[chosen][:, : facets.corners])] = False
    nodes = np.setdiff1d(np.unique(data.facets[chosen]), np.unique(facets.nodes[across]))
    number = np.arange(len(data.points), dtype=np.int64)
    number[nodes] = len(data.points) + np.arange(len(nodes))
    cells, sides = data.cells.copy(), data.facets.copy()
    cells[own] = number[cells[own]]
    with_own = own[beside].any(axis=1) & (chosen | own[beside].all(axis=1))
    sides[with_own] = number[sides[with_own]]
    tag = max((*data.boundary_names.values(), *data.region_names.values())) + 1
    return replace(
        data,
        points=np.concatenate([data.points, data.points[nodes]]),
        cells=cells,
        facets=np.concatenate([sides, data.facets[chosen]]),
        facet_boundaries=np.concatenate([data.facet_boundaries, np.full(int(chosen.sum()), tag)]),
        boundary_names={**data.boundary_names, interface + OTHER_SIDE: tag},
        parted_cells=np.concatenate([data.parted_cells, _in_order(beside[chosen], own)]),
    )


def _in_order(beside: IntArray, own: NDArray[np.bool_]) -> IntArray:
    """Pairs of cells with that of the region first."""
    return np.where(own[beside[:, :1]], beside, beside[:, ::-1])
