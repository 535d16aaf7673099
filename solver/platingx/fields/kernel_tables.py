"""Tables of an element in the form that the compiled kernels take."""

from __future__ import annotations

import numpy as np

from platingx.fields.block import Tables
from platingx.fields.tables import ElementTables
from platingx.materials import layout
from platingx.materials.lanes import LANES

__all__ = ["kernel_tables"]


def _spacing(points: int) -> int:
    """Lanes of a cell in a batch: whole registers of eight, unless that leaves more than a third of them idle."""
    whole = -(-points // 8) * 8
    return whole if 3 * points >= 2 * whole else points


def kernel_tables(tables: ElementTables, dimension: int, model: int) -> Tables:
    """Tables in the form that the compiled kernels take: batches of whole cells.

    Raises
    ------
    ValueError
        If a cell has more points than a batch has lanes.
    """
    rows, columns = layout.gradient_components(dimension)
    points = len(tables.weights)
    spacing = _spacing(points)
    cells = LANES // spacing
    if cells == 0:
        raise ValueError(f"a cell has {points} points, a batch only {LANES} lanes")
    lanes = np.arange(LANES)
    cell = np.minimum(lanes // spacing, cells - 1)
    point = np.minimum(lanes - cell * spacing, points - 1)
    real = lanes - cell * spacing < points
    return Tables(
        weights=np.where(real, tables.weights[point], 0.0),
        shape=np.ascontiguousarray(tables.shape[point].T),
        shape_gradient=np.ascontiguousarray(np.moveaxis(tables.shape_gradient[point], 0, -1)),
        geometry=np.ascontiguousarray(tables.geometry[point].T),
        geometry_gradient=np.ascontiguousarray(np.moveaxis(tables.geometry_gradient[point], 0, -1)),
        cell=cell,
        point=point,
        cells=cells,
        points=points,
        spacing=spacing,
        rows=rows,
        columns=columns,
        model=model,
    )
