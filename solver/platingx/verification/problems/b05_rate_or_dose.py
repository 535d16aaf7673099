"""B05: what depends on the rate of plating and what on the dose."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import RealArray
from platingx.physics.solid_model import FIBRE, ISOTROPIC, Growth
from platingx.verification.drawing import COLOURS
from platingx.verification.models.one_element import slab, uniform
from platingx.verification.models.vectors import LITHIUM, elastic, unverified_of, vector
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row

__all__ = ["PROBLEM"]


FACTOR = 500.0
"""From 4 mA/cm^2 to 2 A/cm^2."""

SENSITIVITY, SATURATION = 0.15, 0.05
LOW_RATE = 5.38942e-9 / 100e-9
"""Growth rate of a layer of 100 nm at 4 mA/cm^2, 1/s."""


def flow_stress(rate: float, steady: bool) -> float:
    """In-plane compression (Pa) of a layer that grows upwards between walls by 10 %, with steady or constant S."""
    entries = {"HARDENING_MODULUS": 1e12} if steady else {"HARDENING_MODULUS": 0.0}
    model = slab(vector(LITHIUM, 298.0, **entries), Growth(lambda time: np.exp(rate * time), ISOTROPIC), "free")
    model.march(np.linspace(0.0, 0.1, 41)[1:] / rate)
    return -float(uniform(model.stress())[0])


def closed_pressure(rate: float, duration: float) -> float:
    """Pressure (Pa) of an elastic layer in a closed space after a time."""
    model = slab(elastic(7.81e9, 0.38), Growth(lambda time: np.exp(rate * time), FIBRE), "held")
    model.march(np.linspace(0.0, duration, 5)[1:])
    return -float(uniform(model.stress())[:3].mean())


def run(effort: Effort) -> Outcome:
    """Compare two currents at equal duration and at equal dose."""
    duration = 1e-7 / (FACTOR * LOW_RATE)
    low, high = closed_pressure(LOW_RATE, duration), closed_pressure(FACTOR * LOW_RATE, duration)
    same_dose = closed_pressure(LOW_RATE, FACTOR * duration)
    held = flow_stress(FACTOR * LOW_RATE, False) / flow_stress(LOW_RATE, False)
    steady = flow_stress(FACTOR * LOW_RATE, True) / flow_stress(LOW_RATE, True)
    rows = (
        Row(
            "closed space, elastic, equal duration",
            "ratio of pressures",
            "",
            FACTOR,
            high / low,
            1e-3,
            "closed form",
            "exact",
        ),
        Row(
            "closed space, elastic, equal dose",
            "ratio of pressures",
            "",
            1.0,
            high / same_dose,
            1e-9,
            "closed form",
            "exact",
        ),
        Row(
            "power law, S kept constant",
            "ratio of flow stresses",
            "",
            FACTOR**SENSITIVITY,
            held,
            1e-3,
            "500^m",
            "exact",
        ),
        Row(
            "power law, S at its steady value",
            "ratio of flow stresses",
            "",
            FACTOR ** (SENSITIVITY + SATURATION),
            steady,
            1e-3,
            "500^(m + n)",
            "exact",
        ),
    )
    count = 4 if effort == "coarse" else 9
    rates = LOW_RATE * np.logspace(0.0, np.log10(FACTOR), count)
    curves = {steady: [flow_stress(float(rate), steady) / 1e6 for rate in rates] for steady in (False, True)}
    picture = Picture("rates", CAPTION, lambda figure: draw(figure, rates, curves), (4.6, 3.0))
    return Outcome(rows, (), (picture,), (NOTE,), INPUT, unverified_of(LITHIUM))


def draw(figure: Figure, rates: RealArray, curves: dict[bool, list[float]]) -> None:
    """Flow stress against rate, with the slopes of theory."""
    axes = figure.subplots()
    for colour, (steady, values) in zip(COLOURS, curves.items(), strict=False):
        slope = SENSITIVITY + SATURATION if steady else SENSITIVITY
        axes.loglog(rates, values[0] * (rates / rates[0]) ** slope, color=colour, label=f"slope {slope:g}")
        words = "S at its steady value" if steady else "S constant"
        axes.loglog(rates, values, "o", color=colour, markersize=4, fillstyle="none", label=f"computed, {words}")
    axes.set_xlabel("Growth rate (1/s)")
    axes.set_ylabel("In-plane compression (MPa)")
    axes.legend()


CAPTION = "Flow stress of a layer that grows between walls, from 4 mA/cm² to 2 A/cm² on 100 nm."

NOTE = """The factor 500 between published pressures at the two currents needs a closed space and equal duration; no
law of flow in the package gives it. Interface diffusion (Coble), which would also give 500, is not in the package."""

INPUT = """one quadrilateral, edge 1 um, between smooth walls; growth rates 0.0539 1/s and 500 times that
closed space: elastic, E 7.81 GPa, nu 0.38, growth along the fibre to 1e-7 at the high rate
flow: lithium_anand_narayan_2019 at 298 K, growth in all directions by 10 % in 40 steps, top free, H0 = 0 or 1e12 Pa"""

PROBLEM = Problem(
    name="b05-rate-or-dose",
    title="B05 Rate or dose",
    part="verification",
    statement=r"""From 4 mA/cm² to 2 A/cm² the rate of growth rises 500 times. In a closed space elastic pressure
follows the dose $\int i\,dt$: 500 times the pressure after an equal time, the same after an equal dose. The flow
stress follows the rate: $500^m = 2.54$ times with a constant resistance, and $500^{m+n} = 3.47$ times with the
resistance at its steady value ($m = 0.15$, $n = 0.05$).""",
    sources=("closed forms", "the two currents: L. Gao et al., Nature Communications 13 (2022)"),
    run=run,
    minutes=0.1,
)
