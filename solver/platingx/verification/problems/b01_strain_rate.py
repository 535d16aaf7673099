"""B01: flow stress of lithium at each rate and temperature."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import RealArray
from platingx.errors import VerificationError
from platingx.materials import layout
from platingx.verification.drawing import COLOURS
from platingx.verification.models.one_element import SIZE, strain_steps, uniaxial, uniform
from platingx.verification.models.vectors import LITHIUM, Vector, unverified_of, vector
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row

__all__ = ["PROBLEM", "STRAINS", "TABLE", "TOLERANCE", "closed_form_2018", "convergence", "pull"]

Curve = dict[float, float]

STRAINS = (0.02, 0.1, 0.2, 0.5, 1.0)
TOLERANCE = 0.005
EARLIER = "lithium_narayan_anand_2018"

TABLE = {
    (198.0, 4e-5): (1.3014, 1.5488, 1.7631, 2.1159, 2.3645),
    (198.0, 3e-4): (1.7765, 2.1656, 2.5055, 3.0709, 3.4739),
    (198.0, 3e-3): (2.5336, 3.1711, 3.7356, 4.6903, 5.3829),
    (198.0, 2e-2): (3.3924, 4.3353, 5.1812, 6.6358, 7.7101),
    (298.0, 4e-5): (0.4054, 0.4392, 0.4689, 0.5189, 0.5550),
    (298.0, 3e-4): (0.5536, 0.6150, 0.6682, 0.7561, 0.8183),
    (298.0, 3e-3): (0.7904, 0.9039, 1.0018, 1.1620, 1.2743),
    (298.0, 2e-2): (1.0600, 1.2412, 1.3976, 1.6540, 1.8338),
    (398.0, 4e-5): (0.2274, 0.2357, 0.2436, 0.2579, 0.2694),
    (398.0, 3e-4): (0.3101, 0.3289, 0.3458, 0.3751, 0.3970),
    (398.0, 3e-3): (0.4424, 0.4826, 0.5179, 0.5767, 0.6189),
    (398.0, 2e-2): (0.5933, 0.6628, 0.7230, 0.8221, 0.8919),
}
"""True stress in MPa at the strains above, by temperature (K) and rate (1/s)."""


def pull(
    p: Vector, rate: float, marks: tuple[float, ...], largest: float, sign: float = 1.0, first: float = 2e-5
) -> Curve:
    """True stress (MPa) by true strain at every step, pulled (or pushed) at a constant true rate (1/s).

    Raises
    ------
    VerificationError
        When the free side carries stress.
    """
    model = uniaxial(p, lambda time: SIZE * np.expm1(sign * rate * time))
    curve = {}
    for strain in strain_steps(marks, first, largest):
        model.advance(strain / rate)
        curve[strain] = float(uniform(model.stress())[1]) / 1e6
    stress = uniform(model.stress())
    if np.abs(stress[[0, 2, 3]]).max() > 1e-6 * abs(stress[1]):
        raise VerificationError(f"the free side carries stress: {stress} Pa")
    return curve


def closed_form_2018(rate: float, plastic: RealArray) -> RealArray:
    """Stress in MPa of the law of 2018 at plastic strains."""
    bracket = (1 - 2 / 8) ** (1 - 1.8) + (1.8 - 1) * 40 * plastic / 8
    result: RealArray = 8 * (1 - bracket ** (1 / (1 - 1.8))) * (rate / 0.05) ** 0.18
    return result


def convergence(steps: tuple[float, ...]) -> tuple[Convergence, float]:
    """Order in the strain step at strain 0.2 where hardening is fast, and the extrapolated Kirchhoff stress (MPa)."""
    p = vector(LITHIUM, 198.0)
    stress = [pull(p, 2e-2, (0.2,), step, first=step)[0.2] for step in steps]
    limit = 2.0 * stress[-1] - stress[-2]
    kirchhoff = limit * float(np.exp(limit * 1e6 / (3.0 * p[layout.BULK_MODULUS])))
    changes = np.abs(np.diff(stress)) / limit
    order = Convergence(
        "stress at strain 0.2, 198 K, 2e-2 1/s",
        "strain step",
        steps[1:],
        tuple(map(float, changes)),
        1.0,
        0.05,
        "change by halving the step, relative",
        two_sided=True,
    )
    return order, kirchhoff


def run(effort: Effort) -> Outcome:
    """Compute the table, compression, the law of 2018 and the order in time."""
    coarse = effort == "coarse"
    largest = 0.004 if coarse else 0.002
    curves = {key: pull(vector(LITHIUM, key[0]), key[1], STRAINS, largest) for key in TABLE}
    rows = [
        Row(
            f"{temperature:g} K, {rate:g} 1/s, strain {strain:g}",
            "true stress",
            "MPa",
            expected,
            curves[temperature, rate][strain],
            TOLERANCE,
            "rate equations, Radau",
            "independent",
        )
        for temperature, rate in TABLE
        for strain, expected in zip(STRAINS, TABLE[temperature, rate], strict=True)
    ]
    pushed = pull(vector(LITHIUM, 298.0), 2e-2, STRAINS[:4], largest, sign=-1.0)
    rows += [
        Row(
            f"compression, 298 K, 0.02 1/s, strain {strain:g}",
            "true stress",
            "MPa",
            -expected,
            pushed[strain],
            TOLERANCE,
            "mirror of tension",
            "independent",
        )
        for strain, expected in zip(STRAINS[:4], TABLE[298.0, 2e-2], strict=False)
    ]
    for rate in (0.1, 0.3, 1.0):
        marks = (0.002, 0.2, 1.0)
        curve = pull(vector(EARLIER), rate, marks, largest / 2)
        for mark in marks:
            exact = float(closed_form_2018(rate, np.array(mark - curve[mark] * 1e6 / 5e9)))
            label = f"law of 2018, {rate:g} 1/s, strain {mark:g}"
            rows.append(Row(label, "true stress", "MPa", exact, curve[mark], TOLERANCE, "closed form", "exact"))
    order, limit = convergence((0.01, 0.005, 0.0025, 0.00125) if coarse else (0.01, 0.005, 0.0025, 0.00125, 0.000625))
    rows.append(
        Row(
            "198 K, 0.02 1/s, strain 0.2, extrapolated",
            "Kirchhoff stress",
            "MPa",
            TABLE[198.0, 2e-2][2],
            limit,
            5e-5,
            "rate equations, Radau",
            "independent",
        )
    )
    picture = Picture("curves", CAPTION, lambda figure: draw(figure, curves), (6.8, 3.0))
    return Outcome(
        tuple(rows),
        (order,),
        (picture,),
        (NOTE,),
        input=INPUT.format(largest=largest),
        unverified=unverified_of(LITHIUM, EARLIER),
    )


def draw(figure: Figure, curves: dict[tuple[float, float], Curve]) -> None:
    """Stress against strain, a panel for each temperature."""
    temperatures = sorted({temperature for temperature, _ in curves})
    for axes, temperature in zip(figure.subplots(1, len(temperatures)), temperatures, strict=True):
        rates = sorted((rate for each, rate in curves if each == temperature), reverse=True)
        for colour, rate in zip(COLOURS, rates, strict=False):
            curve = curves[temperature, rate]
            axes.plot(curve.keys(), curve.values(), color=colour, label=f"{rate:g} 1/s")
            axes.plot(STRAINS, TABLE[temperature, rate], "o", color=colour, markersize=3.5, fillstyle="none")
        axes.set_title(f"{temperature:g} K")
        axes.set_xlabel("True strain")
        axes.set_ylim(bottom=0.0)
    figure.axes[0].set_ylabel("True stress (MPa)")
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)


CAPTION = "Stress of lithium in tension: lines are computed, circles are the numbers of the table."

NOTE = """The element is of finite strain: its flow law sees the Kirchhoff stress, while the expected equations have the
true stress in its place. The two differ by the elastic volume strain, here at most 0.02 %; the extrapolated number,
which is sharp enough to see it, is compared as Kirchhoff stress."""

INPUT = """one axisymmetric quadrilateral, edge 1 um, free side; top moved so that the true strain rate is constant
material: lithium_anand_narayan_2019 at 198, 298, 398 K; lithium_narayan_anand_2018
strain steps: from 2e-5, growing by 25 % up to {largest:g} (half of it for the law of 2018)"""

PROBLEM = Problem(
    name="b01-strain-rate",
    title="B01 Constant true strain rate",
    part="verification",
    statement=r"""A cylinder is pulled at the constant true rate $r$, $u = L_0 (e^{rt} - 1)$, its side free. The law
of Anand and Narayan (2019), with $r_0 = A \exp(-Q/RT)$,

$$\dot\varepsilon = r_0 \left(\frac{\sigma}{S}\right)^{1/m}, \qquad
\dot S = H_0 \left|1 - \frac{S}{S_s}\right|^a \mathrm{sign}\!\left(1 - \frac{S}{S_s}\right) \dot\varepsilon, \qquad
S_s = S_* \left(\frac{\dot\varepsilon}{r_0}\right)^n$$

gives, with the elastic strain, ordinary differential equations for $\sigma$ and $S$. The law of 2018 has a constant
$S_s = S_*$, and with the plastic strain $e = \varepsilon - \sigma/E$ the closed form

$$\sigma = S_* \left\{1 - \left[\left(1-\frac{S_0}{S_*}\right)^{1-a} + (a-1)\frac{H_0 e}{S_*}\right]^{1/(1-a)}\right\}
\left(\frac{r}{r_0}\right)^m .$$

The expected numbers of the 2019 law come from an implicit Runge-Kutta integration (Radau, 1e-9) of these equations.
Backward Euler is of first order in the step.""",
    sources=(
        "L. Anand and S. Narayan, J. Electrochem. Soc. 166 (2019) A1092",
        "S. Narayan and L. Anand, Extreme Mech. Lett. 24 (2018) 21",
    ),
    run=run,
    minutes=1.0,
)
