"""What every reader of mesh files makes of a file."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import VTK_ORDER
from platingx_meshes.errors import MeshBuildError

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass
class RawMesh:
    """A mesh file as read: cells of all types and dimensions, and named groups.

    Attributes
    ----------
    points : in the file's unit, shape (n, 3)
    blocks : (type name, node positions in Gmsh order, labels of the cells in the file)
    cell_sets : name -> one array of positions per block
    node_sets : name -> positions in ``points``
    side_sets : name -> facets as rows of node positions (corner nodes suffice)
    unclear : name -> why a group of this name is not understood; raised if the case uses it
    node_labels : numbers of the nodes in the file, for messages
    """

    points: Array
    blocks: list[tuple[str, IntArray, IntArray]]
    cell_sets: dict[str, list[IntArray]] = field(default_factory=dict)
    node_sets: dict[str, IntArray] = field(default_factory=dict)
    side_sets: dict[str, list[tuple[int, ...]]] = field(default_factory=dict)
    unclear: dict[str, MeshBuildError] = field(default_factory=dict)
    node_labels: IntArray | None = None

    def label_nodes(self) -> IntArray:
        """Numbers of the nodes in the file; counted from 1 where the format has none."""
        return np.arange(1, len(self.points) + 1) if self.node_labels is None else self.node_labels

    def members(self, name: str) -> list[IntArray]:
        """Positions of a set in each block, for adding to it."""
        return self.cell_sets.setdefault(name, [np.zeros(0, dtype=np.int64) for _ in self.blocks])


def from_vtk_order(kind: str, cells: IntArray) -> IntArray:
    """Bring the nodes of cells from the order of VTK, meshio and Abaqus into that of Gmsh."""
    order = VTK_ORDER.get(kind)
    return cells if order is None else cells[:, np.argsort(order)]
