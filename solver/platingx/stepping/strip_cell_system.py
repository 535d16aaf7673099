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

An insert, see :mod:`platingx.stepping.strip_cell_insert`, has a thickness u and a footprint b: the gap is G - u, c that
of the gap times 1 - b, and the current that leaves the electrolyte c y + b z. Its three unknowns come last; the columns
of the tangent for them are differences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

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
_OF_INSERT, _DIFFERENCE, _LARGEST_OF_INSERT = 1e-8, 1e-7, 0.3
"""Over the scales of an insert: corrections that are none, differences for the tangent, largest corrections."""
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
    insert
        Unknowns of the insert, shape (3,); (0,) without one.
    """

    height: Array
    current: Array
    voltage: float
    descent: float
    fluidity: float
    insert: Array = field(default_factory=lambda: np.zeros(0))

    def packed(self) -> Array:
        """All numbers in one array, shape (2 n + 3,), or (2 n + 6,) with an insert."""
        return np.concatenate([self.height, self.current, [self.voltage, self.descent, self.fluidity], self.insert])

    @classmethod
    def of_packed(cls, values: Array) -> CellState:
        """The state of an array of :meth:`packed`; an even length is one with an insert."""
        n = (len(values) - (3 if len(values) % 2 else 6)) // 2
        voltage, descent, fluidity = (float(value) for value in values[2 * n : 2 * n + 3])
        return cls(values[:n].copy(), values[n : 2 * n].copy(), voltage, descent, fluidity, values[2 * n + 3 :].copy())


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
    diffusion = model.diffusion(model.gaps.contact(state.height - model.under(state.insert)[0])[0])
    size = abs(current) + 1e-3 * model.exchange
    of_insert = np.zeros(0) if model.insert is None else model.insert.scales
    scales = np.concatenate([np.full(n, 1e-9), np.full(n, size), [model.thermal, 1e-9, 1.0], of_insert])
    for number in range(1, _TRIES + 1):
        residual, tangent = _with_insert(model, state, values, current, dt, diffusion)
        _, _, change, info = dgesv(tangent * scales, -residual)
        change *= scales
        if info != 0 or not np.all(np.isfinite(change)):
            return None
        largest = float(np.max(np.abs(change[:n])))
        wide = max(abs(change[2 * n + 2]), 1e-300)
        share = min(1.0, _LARGEST_HEIGHT / max(largest, 1e-300), _LARGEST_LOGARITHM / wide)
        moved = float(np.max(np.abs(change[2 * n + 3 :] / of_insert), initial=0.0))
        share = min(share, _LARGEST_OF_INSERT / max(moved, 1e-300))
        values = values + share * change
        small = largest <= _HEIGHT and float(np.max(np.abs(change[n : 2 * n]))) <= _CURRENT * size
        if share == 1.0 and small and moved <= _OF_INSERT:
            return CellState.of_packed(values), number
    return None


def _with_insert(
    model: StripCellModel, state: CellState, values: Array, current: float, dt: float, diffusion: Array
) -> tuple[Array, Array]:
    """Residual and tangent with the rows and columns of an insert, if there is one."""
    residual, tangent = _linearised(model, state, values, current, dt, diffusion)
    if model.insert is None:
        return residual, tangent
    known, all_unknowns, scales = len(residual), len(values), model.insert.scales
    whole = np.zeros((all_unknowns, all_unknowns))
    whole[:known, :known] = tangent
    rows, slopes = _rows_of_insert(model, state, values, dt)
    whole[known:, :known] = slopes
    for index, scale in enumerate(scales):
        moved = values.copy()
        moved[known + index] += _DIFFERENCE * scale
        step = moved[known + index] - values[known + index]
        moved_residual, _ = _linearised(model, state, moved, current, dt, diffusion)
        whole[:known, known + index] = (moved_residual - residual) / step
        whole[known:, known + index] = (_rows_of_insert(model, state, moved, dt)[0] - rows) / step
    return np.concatenate([residual, rows]), whole


def _rows_of_insert(model: StripCellModel, state: CellState, values: Array, dt: float) -> tuple[Array, Array]:
    """Residuals of the insert, shape (3,), and their derivatives by the other unknowns, (3, 2 n + 3)."""
    insert, n = model.insert, model.intervals
    assert insert is not None
    own = values[2 * n + 3 :]
    height, local, voltage = values[:n], values[n : 2 * n], values[2 * n]
    under, covered = model.under(own)
    touching, touching_slope = model.gaps.pressure(height - under)
    closed, closed_slope = model.gaps.contact(height - under)
    mean = covered / covered.sum()
    pressure, seen = float(mean @ touching), mean @ model.resistance
    currents = closed * (1.0 - covered) * local + covered * insert.current(own, state.insert, dt)
    residual = insert.residual(own, state.insert, dt, pressure, float(voltage - seen @ currents))
    slopes = np.zeros((3, 2 * n + 3))
    small = 1e-6 * max(abs(pressure), 1.0)
    faster = insert.strain_rate(own, pressure + small) - insert.strain_rate(own, pressure - small)
    slopes[0, :n] = dt * faster / (2.0 * small) * mean * touching_slope
    slopes[1, :n] = seen * (closed_slope * (1.0 - covered) * local) / insert.thermal
    slopes[1, n : 2 * n] = seen * closed * (1.0 - covered) / insert.thermal
    slopes[1, 2 * n] = -1.0 / insert.thermal
    return residual, slopes


def _linearised(
    model: StripCellModel, state: CellState, values: Array, current: float, dt: float, diffusion: Array
) -> tuple[Array, Array]:
    """Residual, shape (m,), and tangent, (m, m), at values of the unknowns; an insert is as it is."""
    n = model.intervals
    height, local, (voltage, descent, fluidity) = values[:n], values[n : 2 * n], values[2 * n : 2 * n + 3]
    own = values[2 * n + 3 :]
    under, covered = model.under(own)
    blocked = 0.0 if model.insert is None else covered * model.insert.current(own, state.insert, dt)
    contact, contact_slope = (each * (1.0 - covered) for each in model.gaps.contact(height - under))
    touching, touching_slope = model.gaps.pressure(height - under)
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
    residual[currents] = (
        needed + model.volts_per_pascal * pressure - voltage + model.resistance @ (contact * local + blocked)
    )
    tangent[currents, faces] = model.volts_per_pascal * pressure_slope + model.resistance * (contact_slope * local)
    tangent[currents, currents] = model.resistance * contact
    tangent[n + index, n + index] += needed_slope
    tangent[currents, 2 * n] = -1.0
    residual[2 * n] = float(np.mean(contact * local + blocked)) - current
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
