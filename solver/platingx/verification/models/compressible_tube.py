"""Compressible metal in a tube: diffusion of its pressure on a length that grows, by finite differences."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from platingx.arrays import Array
from platingx.errors import VerificationError
from platingx.stepping.tubule_model import TubuleModel

__all__ = ["root_pressure"]


def root_pressure(model: TubuleModel, modulus: float, current: float, nodes: int, end: float) -> tuple[Array, Array]:
    """Pressure at the root at a constant current, on a grid that is stretched with the front.

    Parameters
    ----------
    model
        The tube; its metal moves along the interface only.
    modulus
        Bulk modulus of the metal, Pa.
    current
        Current density over the section, A/m2.
    nodes
        Number of intervals.
    end
        Time, s.

    Returns
    -------
    times, pressures
        s and Pa, shapes (40,).

    Raises
    ------
    VerificationError
        If the integration over time fails.
    """
    mobility = model.conductances.interface / model.shape.hydraulic_length
    spread, speed = mobility * modulus, model.shape.speed(current, model.molar_volume)
    grid, step = np.linspace(0.0, 1.0, nodes + 1), 1.0 / nodes
    begin = 1e-3 * end
    first = speed * begin
    scale = np.append(np.full(nodes, speed / mobility * speed * end), speed * end)

    def rate(_time: float, y: Array) -> Array:
        state = y * scale
        front, p = state[-1], np.append(state[:-1], 0.0)
        slope = (p[nodes - 2] - 4.0 * p[nodes - 1] + 3.0 * p[nodes]) / (2.0 * step)
        moving = -mobility * slope / front
        ghost = p[1] + 2.0 * step * front * speed / mobility
        left, right = np.append(ghost, p[: nodes - 1]), p[1:]
        second, gradient = (left - 2.0 * p[:-1] + right) / step**2, (right - left) / (2.0 * step)
        return np.append(spread * second / front**2 + grid[:-1] * moving / front * gradient, moving) / scale

    times = np.linspace(begin, end, 41)[1:]
    start = np.append(speed / mobility * first * (1.0 - grid[:-1]), first) / scale
    found = solve_ivp(rate, (begin, end), start, "BDF", times, rtol=1e-8, atol=1e-10)
    if not found.success:
        raise VerificationError(f"the compressible metal was not solved: {found.message}")
    return np.asarray(times, dtype=float), np.asarray(found.y[0] * scale[0], dtype=float)
