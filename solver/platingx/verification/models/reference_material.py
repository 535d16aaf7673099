"""The equations of the solid at points, written once more in plain NumPy: what manufactured solutions are made of.

F = Fe Fp Fg; tau = 2 G dev(ln be)/2 + pi(ln Je) 1 per grown volume, be = Fe Fe^T; P = Jg tau F^-T;
Dp = (3/2) rate dev(tau)/s, rate = r0 (s/S)^(1/m), dS/dt = H0 |1 - S/Ss|^a sign(1 - S/Ss) rate, Ss = S* (rate/r0)^n
(docs/theory.md). Nothing here is shared with the compiled laws of `platingx.materials` but the order of the parameters:
the time integration is that of an implicit Runge-Kutta method, or a backward Euler step solved by bisection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

from platingx.arrays import Array
from platingx.materials import layout

IDENTITY = np.eye(3)


@dataclass(frozen=True)
class GrowthState:
    """Growth at points: Jg, shares along, across in the x-y plane and along the rest, and unit directions (..., 3)."""

    ratio: float
    shares: tuple[float, float, float]
    direction: Array

    def inverse(self) -> Array:
        """Fg^-1, shape (..., 3, 3)."""
        along, across, rest = (self.ratio**-share for share in self.shares)
        n = self.direction
        normal = np.einsum("...i,...j->...ij", n, n)
        if across == rest:
            return across * IDENTITY + (along - across) * normal
        side = np.stack([-n[..., 1], n[..., 0], np.zeros_like(n[..., 0])], axis=-1)  # e_z x n
        sideways = np.einsum("...i,...j->...ij", side, side)
        return along * normal + across * sideways + rest * (IDENTITY - normal - sideways)


def mean_kirchhoff(p: Array, theta: Array) -> Array:
    """pi(ln Je) of the three pressure laws, Pa."""
    bulk, derivative = p[layout.BULK_MODULUS], p[layout.BULK_DERIVATIVE]
    if p[layout.PRESSURE_LAW] == layout.PRESSURE_HENCKY_CAUCHY:
        return np.asarray(bulk * theta * np.exp(theta))
    if p[layout.PRESSURE_LAW] == layout.PRESSURE_MURNAGHAN:
        return np.asarray(bulk / derivative * (1.0 - np.exp(-derivative * theta)) * np.exp(theta))
    return np.asarray(bulk * theta)


def _strains(elastic_left: Array) -> tuple[Array, Array, Array]:
    """Principal logarithmic strains of be, its axes, and the trace of the strain."""
    values, axes = np.linalg.eigh(elastic_left)
    strains = 0.5 * np.log(values)
    return strains, axes, strains.sum(axis=-1)


def _assembled(principal: Array, axes: Array) -> Array:
    return np.einsum("...a,...ia,...ja->...ij", principal, axes, axes)


def kirchhoff(p: Array, elastic_left: Array) -> Array:
    """Kirchhoff stress per grown volume, Pa, from be; shapes (..., 3, 3)."""
    strains, axes, theta = _strains(elastic_left)
    principal = 2.0 * p[layout.SHEAR_MODULUS] * (strains - theta[..., None] / 3.0)
    return _assembled(principal + mean_kirchhoff(p, theta)[..., None], axes)


def first_piola(p: Array, gradient: Array, growth: GrowthState, inverse_plastic: Array = IDENTITY) -> Array:
    """First Piola stress, Pa: P = Jg tau F^-T; shapes (..., 3, 3)."""
    f = gradient @ growth.inverse()
    tau = kirchhoff(p, f @ inverse_plastic @ np.swapaxes(f, -1, -2))
    return np.asarray(growth.ratio * tau @ np.linalg.inv(np.swapaxes(gradient, -1, -2)))


def cauchy_of(piola: Array, gradient: Array) -> Array:
    """Cauchy stress P F^T / J in the six components of the package, Pa."""
    full = piola @ np.swapaxes(gradient, -1, -2) / np.linalg.det(gradient)[..., None, None]
    return np.asarray(full[..., layout.SYMMETRIC_ROWS, layout.SYMMETRIC_COLUMNS])


def backward_euler(p: Array, f: Array, inverse_plastic: Array, resistance: Array, dt: float) -> tuple[Array, Array]:
    """One step of the flow in principal logarithmic strains: Cp^-1 and S at its end.

    Only for Voce hardening (a = 1, n = 0), whose S follows from the plastic increment in closed form.

    Parameters
    ----------
    p
        Parameter vector.
    f
        F Fg^-1 at the end of the step, shape (..., 3, 3).
    inverse_plastic, resistance
        Cp^-1 (..., 3, 3) and S (...,) in Pa at the start of the step.
    dt
        Step, s.
    """
    if p[layout.HARDENING_EXPONENT] != 1.0 or p[layout.SATURATION_EXPONENT] != 0.0:
        raise ValueError("the step is written for Voce hardening (exponent 1, saturation independent of the rate)")
    strains, axes, theta = _strains(f @ inverse_plastic @ np.swapaxes(f, -1, -2))
    deviator = strains - theta[..., None] / 3.0
    shear = p[layout.SHEAR_MODULUS]
    trial = 2.0 * shear * np.sqrt(1.5) * np.linalg.norm(deviator, axis=-1)
    hardening, saturation = p[layout.HARDENING_MODULUS], p[layout.SATURATION_RESISTANCE]

    def hardened(increment: Array) -> Array:
        return np.asarray((resistance + hardening * increment) / (1.0 + hardening * increment / saturation))

    def excess(increment: Array) -> Array:
        rate = increment / (dt * p[layout.REFERENCE_RATE])
        return np.asarray(trial - 3.0 * shear * increment - hardened(increment) * rate ** p[layout.RATE_SENSITIVITY])

    low, high = np.zeros_like(trial), trial / (3.0 * shear)
    for _ in range(60):
        middle = 0.5 * (low + high)
        above = excess(middle) > 0.0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    increment = 0.5 * (low + high)
    kept = 1.0 - 3.0 * shear * increment / np.where(trial > 0.0, trial, 1.0)
    elastic = np.exp(2.0 * (theta[..., None] / 3.0 + kept[..., None] * deviator))
    back = np.linalg.inv(f)
    return back @ _assembled(elastic, axes) @ np.swapaxes(back, -1, -2), hardened(increment)


def flow_rate(p: Array, equivalent: float, resistance: float) -> float:
    """Equivalent plastic rate r0 (s/S)^(1/m), 1/s."""
    return float(p[layout.REFERENCE_RATE] * (equivalent / resistance) ** (1.0 / p[layout.RATE_SENSITIVITY]))


def hardening_rate(p: Array, rate: float, resistance: float) -> float:
    """dS/dt, Pa/s."""
    if rate <= 0.0 or p[layout.HARDENING_MODULUS] == 0.0:
        return 0.0
    reduced = rate / p[layout.REFERENCE_RATE]
    gap = 1.0 - resistance / (p[layout.SATURATION_RESISTANCE] * reduced ** p[layout.SATURATION_EXPONENT])
    drive = np.sign(gap) * abs(gap) ** p[layout.HARDENING_EXPONENT]
    return float(p[layout.HARDENING_MODULUS] * drive * rate)


def plastic_history(
    p: Array,
    grown_gradient: Callable[[float], Array],
    times: Array,
    tolerance: float = 1e-10,
    breaks: Sequence[float] = (),
) -> tuple[Array, Array]:
    """Cp^-1 and S at one point by the rate equations, d(Cp^-1)/dt = -2 f^-1 (Dp be) f^-T.

    Parameters
    ----------
    p
        Parameter vector of a material that flows.
    grown_gradient
        f = F Fg^-1 as a function of time, shape (3, 3).
    times
        Times of the answer, s, ascending, from a virgin state at 0.
    tolerance
        Relative tolerance of the implicit Runge-Kutta method (Radau IIA, order 5).
    breaks
        Instants at which ``grown_gradient`` has a corner, s: the method begins anew there.

    Returns
    -------
    inverse_plastic, resistance
        Shapes (times, 3, 3) and (times,), the latter in Pa.
    """
    scale = p[layout.INITIAL_RESISTANCE]
    rows, columns = layout.SYMMETRIC_ROWS, layout.SYMMETRIC_COLUMNS

    def slopes(time: float, state: Array) -> Array:
        f, inverse_plastic = grown_gradient(time), _full(state[:6])
        elastic_left = f @ inverse_plastic @ f.T
        strains, axes, theta = _strains(elastic_left)
        deviator = strains - theta / 3.0
        size = float(np.linalg.norm(deviator))
        if size == 0.0:
            return np.zeros(7)
        equivalent = 2.0 * p[layout.SHEAR_MODULUS] * np.sqrt(1.5) * size
        rate = flow_rate(p, equivalent, state[6] * scale)
        flow = _assembled(np.sqrt(1.5) * rate * deviator / size, axes)
        back = np.linalg.inv(f)
        change = -2.0 * back @ flow @ elastic_left @ back.T
        return np.append(change[rows, columns], hardening_rate(p, rate, state[6] * scale) / scale)

    state, begin, found = np.append(layout.UNSTRAINED, 1.0), 0.0, []
    inner = [float(instant) for instant in breaks if 0.0 < instant < float(times[-1])]
    for end in [*inner, float(times[-1])]:
        wanted = times[(times > begin) & (times <= end)]
        asked = wanted if len(wanted) and wanted[-1] == end else np.append(wanted, end)
        solution = solve_ivp(slopes, (begin, end), state, "Radau", asked, rtol=tolerance, atol=1e-3 * tolerance)
        if not solution.success:
            raise RuntimeError(f"the reference solution failed: {solution.message}")
        found.extend(solution.y.T[: len(wanted)])
        state, begin = solution.y[:, -1], end
    rows_found = np.array(found)
    return np.array([_full(row[:6]) for row in rows_found]), rows_found[:, 6] * scale


def _full(six: Array) -> Array:
    result = np.empty((3, 3))
    result[layout.SYMMETRIC_ROWS, layout.SYMMETRIC_COLUMNS] = six
    result[layout.SYMMETRIC_COLUMNS, layout.SYMMETRIC_ROWS] = six
    return result
