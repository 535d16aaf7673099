"""B02: stress relaxes along the power law."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import RealArray
from platingx.errors import VerificationError
from platingx.materials import layout
from platingx.verification.drawing import COLOURS
from platingx.verification.models.one_element import SIZE, uniaxial, uniform
from platingx.verification.models.vectors import LITHIUM, unverified_of, vector
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row

__all__ = ["PROBLEM", "TIMES", "exact", "relax"]


TIMES = np.array([1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0])
START, RESISTANCE, YOUNG, EXPONENT = 2e6, 1e6, 7.81e9, 1.0 / 0.15


def exact(times: RealArray) -> RealArray:
    """Stress in MPa at times (s)."""
    rate = vector(LITHIUM, 298.0)[layout.REFERENCE_RATE]
    n = EXPONENT
    start = START ** (1 - n)
    result: RealArray = (start + (n - 1) * YOUNG * rate * RESISTANCE**-n * times) ** (1 / (1 - n)) / 1e6
    return result


def relax(per_decade: int, first: float = 1e-7) -> tuple[RealArray, RealArray]:
    """Times (s) and stresses (MPa) with a number of steps to each decade of time from 0.1 us to 100 s.

    Raises
    ------
    VerificationError
        When the stress before relaxation is not the intended one.
    """
    p = vector(LITHIUM, 298.0, HARDENING_MODULUS=0.0, INITIAL_RESISTANCE=RESISTANCE)
    model = uniaxial(p, lambda _: SIZE * np.expm1(START / YOUNG))
    model.advance(1e-15)
    if abs(uniform(model.stress())[1] / START - 1.0) >= 2e-4:
        raise VerificationError(f"relaxation starts at {uniform(model.stress())[1]:g} Pa, not at {START:g} Pa")
    decades = round(np.log10(TIMES[-1] / first))
    times = first * 10.0 ** (np.arange(per_decade * decades + 1) / per_decade)
    stresses = []
    for time in times:
        model.advance(float(time))
        stresses.append(float(uniform(model.stress())[1]) / 1e6)
    return times, np.array(stresses)


def at_decades(per_decade: int, stresses: RealArray) -> RealArray:
    """Stress at TIMES."""
    return stresses[::per_decade][-len(TIMES) :]


def run(effort: Effort) -> Outcome:
    """Relax with three step sizes."""
    counts = (16, 32, 64) if effort == "coarse" else (32, 64, 128)
    runs = [relax(count) for count in counts]
    values = [at_decades(count, stress) for count, (_, stress) in zip(counts, runs, strict=True)]
    expected = exact(TIMES)
    extrapolated = 2.0 * values[-1] - values[-2]
    tolerances = {"finest steps": 0.005, "extrapolated": 3e-4}
    rows = [
        Row(
            f"{words}, {time:g} s", "stress", "MPa", float(right), float(got), tolerances[words], "closed form", "exact"
        )
        for words, result in (("finest steps", values[-1]), ("extrapolated", extrapolated))
        for time, right, got in zip(TIMES, expected, result, strict=True)
    ]
    orders = tuple(
        Convergence(
            f"stress at {time:g} s",
            "steps of ln(time)",
            tuple(float(np.log(10.0) / count) for count in counts),
            tuple(float(abs(value[k] / expected[k] - 1.0)) for value in values),
            1.0,
            0.06,
            two_sided=True,
        )
        for k, time in enumerate(TIMES)
    )
    picture = Picture("relaxation", CAPTION, lambda figure: draw(figure, *runs[-1]), (4.6, 3.2))
    return Outcome(tuple(rows), orders, (picture,), input=INPUT.format(*counts), unverified=unverified_of(LITHIUM))


def draw(figure: Figure, times: RealArray, stresses: RealArray) -> None:
    """Stress against time, both logarithmic."""
    axes = figure.subplots()
    axes.loglog(times, exact(times), color="#999999", linewidth=3.0, label="closed form")
    axes.loglog(times, stresses, color=COLOURS[0], linewidth=1.0, label="computed")
    axes.loglog(
        TIMES, exact(TIMES), "o", color=COLOURS[1], markersize=4, fillstyle="none", label="numbers of the table"
    )
    axes.set_xlabel("Time (s)")
    axes.set_ylabel("Stress (MPa)")
    axes.legend()


CAPTION = "Relaxation of the stress at a held strain over nine decades of time."

INPUT = """one axisymmetric quadrilateral, stretched at once to 2 MPa and held
material: lithium_anand_narayan_2019 at 298 K, resistance 1 MPa, no hardening
steps: {}, {} and {} for each decade of time from 1e-7 s to 100 s"""

PROBLEM = Problem(
    name="b02-relaxation",
    title="B02 Stress relaxation",
    part="verification",
    statement=r"""A cylinder is stretched to $\sigma_0 = 2$ MPa and held. With the resistance $S = 1$ MPa kept
constant and $N = 1/m$, $\dot\sigma = -E r_0 (\sigma/S)^N$, so

$$\sigma(t) = \left[\sigma_0^{1-N} + (N-1)\, E\, r_0\, S^{-N}\, t\right]^{1/(1-N)} .$$

Backward Euler is of first order in the step.""",
    sources=(
        "closed form of the rate equation",
        "parameters: L. Anand and S. Narayan, J. Electrochem. Soc. 166 (2019) A1092",
    ),
    run=run,
    minutes=0.2,
)
