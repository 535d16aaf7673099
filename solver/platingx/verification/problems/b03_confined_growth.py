"""B03, closed space: growth against a constraint gives the pressure and the deviator that theory gives."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import RealArray
from platingx.physics.solid_model import AREAL, FIBRE, ISOTROPIC, Growth, Shares, SolidModel
from platingx.verification.drawing import COLOURS
from platingx.verification.models.one_element import slab, uniform
from platingx.verification.models.vectors import LITHIUM, Vector, unverified_of, vector
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row

__all__ = ["MODES", "PROBLEM", "closed_form", "grow_and_wait", "mean_pressure", "with_law"]


YOUNG, POISSON, DERIVATIVE = 7.81e9, 0.38, 3.5
BULK = YOUNG / (3.0 * (1.0 - 2.0 * POISSON))
MODES: dict[str, Shares] = {"fibre": FIBRE, "areal": AREAL, "isotropic": ISOTROPIC}
LAWS = ("hencky_kirchhoff", "hencky_cauchy", "murnaghan")

FLOW = {1e-3: -1.0895, 1.0: -4.3372, 1e3: -17.267}
"""Kirchhoff stress along the fibre minus across it (MPa) by growth rate (1/s)."""


def closed_form(law: str, ratio: RealArray) -> RealArray:
    """Pressure (Pa) of a closed space in which the metal has grown Jg times."""
    if law == "murnaghan":
        return BULK / DERIVATIVE * (ratio**DERIVATIVE - 1.0)
    return BULK * np.log(ratio) * (ratio if law == "hencky_kirchhoff" else 1.0)


def with_law(law: str, **entries: float) -> Vector:
    """Lithium at 298 K with a pressure law; ``entries`` overwrite places of the parameter vector."""
    extra = {"bulk_modulus_derivative": DERIVATIVE} if law == "murnaghan" else {}
    return vector({"base": LITHIUM, "elasticity": {"pressure_law": law, **extra}}, 298.0, **entries)


def grow_and_wait(p: Vector, mode: Shares, ratio: float, top: str) -> SolidModel:
    """Grow to Jg within 1 s, then wait until the deviator has relaxed."""
    model = slab(p, Growth(lambda time: ratio ** min(time, 1.0), mode), top)
    model.march(np.linspace(0.0, 1.0, 9)[1:])
    model.march(np.logspace(1, 14, 14))
    return model


def mean_pressure(stress: RealArray) -> float:
    """Pressure of six stress components."""
    return -float(stress[:3].sum()) / 3.0


def deviator_while_growing(growth_rate: float, model: str) -> RealArray:
    """Kirchhoff stress per grown volume (Pa) at 5 % growth along the fibre; a high H0 makes the flow steady early."""
    p = vector(LITHIUM, 298.0, HARDENING_MODULUS=1e12)
    held = slab(p, Growth(lambda time: np.exp(growth_rate * time), FIBRE), "held", model=model)
    held.march(np.linspace(0.0, 0.05, 21)[1:] / growth_rate)
    kirchhoff: RealArray = uniform(held.stress()) * np.exp(-0.05)
    return kirchhoff


def pressure_rows(ratios: tuple[float, ...], modes: dict[str, Shares]) -> list[Row]:
    """(a) Pressure long after growth, and what is left of the deviator: the worst of the modes of growth."""
    rows = []
    for law in LAWS:
        for ratio in ratios:
            stresses = [uniform(grow_and_wait(with_law(law), mode, ratio, "held").stress()) for mode in modes.values()]
            expected = float(closed_form(law, np.array(ratio))) / 1e6
            worst = max((mean_pressure(stress) / 1e6 for stress in stresses), key=lambda got: abs(got - expected))
            tolerance = 1e-8 if law == "murnaghan" else 1e-6
            rows.append(
                Row(f"{law}, Jg {ratio:g}", "pressure", "MPa", expected, worst, tolerance, "closed form", "exact")
            )
            left = max(float(np.abs(stress[:3] + mean_pressure(stress)).max()) for stress in stresses) / 1e6
            rows.append(
                Row(
                    f"{law}, Jg {ratio:g}",
                    "deviator that is left",
                    "MPa",
                    0.0,
                    left,
                    0.01,
                    "relaxation",
                    "exact",
                    absolute=True,
                )
            )
    return rows


def flow_rows(rates: tuple[float, ...]) -> list[Row]:
    """(b) Deviator while the metal grows along the fibre."""
    rows = []
    for model in ("plane_strain", "axisymmetric"):
        for rate in rates:
            stress = deviator_while_growing(rate, model) / 1e6
            label = f"growth along the fibre at {rate:g} 1/s, {model.replace('_', ' ')}"
            rows += [
                Row(
                    label,
                    "Kirchhoff stress along minus across",
                    "MPa",
                    FLOW[rate],
                    float(stress[1] - stress[0]),
                    0.002,
                    "flow stress at 2/3 of the rate",
                    "exact",
                ),
                Row(
                    label,
                    "one across minus the other",
                    "MPa",
                    0.0,
                    float(stress[0] - stress[2]),
                    1e-9 * abs(float(stress[0])),
                    "symmetry",
                    "exact",
                    absolute=True,
                ),
            ]
    return rows


def run(effort: Effort) -> Outcome:
    """Compute pressures and deviators."""
    if effort == "coarse":
        rows = pressure_rows((1.01, 1.2), MODES) + flow_rows(tuple(FLOW))
    else:
        rows = pressure_rows((1.001, 1.01, 1.05, 1.2), MODES) + flow_rows(tuple(FLOW))
    pressures = [row for row in rows if row.quantity == "pressure"]
    picture = Picture("pressure", CAPTION, lambda figure: draw(figure, pressures), (4.8, 3.3))
    return Outcome(tuple(rows), (), (picture,), input=INPUT, unverified=unverified_of(LITHIUM))


def draw(figure: Figure, rows: list[Row]) -> None:
    """Pressure against Jg for the three laws."""
    axes = figure.subplots()
    ratios = np.linspace(1.0, 1.25, 60)
    for colour, law in zip(COLOURS, LAWS, strict=False):
        axes.plot(ratios, closed_form(law, ratios) / 1e9, color=colour, label=law)
        points = [(float(row.label.split()[-1]), row.computed / 1e3) for row in rows if row.label.startswith(law + ",")]
        axes.plot(*zip(*points, strict=True), "o", color=colour, markersize=4, fillstyle="none")
    axes.set_xlabel("Growth stretch Jg")
    axes.set_ylabel("Pressure (GPa)")
    axes.legend(title="lines: closed forms; circles: computed", alignment="left")


CAPTION = "Pressure of lithium that has grown in a closed space, for the three pressure laws."

INPUT = """one quadrilateral, edge 1 um, all faces held
material: lithium_anand_narayan_2019 at 298 K; pressure laws hencky_kirchhoff, hencky_cauchy, murnaghan (K' = 3.5)
(a) growth along a fibre, areal and isotropic, to Jg within 1 s in 8 steps; then 1e14 s in 14 steps
(b) growth along the fibre by 5 % at a constant rate in 20 steps, H0 = 1e12 Pa"""

PROBLEM = Problem(
    name="b03-confined-growth",
    title="B03 Growth in a closed space",
    part="verification",
    statement=r"""Metal grows by $J_g$ and all its faces are held, so that $J_e = 1/J_g$. Sigma is the Cauchy
stress; the flow law sees $\tau = J_e \sigma$, the Kirchhoff stress per volume of the grown metal (for isotropic
elasticity the same as the Mandel stress).

(a) Long after growth the deviator has relaxed, whatever the mode of growth, and the Cauchy pressure is

| law | pressure |
|---|---|
| hencky_kirchhoff, $\tau = K \ln J_e$ | $K J_g \ln J_g$ |
| hencky_cauchy, $\sigma = K \ln J_e$ | $K \ln J_g$ |
| murnaghan | $\frac{K}{K'}\left(J_g^{K'} - 1\right)$ |

The numbers are for the worst of the three modes of growth.

(b) While it grows along the fibre at the rate $\dot\varepsilon_g$, the metal flows with the equivalent rate
$\frac{2}{3} \dot\varepsilon_g$, and along the fibre

$$\tau_{11} - \tau_{33} = -S_* \left(\tfrac{2}{3} \dot\varepsilon_g / r_0\right)^{m+n} .$$""",
    sources=("closed forms", "parameters: L. Anand and S. Narayan, J. Electrochem. Soc. 166 (2019) A1092"),
    run=run,
    minutes=0.5,
)
