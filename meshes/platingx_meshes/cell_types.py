"""The cell types that are used: Gmsh number, dimension, corners, facet type and node order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class CellType:
    """A cell type by its meshio name; nodes in the order of Gmsh."""

    name: str
    gmsh: int
    dimension: int
    nodes: int
    corners: int
    facet: str | None
    reference_corners: tuple[tuple[float, ...], ...]
    reversal: tuple[int, ...] | None = None  # node order of the cell turned over

    @property
    def is_simplex(self) -> bool:
        """Whether it is a triangle or a tetrahedron (or a line)."""
        return self.corners == self.dimension + 1

    @property
    def family(self) -> str:
        """Name of the shape without its order."""
        return self.name.rstrip("0123456789")


_TRIANGLE = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
_QUAD = ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))
_TETRA = ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
_HEXAHEDRON = tuple((*corner, z) for z in (-1.0, 1.0) for corner in _QUAD)
_HEXAHEDRON27_TURNED = (
    *(0, 3, 2, 1, 4, 7, 6, 5),
    *(9, 8, 10, 13, 15, 11, 14, 12, 17, 16, 19, 18),
    *(20, 22, 21, 24, 23, 25, 26),
)

CELL_TYPES = {
    kind.name: kind
    for kind in (
        CellType("line", 1, 1, 2, 2, None, ((-1.0,), (1.0,))),
        CellType("line3", 8, 1, 3, 2, None, ((-1.0,), (1.0,))),
        CellType("triangle", 2, 2, 3, 3, "line", _TRIANGLE, (0, 2, 1)),
        CellType("triangle6", 9, 2, 6, 3, "line3", _TRIANGLE, (0, 2, 1, 5, 4, 3)),
        CellType("quad", 3, 2, 4, 4, "line", _QUAD, (0, 3, 2, 1)),
        CellType("quad9", 10, 2, 9, 4, "line3", _QUAD, (0, 3, 2, 1, 7, 6, 5, 4, 8)),
        CellType("tetra", 4, 3, 4, 4, "triangle", _TETRA, (0, 2, 1, 3)),
        CellType("tetra10", 11, 3, 10, 4, "triangle6", _TETRA, (0, 2, 1, 3, 6, 5, 4, 7, 9, 8)),
        CellType("hexahedron", 5, 3, 8, 8, "quad", _HEXAHEDRON, (0, 3, 2, 1, 4, 7, 6, 5)),
        CellType("hexahedron27", 12, 3, 27, 8, "quad9", _HEXAHEDRON, _HEXAHEDRON27_TURNED),
    )
}

BY_GMSH_NUMBER = {kind.gmsh: kind for kind in CELL_TYPES.values()}

#: Position in Gmsh's order of each node in the order of VTK and meshio, where the two differ.
VTK_ORDER = {
    "tetra10": (0, 1, 2, 3, 4, 5, 6, 7, 9, 8),
    "hexahedron20": (*range(9), 11, 13, 9, 16, 18, 19, 17, 10, 12, 14, 15),
    "hexahedron27": (*range(9), 11, 13, 9, 16, 18, 19, 17, 10, 12, 14, 15, 22, 23, 21, 24, 20, 25, 26),
}


def dimension_of(name: str) -> int:
    """Dimension of cells of a type by meshio's name, known here or not."""
    if name.startswith("vertex"):
        return 0
    if name.startswith("line"):
        return 1
    return 3 if name.startswith(("tetra", "hexa", "wedge", "pyramid")) else 2
