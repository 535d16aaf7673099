"""Second-order plane elements as fine triangles on the deformed shape, without averaging between elements."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.spatial import cKDTree

from platingx.arrays import Array, IntArray, Mask
from platingx.errors import OutputError
from platingx.post.field_reader import FieldSeries

__all__ = [
    "Outline",
    "Surface",
    "cell_outlines",
    "deformed_surface",
    "edge_curves",
    "is_half_model",
    "outline",
    "subdivision",
]


_QUAD_NODES = ((0, 0), (2, 0), (2, 2), (0, 2), (1, 0), (2, 1), (1, 2), (0, 1), (1, 1))
_EDGES = {
    "quad9": ((0, 4, 1), (1, 5, 2), (2, 6, 3), (3, 7, 0)),
    "triangle6": ((0, 3, 1), (1, 4, 2), (2, 5, 0)),
}


@dataclass(frozen=True)
class Surface:
    """Triangles that cover some cells of a plane mesh.

    Attributes
    ----------
    x, y : ndarray, shape (nodes,)
        Deformed coordinates, m.
    triangles : ndarray of int, shape (triangles, 3)
    cells : ndarray of int, shape (cells,)
        Numbers of the cells that are covered.
    mirrored : bool
        The second half of nodes and triangles is the mirror image of the first.
    """

    x: Array
    y: Array
    triangles: IntArray
    cells: IntArray
    mirrored: bool
    _weights: Array
    _nodes: IntArray

    def field(self, values: Array) -> Array:
        """Interpolate a scalar of the points of the mesh, shape (points,), to the nodes of the triangles."""
        return _evaluate(values[self._nodes], self._weights, self.mirrored)

    def areas(self) -> Array:
        """Give the areas of the triangles, m^2."""
        x, y = self.x[self.triangles], self.y[self.triangles]
        cross = (x[:, 1] - x[:, 0]) * (y[:, 2] - y[:, 0]) - (x[:, 2] - x[:, 0]) * (y[:, 1] - y[:, 0])
        return np.asarray(0.5 * np.abs(cross))


@lru_cache(maxsize=8)
def subdivision(cell_type: str, parts: int) -> tuple[Array, IntArray]:
    """Split a second-order cell: each side into some parts.

    Returns
    -------
    weights : ndarray, shape (sub-nodes, nodes of the cell)
        Values of the shape functions at the sub-nodes.
    triangles : ndarray of int, shape (sub-triangles, 3)

    Raises
    ------
    OutputError
        When the cells are not plane cells of second order.
    """
    if cell_type not in _EDGES:
        raise OutputError(
            f"pictures show plane results; cells {cell_type} cannot be drawn: open fields.bp in ParaView instead"
        )
    step = np.linspace(0.0, 1.0, parts + 1)
    lattice = {(i, j): None for j in range(parts + 1) for i in range(parts + 1)}
    if cell_type == "triangle6":
        lattice = {(i, j): None for i, j in lattice if i + j <= parts}
    number = {place: index for index, place in enumerate(lattice)}
    r, s = np.array([(step[i], step[j]) for i, j in lattice]).T
    lower = [((i, j), (i + 1, j), (i, j + 1)) for i, j in lattice]
    upper = [((i + 1, j), (i + 1, j + 1), (i, j + 1)) for i, j in lattice]
    triangles = [[number[corner] for corner in corners] for corners in lower + upper if number.keys() >= set(corners)]
    weights = _quad9(r, s) if cell_type == "quad9" else _triangle6(r, s)
    return weights, np.array(triangles, dtype=np.int64)


def _quad9(r: Array, s: Array) -> Array:
    def line(t: Array) -> tuple[Array, ...]:
        return (1 - t) * (1 - 2 * t), 4 * t * (1 - t), t * (2 * t - 1)

    along_r, along_s = line(r), line(s)
    return np.stack([along_r[i] * along_s[j] for i, j in _QUAD_NODES], axis=1)


def _triangle6(r: Array, s: Array) -> Array:
    t = 1 - r - s
    return np.stack([t * (2 * t - 1), r * (2 * r - 1), s * (2 * s - 1), 4 * r * t, 4 * r * s, 4 * s * t], axis=1)


def is_half_model(fields: FieldSeries) -> bool:
    """Tell whether the mesh lies on one side of x = 0 and touches it, so that a picture mirrors it."""
    x = fields.points[:, 0]
    tolerance = 1e-6 * float(np.ptp(x))
    return bool(abs(x.min()) <= tolerance)


def deformed_surface(
    fields: FieldSeries,
    displacement: Array | None = None,
    cells: Mask | IntArray | None = None,
    *,
    parts: int = 2,
    scale: float = 1.0,
    mirror: bool = False,
) -> Surface:
    """Cover cells of a plane mesh with triangles.

    Parameters
    ----------
    fields : FieldSeries
        Mesh.
    displacement : ndarray, shape (points, 3), optional
        m; None for the reference configuration.
    cells : array of bool or int, optional
        Cells to cover; all when None.
    parts : int
        Number of parts of each side of a cell.
    scale : float
        Factor of the displacement.
    mirror : bool
        Add the mirror image at x = 0.

    Raises
    ------
    OutputError
        When the cells are not plane cells of second order.
    """
    weights, pattern = subdivision(fields.cell_type, parts)
    numbers = np.arange(len(fields.cells))[slice(None) if cells is None else cells]
    nodes = fields.cells[numbers]
    place = fields.points if displacement is None else fields.points + scale * displacement
    x = _evaluate(place[:, 0][nodes], weights, mirror)
    y = _evaluate(place[:, 1][nodes], weights, mirror)
    offsets = np.arange(len(numbers)) * len(weights)
    triangles = (offsets[:, None, None] + pattern).reshape(-1, 3)
    if mirror:
        half = len(x) // 2
        x[half:] *= -1
        triangles = np.concatenate([triangles, triangles[:, ::-1] + half])
    return Surface(x, y, triangles, numbers, mirror, weights, nodes)


def _evaluate(nodal: Array, weights: Array, mirrored: bool) -> Array:
    values = np.asarray(nodal @ weights.T).ravel()
    return np.concatenate([values, values]) if mirrored else values


@dataclass(frozen=True)
class Outline:
    """Edges of the mesh that bound something.

    Attributes
    ----------
    boundary, interface : ndarray of int, shape (edges, 3)
        Points of the outer edges and of the edges between two regions: start, middle, end.
    sides : ndarray of int, shape (interface edges, 2)
        Numbers of the regions on both sides of each edge of the interface.
    """

    boundary: IntArray
    interface: IntArray
    sides: IntArray


def edge_curves(edges: IntArray, place: Array, parts: int = 4) -> Array:
    """Give edges (start, middle, end) as curves.

    Parameters
    ----------
    edges : ndarray of int, shape (edges, 3)
        Points.
    place : ndarray, shape (points, 3)
        Coordinates of the points.
    parts : int
        Straight parts of each curve.

    Returns
    -------
    ndarray, shape (edges, parts + 1, 2)
    """
    t = np.linspace(0.0, 1.0, parts + 1)
    shapes = np.stack([(1 - t) * (1 - 2 * t), 4 * t * (1 - t), t * (2 * t - 1)])
    return np.asarray(np.einsum("nt,end->etd", shapes, place[edges][..., :2]))


def cell_outlines(fields: FieldSeries, place: Array, parts: int = 4) -> Array:
    """Give every plane cell as a closed polygon, shape (cells, corners, 2), with `parts` parts for each curved side."""
    subdivision(fields.cell_type, 1)
    sides = fields.cells[:, _EDGES[fields.cell_type]]
    curves = edge_curves(sides.reshape(-1, 3), place, parts)[:, :-1]
    return curves.reshape(len(sides), -1, 2)


@lru_cache(maxsize=2)
def outline(fields: FieldSeries, leave_axis_out: bool = False) -> Outline:
    """Find the outer edges of a plane mesh and the edges between regions, by the places of their middles.

    Parameters
    ----------
    fields : FieldSeries
        Mesh with the field ``region``.
    leave_axis_out : bool
        Leave out the edges on x = 0, for pictures that mirror the model.
    """
    subdivision(fields.cell_type, 1)
    edges = fields.cells[:, _EDGES[fields.cell_type]].reshape(-1, 3)
    region = np.repeat(fields.at(0, ["region"])["region"][fields.cells[:, 0]], len(_EDGES[fields.cell_type]))
    middles = fields.points[edges[:, 1], :2]
    tolerance = 1e-6 * float(np.ptp(fields.points[:, :2], axis=0).max())
    pairs = cKDTree(middles).query_pairs(tolerance, output_type="ndarray")
    single = np.ones(len(edges), dtype=bool)
    single[pairs.ravel()] = False
    if leave_axis_out:
        single &= np.abs(fields.points[edges, 0]).max(axis=1) > tolerance
    sides = np.rint(region[pairs]).astype(np.int64).reshape(-1, 2)
    between = sides[:, 0] != sides[:, 1]
    return Outline(edges[single], edges[pairs[between, 0]], sides[between])
