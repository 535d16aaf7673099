"""Refuse a mesh whose parts lie on one another without being joined: it would be computed as torn.

The rule: a node on the outside belongs to every cell on or in which it lies, and no point of an outer side lies on
another cell. Cells are joined where they share nodes, and there only. What touches in a point (in space also along a
line) shares the nodes there; what is apart keeps a distance of more than `touching.TOUCH` of the shortest edge there.
A narrower gap and a slit without width are refused alike, since a mesh cannot say whether they are meant.

Only outer sides can be torn, so that only these are looked at; but a part may lie wholly within another, so that all
cells are searched. A kind of interface that is meant to be open is to be taken out of what `unjoined` finds.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.facets import FACET_NODES, Facets
from platingx_meshes.touching import Contacts, Probes, foreign_contacts, nodes_at_one_place, outer_probes

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

_MERGE = (
    "merge them (Gmsh: Coherence Mesh, or gmsh.model.mesh.removeDuplicateNodes; Abaqus/CAE: Edit Mesh, Merge nodes)"
)
_JOIN = (
    "join the parts before meshing (Gmsh: BooleanFragments, or Coherence; Abaqus/CAE: Merge/Cut instances), so that "
    "both sides have the same nodes; constraints such as *TIE do not join them"
)
_TAKE_OUT = (
    "cut one part out of the other before meshing (Gmsh: BooleanFragments), or remove the cells that lie over others"
)


@dataclass(frozen=True)
class Unjoined:
    """Where a mesh is torn.

    Attributes
    ----------
    pairs : nodes at one place, shape (pairs, 2)
    probes : all nodes of the outside and points within its sides
    contacts : of the probes with cells they do not belong to
    """

    pairs: IntArray
    probes: Probes
    contacts: Contacts


def unjoined(points: Array, cells: IntArray, cell_type: str, facets: Facets) -> Unjoined:
    """Find what lies on one another without being joined."""
    probes = outer_probes(points, cells, cell_type, facets)
    return Unjoined(nodes_at_one_place(probes), probes, foreign_contacts(points, cells, cell_type, probes))


def check_joined(
    points: Array, cells: IntArray, cell_type: str, facets: Facets, labels: IntArray, node_labels: IntArray, path: Path
) -> None:
    """Check that cells are joined wherever they meet.

    Parameters
    ----------
    points : in the file's unit, shape (n, 3)
    cells : with positive Jacobians, in Gmsh order, shape (cells, nodes per cell)
    cell_type, facets : of these cells
    labels, node_labels : numbers of the cells and nodes in the file, for messages
    path : for messages

    Raises
    ------
    MeshBuildError
        Naming the first node and element.
    """
    _check_same_nodes(cells, cell_type, facets, labels, path)
    found = unjoined(points, cells, cell_type, facets)
    if len(found.pairs):
        one, other = found.pairs[0]
        nodes = [f"{_node(node_labels, node)} (element {_element_at(node, cells, labels)})" for node in (one, other)]
        raise MeshBuildError(
            f"{path}: the nodes {' and '.join(nodes)} are both at {_place(points[one])} in the file's unit; "
            f"number of pairs of nodes that lie on one another: {len(found.pairs)}, so that cells there are not joined",
            _MERGE,
        )
    if len(found.contacts.probes):
        raise _torn(found, labels, node_labels, path)


def _torn(found: Unjoined, labels: IntArray, node_labels: IntArray, path: Path) -> MeshBuildError:
    """Error for the first node on a foreign cell, or for the first side."""
    probes, contacts = found.probes, found.contacts
    nodes = probes.nodes[contacts.probes]
    order = np.lexsort((labels[contacts.cells], np.where(nodes < 0, len(node_labels) + len(nodes), nodes)))
    inside = contacts.inside
    first = int(order[0])
    probe, cell = int(contacts.probes[first]), int(contacts.cells[first])
    place, element = _place(probes.places[probe]), int(labels[cell])
    if nodes[first] >= 0:
        what = f"node {_node(node_labels, int(nodes[first]))} at {place} in the file's unit"
        count = f"number of such nodes: {len(np.unique(nodes[nodes >= 0]))}"
    else:
        what = f"a side of element {int(labels[probes.cells[probe]])}, near {place} in the file's unit,"
        count = f"number of elements with such sides: {len(np.unique(probes.cells[contacts.probes]))}"
    if inside.any() and inside[first]:
        return MeshBuildError(
            f"{path}: {what} lies within element {element} without belonging to it; {count}", _TAKE_OUT
        )
    return MeshBuildError(
        f"{path}: {what} lies on a side of element {element} without belonging to it, so that cells there are not "
        f"joined; {count}",
        _JOIN,
    )


def _check_same_nodes(cells: IntArray, cell_type: str, facets: Facets, labels: IntArray, path: Path) -> None:
    """Two cells that share the corners of a side share its other nodes, too."""
    if CELL_TYPES[cell_type].nodes == CELL_TYPES[cell_type].corners:
        return
    inner = np.flatnonzero(facets.counts == 2)
    patterns = np.array(FACET_NODES[cell_type])
    beside = cells[facets.cells[inner, 1][:, None], patterns[facets.local[inner, 1]]]
    differ = (np.sort(beside, axis=1) != np.sort(facets.nodes[inner], axis=1)).any(axis=1)
    if differ.any():
        one, other = labels[facets.cells[inner[np.argmax(differ)]]]
        raise MeshBuildError(
            f"{path}: the elements {int(one)} and {int(other)} share the corners of a side, but not the nodes between "
            f"them; number of such sides: {int(differ.sum())}",
            _MERGE,
        )


def _node(labels: IntArray, node: int) -> str:
    return str(int(labels[node])) if node < len(labels) else "(a completed centre)"


def _element_at(node: int, cells: IntArray, labels: IntArray) -> int:
    """Number in the file of the first element that has a node."""
    return int(labels[np.flatnonzero((cells == node).any(axis=1))].min())


def _place(point: Array) -> str:
    return f"({', '.join(f'{value + 0.0:.6g}' for value in point)})"  # no -0
