"""The arrays that an element kernel of one region reads and writes."""

from __future__ import annotations

from typing import NamedTuple

from platingx.arrays import Array, Int32Array, IntArray


class Tables(NamedTuple):
    """Shape functions at quadrature points, arranged in batches (:mod:`platingx.materials.lanes`).

    A batch holds the points of one cell or several, each cell in ``spacing`` lanes. Lanes beyond the points of a cell,
    and beyond the last cell, repeat the last point with no weight.

    Attributes
    ----------
    weights
        Quadrature weights, shape (LANES,).
    shape, shape_gradient
        Displacement functions (nodes, LANES) and their reference gradients (nodes, dimension, LANES).
    geometry, geometry_gradient
        The same of the coordinate element.
    cell, point
        Which cell of a batch, and which of its points, stands in each lane, shape (LANES,).
    cells, points, spacing
        Cells in a batch, points of a cell, and lanes from one cell to the next.
    rows, columns
        Components of the displacement gradient (``materials.layout.gradient_components``).
    model
        PLANE_STRAIN, AXISYMMETRIC or THREE_DIMENSIONAL.
    """

    weights: Array
    shape: Array
    shape_gradient: Array
    geometry: Array
    geometry_gradient: Array
    cell: IntArray
    point: IntArray
    cells: int
    points: int
    spacing: int
    rows: IntArray
    columns: IntArray
    model: int


class Geometry(NamedTuple):
    """Reference geometry and connectivity of the cells of one region.

    Attributes
    ----------
    coordinates
        Coordinates of the geometry nodes, shape (cells, geometry nodes, dimension), m.
    nodes
        Local numbers of the displacement nodes, shape (cells, nodes).
    centre, size
        Anchor (cells, dimension) and length (cells,) of the linear volume modes, m.
    direction
        Unit fibre direction of growth, shape (cells, points, 3).
    """

    coordinates: Array
    nodes: Int32Array
    centre: Array
    size: Array
    direction: Array


class Local(NamedTuple):
    """Element results kept between assembly and back-substitution.

    Attributes
    ----------
    matrices
        Condensed element tangents, shape (cells, unknowns, unknowns).
    stiffness
        Stiffness of the volume strain, shape (cells, modes, modes): the tangent owes B^T stiffness B to it, J
        (J/m in plane strain).
    B, r
        The volume strain follows from the displacement increment of the cell as
        d(theta) = -(r + B @ du); shapes (cells, modes, unknowns), (cells, modes).
    """

    matrices: Array
    stiffness: Array
    B: Array
    r: Array
