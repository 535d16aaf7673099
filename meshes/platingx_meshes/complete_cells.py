"""Second-order cells without inner nodes (quad8, hexahedron20) made into full ones by their own mapping."""

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.facets import FACET_NODES, all_facets

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


def complete(points: Array, cells: IntArray, kind: str) -> tuple[Array, IntArray, str]:
    """Add face and cell centres where the serendipity mapping puts them; other types pass unchanged.

    Parameters
    ----------
    points : shape (n, 3)
    cells : node positions in Gmsh order
    kind : type name

    Returns
    -------
    points, cells, kind
    """
    if kind == "quad8":
        centres = _weighted(points, cells[:, :4], -0.25, cells[:, 4:8], 0.5)
        numbers = np.arange(len(points), len(points) + len(cells))
        return np.concatenate([points, centres]), np.column_stack([cells, numbers]), "quad9"
    if kind == "hexahedron20":
        return _complete_hexahedra(points, cells)
    return points, cells, kind


def _weighted(points: Array, a: IntArray, weight_a: float, b: IntArray, weight_b: float) -> Array:
    return np.asarray(weight_a * points[a].sum(axis=1) + weight_b * points[b].sum(axis=1))


def _complete_hexahedra(points: Array, cells: IntArray) -> tuple[Array, IntArray, str]:
    padded = np.column_stack([cells, np.zeros((len(cells), 7), dtype=np.int64)])
    facets = all_facets(padded, "hexahedron27")
    face_centres = _weighted(points, facets.nodes[:, :4], -0.25, facets.nodes[:, 4:8], 0.5)
    cell_centres = _weighted(points, cells[:, :8], -0.25, cells[:, 8:20], 0.25)
    patterns = np.array(FACET_NODES["hexahedron27"])[:, :4]
    rows = np.sort(cells[:, patterns].reshape(-1, 4), axis=1)
    _, place = np.unique(np.concatenate([facets.keys, rows]), axis=0, return_inverse=True)
    padded[:, 20:26] = len(points) + place.reshape(-1)[len(facets.keys) :].reshape(-1, 6)
    padded[:, 26] = len(points) + len(face_centres) + np.arange(len(cells))
    return np.concatenate([points, face_centres, cell_centres]), padded, "hexahedron27"
