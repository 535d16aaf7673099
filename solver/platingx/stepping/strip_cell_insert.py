"""An inert metal at the interface: a cap under the face of the other metal that keeps its section as it is flattened.

Its thickness is u = h (1 - (x/a)^2) with a = 3 A/(2 h), A the section of its half. It blocks the ions of the other
metal on its footprint. What it passes is the current of its double layer, and if asked for of its own oxidation,

    z = C de/dt - i0 exp(-(1 - alpha) (e + E)/VT),   dA/dt = (Vm/F) z a,

e the potential that drives plating, mean over the footprint, and E its equilibrium against the other metal. There are
none of its ions in the electrolyte, so that the reaction has no way back. It is pressed flat at the rate

    -h'/h = (sqrt(3)/2) e_dot(s),   s = (sqrt(3)/2) p/(1 + w/(4 t)),

of a strip that sticks to both faces (slab method), p the mean pressure on it, w = 2 a and t = 2 h/3 its mean thickness.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.constants import FARADAY

__all__ = ["HEIGHT", "POTENTIAL", "SECTION", "Insert"]

_LARGEST_EXPONENT = 60.0
HEIGHT, POTENTIAL, SECTION = 0, 1, 2
"""Places of the unknowns of an insert: h (m), e (V), A (m2)."""


@dataclass(frozen=True)
class Insert:
    """Insert in half of a period. SI.

    Attributes
    ----------
    height, half_width
        At the start, m.
    creep
        Steady creep rate (1/s) over the equivalent stress (Pa).
    molar_volume
        m3/mol.
    double_layer
        C, F/m2.
    potential, exchange, alpha, thermal
        E, V; i0, A/m2, zero for no oxidation; transfer coefficient of reduction; RT/F, V.
    """

    height: float
    half_width: float
    creep: Callable[[float], float]
    molar_volume: float
    double_layer: float = 0.0
    potential: float = 0.0
    exchange: float = 0.0
    alpha: float = 0.5
    thermal: float = 1.0

    @property
    def at_rest(self) -> Array:
        """Unknowns at the start, shape (3,)."""
        return np.array([self.height, 0.0, 2.0 / 3.0 * self.height * self.half_width])

    @property
    def scales(self) -> Array:
        """Sizes of the unknowns, shape (3,)."""
        return np.array([self.height, self.thermal, self.at_rest[SECTION]])

    def profile(self, state: Array, edges: Array) -> tuple[Array, Array]:
        """Thickness (m) and footprint of the insert, means over intervals, shape (n,).

        Exact integrals, so that the thickness sums up to the section to the last digits.

        Parameters
        ----------
        state
            Its unknowns, shape (3,).
        edges
            Ends of the intervals, m, shape (n + 1,).
        """
        height, half = state[HEIGHT], 1.5 * state[SECTION] / state[HEIGHT]
        inside, spacing = np.minimum(edges, half), np.diff(edges)
        return height * np.diff(inside - inside**3 / (3.0 * half**2)) / spacing, np.diff(inside) / spacing

    def oxidation(self, potential: float) -> float:
        """Current density of its oxidation, A/m2, not above zero, at a potential e (V)."""
        if self.exchange == 0.0:
            return 0.0
        exponent = -(1.0 - self.alpha) * (potential + self.potential) / self.thermal
        return -self.exchange * math.exp(min(exponent, _LARGEST_EXPONENT))

    def current(self, state: Array, before: Array, dt: float) -> float:
        """Z in a step of size dt (s), A/m2."""
        charging = self.double_layer * (state[POTENTIAL] - before[POTENTIAL]) / dt
        return float(charging) + self.oxidation(float(state[POTENTIAL]))

    def strain_rate(self, state: Array, pressure: float) -> float:
        """-h'/h, 1/s, under a mean pressure (Pa); none under tension."""
        if pressure <= 0.0:
            return 0.0
        half, thickness = 1.5 * state[SECTION] / state[HEIGHT], 2.0 / 3.0 * state[HEIGHT]
        stress = 0.5 * math.sqrt(3.0) * pressure / (1.0 + 0.5 * half / thickness)
        return 0.5 * math.sqrt(3.0) * self.creep(stress)

    def residual(self, state: Array, before: Array, dt: float, pressure: float, drive: float) -> Array:
        """Its equations, over the scales, shape (3,).

        Parameters
        ----------
        state, before
            Unknowns at the end of the step and at its start, shape (3,).
        dt
            s.
        pressure
            Mean over its footprint, Pa.
        drive
            Potential that drives plating, mean over its footprint, V.
        """
        half = 1.5 * before[SECTION] / before[HEIGHT]
        taken = dt * self.molar_volume / FARADAY * self.oxidation(float(state[POTENTIAL])) * half
        return np.array(
            [
                math.log(state[HEIGHT] / before[HEIGHT]) + dt * self.strain_rate(state, pressure),
                (state[POTENTIAL] - drive) / self.thermal,
                (state[SECTION] - before[SECTION] - taken) / self.at_rest[SECTION],
            ]
        )
