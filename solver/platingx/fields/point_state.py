"""Internal variables of the points of a region: their arrays, how they begin, and their way in and out of a batch.

All that the fields know of the internal variables of a flow law is in this file.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from platingx.arrays import Array
from platingx.fields.block import Tables
from platingx.materials.compiled import njit_simd, njit_strict
from platingx.materials.lanes import LANES
from platingx.materials.layout import FLOW_LAW, FLOW_NONE, INITIAL_RESISTANCE
from platingx.materials.point import PointBatch

__all__ = ["State", "add_state", "initial_state", "load_state", "named_state", "store_state"]


class State(NamedTuple):
    """Internal variables of one region.

    Attributes
    ----------
    inverse_plastic
        Cp^-1, shape (cells, points, 6), components as in ``materials.layout``.
    resistance
        Flow resistance S, shape (cells, points), Pa.
    plastic_strain
        Accumulated equivalent plastic strain, shape (cells, points).
    """

    inverse_plastic: Array
    resistance: Array
    plastic_strain: Array

    def copy(self) -> State:
        """Independent copy of all arrays."""
        return State(*(array.copy() for array in self))

    def assign(self, other: State) -> None:
        """Overwrite all arrays by those of another state."""
        for mine, theirs in zip(self, other, strict=True):
            mine[...] = theirs


def initial_state(parameters: Array, cells: int, points: int) -> State:
    """Virgin internal variables: Cp = 1, S = S0, no plastic strain (empty if the law is elastic)."""
    if parameters[FLOW_LAW] == FLOW_NONE:
        return State(np.zeros((0, points, 6)), np.zeros((0, points)), np.zeros((0, points)))
    plastic = np.zeros((cells, points, 6))
    plastic[..., :3] = 1.0
    resistance = np.full((cells, points), parameters[INITIAL_RESISTANCE])
    return State(plastic, resistance, np.zeros((cells, points)))


def named_state(state: State, cell: int, point: int) -> dict[str, tuple[str, Array]]:
    """Words and values of the internal variables of a point, by symbol, for reports."""
    return {
        "Cp^-1": ("the inverse plastic tensor Cp^-1", state.inverse_plastic[cell, point]),
        "S": ("the flow resistance S", state.resistance[cell, point]),
        "ep": ("the plastic strain ep", state.plastic_strain[cell, point]),
    }


@njit_simd
def add_state(points: PointBatch, check: Array) -> None:
    """Add the internal variables of each point, a sum that is finite where all of them are."""
    for p in range(LANES):
        check[p] += points.resistance[p]
    for c in range(6):
        for p in range(LANES):
            check[p] += points.inverse_plastic_rows[c, p]


@njit_strict
def load_state(
    tables: Tables,
    old: State,
    theta: Array,
    first: int,
    count: int,
    plastic: bool,
    points: PointBatch,
    at_points: Array,
) -> None:
    """State at the start of the step, and the volume strains, of the points of a batch."""
    for p in range(LANES):
        cell, q = first + min(tables.cell[p], count - 1), tables.point[p]
        for s in range(theta.shape[1]):
            at_points[s, p] = theta[cell, s]
        if plastic:
            points.resistance[p] = old.resistance[cell, q]
            for c in range(6):
                points.inverse_plastic[c * LANES + p] = old.inverse_plastic[cell, q, c]


@njit_strict
def store_state(tables: Tables, old: State, new: State, dt: float, first: int, count: int, points: PointBatch) -> None:
    """State at the end of the step."""
    for c in range(count):
        for q in range(tables.points):
            p, cell = c * tables.spacing + q, first + c
            new.resistance[cell, q] = points.resistance[p]
            new.plastic_strain[cell, q] = old.plastic_strain[cell, q] + points.rate[p] * dt
            for k in range(6):
                new.inverse_plastic[cell, q, k] = points.inverse_plastic[k * LANES + p]
