"""A manufactured solution with hardening creep and growth: the order of the integration in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from numpy.polynomial import chebyshev

from platingx.arrays import Array
from platingx.materials import layout
from platingx.physics.solid_model import FIBRE
from platingx.verification.models.manufactured import Motion, manufactured_model
from platingx.verification.models.norms import displacement_error, stress_error
from platingx.verification.models.reference_material import cauchy_of, first_piola, plastic_history
from platingx.verification.models.vectors import vector
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx_meshes.simple import Box, build_box

ComplexArray = npt.NDArray[Any]

END = 1.0  # s

STATEMENT = r"""
On the unit square in plane strain, displacement, fibre directions and growth are chosen as in `mms-space`, but such
that they depend on $x$ and $t$ alone:

$$u = t\,\bigl(0.06 \sin(2.1 x + 0.2 t),\; 0.25 \cos(1.7 x - 0.3 t) \sin(1.1 x + 0.4)\bigr),\quad J_g = 1 + 0.1 t .$$

The axes of stress and flow turn with time and differ from place to place. The material creeps and hardens by the full
law (hardening exponent 2, saturation that depends on the rate). Its rate equations,

$$\dot C_p^{-1} = -2 f^{-1} D_p b_e f^{-T},\quad D_p = \tfrac32\,\dot\epsilon\,\frac{\mathrm{dev}\,\tau}{s},\quad
\dot\epsilon = r_0 (s/S)^{1/m},\quad \dot S = H_0 |1 - S/S_s|^a \mathrm{sign}(1 - S/S_s)\,\dot\epsilon,$$

are integrated at Chebyshev points in $x$ by an implicit Runge-Kutta method of order 5 (relative tolerance
$10^{-10}$); the body force is the derivative of the Chebyshev series of $P$. This is the exact solution in space and
time. The mesh is so fine that its error is below that of the smallest step.

Theory: order 1, of backward Euler with the exponential map.
"""


def _turning_shear(x: ComplexArray, time: float) -> ComplexArray:
    a = x[..., 0]
    across = 0.25 * np.cos(1.7 * a - 0.3 * time) * np.sin(1.1 * a + 0.4)
    return time * np.stack([0.06 * np.sin(2.1 * a + 0.2 * time), across], axis=-1)


def _fibres(x: Array) -> Array:
    angle = 0.4 + 0.8 * x[..., 0]
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1)


MOTION = Motion("plane_strain", _turning_shear, _fibres, lambda time: 1.0 + 0.1 * time, FIBRE)


def hardening_creep() -> Array:
    """A soft material by the law of 2019: G 385 MPa, S0 100 MPa, H0 1 GPa, S* 200 MPa, a 2, m 0.3, n 0.05."""
    return vector(
        {"elasticity": {"young_modulus": "1 GPa", "poisson_ratio": 0.3}},
        FLOW_LAW=layout.FLOW_POWER_LAW,
        REFERENCE_RATE=0.1,
        RATE_SENSITIVITY=0.3,
        INITIAL_RESISTANCE=1e8,
        HARDENING_MODULUS=1e9,
        SATURATION_RESISTANCE=2e8,
        HARDENING_EXPONENT=2.0,
        SATURATION_EXPONENT=0.05,
    )


@dataclass(frozen=True)
class ExactStress:
    """Chebyshev series in x of the slope of P over x (one for each time) and of the last Cauchy stress."""

    times: Array
    slope: Array
    cauchy: Array

    def body_force(self, time: float, places: Array) -> Array:
        """B = -dP/dx in N/m3 at one of the times."""
        index = int(np.argmin(np.abs(self.times - time)))
        values = chebyshev.chebval(2.0 * places[..., 0] - 1.0, self.slope[:, index])
        return np.asarray(-np.moveaxis(values, 0, -1), dtype=np.float64)

    def stress(self, places: Array) -> Array:
        """Cauchy stress at the end, six components, Pa."""
        values = chebyshev.chebval(2.0 * places[..., 0] - 1.0, self.cauchy)
        return np.asarray(np.moveaxis(values, 0, -1), dtype=np.float64)


def exact_stress(parameters: Array, times: Array, count: int) -> ExactStress:
    """Integrate the rate equations at ``count`` Chebyshev points in 0 < x < 1."""
    points = chebyshev.chebpts1(count)
    piola = np.empty((count, len(times), 2))
    cauchy = np.empty((count, 6))
    for k, point in enumerate(points):
        place = np.array([0.5 * (1.0 + point), 0.0])

        def grown_gradient(time: float, place: Array = place) -> Array:
            return np.asarray(MOTION.gradient(place, time) @ MOTION.growth(place, time).inverse())

        inverse_plastic, _ = plastic_history(parameters, grown_gradient, times)
        for i, time in enumerate(times):
            gradient = MOTION.gradient(place, time)
            stress = first_piola(parameters, gradient, MOTION.growth(place, time), inverse_plastic[i])
            piola[k, i] = stress[:2, 0]
            cauchy[k] = cauchy_of(stress, gradient)
    series = chebyshev.chebfit(points, piola.reshape(count, -1), count - 1)
    slope = np.asarray(chebyshev.chebder(series, scl=2.0), dtype=np.float64).reshape(count - 1, len(times), 2)
    last = np.asarray(chebyshev.chebfit(points, cauchy, count - 1), dtype=np.float64)
    return ExactStress(times, slope, last)


def run(effort: Effort) -> Outcome:
    """Errors at the end over halved steps."""
    steps = (4, 8, 16) if effort == "coarse" else (8, 16, 32, 64)
    count, cells = (16, 16) if effort == "coarse" else (40, 48)
    parameters = hardening_creep()
    exact = exact_stress(parameters, np.linspace(0.0, END, steps[-1] + 1, dtype=np.float64)[1:], count)
    data = build_box(Box(1.0, 1.0, cells, 3))
    displacement, stress = [], []
    for number in steps:
        model = manufactured_model(MOTION, parameters, data, exact.body_force)
        model.march(np.linspace(0.0, END, number + 1, dtype=np.float64)[1:])
        displacement.append(displacement_error(model, lambda places: MOTION.values(places, END)))
        stress.append(stress_error(model, exact.stress(model.point_coordinates())))
    sizes = tuple(END / number for number in steps)
    convergences = tuple(
        Convergence(name, "time step, s", sizes, tuple(errors), 1.0, 0.05, "relative error in L2", two_sided=True)
        for name, errors in (("displacement", displacement), ("Cauchy stress", stress))
    )

    x = np.linspace(0.0, 1.0, 200, dtype=np.float64)
    places = np.stack([x, np.zeros_like(x)], axis=-1)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for name, column in (("xx", 0), ("yy", 1), ("zz", 2), ("xy", 3)):
            axes.plot(x, exact.stress(places)[:, column] / 1e6, label=f"$\\sigma_{{{name}}}$")
        axes.set_xlabel("x (m)")
        axes.set_ylabel("Cauchy stress (MPa)")
        axes.legend()

    return Outcome(
        rows=tuple(_size_row(entry) for entry in convergences),
        convergences=convergences,
        pictures=(Picture("stress", "The exact stress at the end.", draw),),
        input=f"unit square, {cells} x 3 quadrilaterals; E 1 GPa, nu 0.3; r0 0.1 1/s, m 0.3, S0 100 MPa, H0 1 GPa,"
        f" S* 200 MPa, a 2, n 0.05; {', '.join(map(str, steps))} steps to 1 s",
    )


def _size_row(entry: Convergence) -> Row:
    """Size of the error at the smallest step: at most half of what happens in a step is attributed wrongly."""
    step = entry.values[-1]
    name = f"error in L2, step {step:g} s"
    return Row(entry.label, name, "", 0.0, entry.errors[-1], 0.5 * step / END, "exact solution", "exact", absolute=True)


PROBLEM = Problem(
    name="mms-time",
    title="Manufactured solution with hardening creep and growth: order in time",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "L. Anand, S. Narayan, J. Electrochem. Soc. 166 (2019) A1092: the flow law",
        "G. Weber, L. Anand, Comput. Methods Appl. Mech. Eng. 79 (1990) 173: the integration in time",
    ),
    run=run,
    minutes=1.0,
)
