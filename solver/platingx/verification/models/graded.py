"""Rectangles of quadrilaterals whose sizes grow away from given places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from platingx.arrays import Array
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.patches import Patch, join
from platingx_meshes.simple import OUTER_SIDES
from platingx_meshes.spacing import LineSize, divide, with_midpoints


def graded_line(marks: Sequence[float], size: LineSize, refinement: float) -> Array:
    """Vertices from the first to the last mark, with one on each mark, m."""
    parts = [divide(start, end, size, refinement) for start, end in pairwise(marks)]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def graded_box(x: Array, y: Array, region: str = "li") -> MeshData:
    """Rectangle with given vertices, of second-order quadrilaterals; boundaries left, right, bottom and top."""
    lattice = np.stack(np.meshgrid(with_midpoints(x), with_midpoints(y), indexing="ij"), axis=-1)
    return join([Patch(lattice, region, OUTER_SIDES)])
