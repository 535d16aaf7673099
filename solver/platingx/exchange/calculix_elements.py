"""Elements of CalculiX for the cells of a mesh, and its numbers for nodes, cells and faces.

Nodes and elements keep their place in the mesh: node i and cell i of `MeshData` are number i + 1 of the deck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import IntArray
from platingx.errors import CaseError
from platingx_meshes.cell_types import CELL_TYPES, VTK_ORDER
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.readers.abaqus import FACES

__all__ = ["CalculixCells", "calculix_cells", "element_type", "faces_of"]


_NAMES = {
    ("quad9", "plane_strain"): "CPE8",
    ("triangle6", "plane_strain"): "CPE6",
    ("quad9", "axisymmetric"): "CAX8",
    ("triangle6", "axisymmetric"): "CAX6",
    ("hexahedron27", "three_dimensional"): "C3D20",
    ("tetra10", "three_dimensional"): "C3D10",
}
_REDUCIBLE = ("CPE8", "CAX8", "C3D20")
_KEPT = {"quad9": 8, "triangle6": 6, "hexahedron27": 20, "tetra10": 10}


@dataclass(frozen=True)
class CalculixCells:
    """Cells in the node order of CalculiX.

    Attributes
    ----------
    nodes : array of int
        Positions in `MeshData.points`, shape (cells, nodes of the element).
    used : array of int
        Positions of all nodes that some element has, increasing.
    left_out : int
        How many nodes of the mesh no element has: centres of quadrilaterals, of hexahedra and of their faces.
    """

    nodes: IntArray
    used: IntArray
    left_out: int


def element_type(cell_type: str, symmetry: str, reduced: bool = False) -> str:
    """Name of the element for a cell type (``quad9`` ...) and a symmetry (``plane_strain`` ...).

    Parameters
    ----------
    cell_type, symmetry : str
        As in `MeshData` and in the geometry of a case.
    reduced : bool
        Reduced integration, where the element has it: it does not lock when the metal flows without change of volume.

    Raises
    ------
    CaseError
        If there is none.
    """
    name = _NAMES.get((cell_type, symmetry))
    if name is None:
        known = ", ".join(f"{cell} in {kind}" for cell, kind in _NAMES)
        raise CaseError(f"CalculiX has no element for {cell_type} cells in {symmetry}; there are: {known}")
    return name + ("R" if reduced and name in _REDUCIBLE else "")


def calculix_cells(data: MeshData) -> CalculixCells:
    """Bring the cells of a mesh into the order of CalculiX, without the nodes that its elements do not have.

    Raises
    ------
    CaseError
        If the cells are linear.
    """
    if data.cell_type not in _KEPT:
        raise CaseError(
            f"a CalculiX deck has second-order elements, but the cells of this mesh are {data.cell_type}: mesh with "
            "order 2 (Gmsh: Mesh.ElementOrder = 2)"
        )
    kept = _KEPT[data.cell_type]
    order = VTK_ORDER.get(data.cell_type, tuple(range(kept)))[:kept]
    nodes = data.cells[:, list(order)]
    used = np.unique(nodes)
    return CalculixCells(nodes, used, int(len(np.unique(data.cells)) - len(used)))


def faces_of(data: MeshData, boundary: str) -> list[tuple[int, str]]:
    """Elements with the faces (``S1`` ...) that lie on a boundary; on an inner one those of both sides.

    Parameters
    ----------
    data : MeshData
        The mesh.
    boundary : str
        Name of the boundary.

    Returns
    -------
    list of (int, str)
        Number of the element and its face.
    """
    corners = CELL_TYPES[data.cell_type].corners
    faces = FACES[CELL_TYPES[data.cell_type].family]
    on_boundary = data.boundary_facets(boundary)[:, : len(faces[0])]
    wanted = {tuple(row) for row in np.sort(on_boundary, axis=1)}
    on_it = np.isin(data.cells[:, :corners], np.unique(on_boundary)).sum(axis=1)
    return [
        (int(cell) + 1, f"S{number}")
        for cell in np.flatnonzero(on_it >= len(faces[0]))
        for number, face in enumerate(faces, start=1)
        if tuple(np.sort(data.cells[cell, list(face)])) in wanted
    ]
