"""How far the pressure of single elements is from the recovered one: the amplitude of a checkerboard, if any."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["pressure_jump"]

Array = npt.NDArray[np.floating[Any]]


def pressure_jump(stress: Array, smooth: Array, recovery: Array, chosen: npt.NDArray[np.bool_]) -> float:
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
