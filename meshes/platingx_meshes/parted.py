"""Meshes whose parts may open at surfaces inside: the nodes there stand once for each part that they hold together."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.facets import Facets, all_facets
from platingx_meshes.mesh_data import MeshData

IntArray = NDArray[np.int64]

OTHER_SIDE = "_opposite"
"""What follows the name of a surface in that of its other side."""


def parted(data: MeshData, surfaces: Mapping[str, str | None]) -> MeshData:
    """Give the cells on both sides of surfaces inside of a mesh nodes of their own.

    Around a node, cells that meet in facets beside the surfaces stay joined. So a surface may end inside, where its
    last nodes stay common (there a crack would end), and surfaces may meet. Each keeps its name on its first side; the
    other side gets a name of its own, with nodes at the same places.

    Parameters
    ----------
    data : joined mesh
    surfaces : boundaries that may open, and for each the region on its first side; None for either of them

    Raises
    ------
    MeshBuildError
        If a facet of a surface has not one cell of its region and one of another, or lies on the outside.
    """
    facets = all_facets(data.cells, data.cell_type)
    places = facets.match(data.facets[:, : facets.corners])
    chosen = {name: places[data.facet_boundaries == data.boundary_names[name]] for name in surfaces}
    cut = np.zeros(len(facets.cells), dtype=bool)
    for name, region in surfaces.items():
        _check(data, facets, name, region, chosen[name])
        cut[chosen[name]] = True
    corners = _Corners(data, facets, cut)
    sides = {name: _sides(data, facets, corners, chosen[name], region) for name, region in surfaces.items()}
    numbers, origin = corners.numbered(_kept_last(data, sides, surfaces))
    tagged = _home(facets, places, {name: (chosen[name], pairs[:, 0]) for name, pairs in sides.items()})
    tag = max((*data.boundary_names.values(), *data.region_names.values())) + 1
    found_facets, boundaries = [corners.facet_nodes(numbers, data.facets, tagged)], [data.facet_boundaries]
    names = dict(data.boundary_names)
    for place, name in enumerate(surfaces):
        rows = data.facets[data.facet_boundaries == data.boundary_names[name]]
        found_facets.append(corners.facet_nodes(numbers, rows, sides[name][:, 1]))
        boundaries.append(np.full(len(rows), tag + place))
        names[name + OTHER_SIDE] = tag + place
    return replace(
        data,
        points=np.concatenate([data.points, data.points[origin]]),
        cells=corners.cell_nodes(numbers),
        facets=np.concatenate(found_facets),
        facet_boundaries=np.concatenate(boundaries),
        boundary_names=names,
        parted_cells=np.concatenate([data.parted_cells, *sides.values()]),
    )


def _check(data: MeshData, facets: Facets, name: str, region: str | None, chosen: IntArray) -> None:
    beside = facets.cells[chosen]
    if region is None:
        if facets.outer[chosen].any():
            raise MeshBuildError(f"the boundary '{name}' lies on the outside of the body, where nothing can open")
        return
    own = data.cell_regions[beside] == data.region_names[region]
    if not (own.sum(axis=1) == 1).all():
        raise MeshBuildError(f"the boundary '{name}' does not lie between '{region}' and other regions everywhere")


class _Corners:
    """Corners of cells at nodes on surfaces, and which of them stay joined.

    Parameters
    ----------
    data : joined mesh
    facets : all of its facets
    cut : which of them are on surfaces
    """

    def __init__(self, data: MeshData, facets: Facets, cut: NDArray[np.bool_]) -> None:
        self.cells = data.cells
        self.size = len(data.points)
        at_surface = np.zeros(self.size, dtype=bool)
        at_surface[facets.nodes[cut]] = True
        rows, columns = np.nonzero(at_surface[data.cells])
        self.keys = np.sort(data.cells[rows, columns] * len(data.cells) + rows)  # node and cell of each corner
        inner = facets.nodes[~cut & ~facets.outer]
        beside = facets.cells[~cut & ~facets.outer]
        row, column = np.nonzero(at_surface[inner])
        ends = [self.of(inner[row, column], beside[row, side]) for side in (0, 1)]
        shape = (len(self.keys), len(self.keys))
        graph = coo_array((np.ones(len(row), dtype=np.int8), (ends[0], ends[1])), shape=shape)
        self.groups = np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)

    def of(self, nodes: IntArray, cells: IntArray) -> IntArray:
        """Numbers of corners."""
        return np.asarray(np.searchsorted(self.keys, nodes * len(self.cells) + cells))

    def numbered(self, last: NDArray[np.float64]) -> tuple[IntArray, IntArray]:
        """Node of each group of corners, and the old nodes of those that are new.

        Parameters
        ----------
        last : for each cell how late it takes a new node; at each node the group with the largest one keeps the old
        """
        nodes, cells = np.divmod(self.keys, len(self.cells))
        count = int(self.groups.max(initial=-1)) + 1
        node = np.zeros(count, dtype=np.int64)
        node[self.groups] = nodes
        rank = np.full(count, -np.inf)
        np.maximum.at(rank, self.groups, last[cells])
        order = np.lexsort((np.arange(count), -rank, node))
        keeps = np.concatenate([[True], node[order][1:] != node[order][:-1]]) if count else np.zeros(0, dtype=bool)
        numbers = node.copy()
        fresh = order[~keeps]
        numbers[fresh] = self.size + np.arange(len(fresh))
        return numbers, node[fresh]

    def cell_nodes(self, numbers: IntArray) -> IntArray:
        """Nodes of all cells."""
        found = self.cells.copy()
        rows, columns = np.nonzero(np.isin(self.cells, self.keys // len(self.cells)))
        found[rows, columns] = numbers[self.groups[self.of(self.cells[rows, columns], rows)]]
        return found

    def facet_nodes(self, numbers: IntArray, rows: IntArray, cells: IntArray) -> IntArray:
        """Nodes of facets as a cell beside each has them."""
        keys = rows * len(self.cells) + cells[:, None]
        known = np.isin(keys, self.keys)
        found = rows.copy()
        found[known] = numbers[self.groups[np.searchsorted(self.keys, keys[known])]]
        return found


def _sides(data: MeshData, facets: Facets, corners: _Corners, chosen: IntArray, region: str | None) -> IntArray:
    """Cells on the first and on the other side of each facet of a surface, shape (facets, 2)."""
    beside = facets.cells[chosen]
    if region is not None:
        first = data.cell_regions[beside[:, :1]] == data.region_names[region]
        return np.where(first, beside, beside[:, ::-1])
    # sides of neighbouring facets that the same corners of cells hold together are on the same side of the surface
    count = len(chosen)
    nodes = facets.nodes[chosen][:, : facets.corners]
    groups = np.stack(
        [corners.groups[corners.of(nodes, np.broadcast_to(beside[:, [side]], nodes.shape))] for side in (0, 1)], axis=1
    )  # facet, side, corner
    parts = groups[:, 0] != groups[:, 1]
    number, place = np.broadcast_to(np.arange(2 * count).reshape(count, 2, 1), groups.shape), parts[:, None, :]
    place = np.broadcast_to(place, groups.shape)
    flat, owner = groups[place], number[place]
    shape = (2 * count + int(corners.groups.max(initial=0)) + 1,) * 2
    graph = coo_array((np.ones(len(flat), dtype=np.int8), (owner, 2 * count + flat)), shape=shape)
    joined = connected_components(graph, directed=False)[1][: 2 * count].reshape(count, 2)
    ends = int(joined.max(initial=0)) + 1
    across = coo_array((np.ones(count, dtype=np.int8), (joined[:, 0], joined[:, 1])), shape=(ends, ends)).tocsr()
    across = across + across.T
    colour = np.full(ends, -1)
    for start in range(ends):
        if colour[start] >= 0:
            continue
        order, before = breadth_first_order(across, start, directed=False)
        colour[start] = 0
        for each in order[1:]:
            colour[each] = 1 - colour[before[each]]
    swap = colour[joined[:, 0]] == 1
    return np.where(swap[:, None], beside[:, ::-1], beside)


def _kept_last(
    data: MeshData, sides: Mapping[str, IntArray], surfaces: Mapping[str, str | None]
) -> NDArray[np.float64]:
    """Rank of cells by which one of the parts at a node keeps it: other sides before first ones."""
    rank = np.zeros(len(data.cells))
    for name, region in surfaces.items():
        if region is not None:
            rank[data.cell_regions == data.region_names[region]] -= 2.0
        else:
            rank[sides[name][:, 0]] -= 1.0
    return rank


def _home(facets: Facets, places: IntArray, first: Mapping[str, tuple[IntArray, IntArray]]) -> IntArray:
    """Cell whose nodes each tagged facet has."""
    home = facets.cells[:, 0].copy()
    for chosen, cells in first.values():
        home[chosen] = cells
    return np.asarray(home[places])


def known_behind(data: MeshData, boundaries: list[str]) -> MeshData:
    """Let all ranks know the cells behind boundaries, such as a surface that others slide on.

    Parameters
    ----------
    data : mesh
    boundaries : names of outer boundaries
    """
    facets = all_facets(data.cells, data.cell_type)
    chosen = np.isin(data.facet_boundaries, [data.boundary_names[name] for name in boundaries])
    cells = np.unique(facets.cells[facets.match(data.facets[chosen][:, : facets.corners])])
    return replace(data, known_cells=np.unique(np.concatenate([data.known_cells, cells])))
