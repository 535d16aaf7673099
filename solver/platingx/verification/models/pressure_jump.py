"""How far the pressure of single elements is from the recovered one: the amplitude of a checkerboard, if any."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Mask, RealArray

__all__ = ["pressure_jump"]


def pressure_jump(stress: RealArray, smooth: RealArray, recovery: RealArray, chosen: Mask) -> float:
    """Root mean square of the pressure of the elements alone minus the recovered one, over the scatter of the latter.

    Parameters
    ----------
    stress
        At quadrature points, Pa, shape (cells, points, 6).
    smooth
        Recovered pressure at the nodes of the cells, Pa, shape (cells, nodes).
    recovery
        Matrix (nodes, points) that fits the values of a cell (`ElementTables.recovery`).
    chosen
        Nodes that count, shape (cells, nodes).
    """
    pressure = -stress[..., :3].sum(axis=2) / 3.0
    alone = np.einsum("nq,cq->cn", recovery, pressure)
    return float(np.sqrt(np.mean((alone - smooth)[chosen] ** 2)) / smooth[chosen].std())
