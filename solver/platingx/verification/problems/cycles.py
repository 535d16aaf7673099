"""Currents with ramps, corners, jumps and cycles in a closed slab, against the rate equations of a point."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.config.current import CurrentProgram
from platingx.materials.faraday import LayerGrowth
from platingx.physics.solid_model import Growth
from platingx.verification.drawing import COLOURS
from platingx.verification.models.one_element import SIZE, slab, uniform
from platingx.verification.models.reference_material import GrowthState, cauchy_of, first_piola, plastic_history
from platingx.verification.models.vectors import LITHIUM, unverified_of, vector
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row

__all__ = ["PROBLEM"]

MOLAR_VOLUME = 13.0e-6
FIBRE = (1.0, 0.0, 0.0)
UPRIGHT = np.array([0.0, 1.0, 0.0])
IDENTITY = np.eye(3)

STATEMENT = r"""
Lithium grows along its normal in a slab whose walls, floor and lid are rigid and smooth: $F = 1$, so that the metal
feels $f = F_g^{-1}(t)$ at every point, with $J_g = 1 + \frac{V_m}{F h}\int i\,dt$. The mean stress follows from $J_g$
alone, and vanishes when the charge does; the deviator follows the rate equations of the flow law,
$\dot{C_p^{-1}} = -2 f^{-1} D_p b_e f^{-T}$ and $\dot S = h$, which an implicit Runge-Kutta method of order 5 solves
between the corners of the current to $10^{-7}$. The finite elements step by backward Euler to every corner and
jump: order 1.
"""


@dataclass(frozen=True)
class Program:
    """A current, and the instants at which stresses are compared, s."""

    name: str
    rows: tuple[tuple[float, float], ...]  # s, A/m2

    @property
    def current(self) -> CurrentProgram:
        """The table as a case would hold it."""
        return CurrentProgram.read({"table": [[f"{time!r} s", f"{value!r} A/m^2"] for time, value in self.rows]})

    @property
    def corners(self) -> tuple[float, ...]:
        """Instants at which the current turns or jumps, s."""
        return tuple(time for time, _ in self.rows)


def _cycles(count: int, half: float, density: float) -> tuple[tuple[float, float], ...]:
    """Plating and stripping in turn, with flanks of a hundredth of a half cycle; each cycle ends without charge."""
    flank = 0.01 * half
    rows = [(0.0, 0.0)]
    for index in range(2 * count):
        current = density if index % 2 == 0 else -density
        rows += [(index * half + flank, current), ((index + 1) * half - flank, current), ((index + 1) * half, 0.0)]
    return tuple(rows)


PROGRAMS = (
    Program("ramp, hold, reversal", ((0.0, 0.0), (1.0, 40.0), (2.0, 40.0), (2.01, -20.0), (5.0, -20.0))),
    Program("jump to 4 A/cm^2 and rest", ((0.0, 4e4), (1e-3, 4e4), (1.01e-3, 0.0), (1.0, 0.0))),
    Program("two cycles of 72 s", _cycles(2, 36.0, 40.0)),
)


def growth_of(program: Program) -> LayerGrowth:
    """Growth of the slab."""
    return LayerGrowth(program.current.charge, MOLAR_VOLUME, SIZE)


def exact(program: Program, p: Array) -> Array:
    """Cauchy stress at the corners but the first, shape (corners, 6), Pa: the rate equations from corner to corner."""
    growth = growth_of(program)
    times = np.array(program.corners[1:])

    def grown(time: float) -> Array:
        return GrowthState(growth.volume_ratio(time), FIBRE, UPRIGHT).inverse()

    inverse_plastic, _ = plastic_history(p, grown, times, 1e-7, program.corners)
    stresses = []
    for time, plastic in zip(times, inverse_plastic, strict=True):
        state = GrowthState(growth.volume_ratio(float(time)), FIBRE, UPRIGHT)
        stresses.append(cauchy_of(first_piola(p, IDENTITY, state, plastic)[None], IDENTITY[None])[0])
    return np.array(stresses)


def computed(program: Program, p: Array, steps: int) -> Array:
    """Cauchy stress at the corners but the first, with so many steps between neighbours, shape (corners, 6), Pa."""
    body = slab(p, Growth(growth_of(program).volume_ratio), "held")
    stresses = []
    for start, end in pairwise(program.corners):
        body.march(np.linspace(start, end, steps + 1)[1:])
        stresses.append(uniform(body.stress()))
    return np.array(stresses)


def deviator(stress: Array) -> Array:
    """Deviatoric part of stresses in six components, Pa."""
    mean = stress[..., :3].mean(axis=-1, keepdims=True)
    result = stress.copy()
    result[..., :3] -= mean
    return result


def run(effort: Effort) -> Outcome:
    """Stresses at the corners, and the order in the step."""
    p = vector()
    counts = (5, 10, 20) if effort == "coarse" else (20, 40, 80)
    rows, orders, shown = [], [], {}
    for program in PROGRAMS:
        reference = exact(program, p)
        results = [computed(program, p, count) for count in counts]
        pressure, found = (-values[:, :3].mean(axis=1) for values in (reference, results[-1]))
        largest = float(np.abs(pressure).max())
        worst = float(np.abs(found - pressure).max()) / largest
        rows.append(_none(program.name, "error of the pressure over its largest value", worst, 1e-9))
        errors = [float(np.abs(deviator(got) - deviator(reference)).max()) for got in results]
        scale = float(np.abs(deviator(reference)).max())
        orders.append(
            Convergence(
                program.name, "share of the time between corners", tuple(1.0 / count for count in counts),
                tuple(error / scale for error in errors), 1.0, 0.15, "error of the deviator over its largest value",
            )
        )  # fmt: skip
        shown[program.name] = (np.array(program.corners[1:]), deviator(reference), deviator(results[0]))
        if abs(program.current.charge(program.corners[-1])) < 1e-6:
            rows.append(_none(program.name, "pressure left over its largest value", float(found[-1]) / largest, 1e-6))
    caption = "Stress along the growth less its mean, at the corners. Circles: rate equations; crosses: computed."
    return Outcome(
        tuple(rows),
        tuple(orders),
        (Picture("deviator", caption, lambda figure: draw(figure, shown), (6.4, 2.6)),),
        input=INPUT.format(counts=", ".join(map(str, counts))),
        unverified=unverified_of(LITHIUM),
    )


def _none(label: str, quantity: str, value: float, tolerance: float) -> Row:
    return Row(label, quantity, "", 0.0, value, tolerance, "growth at given walls", "exact", absolute=True)


def draw(figure: Figure, shown: dict[str, tuple[Array, Array, Array]]) -> None:
    """Deviator along the growth over time."""
    panels = figure.subplots(1, len(shown))
    for axes, (name, (times, reference, found)) in zip(panels, shown.items(), strict=True):
        axes.plot(times, reference[:, 1] / 1e6, "o", color=COLOURS[0], ms=3, fillstyle="none")
        axes.plot(times, found[:, 1] / 1e6, "x", color=COLOURS[1], ms=4)
        axes.axhline(0.0, color="k", lw=0.5)
        axes.set_title(name, fontsize=8)
        axes.set_xlabel("time (s)")
    panels[0].set_ylabel("deviatoric stress (MPa)")


INPUT = """one element of lithium (lithium_anand_narayan_2019, 298 K), edge 1 um, all sides smooth and at rest
growth along the normal; tables: 0 to 4 mA/cm2, held, reversed; 4 A/cm2 for 1 ms and rest; +-4 mA/cm2, 36 s each
{counts} equal steps between the corners of the current"""

PROBLEM = Problem(
    name="cycles",
    title="Current with corners, jumps and cycles in a closed slab",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "rate equations of the flow law by Radau IIA, order 5 (scipy.integrate.solve_ivp), from corner to corner",
    ),
    run=run,
    minutes=0.3,
)
