"""Which sides of cells the groups of a file name, be they of elements, of sides or of nodes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import CELL_TYPES, dimension_of
from platingx_meshes.facets import Facets
from platingx_meshes.readers.raw_mesh import RawMesh

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class BoundarySet:
    """A group of sides.

    Attributes
    ----------
    facets : positions, ascending
    lost : what of the group is no side of a cell, in words; empty if nothing
    """

    facets: IntArray
    lost: str = ""


def boundary_sets(raw: RawMesh, facets: Facets, cell_regions: IntArray) -> dict[str, BoundarySet]:
    """Sides of all groups; where groups of several kinds have one name, elements go before nodes."""
    sets: dict[str, BoundarySet] = {}
    for name in raw.cell_sets:
        found = _of_elements(raw, name, facets)
        if found is not None:
            sets[name] = found
    for name, rows in raw.side_sets.items():
        sides = _of_sides(rows, facets)
        if name in sets:
            other = sets[name]
            sides = BoundarySet(np.union1d(other.facets, sides.facets), other.lost or sides.lost)
        sets[name] = sides
    taken = {name.casefold() for name in sets}
    outside = facets.outer | (cell_regions[facets.cells[:, 0]] != cell_regions[facets.cells[:, 1]])
    corners = np.unique(facets.keys)
    for name, nodes in raw.node_sets.items():
        if name.casefold() not in taken:
            sets[name] = _of_nodes(raw, nodes, facets, outside, corners)
    return {name: own for name, own in sets.items() if len(own.facets) or own.lost}


def _of_elements(raw: RawMesh, name: str, facets: Facets) -> BoundarySet | None:
    """Sides that elements of a lower dimension lie on; None for a group without such elements."""
    found: list[IntArray] = []
    lost, total, first = 0, 0, 0
    for (kind, nodes, labels), members in zip(raw.blocks, raw.cell_sets[name], strict=True):
        if not len(members) or dimension_of(kind) != CELL_TYPES[facets.kind].dimension:
            continue
        places = np.max([facets.match(corners) for corners in _possible_corners(nodes[members], facets)], axis=0)
        found.append(places)
        if (places < 0).any() and not lost:
            first = int(labels[members[np.argmin(places)]])
        lost, total = lost + int((places < 0).sum()), total + len(places)
    if not found:
        return None
    text = f"{lost} of its {total} elements are no sides of cells, the first is element {first}" if lost else ""
    places = np.unique(np.concatenate(found))
    return BoundarySet(places[places >= 0], text)


def _of_sides(rows: list[tuple[int, ...]], facets: Facets) -> BoundarySet:
    own = np.array([row for row in rows if len(row) == facets.corners], dtype=np.int64).reshape(-1, facets.corners)
    places = facets.match(own)
    lost = len(rows) - int((places >= 0).sum())
    text = f"{lost} of its {len(rows)} sides are no sides of cells of the body" if lost else ""
    return BoundarySet(np.unique(places[places >= 0]), text)


def _of_nodes(
    raw: RawMesh, nodes: IntArray, facets: Facets, outside: NDArray[np.bool_], corners: IntArray
) -> BoundarySet:
    """Sides outside, or between two regions, all of whose corners are in a set."""
    inside = np.zeros(len(raw.points), dtype=bool)
    inside[nodes] = True
    belongs = np.flatnonzero(inside[facets.keys].all(axis=1) & outside)
    alone = np.setdiff1d(corners[inside[corners]], facets.keys[belongs])
    if not len(alone):
        return BoundarySet(belongs)
    first = int(raw.label_nodes()[alone[0]])
    return BoundarySet(
        belongs,
        f"{len(alone)} of its nodes are corners of no outer side with all its corners in the set, the first is {first}",
    )


def _possible_corners(rows: IntArray, facets: Facets) -> list[IntArray]:
    """Columns that may hold the corners: formats differ in where the middle node of a line stands."""
    if rows.shape[1] == 3 and facets.corners == 2:
        return [rows[:, [0, 1]], rows[:, [0, 2]], rows[:, [1, 2]]]
    corners = 3 if rows.shape[1] in (3, 6) and facets.corners > 2 else min(rows.shape[1], 4)
    return [rows[:, :corners]]  # triangles match no side of hexahedra, nor quadrilaterals one of tetrahedra
