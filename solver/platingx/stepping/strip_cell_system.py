"""One implicit step of a stripping cell: residual, exact tangent and Newton's method, for all unknowns at once.

Unknowns are the heights of the lower face of the metal, the current densities in the parts that are in contact, the
potential of the metal, the speed at which the foil comes down, and the logarithm of the fluidity of the creeping metal.
With the current as an unknown, the logarithm of the kinetics never overflows, and a place that loses contact needs no
case of its own. The equations of a step of size dt, with c the contact share, and plating > 0:

    (G - G0)/dt = -(Vm/F) c y - v + (f K + S) P(G)         every place: stripping, descent, creep, diffusion
    eta(y) + (Vm/F) P = V - R (c y)                         every place: kinetics, stress, electrolyte
    mean(c y) = i                                           the whole current
    v = s (Vm/F) (-i), or mean(p) = p0                      the foil: held back by 1 - s, or on its load
    ln f = ln f(P)                                          secant viscosity
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dgesv

from platingx.arrays import Array
from platingx.constants import FARADAY
from platingx.materials.kinetics import overpotential
from platingx.stepping.strip_cell_model import StripCellModel

__all__ = ["CellState", "solve_step"]

_TRIES = 40
_HEIGHT, _CURRENT = 1e-15, 1e-9
"""Corrections that are none any more: of the heights, m, and of currents over the largest one."""
_LARGEST_HEIGHT, _LARGEST_LOGARITHM = 4e-9, 3.0
"""Largest corrections: of the heights, m, over which the contact changes, and of the logarithm of the fluidity."""


@dataclass(frozen=True)
class CellState:
    """What evolves, and what goes with it.

    Attributes
    ----------
    height
        Of the lower face of the metal over the electrolyte, m, shape (n,).
    current
        Current density in the part of each place that is in contact, plating > 0, A/m2, shape (n,).
    voltage
        Potential that drives plating, over the mean one of the face of the electrolyte, V.
    descent
        Speed at which the foil comes down, m/s.
    fluidity
        Logarithm of one over twice the viscosity.
    """

    height: Array
    current: Array
    voltage: float
    descent: float
    fluidity: float

    def packed(self) -> Array:
        """All numbers in one array, shape (2 n + 3,)."""
        return np.concatenate([self.height, self.current, [self.voltage, self.descent, self.fluidity]])

    @classmethod
    def of_packed(cls, values: Array) -> CellState:
        """The state of an array of :meth:`packed`."""
        n = (len(values) - 3) // 2
        return cls(values[:n].copy(), values[n : 2 * n].copy(), *(float(value) for value in values[2 * n :]))


def solve_step(model: StripCellModel, state: CellState, current: float, dt: float) -> tuple[CellState, int] | None:
    """Find the state after a step.

    Parameters
    ----------
    model
        The cell.
    state
        At the start of the step.
    current
        Mean current density, plating > 0, A/m2.
    dt
        Size of the step, s.

    Returns
    -------
    state, corrections
        None if Newton's method does not converge.
    """
    n = model.intervals
    values = state.packed()
    diffusion = model.diffusion(model.gaps.contact(state.height)[0])
    size = abs(current) + 1e-3 * model.exchange
    scales = np.concatenate([np.full(n, 1e-9), np.full(n, size), [model.thermal, 1e-9, 1.0]])
    for number in range(1, _TRIES + 1):
        residual, tangent = _linearised(model, state, values, current, dt, diffusion)
        _, _, change, info = dgesv(tangent * scales, -residual)
        change *= scales
        if info != 0 or not np.all(np.isfinite(change)):
            return None
        largest = float(np.max(np.abs(change[:n])))
        share = min(1.0, _LARGEST_HEIGHT / max(largest, 1e-300), _LARGEST_LOGARITHM / max(abs(change[-1]), 1e-300))
        values = values + share * change
        small = largest <= _HEIGHT and float(np.max(np.abs(change[n : 2 * n]))) <= _CURRENT * size
        if share == 1.0 and small:
            return CellState.of_packed(values), number
    return None


def _linearised(
    model: StripCellModel, state: CellState, values: Array, current: float, dt: float, diffusion: Array
) -> tuple[Array, Array]:
    """Residual, shape (m,), and tangent, (m, m), at values of the unknowns."""
    n = model.intervals
    height, local, (voltage, descent, fluidity) = values[:n], values[n : 2 * n], values[2 * n :]
    contact, contact_slope = model.gaps.contact(height)
    touching, touching_slope = model.gaps.pressure(height)
    pressure = model.surface_energy * (model.curvature @ height) + touching
    pressure_slope = model.surface_energy * model.curvature + np.diag(touching_slope)
    needed, needed_slope = overpotential(local, model.exchange, model.alpha, model.thermal)
    flow = math.exp(fluidity) if model.creep is not None else 0.0
    moves = flow * model.half_space + diffusion
    thick = model.molar_volume / FARADAY
    residual, tangent = np.zeros(2 * n + 3), np.zeros((2 * n + 3, 2 * n + 3))
    faces, currents = slice(0, n), slice(n, 2 * n)
    index = np.arange(n)
    residual[faces] = (height - state.height) / dt + thick * contact * local + descent - moves @ pressure
    tangent[faces, faces] = -moves @ pressure_slope
    tangent[index, index] += 1.0 / dt + thick * contact_slope * local
    tangent[index, n + index] = thick * contact
    tangent[faces, 2 * n + 1] = 1.0
    tangent[faces, 2 * n + 2] = -flow * (model.half_space @ pressure)
    residual[currents] = needed + model.volts_per_pascal * pressure - voltage + model.resistance @ (contact * local)
    tangent[currents, faces] = model.volts_per_pascal * pressure_slope + model.resistance * (contact_slope * local)
    tangent[currents, currents] = model.resistance * contact
    tangent[n + index, n + index] += needed_slope
    tangent[currents, 2 * n] = -1.0
    residual[2 * n] = float(np.mean(contact * local)) - current
    tangent[2 * n, faces], tangent[2 * n, currents] = contact_slope * local / n, contact / n
    if model.follows is None:
        residual[2 * n + 1] = float(np.mean(touching)) - model.load
        tangent[2 * n + 1, faces] = touching_slope / n
    else:
        residual[2 * n + 1] = descent + model.follows * thick * current
        tangent[2 * n + 1, 2 * n + 1] = 1.0
    tangent[2 * n + 2, 2 * n + 2] = 1.0
    if model.creep is not None:
        wanted, wanted_slope = model.fluidity(pressure)
        residual[2 * n + 2] = fluidity - wanted
        tangent[2 * n + 2, faces] = -wanted_slope @ pressure_slope
    return residual, tangent
